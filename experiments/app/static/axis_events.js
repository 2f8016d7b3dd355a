// The most important events of the weeks computed: a lane for each world. Crowded marks merge, with their number.

const EVENT_SIGNS = { // kind: path in a box of 12 by 12, and its name
  core: ["M6 .5l1.6 3.6 3.9.4-2.9 2.7.8 3.8L6 9.1 2.6 11l.8-3.8L.5 4.5l3.9-.4z", "the core"], date: ["M1 1h10v10H1z", "the scenario"],
  policy: ["M6 1l5.5 10H.5z", "policy"], schism: ["M6 .5L11.5 6 6 11.5.5 6z", "schism"], pledge: ["M6 1a5 5 0 1 0 .1 0z", "pledge"],
  branch: ["M5 12V7.5L.8 2 2.4.6 6 5.2 9.6.6 11.2 2 7 7.5V12z", "branch"],
  leader: ["M2 0l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z", "broker lost"], town: ["M0 11V5l6-5 6 5v6z", "town"],
};
const APART = { wide: 16, narrow: 24 }; // pixels between two marks that stand for themselves: more where fingers are likely
const MOST_TOLD = 6; // events that a merged mark tells; its list has all of them

class EventMarks {
  constructor(axis, lane, world) {
    Object.assign(this, { axis, lane, world });
    this.events = [];
    lane.setAttribute("role", "group");
    lane.addEventListener("keydown", (event) => this.key(event));
  }

  show(events, name, colour) {
    this.lane.setAttribute("aria-label", name ? `Events in the world of ${name}` : "Events");
    this.lane.style.color = colour;
    this.events = events;
    this.draw();
  }

  // Marks that stand together, the most telling event of each first.
  clusters() {
    const width = this.lane.clientWidth || 1, weeks = this.axis.span.weeks, clusters = [], alone = [];
    const apart = this.axis.narrow ? APART.narrow : APART.wide;
    for (const event of this.events) {
      const x = (event.week / weeks) * width, last = clusters[clusters.length - 1];
      if (event.sign === "branch") alone.push({ x, events: [event] }); // where a world branches is always seen
      else if (last && x - last.x < apart) last.events.push(event);
      else clusters.push({ x, events: [event] });
    }
    clusters.push(...alone);
    clusters.sort((one, two) => one.x - two.x); // the arrow keys follow the order
    for (const each of clusters) each.first = each.events.reduce((one, two) => (two.rank < one.rank ? two : one));
    return clusters;
  }

  draw() {
    if (!this.axis.span) return;
    const clusters = this.clusters(), key = clusters.map((each) => `${Math.round(each.x)}:${each.events.length}:${each.first.words}`).join("|");
    if (key === this.drawn) return;
    this.drawn = key;
    const had = this.lane.contains(document.activeElement) ? document.activeElement.dataset.week : null;
    this.lane.replaceChildren(...clusters.map((each) => this.mark(each)));
    const marks = [...this.lane.children], kept = marks.find((mark) => mark.dataset.week === had) || marks[0];
    if (kept) kept.tabIndex = 0;
    if (had !== null && kept) kept.focus();
  }

  mark({ events, first }) {
    const mark = placed(make("button", "ink-event"), events[0].week / this.axis.span.weeks), many = events.length > 1;
    mark.type = "button";
    mark.tabIndex = -1; // the arrow keys go from mark to mark
    mark.dataset.week = first.week;
    mark.dataset.sign = first.sign;
    if (many) make("span", "", mark).textContent = events.length;
    else mark.innerHTML = `<svg viewBox="0 0 12 12" aria-hidden="true"><path d="${EVENT_SIGNS[first.sign][0]}"/></svg>`;
    mark.classList.toggle("ink-many", many);
    const lines = many ? this.lines(events) : [first.words, ...(first.cause ? [first.cause] : [])];
    mark.setAttribute("aria-label", lines.join(". "));
    this.axis.tip.tell(mark, lines);
    if (many) mark.setAttribute("aria-haspopup", "true");
    if (first.sign === "branch") mark.classList.add("ink-turned");
    mark.addEventListener("click", () => (many ? this.axis.list.open(this, mark, events) : this.choose(first)));
    return mark;
  }

  lines(events) {
    const told = events.length > MOST_TOLD ? [...events].sort((one, two) => one.rank - two.rank).slice(0, MOST_TOLD) : [...events];
    told.sort((one, two) => one.week - two.week);
    const more = events.length - told.length;
    const words = [`${events.length} events. A click lists them.`, ...told.map((each) => each.words)];
    return more ? [...words, `and ${more} more`] : words;
  }

  choose(event) {
    this.axis.seek(event.week);
    if (event.select) this.axis.send({ kind: "select", ...event.select });
  }

  key(event) {
    const marks = [...this.lane.children], at = marks.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: marks.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the axis leaves it alone then
    const mark = marks[Math.max(0, Math.min(marks.length - 1, to))];
    marks.forEach((each) => (each.tabIndex = each === mark ? 0 : -1));
    mark.focus();
  }
}
