"""Charts of a comparison: how outcomes went, what differs from the baseline, what is traded for what, who pledged when.

Every function returns SVG. Small panels are figures of their own, so that a page can arrange them for its width.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from experiments.figures import INK, provenance, svg, write_beside
from experiments.measures import Effect, Measure, all_effects, finished, measures
from experiments.plots import KINDS

Floats = npt.NDArray[np.float64]

GREY, PALE, SMALL = "#9a9a9a", "#e3e3e3", 6.5
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7A5195", "#8C6D31")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
VERDICTS = {"better": ("#0072B2", "v"), "worse": ("#D55E00", "^"), "changed": (INK, "D"), "same": (GREY, "o")}
MOST_POINTS = 90  # of a curve: more cannot be seen at this size
PEOPLE = (("people_core", "core", KINDS["core"].colour, "-"), ("people_provinces", "provinces", "#D55E00", "--"))
TRADES = (("people_core", "people_provinces"), ("people_provinces", "attacks_international"))


def short(policy: str) -> str:
    """Return a policy's id in words."""
    return policy.replace("_", " ")


def courses(comparison: Any) -> dict[str, bytes]:
    """Return for each policy how people held, pledges, alignment and silence went: medians and 10-90% bands over seeds."""
    bands = {policy: _bands(rows) for policy, rows in comparison.series.groupby("policy")}
    panels = {"people": ("people_core", "people_provinces"), "pledges": ("pledges",), "silence": ("silence",)}
    tops = {
        panel: max(float(np.nanmax(band[name][2], initial=0.0)) for band in bands.values() for name in names)
        for panel, names in panels.items()
    }
    order = [policy for policy in comparison.policies if policy in bands]
    return {policy: svg(_course(comparison, policy, bands, tops)) for policy in order}


def _bands(rows: pd.DataFrame) -> dict[str, Floats]:
    """Return dates (points,) and the 10%, 50% and 90% quantiles over seeds of each series, (3, points)."""
    names = ["people_core", "people_provinces", "pledges", "acceptances", "alignment", "silence"]
    table = rows.set_index(["week", "seed"])[names].unstack()
    values = {name: table[name].to_numpy(dtype=float) for name in names}
    values["pledges"] = values["pledges"].cumsum(axis=0)
    provinces = values.pop("acceptances").cumsum(axis=0) > 0
    for name in ("alignment", "silence"):  # zero before there are provinces, which is no measurement
        values[name] = np.where(provinces | (values["people_provinces"] > 0), values[name], np.nan)
    shown = np.unique(np.linspace(0, len(table) - 1, MOST_POINTS).astype(int))
    days = rows.drop_duplicates("week").sort_values("week")["date"]
    dates = np.asarray(date2num(pd.to_datetime(days).to_numpy()), dtype=float)
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


def _course(comparison: Any, policy: str, bands: dict[str, dict[str, Floats]], tops: dict[str, float]) -> Figure:
    figure = _figure(3.7, 5.6)
    grid = figure.add_gridspec(
        4, 1, left=0.185, right=0.97, top=0.94, bottom=0.085, hspace=0.22, height_ratios=(1.7, 1, 1, 1)
    )
    people, pledges, alignment, silence = (figure.add_subplot(grid[row]) for row in range(4))
    mine, base = bands[policy], bands.get(comparison.baseline, bands[policy])
    divisor, unit = (
        (1e6, "million") if tops["people"] >= 1e6 else (1e3, "thousand") if tops["people"] >= 1e4 else (1, "")
    )
    for name, label, colour, dashes in PEOPLE:
        _band(people, mine, name, colour, dashes, label, divisor)
        people.plot(base["date"], base[name][1] / divisor, color=GREY, linewidth=0.9, linestyle=dashes)
    for axes, name in ((pledges, "pledges"), (alignment, "alignment"), (silence, "silence")):
        axes.plot(base["date"], base[name][1], color=GREY, linewidth=0.9)
        _band(axes, mine, name, "#0072B2", "-", "", 1)
    people.plot([], [], color=GREY, linewidth=0.9, label=f"baseline: {short(comparison.baseline)}")
    people.legend(
        fontsize=SMALL, frameon=False, loc="upper left", handlelength=1.8, ncols=3, columnspacing=1, borderpad=0.1
    )
    limits = (1.22 * tops["people"] / divisor, 1.08 * tops["pledges"], 1.0, 1.08 * tops["silence"])
    words = (
        f"people held\n({unit} people)".replace("( ", "("),
        "pledges\nso far",
        "alignment\n(0 to 1)",
        "silence\n(weeks)",
    )
    for axes, limit, label in zip((people, pledges, alignment, silence), limits, words, strict=True):
        axes.set_ylim(0, limit if np.isfinite(limit) and limit > 0 else 1)
        axes.set_ylabel(label, fontsize=7)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=axes is pledges))
        axes.set_xlim(mine["date"][0], mine["date"][-1])
        _plain(axes)
        _dates(axes, axes is silence)
    figure.align_ylabels()
    figure.text(0.02, 0.967, short(policy), fontsize=9, fontweight="bold", color=INK)
    _small_type(figure, comparison, policy)
    return figure


