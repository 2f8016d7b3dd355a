// One map: a canvas with the field of a world (or the difference of two), borders, marks; tooltips and clicks.

class Pane {
  constructor(map, number, title) {
    this.map = map;
    this.number = number; // 0, 1: worlds; 2: the difference
    this.element = make("figure", "ink-pane");
    this.caption = make("figcaption", "", this.element);
    this.caption.textContent = title;
    this.canvas = make("canvas", "", this.element);
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `Map: ${title}`);
    this.context = this.canvas.getContext("2d");
    this.tip = make("div", "ink-tip", this.element);
    this.raster = new Raster(map.theatre, map.cells);
    this.borders = document.createElement("canvas"); // drawn once for each theme, size and view
    this.bordersKey = "";
    this.hits = [];
    this.listen();
  }

  get isDifference() {
    return this.number === 2;
  }

  resize() {
    const width = Math.max(200, Math.floor(this.element.clientWidth));
    const height = Math.round(Math.min(width * this.map.view.aspect, window.innerHeight * 0.6));
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.width === width && this.height === height && this.ratio === ratio) return;
    [this.width, this.height, this.ratio] = [width, height, ratio];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.height = `${height}px`;
  }

  place(lon, lat) {
    return this.map.view.project(lon, lat, this.width, this.height);
  }

  // Colours change with the week or the layer only, not with the view.
  paint() {
    const { frame, theme } = this.map;
    if (!frame) return;
    this.values = this.map.valuesOf(this.number);
    if (!this.values) return;
    if (this.isDifference) return this.raster.paint(this.values.field, this.map.tables.difference);
    const marks = frame.panes[this.number];
    this.colours = organisationColours(theme, marks.organisations, this.map.ownColours);
    if (frame.layer !== "control") return this.raster.paint(this.values.field, this.map.tables.ramp);
    this.raster.paintControl(this.values.holder, this.values.field, this.colours, theme.land);
  }

  draw() {
    const { theme, view, theatre, frame } = this.map, context = this.context;
    this.resize();
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = `rgb(${theme.sea})`;
    context.fillRect(0, 0, this.width, this.height);
    const [x0, y0] = this.place(view.west, view.north), [x1, y1] = this.place(view.east, view.south);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.raster.canvas, x0, y0, x1 - x0, y1 - y0);
    this.drawBorders();
    if (!frame || this.isDifference) return;
    const place = (lon, lat) => this.place(lon, lat);
    const { selected, hidden } = this.map, armies = theatre.armies[this.number], marks = frame.panes[this.number];
    this.hits = drawMarks(context, marks, theatre, theme, this.colours || [], place, selected, hidden, armies);
  }

  drawBorders() {
    const { theme, view, theatre } = this.map;
    const key = `${this.map.dark},${this.canvas.width},${this.canvas.height},${view.key}`;
    if (key !== this.bordersKey) {
      this.bordersKey = key;
      this.borders.width = this.canvas.width;
      this.borders.height = this.canvas.height;
      const context = this.borders.getContext("2d");
      context.scale(this.ratio, this.ratio);
      for (const [kind, line] of theatre.lines) {
        context.strokeStyle = kind === "coast" ? theme.coast : theme.border;
        context.lineWidth = kind === "coast" ? 0.9 : 0.7;
        context.beginPath();
        for (let at = 0; at < line.length; at += 2) context.lineTo(...this.place(line[at], line[at + 1]));
        context.stroke();
      }
    }
    this.context.drawImage(this.borders, 0, 0, this.width, this.height);
  }

  listen() {
    const canvas = this.canvas;
    let held = null;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => (held = { at: at(event), moved: 0 }));
    canvas.addEventListener("pointerleave", () => this.hideTip());
    canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      if (!held || !event.buttons) return this.showTip(x, y);
      const [dx, dy] = [x - held.at[0], y - held.at[1]];
      held = { at: [x, y], moved: held.moved + Math.abs(dx) + Math.abs(dy) };
      if (this.map.view.zoom > 1 && held.moved > 4) this.map.look(() => this.map.view.move(dx, dy, this.width, this.height));
    });
    canvas.addEventListener("pointerup", (event) => {
      if (held && held.moved < 5) this.choose(...at(event));
      held = null;
    });
    canvas.addEventListener("dblclick", () => this.map.look(() => this.map.view.home()));
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && this.map.view.zoom === 1 && event.deltaY > 0) return; // let the page scroll
      event.preventDefault();
      const [x, y] = at(event), factor = Math.exp(-event.deltaY * 0.0015);
      this.map.look(() => this.map.view.zoomAt(factor, x, y, this.width, this.height));
    }, { passive: false });
  }

  // What is under a point: a mark (those drawn last lie on top), else the country of the cell.
  under(x, y) {
    for (let at = this.hits.length - 1; at >= 0; at--) {
      const hit = this.hits[at];
      if ((hit.x - x) ** 2 + (hit.y - y) ** 2 <= hit.radius ** 2) return hit;
    }
    const cell = this.map.cellAt(...this.map.view.unproject(x, y, this.width, this.height));
    return cell === null ? null : { what: "country", id: this.map.countryOf[cell], cell };
  }

  choose(x, y) {
    const hit = this.under(x, y);
    if (hit && hit.what !== "hub") this.map.select({ what: hit.what, id: hit.id, pane: this.isDifference ? 0 : this.number });
  }

  showTip(x, y) {
    const hit = this.under(x, y), words = hit ? this.map.wordsOf(hit, this) : [];
    if (!words.length) return this.hideTip();
    this.canvas.style.cursor = hit.what === "hub" ? "default" : "pointer";
    this.tip.replaceChildren(...words.map((line, at) => {
      const row = document.createElement(at ? "div" : "strong");
      row.textContent = line;
      return row;
    }));
    this.tip.style.display = "block";
    const left = Math.min(x + 14, this.width - this.tip.offsetWidth - 4);
    this.tip.style.left = `${Math.max(4, left)}px`;
    this.tip.style.top = `${y + this.canvas.offsetTop + (y > this.height - 70 ? -this.tip.offsetHeight - 10 : 16)}px`;
  }

  hideTip() {
    this.tip.style.display = "none";
    this.canvas.style.cursor = "default";
  }
}
