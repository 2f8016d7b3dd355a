// The policies of the worlds on the axis: a row for each lever with its bars, and what they cost by month as a filled line.

class PlanRows {
  constructor(axis, element) {
    Object.assign(this, { axis, element });
    this.plan = { worlds: [] };
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Policy on the time axis");
  }

  show(plan) {
    this.plan = plan;
    this.draw();
  }

  // Draw all anew, the focus on the bar that had it. A strip has one row for each world.
  draw() {
    const { axis } = this, had = this.element.contains(document.activeElement) ? document.activeElement.dataset.bar : null;
    this.colours = THEMES[axis.dark ? "dark" : "light"].worlds;
    this.element.replaceChildren(...this.plan.worlds.flatMap((world, at) => (axis.strip ? this.strip(world, at) : this.rows(world, at))));
    const bar = had && this.element.querySelector(`[data-bar="${had}"]`);
    if (bar) bar.focus({ preventScroll: false });
  }

  line(words, title, at, className) {
    const row = make("div", `ink-row ${className}`), name = make("div", "ink-row-name", row);
    row.style.setProperty("--world", this.colours[at % 2]);
    make("span", "", name).textContent = words;
    name.title = title;
    make("div", "ink-row-plot", row);
    return row;
  }

  // One thin row: the whole cost of each month.
  strip(world, at) {
    const row = this.line(world.title, world.title, at, "ink-strip"), plot = row.lastChild, lines = [`Policy: ${world.title}`, ...world.told];
    for (const month of world.months) {
      if (month.share <= 0) continue;
      const part = placed(make("div", "ink-part", plot), this.share(month.from), this.share(month.to) - this.share(month.from));
      part.style.opacity = 0.25 + 0.75 * Math.min(1, month.share);
    }
    plot.tabIndex = 0;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", [...lines, ...world.rows.map((each) => each.name)].join(". "));
    this.axis.tip.tell(plot, () => [...lines, ...world.rows.flatMap((each) => each.bars.map((bar) => `${each.name}: ${this.period(bar)}`))]);
    return [row];
  }

  // The head of a world's rows has its budget; then what cannot be drawn, in words; then a row for each lever.
  rows(world, at) {
    const head = this.line(world.title, world.title, at, "ink-row-head"), lines = [head];
    if (world.rows.length) this.budget(world, at, head);
    else make("div", "ink-told-here", head.lastChild).textContent = world.told.length ? "" : "does nothing in these weeks";
    if (world.told.length) lines.push(this.undrawn(world, at));
    return [...lines, ...world.rows.map((row) => {
      const line = this.line(row.name, row.name, at, "ink-lever");
      line.lastChild.append(...row.bars.map((bar) => this.bar(row, bar, at, line.lastChild)));
      return line;
    })];
  }

  undrawn(world, at) {
    const line = this.line("Without a date", "Not drawn: it has no date yet", at, "ink-undrawn"), note = make("div", "ink-told-here", line.lastChild);
    note.textContent = world.told.join("; ");
    note.tabIndex = 0;
    note.setAttribute("role", "note");
    this.axis.tip.tell(note, ["Not drawn, because it has no date yet", ...world.told]);
    return line;
  }

  share(week) {
    return week / this.axis.span.weeks;
  }

  period({ start, end }) {
    const { days, weeks } = this.axis.span, last = end >= weeks ? `the end of the run, ${days[weeks]}` : days[end];
    return `${days[start]} until ${last} (${end - start} week${end - start === 1 ? "" : "s"})`;
  }

  lines(row, bar) {
    return [row.name, this.period(bar), ...bar.words];
  }

  bar(row, bar, world, plot) {
    const element = placed(make("div", "ink-plan-bar"), this.share(bar.start), this.share(bar.end - bar.start));
    element.style.setProperty("--strength", 0.35 + 0.65 * Math.min(1, bar.share));
    element.dataset.bar = `${world}-${bar.number}`;
    element.tabIndex = 0;
    make("span", "", element).textContent = `${+(100 * bar.share).toPrecision(3)}%`;
    const named = `${row.name}, ${this.plan.worlds[world].title}`;
    if (this.plan.movable && !bar.fixed) {
      const drag = new BarDrag(this, element, row, bar, world, plot);
      element.setAttribute("role", "slider");
      element.setAttribute("aria-label", `${named}. Arrow keys move it, with shift they move its end; Escape takes back`);
      element.setAttribute("aria-valuemin", 0);
      element.setAttribute("aria-valuemax", this.axis.span.weeks);
      drag.say();
      this.axis.tip.tell(element, () => drag.lines());
    } else {
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", [named, ...this.lines(row, bar).slice(1)].join(". "));
      this.axis.tip.tell(element, this.lines(row, bar));
    }
    return element;
  }

  // What all bars cost by month, as a filled line below the limit.
  budget(world, at, line) {
    const plot = line.lastChild, top = Math.max(1, ...world.months.map((month) => month.share)) * 1.12, weeks = this.axis.span.weeks;
    const y = (share) => (100 * (1 - share / top)).toFixed(2);
    const steps = world.months.map((month) => `L${month.from} ${y(month.share)}L${month.to} ${y(month.share)}`).join("");
    const limit = world.limited ? `<path class="ink-limit" d="M0 ${y(1)}H${weeks}"/>` : "";
    plot.innerHTML = `<svg viewBox="0 0 ${weeks} 100" preserveAspectRatio="none" aria-hidden="true">` +
      `<path class="ink-spent" d="M0 100${steps}L${weeks} 100Z"/>${limit}</svg>`;
    plot.tabIndex = 0;
    plot.setAttribute("role", "img");
    const most = world.months.reduce((one, two) => (two.share > one.share ? two : one)), tip = this.axis.tip;
    make("small", "", line.firstChild).textContent = `spent: up to ${Math.round(100 * most.share)}%`;
    const limits = world.limited ? "Dashed line: the limit, 100% of what all allies bring" : "This policy adds effort: 100% is no limit for it";
    const said = ["Spent by month", `most in ${most.words}`, limits];
    plot.setAttribute("aria-label", `${said.join(". ")}. Policy: ${world.title}`);
    line.firstChild.lastChild.title = said.join(". ");
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect(), week = ((event.clientX - box.left) / box.width) * weeks;
      tip.show([(world.months.find((each) => week < each.to) || most).words, limits], plot);
    });
    plot.addEventListener("pointerleave", () => tip.hide());
    plot.addEventListener("focus", () => tip.show(said, plot));
    plot.addEventListener("blur", () => tip.hide());
  }
}
