// The charts as a widget of the page; a click on a chart asks for that week.

function render({ model, el }) {
  const charts = new Charts(el, (week) => model.send({ kind: "seek", week }), (message) => model.send(message));
  const show = () => model.get("spec").charts && charts.show(model.get("spec"));
  const lay = () => charts.setBands(model.get("bands") || {});
  model.on("change:spec", show);
  model.on("change:bands", lay);
  lay();
  show();
  const leave = followTheme((night) => charts.setDark(night));
  return () => {
    model.off("change:spec", show);
    model.off("change:bands", lay);
    leave();
    charts.close();
  };
}

export default { render };
