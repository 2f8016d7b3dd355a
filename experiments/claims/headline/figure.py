"""The headline figure: maps of worlds where cutting the links is better, equal or worse, and what tips it.

Columns are outcomes (the first takes all together), rows are the policies held against. A mark is a world, its shape the
verdict; shades are the difference smoothed over the two assumptions that matter most. Shapes, signs and numbers say what
the colours say (Okabe and Ito's, which survive colour blindness and grey print).
"""

from collections.abc import Mapping
from importlib.metadata import version
from textwrap import fill
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.claims.headline.verdicts import COUNTED, EQUAL, OVERALL, VERDICTS, Headline
from experiments.claims.headline.words import INSTEAD, second, third, title
from experiments.claims.headline.worlds import AGAINST, AXES, DECLARED
from experiments.report.figures import GREY, INK, PALE, blank, fit, plain

Floats = npt.NDArray[np.float64]

SIZE = (14.0, 10.0)
LEFT, RIGHT, TOP, MAP, ROW, SPACE = 0.122, 0.994, 0.808, 0.222, 0.305, 0.016
BANDWIDTH = 0.16  # of the smoother, in levels of an axis
LETTERS = 42  # that fit into a panel's width
COLUMNS = 1 + len(COUNTED)
WIDTH = (RIGHT - LEFT - (COLUMNS - 1) * SPACE) / COLUMNS
GRID = np.linspace(0, 1, 121)
BANDS = (-1e9, -50, -20, -10, -5, 5, 10, 20, 50, 1e9)  # percent of the average world's value
SHADES = ("#2b7bba", "#69a9d6", "#a9cfe8", "#d9eaf5", "#ffffff", "#fde5cf", "#fbc08a", "#f2924a", "#d9651a")
MARKS = {
    "worse": ("^", "#8a3500"), "better": ("v", "#00487a"), "equal": ("$=$", "#333333"), "unclear": ("$?$", "#777777"),
    "backfires": ("^", "#8a3500"), "helps": ("v", "#00487a"), "trade-off": ("D", "#5b2a86"),
    "no difference": ("o", "#777777"),
}  # fmt: skip
FILLS = {
    "worse": "#f2924a", "better": "#69a9d6", "equal": "#ffffff", "unclear": "#d0d0d0", "backfires": "#f2924a",
    "helps": "#69a9d6", "trade-off": "#c9b3dd", "no difference": "#d0d0d0",
}  # fmt: skip
LEGEND = {
    "worse": "worse / backfires", "better": "better / helps", "trade-off": "better on some, worse on others",
    "equal": f"equal within {EQUAL:.0%}", "unclear": "not distinguishable from luck",
    "no difference": "none detected on any of the four",
}  # fmt: skip
HELD = {"core_only": ("o", INK), "comprehensive": ("D", "#009E73")}


def draw(headline: Headline) -> Figure:
    """Return the figure."""
    figure = blank(*SIZE)
    _words(figure, headline)
    for row, against in enumerate(AGAINST):
        bottom = TOP - MAP - row * ROW
        for column in range(COLUMNS):
            axes = figure.add_axes((*_place(column, bottom), WIDTH, MAP))
            _map(axes, headline, against, column)
            _scales(axes, headline, row == len(AGAINST) - 1, column == 0)
            bar = figure.add_axes((*_place(column, bottom + MAP + 0.003), WIDTH, 0.019))
            _bar(bar, _verdicts(headline, against, column), OVERALL if column == 0 else VERDICTS)
            if column:
                x, y = _place(column, bottom - 0.019 - 0.018 * (row == len(AGAINST) - 1))
                figure.text(x + WIDTH / 2, y, _average(headline, against, column), fontsize=7.8, ha="center", color=INK)
        words = "instead of\n" + fill(INSTEAD[against], 14)
        figure.text(0.006, bottom + MAP / 2, words, fontsize=10.5, fontweight="bold", va="center", color=INK)
    for column in range(COLUMNS):
        _heading(figure, column)
        _influence(figure.add_axes((*_place(column, 0.105), WIDTH, 0.105)), headline, column)
    _legend(figure)
    return figure


