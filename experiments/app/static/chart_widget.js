// The charts as a widget of the page; a click on a chart asks for that week.

function render({ model, el }) {
  const charts = new Charts(el, (week) => model.send({ kind: "seek", week }));
  const show = () => model.get("spec").charts && charts.show(model.get("spec"));
  model.on("change:spec", show);
  show();
  const leave = followTheme((night) => charts.setDark(night));
  return () => {
    model.off("change:spec", show);
    leave();
  };
}

export default { render };
