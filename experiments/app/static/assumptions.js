// The drawer of assumptions: a search over all of them, a page of rows at once, what is changed with a reset.

const PAGE = 20; // rows at once
const SOUGHT = "inkspot-assumptions"; // the place in the browser for what was searched: panels come and go
const ALL = "all assumptions", CHANGED = "changed values";

class Assumptions {
  constructor(root, send) {
    const here = (message) => send({ ...message, where: this.where.value }); // where the page says that a value is changed
    Object.assign(this, { root, send: here, items: [], spec: null, rows: new Map(), at: 0 });
    root.replaceChildren();
    root.classList.add("ink-assumptions");
    this.makeHead();
    this.plans = make("div", "ink-plans-changed", root);
    this.list = make("div", "ink-assumption-list", root);
    this.makePages();
  }

  makeHead() {
    const head = make("div", "ink-assumption-head", this.root);
    this.search = make("input", "ink-search-assumptions", head);
    Object.assign(this.search, { type: "search", placeholder: "Search", autocomplete: "off", spellcheck: false });
    this.search.setAttribute("aria-label", "Search assumptions");
    this.search.addEventListener("input", () => this.find());
    this.family = this.menu(head, "Show", () => this.find());
    this.where = this.menu(head, "Change in", () => this.send({ kind: "where" }));
    this.count = make("div", "ink-count", head);
    this.count.setAttribute("role", "status");
    this.count.tabIndex = -1;
    this.everywhere = this.button(head, "Search all", () => {
      this.family.value = ALL;
      this.find();
      this.search.focus();
    });
  }

  menu(parent, words, act) {
    const menu = make("select", "ink-choice", parent);
    menu.setAttribute("aria-label", words);
    menu.addEventListener("change", act);
    return menu;
  }

  button(parent, words, act) {
    const button = make("button", "ink-act", parent);
    Object.assign(button, { type: "button", textContent: words, onclick: act });
    return button;
  }

  makePages() {
    this.pages = make("nav", "ink-pages", this.root);
    this.pages.setAttribute("aria-label", "Pages of assumptions");
    const turn = (by) => {
      this.at += by * PAGE;
      this.draw();
      this.count.focus();
      this.count.scrollIntoView({ block: "nearest" });
    };
    this.before = this.button(this.pages, "Previous", () => turn(-1));
    this.page = make("span", "", this.pages);
    this.after = this.button(this.pages, "Next", () => turn(1));
  }

  open(items) {
    this.items = items.map((item) => {
      const name = `${item.title} ${item.key}`.toLowerCase();
      return { ...item, name, text: `${name} ${item.family.replace(/_/g, " ")} ${item.meaning} ${item.source}`.toLowerCase() };
    });
    const familiesOf = (wanted) => new Set(items.filter(wanted).map((item) => item.family));
    const families = familiesOf((item) => item.kind === "parameter"), switches = familiesOf((item) => item.kind !== "parameter");
    this.family.replaceChildren(...[ALL, CHANGED, ...switches, ...families].map((each) => new Option(each.replace(/_/g, " "), each)));
    const [words, family] = JSON.parse(sessionStorage.getItem(SOUGHT) || "[]");
    this.search.value = words || "";
    if ([...this.family.options].some((each) => each.value === family)) this.family.value = family;
  }

  show(spec) {
    this.spec = spec;
    const places = spec.places.join("|");
    if (this.where.dataset.places !== places) this.where.replaceChildren(...spec.places.map((each) => new Option(each, each)));
    this.where.dataset.places = places;
    this.where.value = spec.where;
    this.where.hidden = spec.places.length < 2;
    this.draw();
  }

  find() {
    sessionStorage.setItem(SOUGHT, JSON.stringify([this.search.value, this.family.value]));
    this.at = 0;
    this.draw();
  }

  // The assumptions that have all words searched for, those with them in their name first; and how many lie outside the choice.
  found() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean), family = this.family.value;
    const has = (text) => words.every((word) => text.includes(word));
    const all = this.items.filter((item) => has(item.text));
    const inside = (item) => family === ALL || (family === CHANGED ? this.spec.values[item.key]?.somewhere : item.family === family);
    const found = all.filter(inside);
    if (words.length) found.sort((one, two) => has(two.name) - has(one.name));
    return [found, words.length ? all.length - found.length : 0];
  }

  draw() {
    const [found, elsewhere] = this.found(), { values, refused, answers } = this.spec;
    this.at = Math.max(0, Math.min(this.at, PAGE * Math.floor((found.length - 1) / PAGE)));
    const shown = found.slice(this.at, this.at + PAGE), keys = new Set(shown.map((item) => item.key));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      this.rows.delete(key);
      row.leave();
    }
    for (const item of shown) {
      if (!this.rows.has(item.key)) this.rows.set(item.key, new Row(item, this.send));
      this.rows.get(item.key).fill(values[item.key], refused[item.key], answers[item.key]);
    }
    const rows = shown.map((item) => this.rows.get(item.key).element), old = [...this.list.children];
    if (rows.length !== old.length || rows.some((row, at) => row !== old[at])) this.list.replaceChildren(...rows);
    this.drawPlans();
    this.tell(found.length, elsewhere, shown.length);
  }

  drawPlans() {
    const shown = this.family.value === CHANGED ? this.spec.plans : [], key = JSON.stringify(shown);
    if (this.plans.dataset.key === key) return;
    this.plans.dataset.key = key;
    this.plans.replaceChildren();
    for (const { words, index } of shown) {
      const line = make("div", "", this.plans);
      make("span", "", line).textContent = words;
      this.button(line, "Take back", () => this.send({ kind: "plan", index }));
    }
  }

  tell(found, elsewhere, shown) {
    const changed = this.family.value === CHANGED && !this.search.value;
    const none = changed ? "No assumption is changed: all have their default values." : "Nothing is found.";
    const words = `${found ? `${found} assumption${found > 1 ? "s" : ""}` : none}${elsewhere ? ` ${elsewhere} elsewhere.` : ""}`;
    if (this.count.textContent !== words) this.count.textContent = words;
    this.everywhere.hidden = !elsewhere;
    this.pages.hidden = found <= PAGE;
    this.page.textContent = `${this.at + 1} to ${this.at + shown} of ${found}`;
    this.before.disabled = this.at === 0;
    this.after.disabled = this.at + shown >= found;
  }
}

function render({ model, el }) {
  const drawer = new Assumptions(el, (message) => model.send(message));
  const show = () => drawer.items.length && model.get("spec").values && drawer.show(model.get("spec"));
  model.on("change:spec", show);
  drawer.open(model.get("items"));
  show();
  return () => {
    model.off("change:spec", show);
    for (const row of drawer.rows.values()) row.leave();
  };
}

export default { render };
