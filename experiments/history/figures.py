"""Fan charts: what the ensemble says, week by week, against what was reported; dates of acceptance; countries."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from experiments.batch.whole_files import written_whole
from experiments.history.backtest import Backtest
from experiments.history.target import Curve, Target
from experiments.measures.forms import Events
from experiments.measures.language import Measure
from experiments.report.palette import NARROW, REPORTED, WIDE

MODEL = "#222222"
COLUMNS = 3
THOUSANDS = 20_000.0  # curves whose upper quartile passes this are drawn in thousands
MOST_DRAWN = 3.0  # times the highest upper quartile: what a fan is cut at, so that a long tail leaves the rest visible
LEAST_SHOWN, MOST_SHOWN = 0.05, 32  # chances that are drawn, and of how many countries


def draw(found: Backtest) -> Figure:
    """Return the figure: a fan a curve, then weeks of acceptance, then chances of fighting of the last year."""
    plan = found.plan
    patterns = _patterns(found)
    accepted = {name: plan.targets.targets[name] for name in found.samples
                if accepted_group(plan.targets.targets[name].measure)}  # fmt: skip
    panels = len(patterns) + bool(accepted) + bool(found.chances)
    rows = max(1, -(-panels // COLUMNS))
    figure = Figure(figsize=(12.5, 2.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(rows, COLUMNS)
    spots = [(at // COLUMNS, at % COLUMNS) for at in range(panels)]
    places = [figure.add_subplot(grid[row, column]) for row, column in spots[:-1]]
    places += [figure.add_subplot(grid[row, column:]) for row, column in spots[-1:]]  # the last takes what is left
    for place, (family, curve) in zip(places, patterns.items(), strict=False):
        _fan(place, found, family, curve)
    if patterns:
        places[0].legend(frameon=False, fontsize=7, loc="lower left", ncols=2)
    if accepted:
        _weeks(places[len(patterns)], found, accepted)
    if found.chances:
        _chances(places[len(patterns) + bool(accepted)], found)
    words = f"{found.scenario.name}, {found.scenario.policy.name}; {len(plan.ensemble)} members known until "
    words += f"{plan.ensemble.known_until}, {plan.seeds} seeds; a laboratory, no forecast of events"
    if plan.last > plan.ensemble.known_until:
        words += ". Right of the dotted line: from the last reports on"
    figure.supxlabel(words, fontsize=7, color="0.35")
    return figure


def _patterns(found: Backtest) -> dict[str, Curve]:
    """The curves that are drawn by family: those with reports and, where days to come are simulated, those forecast."""
    plan = found.plan
    wanted: list[Curve] = [each for each in plan.targets.targets.values() if each.measure.is_curve]
    wanted += plan.outlooks.values() if len(found.outlook) else []
    patterns: dict[str, Curve] = {}
    for each in wanted:
        patterns.setdefault(each.measure.text, each)
    return patterns


def accepted_group(measure: Measure) -> str:
    """Return the group of which a measure is the week of acceptance, an empty text where it is another one."""
    if not isinstance(measure, Events) or (measure.events, measure.by) != ("acceptance", "first"):
        return ""
    return measure.group[0] if isinstance(measure.group, list) and len(measure.group) == 1 else ""


def write_figure(found: Backtest, folder: Path, name: str = "fan", dpi: int = 110) -> Path:
    """Write the figure as SVG and PNG and return the SVG's path. Raises OSError."""
    figure = draw(found)
    for suffix in ("png", "svg"):
        with written_whole(folder / f"{name}.{suffix}") as unfinished:
            figure.savefig(unfinished, dpi=dpi, format=suffix, metadata={"Date": None} if suffix == "svg" else None)
    return folder / f"{name}.svg"


