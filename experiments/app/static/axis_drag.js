// A bar of a policy that is moved and resized in whole weeks. The server decides: a refused move goes back, with the reason.

const EDGE = 7; // pixels at the ends of a bar that resize it
const SETTLE = 700; // milliseconds after the last key until the plan is changed

class BarDrag {
  constructor(rows, element, row, bar, world, plot) {
    Object.assign(this, { rows, element, row, bar, world, plot });
    this.now = { start: bar.start, end: bar.end };
    element.addEventListener("pointerdown", (event) => this.take(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.drop(name === "pointerup" && event));
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("blur", () => this.timer && this.commit());
  }

  lines() {
    return this.rows.lines(this.row, { ...this.bar, ...this.now });
  }

  say() {
    this.element.setAttribute("aria-valuenow", this.now.start);
    this.element.setAttribute("aria-valuetext", this.lines().slice(1).join(". "));
  }

  // Move both ends, or one, by whole weeks; within the axis, and never to nothing.
  shift(part, weeks) {
    const { start, end } = this.from, all = this.rows.axis.span.weeks, whole = Math.round(weeks);
    if (part === "start") this.now = { start: Math.max(0, Math.min(end - 1, start + whole)), end };
    else if (part === "end") this.now = { start, end: Math.min(all, Math.max(start + 1, end + whole)) };
    else {
      const by = Math.max(-start, Math.min(all - end, whole));
      this.now = { start: start + by, end: end + by };
    }
    placed(this.element, this.rows.share(this.now.start), this.rows.share(this.now.end - this.now.start));
    this.say();
    this.rows.axis.tip.show(this.lines(), this.element);
  }

  partAt(event) {
    const box = this.element.getBoundingClientRect(), edge = Math.min(EDGE, box.width / 3);
    if (event.clientX - box.left < edge) return "start";
    return box.right - event.clientX < edge ? "end" : "both";
  }

  take(event) {
    if (event.button) return;
    event.preventDefault();
    this.element.focus();
    this.element.setPointerCapture(event.pointerId);
    Object.assign(this, { part: this.partAt(event), x: event.clientX, from: { ...this.now } });
    this.rows.axis.holding = true;
  }

  move(event) {
    this.element.style.cursor = (this.part || this.partAt(event)) === "both" ? "grab" : "ew-resize";
    if (this.part) this.shift(this.part, ((event.clientX - this.x) / this.plot.clientWidth) * this.rows.axis.span.weeks);
  }

  drop(done) {
    if (!this.part) return;
    this.part = null;
    if (!done) this.back();
    this.commit();
  }

  back() {
    this.from = { start: this.bar.start, end: this.bar.end };
    this.shift("both", 0);
  }

  key(event) {
    const weeks = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.back();
    else if (event.key === "Enter") this.commit();
    else if (weeks) {
      this.from = { ...this.now };
      this.shift(event.shiftKey ? "end" : "both", weeks);
      this.rows.axis.holding = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.commit(), SETTLE);
    } else return;
    event.preventDefault();
  }

  // Ask for the new weeks; until the answer the bar stands where it was put.
  commit() {
    clearTimeout(this.timer);
    this.timer = null;
    const { axis } = this.rows, { start, end } = this.now;
    axis.holding = false;
    if (start === this.bar.start && end === this.bar.end) return axis.settle();
    axis.say("The plan is being changed ...");
    axis.send({ kind: "plan", world: this.world, bar: this.bar.number, was: [this.bar.start, this.bar.end], start, end });
  }
}
