// The time axis of the page: play, pause, step, back, reset, speed, and the play head to scrub with. What the user does goes
// to `send`. Used by the page (axis_widget.js) and by replays, which have no server (replay.js).

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

class TimeAxis {
  constructor(root, send) {
    Object.assign(this, { root, send });
    this.playing = this.held = false;
    this.moment = null; // {week, computed, goal}
    root.replaceChildren();
    root.classList.add("ink-axis");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Time. Space plays and pauses, arrows step, Home and End go to the first and the last week computed.");
    this.element = make("div", "ink-bar", root);
    this.makeButtons();
    this.makeTimeline();
    root.addEventListener("keydown", (event) => this.key(event));
  }

  // What it spans: {start, weeks}. The speed that was chosen stays.
  open(span) {
    this.span = span;
    this.range.max = span.weeks;
  }

  close() {
    clearTimeout(this.seekTimer);
  }

  makeButtons() {
    const buttons = make("div", "ink-buttons", this.element);
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
    const line = make("div", "ink-timeline", this.element);
    this.range = make("input", "ink-range", line);
    this.range.type = "range";
    this.range.min = 0;
    this.range.value = 0;
    this.range.setAttribute("aria-label", "Week shown");
    this.range.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel", "change", "blur"]) this.range.addEventListener(end, () => this.release());
    this.range.addEventListener("input", () => this.seek(Number(this.range.value)));
    this.label = make("div", "ink-date", line);
    this.label.setAttribute("aria-live", "off");
    this.goal = make("div", "ink-goal", line);
    this.goal.setAttribute("role", "status");
  }

  setDark(dark) {
    this.root.classList.toggle("ink-dark", dark);
  }

  show(moment) {
    this.moment = moment;
    const { weeks, start } = this.span, done = (100 * moment.computed) / weeks;
    if (!this.held) this.range.value = moment.week; // else the hand has it
    this.range.style.setProperty("--done", `${done}%`);
    this.label.textContent = `${dateWords(start, moment.week)} · week ${moment.week} of ${weeks}`;
    this.goal.textContent = Number.isInteger(moment.goal) ? `computing up to ${dateWords(start, moment.goal)} (week ${moment.goal})` : "";
    this.label.title = `computed up to week ${moment.computed}`;
    this.range.setAttribute("aria-valuetext", this.label.textContent);
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
