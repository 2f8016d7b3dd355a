"""The headline figure: what each way of cutting does, outcome by outcome, and in how many worlds it helps or backfires.

Rows are comparisons, the essay's whole advice set off; columns are the verdict on the mean, the four outcomes (mean over
worlds and its 95% interval, in percent of the control arm, against the smallest relevant effect in grey), and the worlds by
verdict. Shapes and words say what the colours say (Okabe and Ito's, which survive colour blindness and grey print).
"""

from importlib.metadata import version
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.claims.headline.arms import ADVICE, COMPARISONS, CUTTING
from experiments.claims.headline.design import BOX
from experiments.claims.headline.verdicts import COUNTED, OVERALL, Headline
from experiments.claims.headline.words import since, title
from experiments.report.figures import GREY, INK, blank

WIDTH = 10.4  # inches: 1,000 pixels at 96 a letter of 8 points keeps its size
ROW, GAP, HEADING = 0.36, 0.24, 0.62  # inches: a comparison, before the essay's whole advice, above a scenario
TOP, FOOT, BETWEEN = 1.02, 0.92, 0.2
LABELS, VERDICT, PANEL, NUMBER, WORLDS, MARGIN = 1.62, 0.98, 1.0, 0.46, 1.72, 0.08
SMALL, TEXT = 8.0, 9.0
LEAST_RANGE = 0.15  # of an outcome's scale to either side
COLOURS = {
    "better": "#0072b2", "worse": "#d55e00", "negligible": "#666666", "unclear": "#666666", "helps": "#0072b2",
    "nothing": "#e8e8e8", "trade-off": "#cc79a7", "backfires": "#d55e00",
}  # fmt: skip
FILLS = COLOURS | {"unclear": "#bdbdbd"}
HATCHES = {"helps": "", "nothing": "", "unclear": "....", "trade-off": "xxxx", "backfires": "////"}
MARKERS = {"better": "v", "worse": "^", "negligible": "o", "unclear": "o"}
SYMBOLS = {"helps": "▼", "backfires": "▲", "trade-off": "◆", "nothing": "=", "unclear": "?"}
WORDS = {"nothing": "no change\nthat matters", "unclear": "unclear", "trade-off": "trade-off"}
LEGEND = {"helps": "helps", "nothing": "changes nothing that matters", "unclear": "unclear", "trade-off": "trade-off",
          "backfires": "backfires"}  # fmt: skip


def places() -> list[float]:
    """Return how far below a panel's top each comparison lies, in inches."""
    return [ROW * (place + 0.5) + (GAP if comparison in ADVICE else 0) for place, comparison in enumerate(COMPARISONS)]


def draw(headline: Headline) -> Figure:
    """Return the figure."""
    body = ROW * len(COMPARISONS) + GAP
    height = TOP + len(headline.scenarios) * (body + HEADING + BETWEEN) + FOOT
    figure = blank(WIDTH, height)
    words = title(headline)
    size = 15.0 if len(words) <= 2 * 88 else 12.5
    figure.text(
        MARGIN / WIDTH, 1 - 0.1 / height, fill(words, round(1290 / size)), fontsize=size, fontweight="bold",
        color=INK, va="top", linespacing=1.15,
    )  # fmt: skip
    for number, scenario in enumerate(headline.scenarios):
        top = height - TOP - number * (body + HEADING + BETWEEN)
        _scenario(figure, headline, scenario, top, body, height)
    _legend(figure, headline, height)
    return figure