def _place(column: int, bottom: float) -> tuple[float, float]:
    return LEFT + column * (WIDTH + SPACE), bottom


def _words(figure: Figure, headline: Headline) -> None:
    fit(figure.text(0.006, 0.965, title(headline), fontsize=19, fontweight="bold", color=INK), figure)
    fit(figure.text(0.006, 0.935, second(headline), fontsize=12, color=INK), figure)
    fit(figure.text(0.006, 0.908, third(headline), fontsize=12, color=INK), figure)
    design = headline.batch.design
    words = (
        f"{design.scenario} · {headline.points} worlds (Sobol points in a box of five assumptions) · 3 policies of equal "
        f"cost · {design.seeds} paired seeds · {design.horizon} weeks · inkspot {version('inkspot')} · a laboratory for "
        "assumptions, no forecast"
    )
    figure.text(0.006, 0.008, words, fontsize=7, color="#666666")


def _heading(figure: Figure, column: int) -> None:
    x, y = _place(column, TOP + 0.052)
    counted = COUNTED[column - 1]
    name, what = ("all four together", "a mark is a world") if column == 0 else (counted.title, counted.what)
    figure.text(x, y, name[:1].upper() + name[1:], fontsize=12, fontweight="bold", color=INK)
    figure.text(x, y - 0.018, what, fontsize=8, color="#555555")


def _average(headline: Headline, against: str, column: int) -> str:
    """Return the mean difference over worlds with its interval, in the outcome's unit."""
    counted = COUNTED[column - 1]
    row = headline.average(counted.name, against)
    low, mean, high = (counted.digits(row[key], True) for key in ("low", "difference", "high"))
    return f"mean {mean} ({low} to {high}) {counted.unit}".rstrip()


def _verdicts(headline: Headline, against: str, column: int) -> Mapping[int, str]:
    """Return world -> verdict of a panel, the declared world too."""
    if column == 0:
        rows = headline.overall[headline.overall["against"] == against]
    else:
        table = headline.table
        rows = table[(table["against"] == against) & (table["outcome"] == COUNTED[column - 1].name)]
    return dict(zip(rows["world"], rows["verdict"], strict=True))


def _map(axes: Axes, headline: Headline, against: str, column: int) -> None:
    """Draw worlds as marks over the smoothed difference (or, of all outcomes together, the commonest verdict)."""
    across, up = headline.main_axes()
    verdicts, worlds = _verdicts(headline, against, column), headline.batch.worlds
    points = worlds[[across, up]].to_numpy()
    if column == 0:
        _commonest(axes, points, [verdicts[world] for world in worlds.index])
    else:
        table = headline.table
        rows = table[(table["against"] == against) & (table["outcome"] == COUNTED[column - 1].name)]
        percent = rows.set_index("world")["percent"].reindex(worlds.index).to_numpy()
        _shades(axes, points, percent)
    for kind, (marker, colour) in MARKS.items():
        mine = np.array([verdicts[world] == kind for world in worlds.index])
        filled = "white" if kind in ("no difference",) else colour
        axes.plot(*points[mine].T, marker=marker, linestyle="none", color=colour, markersize=4.6, markerfacecolor=filled,
                  markeredgewidth=0.7)  # fmt: skip
    names = list(worlds.columns)
    declared = next(world.levels for world in headline.batch.design.worlds if world.number == DECLARED)
    place = [declared[names.index(name)] for name in (across, up)]
    axes.plot(
        *[[each] for each in place], "*", color="black", markersize=12, markeredgecolor="white", markeredgewidth=0.9
    )


