// The map view: one world, two worlds at a divider or their difference, drawn from frames; what the user does goes to `send`.
// Used by the page (map_widget.js) and by replays, which have no server (replay.js).

const NOBODY = 255; // in a buffer of holders
const DIFFERENCE = 2; // the number of the pane that is no world

class InkMap {
  // `grounds`: {cells, countries} of each world, or of both together where they lie on the same grid; `kept`: what `memory`
  // told of the map that this one replaces.
  constructor(root, theatre, grounds, send, kept = null) {
    Object.assign(this, { root, theatre, send });
    root.inkMap = this;
    this.view = new View(theatre);
    this.playing = this.ownColours = this.dark = this.showsDifference = this.touched = false;
    this.frame = this.selected = null;
    this.opened = ""; // then "underway", then "done"
    this.hidden = new Set(); // marks that are switched off
    this.theme = THEMES.light;
    const grids = grounds.map(({ cells, countries }, at) => new Grid(at ? theatre.second : theatre, cells, countries));
    this.panes = theatre.titles.map((_, at) => new Pane(this, at, grids[at] || grids[0]));
    for (const { grid } of this.panes) grid.hubs = theatre.hubs;
    this.difference = theatre.comparable ? new Pane(this, DIFFERENCE, grids[0]) : null;
    this.build();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.sheet.element);
    if (kept && kept.place === this.place) this.remember(kept);
    this.fit();
    if (kept && kept.open !== null) this.legend.setOpen(kept.open);
    this.setDark(false);
  }

  build() {
    const { root } = this;
    root.replaceChildren();
    root.classList.add("ink-map");
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", KEYS_SAID);
    const tools = make("div", "ink-tools", root);
    this.layers = new Layers(this);
    this.search = new Search(this);
    tools.append(this.layers.element, this.search.element);
    this.sheet = new Sheet(this);
    this.legend = new Legend(this, this.sheet.element);
    this.note = make("div", "ink-note");
    this.note.setAttribute("role", "status");
    this.said = new Said(this);
    root.append(this.sheet.element, this.note, this.said.element);
    this.standing = this.panes.length > 1 && !this.difference ? UNLIKE : ""; // what is said as long as nothing else is
    this.ended = new AbortController(); // the root outlives the map: keys must not reach one that was replaced
    root.addEventListener("keydown", (event) => this.key(event), { signal: this.ended.signal });
  }

  close() {
    this.ended.abort();
    this.observer.disconnect();
    this.said.close();
  }

  // Which map it is: what is looked at is kept where worlds change on the same one.
  get place() {
    return JSON.stringify([this.theatre.name, this.theatre.extent]);
  }

  get memory() {
    const { place, view, touched, hidden, ownColours, showsDifference, sheet, legend, opened } = this;
    return { place, view: view.state, touched, hidden, ownColours, showsDifference, share: sheet.swipe.share, open: legend.chosen ? legend.open : null, opened };
  }

  remember({ view, touched, hidden, ownColours, showsDifference, share, opened }) {
    Object.assign(this.view, view);
    Object.assign(this, { touched, hidden, ownColours, opened, showsDifference: showsDifference && Boolean(this.difference) });
    this.sheet.swipe.share = share;
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
    this.repaint();
  }

  showDifference(wanted) {
    this.showsDifference = wanted && Boolean(this.difference);
    this.layers.show(this.frame ? this.frame.layer : "control");
    this.repaint();
  }

  // Show or hide a kind of marks.
  switchMark(name) {
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.redraw();
  }

  // A frame: header as `Shown.frame` makes it, buffers as Uint8Arrays in its order.
  show(frame, buffers) {
    if (!this.frame || this.frame.layer !== frame.layer) this.layers.show(frame.layer);
    this.frame = frame;
    this.buffers = buffers;
    this.paint();
    this.openOn(frame);
    this.redraw();
    this.said.tell();
    this.note.textContent = frame.failed || this.hint || this.standing;
  }

  // The first view is the active region, of the first week shown and of the one that it runs to at first.
  openOn(frame) {
    const waiting = Number.isInteger(frame.goal);
    if (this.opened === "" || (this.opened === "underway" && !waiting)) {
      this.opened = waiting ? "underway" : "done";
      this.region = activeBox(this.panes, this.view);
      if (!this.touched) this.showRegion();
    }
  }

  showRegion() {
    const { width, height } = this.sheet;
    if (this.region) this.view.show(this.region, width, height);
    else this.view.home();
  }

  // To the active region of the week shown.
  lookAtRegion() {
    if (this.frame) this.region = activeBox(this.panes, this.view) || this.region;
    this.look(() => this.showRegion());
  }

  valuesOf(number) {
    const worlds = this.frame.panes.length, each = this.frame.layer === "control" ? 2 : 1, buffers = this.buffers;
    if (number === DIFFERENCE) return buffers.length > worlds * each ? { field: buffers[worlds * each] } : null;
    const first = number * each;
    return each === 2 ? { holder: buffers[first], field: buffers[first + 1] } : { field: buffers[first] };
  }

  paint() {
    for (const pane of this.showsDifference ? [this.difference] : this.panes) pane.paint();
  }

  repaint() {
    if (this.frame) this.paint();
    this.redraw();
  }

  redraw() {
    this.legend.follow();
    this.sheet.lay();
    this.sheet.draw();
  }

  // The container has another size: the first view is kept until somebody moves the map.
  fit() {
    if (!this.sheet.resize()) return;
    if (!this.legend.chosen) this.legend.setOpen(this.sheet.width >= ROOMY, false);
    if (!this.touched && this.region) this.showRegion();
    this.redraw();
  }

  look(change) {
    change();
    this.touched = true;
    if (this.looking) return;
    this.looking = requestAnimationFrame(() => {
      this.looking = 0;
      this.redraw();
    });
  }

  zoom(factor) {
    const { width, height } = this.sheet;
    this.look(() => this.view.zoomAt(factor, width / 2, height / 2, width, height));
  }

  // To what was found by its name: in two worlds, to the middle of its side; its card opens.
  goTo({ lon, lat, choice, country }) {
    const { width, height, parts } = this.sheet, { grid } = this.panes[0];
    const box = country === undefined ? null : grid.boxOf((cell) => grid.countryOf[cell] === country);
    const part = parts.find(({ pane }) => choice && pane.number === choice.pane) || parts[0];
    const x = part.right - part.left > 120 ? (part.left + part.right) / 2 : width / 2;
    this.look(() => (box ? this.view.show(box.widened(0.15, 2), width, height) : this.view.goTo(lon, lat, CLOSE, x, height / 2, width, height)));
    if (part.right - part.left <= 120 && choice) this.sheet.swipe.set(choice.pane ? 0.2 : 0.8);
    if (choice) this.select(choice);
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
    const words = [pane.grid.countries[hit.id].name], values = pane.values, layer = this.theatre.layers[this.frame.layer];
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
    if (this.legend.list.contains(event.target) && / |Arrow|Home|End/.test(event.key)) return; // it scrolls
    const { width, height } = this.sheet, move = (dx, dy) => this.look(() => this.view.move(dx * width, dy * height, width, height));
    const names = Object.keys(this.theatre.layers);
    const acts = {
      " ": () => this.act(this.playing ? "pause" : "play"), ArrowRight: () => this.act("step"), ArrowLeft: () => this.act("back"),
      Home: () => this.act("reset"), End: () => this.act("seek", { week: this.frame ? this.frame.computed : 0 }), "+": () => this.zoom(1.5), "-": () => this.zoom(1 / 1.5),
      0: () => this.look(() => this.view.home()),
    };
    const moves = { ArrowRight: () => move(-0.15, 0), ArrowLeft: () => move(0.15, 0), ArrowUp: () => move(0, 0.15), ArrowDown: () => move(0, -0.15) };
    names.forEach((name, at) => (acts[String(at + 1)] = () => this.act("layer", { name })));
    acts[String(names.length + 1)] = () => this.showDifference(!this.showsDifference);
    const act = event.shiftKey && moves[event.key] ? moves[event.key] : acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    act();
  }
}

const KEYS_SAID = "Map. Space plays and pauses, arrows step, with shift they move the map, plus and minus zoom, 0 shows the whole map, " +
  "1 to 5 switch layers, 6 shows the difference of two worlds.";
