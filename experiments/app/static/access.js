// What the page's library (Vuetify 2) leaves out for keyboards and screen readers, put right where it makes something new.

(() => {
  const NAMES = { ".ink-nav .v-btn--icon": "Light or dark colours", ".v-progress-linear": "Working", ".v-dialog .v-btn--icon": "Close",
    ".v-file-input input[type=file]": "Choose a scenario file", ".v-file-input button": "Choose a file" };

  // A drop-down list: the library makes a button of the box around the field, so that a field is inside a button. The field
  // itself is what has the focus and the label, so it becomes the combobox.
  function mendSelect(box) {
    const field = box.querySelector("input:not([type=hidden])");
    if (!field) return;
    if (box.hasAttribute("aria-owns")) field.dataset.list = box.getAttribute("aria-owns");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-haspopup", "listbox");
    if (box.hasAttribute("aria-expanded")) field.setAttribute("aria-expanded", box.getAttribute("aria-expanded"));
    if (document.getElementById(field.dataset.list)) field.setAttribute("aria-controls", field.dataset.list);
    else field.removeAttribute("aria-controls");
    for (const name of ["role", "aria-haspopup", "aria-expanded", "aria-owns"]) box.removeAttribute(name);
  }

  function nameless(element) {
    return !element.hasAttribute("aria-label") && !element.textContent.trim().replace(/[\ue000-\uf8ff]/g, "");
  }

  function mend() {
    document.querySelectorAll(".v-select .v-input__slot").forEach((box) => {
      if (box.hasAttribute("role") || box.hasAttribute("aria-expanded")) mendSelect(box);
    });
    for (const [where, name] of Object.entries(NAMES)) {
      document.querySelectorAll(where).forEach((each) => nameless(each) && each.setAttribute("aria-label", name));
    }
    document.querySelectorAll(".v-list[role=listbox]:not([aria-label])").forEach((each) => each.setAttribute("aria-label", "Choices"));
  }

  // The changes are told before the next frame is drawn, so that nobody, however slow the machine, meets what is not mended.
  // Pictures (SVG), which are drawn anew as weeks play, have nothing to mend.
  const concerns = (change) => change.type === "attributes" || [...change.addedNodes].some((each) => each instanceof HTMLElement);
  const watch = new MutationObserver((changes) => changes.some(concerns) && mend());
  document.addEventListener("DOMContentLoaded", () => {
    watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-expanded", "role"] });
    mend();
  });
})();