def _band(axes: Axes, band: dict[str, Floats], name: str, colour: str, dashes: str, label: str, divisor: float) -> None:
    low, middle, high = band[name] / divisor
    axes.fill_between(band["date"], low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(band["date"], middle, color=colour, linewidth=1.4, linestyle=dashes, label=label or None)


def forests(comparison: Any, outcomes: Sequence[str]) -> dict[str, bytes]:
    """Return for each outcome the paired differences of all policies from the baseline, with 95% intervals."""
    effects, written = all_effects(comparison), measures(comparison)
    policies = [policy for policy in comparison.policies if policy != comparison.baseline]
    return {
        name: svg(_forest(comparison, written[name], [effects[p, name] for p in policies if (p, name) in effects]))
        for name in outcomes
        if name in written
    }


def _forest(comparison: Any, measure: Measure, effects: list[Effect]) -> Figure:
    height = 1.05 + 0.2 * len(effects)
    figure = _figure(3.9, height)
    axes = figure.add_axes((0.34, 0.62 / height, 0.63, (height - 0.92) / height))
    axes.axvline(0, color=INK, linewidth=0.8)
    for row, effect in enumerate(effects):
        colour, marker = VERDICTS[effect.verdict]
        low, middle, high = (value / measure.divisor for value in (effect.low, effect.difference, effect.high))
        told = effect.verdict != "same"
        axes.plot([low, high], [row, row], color=colour, linewidth=1.8 if told else 1, solid_capstyle="butt")
        axes.plot([middle], [row], marker, color=colour, markersize=5.5, markerfacecolor=colour if told else "white")
    axes.set_yticks(range(len(effects)), [short(effect.policy) for effect in effects], fontsize=7.5)
    axes.set_ylim(len(effects) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    arrow = {-1: "  (left is better)", 0: "", 1: "  (right is better)"}[measure.better]
    axes.set_xlabel(f"difference from baseline, {measure.unit or 'units'}{arrow}".replace(", units", ""), fontsize=7)
    _plain(axes)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    label = measure.label[:1].upper() + measure.label[1:]
    figure.text(0.02, 1 - 0.19 / height, label, fontsize=8.5 if len(label) < 50 else 7, fontweight="bold", color=INK)
    _small_type(figure, comparison, f"baseline {comparison.baseline}")
    return figure


def trades(comparison: Any) -> list[bytes]:
    """Return scatters of two outcomes against one another: a mark for each policy's mean, a dot for each run."""
    written = measures(comparison)
    return [svg(_trade(comparison, written[x], written[y])) for x, y in TRADES if x in written and y in written]


def _trade(comparison: Any, across: Measure, up: Measure) -> Figure:
    figure = _figure(4.9, 4.0)
    axes = figure.add_axes((0.125, 0.155, 0.85, 0.77))
    marks, runs = styles(comparison), finished(comparison)
    means = []
    for policy, (colour, marker) in marks.items():
        mine = runs[runs["policy"] == policy]
        if mine.empty:
            continue
        x, y = (mine[m.name].to_numpy(dtype=float) / m.divisor for m in (across, up))
        axes.plot(x, y, ".", color=colour, markersize=3, alpha=0.35, markeredgewidth=0, rasterized=len(x) > 200)
        bars = [np.quantile(v, (0.1, 0.9)) for v in (x, y)]
        axes.plot(bars[0], [y.mean()] * 2, color=colour, linewidth=0.8, alpha=0.7)
        axes.plot([x.mean()] * 2, bars[1], color=colour, linewidth=0.8, alpha=0.7)
        axes.plot([x.mean()], [y.mean()], marker, color=colour, markersize=8, markeredgecolor="white", zorder=4)
        means.append((policy, (float(x.mean()), float(y.mean())), colour))
    _plain(axes)
    axes.margins(0.1)
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    axes.set_xlabel(f"{across.label}{f' ({across.unit})' if across.unit else ''}", fontsize=8)
    axes.set_ylabel(f"{up.label}{f' ({up.unit})' if up.unit else ''}", fontsize=8)
    centres = [axes.transData.transform(point) for _, point, _ in means]
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in centres]
    for policy, point, colour in means:
        write_beside(axes, point, short(policy), colour, taken)
    figure.text(0.02, 0.955, "Towards the lower left is better on both", fontsize=8.5, fontweight="bold", color=INK)
    _small_type(figure, comparison, "mark: mean; bars: 10 to 90% of runs; dots: runs")
    return figure


def pledge_timeline(comparison: Any) -> bytes | None:
    """Return when each group pledged under each policy, the median over the seeds in which it did; None if none did."""
    dates = _pledge_dates(comparison)
    if dates.empty:
        return None
    order = list(dates.groupby("group")["week"].median().sort_values().index)
    marks = styles(comparison)
    height = 1.35 + 0.36 * len(order)
    figure = _figure(8.2, height)
    axes = figure.add_axes((0.29, 0.5 / height, 0.69, (height - 1.25) / height))
    shift = dict(zip(marks, np.linspace(-0.36, 0.36, len(marks)) if len(marks) > 1 else [0.0], strict=True))
    start = float(date2num(pd.Timestamp(comparison.scenario.start)))
    axes.barh([], [], color=PALE, label=f"{short(comparison.baseline)}: 10 to 90% of seeds")
    for policy, (colour, marker) in marks.items():
        axes.plot([], [], marker, color=colour, markersize=5, linestyle="none", label=short(policy))
        for row in dates[dates["policy"] == policy].to_dict("records"):
            place, fill = order.index(row["group"]), colour if row["share"] >= 0.5 else "white"
            if policy == comparison.baseline:
                axes.barh(place, 7 * (row["high"] - row["low"]), 0.9, start + 7 * row["low"], color=PALE, zorder=0)
            axes.plot([start + 7 * row["week"]], [place + shift[policy]], marker, color=colour, markersize=4,
                      markerfacecolor=fill, markeredgewidth=0.8, clip_on=False)  # fmt: skip
    axes.set_yticks(range(len(order)), [_cut(words, 36) for words in order])
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlim(start, start + 7 * comparison.scenario.weeks)
    _plain(axes)
    _dates(axes, True)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    figure.legend(loc="upper left", bbox_to_anchor=(0.01, 1), ncols=5, fontsize=7.5, frameon=False, columnspacing=1.2)
    words = "mark: median of the seeds in which the group pledged; full: at least half of all seeds, hollow: fewer"
    figure.text(0.02, 1 - 0.64 / height, words, fontsize=7.5, color=INK)
    _small_type(figure, comparison, "all policies")
    return svg(figure)


def _pledge_dates(comparison: Any) -> pd.DataFrame:
    """Return policy, group (readable name), week (median over seeds), low, high (10, 90%), share of seeds with a pledge.

    Groups are left out that pledged in fewer than a quarter of the seeds under every policy.
    """
    events = comparison.events[comparison.events["kind"] == "pledge"]
    columns = ["policy", "group", "week", "low", "high", "share"]
    if events.empty:
        return pd.DataFrame(columns=columns)
    groups = events["organisation"].map(lambda name: group_title(comparison, name))
    first = events.assign(group=groups).groupby(["policy", "group", "seed"])["week"].min().groupby(["policy", "group"])
    table = pd.DataFrame({"week": first.median(), "low": first.quantile(0.1), "high": first.quantile(0.9)})
    table["share"] = first.size() / max(1, len(comparison.seeds))
    table = table.reset_index()[columns]
    return table[table.groupby("group")["share"].transform("max") >= 0.25]


def group_title(comparison: Any, name: str) -> str:
    """Return the readable name of an organisation; splinters of one group share a name, whatever their number."""
    parent, splinter, _ = name.partition("_splinter_")
    words = str(comparison.organisation_titles.get(parent, short(parent)))
    return f"Splinter of {words}" if splinter else words


def styles(comparison: Any) -> dict[str, tuple[str, str]]:
    """Return a colour and a marker for each policy, the same in all charts; the baseline is black."""
    others = [policy for policy in comparison.policies if policy != comparison.baseline]
    pairs = {p: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, p in enumerate(others)}
    return {policy: pairs.get(policy, (INK, "s")) for policy in comparison.policies}


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(labelsize=7, color=GREY, length=2.5)
    axes.set_axisbelow(True)


def _dates(axes: Axes, labelled: bool) -> None:
    """Mark the years, or months where there are fewer than two years."""
    first, last = (pd.Timestamp(num2date(value)).tz_localize(None) for value in axes.get_xlim())
    years = (last - first).days / 365
    step, form = (12 * max(1, round(years / 6)), "%Y") if years >= 2 else (3 if years > 0.75 else 1, "%b %Y")
    ticks = pd.date_range(first, last, freq="MS")
    ticks = ticks[(ticks.year * 12 + ticks.month - 1) % step == 0]
    axes.set_xticks(date2num(ticks.to_numpy()), ticks.strftime(form) if labelled else [""] * len(ticks))
    axes.grid(axis="x", color=PALE, linewidth=0.6)


def _small_type(figure: Figure, comparison: Any, what: str) -> None:
    words = provenance(comparison.scenario, what, f"{len(comparison.seeds)} seeds")
    size = min(5.5, 5.5 * 108 / max(len(words), 1) * figure.get_figwidth() / 4.9)
    figure.text(0.02, 0.06 / figure.get_figheight(), words, fontsize=size, color="#666666")


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
