// The time axis of the page: play controls, the play head on dated ticks, events, and policies. What the user does goes to
// `send`. Used by the page (axis_widget.js) and by replays, which have no server (replay.js).

const ICONS = {
  reset: "M4 4v16M20 4L8 12l12 8z", back: "M18 4L6 12l12 8z", play: "M6 4l14 8-14 8z", pause: "M6 4v16M18 4v16",
  step: "M6 4l12 8-12 8zM20 4v16",
};
const SPEEDS = [[2, "2 weeks a second"], [8, "8 weeks a second"], [20, "20 weeks a second"], [0, "as fast as it goes"]];
const LOST = 1500; // milliseconds after which an answer to a seek counts as lost

function iconButton(name, label, parent, act) {
  const button = make("button", "ink-button", parent);
  button.type = "button";
  button.dataset.act = name;
  setIcon(button, name, label);
  button.addEventListener("click", act);
  return button;
}

function setIcon(button, name, label) {
  if (button.dataset.icon === name) return;
  button.dataset.icon = name;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}

const NO_ROOM = 860; // pixels of width below which names have no column of their own
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

class TimeAxis {
  constructor(root, send) {
    Object.assign(this, { root, send });
    this.playing = this.held = this.holding = this.dark = false;
    this.moment = null; // {week, computed, goal}
    this.lanes = [];
    root.replaceChildren();
    root.inkAxis = this; // for print.js
    root.classList.add("ink-axis");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Time. Space plays and pauses, arrows step, Home and End go to the first and the last week computed.");
    this.element = make("div", "ink-bar", root);
    this.makeButtons();
    this.makeTimeline();
    this.tip = new AxisTip(root);
    this.list = new EventList(this, root);
    this.rows = new PlanRows(this, make("div", "ink-plan-rows", this.lines));
    root.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(root);
  }

  // What it spans, see `span_of`. The speed that was chosen stays.
  open(span) {
    this.span = span;
    this.range.max = span.weeks;
    this.redraw();
  }

  showPlan(plan) {
    this.rows.plan = plan;
    this.redraw();
  }

  showEvents(events) {
    this.events = events;
    if (!this.holding) this.drawEvents();
  }

  // Words about a change of the plan: what is done, or why it is refused.
  say(words) {
    this.note.textContent = words;
  }

  answer(refused) {
    this.say(refused ? `Refused: ${refused}${/[.!?]$/.test(refused) ? "" : "."} The plan stays as it was.` : "");
    this.redraw();
  }

  settle() {
    if (this.late) this.redraw();
  }

  // All that depends on span, plan, theme and width; not while a bar is in the hand.
  redraw() {
    this.late = this.holding || !this.span;
    if (this.late) return;
    this.drawDates();
    this.drawTurns();
    this.rows.draw();
    this.drawEvents();
  }

  drawDates() {
    const { months, weeks } = this.span, room = (this.dates.clientWidth / weeks) * 4.35; // pixels a month
    const every = [1, 2, 3, 6, 12, 24, 60].find((each) => each * room >= 38) || 120;
    this.dates.replaceChildren(...months.filter(([, , month]) => every < 12 || month === 1).map(([week, year, month]) => {
      const tick = placed(make("span", month === 1 ? "ink-tick ink-year" : "ink-tick"), week / weeks);
      const told = every < 12 ? (month - 1) % every === 0 : (year * 12) % every === 0;
      if (told && week < weeks - 10 / (room / 4.35)) tick.textContent = month === 1 ? year : MONTHS[month - 1];
      return tick;
    }));
  }

  // A line through all rows where a world branches off.
  drawTurns() {
    const { worlds: colours } = THEMES[this.dark ? "dark" : "light"], over = this.lines.firstChild;
    for (const line of over.querySelectorAll(".ink-turn")) line.remove();
    this.rows.plan.worlds.forEach(({ turn }, at) => {
      if (turn) placed(make("div", "ink-turn", over), turn.week / this.span.weeks).style.borderColor = colours[at % 2];
    });
  }

  drawEvents() {
    if (!this.span) return;
    const worlds = this.events || [], titles = this.rows.plan.worlds.map((world) => world.title), theme = THEMES[this.dark ? "dark" : "light"];
    while (this.lanes.length > worlds.length) this.lanes.pop().lane.remove();
    while (this.lanes.length < worlds.length) {
      const lane = make("div", "ink-events");
      this.track.before(lane);
      this.lanes.push(new EventMarks(this, lane, this.lanes.length));
    }
    this.lanes.forEach((lane, at) => lane.show(worlds[at], worlds.length > 1 ? titles[at] : "", worlds.length > 1 ? theme.worlds[at % 2] : theme.ink));
  }

  // Where there is no room, rows become a strip; the button shows them all the same.
  fit() {
    const width = this.root.clientWidth, narrow = width < NO_ROOM;
    if (!width || (width === this.width && narrow === this.narrow)) return;
    Object.assign(this, { width, narrow });
    this.root.classList.toggle("ink-narrow", narrow);
    (narrow ? this.foot : this.buttons).append(this.speed);
    (narrow ? this.foot : this.told).append(this.folder);
    this.fold(this.wished === undefined ? narrow : this.wished);
  }

