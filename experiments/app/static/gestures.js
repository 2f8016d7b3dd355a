// Mouse, pen and fingers on the map: drag, pinch, wheel, tap, double-click.

const SLACK = { mouse: 5, touch: 12 }; // pixels that a click or a tap may move
const REACH = 10; // pixels by which a finger may miss a mark

class Gestures {
  constructor(sheet) {
    this.sheet = sheet;
    this.map = sheet.map;
    this.points = new Map(); // fingers or the mouse that are down, by their numbers
    this.moved = 0;
    const canvas = (this.canvas = sheet.canvas);
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", (event) => this.points.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => sheet.hideTip());
    canvas.addEventListener("dblclick", () => this.map.lookAtRegion());
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("touchmove", (event) => this.keep(event), { passive: false });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  // Two fingers are for the map, one only where the map is closer than its first view: else the page scrolls.
  keep(event) {
    if (event.cancelable && (event.touches.length > 1 || this.map.view.closer)) event.preventDefault();
  }

  follow() {
    const action = this.map.view.closer ? "none" : "pan-y";
    if (this.canvas.style.touchAction !== action) this.canvas.style.touchAction = action;
  }

  down(event) {
    if (!this.points.size) this.moved = 0;
    this.points.set(event.pointerId, this.at(event));
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { view } = this.map, { width, height } = this.sheet, [x, y] = this.at(event), before = this.points.get(event.pointerId);
    if (!before) return event.pointerType === "touch" ? null : this.sheet.showTip(x, y);
    const [dx, dy] = [x - before[0], y - before[1]];
    if (this.points.size === 2) return this.pinch(event.pointerId, [x, y]);
    this.points.set(event.pointerId, [x, y]);
    this.moved += Math.abs(dx) + Math.abs(dy);
    const free = event.pointerType === "touch" ? view.closer : view.zoom > 1;
    if (!free || this.moved <= SLACK.mouse) return;
    this.sheet.hideTip();
    this.map.look(() => view.move(dx, dy, width, height));
  }

  // Two fingers: what is under their middle stays there, and grows as they part.
  pinch(number, point) {
    const { width, height } = this.sheet, other = [...this.points].find(([id]) => id !== number)[1], before = this.points.get(number);
    const span = ([x, y]) => Math.max(10, Math.hypot(x - other[0], y - other[1]));
    const middle = ([x, y]) => [(x + other[0]) / 2, (y + other[1]) / 2];
    const factor = span(point) / span(before), [x, y] = middle(point), [x0, y0] = middle(before);
    this.moved = Infinity;
    this.points.set(number, point);
    this.map.look(() => {
      this.map.view.zoomAt(factor, x0, y0, width, height);
      if (this.map.view.zoom > 1) this.map.view.move(x - x0, y - y0, width, height);
    });
  }

  up(event) {
    const touch = event.pointerType === "touch", known = this.points.delete(event.pointerId);
    if (known && !this.points.size && this.moved < SLACK[touch ? "touch" : "mouse"]) this.sheet.choose(...this.at(event), touch ? REACH : 0);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && this.map.view.zoom === 1 && event.deltaY > 0) return; // let the page scroll
    event.preventDefault();
    const { width, height } = this.sheet, [x, y] = this.at(event), factor = Math.exp(-event.deltaY * 0.0015);
    this.map.look(() => this.map.view.zoomAt(factor, x, y, width, height));
  }
}
