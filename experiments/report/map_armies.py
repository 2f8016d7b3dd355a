"""What the map picture shows of the state's side: offensives, build-ups and garrisons of a week, and partners by name."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.report.figures import INK, write_beside
from experiments.report.palette import STATE
from model.theatre import Theatre
from model.why.armies import Deployment, Seat

PAPER = "#ffffff"
HEADS = {1: PAPER, 2: STATE}  # of arrows, by the phase: BUILD_UP and ATTACK of Operation, which Numba comes with
TAIL = 17.0  # points: length of an arrow
MOST_NAMES = 12  # of partners


def draw_armies(axes: Axes, theatre: Theatre, deployment: Deployment, armies: tuple[Seat, ...]) -> list[Bbox]:
    """Draw where armies act and where partners sit, with a legend; return the places taken, for names drawn later.

    Guards of land that nobody attacks are left out.
    """
    if not deployment.readiness:
        return []
    places = {
        force.sector: theatre.busiest(force.sector) for force in deployment.forces if force.phase or force.garrison
    }
    for force in deployment.forces:
        if force.sector not in places:
            continue
        at = float(theatre.lon[places[force.sector]]), float(theatre.lat[places[force.sector]])
        if force.phase:
            _arrow(axes, armies[force.army], at, force.phase)
        else:
            axes.plot(
                *at, marker="s", markersize=4.5, color=STATE, markeredgecolor=PAPER, markeredgewidth=0.5, zorder=6
            )
    for seat, _ in _partners(deployment, armies):
        axes.plot(seat.lon, seat.lat, marker="^", markersize=4.5, color=STATE, markeredgecolor=PAPER, markeredgewidth=0.5,
                  zorder=6)  # fmt: skip
    return [_legend(axes)]


def name_partners(axes: Axes, deployment: Deployment, armies: tuple[Seat, ...], taken: list[Bbox]) -> None:
    """Name the strongest partners with their soldiers, in small type, where there is room."""
    for seat, soldiers in _partners(deployment, armies)[:MOST_NAMES]:
        words = f"{seat.title.split(' (')[0]}, {soldiers:,.0f}"
        write_beside(axes, (seat.lon, seat.lat), words, STATE, taken, size=5.5)


def _partners(deployment: Deployment, armies: tuple[Seat, ...]) -> list[tuple[Seat, float]]:
    """Partners that fight now, with their soldiers, the strongest first."""
    pairs = zip(armies, deployment.soldiers, strict=bool(deployment.soldiers))
    return sorted((pair for pair in pairs if pair[0].partner and pair[1] > 0), key=lambda pair: -pair[1])


def _arrow(axes: Axes, seat: Seat, at: tuple[float, float], phase: int) -> None:
    """An arrow of fixed length from the side of the army's seat, full where it attacks, hollow where it builds up."""
    here, home = axes.transData.transform([at, (seat.lon, seat.lat)])
    far = float(np.hypot(*(here - home)))
    towards = (here - home) / far if far > 1 else np.array([0.0, -1.0])
    style = {
        "arrowstyle": "simple,head_width=0.5,head_length=0.5,tail_width=0.16", "facecolor": HEADS[phase],
        "edgecolor": STATE, "linewidth": 0.7, "shrinkA": 0.0, "shrinkB": 1.0,
    }  # fmt: skip
    tail = tuple(-TAIL * towards)
    axes.annotate("", xy=at, xytext=tail, textcoords="offset points", arrowprops=style, zorder=6)


def _legend(axes: Axes) -> Bbox:
    """Draw the legend of these marks into a corner; return where it is."""
    rows = [
        ("none", INK, "front: control passes ½"), (">", STATE, "offensive"), (">", PAPER, "build-up"),
        ("s", STATE, "garrison"), ("^", STATE, "partner and its soldiers"),
    ]  # fmt: skip
    handles = [
        Line2D([], [], linestyle="-" if marker == "none" else "none", color=INK, marker=marker, markerfacecolor=face,
               markersize=5, markeredgecolor=STATE, markeredgewidth=0.8, linewidth=0.9, label=words)
        for marker, face, words in rows
    ]  # fmt: skip
    legend = axes.legend(
        handles=handles, loc="lower right", fontsize=6.5, framealpha=0.9, borderpad=0.5, handlelength=1.6
    )
    legend.set_zorder(7)
    texts: list[Text] = list(legend.get_texts())
    for text in texts:
        text.set_color(INK)
    return legend.get_window_extent()