  fold(strip) {
    this.strip = strip;
    this.root.classList.toggle("ink-folded", strip);
    this.folder.textContent = strip ? "Show policy" : "Hide policy";
    this.folder.setAttribute("aria-expanded", String(!strip));
    this.redraw();
  }

  close() {
    clearTimeout(this.seekTimer);
    this.observer.disconnect();
  }

  makeButtons() {
    const buttons = (this.buttons = make("div", "ink-buttons", this.element));
    iconButton("reset", "Back to the start (Home)", buttons, () => this.act("reset"));
    iconButton("back", "One week back (left arrow)", buttons, () => this.act("back"));
    this.playButton = iconButton("play", "Play (space)", buttons, () => this.act(this.playing ? "pause" : "play"));
    iconButton("step", "One week forward (right arrow)", buttons, () => this.act("step"));
    this.speed = make("select", "ink-select", buttons);
    this.speed.setAttribute("aria-label", "Speed");
    for (const [value, words] of SPEEDS) this.speed.add(new Option(words, value));
    this.speed.value = 8;
    this.speed.addEventListener("change", () => this.act("speed", { value: Number(this.speed.value) }));
  }

  makeTimeline() {
    const told = (this.told = make("div", "ink-told-week", this.element));
    this.label = make("div", "ink-date", told);
    this.label.setAttribute("aria-live", "off");
    this.folder = make("button", "ink-fold", told);
    this.folder.type = "button";
    this.folder.addEventListener("click", () => this.fold((this.wished = !this.strip)));
    this.lines = make("div", "ink-timeline", this.root);
    this.ahead = make("div", "ink-ahead", make("div", "ink-over", this.lines));
    make("span", "", this.ahead);
    this.track = make("div", "ink-track", this.lines);
    this.range = make("input", "ink-range", this.track);
    this.range.type = "range";
    this.range.min = 0;
    this.range.value = 0;
    this.range.setAttribute("aria-label", "Week shown");
    this.range.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel", "change", "blur"]) this.range.addEventListener(end, () => this.release());
    this.range.addEventListener("input", () => this.seek(Number(this.range.value)));
    this.dates = make("div", "ink-dates", this.lines);
    this.foot = make("div", "ink-foot", this.root); // of speed and policy, where the first line has no room for them
    this.head = make("div", "ink-head", this.lines.firstChild);
    this.goal = make("div", "ink-goal", this.element);
    this.goal.setAttribute("role", "status");
    this.note = make("div", "ink-plan-note", this.element);
    this.note.setAttribute("role", "status");
  }

  setDark(dark) {
    this.dark = dark;
    this.root.classList.toggle("ink-dark", dark);
    this.lanes.forEach((lane) => (lane.drawn = ""));
    this.redraw();
  }

  show(moment) {
    this.moment = moment;
    if (!this.span) return;
    const { weeks, days } = this.span, done = Math.min(100, (100 * moment.computed) / weeks), day = (week) => days[Math.min(week, weeks)];
    if (!this.held) this.range.value = moment.week; // else the hand has it
    this.range.style.setProperty("--done-share", done / 100);
    this.ahead.style.left = `${done}%`;
    this.ahead.firstChild.textContent = this.dates.clientWidth * (1 - done / 100) > 110 ? "not computed yet" : "";
    placed(this.head, Math.min(1, moment.week / weeks));
    this.label.textContent = `${day(moment.week)} · week ${moment.week} of ${weeks}`;
    this.goal.textContent = Number.isInteger(moment.goal) ? `computing up to ${day(moment.goal)} (week ${moment.goal})` : "";
    this.label.title = `computed up to week ${moment.computed}`;
    const ahead = moment.computed < weeks ? `, computed up to week ${moment.computed}` : "";
    this.range.setAttribute("aria-valuetext", this.label.textContent + ahead);
    this.answered();
  }

  // The knob goes back to the week on the map: what is not computed yet is run to from there.
  release() {
    this.held = false;
    if (this.moment && !this.seeking) this.range.value = this.moment.week;
  }

  act(kind, details) {
    if (kind === "play" || kind === "pause") this.setPlaying(kind === "play");
    this.send({ kind, ...details });
  }

  setPlaying(playing) {
    this.playing = playing;
    if (!playing) this.goal.textContent = "";
    setIcon(this.playButton, playing ? "pause" : "play", playing ? "Pause (space)" : "Play (space)");
  }

  // One seek is under way at a time; the last wish waits for it.
  seek(week) {
    this.wanted = week;
    if (!this.seeking) this.sendSeek();
  }

  sendSeek() {
    this.seeking = this.wanted !== undefined && this.wanted !== null;
    if (!this.seeking) return;
    const week = this.wanted;
    this.wanted = null;
    clearTimeout(this.seekTimer);
    this.seekTimer = setTimeout(() => this.sendSeek(), LOST);
    this.send({ kind: "seek", week }); // last: a replay answers at once
  }

  answered() {
    clearTimeout(this.seekTimer);
    if (this.seeking) this.sendSeek();
  }

  key(event) {
    if (event.target.tagName === "SELECT" || event.target.tagName === "INPUT" || event.defaultPrevented) return;
    const acts = {
      " ": () => this.act(this.playing ? "pause" : "play"), ArrowRight: () => this.act("step"), ArrowLeft: () => this.act("back"),
      Home: () => this.act("reset"), End: () => this.seek(this.moment ? this.moment.computed : 0),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    acts[event.key]();
  }
}
