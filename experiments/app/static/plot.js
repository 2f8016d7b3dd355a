// A chart of series as SVG: one or two worlds, their difference as a strip below, bands, pins of events, and a cursor at the
// week shown. A chart: {id, title, unit, lines: [{name, values, band: {low, high, weeks}}], difference: {values, low, high}};
// all share the spec's `weeks` but bands that have their own.

const CHART = { width: 330, height: 168, left: 50, right: 10, top: 8, bottom: 20, strip: 44 };
const SMALL = { width: 200, height: 76 }; // below it there is room for the lines only
const YEAR = 25; // pixels that a year is wide
const LABEL = { width: 36, height: 26 }; // that a label of an axis takes, with its distance

// Where things are in a chart of a size; without one, as large as pictures are.
function chartBox(chart, size) {
  if (!size) return { ...CHART, end: CHART.height, strip: chart.difference ? CHART.strip : 0 };
  const small = size.width < SMALL.width || size.height < SMALL.height;
  const strip = chart.difference && !small ? Math.min(CHART.strip, size.height * 0.26) : 0, end = Math.max(30, size.height - strip);
  const lean = small ? { left: 34, right: 4, top: 6, bottom: 15 } : {};
  return { ...CHART, ...lean, width: Math.max(60, size.width), end, strip, small };
}

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

// One chart as SVG text; `size`: its width and height, else as large as pictures are.
function chartSvg(chart, spec, theme, size) {
  const box = chartBox(chart, size), { width, left, right, top, end } = box, height = end + box.strip;
  const mainEnd = end - box.bottom, span = Math.max(1, spec.total);
  const x = (week) => left + (week / span) * (width - left - right);
  const all = chart.lines.flatMap((line) => known([...line.values, ...(line.band ? [...line.band.low, ...line.band.high] : [])]));
  const count = Math.max(1, Math.min(4, Math.floor((mainEnd - top) / LABEL.height)));
  const ticks = ticksOf(Math.min(0, ...all), Math.max(...all, 0) || 1, count);
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const y = (value) => mainEnd - ((value - low) / (high - low)) * (mainEnd - top);
  const parts = ticks.map((tick) => gridLine(y(tick), chartNumber(tick), theme, box));
  parts.push(...yearMarks(spec, x, mainEnd, theme, box));
  chart.lines.forEach((line, at) => {
    const colour = theme.worlds[at % 2], dashes = at % 2 ? ' stroke-dasharray="6 3"' : "", { band } = line;
    if (band) parts.push(`<path class="band" d="${bandOf(band.weeks || spec.weeks, band.low, band.high, x, y)}" fill="${colour}" opacity=".2"/>`);
    parts.push(`<path d="${pathOf(spec.weeks, line.values, x, y)}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`);
  });
  if (box.strip) parts.push(stripOf(chart.difference, spec, x, box, theme));
  if (!box.small) parts.push(...pinMarks(spec, x, mainEnd, theme));
  const at = x(spec.week).toFixed(1);
  parts.push(`<path class="cursor" d="M${at} ${top}V${height - 4}" stroke="${theme.soft}" stroke-width="1"/>`);
  const frame = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif"`;
  const title = escapeText(`${chart.title} (${chart.unit})`);
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame} role="img" aria-label="${title}">${parts.join("")}</svg>`;
}

// Turning points, as small marks on the axis of weeks; their words come with the pointer.
function pinMarks(spec, x, y, theme) {
  return (spec.pins || []).map(([week, world]) => {
    const at = x(week), colour = spec.names.length > 1 ? theme.worlds[world % 2] : theme.ink;
    return `<path class="pin" d="M${at.toFixed(1)} ${(y - 1).toFixed(1)}l3.5 -7h-7z" fill="${colour}"/>`;
  });
}

function gridLine(y, words, theme, { left, width, right }) {
  return `<path d="M${left} ${y.toFixed(1)}H${width - right}" stroke="${theme.grid}"/>` +
    `<text x="${left - 5}" y="${(y + 3.5).toFixed(1)}" text-anchor="end" font-size="10" fill="${theme.soft}">${words}</text>`;
}

function yearMarks(spec, x, y, theme, box) {
  const marks = [], start = new Date(`${spec.start}T00:00:00Z`), first = start.getUTCFullYear(), room = spec.total / 52;
  const every = Math.max(1, Math.ceil((room * LABEL.width) / (box.width - box.left - box.right)));
  for (let year = first + 1; year <= first + room + 1; year += every) {
    const week = (Date.UTC(year, 0, 1) - start) / 6048e5;
    if (week < 0 || week > spec.total) continue;
    marks.push(`<path d="M${x(week).toFixed(1)} ${y}v4" stroke="${theme.soft}"/>`);
    const middle = Math.min(x(week), box.width - YEAR / 2).toFixed(1); // the last one would be cut at the edge
    marks.push(`<text x="${middle}" y="${y + 14}" text-anchor="middle" font-size="10" fill="${theme.soft}">${year}</text>`);
  }
  return marks;
}

// The second world minus the first, around zero.
function stripOf(difference, spec, x, { strip, left, width, right, end: top }, theme) {
  const { values, low, high } = difference;
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

function nearestWeek(weeks, week) {
  let best = 0;
  weeks.forEach((each, at) => { if (Math.abs(each - week) < Math.abs(weeks[best] - week)) best = at; });
  return best;
}
