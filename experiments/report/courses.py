"""How people held, pledges, alignment and silence went under each policy: medians and bands over seeds, one scale."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.measures.evidence import Evidence
from experiments.report.figures import GREY, INK, Floats, Image, blank, days, image, plain, small_type, wrapped, years
from experiments.report.palette import CORE, FIRST_PROVINCES, PROVINCE, SLATE

Bands = dict[str, Floats]

MOST_POINTS = 90  # of a curve: more cannot be seen at this size
PEOPLE = (
    ("people_core", "core", CORE, "-"),
    ("people_provinces", "provinces", PROVINCE, "--"),
    ("cohort_people", "first provinces", FIRST_PROVINCES, ":"),
)
BELOW = ("pledges", "alignment", "silence")


def courses(evidence: Evidence) -> dict[str, Image]:
    """Return for each policy its courses: medians, bands from 10 to 90% of seeds, the baseline's medians in grey."""
    bands = {str(policy): _bands(rows) for policy, rows in evidence.series.groupby("policy")}
    if not bands:
        return {}
    divisor, unit = _scale(max(_top(bands, name) for name, *_ in PEOPLE))
    figure, panels = _frame(evidence, bands, divisor, unit)
    images = {}
    for policy in evidence.policies:
        if policy in bands:  # axes are made once: they cost more than what is drawn in them
            words = [
                figure.text(
                    0.02, 0.967, wrapped(evidence.heading(policy), 52, 1), fontsize=9, fontweight="bold", color=INK
                ),
                small_type(figure, evidence, evidence.heading(policy)),
            ]
            kept = {axes: set(axes.get_children()) for axes in panels}
            _draw(panels, bands[policy], divisor)
            images[policy] = image(figure, _table(bands[policy]))
            for artist in [*words, *(child for axes in panels for child in set(axes.get_children()) - kept[axes])]:
                artist.remove()
    return images


def _table(bands: Bands) -> pd.DataFrame:
    """Return bands as columns: the date, and each series' 10%, 50% and 90% quantile over seeds."""
    columns = {"date": pd.to_datetime(bands["date"], unit="D").date}
    for name, band in bands.items():
        if name != "date":
            columns |= {f"{name}_{share}": row for share, row in zip((10, 50, 90), band, strict=True)}
    return pd.DataFrame(columns)


def _scale(top: float) -> tuple[float, str]:
    return (1e6, "million people") if top >= 1e6 else (1e3, "thousand people") if top >= 1e4 else (1.0, "people")


def _top(bands: dict[str, Bands], name: str) -> float:
    return max(float(np.nanmax(band[name][2], initial=0.0)) for band in bands.values())


def _frame(evidence: Evidence, bands: dict[str, Bands], divisor: float, unit: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with its axes: scales, labels, legend and the baseline."""
    figure = blank(3.7, 5.6)
    grid = figure.add_gridspec(
        4, 1, left=0.185, right=0.97, top=0.94, bottom=0.085, hspace=0.22, height_ratios=(1.7, 1, 1, 1)
    )
    panels = [figure.add_subplot(grid[row]) for row in range(4)]
    base = bands.get(evidence.baseline, next(iter(bands.values())))
    people = panels[0]
    for name, label, colour, dashes in PEOPLE:
        people.plot([], [], color=colour, linewidth=1.4, linestyle=dashes, label=label)
        people.plot(base["date"], base[name][1] / divisor, color=GREY, linewidth=0.9, linestyle=dashes)
    people.plot([], [], color=GREY, linewidth=0.9, label="baseline")
    people.legend(
        fontsize=6.5, frameon=False, loc="upper left", handlelength=1.8, ncols=4, columnspacing=1, borderpad=0.1
    )
    for axes, name in zip(panels[1:], BELOW, strict=True):
        axes.plot(base["date"], base[name][1], color=GREY, linewidth=0.9)
    highest = 1.22 * max(_top(bands, name) for name, *_ in PEOPLE) / divisor
    limits = (highest, 1.08 * _top(bands, "pledges"), 1.0, 1.08 * _top(bands, "silence"))
    words = (f"people held\n({unit})", "pledges\nso far", "alignment\n(0 to 1)", "silence\n(weeks)")
    for row, axes in enumerate(panels):
        axes.set_ylim(0, limits[row] if limits[row] > 0 else 1)
        axes.set_ylabel(words[row], fontsize=7)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=row == 1))
        axes.set_xlim(base["date"][0], base["date"][-1])
        plain(axes)
        years(axes, row == 3)
    figure.align_ylabels()
    return figure, panels


def _draw(panels: list[Axes], mine: Bands, divisor: float) -> None:
    for name, _, colour, dashes in PEOPLE:
        _band(panels[0], mine["date"], mine[name] / divisor, colour, dashes)
    for axes, name in zip(panels[1:], BELOW, strict=True):
        _band(axes, mine["date"], mine[name], SLATE, "-")


def _band(axes: Axes, dates: Floats, band: Floats, colour: str, dashes: str) -> None:
    low, middle, high = band
    axes.fill_between(dates, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(dates, middle, color=colour, linewidth=1.4, linestyle=dashes)


def _bands(rows: pd.DataFrame) -> dict[str, Floats]:
    """Return dates (points,) and the 10%, 50% and 90% quantiles over seeds of each series, (3, points)."""
    names = ["people_core", "people_provinces", "cohort_people", "pledges", "acceptances", "alignment", "silence"]
    table = rows.set_index(["week", "seed"])[names].unstack()
    values = {name: table[name].to_numpy(dtype=float) for name in names}
    values["pledges"] = values["pledges"].cumsum(axis=0)
    provinces = values.pop("acceptances").cumsum(axis=0) > 0
    for name in ("alignment", "silence"):  # zero before there are provinces, which is no measurement
        values[name] = np.where(provinces | (values["people_provinces"] > 0), values[name], np.nan)
    shown = np.unique(np.linspace(0, len(table) - 1, MOST_POINTS).astype(int))
    dates = days(rows.drop_duplicates("week").sort_values("week")["date"])
    return {"date": dates[shown]} | {name: quantiles(array[shown]) for name, array in values.items()}


def quantiles(values: Floats) -> Floats:
    """Return the 10%, 50% and 90% quantiles of each row without its nans, (3, rows), nan for a row of nans only."""
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(axis=1)
    rows = np.arange(len(values))
    found = np.full((3, len(values)), np.nan)
    for place, share in enumerate((0.1, 0.5, 0.9)):
        position = np.maximum(count - 1, 0) * share
        below = np.floor(position).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        low, high = ordered[rows, below], ordered[rows, above]
        found[place] = low + (position - below) * (high - low)
    return found
