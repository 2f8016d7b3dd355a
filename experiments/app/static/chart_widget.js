// The charts as a widget of the page; a click on a chart asks for that week.

function render({ model, el }) {
  const charts = new Charts(el, (week) => model.send({ kind: "seek", week }));
  const show = () => model.get("spec").charts && charts.show(model.get("spec"));
  const darken = () => charts.setDark(model.get("dark"));
  model.on("change:spec", show);
  model.on("change:dark", darken);
  darken();
  show();
  return () => {
    model.off("change:spec", show);
    model.off("change:dark", darken);
  };
}

export default { render };
