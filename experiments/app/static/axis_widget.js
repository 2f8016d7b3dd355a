// The time axis as a widget of the page. Each moment is a value of the widget, so that one that is drawn late shows what is.

function render({ model, el }) {
  const axis = new TimeAxis(el, (message) => model.send(message));
  const open = () => model.get("span").start && axis.open(model.get("span"));
  const show = () => model.get("moment").computed !== undefined && axis.show(model.get("moment"));
  const listen = (message) => message.kind === "playing" && axis.setPlaying(message.playing);
  const changes = { "change:span": open, "change:moment": show, "msg:custom": listen };
  for (const [name, hear] of Object.entries(changes)) model.on(name, hear);
  open();
  show();
  axis.setPlaying(model.get("playing"));
  const leave = followTheme((night) => axis.setDark(night));
  return () => {
    for (const [name, hear] of Object.entries(changes)) model.off(name, hear);
    leave();
    axis.close();
  };
}

export default { render };
