"""The legend of the headline figure, and the colours, hatches and marks that it explains."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from experiments.report.figures import INK
from experiments.report.palette import BETTER, TRADE_OFF, WORSE

LETTERS = 8.0
COLOURS = {"better": BETTER, "worse": WORSE, "negligible": "#666666", "unclear": "#666666"}
FILLS = {
    "helps": BETTER, "nothing": "#e6e6e6", "unclear": "#b9b9b9", "trade-off": TRADE_OFF, "backfires": WORSE,
}  # fmt: skip
HATCHES = {"helps": "", "nothing": "", "unclear": "....", "trade-off": "xxxx", "backfires": "////"}
MARKERS = {"better": "v", "worse": "^", "negligible": "o", "unclear": "o"}
MEMBERS: dict[str, Any] = {
    "marker": "D",
    "markersize": 3.0,
    "color": "#888888",
    "markerfacecolor": "white",
    "linestyle": "none",
}
BARS = {
    "helps": "helps",
    "nothing": "changes little",
    "unclear": "unclear",
    "trade-off": "trade-off",
    "backfires": "backfires",
}
MEANS = {"better": "better", "worse": "worse", "negligible": "changes little", "unclear": "unclear"}


def legend(axes: Axes, left: float, top: float, members: bool, small: str) -> None:
    """Draw the legend in axes that count inches, its first line at `top`, and the small type below it."""
    axes.axis("off")
    x = _write(axes, left, top, "Mean over worlds and 95% interval, in % of the control:") + 0.14
    for verdict, words in MEANS.items():
        axes.plot([x, x + 0.26], [top, top], color=COLOURS[verdict], linewidth=1.8)
        axes.plot([x + 0.13], [top], MARKERS[verdict], color=COLOURS[verdict], markersize=6,
                  markerfacecolor="white" if verdict == "unclear" else COLOURS[verdict])  # fmt: skip
        x = _write(axes, x + 0.33, top, words) + 0.18
    axes.add_patch(Rectangle((x, top - 0.08), 0.24, 0.16, facecolor=FILLS["nothing"], edgecolor="none"))
    x = _write(axes, x + 0.3, top, "too small to matter") + 0.18
    if members:
        axes.plot([x + 0.05], [top], **MEMBERS)
        _write(axes, x + 0.15, top, "mean of the ensemble")
    top -= 0.25
    x = _write(axes, left, top, "Worlds in which it, on all four outcomes together:") + 0.14
    for kind, words in BARS.items():
        axes.add_patch(
            Rectangle((x, top - 0.08), 0.26, 0.16, facecolor=FILLS[kind], edgecolor="white", hatch=HATCHES[kind])
        )
        x = _write(axes, x + 0.32, top, words) + 0.18
    axes.text(left, top - 0.27, small, fontsize=LETTERS, color="#666666", va="center")


def _write(axes: Axes, x: float, y: float, words: str) -> float:
    """Write words and return where they end."""
    text = axes.text(x, y, words, fontsize=LETTERS, va="center", color=INK)
    return float(axes.transData.inverted().transform((text.get_window_extent().x1, 0))[0])
