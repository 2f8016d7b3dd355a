// The sentence at the top of the stage: its bold words are menus (the browser's own, for keyboards and phones), the seed is a
// field. Elements stay while what they show changes, so that the focus stays, too.

const BUTTONS = [["undo", "Undo", "↶"], ["redo", "Redo", "↷"], ["reset", "Reset", "Reset"]];
const COPIED = "Copied. This link opens the page as it is:", COPY = "Copy this link. It opens the page as it is:";

class Strip {
  constructor(root, send) {
    Object.assign(this, { root, send, menus: [], known: "" });
    root.replaceChildren();
    root.classList.add("ink-scene");
    this.sentence = make("div", "ink-sentence", root);
    this.buttons = make("div", "ink-acts", root);
    this.acts = Object.fromEntries(BUTTONS.map(([kind, title, sign]) => [kind, this.button(title, () => send({ kind }), sign)]));
    this.acts.share = this.button("Share", () => this.share());
    this.acts.present = this.button("Present", () => this.present());
    this.shared = make("div", "ink-shared", root);
    this.shared.setAttribute("role", "status");
    this.unshared = make("div", "ink-unshared", root);
    this.refused = make("div", "ink-refused", root);
    this.refused.setAttribute("role", "status");
  }

  button(title, act, sign = title) {
    const button = make("button", "ink-act", this.buttons);
    button.type = "button";
    button.textContent = sign;
    if (sign !== title) Object.assign(button, { title, ariaLabel: title });
    button.addEventListener("click", act);
    return button;
  }

  // The short link: into the clipboard where the browser allows it, and shown in any case.
  async share() {
    const link = `${location.origin}${location.pathname}${this.query ? `?${this.query}` : ""}`;
    this.shared.replaceChildren();
    const words = make("span", "", this.shared), field = make("input", "ink-shared-link", this.shared);
    Object.assign(field, { readOnly: true, value: link });
    field.setAttribute("aria-label", "Link to the page as it is");
    const close = make("button", "ink-act", this.shared);
    Object.assign(close, { type: "button", textContent: "Close" });
    close.addEventListener("click", () => (this.shared.replaceChildren(), this.acts.share.focus()));
    words.textContent = (await copied(link, field)) ? COPIED : COPY;
  }

  // Map, charts and time axis alone, until Escape or a button ends it; the keys of the map work at once.
  present() {
    const end = make("button", "ink-act ink-end", document.body);
    Object.assign(end, { type: "button", textContent: "End presentation (Escape)" });
    const key = (event) => event.key === "Escape" && !event.defaultPrevented && this.end();
    document.documentElement.classList.add("ink-presenting");
    document.addEventListener("keydown", key);
    end.addEventListener("click", () => this.end());
    this.end = () => {
      document.documentElement.classList.remove("ink-presenting");
      document.removeEventListener("keydown", key);
      end.remove();
      this.end = () => {};
      this.acts.present.focus();
    };
    const map = document.querySelector(".ink-ground .ink-map");
    if (map) map.focus({ preventScroll: true });
  }

  end() {} // of a presentation; there is none

  show(spec) {
    const shape = spec.parts.map((part) => part.menu || part.field || part).join("|");
    if (shape !== this.shape) this.build(spec);
    this.shape = shape;
    spec.parts.forEach((part, at) => part.menu && this.fill(this.sentence.children[at], part));
    const field = this.sentence.querySelector("input"), seed = spec.parts.find((part) => part.field);
    if (field.dataset.answers !== String(spec.answers) || document.activeElement !== field) field.value = seed.value;
    field.dataset.answers = spec.answers;
    this.holds = seed.value;
    field.setAttribute("aria-invalid", String(!!spec.refused));
    this.fit(field);
    Object.assign(this, { query: spec.query });
    this.acts.share.disabled = !!spec.unshared;
    this.unshared.textContent = spec.unshared;
    this.unshared.hidden = !spec.unshared;
    this.refused.textContent = spec.refused;
    this.refused.hidden = !spec.refused;
    for (const kind of ["undo", "redo"]) this.acts[kind].disabled = !spec[kind];
  }

  build(spec) {
    this.sentence.replaceChildren();
    for (const part of spec.parts) {
      if (part.menu) this.menu(part);
      else if (part.field) this.field(part);
      else make("span", "", this.sentence).textContent = part;
    }
  }

  menu(part) {
    const menu = make("select", "ink-word", this.sentence);
    menu.setAttribute("aria-label", part.menu);
    menu.addEventListener("change", () => this.send({ kind: "menu", name: part.menu, value: menu.value }));
  }

  fill(menu, part) {
    const choices = JSON.stringify(part.choices);
    if (menu.dataset.choices !== choices) {
      menu.dataset.choices = choices;
      menu.replaceChildren(...part.choices.map(([value, title]) => new Option(title, value)));
    }
    menu.value = part.value;
    menu.title = menu.selectedOptions.length ? menu.selectedOptions[0].textContent : "";
    this.fit(menu);
  }

  field(part) {
    const field = make("input", "ink-word ink-seed", this.sentence);
    field.setAttribute("aria-label", part.field);
    field.inputMode = "numeric";
    field.title = part.title;
    field.addEventListener("input", () => this.fit(field));
    field.addEventListener("change", () => field.value !== this.holds && this.send({ kind: "seed", text: field.value }));
  }

  // As wide as its words, where the browser does not do that by itself (`field-sizing`).
  fit(control) {
    if (CSS.supports("field-sizing", "content")) return;
    const words = control.tagName === "SELECT" ? control.title : control.value;
    control.style.width = `${Math.max(3, words.length) * 0.6 + 2.2}em`;
  }
}

async function copied(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no permission, or an address without encryption
    field.select();
    return document.execCommand("copy");
  }
}

function render({ model, el }) {
  const strip = new Strip(el, (message) => model.send(message));
  const show = () => model.get("spec").parts && strip.show(model.get("spec"));
  model.on("change:spec", show);
  show();
  return () => (strip.end(), model.off("change:spec", show));
}

export default { render };
