// The bar under the maps: layers, play, pause, step, back, reset, speed, and the time line to scrub; and the legend.

const ICONS = {
  reset: "M4 4v16M20 4L8 12l12 8z", back: "M18 4L6 12l12 8z", play: "M6 4l14 8-14 8z", pause: "M6 4v16M18 4v16",
  step: "M6 4l12 8-12 8zM20 4v16",
};
const SPEEDS = [[2, "2 weeks a second"], [8, "8 weeks a second"], [20, "20 weeks a second"], [0, "as fast as it goes"]];

function make(tag, name, parent) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (parent) parent.appendChild(element);
  return element;
}

function iconButton(name, label, parent, act) {
  const button = make("button", "ink-button", parent);
  button.type = "button";
  button.dataset.act = name;
  setIcon(button, name, label);
  button.addEventListener("click", act);
  return button;
}

function setIcon(button, name, label) {
  if (button.dataset.icon === name) return;
  button.dataset.icon = name;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}

function dateWords(start, week) {
  const day = new Date(`${start}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 7 * week);
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

class Bar {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-bar");
    const buttons = make("div", "ink-buttons", this.element);
    iconButton("reset", "Back to the start (Home)", buttons, () => map.act("reset"));
    iconButton("back", "One week back (left arrow)", buttons, () => map.act("back"));
    this.playButton = iconButton("play", "Play (space)", buttons, () => map.act(map.playing ? "pause" : "play"));
    iconButton("step", "One week forward (right arrow)", buttons, () => map.act("step"));
    this.speed = make("select", "ink-select", buttons);
    this.speed.setAttribute("aria-label", "Speed");
    for (const [value, words] of SPEEDS) this.speed.add(new Option(words, value));
    this.speed.value = 8;
    this.speed.addEventListener("change", () => map.act("speed", { value: Number(this.speed.value) }));
    this.makeTimeline();
  }

  makeTimeline() {
    const line = make("div", "ink-timeline", this.element);
    this.range = make("input", "ink-range", line);
    this.range.type = "range";
    this.range.min = 0;
    this.range.max = this.map.theatre.weeks;
    this.range.value = 0;
    this.range.setAttribute("aria-label", "Week shown");
    this.held = false;
    this.range.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel", "change", "blur"]) this.range.addEventListener(end, () => this.release());
    this.range.addEventListener("input", () => this.map.seek(Number(this.range.value)));
    this.label = make("div", "ink-date", line);
    this.label.setAttribute("aria-live", "off");
    this.goal = make("div", "ink-goal", line);
    this.goal.setAttribute("role", "status");
  }

  show(frame) {
    const { weeks, start } = this.map.theatre, done = (100 * frame.computed) / weeks;
    if (!this.held) this.range.value = frame.week; // else the hand has it
    this.range.style.setProperty("--done", `${done}%`);
    this.label.textContent = `${dateWords(start, frame.week)} · week ${frame.week} of ${weeks}`;
    this.goal.textContent = Number.isInteger(frame.goal) ? `computing up to ${dateWords(start, frame.goal)} (week ${frame.goal})` : "";
    this.label.title = `computed up to week ${frame.computed}`;
    this.range.setAttribute("aria-valuetext", this.label.textContent);
  }

  // The knob goes back to the week on the map: what is not computed yet is run to from there.
  release() {
    this.held = false;
    if (this.map.frame && !this.map.seeking) this.range.value = this.map.frame.week;
  }

  showPlaying(playing) {
    if (!playing) this.goal.textContent = "";
    setIcon(this.playButton, playing ? "pause" : "play", playing ? "Pause (space)" : "Play (space)");
  }
}

class Layers {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-layers");
    this.buttons = {};
    const group = make("div", "ink-group", this.element);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Layer of the map");
    for (const [name, layer] of Object.entries(map.theatre.layers)) {
      const button = (this.buttons[name] = make("button", "ink-layer", group));
      button.type = "button";
      button.textContent = layer.title;
      button.title = layer.meaning;
      button.dataset.layer = name;
      button.addEventListener("click", () => map.act("layer", { name }));
    }
    this.own = make("label", "ink-own", this.element);
    this.box = make("input", "", this.own);
    this.box.type = "checkbox";
    this.own.append(" a colour for each group");
    this.box.addEventListener("change", () => map.setOwnColours(this.box.checked));
    this.legend = make("div", "ink-legend", this.element);
  }

  show(layer) {
    this.layer = layer;
    for (const [name, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(name === layer));
    this.own.style.visibility = layer === "control" ? "visible" : "hidden";
    this.legend.replaceChildren(...(layer === "control" ? this.colours() : this.ramp(layer)), ...this.signs());
  }

  // Colours of groups stand in the legend as far as the groups are there: it follows the weeks.
  follow(frame) {
    const present = frame.panes.map((pane) => pane.organisations.map(([row, status]) => `${row}:${status}`)).join("|");
    if (!this.map.ownColours || present === this.present) return;
    this.present = present;
    this.show(frame.layer);
  }

  colours() {
    return this.map.ownColours && this.map.frame ? this.groups() : this.kinds();
  }

  // Each group that is there in the week, with its colour; where a row is another group in the second world, both names.
  groups() {
    const { theme, frame } = this.map, ground = `rgb(${theme.land})`, names = new Map();
    frame.panes.forEach((pane, at) => pane.organisations.forEach(([row, status]) => {
      const name = frame.names[at][row], colour = organisationColours(theme, [[row, status]], true)[row];
      if (!names.has(row)) names.set(row, { colour, said: [name] });
      else if (!names.get(row).said.includes(name)) names.get(row).said.push(name);
    }));
    return [...names].sort(([one], [two]) => one - two).map(([, { colour, said }]) => {
      const item = this.item(this.swatch(`linear-gradient(90deg, ${ground}, ${colour} 60%)`), said.join(" / in the second world "));
      item.dataset.group = said[0];
      return item;
    });
  }

  item(sign, words) {
    const item = make("span", "ink-item");
    item.append(sign, ` ${words}`);
    return item;
  }

  swatch(background, round) {
    const swatch = make("span", `ink-swatch${round ? " round" : ""}`);
    swatch.style.background = background;
    return swatch;
  }

  kinds() {
    const { theme } = this.map, ground = `rgb(${theme.land})`;
    return theme.kinds.map((colour, at) => this.item(this.swatch(`linear-gradient(90deg, ${ground}, ${colour})`), KIND_NAMES[at]));
  }

  ramp(layer) {
    const { low, high, meaning } = this.map.theatre.layers[layer];
    const colours = this.map.theme.ramp.map((each) => `rgb(${each})`).join(", ");
    return [this.item(this.swatch(`linear-gradient(90deg, ${colours})`), `${low} to ${high}: ${meaning}`)];
  }

  // A sign of the legend; those that can be switched off are buttons.
  toggle(name, sign) {
    const { title, meaning } = this.map.theatre.marks[name], button = make("button", "ink-item ink-mark");
    button.type = "button";
    button.dataset.mark = name;
    button.title = `${meaning}: show or hide`;
    button.setAttribute("aria-pressed", String(!this.map.hidden.has(name)));
    button.append(sign, ` ${title}`);
    button.addEventListener("click", () => {
      this.map.switchMark(name);
      button.setAttribute("aria-pressed", String(!this.map.hidden.has(name)));
    });
    return button;
  }

  signs() {
    const { theme } = this.map;
    const sign = (path, colour, dashes, fill) => {
      const holder = make("span", "ink-sign");
      holder.innerHTML = `<svg viewBox="0 0 26 12"><path d="${path}" stroke="${colour}" stroke-dasharray="${dashes || ""}" fill="${fill || "none"}"/></svg>`;
      return holder;
    };
    const items = [
      this.toggle("fronts", sign("M1 9h7v-6h8v6h9", theme.front)),
      this.toggle("operations", sign("M2 4h13v-3l9 5-9 5v-3H2z", theme.state, "", theme.state)),
      this.toggle("garrisons", sign("M9 2h8v8h-8z", theme.state, "", theme.state)),
      this.toggle("partners", sign("M13 2l6 9H7z", theme.state, "", theme.state)),
      this.toggle("links", sign("M1 9Q13 0 25 9", theme.ink)),
      this.toggle("groups", sign("M13 2a4 4 0 1 0 .1 0z", theme.ink, "", theme.ink)),
      this.toggle("flows", sign("M1 6h20M17 2l5 4-5 4", theme.flow)),
      this.item(sign("M2 4h13v-3l9 5-9 5v-3H2z", theme.state), "build-up"),
      this.item(sign("M1 9Q13 0 25 9", theme.ink, "3 3"), "silent for over 4 weeks"),
      this.item(sign("M9 2l8 8M17 2l-8 8", theme.strike), "allied strikes"),
      this.item(sign("M13 0v3M13 9v3M7 6h3M16 6h3M9 2l2 2M15 8l2 2M17 2l-2 2M11 8l-2 2", theme.strike), "attacks this week"),
    ];
    if (this.map.theatre.hubs.length) items.push(this.item(sign("M13 1l5 5-5 5-5-5z", theme.kinds[RIVAL]), "rival hub"));
    if (!this.map.panes || !this.map.panes[2]) return items;
    const scale = `linear-gradient(90deg, rgb(${theme.less}), rgb(${theme.land}), rgb(${theme.more}))`;
    return [...items, this.item(this.swatch(scale), `${this.map.theatre.layers[this.layer].difference}: less / more in the second world`)];
  }
}
