// Find a group, a country, a place by name: a combobox whose choice moves the map there and opens its card.

const MOST_FOUND = 8;
const CLOSE = 55; // pixels a degree at which a place is looked at
let searches = 0; // for identifiers that are unique on a page

class Search {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-search");
    this.list = make("ul", "ink-found");
    this.list.id = `ink-found-${(searches += 1)}`;
    this.field = make("input", "", this.element);
    this.said = make("span", "ink-hidden-words", this.element);
    this.element.append(this.list);
    const attributes = {
      type: "text", role: "combobox", "aria-label": "Find a group, country or place", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": this.list.id, placeholder: "Find a group or place", autocomplete: "off", spellcheck: "false",
    };
    for (const [name, value] of Object.entries(attributes)) this.field.setAttribute(name, value);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Found on the map");
    this.said.setAttribute("role", "status");
    this.field.addEventListener("input", () => this.open());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.close());
    this.close();
  }

  // All that can be found now: {words, kind, lon, lat, choice, box}; a group that is in one world only is found there.
  all() {
    const { frame, theatre, panes } = this.map, found = new Map();
    const add = (words, kind, rest) => words && !found.has(`${kind} ${words}`) && found.set(`${kind} ${words}`, { words, kind, ...rest });
    for (const { number, marks } of frame ? panes : []) {
      for (const [row, status, lat, lon] of marks.organisations) {
        add(frame.names[number][row], KIND_NAMES[status].replace(/s$/, ""), { lon, lat, choice: { what: "organisation", id: row, pane: number } });
      }
      for (const [army] of marks.partners) {
        const { title, lat, lon } = theatre.armies[number][army];
        add(title, "partner of the state", { lon, lat, choice: { what: "army", id: army, pane: number } });
      }
    }
    theatre.countries.forEach(({ name, lat, lon }, id) => add(name, "country", { lon, lat, choice: { what: "country", id, pane: 0 }, country: id }));
    for (const hub of theatre.hubs) add(hub.name, "rival hub", hub);
    theatre.places.forEach(([name, lat, lon], id) => add(name, "place", { lon, lat, choice: { what: "place", id, pane: 0 } }));
    return [...found.values()];
  }

  // Names that begin so come first, then those with a word that does, then all others that hold it.
  find(text) {
    const sought = plainOf(text.trim());
    const rank = ({ words }) => {
      const name = plainOf(words);
      return name.startsWith(sought) ? 0 : name.includes(` ${sought}`) ? 1 : name.includes(sought) ? 2 : 3;
    };
    if (!sought) return [];
    return this.all().map((each) => [rank(each), each]).filter(([at]) => at < 3).sort(([one], [two]) => one - two).slice(0, MOST_FOUND).map(([, each]) => each);
  }

  open() {
    this.found = this.find(this.field.value);
    this.at = this.found.length ? 0 : -1;
    this.list.replaceChildren(...this.found.map((each, at) => this.option(each, at)));
    const none = this.field.value.trim() && !this.found.length;
    this.said.textContent = none ? "Nothing of that name is on the map" : this.found.length ? `${this.found.length} found` : "";
    this.element.classList.toggle("ink-none", Boolean(none));
    this.field.setAttribute("aria-expanded", String(this.found.length > 0));
    this.list.hidden = !this.found.length;
    this.mark();
  }

  option({ words, kind }, at) {
    const option = make("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.textContent = words;
    make("small", "", option).textContent = ` ${kind}`;
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    option.addEventListener("click", () => this.choose(this.found[at]));
    return option;
  }

  mark() {
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
    const option = this.list.children[this.at];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.found = [];
    this.at = -1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!this.found.length) this.open();
      else this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter" && this.at >= 0) this.choose(this.found[this.at]);
    else if (event.key === "Escape" && this.found.length) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(found) {
    this.field.value = found.words;
    this.close();
    this.said.textContent = `${found.words} is shown`;
    this.map.goTo(found);
  }
}

// Letters without accents, in lower case: "al-Raqqa" is found by "raqqa", "Kūfa" by "kufa".
function plainOf(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[-'’]/g, " ").toLowerCase();
}
