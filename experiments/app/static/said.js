// What the map shows, told to a screen reader: at once where the user stops, seldom while weeks play, never for every frame.

const CORE = 0, PEOPLE = 5; // the kind of the core, and where an organisation's row has the people it holds
const SAID = { still: 400, playing: 10000 }; // milliseconds

class Said {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-said");
    this.element.setAttribute("role", "status");
    this.element.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    this.last = 0;
  }

  words() {
    const { frame, theatre } = this.map;
    const worlds = frame.panes.map((pane, at) => {
      const core = pane.organisations.find(([, kind]) => kind === CORE);
      const held = core ? `the core holds ${Math.round(core[PEOPLE]).toLocaleString("en-GB")} people` : "there is no core any more";
      return frame.panes.length > 1 ? `${theatre.titles[at]}: ${held}` : held;
    });
    return `${dateWords(theatre.start, frame.week)}, week ${frame.week} of ${theatre.weeks}. ${worlds.join(". ")}.`;
  }

  tell() {
    clearTimeout(this.timer);
    const wait = this.map.playing ? Math.max(SAID.still, this.last + SAID.playing - Date.now()) : SAID.still;
    this.timer = setTimeout(() => {
      this.last = Date.now();
      const words = this.words();
      if (this.element.textContent !== words) this.element.textContent = words;
    }, wait);
  }

  close() {
    clearTimeout(this.timer);
  }
}