def _fan(axes: Axes, found: Backtest, family: str, curve: Curve) -> None:
    """Median, 50% and 90% of runs with their misfit; after the last day known, as carried from the reports before."""
    runs, start, known = found.curves[family], found.scenario.start, found.plan.known
    days = drawn_days(start, found.plan.last, runs.shape[1])
    samples = [known.forecast(curve, day, runs[:, week], runs, 0.0) for week, day in enumerate(days)]
    quantiles = np.array([np.quantile(sample, [0.05, 0.25, 0.5, 0.75, 0.95]) for sample in samples]).T
    quantiles = np.exp(quantiles) if curve.scale == "log" else quantiles
    unit = 1000.0 if quantiles[3].max() > THOUSANDS else 1.0
    quantiles, axis = quantiles / unit, date2num(days)
    axes.fill_between(axis, quantiles[0], quantiles[4], color=WIDE, lw=0, label="90%")
    axes.fill_between(axis, quantiles[1], quantiles[3], color=NARROW, lw=0, label="50%")
    axes.plot(axis, quantiles[2], color=MODEL, lw=1.5, label="median")
    highest = _reports(
        axes, [each for each in found.plan.targets.targets.values() if each.measure.text == curve.measure.text], unit
    )
    if found.plan.last > known.ensemble.known_until:
        axes.axvline(date2num(known.ensemble.known_until), color="0.5", lw=0.8, ls=":")
    axes.set_title(curve.title.split(",")[0], fontsize=8, loc="left")
    axes.set_ylabel(f"{'1,000 ' if unit > 1 else ''}{curve.unit}", fontsize=7)
    axes.set_ylim(0, max(highest, min(quantiles[4].max(), MOST_DRAWN * quantiles[3].max())) * 1.05)
    _dated(axes)


def drawn_days(start: date, last: date, weeks: int) -> list[date]:
    """Return the dates of weeks up to `last`: a run ends with a whole week, so its last may lie in what is not asked for."""
    return [day for week in range(weeks) if (day := start + timedelta(weeks=week)) <= last]


def _reports(axes: Axes, targets: list[Target], unit: float) -> float:
    """Draw reports, hollow where they were not fitted, and return the height of the highest."""
    highest = 0.0
    for position, target in enumerate(targets):
        spread = 1.645 * np.sqrt(target.observed_variance) * np.array([-1.0, 0.0, 1.0])
        low, middle, high = np.exp(target.observed + spread) if target.scale == "log" else target.observed + spread
        when, highest = date2num(target.date), max(highest, float(high / unit))
        axes.plot([when, when], [low / unit, high / unit], color=REPORTED, lw=1.2, zorder=3)
        label = None if position else "reported, 90%"
        axes.plot(when, middle / unit, "D", ms=4, color=REPORTED, zorder=4, label=label,
                  fillstyle="none" if target.use == "score" else "full")  # fmt: skip
    return highest


def _weeks(axes: Axes, found: Backtest, accepted: dict[str, Target]) -> None:
    for row, (name, target) in enumerate(accepted.items()):
        low90, low50, middle, high50, high90 = np.quantile(found.samples[name], [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot([low90, high90], [row, row], color=WIDE, lw=6, solid_capstyle="butt")
        axes.plot([low50, high50], [row, row], color=NARROW, lw=6, solid_capstyle="butt")
        axes.plot(middle, row, "|", color=MODEL, ms=9)
        axes.plot(target.observed, row, "D", color=REPORTED, ms=4)
    names = [found.scenario.groups[accepted_group(target.measure)].name for target in accepted.values()]
    axes.set_yticks(range(len(names)), [name if len(name) < 28 else f"{name[:26]}…" for name in names], fontsize=6)
    axes.set_xlabel("weeks from June 2014; 104: never", fontsize=7)
    axes.set_title("Pledges accepted", fontsize=8, loc="left")
    _plain(axes)


def _chances(axes: Axes, found: Backtest) -> None:
    """Chances of the last year, dark where fighting was reported that year, or in the last year of which that is known."""
    year, lists = max(found.chances), found.plan.listed
    reported = max((each for each in lists if each <= year), default=year)
    chance, codes, truth = found.chances[year], list(found.scenario.governments), set(lists.get(reported, ()))
    shown = [at for at in np.argsort(-chance, kind="stable") if chance[at] > LEAST_SHOWN or codes[at] in truth][
        :MOST_SHOWN
    ]
    saw = [codes[at] in truth for at in shown]
    colours, edges = [REPORTED if each else WIDE for each in saw], [MODEL if each else "0.6" for each in saw]
    axes.bar(range(len(shown)), chance[shown], color=colours, edgecolor=edges)
    axes.set_xticks(range(len(shown)), [codes[at] for at in shown], rotation=90, fontsize=6)
    axes.set_ylim(0, 1)
    when = "reported" if reported == year else f"fighting reported in {reported}"
    axes.set_title(f"Chance of 25 deaths or more in {year} (dark: {when})", fontsize=8, loc="left")
    _plain(axes)


def _dated(axes: Axes) -> None:
    locator = AutoDateLocator(maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