def _shades(axes: Axes, points: Floats, percent: Floats) -> None:
    known = np.isfinite(percent)
    if not known.any():
        return
    field = smooth(points[known], percent[known][:, None])[..., 0]
    axes.contourf(GRID, GRID, field, levels=BANDS, colors=SHADES, zorder=0)
    lines = axes.contour(GRID, GRID, field, levels=BANDS[1:-1], colors="#555555", linewidths=0.4, zorder=0.5)
    axes.clabel(lines, fmt=lambda value: f"{value:+.0f}%".replace("-", "−"), fontsize=6.5, colors="#333333")


def _commonest(axes: Axes, points: Floats, verdicts: list[str]) -> None:
    shares = smooth(points, np.array([[float(verdict == kind) for kind in OVERALL] for verdict in verdicts]))
    largest = shares.argmax(axis=-1)
    colours = [FILLS[kind] for kind in OVERALL]
    edges = [-0.5, *(rank + 0.5 for rank in range(len(OVERALL)))]
    axes.contourf(GRID, GRID, largest, levels=edges, colors=colours, alpha=0.55, zorder=0)


def smooth(points: Floats, values: Floats) -> Floats:
    """Return values (n, k) at points (n, 2) smoothed over the grid, (grid, grid, k): rows go up, columns across.

    f(x) = sum_i K(|x - x_i|) v_i / sum_i K(|x - x_i|) with a Gaussian K. Source: Nadaraya, Theory of Probability and Its
    Applications 9 (1964); Watson, Sankhya A 26 (1964).
    """
    weights = [np.exp(-((GRID[:, None] - points[:, side]) ** 2) / (2 * BANDWIDTH**2)) for side in (0, 1)]
    weight = weights[1][:, None, :] * weights[0][None, :, :]
    return np.asarray(weight @ values / weight.sum(axis=-1, keepdims=True))


