// Charts of series as SVG: one or two worlds, their difference as a strip below, bands, and a cursor at the week shown.
// A chart: {id, title, unit, lines: [{name, values, band: {low, high}}], difference: {values, low, high}}; all share `weeks`.

const CHART = { width: 330, height: 168, left: 50, right: 10, top: 8, bottom: 20, strip: 44 };

// As `chart_number` in experiments/measures/numbers.py writes it.
function chartNumber(value) {
  const size = Math.abs(value), sign = value < 0 && size >= 1e-6 ? "−" : "";
  if (size >= 1e9) return `${sign}${+(size / 1e9).toPrecision(3)} bn`;
  if (size >= 1e6) return `${sign}${+(size / 1e6).toPrecision(3)} m`;
  if (size >= 1e4) return `${sign}${+(size / 1e3).toPrecision(3)} k`;
  if (size >= 100) return sign + Math.round(size).toLocaleString("en-GB");
  return size < 1e-6 ? "0" : `${sign}${+size.toPrecision(3)}`;
}

// Round steps (1, 2, 5 times a power of ten) from below `low` to above `high`.
function ticksOf(low, high, count) {
  const rough = (high - low || Math.abs(high) || 1) / count, power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step * 0.999; tick += step) ticks.push(+tick.toPrecision(12));
  return ticks;
}

function known(values) {
  return values.filter((value) => value !== null && Number.isFinite(value));
}

function pathOf(weeks, values, x, y) {
  let path = "", open = false;
  values.forEach((value, at) => {
    if (value === null || !Number.isFinite(value)) return (open = false);
    path += `${open ? "L" : "M"}${x(weeks[at]).toFixed(1)} ${y(value).toFixed(1)}`;
    open = true;
  });
  return path;
}