def _scenario(figure: Figure, headline: Headline, scenario: str, top: float, body: float, height: float) -> None:
    """Draw the block of one scenario, whose heading begins at `top` (inches from below)."""
    below = top - HEADING
    figure.text(
        MARGIN / WIDTH,
        (below + 0.3) / height,
        f"From {since(headline)[scenario]}",
        fontsize=12,
        fontweight="bold",
        color=INK,
    )
    left = MARGIN + LABELS
    heads = figure.add_axes((0, (below - body) / height, 1, (body + HEADING) / height))
    heads.axis("off")
    heads.set(xlim=(0, WIDTH), ylim=(-body, HEADING))
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        heads.text(MARGIN, -place, comparison.title, fontsize=TEXT, va="center", color=INK, linespacing=0.95)
        verdict = headline.verdict(scenario, comparison.name)
        heads.text(left, -place, SYMBOLS[verdict], fontsize=TEXT + 1, va="center", ha="center", color=_dark(verdict))
        heads.text(
            left + 0.14, -place, WORDS.get(verdict, verdict), fontsize=TEXT, fontweight="bold", va="center",
            color=_dark(verdict), linespacing=0.92,
        )  # fmt: skip
    line = -(ROW * len(CUTTING) + GAP / 2)
    heads.plot([MARGIN, WIDTH - MARGIN], [line, line], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    heads.text(left - 0.06, 0.09, "on the average", fontsize=SMALL, color="#555555", va="bottom")
    left += VERDICT
    for column, counted in enumerate(COUNTED):
        x = left + column * (PANEL + NUMBER)
        heads.text(x, 0.24, counted.title.replace("people under ", "people under\n"), fontsize=TEXT, fontweight="bold",
                   color=INK, va="bottom", linespacing=0.95)  # fmt: skip
        heads.text(x, 0.09, "← fewer   more →", fontsize=SMALL, color="#555555", va="bottom")
        axes = figure.add_axes((x / WIDTH, (below - body) / height, PANEL / WIDTH, body / height))
        _panel(axes, headline, scenario, column, body)
    x = left + len(COUNTED) * (PANEL + NUMBER)
    heads.text(x, 0.24, "all four together", fontsize=TEXT, fontweight="bold", color=INK, va="bottom")
    heads.text(
        x, 0.09, f"in how many of {headline.batch.design.points} worlds", fontsize=SMALL, color="#555555", va="bottom"
    )
    axes = figure.add_axes((x / WIDTH, (below - body) / height, WORLDS / WIDTH, body / height))
    _bars(axes, headline, scenario, body)


def _dark(verdict: str) -> str:
    """Return the colour of a verdict's word, dark enough to read."""
    return {"helps": "#005a8c", "backfires": "#a84600", "trade-off": "#8f4a6e"}.get(verdict, "#555555")


def limit(headline: Headline, outcome: str) -> float:
    """Return how far an outcome's scale reaches to either side: the same in all scenarios."""
    means = headline.means[(headline.means["source"] == BOX) & (headline.means["outcome"] == outcome)]
    means = means[means["check"] == "as stated"]
    usual = means["control"].abs().replace(0.0, np.nan)
    ends = np.abs(np.concatenate([(means[end] / usual).to_numpy() for end in ("low", "high", "smallest")]))
    known = ends[np.isfinite(ends)]
    return float(max(LEAST_RANGE, 1.08 * known.max())) if len(known) else LEAST_RANGE


def _panel(axes: Axes, headline: Headline, scenario: str, column: int, body: float) -> None:
    """Draw the means of one outcome in one scenario."""
    counted = COUNTED[column]
    reach = limit(headline, counted.name)
    axes.set(xlim=(-reach, reach), ylim=(-body, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        row = headline.mean(scenario, comparison.name, counted.name)
        usual = abs(row["control"]) or float("nan")
        band = min(row["smallest"] / usual, reach) if usual == usual else 0.0
        axes.add_patch(
            Rectangle((-band, -place - ROW / 2), 2 * band, ROW, facecolor="#e4e4e4", edgecolor="none", zorder=0)
        )
        colour, verdict = COLOURS[row["verdict"]], row["verdict"]
        axes.plot([row["low"] / usual, row["high"] / usual], [-place, -place], color=colour, linewidth=1.8, zorder=3)
        axes.plot([row["relative"]], [-place], MARKERS[verdict], color=colour, markersize=6.5, zorder=4,
                  markerfacecolor="white" if verdict == "unclear" else colour)  # fmt: skip
        told = verdict in ("better", "worse")
        axes.text(
            reach * 1.06, -place, percents(row["relative"]), fontsize=TEXT, va="center", ha="left",
            fontweight="bold" if told else "normal",
            color=_dark({"better": "helps", "worse": "backfires"}.get(verdict, "")),
        )  # fmt: skip


def percents(share: float) -> str:
    """Return a relative difference as a signed whole percentage; nothing has no sign."""
    if share != share:
        return "–"
    text = f"{share:+.0%}".replace("-", "−")
    return "0%" if text in ("+0%", "−0%") else text


def _bars(axes: Axes, headline: Headline, scenario: str, body: float) -> None:
    """Draw worlds by verdict, with their numbers."""
    points = headline.batch.design.points
    axes.set(xlim=(0, points), ylim=(-body, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for place, comparison in zip(places(), COMPARISONS, strict=True):
        start, counts = 0, headline.counts(scenario, comparison.name)
        for kind in OVERALL:
            count = counts[kind]
            if not count:
                continue
            axes.barh(
                -place,
                count,
                ROW * 0.68,
                start,
                color=FILLS[kind],
                edgecolor="white",
                linewidth=0.8,
                hatch=HATCHES[kind],
            )
            if count >= points * 0.1:
                axes.text(
                    start + count / 2, -place - 0.01, f"{count}", ha="center", va="center", fontsize=TEXT, fontweight="bold",
                    color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
                )  # fmt: skip
            start += count


def _legend(figure: Figure, headline: Headline, height: float) -> None:
    axes = figure.add_axes((0, 0, 1, FOOT / height))
    axes.axis("off")
    axes.set(xlim=(0, WIDTH), ylim=(0, FOOT))
    x = _write(axes, MARGIN, 0.74, "Worlds in which it") + 0.12
    for kind, words in LEGEND.items():
        axes.add_patch(Rectangle((x, 0.67), 0.24, 0.15, facecolor=FILLS[kind], edgecolor="white", hatch=HATCHES[kind]))
        x = _write(axes, x + 0.3, 0.74, words) + 0.2
    axes.add_patch(Rectangle((MARGIN, 0.41), 0.24, 0.15, facecolor="#e4e4e4", edgecolor="none"))
    x = _write(axes, MARGIN + 0.3, 0.48, "smaller than matters") + 0.25
    for verdict, words in (("better", "fewer: better"), ("worse", "more: worse"), ("negligible", "no change that matters"),
                           ("unclear", "unclear")):  # fmt: skip
        axes.plot([x, x + 0.24], [0.48, 0.48], color=COLOURS[verdict], linewidth=1.8)
        axes.plot([x + 0.12], [0.48], MARKERS[verdict], color=COLOURS[verdict], markersize=6.5,
                  markerfacecolor="white" if verdict == "unclear" else COLOURS[verdict])  # fmt: skip
        x = _write(axes, x + 0.3, 0.48, words) + 0.2
    _write(axes, x, 0.48, "(mean over worlds, 95% interval, in % of what it is compared with)")
    design = headline.batch.design
    small = (
        f"{', '.join(headline.scenarios)} · {design.points} worlds · {design.seeds} paired seeds · {design.weeks} weeks · "
        f"inkspot {version('inkspot')} · a laboratory for assumptions, no forecast"
    )
    axes.text(MARGIN, 0.14, small, fontsize=SMALL, color="#666666", va="center")


def _write(axes: Axes, x: float, y: float, words: str) -> float:
    """Write words and return where they end."""
    text = axes.text(x, y, words, fontsize=SMALL, va="center", color=INK)
    return float(axes.transData.inverted().transform((text.get_window_extent().x1, 0))[0])
