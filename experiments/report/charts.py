"""Charts of a comparison: what differs from the baseline, what is traded for what, who pledged when.

Small panels are figures of their own, so that a page can arrange them for its width.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from experiments.measures.evidence import Evidence
from experiments.report.figures import (
    GREY,
    INK,
    PALE,
    Image,
    blank,
    days,
    image,
    plain,
    short,
    small_type,
    wrapped,
    write_beside,
    years,
)
from experiments.report.palette import BETTER, POLICIES, WORSE
from experiments.report.units import unit_words
from model.record import OUTCOMES

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
VERDICTS = {"better": (BETTER, "v"), "worse": (WORSE, "^"), "changed": (INK, "D"), "same": (GREY, "o")}
TRADES = (("people_core", "people_provinces"), ("people_provinces", "attacks_international"))


def forests(evidence: Evidence, outcomes: Sequence[str]) -> dict[str, Image]:
    """Return for each outcome the paired differences of all policies from the baseline, with 95% intervals."""
    table = evidence.effects_table()
    return {name: image(_forest(evidence, name), table[table["outcome"] == name]) for name in outcomes}


def _forest(evidence: Evidence, name: str) -> Figure:
    outcome, written = OUTCOMES[name], evidence.formats[name]
    effects = [evidence.effects[policy, name] for policy in evidence.others]
    height = 1.1 + 0.27 * len(effects)
    figure = blank(3.9, height)
    axes = figure.add_axes((0.34, 0.62 / height, 0.63, (height - 0.92) / height))
    axes.axvline(0, color=INK, linewidth=0.8)
    for row, effect in enumerate(effects):
        colour, marker = VERDICTS[effect.verdict]
        low, middle, high = (value / written.divisor for value in (effect.low, effect.difference, effect.high))
        told = effect.verdict != "same"
        axes.plot([low, high], [row, row], color=colour, linewidth=1.8 if told else 1, solid_capstyle="butt")
        axes.plot([middle], [row], marker, color=colour, markersize=5.5, markerfacecolor=colour if told else "white")
    axes.set_yticks(
        range(len(effects)), [wrapped(evidence.heading(effect.policy), 19) for effect in effects], fontsize=7
    )
    axes.set_ylim(len(effects) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    arrow = {-1: "  (left is better)", 0: "", 1: "  (right is better)"}[outcome.better]
    axes.set_xlabel(
        ", ".join(filter(None, ("difference from baseline", unit_words(name, written)))) + arrow, fontsize=7
    )
    plain(axes)
    axes.tick_params(axis="y", length=0, labelsize=7)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    label = outcome.meaning[:1].upper() + outcome.meaning[1:]
    figure.text(0.02, 1 - 0.19 / height, label, fontsize=8.5 if len(label) < 50 else 7, fontweight="bold", color=INK)
    small_type(figure, evidence, f"baseline: {evidence.heading(evidence.baseline)}")
    return figure


def trades(evidence: Evidence) -> dict[str, Image]:
    """Return scatters of two outcomes against one another: a mark for each policy's mean, a dot for each run."""
    return {
        f"{x}_against_{y}": image(_trade(evidence, x, y), evidence.finished[["policy", "seed", x, y]])
        for x, y in TRADES
    }


def _trade(evidence: Evidence, across: str, up: str) -> Figure:
    figure = blank(4.9, 4.0)
    axes = figure.add_axes((0.125, 0.155, 0.85, 0.77))
    marks, runs = styles(evidence), evidence.finished
    means = []
    for policy, (colour, marker) in marks.items():
        mine = runs[runs["policy"] == policy]
        if mine.empty:
            continue
        x, y = (mine[name].to_numpy(dtype=float) / evidence.formats[name].divisor for name in (across, up))
        axes.plot(x, y, ".", color=colour, markersize=4.5, alpha=0.35, markeredgewidth=0, rasterized=len(x) > 200)
        bars = [np.quantile(v, (0.1, 0.9)) for v in (x, y)]
        axes.plot(bars[0], [y.mean()] * 2, color=colour, linewidth=0.8, alpha=0.7)
        axes.plot([x.mean()] * 2, bars[1], color=colour, linewidth=0.8, alpha=0.7)
        axes.plot([x.mean()], [y.mean()], marker, color=colour, markersize=8, markeredgecolor="white", zorder=4)
        means.append((policy, (float(x.mean()), float(y.mean())), colour))
    plain(axes)
    axes.margins(0.1)
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    axes.set_xlabel(_axis_words(evidence, across), fontsize=8)
    axes.set_ylabel(_axis_words(evidence, up), fontsize=8)
    centres = [axes.transData.transform(point) for _, point, _ in means]
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in centres]
    for policy, point, colour in means:
        write_beside(axes, point, wrapped(evidence.heading(policy), 40, 1), colour, taken, halo=())
    figure.text(0.02, 0.955, "Towards the lower left is better on both", fontsize=8.5, fontweight="bold", color=INK)
    small_type(figure, evidence, "mark: mean; bars: 10 to 90% of runs; dots: runs")
    return figure


