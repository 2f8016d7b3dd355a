// Above the map: which layer it shows, and whether as it is or as the difference of two worlds.

class Layers {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-group");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Layer of the map");
    this.buttons = {};
    for (const [name, layer] of Object.entries(map.theatre.layers)) {
      const button = (this.buttons[name] = this.button(layer.title, layer.meaning, () => map.act("layer", { name })));
      button.dataset.layer = name;
    }
    if (map.theatre.titles.length < 2) return;
    const words = map.difference ? "The second world minus the first (B minus A), in the layer chosen" : UNLIKE;
    this.difference = this.button("Difference", words, () => map.showDifference(!map.showsDifference));
    this.difference.dataset.difference = "";
    this.difference.disabled = !map.difference;
  }

  button(words, title, act) {
    const button = make("button", "ink-layer", this.element);
    button.type = "button";
    button.textContent = words;
    button.title = title;
    button.addEventListener("click", act);
    return button;
  }

  show(layer) {
    for (const [name, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(name === layer));
    if (this.difference) this.difference.setAttribute("aria-pressed", String(this.map.showsDifference));
  }
}

const UNLIKE = "The two worlds lie on different grids, so there is no difference to draw. The divider compares them by eye.";
