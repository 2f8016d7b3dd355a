// The time axis as a widget of the page. Each moment is a value of the widget, so that one that is drawn late shows what is.

function render({ model, el }) {
  const axis = new TimeAxis(el, (message) => model.send(message));
  const open = () => model.get("span").start && axis.open(model.get("span"));
  const show = () => model.get("moment").computed !== undefined && axis.show(model.get("moment"));
  const plan = () => model.get("plan").worlds && axis.showPlan(model.get("plan"));
  const events = () => axis.showEvents(model.get("events"));
  const listen = (message) => {
    if (message.kind === "playing") axis.setPlaying(message.playing);
    if (message.kind === "answer") axis.answer(message.refused);
  };
  const changes = { "change:span": open, "change:plan": plan, "change:events": events, "change:moment": show, "msg:custom": listen };
  for (const [name, hear] of Object.entries(changes)) model.on(name, hear);
  for (const each of [open, plan, events, show]) each();
  axis.setPlaying(model.get("playing"));
  const leave = followTheme((night) => axis.setDark(night));
  return () => {
    for (const [name, hear] of Object.entries(changes)) model.off(name, hear);
    leave();
    axis.close();
  };
}

export default { render };
