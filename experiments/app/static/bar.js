// The bar under the map: play, pause, step, back, reset, speed, and the time line to scrub.

const ICONS = {
  reset: "M4 4v16M20 4L8 12l12 8z", back: "M18 4L6 12l12 8z", play: "M6 4l14 8-14 8z", pause: "M6 4v16M18 4v16",
  step: "M6 4l12 8-12 8zM20 4v16",
};
const SPEEDS = [[2, "2 weeks a second"], [8, "8 weeks a second"], [20, "20 weeks a second"], [0, "as fast as it goes"]];

function make(tag, name, parent) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (parent) parent.appendChild(element);
  return element;
}

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

function dateWords(start, week) {
  const day = new Date(`${start}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 7 * week);
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

class Bar {
  constructor(map) {
    this.map = map;
    this.element = make("div", "ink-bar");
    const buttons = make("div", "ink-buttons", this.element);
    iconButton("reset", "Back to the start (Home)", buttons, () => map.act("reset"));
    iconButton("back", "One week back (left arrow)", buttons, () => map.act("back"));
    this.playButton = iconButton("play", "Play (space)", buttons, () => map.act(map.playing ? "pause" : "play"));
    iconButton("step", "One week forward (right arrow)", buttons, () => map.act("step"));
    this.speed = make("select", "ink-select", buttons);
    this.speed.setAttribute("aria-label", "Speed");
    for (const [value, words] of SPEEDS) this.speed.add(new Option(words, value));
    this.speed.value = 8;
    this.speed.addEventListener("change", () => map.act("speed", { value: Number(this.speed.value) }));
    this.makeTimeline();
  }

  makeTimeline() {
    const line = make("div", "ink-timeline", this.element);
    this.range = make("input", "ink-range", line);
    this.range.type = "range";
    this.range.min = 0;
    this.range.max = this.map.theatre.weeks;
    this.range.value = 0;
    this.range.setAttribute("aria-label", "Week shown");
    this.held = false;
    this.range.addEventListener("pointerdown", () => (this.held = true));
    for (const end of ["pointerup", "pointercancel", "change", "blur"]) this.range.addEventListener(end, () => this.release());
    this.range.addEventListener("input", () => this.map.seek(Number(this.range.value)));
    this.label = make("div", "ink-date", line);
    this.label.setAttribute("aria-live", "off");
    this.goal = make("div", "ink-goal", line);
    this.goal.setAttribute("role", "status");
  }

  show(frame) {
    const { weeks, start } = this.map.theatre, done = (100 * frame.computed) / weeks;
    if (!this.held) this.range.value = frame.week; // else the hand has it
    this.range.style.setProperty("--done", `${done}%`);
    this.label.textContent = `${dateWords(start, frame.week)} · week ${frame.week} of ${weeks}`;
    this.goal.textContent = Number.isInteger(frame.goal) ? `computing up to ${dateWords(start, frame.goal)} (week ${frame.goal})` : "";
    this.label.title = `computed up to week ${frame.computed}`;
    this.range.setAttribute("aria-valuetext", this.label.textContent);
  }

  // The knob goes back to the week on the map: what is not computed yet is run to from there.
  release() {
    this.held = false;
    if (this.map.frame && !this.map.seeking) this.range.value = this.map.frame.week;
  }

  showPlaying(playing) {
    if (!playing) this.goal.textContent = "";
    setIcon(this.playButton, playing ? "pause" : "play", playing ? "Pause (space)" : "Play (space)");
  }
}
