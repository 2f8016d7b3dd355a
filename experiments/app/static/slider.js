// One assumption: a parameter with a slider and a field, or a switch, or a choice; its meaning, range and source.

const STEPS = 200; // of a slider
const DIGITS = 3; // of a value that a slider gives
const REST_MS = 700; // without a key before a value set by keys takes effect

// Between a share of the way through a range and its value, as points/ranges.py has it: wide ranges by their logarithm.
class Scale {
  constructor({ low, high, wide }) {
    Object.assign(this, { low, high, wide });
    this.decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10((high - low) / STEPS)) + 1));
  }

  value(share) {
    const { low, high, wide } = this;
    if (share <= 0) return low;
    if (share >= 1) return high;
    if (wide) return Math.min(high, Math.max(low, +(low * Math.pow(high / low, share)).toPrecision(DIGITS)));
    return +(low + share * (high - low)).toFixed(this.decimals);
  }

  share(value) {
    const { low, high, wide } = this;
    const share = wide ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low || 1);
    return Math.min(1, Math.max(0, share));
  }
}

function written(value) {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

class Row {
  constructor(item, send) {
    Object.assign(this, { item, send, waiting: 0, held: false });
    this.element = make("div", `ink-parameter ink-assumption ink-of-${item.kind}`);
    this.element.dataset.key = item.key;
    const title = make("div", "ink-assumption-title", this.element);
    make("b", "", title).textContent = item.title;
    make("span", "", title).textContent = item.family.replace(/_/g, " ");
    this.mark = make("em", "", title);
    this.mark.textContent = "changed";
    this.back = make("button", "ink-act", title);
    Object.assign(this.back, { type: "button", textContent: "Reset", onclick: () => this.give({ kind: "back" }) });
    this.back.setAttribute("aria-label", `Reset ${item.title}`);
    this[item.kind]();
    this.refused = make("div", "ink-refused", this.element);
    this.refused.setAttribute("role", "status");
    this.tell();
  }

  get name() {
    return `${this.item.title} (${this.item.family.replace(/_/g, " ")})`;
  }

  give(message) {
    clearTimeout(this.waiting);
    this.waiting = 0;
    this.send({ key: this.item.key, ...message });
  }

  set(value) {
    if (value !== this.holds) this.give({ kind: "set", value });
  }

  parameter() {
    const { item } = this, line = make("div", "ink-slide-line", this.element), track = make("div", "ink-slide-track", line);
    this.scale = new Scale(item);
    this.tick = make("i", "ink-shipped-mark", track);
    this.tick.setAttribute("aria-hidden", "true");
    this.slide = make("input", "ink-slide", track);
    Object.assign(this.slide, { type: "range", min: 0, max: STEPS, step: 1 });
    this.slide.setAttribute("aria-label", `${this.name}, slider`);
    this.field = make("input", "ink-number", line);
    Object.assign(this.field, { inputMode: "decimal", autocomplete: "off" });
    this.field.setAttribute("aria-label", this.name);
    make("span", "ink-unit", line).textContent = item.unit;
    this.field.addEventListener("change", () => this.set(this.field.value));
    this.field.addEventListener("keydown", ({ key }) => key === "Escape" && (this.field.value = this.holds));
    this.hearSlide();
  }

  // A drag takes effect when it ends, keys when they have rested or the focus goes: one step of undo each.
  hearSlide() {
    const { slide } = this, end = () => this.waiting && this.set(this.field.value);
    slide.addEventListener("pointerdown", () => (this.dragged = this.held = true));
    for (const over of ["pointerup", "pointercancel"]) slide.addEventListener(over, () => this.release());
    slide.addEventListener("keydown", ({ key }) => {
      this.dragged = false;
      if (key === "Enter") end();
    });
    slide.addEventListener("input", () => {
      this.field.value = this.scale.value(slide.value / STEPS);
      this.say();
    });
    slide.addEventListener("change", () => {
      this.held = false;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.settle(), this.dragged ? 0 : REST_MS);
    });
    slide.addEventListener("blur", end);
  }

  release() {
    this.held = false;
    if (this.late) this.fill(...this.late);
  }

  // What a slider stands at becomes the value; where that is the old one after all, nothing is asked for.
  settle() {
    this.waiting = 0;
    this.set(this.field.value);
  }

  switch() {
    const label = make("label", "ink-switch-line", this.element);
    this.box = make("input", "", label);
    Object.assign(this.box, { type: "checkbox", onchange: () => this.give({ kind: "set", value: this.box.checked }) });
    this.box.setAttribute("role", "switch");
    this.box.setAttribute("aria-label", this.name);
    this.state = make("span", "", label);
  }

  choice() {
    this.menu = make("select", "ink-choice", this.element);
    this.menu.setAttribute("aria-label", this.name);
    for (const option of Object.keys(this.item.options)) this.menu.append(new Option(option.replace(/_/g, " "), option));
    this.menu.addEventListener("change", () => this.give({ kind: "set", value: this.menu.value }));
  }

  tell() {
    const { item } = this, words = make("p", "", this.element), options = Object.entries(item.options || {});
    words.append(`${item.meaning}.`);
    if (item.kind === "parameter") {
      make("b", "", words).textContent = ` ${item.low} to ${item.high}`;
      words.append(item.unit && ` ${item.unit}`, ", ");
    } else words.append(" ");
    this.usual = make("span", "ink-usual", words);
    words.append(". ");
    make("i", "", words).textContent = item.source ? `Source: ${item.source}.` : "";
    for (const [option, meaning] of options) make("i", "", words).textContent = `${option.replace(/_/g, " ")}: ${meaning}. `;
    this.worlds = make("p", "ink-worlds", this.element);
  }

  say() {
    this.slide.setAttribute("aria-valuetext", `${this.field.value} ${this.item.unit}`.trim());
  }

  // Show what holds; a row that a hand is on is left as it is.
  fill(now, refused, answers) {
    const { item } = this, { value, usual, said, changed, worlds } =
      { value: item.value, usual: item.value, said: item.said, changed: false, worlds: [], ...now };
    this.late = this.held ? [now, refused, answers] : null;
    if (this.waiting || this.held) return;
    const typing = this.field && document.activeElement === this.field && this.field.value !== this.holds;
    const stays = typing && this.answers === answers;
    this.answers = answers;
    this.holds = written(value);
    if (item.kind === "parameter" && !stays) {
      this.field.value = this.holds;
      this.slide.value = Math.round(this.scale.share(value) * STEPS);
      this.tick.style.setProperty("--share", this.scale.share(usual));
      this.tick.title = said;
      this.say();
    } else if (item.kind === "switch") {
      this.box.checked = value;
      this.state.textContent = this.holds;
    } else if (item.kind === "choice") this.menu.value = value;
    this.usual.textContent = item.kind === "parameter" ? said : said[0].toUpperCase() + said.slice(1);
    this.mark.hidden = this.back.hidden = !changed;
    this.element.classList.toggle("ink-changed", changed);
    this.worlds.textContent = worlds.length ? worlds.map((each, at) => `${"AB"[at]}: ${each}`).join(", ") : "";
    this.worlds.hidden = !worlds.length;
    this.refused.textContent = refused || "";
  }

  // Before the row goes: a value that keys have set is not lost.
  leave() {
    if (this.waiting) this.settle();
  }
}
