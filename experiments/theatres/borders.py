"""Land borders: how long they are, and how borders and coasts are drawn.

Two countries share a border where the outline of one runs within 0.01 degrees of the other, so that files whose countries
do not fit exactly serve as well. Lengths are great-circle distances between the points of an outline.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.theatres.countries import Countries
from model.theatre.geography import great_circle_km, unit_vectors

NEAR = 0.01  # degrees, about 1 km
LEAST_KM = 5.0  # countries that meet in a point share no border
DRAWN = 0.1  # of a cell: how far a drawn line may depart

type Floats = npt.NDArray[np.float64]


def border_lengths(found: Countries) -> Floats:
    """Return the km of land border between the countries that are kept, (countries, countries)."""
    lengths = np.zeros((len(found.kept), len(found.kept)))
    for one, other, shared in _shared([found.shape(code) for code in found.kept]):
        length = sum(_length_km(part) for part in _parts(shared))
        if length >= LEAST_KM:
            lengths[one, other] = lengths[other, one] = length
    return lengths


def lines(found: Countries, west: float, north: float, grid: Any) -> tuple[list[str], list[Floats]]:
    """Return what is drawn within the edges of a map: kinds (border or coast), and points (n, 2) of each line."""
    import shapely  # an extra

    edges = shapely.box(west, north - grid.rows * grid.cell, west + grid.columns * grid.cell, north)
    seen = [shape for shape in found.shapes if shapely.intersects(shape, edges)]
    shared = [line for _, _, line in _shared(seen)]
    borders = shapely.union_all(shared) if shared else shapely.LineString()
    outlines = shapely.union_all([shape.boundary for shape in seen]) if seen else shapely.LineString()
    coasts = shapely.difference(outlines, shapely.buffer(borders, 2 * NEAR)) if shared else outlines
    kinds, points = [], []
    for kind, whole in (("border", borders), ("coast", coasts)):
        drawn = shapely.simplify(shapely.intersection(shapely.line_merge(whole), edges), DRAWN * grid.cell)
        for part in _parts(drawn):
            kinds.append(kind)
            points.append(np.round(shapely.get_coordinates(part), 3))
    return kinds, points


def _shared(shapes: list[Any]) -> list[tuple[int, int, Any]]:
    """Return pairs of countries with the outline of the first that runs along the second."""
    import shapely  # an extra

    tree = shapely.STRtree(shapes)
    found = []
    for one, other in sorted(zip(*tree.query(shapes, predicate="dwithin", distance=NEAR), strict=True)):
        if one < other:
            line = shapely.intersection(shapes[one].boundary, shapely.buffer(shapes[other], NEAR))
            found += [(int(one), int(other), line)] if not line.is_empty else []
    return found


def _parts(line: Any) -> list[Any]:
    import shapely  # an extra

    return [part for part in shapely.get_parts(line) if part.geom_type in ("LineString", "LinearRing")]


def _length_km(part: Any) -> float:
    import shapely  # an extra

    lon, lat = shapely.get_coordinates(part).T
    points = unit_vectors(lat, lon)
    return float(great_circle_km(points[:, :-1], points[:, 1:]).sum())
