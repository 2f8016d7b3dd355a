// What the pointer tells on a chart: the values of a week, and what happened then; and the choice of a chart in its title.

const NEAR = 6; // pixels between the pointer and a pin that it means

function sizeOf(plot) {
  return { width: plot.clientWidth, height: plot.clientHeight };
}

function boxOf(plot, chart, spec) {
  return chartBox(chart, spec.fit ? sizeOf(plot) : null);
}

// The week at a place on the screen.
function weekAt(clientX, plot, chart, spec) {
  const place = plot.querySelector("svg").getBoundingClientRect(), { left, right, width } = boxOf(plot, chart, spec);
  const inner = ((clientX - place.left) / place.width) * width - left;
  return Math.max(0, Math.min(spec.total, Math.round((inner / (width - left - right)) * spec.total)));
}

function hoverLines(chart, spec, week, reach) {
  const at = nearestWeek(spec.weeks, week), far = week > spec.weeks[spec.weeks.length - 1];
  const lines = [`${dateWords(spec.start, week)} · week ${week}`];
  chart.lines.forEach((line) => {
    const [value] = far ? [] : known([line.values[at]]), name = chart.lines.length > 1 ? `${line.name}: ` : "";
    if (value !== undefined) lines.push(`${name}${chartNumber(value)} ${chart.unit}`);
    if (!line.band) return;
    const bandAt = nearestWeek(line.band.weeks || spec.weeks, week);
    lines.push(`${name}80% of runs: ${chartNumber(line.band.low[bandAt])} to ${chartNumber(line.band.high[bandAt])}`);
  });
  if (far) lines.push("not computed yet");
  const pins = (spec.pins || []).filter(([when]) => Math.abs(when - week) <= reach);
  lines.push(...pins.slice(0, 5).map(([when, , words]) => `${dateWords(spec.start, when)}: ${words}`));
  if (pins.length > 5) lines.push(`and ${pins.length - 5} more events`);
  return lines;
}

function hover(charts, cell, plot) {
  const tip = make("div", "ink-hover", cell), line = make("div", "ink-hair", cell);
  tip.hidden = line.hidden = true;
  const leave = () => (tip.hidden = line.hidden = true);
  plot.addEventListener("pointerleave", leave);
  plot.addEventListener("pointermove", (event) => {
    const { spec } = charts, svg = plot.querySelector("svg");
    if (charts.tables || !svg) return leave();
    const week = weekAt(event.clientX, plot, cell.shown, spec), box = boxOf(plot, cell.shown, spec);
    const place = svg.getBoundingClientRect(), own = cell.getBoundingClientRect(), scale = place.width / box.width;
    const inside = (box.width - box.left - box.right) / Math.max(1, spec.total);
    tip.replaceChildren(...hoverLines(cell.shown, spec, week, NEAR / (inside * scale)).map((words, at) => {
      const row = make("div", at ? "" : "ink-hover-date");
      row.textContent = words;
      return row;
    }));
    const x = place.left - own.left + (box.left + week * inside) * scale;
    line.style.cssText = `left:${x}px;top:${place.top - own.top}px;height:${place.height}px`;
    tip.hidden = line.hidden = false;
    tip.style.top = `${place.top - own.top}px`;
    tip.style.left = `${Math.max(0, x + 10 + tip.offsetWidth > own.width ? x - 10 - tip.offsetWidth : x + 10)}px`;
  });
}

// The title of a chart as a menu of all charts.
function chooser(caption, chart, spec, charts) {
  let menu = caption.querySelector("select");
  if (!menu) {
    caption.replaceChildren();
    menu = make("select", "ink-choose", caption);
    for (const [name, title] of spec.choices) menu.add(new Option(title, name));
    make("span", "", caption);
    menu.addEventListener("change", () => charts.tell({ kind: "choose", at: caption.parentElement.place, name: menu.value }));
  }
  menu.setAttribute("aria-label", `Chart ${caption.parentElement.place + 1}`);
  if (menu.value !== chart.id) menu.value = chart.id;
  caption.lastChild.textContent = ` ${chart.unit}`;
  caption.dataset.short = chart.short; // for a small chart
}
