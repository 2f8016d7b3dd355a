// What was done in the lessons, kept by the browser: it is there again after a reload, and nowhere else.

const KEPT = "inkspot-lessons";

function recalled() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch {
    return null; // no storage, or not ours
  }
}

function render({ model, el }) {
  el.style.display = "none";
  const keep = () => {
    const progress = model.get("progress");
    if (!progress.studies) return; // nothing was done in this visit: what an earlier one did stays
    try {
      localStorage.setItem(KEPT, JSON.stringify(progress));
    } catch { /* a browser that keeps nothing */ }
  };
  model.on("change:progress", keep);
  const kept = recalled();
  if (kept) model.send({ kind: "kept", progress: kept });
  return () => model.off("change:progress", keep);
}

export default { render };
