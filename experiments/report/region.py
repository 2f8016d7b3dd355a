"""Where a comparison's question lies on the map: the countries that it names, or the land of the core and its provinces."""

import re
from dataclasses import dataclass

import numpy as np

from experiments.measures.evidence import Evidence
from experiments.report.maps import Extent
from experiments.report.picture import kinds_at_end
from model.scenario.schema import Scenario
from model.theatre import Theatre, load_theatre, theatre_places

MARGIN = 0.12  # of its size, around a region
LEAST_SPAN = 9.0  # degrees
WIDEST, TALLEST = 2.2, 1.0  # width of a region as a multiple of its height, at most and at least
WHOLE = 0.7  # a region that covers so much of the theatre is shown as the whole
HELD = 0.25  # control of a cell that counts as holding it


@dataclass(frozen=True)
class Region:
    """A part of the map: its edges, and the countries that the question names (none: those with land of the bloc)."""

    extent: Extent
    named: tuple[str, ...]
    whole: bool


def region_of(evidence: Evidence) -> Region:
    """Return the part of the map that a comparison's maps show."""
    theatre = load_theatre(evidence.scenario)
    named = named_countries(evidence.scenario)
    own = np.isin(theatre.country, [theatre.countries.index(name) for name in named if name in theatre.countries])
    cells = own if own.any() else _held(evidence, theatre)
    whole: Extent = theatre.extent
    if not cells.any():
        return Region(whole, named, True)
    extent = _around(theatre.lon[cells], theatre.lat[cells], theatre.resolution, whole)
    if _size(extent) >= WHOLE * _size(whole):
        return Region(whole, named, True)
    return Region(extent, named, False)


def named_countries(scenario: Scenario) -> tuple[str, ...]:
    """Return the countries that title or question name: by their own names, or by those of towns and places in them."""
    said = f"{scenario.title} {scenario.question}"
    places = [(government.name, code) for code, government in scenario.governments.items()]
    places += [(town.place, town.country) for town in scenario.towns.values()]
    places += [(group.place, group.country) for group in scenario.groups.values()]
    if scenario.theatre == "region":
        places += [(place.name, place.iso3) for place in theatre_places()]
    found = {code for name, code in places if name and re.search(rf"\b{re.escape(name)}\b", said)}
    return tuple(code for code in scenario.governments if code in found)


def _held(evidence: Evidence, theatre: Theatre) -> np.ndarray:
    """Return the cells that the core or a province holds at the end of any of the runs that have maps, (cells,)."""
    held = np.zeros(len(theatre.people), dtype=bool)
    for policy, end in evidence.ends.items():
        shown = (evidence.events["policy"] == policy) & (evidence.events["seed"] == evidence.seeds[0])
        kinds = kinds_at_end(evidence.scenario, list(end.names), evidence.events[shown])
        rows = [row for row, name in enumerate(end.names[: len(end.control)]) if kinds[name] in ("core", "province")]
        field = np.nan_to_num(end.control[rows].sum(axis=0))
        held |= field[theatre.row, theatre.column] >= HELD
    return held


def _around(lon: np.ndarray, lat: np.ndarray, cell: float, whole: Extent) -> Extent:
    """Return the edges around some cells, with a margin, neither too narrow nor too tall, within the theatre."""
    (west, east), (south, north) = ((float(each.min()) - cell / 2, float(each.max()) + cell / 2) for each in (lon, lat))
    height = max(LEAST_SPAN, (north - south) * (1 + 2 * MARGIN))
    width = max(LEAST_SPAN, (east - west) * (1 + 2 * MARGIN), TALLEST * height)
    height = max(height, width / WIDEST)
    across, up = _placed((west + east) / 2, width, whole[0], whole[1]), _placed((south + north) / 2, height, *whole[2:])
    return *across, *up


def _placed(middle: float, length: float, low: float, high: float) -> tuple[float, float]:
    """Return a stretch of some length around a middle, moved and cut so that it lies within low to high."""
    length = min(length, high - low)
    start = min(max(middle - length / 2, low), high - length)
    return start, start + length


def _size(extent: Extent) -> float:
    west, east, south, north = extent
    return (east - west) * (north - south)
