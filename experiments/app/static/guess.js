// A chart to guess on: the first world is shown, a line is drawn for the second with pointer or keyboard, and when the model
// has answered it draws over that line. The drawn line is values at a few weeks; null where nothing is drawn.

const WIDE = 760, HIGH = 300, LEFT = 88, RIGHT = 14, TOP = 34, BOTTOM = 30;
const REVEAL = 1400; // ms in which the model's line is drawn

function inWords(value) {
  const scale = Math.abs(value) >= 1e6 ? 1e6 : 1;
  const text = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value / scale);
  return scale > 1 ? text + " million" : text;
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ink-guess";
  el.appendChild(root);
  let guess = [], at = 1, drawing = null, night = false, revealed = 0, frame = 0, seen = false;
  const spec = () => model.get("spec");
  const x = (week) => LEFT + (week / spec().weeks) * (WIDE - LEFT - RIGHT);
  const y = (value) => {
    const [low, high] = spec().axis;
    return HIGH - BOTTOM - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (HIGH - TOP - BOTTOM);
  };
  const weekOf = (point) => Math.round((point / (spec().points - 1)) * spec().weeks);
  const dateOf = (week) => new Date(Date.parse(spec().start) + week * 7 * 864e5).toISOString().slice(0, 7);
  const start = () => (spec().lines.length ? spec().lines[0].values[0] : spec().axis[0]);

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "slider");
  svg.setAttribute("aria-orientation", "vertical");
  root.appendChild(svg);

  const path = (points) => points.map(([a, b], n) => `${n ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
  const curve = (values, last) => path(values.slice(0, last + 1).map((value, week) => [x(week), y(value)]));

  function line(d, colour, more = "") {
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="2.5" ${more}/>`;
  }

  function frameOf(theme) {
    const [low, high] = spec().axis;
    let out = `<rect width="${WIDE}" height="${HIGH}" fill="${theme.paper}"/>`;
    for (let tick = 0; tick <= 4; tick++) {
      const value = low + (tick / 4) * (high - low);
      out += `<line x1="${LEFT}" x2="${WIDE - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="${theme.grid}"/>`;
      out += `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end" fill="${theme.soft}">${inWords(value)}</text>`;
    }
    for (let tick = 0; tick <= 4; tick++) {
      const week = Math.round((tick / 4) * spec().weeks);
      out += `<text x="${x(week)}" y="${HIGH - 9}" text-anchor="${tick < 4 ? "middle" : "end"}" fill="${theme.soft}">${dateOf(week)}</text>`;
    }
    const [name] = [document.createElement("i")];
    name.textContent = spec().title;
    return out + `<text x="${LEFT}" y="18" fill="${theme.ink}" font-weight="600">${name.innerHTML}</text>`;
  }

  function show() {
    if (!spec().axis) return;
    if (guess.length) guess[0] = start(); // both worlds start alike, also where the first one came late
    const theme = THEMES[night ? "dark" : "light"], [first, second] = spec().lines;
    let out = frameOf(theme);
    if (first) out += line(curve(first.values, first.values.length), theme.worlds[0]);
    const drawn = guess.map((value, point) => [value, point]).filter(([value]) => value !== null);
    if (drawn.length > 1) {
      const d = path(drawn.map(([value, point]) => [x(weekOf(point)), y(value)]));
      out += line(d, theme.ink, 'stroke-dasharray="7 5" class="ink-drawn"');
    }
    for (const [value, point] of drawn) out += `<circle cx="${x(weekOf(point))}" cy="${y(value)}" r="3.5" fill="${theme.ink}"/>`;
    if (!spec().locked) {
      out += `<line x1="${x(weekOf(at))}" x2="${x(weekOf(at))}" y1="${TOP}" y2="${HIGH - BOTTOM}" stroke="${theme.soft}" stroke-dasharray="2 4"/>`;
    }
    if (second) {
      const last = Math.round(revealed * (second.values.length - 1));
      const up = second.high.slice(0, last + 1).map((value, week) => [x(week), y(value)]);
      const down = second.low.slice(0, last + 1).map((value, week) => [x(week), y(value)]).reverse();
      out += `<path d="${path([...up, ...down])}Z" fill="${theme.worlds[1]}" opacity=".2"/>`;
      out += line(curve(second.values, last), theme.worlds[1], 'class="ink-model"');
    }
    svg.innerHTML = out;
    describe();
  }

  function describe() {
    const { names, title, axis, locked } = spec();
    svg.setAttribute("class", locked ? "ink-locked" : "");
    const value = guess[at] ?? start(), week = weekOf(at);
    svg.setAttribute("aria-label", `${title}: your guess for “${names[1]}”. Left and right choose a week, up and down a value`);
    svg.setAttribute("aria-readonly", String(!!locked));
    svg.setAttribute("aria-valuemin", axis[0]);
    svg.setAttribute("aria-valuemax", axis[1]);
    svg.setAttribute("aria-valuenow", value);
    svg.setAttribute("aria-valuetext", `week ${week}: ${inWords(value)}${guess[at] == null ? ", not drawn yet" : ""}`);
    const worlds = THEMES[night ? "dark" : "light"].worlds, legend = [];
    const entry = (colour, words) => {
      const key = document.createElement("span"), text = document.createElement("span");
      key.textContent = "━ ";
      key.style.color = colour;
      text.textContent = words + "   ";
      legend.push(key, text);
    };
    entry(worlds[0], names[0]);
    if (spec().lines[1]) entry(worlds[1], `${names[1]} (band: the middle 80% of runs)`);
    if (guess.some((each) => each !== null)) entry("currentColor", `your guess${locked ? "" : `, week ${week}: ${inWords(value)}`}`);
    note.replaceChildren(...legend);
    state.textContent = spec().state;
  }

  const note = document.createElement("p");
  root.appendChild(note);
  const state = document.createElement("p");
  state.setAttribute("role", "status");
  root.appendChild(state);

  function put(point, value) {
    const { points, axis } = spec();
    if (guess.length !== points) guess = Array(points).fill(null);
    guess[point] = Math.min(axis[1], Math.max(axis[0], value));
  }

  function keep() {
    model.set("guess", [...guess]);
    model.save_changes();
  }

  function pointed(event) {
    const box = svg.getBoundingClientRect(), { points, axis } = spec();
    const across = (((event.clientX - box.left) / box.width) * WIDE - LEFT) / (WIDE - LEFT - RIGHT);
    const up = (HIGH - BOTTOM - ((event.clientY - box.top) / box.height) * HIGH) / (HIGH - TOP - BOTTOM);
    const point = Math.min(points - 1, Math.max(1, Math.round(across * (points - 1))));
    const value = axis[0] + up * (axis[1] - axis[0]);
    const from = drawing ?? { point, value }, steps = Math.abs(point - from.point);
    for (let step = 0; step <= steps; step++) {
      const share = steps ? step / steps : 1;
      put(Math.round(from.point + share * (point - from.point)), from.value + share * (value - from.value));
    }
    drawing = { point, value };
    at = point;
    show();
  }

  svg.addEventListener("pointerdown", (event) => {
    if (spec().locked) return;
    svg.setPointerCapture(event.pointerId);
    drawing = null;
    pointed(event);
  });
  svg.addEventListener("pointermove", (event) => drawing && !spec().locked && pointed(event));
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => {
      if (drawing) keep();
      drawing = null;
    });
  }

  svg.addEventListener("keydown", (event) => {
    const { points, axis, locked } = spec(), step = (axis[1] - axis[0]) / 50;
    const across = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 1, End: points - 1 }[event.key];
    const up = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (across === undefined && up === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (across !== undefined) at = Math.min(points - 1, Math.max(1, across));
    else if (!locked) {
      const nearest = guess.slice(0, at).findLast((value) => value !== null) ?? start();
      put(at, (guess[at] ?? nearest) + up * step);
      keep();
    }
    show();
  });

  function reveal() {
    if (seen || !spec().lines || !spec().lines[1]) return show();
    seen = true;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      revealed = 1;
      return show();
    }
    const begun = performance.now();
    const draw = (now) => {
      revealed = Math.min(1, Math.max(0, now - begun) / REVEAL);
      show();
      if (revealed < 1) frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
  }

  const taken = () => {
    if (!drawing) guess = [...model.get("guess")];
    show();
  };
  model.on("change:spec", reveal);
  model.on("change:guess", taken);
  taken();
  reveal();
  const leave = followTheme((dark) => {
    night = dark;
    show();
  });
  return () => {
    cancelAnimationFrame(frame);
    model.off("change:spec", reveal);
    model.off("change:guess", taken);
    leave();
  };
}

export default { render };
