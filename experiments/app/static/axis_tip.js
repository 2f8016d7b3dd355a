// What the axis says of what is pointed at or has the focus; and places on the axis in percent of its width.

class AxisTip {
  constructor(root) {
    this.element = make("div", "ink-axis-tip", root);
    this.element.setAttribute("aria-hidden", "true"); // what it says stands in the labels of what it is said of
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
  }

  // Lines of words above an element, the first of them as a headline.
  show(lines, element) {
    this.element.replaceChildren(...lines.map((line, at) => {
      const row = document.createElement(at ? "div" : "strong");
      row.textContent = line;
      return row;
    }));
    this.element.style.display = "block";
    const box = element.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - 6);
    this.element.style.left = `${Math.max(6, left)}px`;
    this.element.style.top = `${box.top - height - 6 > 0 ? box.top - height - 6 : box.bottom + 6}px`;
  }

  hide() {
    this.element.style.display = "none";
  }

  // Have an element say its lines (or what `lines()` returns) to pointer and focus.
  tell(element, lines) {
    const show = () => this.show(typeof lines === "function" ? lines() : lines, element);
    for (const name of ["pointerenter", "focus"]) element.addEventListener(name, show);
    for (const name of ["pointerleave", "blur"]) element.addEventListener(name, () => this.hide());
  }
}

function placed(element, share, span) {
  element.style.left = `${100 * share}%`;
  if (span !== undefined) element.style.width = `${100 * span}%`;
  return element;
}
