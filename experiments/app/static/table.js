// A chart as a table, and a chart by keyboard: the same numbers for those who see no lines, or use no mouse.

const MOST_ROWS = 30; // of a table: some weeks, evenly, and always the one shown

function rowsOf(weeks, week) {
  const every = Math.max(1, Math.ceil(weeks.length / MOST_ROWS)), now = nearestWeek(weeks, week);
  return weeks.map((_, at) => at).filter((at) => at % every === 0 || at === now || at === weeks.length - 1);
}

function chartTable(chart, spec) {
  const cell = (value) => `<td>${value === null || value === undefined ? "–" : chartNumber(value)}</td>`;
  const columns = [...chart.lines, ...(chart.difference ? [{ name: "difference", values: chart.difference.values }] : [])];
  const now = nearestWeek(spec.weeks, spec.week);
  const rows = rowsOf(spec.weeks, spec.week).map((at) => `<tr${at === now ? ' aria-current="date"' : ""}><th scope="row">` +
    `${spec.weeks[at]}</th><td>${dateWords(spec.start, spec.weeks[at])}</td>${columns.map((each) => cell(each.values[at])).join("")}</tr>`);
  const heads = ["week", "date", ...columns.map((each) => each.name)].map((name) => `<th scope="col">${escapeText(name)}</th>`);
  return `<table><caption>${escapeText(`${chart.title} (${chart.unit})`)}</caption><thead><tr>${heads.join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>`;
}

// What a screen reader says of a chart: its week, and the values of all worlds.
function chartWords(chart, spec) {
  const at = nearestWeek(spec.weeks, spec.week);
  const values = chart.lines.map((line) => {
    const value = line.values[at], words = value === null || value === undefined ? "unknown" : chartNumber(value);
    return chart.lines.length > 1 ? `${line.name}: ${words}` : words;
  });
  return `${dateWords(spec.start, spec.week)}, week ${spec.week}: ${values.join("; ")}`;
}

// The week that a key asks for, or null.
function weekOfKey(key, spec) {
  const last = spec.weeks[spec.weeks.length - 1];
  const wanted = { ArrowLeft: spec.week - 1, ArrowDown: spec.week - 1, ArrowRight: spec.week + 1, ArrowUp: spec.week + 1,
    PageDown: spec.week - 10, PageUp: spec.week + 10, Home: 0, End: last }[key];
  return wanted === undefined ? null : Math.max(0, Math.min(last, wanted));
}

// The button that shows tables instead of charts.
function tableButton(charts, parent) {
  const button = make("button", "ink-tables", parent);
  button.type = "button";
  button.textContent = "Tables instead of charts";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    charts.tables = !charts.tables;
    button.setAttribute("aria-pressed", String(charts.tables));
    charts.show(charts.spec);
  });
}

// Makes a chart's place a slider over weeks, or the place of its table.
function setPlace(plot, chart, spec, table) {
  const attributes = table
    ? { role: "region", "aria-label": `${chart.title}, table` }
    : { role: "slider", "aria-label": `${chart.title} (${chart.unit})`, "aria-valuemin": 0, "aria-valuemax": spec.weeks[spec.weeks.length - 1],
        "aria-valuenow": spec.week, "aria-valuetext": chartWords(chart, spec) };
  for (const name of ["aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-valuetext"]) if (!(name in attributes)) plot.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) plot.setAttribute(name, value);
  plot.tabIndex = 0;
  plot.classList.toggle("ink-tabled", table);
}
