// A replay: the weeks of a run from the file itself, played by a timer. No server.

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

function playReplay(data) {
  const cells = new Uint32Array(fromBase64(data.cells).buffer), countries = fromBase64(data.countries);
  const night = matchMedia("(prefers-color-scheme: dark)").matches, last = data.frames.length - 1;
  let at = 0, timer = null, pace = 125;
  document.body.classList.toggle("night", night);
  document.getElementById("note").textContent =
    `A laboratory for assumptions, not a forecast. One run of each world: one throw of the dice. ${data.provenance.join(" · ")}`;
  const map = new InkMap(document.getElementById("map"), data.theatre, cells, countries, (message) => hear(message));
  const charts = new Charts(document.getElementById("charts"), (week) => hear({ kind: "seek", week }));
  map.setDark(night);
  charts.setDark(night);
  const show = (number) => {
    at = Math.max(0, Math.min(last, number));
    const [header, buffers] = data.frames[at];
    map.show({ ...header, computed: data.frames[last][0].week }, buffers.map((text) => unpackRuns(fromBase64(text), cells.length)));
    charts.show({ ...data.charts, week: header.week });
    map.answered();
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    map.setPlaying(false);
  };
  const start = () => {
    if (at === last) at = -1;
    clearInterval(timer);
    timer = setInterval(() => (at < last ? show(at + 1) : stop()), pace);
  };
  const nearest = (week) => nearestWeek(data.frames.map(([header]) => header.week), week);
  function hear(message) {
    if (message.kind === "play") start();
    if (message.kind === "pause") stop();
    if (message.kind === "step" || message.kind === "back") stop(), show(at + (message.kind === "step" ? 1 : -1));
    if (message.kind === "reset") stop(), show(0);
    if (message.kind === "seek") show(nearest(message.week));
    if (message.kind === "speed") {
      pace = message.value ? 1000 / message.value : 20;
      if (timer) start();
    }
  }
  show(0);
}

playReplay(DATA);
