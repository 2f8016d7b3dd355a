// The legend: what is on the map in the week shown and nothing else, in a box on the map that can be closed and scrolls.

const SIGNS = {
  fronts: "M1 9h7v-6h8v6h9", arrow: "M2 4h13v-3l9 5-9 5v-3H2z", garrisons: "M9 2h8v8h-8z", partners: "M13 2l6 9H7z", links: "M1 9Q13 0 25 9",
  groups: "M13 2a4 4 0 1 0 .1 0z", flows: "M1 6h20M17 2l5 4-5 4", strikes: "M9 2l8 8M17 2l-8 8", hubs: "M13 1l5 5-5 5-5-5z",
  attacks: "M13 0v3M13 9v3M7 6h3M16 6h3M9 2l2 2M15 8l2 2M17 2l-2 2M11 8l-2 2",
};
const ROOMY = 640; // pixels of a map's width from which on the legend is open as long as nobody says otherwise

class Legend {
  constructor(map, figure) {
    this.map = map;
    this.element = make("div", "ink-key-box", figure);
    this.button = make("button", "ink-layer ink-key-button", this.element);
    this.button.type = "button";
    this.button.textContent = "Legend";
    this.list = make("div", "ink-legend", this.element);
    this.list.tabIndex = 0; // it scrolls, also with the keyboard
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", "Legend of the map");
    this.own = make("label", "ink-own");
    this.box = make("input", "", this.own);
    this.box.type = "checkbox";
    this.own.append(" a colour for each group");
    this.box.addEventListener("change", () => map.setOwnColours(this.box.checked));
    this.button.addEventListener("click", () => this.setOpen(!this.open));
  }

  // `chosen`: by the user, and not by the room that there is.
  setOpen(open, chosen = true) {
    this.open = open;
    this.chosen = chosen;
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.map.redraw();
  }

  // Follow the week: the list is made anew only where something came, went, or changed its colour.
  follow() {
    const { map } = this;
    if (!map.frame) return;
    const present = presentOf(map.frame.panes, map.theatre.hubs);
    const groups = map.ownColours ? map.frame.panes.map((pane) => pane.organisations.map(([row, status]) => `${row}:${status}`)) : "";
    const key = JSON.stringify([[...present], groups, map.frame.layer, map.dark, map.ownColours, map.showsDifference]);
    if (key === this.key) return;
    this.key = key;
    this.box.checked = map.ownColours;
    const held = document.activeElement, mark = held && this.list.contains(held) ? held.dataset.mark : null, top = this.list.scrollTop;
    this.list.replaceChildren(...this.items(map.frame.layer, present));
    this.list.scrollTop = top;
    if (mark || held === this.box) (this.list.querySelector(mark ? `[data-mark="${mark}"]` : "input") || this.list).focus();
  }

  items(layer, present) {
    if (this.map.showsDifference) return this.differences(layer);
    if (layer !== "control") return [...this.ramp(layer), ...this.signs(present)];
    const kinds = make("div", "ink-kinds");
    kinds.append(...(this.map.ownColours ? this.groups() : this.kinds(present)));
    if (this.map.ownColours) Object.assign(kinds, { tabIndex: 0, role: "group", ariaLabel: "Groups and their colours" }); // it scrolls
    return [this.own, kinds, ...this.signs(present)];
  }

  item(sign, words, wide) {
    const item = make("span", wide ? "ink-item ink-wide" : "ink-item");
    item.append(sign, ` ${words}`);
    return item;
  }

  swatch(background) {
    const swatch = make("span", "ink-swatch");
    swatch.style.background = background;
    return swatch;
  }