function bandOf(weeks, low, high, x, y) {
  const back = weeks.map((week, at) => [week, low[at]]).reverse();
  return `${pathOf(weeks, high, x, y)}L${back.map(([week, value]) => `${x(week).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}Z`;
}

function escapeText(text) {
  return String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}

// One chart as SVG text.
function chartSvg(chart, spec, theme) {
  const { width, left, right, top, bottom, strip } = CHART, height = CHART.height + (chart.difference ? strip : 0);
  const mainEnd = CHART.height - bottom, span = Math.max(1, spec.total);
  const x = (week) => left + (week / span) * (width - left - right);
  const all = chart.lines.flatMap((line) => known([...line.values, ...(line.band ? [...line.band.low, ...line.band.high] : [])]));
  const ticks = ticksOf(Math.min(0, ...all), Math.max(...all, 0) || 1, 4);
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const y = (value) => mainEnd - ((value - low) / (high - low)) * (mainEnd - top);
  const parts = ticks.map((tick) => gridLine(y(tick), chartNumber(tick), theme));
  parts.push(...yearMarks(spec, x, mainEnd, theme));
  chart.lines.forEach((line, at) => {
    const colour = theme.worlds[at % 2], dashes = at % 2 ? ' stroke-dasharray="6 3"' : "";
    if (line.band) parts.push(`<path d="${bandOf(spec.weeks, line.band.low, line.band.high, x, y)}" fill="${colour}" opacity=".2"/>`);
    parts.push(`<path d="${pathOf(spec.weeks, line.values, x, y)}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`);
  });
  if (chart.difference) parts.push(stripOf(chart.difference, spec, x, CHART.height, theme));
  const at = x(spec.week).toFixed(1);
  parts.push(`<path class="cursor" d="M${at} ${top}V${height - 4}" stroke="${theme.soft}" stroke-width="1"/>`);
  const frame = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif"`;
  const title = escapeText(`${chart.title} (${chart.unit})`);
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame} role="img" aria-label="${title}">${parts.join("")}</svg>`;
}

function gridLine(y, words, theme) {
  const { left, width, right } = CHART;
  return `<path d="M${left} ${y.toFixed(1)}H${width - right}" stroke="${theme.grid}"/>` +
    `<text x="${left - 5}" y="${(y + 3.5).toFixed(1)}" text-anchor="end" font-size="10" fill="${theme.soft}">${words}</text>`;
}

function yearMarks(spec, x, y, theme) {
  const marks = [], start = new Date(`${spec.start}T00:00:00Z`), first = start.getUTCFullYear(), room = spec.total / 52;
  const every = Math.max(1, Math.ceil(room / 6));
  for (let year = first + 1; year <= first + room + 1; year += every) {
    const week = (Date.UTC(year, 0, 1) - start) / 6048e5;
    if (week < 0 || week > spec.total) continue;
    marks.push(`<path d="M${x(week).toFixed(1)} ${y}v4" stroke="${theme.soft}"/>`);
    marks.push(`<text x="${x(week).toFixed(1)}" y="${y + 14}" text-anchor="middle" font-size="10" fill="${theme.soft}">${year}</text>`);
  }
  return marks;
}

// The second world minus the first, around zero.
function stripOf(difference, spec, x, top, theme) {
  const { strip, left, width, right } = CHART, { values, low, high } = difference;
  const size = Math.max(1e-12, ...known([...values, ...(low || []), ...(high || [])]).map(Math.abs));
  const y = (value) => top + strip / 2 - (value / size) * (strip / 2 - 6), zero = values.map((value) => (value === null ? null : 0));
  const band = low ? `<path d="${bandOf(spec.weeks, low, high, x, y)}" fill="${theme.ink}" opacity=".22"/>` : "";
  const area = low ? "" : `<path d="${bandOf(spec.weeks, zero, values, x, y)}" fill="${theme.ink}" opacity=".18"/>`;
  const label = `<text x="${left - 5}" y="${y(0) + 3.5}" text-anchor="end" font-size="10" fill="${theme.soft}">differ.</text>`;
  const most = known(values).length && size > 1e-12 ? `± ${chartNumber(size)}` : "no difference";
  return `<path d="M${left} ${y(0)}H${width - right}" stroke="${theme.soft}" stroke-width=".7"/>${area}${band}` +
    `<path d="${pathOf(spec.weeks, values, x, y)}" fill="none" stroke="${theme.ink}" stroke-width="1.4"/>${label}` +
    `<text x="${width - right}" y="${top + 8}" text-anchor="end" font-size="9.5" fill="${theme.soft}">${most}</text>`;
}

class Charts {
  constructor(root, seek) {
    this.root = root;
    this.seek = seek;
    this.cells = new Map();
    this.dark = this.tables = false;
    root.replaceChildren();
    root.classList.add("ink-charts");
    this.key = make("div", "ink-key", root);
    tableButton(this, root);
    this.grid = make("div", "ink-grid", root);
  }

  setDark(dark) {
    this.dark = dark;
    this.root.classList.toggle("ink-dark", dark);
    if (this.spec) this.show(this.spec);
  }

  show(spec) {
    this.spec = spec;
    this.root.dataset.week = spec.week;
    const theme = THEMES[this.dark ? "dark" : "light"];
    this.key.innerHTML = (spec.names || []).map((name, at) =>
      `<span class="ink-item"><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="${theme.worlds[at]}" stroke-width="2.5"` +
      `${at ? ' stroke-dasharray="6 3"' : ""}/></svg> ${letterOf(spec.names, at)}${escapeText(name.replace(/^[AB]: /, ""))}</span>`).join("");
    const wanted = new Set(spec.charts.map((chart) => chart.id));
    for (const [id, cell] of this.cells) if (!wanted.has(id)) cell.remove(), this.cells.delete(id);
    for (const chart of spec.charts) {
      if (!this.cells.has(chart.id)) this.cells.set(chart.id, this.makeCell(chart));
      const cell = this.cells.get(chart.id);
      cell.querySelector("figcaption").innerHTML = `${escapeText(chart.title)} <span>${escapeText(chart.unit)}</span>`;
      const plot = cell.querySelector(".ink-plot");
      plot.innerHTML = this.tables ? chartTable(chart, spec) : chartSvg(chart, spec, theme);
      setPlace(plot, chart, spec, this.tables);
      const now = cell.querySelector(".ink-now");
      now.textContent = this.now(chart, spec);
      now.title = this.nowWords(chart, spec);
    }
  }

  now(chart, spec) {
    const at = nearestWeek(spec.weeks, spec.week);
    return chart.lines.map((line) => (line.values[at] === null || line.values[at] === undefined ? "–" : chartNumber(line.values[at]))).join(" | ");
  }

  // The same in words: of what, when, in which world.
  nowWords(chart, spec) {
    const at = nearestWeek(spec.weeks, spec.week), week = spec.weeks[at];
    const values = chart.lines.map((line) => `${line.name}: ${known([line.values[at]]).map(chartNumber)[0] || "–"}`);
    const mean = chart.lines.some((line) => line.band) ? ", mean of the runs" : "";
    return `${chart.title} (${chart.unit})${mean}, week ${week}. ${values.join("; ")}`;
  }

  makeCell(chart) {
    const cell = make("figure", "ink-chart", this.grid);
    cell.dataset.chart = chart.id;
    make("figcaption", "", cell);
    make("div", "ink-now", cell);
    const plot = make("div", "ink-plot", cell);
    plot.addEventListener("keydown", (event) => {
      const week = this.tables ? null : weekOfKey(event.key, this.spec);
      if (week === null || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.seek(week);
    });
    plot.addEventListener("click", (event) => {
      if (this.tables) return;
      const svg = plot.querySelector("svg"), box = svg.getBoundingClientRect();
      const inner = ((event.clientX - box.left) / box.width) * CHART.width - CHART.left;
      const week = Math.round((inner / (CHART.width - CHART.left - CHART.right)) * this.spec.total);
      this.seek(Math.max(0, Math.min(this.spec.total, week)));
    });
    return cell;
  }
}

// The letter that the map calls a world by, where there are two.
function letterOf(names, at) {
  return names.length === 2 ? `<b>${"AB"[at]}</b> ` : "";
}

function nearestWeek(weeks, week) {
  let best = 0;
  weeks.forEach((each, at) => { if (Math.abs(each - week) < Math.abs(weeks[best] - week)) best = at; });
  return best;
}
