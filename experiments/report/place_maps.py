"""Small maps by country: where more or fewer people come under the core and its provinces than under the baseline."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from experiments.measures.evidence import Evidence
from experiments.measures.numbers import chart_number
from experiments.measures.places import PlaceEffect
from experiments.report.figures import GREY, INK, Floats, Image, blank, image, small_type, write_beside
from experiments.report.glance import kind_of
from experiments.report.maps import LAND, OUTSIDE, Extent, draw_lines, rgb
from experiments.report.palette import BETTER, WORSE
from experiments.report.places import place_title, reach_of
from model.theatre import Theatre, load_theatre

FAINTEST = 0.25  # of the colour, for the smallest difference that is told from luck
WIDTH = 3.9  # inches
MOST_NAMES = 8


def place_maps(evidence: Evidence, extent: Extent) -> dict[str, Image]:
    """Return a map for each policy but the baseline; none where results hold no places."""
    far = reach_of(evidence)
    return {policy: _place_map(evidence, policy, extent, far)
            for policy in evidence.others if _effects(evidence, policy)}  # fmt: skip


def _effects(evidence: Evidence, policy: str) -> dict[str, PlaceEffect]:
    return {each.place: each for each in evidence.place_effects.values()
            if (each.kind, each.measure, each.policy) == ("country", "people", policy)}  # fmt: skip


def _place_map(evidence: Evidence, policy: str, extent: Extent, far: float) -> Image:
    theatre, effects = load_theatre(evidence.scenario), _effects(evidence, policy)
    west, east, south, north = extent
    stretch = float(1 / np.cos(np.radians((south + north) / 2)))
    height = (WIDTH - 0.1) * (north - south) / (east - west) * stretch
    figure = blank(WIDTH, height + 0.72)
    axes = figure.add_axes((0.05 / WIDTH, 0.42 / (height + 0.72), 1 - 0.1 / WIDTH, height / (height + 0.72)))
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    axes.set_aspect(stretch)
    axes.spines[:].set(color="#999999", linewidth=0.6)
    axes.imshow(
        _coloured(theatre, effects, far), extent=theatre.extent, aspect=stretch, interpolation="nearest", zorder=1
    )
    draw_lines(axes, theatre)
    _names(axes, theatre, evidence, effects)
    title = f"{evidence.policies[policy].heading}, compared with {evidence.policies[evidence.baseline].heading}"
    figure.text(0.05 / WIDTH, 1 - 0.2 / (height + 0.72), title, fontsize=min(8.5, 420 / len(title)), color=INK)
    handles = [Patch(facecolor=BETTER, label="fewer people"), Patch(facecolor=WORSE, label="more people"),
               Patch(facecolor=LAND, edgecolor=GREY, label="not known, or too small to matter")]  # fmt: skip
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 0.14 / (height + 0.72)), ncols=3, fontsize=6.5,
                  frameon=False, handlelength=1.2, columnspacing=1.2)  # fmt: skip
    small_type(figure, evidence, "people under the core and its provinces at the end, by country")
    return image(figure, pd.DataFrame([vars(each) for each in effects.values()]))


def _coloured(theatre: Theatre, effects: dict[str, PlaceEffect], far: float) -> Floats:
    """Return an image (rows, columns, 3): countries whose difference is told from luck in its colour, by its size."""
    colours = np.tile(rgb(LAND), (len(theatre.countries) + 1, 1))
    for place, effect in effects.items():
        if _shown(effect):
            share = FAINTEST + (1 - FAINTEST) * min(1.0, abs(effect.difference) / far)
            full = rgb(WORSE if effect.difference > 0 else BETTER)
            colours[theatre.countries.index(place)] = (1 - share) * rgb(LAND) + share * full
    country = theatre.raster(theatre.country.astype(float))
    colours[-1] = rgb(OUTSIDE)
    rows = np.where(np.isnan(country), len(theatre.countries), np.nan_to_num(country)).astype(int)
    return np.asarray(colours[rows], dtype=np.float64)


def _shown(effect: PlaceEffect) -> bool:
    return kind_of(effect.verdict, effect.weight) not in ("open", "small")


def _names(axes: Axes, theatre: Theatre, evidence: Evidence, effects: dict[str, PlaceEffect]) -> None:
    """Write country and number of the largest differences, where there is room."""
    largest = sorted(filter(_shown, effects.values()), key=lambda each: -abs(each.difference))[:MOST_NAMES]
    taken = [text.get_window_extent() for text in axes.texts]
    for effect in largest:
        mine = theatre.country == theatre.countries.index(effect.place)
        point = float(theatre.lon[mine].mean()), float(theatre.lat[mine].mean())
        sign = "+" if effect.difference > 0 else ""
        words = f"{place_title(evidence, 'country', effect.place)} {sign}{chart_number(effect.difference)}"
        write_beside(axes, point, words, INK, taken, size=6.0)