  kinds(present) {
    const { theme } = this.map, ground = `rgb(${theme.land})`;
    return theme.kinds.map((colour, at) => [at, this.swatch(`linear-gradient(90deg, ${ground}, ${colour})`)])
      .filter(([at]) => present.has(`kind ${at}`)).map(([at, swatch]) => this.item(swatch, KIND_NAMES[at]));
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

  ramp(layer) {
    const { low, high, meaning } = this.map.theatre.layers[layer];
    const colours = this.map.theme.ramp.map((each) => `rgb(${each})`).join(", ");
    return [this.item(this.swatch(`linear-gradient(90deg, ${colours})`), `${low} to ${high}: ${meaning}`, true)];
  }

  // In words: which colour says that the second world has less or more of what.
  differences(layer) {
    const { theme, theatre, sheet } = this.map, [first, second] = [sheet.swipe.nameOf(0), sheet.swipe.nameOf(1)];
    const swatch = (colour) => this.swatch(`linear-gradient(90deg, rgb(${theme.land}), rgb(${colour}))`);
    const head = make("b", "ink-item ink-wide"), { difference } = theatre.layers[layer];
    head.textContent = difference[0].toUpperCase() + difference.slice(1);
    return [
      head, this.item(swatch(theme.more), `${DIFFERENCE_WORDS.more}: more in ${second}`, true),
      this.item(swatch(theme.less), `${DIFFERENCE_WORDS.less}: less in ${second}`, true),
      this.item(this.swatch(`rgb(${theme.land})`), `no colour: as in ${first}. Faint: a small difference`, true),
    ];
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

  signs(present) {
    const { theme, theatre } = this.map, items = [];
    const sign = (path, colour, dashes, fill) => {
      const holder = make("span", "ink-sign");
      holder.innerHTML = `<svg viewBox="0 0 26 12" aria-hidden="true"><path d="${SIGNS[path]}" stroke="${colour}" stroke-dasharray="${dashes || ""}" fill="${fill || "none"}"/></svg>`;
      return holder;
    };
    const toggled = {
      fronts: () => sign("fronts", theme.front), operations: () => sign("arrow", theme.state, "", theme.state), garrisons: () => sign("garrisons", theme.state, "", theme.state),
      partners: () => sign("partners", theme.state, "", theme.state), links: () => sign("links", theme.ink), groups: () => sign("groups", theme.ink, "", theme.ink),
      flows: () => sign("flows", theme.flow),
    };
    for (const name of Object.keys(theatre.marks)) if (present.has(name)) items.push(this.toggle(name, toggled[name]()));
    const plain = {
      builds: () => this.item(sign("arrow", theme.state), "build-up"), silent: () => this.item(sign("links", theme.ink, "3 3"), "silent for over 4 weeks"),
      strikes: () => this.item(sign("strikes", theme.strike), "allied strikes"), attacks: () => this.item(sign("attacks", theme.strike), "attacks this week"),
      hubs: () => this.item(sign("hubs", theme.kinds[RIVAL]), "rival hub"),
    };
    for (const [name, make] of Object.entries(plain)) if (present.has(name)) items.push(make());
    return items;
  }
}

// What is there in a week in any of the worlds: kinds of groups, marks, and signs of the legend that are no switches.
function presentOf(panes, hubs) {
  const present = new Set(hubs.length ? ["hubs"] : []);
  const put = (name, there) => there && present.add(name);
  for (const { organisations, fronts, forces, partners, flows } of panes) {
    const core = organisations.some(([row]) => row === 0), provinces = organisations.filter(([, status]) => status === PROVINCE);
    for (const [, status, , , , , , , strikes, attacks] of organisations) {
      present.add(`kind ${status}`);
      put("strikes", (strikes || 0) > 0.02);
      put("attacks", (attacks || 0) >= 0.5);
    }
    put("fronts", fronts.length);
    put("operations", forces.some(([, , , , , phase]) => phase));
    put("builds", forces.some(([, , , , , phase]) => phase === BUILD_UP));
    put("garrisons", forces.some(([, , , , , phase, , garrison]) => garrison && !phase));
    put("partners", partners.length);
    put("links", (core && provinces.length) || hubs.length);
    put("silent", core && provinces.some((each) => (each[7] || 0) > SILENT_WEEKS));
    put("groups", organisations.length);
    put("flows", flows.length);
  }
  return present;
}
