// Above the map: its layers and the legend.

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
