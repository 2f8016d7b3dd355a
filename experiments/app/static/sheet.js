// The one map: a canvas on which one world, two worlds side by side of a divider, or their difference are drawn; tooltips.

class Sheet {
  constructor(map) {
    this.map = map;
    this.element = make("figure", "ink-pane");
    this.canvas = make("canvas", "", this.element);
    this.canvas.setAttribute("role", "img");
    this.context = this.canvas.getContext("2d");
    this.borders = document.createElement("canvas"); // drawn once for each theme, size and view
    this.bordersKey = "";
    this.names = new Names(map);
    this.swipe = new Swipe(map, this.element);
    this.makeButtons();
    this.tip = make("div", "ink-tip", this.element);
    this.gestures = new Gestures(this);
    this.width = this.height = 0;
    this.obstacles = []; // boxes of what lies over the map
    this.layout = "";
  }

  makeButtons() {
    const { map } = this, box = make("div", "ink-zoom", this.element);
    const button = (words, sign, act) => {
      const made = make("button", "", box);
      made.type = "button";
      made.textContent = sign;
      made.title = words;
      made.setAttribute("aria-label", words);
      made.addEventListener("click", act);
    };
    button("Zoom in (+)", "+", () => map.zoom(1.5));
    button("Zoom out (-)", "−", () => map.zoom(1 / 1.5));
    button("Active region (double-click)", "◎", () => map.lookAtRegion());
    button("Whole map (0)", "⤢", () => map.look(() => map.view.home()));
  }

  // The size that the container gives; returns whether it has changed.
  resize() {
    const width = Math.max(120, this.element.clientWidth), height = Math.max(120, this.element.clientHeight);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.width === width && this.height === height && this.ratio === ratio) return false;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    return true;
  }

  // Divider and titles in their places; what lies over the map, where no name may stand.
  lay() {
    const { map, swipe, width, height } = this;
    swipe.lay(width, height);
    const key = [width, height, swipe.share, map.showsDifference, map.dark, map.legend.key, map.legend.open].join("|");
    if (key === this.layout) return;
    this.layout = key;
    const words = swipe.words(), frame = this.element.getBoundingClientRect();
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
    const over = this.element.querySelectorAll(".ink-title, .ink-zoom, .ink-key-box");
    this.obstacles = [...over].map((each) => each.getBoundingClientRect()).filter((box) => box.width)
      .map((box) => ({ x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height }));
  }

  place(lon, lat) {
    return this.map.view.project(lon, lat, this.width, this.height);
  }

  // What is drawn from where to where: [{pane, left, right}].
  get parts() {
    const { panes, difference, showsDifference } = this.map, width = this.width;
    if (showsDifference) return [{ pane: difference, left: 0, right: width }];
    if (panes.length < 2) return [{ pane: panes[0], left: 0, right: width }];
    const at = Math.round(this.swipe.share * width);
    return [{ pane: panes[0], left: 0, right: at }, { pane: panes[1], left: at, right: width }];
  }

  draw() {
    const { theme, frame } = this.map, { context, width, height, ratio, parts } = this;
    const place = (lon, lat) => this.place(lon, lat);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = `rgb(${theme.sea})`;
    context.fillRect(0, 0, width, height);
    for (const { pane, left, right } of parts) pane.drawField(context, place, left, right, height);
    this.drawBorders();
    if (!frame) return;
    for (const { pane, left, right } of parts) pane.drawMarks(context, place, left, right, width, height);
    this.names.draw(context, this);
    this.gestures.follow();
  }

  drawBorders() {
    const { theme, view, theatre } = this.map, { width, height, ratio } = this;
    const key = `${this.map.dark},${this.canvas.width},${this.canvas.height},${view.key}`;
    if (key !== this.bordersKey) {
      this.bordersKey = key;
      this.borders.width = this.canvas.width;
      this.borders.height = this.canvas.height;
      const context = this.borders.getContext("2d"), scale = view.scale(width, height), [x, y] = this.place(0, 0);
      context.setTransform(ratio * scale, 0, 0, -ratio * scale * view.stretch, ratio * x, ratio * y); // degrees to pixels
      context.lineJoin = "round";
      for (const kind of ["border", "coast"]) {
        context.strokeStyle = theme[kind];
        context.lineWidth = (kind === "coast" ? 1 : 0.8) / scale;
        context.stroke(this.pathOf(kind, theatre.lines));
      }
    }
    this.context.drawImage(this.borders, 0, 0, width, height);
  }

  // The lines of a kind in degrees, made once.
  pathOf(kind, lines) {
    this.paths ||= {};
    if (this.paths[kind]) return this.paths[kind];
    const path = (this.paths[kind] = new Path2D());
    for (const [each, line] of lines) {
      if (each !== kind) continue;
      path.moveTo(line[0], line[1]);
      for (let at = 2; at < line.length; at += 2) path.lineTo(line[at], line[at + 1]);
    }
    return path;
  }

  paneAt(x) {
    return this.parts.find(({ right }) => x < right || right === this.width).pane;
  }

  under(x, y, reach) {
    const pane = this.paneAt(x);
    return [pane.under(x, y, ...this.map.view.unproject(x, y, this.width, this.height), reach), pane];
  }

  choose(x, y, reach) {
    const [hit, pane] = this.under(x, y, reach);
    if (hit && hit.what !== "hub") this.map.select({ what: hit.what, id: hit.id, pane: pane.isDifference ? 0 : pane.number });
  }

  showTip(x, y) {
    const [hit, pane] = this.under(x, y), words = hit ? this.map.wordsOf(hit, pane) : [];
    if (!words.length) return this.hideTip();
    this.canvas.style.cursor = hit.what === "hub" ? "default" : "pointer";
    const rows = words.map((line, at) => {
      const row = document.createElement(at ? "div" : "strong");
      row.textContent = line;
      return row;
    });
    if (this.parts.length > 1) rows.unshift(Object.assign(make("div", "ink-side-of"), { textContent: `in ${this.swipe.nameOf(pane.number)}` }));
    this.tip.replaceChildren(...rows);
    this.tip.style.display = "block";
    const left = Math.min(x + 14, this.width - this.tip.offsetWidth - 4), below = y < this.height - this.tip.offsetHeight - 24;
    this.tip.style.left = `${Math.max(4, left)}px`;
    this.tip.style.top = `${below ? y + 16 : Math.max(4, y - this.tip.offsetHeight - 10)}px`;
  }

  hideTip() {
    this.tip.style.display = "none";
    this.canvas.style.cursor = "default";
  }
}