def _axis_words(evidence: Evidence, name: str) -> str:
    unit = unit_words(name, evidence.formats[name])
    return f"{OUTCOMES[name].meaning} ({unit})" if unit else OUTCOMES[name].meaning


def pledge_timeline(evidence: Evidence) -> Image | None:
    """Return when each group pledged under each policy, the median over the seeds in which it did; None if none did."""
    dates = _pledge_dates(evidence)
    if dates.empty:
        return None
    order = list(dates.groupby("group")["week"].median().sort_values().index)
    marks = styles(evidence)
    legend = 0.17 * (-(-(len(marks) + 1) // 3))  # inches
    height = 1.05 + legend + 0.36 * len(order)
    figure = blank(8.2, height)
    axes = figure.add_axes((0.33, 0.5 / height, 0.65, (height - 0.95 - legend) / height))
    shift = dict(zip(marks, np.linspace(-0.36, 0.36, len(marks)) if len(marks) > 1 else [0.0], strict=True))
    start = float(days([evidence.scenario.start])[0])
    axes.fill_between([], [], [], color=PALE, label="baseline: 10 to 90% of seeds")
    for policy, (colour, marker) in marks.items():
        axes.plot(
            [], [], marker, color=colour, markersize=5, linestyle="none", label=wrapped(evidence.heading(policy), 34, 1)
        )
        for row in dates[dates["policy"] == policy].to_dict("records"):
            place, fill = order.index(row["group"]), colour if row["share"] >= 0.5 else "white"
            if policy == evidence.baseline:
                axes.barh(place, 7 * (row["high"] - row["low"]), 0.9, start + 7 * row["low"], color=PALE, zorder=0)
            axes.plot([start + 7 * row["week"]], [place + shift[policy]], marker, color=colour, markersize=4,
                      markerfacecolor=fill, markeredgewidth=0.8, clip_on=False)  # fmt: skip
    axes.set_yticks(range(len(order)), [_cut(words, 44) for words in order])
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlim(start, start + 7 * evidence.scenario.weeks)
    plain(axes)
    years(axes, True)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    figure.legend(loc="upper left", bbox_to_anchor=(0.01, 1), ncols=3, fontsize=7.5, frameon=False, columnspacing=1.2)
    words = "mark: median of the seeds in which the group pledged; full: at least half of all seeds, hollow: fewer"
    figure.text(0.02, 1 - (legend + 0.3) / height, words, fontsize=7.5, color=INK)
    small_type(figure, evidence, "all policies")
    return image(figure, dates)


def _pledge_dates(evidence: Evidence) -> pd.DataFrame:
    """Return policy, group (readable name), week (median over seeds), low, high (10, 90%), share of seeds with a pledge.

    Groups are left out that pledged in fewer than a quarter of the seeds under every policy.
    """
    events = evidence.events[evidence.events["kind"] == "pledge"]
    columns = ["policy", "group", "week", "low", "high", "share"]
    if events.empty:
        return pd.DataFrame(columns=columns)
    groups = events["organisation"].map(lambda name: group_title(evidence.organisation_titles, name))
    first = events.assign(group=groups).groupby(["policy", "group", "seed"])["week"].min().groupby(["policy", "group"])
    table = pd.DataFrame({"week": first.median(), "low": first.quantile(0.1), "high": first.quantile(0.9)})
    table["share"] = first.size() / max(1, len(evidence.seeds))
    table = table.reset_index()[columns]
    return table[table.groupby("group")["share"].transform("max") >= 0.25]


def group_title(titles: Mapping[str, str], name: str) -> str:
    """Return the readable name of an organisation; splinters of one group share a name, whatever their number."""
    parent, splinter, _ = name.partition("_splinter_")
    words = str(titles.get(parent, short(parent)))
    return f"Splinter of {words}" if splinter else words


def styles(evidence: Evidence) -> dict[str, tuple[str, str]]:
    """Return a colour and a marker for each policy, the same in all charts; the baseline is black."""
    pairs = {p: (POLICIES[i % len(POLICIES)], MARKERS[i % len(MARKERS)]) for i, p in enumerate(evidence.others)}
    return {policy: pairs.get(policy, (INK, "s")) for policy in evidence.policies}


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
