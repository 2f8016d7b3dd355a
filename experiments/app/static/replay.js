// A replay: the weeks of a run from files, played by a timer. No server. A replay in one file and the static site use it.

function fromBase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

// Runs (length, value) to values.
function unpackRuns(runs, size) {
  const values = new Uint8Array(size);
  for (let at = 0, to = 0; at < runs.length; at += 2) {
    values.fill(runs[at + 1], to, to + runs[at]);
    to += runs[at];
  }
  return values;
}

// The frames of a replay in one file: all are of one layer.
class StoredFrames {
  // `sizes`: how many cells each world has.
  constructor(frames, sizes) {
    Object.assign(this, { frames, sizes });
    this.weeks = frames.map(([header]) => header.week);
  }

  async prepare() {}

  frame(at) {
    const [header, buffers] = this.frames[at];
    const computed = this.weeks[this.weeks.length - 1];
    const each = header.layer === "control" ? 2 : 1; // buffers of a world
    const size = (at) => this.sizes[Math.floor(at / each)] || this.sizes[0]; // the last one may be the difference
    return [{ ...header, computed }, buffers.map((text, at) => unpackRuns(fromBase64(text), size(at)))];
  }
}

// Play `source` ({weeks, prepare(layer), frame(at, layer)}) in `places` ({map, axis, charts}); returns {show, setNight}.
function playReplay({ theatre, grounds, charts: spec, axis: time }, source, places, night) {
  const last = source.weeks.length - 1;
  let at = 0, timer = null, pace = 125, layer = Object.keys(theatre.layers)[0], wanted = layer;
  const map = new InkMap(places.map, theatre, grounds, (message) => hear(message));
  const axis = new TimeAxis(places.axis, (message) => hear(message));
  axis.open(time.span);
  axis.showPlan(time.plan);
  axis.showEvents(time.events);
  const charts = new Charts(places.charts, (week) => hear({ kind: "seek", week }));
  const show = (number) => {
    at = Math.max(0, Math.min(last, number));
    const [header, buffers] = source.frame(at, layer);
    map.show(header, buffers);
    charts.show({ ...spec, week: header.week });
    axis.show({ week: header.week, computed: header.computed });
  };
  const tell = (playing) => {
    map.setPlaying(playing);
    axis.setPlaying(playing);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    tell(false);
  };
  const start = () => {
    if (at === last) at = -1;
    clearInterval(timer);
    tell(true);
    timer = setInterval(() => (at < last ? show(at + 1) : stop()), pace);
  };
  const choose = async (name) => {
    wanted = name;
    await source.prepare(name);
    if (wanted !== name) return; // another one was chosen meanwhile
    layer = name;
    show(at);
  };
  function hear(message) {
    if (message.kind === "play") start();
    if (message.kind === "pause") stop();
    if (message.kind === "step" || message.kind === "back") stop(), show(at + (message.kind === "step" ? 1 : -1));
    if (message.kind === "reset") stop(), show(0);
    if (message.kind === "seek") show(nearestWeek(source.weeks, message.week));
    if (message.kind === "layer") choose(message.name);
    if (message.kind === "speed") {
      pace = message.value ? 1000 / message.value : 20;
      if (timer) start();
    }
  }
  const setNight = (dark) => {
    map.setDark(dark);
    axis.setDark(dark);
    charts.setDark(dark);
  };
  setNight(night);
  show(0);
  return { show, setNight };
}

// A replay in one file: `data` has everything.
function openReplay(data) {
  const place = (id) => document.getElementById(id);
  const grounds = data.grounds.map(([cells, countries]) => ({ cells: new Uint32Array(fromBase64(cells).buffer), countries: fromBase64(countries) }));
  const night = matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("night", night);
  place("note").textContent =
    `A laboratory for assumptions, not a forecast. One run of each world: one throw of the dice. ${data.provenance.join(" · ")}`;
  const whole = { theatre: data.theatre, grounds, charts: data.charts, axis: data.axis }, sizes = grounds.map(({ cells }) => cells.length);
  const places = { map: place("map"), axis: place("axis"), charts: place("charts") };
  playReplay(whole, new StoredFrames(data.frames, sizes), places, night);
}
