"""Fan charts: what the ensemble says, week by week, against what was reported; dates of acceptance; countries."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from experiments.atomic import written_whole
from experiments.history.backtest import Backtest
from experiments.history.scores import Floats
from experiments.history.target import Target

MODEL, REPORT, WIDE, NARROW = "#222222", "#d55e00", "#c6dbef", "#6baed6"
COLUMNS = 3
THOUSANDS = 20_000.0  # curves that pass this are drawn in thousands


def draw(found: Backtest) -> Figure:
    """Return the figure: a fan a curve, then weeks of acceptance, then chances of fighting of the last year."""
    families = {family: [each for each in found.plan.targets.targets.values() if each.asked.family == family]
                for family in found.curves}  # fmt: skip
    accepted = {name: found.plan.targets.targets[name] for name in found.samples
                if found.plan.targets.targets[name].asked.kind == "accepted_week"}  # fmt: skip
    panels = len(families) + bool(accepted) + bool(found.chances)
    rows = max(1, -(-panels // COLUMNS))
    figure = Figure(figsize=(12.5, 2.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(rows, COLUMNS)
    spots = [(at // COLUMNS, at % COLUMNS) for at in range(panels)]
    places = [figure.add_subplot(grid[row, column]) for row, column in spots[:-1]]
    places += [figure.add_subplot(grid[row, column:]) for row, column in spots[-1:]]  # the last takes what is left
    for position, (family, targets) in enumerate(families.items()):
        _fan(places[position], found, found.curves[family], targets, legend=position == 0)
    if accepted:
        _weeks(places[len(families)], found, accepted)
    if found.chances:
        _chances(places[len(families) + bool(accepted)], found)
    words = f"{found.scenario.name}, {found.scenario.policy.name}; {len(found.plan.ensemble)} members known until "
    words += f"{found.plan.ensemble.known_until}, {found.plan.seeds} seeds; a laboratory, no forecast"
    figure.supxlabel(words, fontsize=7, color="0.35")
    return figure


def write_figure(found: Backtest, folder: Path, name: str = "fan", dpi: int = 110) -> Path:
    """Write the figure as SVG and PNG and return the SVG's path. Raises OSError."""
    figure = draw(found)
    for suffix in ("png", "svg"):
        with written_whole(folder / f"{name}.{suffix}") as unfinished:
            figure.savefig(unfinished, dpi=dpi, format=suffix, metadata={"Date": None} if suffix == "svg" else None)
    return folder / f"{name}.svg"


def _fan(axes: Axes, found: Backtest, runs: Floats, targets: list[Target], legend: bool) -> None:
    """Median, 50% and 90% of runs with the misfit that is declared for the nearest target."""
    start, known = found.scenario.start, found.plan.ensemble.known_until
    days = [start + timedelta(weeks=week) for week in range(runs.shape[1])]
    pattern, factor = targets[0], found.plan.ensemble.factor
    spread = np.sqrt([_at(pattern, day).misfit_variance(known, factor) for day in days])
    noise = np.random.default_rng(7).normal(size=(len(runs), 1)) * spread
    noisy = np.maximum(runs, 1.0) * np.exp(noise) if pattern.scale == "log" else runs + noise
    unit = 1000.0 if runs.max() > THOUSANDS else 1.0
    quantiles = np.quantile(noisy / unit, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    axis = date2num(days)
    axes.fill_between(axis, quantiles[0], quantiles[4], color=WIDE, lw=0, label="90%")
    axes.fill_between(axis, quantiles[1], quantiles[3], color=NARROW, lw=0, label="50%")
    axes.plot(axis, quantiles[2], color=MODEL, lw=1.5, label="median")
    for target in targets:
        middle = np.exp(target.observed) if target.scale == "log" else target.observed
        deviation = 1.645 * np.sqrt(target.observed_variance)
        low, high = (middle * np.exp(sign * deviation) if target.scale == "log" else middle + sign * deviation
                     for sign in (-1, 1))  # fmt: skip
        when = date2num(target.date)
        axes.plot([when, when], [low / unit, high / unit], color=REPORT, lw=1.2, zorder=3)
        first = target is targets[0]
        axes.plot(when, middle / unit, "D", ms=4, color=REPORT, zorder=4, label="reported, 90%" if first else None)
    if found.plan.last > known:
        axes.axvline(date2num(known), color="0.5", lw=0.8, ls=":")
    axes.set_title(targets[0].title.split(",")[0], fontsize=8, loc="left")
    axes.set_ylabel(f"{'1,000 ' if unit > 1 else ''}{pattern.unit}", fontsize=7)
    axes.set_ylim(0)
    _dated(axes)
    if legend:
        axes.legend(frameon=False, fontsize=7, loc="lower left", ncols=2)


def _at(target: Target, day: date) -> Target:
    return target.model_copy(update={"date": day})


def _weeks(axes: Axes, found: Backtest, accepted: dict[str, Target]) -> None:
    for row, (name, target) in enumerate(accepted.items()):
        low90, low50, middle, high50, high90 = np.quantile(found.samples[name], [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot([low90, high90], [row, row], color=WIDE, lw=6, solid_capstyle="butt")
        axes.plot([low50, high50], [row, row], color=NARROW, lw=6, solid_capstyle="butt")
        axes.plot(middle, row, "|", color=MODEL, ms=9)
        axes.plot(target.observed, row, "D", color=REPORT, ms=4)
    names = [found.scenario.groups[str(target.measure["accepted_week"])].name for target in accepted.values()]
    axes.set_yticks(range(len(names)), [name if len(name) < 28 else f"{name[:26]}…" for name in names], fontsize=6)
    axes.set_xlabel("weeks from June 2014; 104: never", fontsize=7)
    axes.set_title("Pledges accepted", fontsize=8, loc="left")
    _plain(axes)


def _chances(axes: Axes, found: Backtest) -> None:
    year = max(found.chances)
    chance, codes = found.chances[year], list(found.scenario.governments)
    truth = set(found.plan.targets.countries[year])
    shown = [at for at in np.argsort(-chance, kind="stable") if chance[at] > 0.05 or codes[at] in truth][:32]
    colours = [REPORT if codes[at] in truth else WIDE for at in shown]
    axes.bar(
        range(len(shown)),
        chance[shown],
        color=colours,
        edgecolor=[MODEL if codes[at] in truth else "0.6" for at in shown],
    )
    axes.set_xticks(range(len(shown)), [codes[at] for at in shown], rotation=90, fontsize=6)
    axes.set_ylim(0, 1)
    axes.set_title(f"Chance of 25 deaths or more in {year} (dark: reported)", fontsize=8, loc="left")
    _plain(axes)


def _dated(axes: Axes) -> None:
    locator = AutoDateLocator(maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
