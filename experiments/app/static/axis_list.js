// The list of what a merged mark holds: each event goes to its week and its card. Escape, or a click elsewhere, closes it.

class EventList {
  constructor(axis, root) {
    Object.assign(this, { axis, mark: null });
    this.element = make("div", "ink-event-list", root);
    this.element.hidden = true;
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Events of this mark");
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", (event) => this.element.contains(event.relatedTarget) || this.close());
  }

  open(marks, mark, events) {
    this.mark = mark;
    this.axis.tip.hide();
    this.element.replaceChildren(...events.map((event) => this.item(marks, event)));
    this.element.hidden = false;
    const box = mark.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = this.element;
    this.element.style.left = `${Math.max(6, Math.min(box.left, innerWidth - width - 6))}px`;
    this.element.style.top = `${Math.max(6, box.top - height - 6)}px`;
    this.element.firstChild.focus();
  }

  item(marks, event) {
    const item = make("button", "ink-event-item");
    item.type = "button";
    item.textContent = event.words;
    if (event.cause) make("small", "", item).textContent = ` ${event.cause}`;
    item.addEventListener("click", () => {
      this.close();
      marks.choose(event);
    });
    return item;
  }

  close() {
    this.element.hidden = true;
  }

  key(event) {
    const items = [...this.element.children], at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    event.stopPropagation(); // keys of the axis play and step
    if (event.key === "Escape") {
      const back = this.mark.isConnected ? this.mark : this.axis.range; // marks are drawn anew while weeks play
      this.close();
      back.focus();
    } else if (to !== undefined) items[Math.max(0, Math.min(items.length - 1, to))].focus();
    else return;
    event.preventDefault();
  }
}
