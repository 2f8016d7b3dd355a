"""What maps and charts share: small type, images as text for a page, words placed where there is room."""

from base64 import b64encode
from importlib.metadata import version
from io import BytesIO

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from model.schema import Scenario

INK = "#222222"
SVG = {"svg.fonttype": "path", "svg.hashsalt": "inkspot", "path.simplify_threshold": 0.2}


def end_date(scenario: Scenario) -> pd.Timestamp:
    """Return the date after the scenario's last week."""
    return pd.Timestamp(scenario.start) + pd.Timedelta(weeks=scenario.weeks)


def provenance(scenario: Scenario, policy: str, seeds: str) -> str:
    """Return the small type of a figure: scenario, policy, seeds, version."""
    parts = [scenario.name, policy, seeds, f"week {scenario.weeks}", f"inkspot {version('inkspot')}", scenario.digest]
    return " · ".join(parts)


def png(figure: Figure, dpi: int) -> bytes:
    """Return a figure as PNG."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def data_uri(content: bytes, kind: str) -> str:
    """Return an image (`kind` png or svg+xml) as an address that holds the image itself."""
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}"


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG, the same bytes for the same figure; letters are drawn as shapes, so no font is needed."""
    buffer = BytesIO()
    with matplotlib.rc_context(SVG):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def fit(text: Text, figure: Figure) -> None:
    """Make a text smaller until it fits the figure, and cut it where even small type would not."""
    limit = figure.bbox.x1 - 0.05 * figure.dpi
    while text.get_window_extent().x1 > limit and text.get_fontsize() > 5.5:
        text.set_fontsize(text.get_fontsize() - 0.5)
    while text.get_window_extent().x1 > limit and len(text.get_text()) > 8:
        text.set_text(text.get_text()[:-2].rstrip(" …") + "…")


def write_beside(axes: Axes, point: tuple[float, float], words: str, colour: str, taken: list[Bbox]) -> bool:
    """Write `words` near a point outside the `taken` boxes (pixels; added to), and say whether there was room."""
    halo = [withStroke(linewidth=2.2, foreground="white"), Normal()]
    text = axes.annotate(
        words, point, (0, 0), textcoords="offset points", fontsize=7.5, fontweight="bold", color=colour, zorder=6,
        va="bottom", path_effects=halo,
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
