// The charts of a page: a cell each, with title, value, plot, what the pointer tells, and where it can be chosen its choice.

class Charts {
  // `seek(week)` is called by a click or key; `tell(message)` where the visitor chooses other charts.
  constructor(root, seek, tell) {
    Object.assign(this, { root, seek, tell, cells: [], bands: {} });
    this.dark = this.tables = false;
    root.replaceChildren();
    root.inkCharts = this;
    root.classList.add("ink-charts");
    this.key = make("div", "ink-key", root);
    this.tools = make("div", "ink-chart-tools", root);
    tableButton(this, this.tools);
    this.grid = make("div", "ink-grid", root);
    this.words = make("p", "ink-bands", root);
    this.sizes = new ResizeObserver(() => this.spec && this.spec.fit && this.show(this.spec));
    this.sizes.observe(this.grid);
  }

  close() {
    this.sizes.disconnect();
  }

  setBands(bands) {
    this.bands = bands;
    if (this.spec) this.show(this.spec);
  }

  // The button that shows all charts instead of the chosen ones.
  offerAll(all) {
    if (!this.allButton) {
      this.allButton = make("button", "ink-tables ink-all", this.tools);
      this.allButton.type = "button";
      this.allButton.textContent = "All charts";
      this.allButton.addEventListener("click", () => this.tell({ kind: "all", all: !this.spec.all }));
    }
    this.allButton.setAttribute("aria-pressed", String(all));
  }

  // A chart with the bands of its lines, if there are any.
  banded(chart) {
    const bands = (this.bands.series || {})[chart.id];
    if (!bands || bands.length !== chart.lines.length) return chart;
    return { ...chart, lines: chart.lines.map((line, at) => ({ ...line, band: { weeks: this.bands.weeks, ...bands[at] } })) };
  }

  setDark(dark) {
    this.dark = dark;
    this.root.classList.toggle("ink-dark", dark);
    if (this.spec) this.show(this.spec);
  }

  show(spec) {
    this.spec = spec;
    Object.assign(this.root.dataset, { week: spec.week, fit: spec.fit ? "yes" : "no", all: spec.all ? "yes" : "no" });
    const theme = THEMES[this.dark ? "dark" : "light"];
    this.key.innerHTML = this.keySvg(this.dark);
    this.words.textContent = this.bands.series ? this.bands.words : "";
    if (spec.choices) this.offerAll(spec.all);
    while (this.cells.length > spec.charts.length) this.cells.pop().remove();
    while (this.cells.length < spec.charts.length) this.cells.push(this.makeCell(this.cells.length));
    const sizes = this.cells.map((cell) => spec.fit && sizeOf(cell.querySelector(".ink-plot"))); // all before anything is drawn
    spec.charts.forEach((chart, at) => this.showChart(this.cells[at], this.banded(chart), spec, theme, sizes[at]));
  }

  // Which line is which world.
  keySvg(dark) {
    const { names = [] } = this.spec, { worlds } = THEMES[dark ? "dark" : "light"];
    return names.map((name, at) =>
      `<span class="ink-item"><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="${worlds[at]}" stroke-width="2.5"` +
      `${at ? ' stroke-dasharray="6 3"' : ""}/></svg> ${letterOf(names, at)}${escapeText(name.replace(/^[AB]: /, ""))}</span>`).join("");
  }

  // What print.js puts on paper.
  onPaper(size) {
    const { spec } = this;
    return spec.charts.map((each) => {
      const chart = this.banded(each);
      return { title: chart.title, unit: chart.unit, now: this.now(chart, spec), svg: chartSvg(chart, spec, THEMES.light, size) };
    });
  }

  showChart(cell, chart, spec, theme, size) {
    cell.dataset.chart = chart.id;
    cell.shown = chart;
    const unit = `<span>${escapeText(chart.unit)}</span>`, caption = cell.querySelector("figcaption");
    if (spec.choices && !spec.all) chooser(caption, chart, spec, this);
    else {
      caption.innerHTML = `${escapeText(chart.title)} ${unit}`;
      delete caption.dataset.short;
    }
    const plot = cell.querySelector(".ink-plot");
    plot.innerHTML = this.tables ? chartTable(chart, spec) : chartSvg(chart, spec, theme, size);
    setPlace(plot, chart, spec, this.tables);
    const now = cell.querySelector(".ink-now");
    now.textContent = this.now(chart, spec);
    now.title = this.nowWords(chart, spec);
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

  makeCell(at) {
    const cell = make("figure", "ink-chart", this.grid);
    cell.place = at;
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
      if (!this.tables) this.seek(weekAt(event.clientX, plot, cell.shown, this.spec));
    });
    hover(this, cell, plot);
    return cell;
  }
}

// The letter that the map calls a world by, where there are two.
function letterOf(names, at) {
  return names.length === 2 ? `<b>${"AB"[at]}</b> ` : "";
}
