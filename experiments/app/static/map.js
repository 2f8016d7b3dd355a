// The map view: one or two worlds and their difference, drawn from frames; what the user does goes to `send`.
// Used by the page (widget.js) and by replays, which have no server (replay.js).

const NOBODY = 255; // in a buffer of holders

class InkMap {
  constructor(root, theatre, cells, countryOf, send) {
    Object.assign(this, { root, theatre, cells, countryOf, send });
    this.view = new View(theatre);
    this.playing = this.ownColours = this.dark = false;
    this.frame = this.selected = null;
    this.hidden = new Set(); // marks that are switched off
    this.cellIndex = new Int32Array(theatre.rows * theatre.columns).fill(-1);
    cells.forEach((place, cell) => (this.cellIndex[place] = cell));
    root.replaceChildren();
    root.classList.add("ink-map");
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Map. Space plays and pauses, arrows step, plus and minus zoom, 1 to 5 switch layers.");
    this.layers = new Layers(this);
    const grid = (this.grid = make("div", "ink-panes"));
    this.panes = theatre.titles.map((title, at) => new Pane(this, at, title));
    if (theatre.comparable) this.panes.push(new Pane(this, 2, "Difference: the second world minus the first"));
    grid.dataset.panes = this.panes.length;
    grid.append(...this.panes.map((pane) => pane.element));
    this.note = make("div", "ink-note");
    this.note.setAttribute("role", "status");
    this.said = new Said(this);
    root.append(this.layers.element, grid, this.note, this.said.element);
    root.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(root);
    this.setDark(false);
  }

  close() {
    this.observer.disconnect();
    this.said.close();
  }

  setDark(dark) {
    this.dark = dark;
    this.theme = THEMES[dark ? "dark" : "light"];
    this.root.classList.toggle("ink-dark", dark);
    this.tables = { ramp: rampTable(this.theme.ramp), difference: differenceTable(this.theme) };
    this.layers.show(this.frame ? this.frame.layer : "control");
    this.repaint();
  }

  setOwnColours(own) {
    this.ownColours = own;
    this.layers.show(this.frame ? this.frame.layer : "control");
    this.repaint();
  }

  // Show or hide a kind of marks.
  switchMark(name) {
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.redraw();
  }

  // A frame: header as `Pair.frame` makes it, buffers as Uint8Arrays in its order.
  show(frame, buffers) {
    if (!this.frame || this.frame.layer !== frame.layer) this.layers.show(frame.layer);
    this.frame = frame;
    this.buffers = buffers;
    this.layers.follow(frame);
    this.repaint();
    this.said.tell();
    this.note.textContent = frame.failed || this.hint || "";
  }

  valuesOf(number) {
    const worlds = this.frame.panes.length, each = this.frame.layer === "control" ? 2 : 1, buffers = this.buffers;
    if (number === 2) return buffers.length > worlds * each ? { field: buffers[worlds * each] } : null;
    const first = number * each;
    return each === 2 ? { holder: buffers[first], field: buffers[first + 1] } : { field: buffers[first] };
  }

  repaint() {
    for (const pane of this.panes) pane.paint();
    this.redraw();
  }

  redraw() {
    for (const pane of this.panes) pane.draw();
  }

  look(change) {
    change();
    if (this.looking) return;
    this.looking = requestAnimationFrame(() => {
      this.looking = 0;
      this.redraw();
    });
  }

  cellAt(lon, lat) {
    const { rows, columns } = this.theatre, { west, east, south, north } = this.view;
    const column = Math.floor(((lon - west) / (east - west)) * columns), row = Math.floor(((north - lat) / (north - south)) * rows);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    const cell = this.cellIndex[row * columns + column];
    return cell < 0 ? null : cell;
  }

  title(pane, row) {
    const names = this.frame.names[pane.isDifference ? 0 : pane.number] || [];
    return names[row] || "";
  }

  // The words of a tooltip, its headline first.
  wordsOf(hit, pane) {
    if (!this.frame) return [];
    if (hit.what === "hub") return hubWords(this.theatre.hubs[hit.id]);
    if (hit.what === "army") return armyWords(hit, this.theatre.armies[pane.number][hit.id]);
    if (hit.what === "link") return linkWords(hit, this.title(pane, hit.id));
    if (hit.what === "organisation") return organisationWords(hit, this.title(pane, hit.id));
    const words = [this.theatre.countries[hit.id].name], values = pane.values, layer = this.theatre.layers[this.frame.layer];
    if (!values) return words;
    const byte = values.field[hit.cell], holder = values.holder ? values.holder[hit.cell] : NOBODY;
    if (pane.isDifference) return [...words, differenceWords(layer, byte)];
    if (this.frame.layer === "control" && holder === NOBODY) return [...words, "no armed group controls this place"];
    return [...words, cellWords(layer, byte, holder === NOBODY ? "" : this.title(pane, holder))];
  }

  act(kind, details) {
    if (kind === "play" || kind === "pause") this.setPlaying(kind === "play");
    this.send({ kind, ...details });
  }

  setPlaying(playing) {
    if (playing) this.hint = "";
    else if (this.playing && this.frame) this.said.tell();
    this.playing = playing;
  }

  // A browser draws nothing for a tab that is hidden: weeks would be computed for nobody.
  pauseHidden() {
    if (!this.playing) return;
    this.act("pause");
    this.setPlaying(false);
    this.note.textContent = this.hint = "Paused while this tab was hidden. Play goes on from here.";
  }

  select(choice) {
    this.selected = choice;
    this.redraw();
    this.send({ kind: "select", ...choice });
  }

  key(event) {
    if (event.target.tagName === "SELECT" || event.target.tagName === "INPUT") return;
    const { width, height } = this.panes[0], zoom = (factor) => this.look(() => this.view.zoomAt(factor, width / 2, height / 2, width, height));
    const names = Object.keys(this.theatre.layers);
    const acts = {
      " ": () => this.act(this.playing ? "pause" : "play"), ArrowRight: () => this.act("step"), ArrowLeft: () => this.act("back"),
      Home: () => this.act("reset"), End: () => this.act("seek", { week: this.frame ? this.frame.computed : 0 }), "+": () => zoom(1.5), "-": () => zoom(1 / 1.5),
    };
    names.forEach((name, at) => (acts[String(at + 1)] = () => this.act("layer", { name })));
    if (!acts[event.key] || event.ctrlKey || event.metaKey || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    acts[event.key]();
  }
}
