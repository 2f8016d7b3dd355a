// Two worlds on one map: the divider between them, and what each is called, on its own side of it.

const LETTERS = ["A", "B"];
const NARROW = { words: 96, letter: 30 }; // pixels of a side, below which its title is its letter only, or nothing
const BESIDE = 12, BUTTONS = 52; // pixels between a title and the divider, and for the buttons at the right edge

class Swipe {
  constructor(map, figure) {
    this.map = map;
    this.share = 0.5;
    this.caption = make("figcaption", "", figure);
    this.titles = map.theatre.titles.map((title, at) => this.makeTitle(title, at));
    this.difference = make("span", "ink-title", this.caption);
    if (this.titles.length > 1) this.makeDivider(figure);
  }

  makeTitle(title, at) {
    const chip = make("span", "ink-title", this.caption);
    if (this.map.theatre.titles.length > 1) {
      chip.dataset.world = LETTERS[at];
      make("b", "", chip).textContent = LETTERS[at];
    }
    make("span", "", chip).textContent = titleOf(title);
    chip.title = title;
    return chip;
  }

  makeDivider(figure) {
    const divider = (this.divider = make("div", "ink-swipe", figure));
    make("span", "ink-grip", divider).textContent = "⇔";
    divider.tabIndex = 0;
    for (const [name, value] of Object.entries({ role: "slider", "aria-label": "Divider between the two worlds", "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100 })) {
      divider.setAttribute(name, value);
    }
    divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const box = figure.getBoundingClientRect();
      this.set((event.clientX - box.left) / box.width);
    });
    divider.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const step = { ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // these keys step through weeks elsewhere on the map
    this.set(this.share + step);
  }

  set(share) {
    this.share = Math.max(0, Math.min(1, share));
    this.map.redraw();
  }

  // "A: No intervention"; of one world alone its title.
  nameOf(number) {
    const title = this.map.theatre.titles[number];
    return this.titles.length > 1 ? `${LETTERS[number]}: ${titleOf(title)}` : title;
  }

  // Put divider and titles where they belong on a map of this size.
  lay(width, height) {
    const { showsDifference, theme } = this.map, two = this.titles.length > 1, x = Math.round(this.share * width);
    this.difference.style.display = showsDifference ? "" : "none";
    if (showsDifference) this.difference.textContent = `Difference: ${this.nameOf(1)}, minus ${this.nameOf(0)}`;
    this.difference.style.maxWidth = `${width - BUTTONS - BESIDE}px`;
    this.titles.forEach((chip, at) => {
      const room = two ? (at ? width - x - BUTTONS : x) - 2 * BESIDE : width - BUTTONS - BESIDE;
      chip.style.display = showsDifference || room < NARROW.letter ? "none" : "";
      chip.classList.toggle("ink-letter", two && room < NARROW.words);
      chip.style.maxWidth = `${room}px`;
      if (!two) return;
      chip.style.borderColor = theme.worlds[at];
      chip.style[at ? "left" : "right"] = `${at ? x + BESIDE : width - x + BESIDE}px`;
    });
    if (!two) return;
    const percent = Math.round(100 * this.share);
    this.divider.style.display = showsDifference ? "none" : "";
    this.divider.style.left = `${Math.max(11, Math.min(width - 11, x))}px`;
    this.divider.setAttribute("aria-valuenow", percent);
    this.divider.setAttribute("aria-valuetext", `${this.nameOf(0)} on the left ${percent}% of the map, ${this.nameOf(1)} on the right`);
  }

  // What the picture shows, for a screen reader.
  words() {
    if (this.map.showsDifference) return `Map: ${this.difference.textContent}`;
    return this.titles.length > 1 ? `Map: ${this.nameOf(0)} on the left, ${this.nameOf(1)} on the right` : `Map: ${this.nameOf(0)}`;
  }
}

// A title without the letter that tells two of the same name apart: the letter stands beside it anyway.
function titleOf(title) {
  return title.replace(/^[AB]: /, "");
}
