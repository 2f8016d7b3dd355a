"""What maps and charts share: small type, images as text for a page, words placed where there is room."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, Normal, withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.batch.spreadsheets import safe
from model.scenario.schema import Scenario

if TYPE_CHECKING:  # half a second each: tables and statistics, which a picture of a single run does without
    import pandas as pd

    from experiments.measures.evidence import Evidence

Floats = npt.NDArray[np.float64]

INK, GREY, PALE = "#222222", "#9a9a9a", "#e3e3e3"
DPI = 160  # of figures as PNG
STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 240, 600)  # months between the dates on an axis
LABEL = 0.075  # inches, of a letter of a date with the gap to the next date


@dataclass(frozen=True)
class Image:
    """A figure to look at, to print and to compute with: as SVG, as PNG, and the numbers behind it."""

    svg: bytes
    png: bytes
    data: "pd.DataFrame"

    def write(self, folder: Path, name: str) -> None:
        """Write NAME.svg, NAME.png and NAME.csv into a folder."""
        (folder / f"{name}.svg").write_bytes(self.svg)
        (folder / f"{name}.png").write_bytes(self.png)
        safe(self.data).to_csv(folder / f"{name}.csv", index=False)


def image(figure: Figure, data: "pd.DataFrame") -> Image:
    """Return a figure with the numbers behind it."""
    return Image(svg(figure), png(figure, DPI), data)


def png(figure: Figure, dpi: int) -> bytes:
    """Return a figure as PNG."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def short(policy: str) -> str:
    """Return a policy's id in words."""
    return policy.replace("_", " ")


def data_uri(content: bytes, kind: str) -> str:
    """Return an image (`kind` png or svg+xml) as an address that holds the image itself."""
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}"


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG, the same bytes for the same figure; letters are drawn as shapes, so no font is needed."""
    buffer = BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "inkspot", "path.simplify_threshold": 0.2}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def fit(text: Text, figure: Figure) -> None:
    """Make a text smaller until it fits the figure, and cut it where even small type would not."""
    limit = figure.bbox.x1 - 0.05 * figure.dpi
    start, end = text.get_window_extent().intervalx
    if end > limit:
        text.set_fontsize(max(5.5, float(text.get_fontsize()) * (limit - start) / (end - start)))
        end = text.get_window_extent().x1
    if end > limit:
        words = text.get_text()
        text.set_text(words[: int(0.9 * len(words) * (limit - start) / (end - start))].rstrip() + "…")


HALO: tuple[AbstractPathEffect, ...] = (withStroke(linewidth=2.2, foreground="white"), Normal())


SMALL = 6.0  # type up to this size is not bold


def write_beside(
    axes: Axes,
    point: tuple[float, float],
    words: str,
    colour: str,
    taken: list[Bbox],
    halo: Sequence[AbstractPathEffect] = HALO,
    size: float = 7.5,
) -> bool:
    """Write `words` near a point outside the `taken` boxes (pixels; added to), and say whether there was room."""
    text = axes.annotate(
        words, point, (0, 0), textcoords="offset points", fontsize=size, color=colour, zorder=6,
        fontweight="bold" if size > SMALL else "normal", va="bottom", path_effects=list(halo),
    )  # fmt: skip
    box, frame = text.get_window_extent(), axes.get_window_extent().padded(-2)
    pixels = figure_dpi(axes) / 72
    x, y = axes.transData.transform(point)
    for distance in (7, 16, 28, 42, 58):
        for across, up in ((1, 0.8), (1, -0.8), (-1, 0.8), (-1, -0.8), (0, 1.2), (0, -1.2)):
            dx = distance * pixels * across - (box.width * (1 - across) / 2)
            dy = distance * pixels * up - box.height / 2
            place = Bbox.from_bounds(x + dx, y + dy, box.width, box.height)
            inside = frame.x0 <= place.x0 and place.x1 <= frame.x1 and frame.y0 <= place.y0 and place.y1 <= frame.y1
            if inside and not any(place.overlaps(other) for other in taken):
                text.set_position((dx / pixels, dy / pixels))
                taken.append(place.padded(1.5))
                if distance > 10:
                    _draw_leader(axes, (x, y), place, colour)
                return True
    text.remove()
    return False


def figure_dpi(axes: Axes) -> float:
    """Return the dots per inch in which positions on these axes are counted."""
    figure = axes.get_figure(root=True)
    return float(figure.dpi) if figure is not None else 72.0


def _draw_leader(axes: Axes, start: tuple[float, float], box: Bbox, colour: str) -> None:
    """Draw a line from a point (pixels) to the nearest point of its label."""
    end = (min(max(start[0], box.x0), box.x1), min(max(start[1], box.y0), box.y1))
    (x0, y0), (x1, y1) = axes.transData.inverted().transform([start, end])
    axes.plot([x0, x1], [y0, y1], color=colour, linewidth=0.5, zorder=5)


def blank(width: float, height: float) -> Figure:
    """Return an empty figure, in inches."""
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def plain(axes: Axes) -> None:
    """Take away what does not inform: frames, bold ticks."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(labelsize=7, color=GREY, length=2.5)
    axes.set_axisbelow(True)


def days(dates: "Sequence[date] | pd.Series | pd.DatetimeIndex") -> Floats:
    """Return dates as matplotlib counts them, in days since 1970."""
    import pandas as pd  # charts alone need it

    return np.asarray(pd.to_datetime(pd.Series(dates)).to_numpy().astype("datetime64[s]").astype(np.float64) / 86400)


def years(axes: Axes, labelled: bool) -> None:
    """Mark the years, or months where there are fewer than two years; no more than there is room for."""
    import pandas as pd  # charts alone need it

    first, last = (pd.Timestamp(value, unit="D") for value in axes.get_xlim())
    months = (last - first).days / 30.4
    form = "%Y" if months >= 24 else "%b %Y"
    room = (
        axes.get_window_extent().width / figure_dpi(axes) / (LABEL * len(first.strftime(form)))
    )  # labels side by side
    step = next((step for step in STEPS if months / step <= room and (form != "%Y" or step >= 12)), STEPS[-1])
    ticks = pd.date_range(first, last, freq="MS")
    ticks = ticks[(ticks.year * 12 + ticks.month - 1) % step == 0]
    axes.set_xticks(days(ticks), ticks.strftime(form) if labelled else [""] * len(ticks))
    axes.grid(axis="x", color=PALE, linewidth=0.6)


def titled(scenario: Scenario, what: str, seeds: str) -> str:
    """Return the small type of a comparison's figure, in titles: scenario, `what`, seeds, weeks, version."""
    return " · ".join([scenario.title, what, seeds, f"{scenario.weeks} weeks", f"inkspot {version('inkspot')}"])


def wrapped(words: str, width: int, lines: int = 2) -> str:
    """Return words on a few lines of at most `width` characters; what does not fit is cut."""
    return "\n".join(wrap(words, width, max_lines=lines, placeholder=" …"))


def small_type(figure: Figure, evidence: "Evidence", what: str) -> Text:
    """Write scenario, `what` (a policy, or how to read marks), seeds and version at the foot of a figure."""
    words = titled(evidence.scenario, what, f"{len(evidence.seeds)} seeds")
    most = int(21 * figure.get_figwidth())  # characters of a line
    return figure.text(
        0.02, 0.06 / figure.get_figheight(), wrapped(words, most), fontsize=5.0, linespacing=1.1, color="#666666"
    )