def _bar(axes: Axes, verdicts: Mapping[int, str], kinds: tuple[str, ...]) -> None:
    """Draw how many worlds have which verdict, with the numbers."""
    sampled = [verdict for world, verdict in verdicts.items() if world != DECLARED]
    start = 0
    for kind in kinds:
        count = sampled.count(kind)
        axes.barh(0, count, 1, start, color=FILLS[kind], edgecolor="#555555", linewidth=0.5)
        share, words = count / max(1, len(sampled)), f"{count} {kind}"
        if len(words) > LETTERS * share:
            words = f"{count}" if share > 0.05 else ""
        axes.text(start + count / 2, -0.05, words, ha="center", va="center", fontsize=7.5, color="black")
        start += count
    axes.set(xlim=(0, len(sampled)), ylim=(-0.5, 0.5), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def _scales(axes: Axes, headline: Headline, lowest: bool, first: bool) -> None:
    across, up = (next(axis for axis in AXES if axis.name == name) for name in headline.main_axes())
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    axes.spines[:].set(color=GREY, linewidth=0.6)
    small: dict[str, Any] = {"fontsize": 7.5, "color": INK, "transform": axes.transAxes}
    if lowest:
        axes.text(0, -0.03, f"← {across.ends[0]}", ha="left", va="top", **small)
        axes.text(1, -0.03, f"{across.ends[1]} →", ha="right", va="top", **small)
        if first:
            axes.text(0.5, -0.11, across.title, ha="center", va="top", fontsize=9.5, fontweight="bold",
                      transform=axes.transAxes)  # fmt: skip
    if first:
        axes.text(-0.02, 0, f"{up.ends[0]}", ha="right", va="bottom", rotation=90, **small)
        axes.text(-0.02, 1, f"{up.ends[1]} →", ha="right", va="top", rotation=90, **small)
        axes.text(-0.09, 0.5, up.title, ha="right", va="center", rotation=90, fontsize=9.5, fontweight="bold",
                  transform=axes.transAxes)  # fmt: skip


def _influence(axes: Axes, headline: Headline, column: int) -> None:
    """Draw what tips it: of all outcomes mean squared rank correlations, of one the rank correlations with intervals."""
    axes.set_yticks(range(len(AXES)), [axis.title for axis in AXES] if column == 0 else [], fontsize=8.5)
    axes.set_ylim(len(AXES) - 0.4, -0.6)
    plain(axes)
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    if column == 0:
        shares = headline.shares().to_numpy()
        axes.barh(range(len(AXES)), shares, 0.62, color="#8a8a8a")
        for row, share in enumerate(shares):
            axes.text(share + 0.01, row, f"{share:.0%}", va="center", fontsize=8, color=INK)
        axes.set_xlim(0, max(0.3, 1.25 * shares.max()))
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_title("What tips it: share of variance in ranks", fontsize=8.5, loc="left", color=INK, pad=3)
        return
    rows = headline.influence[headline.influence["outcome"] == COUNTED[column - 1].name]
    axes.axvline(0, color=INK, linewidth=0.7)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    for shift, (against, (marker, colour)) in zip((-0.17, 0.17), HELD.items(), strict=True):
        found = rows.loc[rows["against"] == against, ["low", "correlation", "high"]].to_numpy(dtype=float)
        for place, (low, middle, high) in enumerate(found):
            distinguishable = low > 0 or high < 0
            axes.plot([low, high], [place + shift] * 2, color=colour, linewidth=1.1 if distinguishable else 0.6)
            axes.plot([middle], [place + shift], marker, color=colour, markersize=4.2, markeredgewidth=0.8,
                      markerfacecolor=colour if distinguishable else "white")  # fmt: skip
    axes.set(xlim=(-1.05, 1.05), xticks=[-1, -0.5, 0, 0.5, 1])
    axes.set_xticklabels(["−1", "", "0", "", "1"])
    axes.set_xlabel("← against cutting      for cutting →", fontsize=8, labelpad=1)
    if column == 1:
        words = (
            "Rank correlation of each assumption with what cutting gains, and its 95% interval (hollow: may be none)"
        )
        axes.set_title(words, fontsize=8.5, loc="left", color=INK, pad=3)


def _legend(figure: Figure) -> None:
    axes = figure.add_axes((0.006, 0.024, 0.988, 0.045))
    axes.axis("off")
    axes.set(xlim=(0, 14), ylim=(0, 1))
    x = 0.07
    for kind, words in LEGEND.items():
        marker, colour = MARKS[kind]
        filled = "white" if kind == "no difference" else colour
        axes.plot([x], [0.78], marker=marker, color=colour, markersize=6, markerfacecolor=filled, markeredgewidth=0.8)
        x = _write(axes, x + 0.12, 0.75, words) + 0.27
    axes.plot([x], [0.78], "*", color="black", markersize=11)
    _write(axes, x + 0.14, 0.75, "everything as declared, no rival finding")
    x = _write(axes, 0.0, 0.14, "Shades: difference in % of the average world") + 0.1
    for low, high, shade in zip(BANDS[:-1], BANDS[1:], SHADES, strict=True):
        axes.fill_between([x, x + 0.62], -0.15, 0.45, color=shade, edgecolor="#777777", linewidth=0.4)
        words = f"< {high:g}" if low < -1e8 else f"> {low:g}" if high > 1e8 else f"{low:g} to {high:g}"
        axes.text(x + 0.31, 0.13, words.replace("-", "−"), ha="center", va="center", fontsize=7, color="black")
        x += 0.62
    x += 0.35
    for against, (marker, colour) in HELD.items():
        axes.plot([x], [0.14], marker, color=colour, markersize=5)
        x = _write(axes, x + 0.12, 0.14, f"instead of {INSTEAD[against]}") + 0.25


def _write(axes: Axes, x: float, y: float, words: str) -> float:
    """Write words and return where they end."""
    text = axes.text(x, y, words, fontsize=8, va="center", color=INK)
    return float(axes.transData.inverted().transform((text.get_window_extent().x1, 0))[0])
