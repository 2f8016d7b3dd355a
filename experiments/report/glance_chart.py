"""The matrix of page one as a chart, for slides and papers: SVG, PNG and the numbers behind it."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.measures.evidence import COUNTED, Evidence
from experiments.report.figures import GREY, INK, PALE, Image, blank, image, small_type, wrapped
from experiments.report.glance import Glance, Mark, glance
from experiments.report.palette import BETTER, WORSE

COLOURS = {"better": BETTER, "slightly-better": BETTER, "worse": WORSE, "slightly-worse": WORSE,
           "changed": INK, "small": GREY, "open": GREY}  # fmt: skip
MARKERS = {
    "better": "v",
    "slightly-better": "v",
    "worse": "^",
    "slightly-worse": "^",
    "changed": "D",
    "small": "d",
    "open": "o",
}
FULL = ("better", "worse", "changed")
FIRST, COLUMN, ROW = 1.35, 0.95, 0.42  # inches


def glance_chart(evidence: Evidence) -> Image:
    """Return policies by outcomes: filled marks differ by an amount that matters, in grey what is too small to matter."""
    found = glance(evidence)
    width, height = FIRST + COLUMN * len(found.heads), 0.95 + ROW * len(found.rows)
    figure = blank(width, height)
    for column, head in enumerate(found.heads):
        left = (FIRST + column * COLUMN) / width
        words = f"{wrapped(head.label, 15, 3)}\n{wrapped(head.unit, 16, 1)}"
        figure.text(left, 1 - 0.08 / height, words, fontsize=6.5, va="top", color=INK)
        for row, policy in enumerate(found.rows):
            bottom = (height - 0.68 - ROW * (row + 1)) / height
            axes = figure.add_axes((left, bottom, 0.9 * COLUMN / width, ROW / height))
            _draw(axes, policy.marks[column])
    for row, policy in enumerate(found.rows):
        middle = 1 - (0.68 + ROW * (row + 0.5)) / height
        figure.text(0.06 / width, middle, wrapped(policy.title, 22), fontsize=7, va="center", color=INK)
    small_type(figure, evidence, f"compared with: {evidence.heading(evidence.baseline)}; left is better")
    return image(figure, _table(evidence, found))


def _draw(axes: Axes, mark: Mark) -> None:
    axes.set(xlim=(0, 100), ylim=(0, 1), xticks=[], yticks=[])
    axes.axis("off")
    axes.axvspan(50 - mark.band, 50 + mark.band, 0.45, 1, color=PALE, linewidth=0)
    axes.plot([50, 50], [0.45, 1], color=INK, linewidth=0.6)
    colour, full = COLOURS[mark.kind], mark.kind in FULL
    if mark.drawn:
        axes.plot([mark.low, mark.high], [0.72, 0.72], color=colour, linewidth=1.2, solid_capstyle="butt")
        axes.plot([mark.middle], [0.72], MARKERS[mark.kind], color=colour, markersize=4.5,
                  markerfacecolor=colour if full else "white", markeredgewidth=0.8)  # fmt: skip
    weight = "bold" if full else "normal"
    axes.text(
        50, 0.2, f"{mark.number} ({mark.share})", fontsize=5.8, ha="center", va="center", color=colour, weight=weight
    )


def _table(evidence: Evidence, found: Glance) -> pd.DataFrame:
    table = evidence.effects_table()
    kinds = {(row.name, name): mark.kind for row in found.rows for name, mark in zip(COUNTED, row.marks, strict=True)}
    mine = table[table["outcome"].isin(COUNTED)].copy()
    mine["mark"] = [kinds[key] for key in zip(mine["policy"], mine["outcome"], strict=True)]
    mine["smallest_that_matters"] = [evidence.smallest[name] for name in mine["outcome"]]
    return mine
