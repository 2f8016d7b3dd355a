"""Geometry of a latitude-longitude grid on a sphere: distances, areas, neighbours, and what may flow between cells."""

from dataclasses import dataclass
from math import pi, sin

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

EARTH_RADIUS_KM = 6371.0072  # radius of the sphere that has the Earth's surface area (GRS 80)
DIRECTIONS = ((0, 1), (0, -1), (-1, 0), (1, 0))  # (row, column) steps to the east, west, north, south


@dataclass(frozen=True, eq=False)
class Ground:
    """What a theatre is built on: rasters of shape (rows, columns), row 0 in the north, before any people are placed.

    `country` is an index into the governments of the scenario, -1 outside them; `land` the share of a cell that is
    land; `crowding` says how a country's people are distributed over its cells, in any unit; `passable` multiplies
    mobility, 0 where nothing moves; `border_km` (countries, countries) is the length of the land border. `lat` (rows,)
    and `lon` (columns,) are the centres in degrees.
    """

    lat: Floats
    lon: Floats
    country: npt.NDArray[np.int16]
    land: Floats
    crowding: Floats
    passable: Floats
    border_km: Floats


def unit_vectors(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Return points on the unit sphere, (3, ...), of latitudes and longitudes in degrees."""
    phi, lam = np.radians(lat), np.radians(lon)
    across = np.cos(phi)
    return np.stack([across * np.cos(lam), across * np.sin(lam), np.sin(phi)])


def squared_chords(points: Floats, point: Floats) -> Floats:
    """Return squared straight distances, (n,), between unit vectors (3, n) and one (3,) or as many (3, n) others.

    Or of any shapes (3, ...) that NumPy broadcasts.
    """
    x, y, z = points[0] - point[0], points[1] - point[1], points[2] - point[2]
    return np.asarray(x * x + y * y + z * z)


def arc_km(squared_chord: npt.ArrayLike) -> Floats:
    """Return great-circle distances in km from squared chords: 2 R arcsin(chord / 2), exact for short distances."""
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.sqrt(squared_chord) / 2, 1.0)))


def squared_chord(distance_km: float) -> float:
    """Return the squared chord of a great-circle distance, the inverse of `arc_km`: 4 sin^2(distance / 2 R)."""
    return 4 * sin(min(distance_km / (2 * EARTH_RADIUS_KM), pi / 2)) ** 2


def great_circle_km(points: Floats, point: Floats) -> Floats:
    """Return great-circle distances in km, (n,), between unit vectors (3, n) and one (3,) or as many (3, n) others."""
    return arc_km(squared_chords(points, point))


def cell_area_km2(lat: npt.ArrayLike, resolution: float) -> Floats:
    """Return the full area of cells of `resolution` degrees centred at `lat`: R^2 dlam (sin north - sin south), km2."""
    centre, half = np.radians(lat), np.radians(resolution) / 2
    return np.asarray(EARTH_RADIUS_KM**2 * 2 * half * (np.sin(centre + half) - np.sin(centre - half)))


def neighbour_table(row: Indices, column: Indices, rows: int, columns: int) -> Indices:
    """Return the cells to the east, west, north and south of each cell, (cells, 4); its own index where there is none.

    `row` and `column` (cells,) place the cells on a raster of `rows` x `columns`; the raster does not wrap around.
    """
    own = np.arange(len(row), dtype=np.int32)
    padded = np.full((rows + 2, columns + 2), -1, dtype=np.int32)
    padded[row + 1, column + 1] = own
    table = np.stack([padded[row + 1 + down, column + 1 + right] for down, right in DIRECTIONS], axis=1)
    return np.where(table < 0, own[:, None], table)


def edge_ratios(lat: Floats, resolution: float) -> Floats:
    """Return edge length / (distance of centres x full area of the cell), (n, 4) in 1/km2, of cells centred at `lat`.

    The finite-volume Laplacian on the sphere: eastern and western edges are R dphi long, R cos(lat) dlam from centre to
    centre; northern and southern edges R cos(parallel of the edge) dlam long, R dphi from centre to centre. Edges are
    shared, so that what leaves one cell enters the other.
    """
    side = np.radians(resolution)
    width, north, south = (np.cos(np.radians(lat + shift)) for shift in (0.0, resolution / 2, -resolution / 2))
    flow = np.stack([side / (width * side), side / (width * side), north * side / side, south * side / side], axis=1)
    return np.asarray(flow / cell_area_km2(lat, resolution)[:, None])


def closeness(neighbours: Indices, lat: Floats, resolution: float, mobility: Floats, open_edge: Flags) -> Floats:
    """Return how fast a front passes from neighbour to neighbour, (cells, 4) in 1/km: sqrt(smaller mobility) / distance.

    The root makes mobility slow a front as it slows that of a diffusion, whose speed goes with the root of diffusivity.
    `lat` (cells,) of the centres in degrees; 0 where a cell has no neighbour or `open_edge` (cells, 4) is false.
    """
    side = EARTH_RADIUS_KM * np.radians(resolution)
    width = side * np.cos(np.radians(lat))
    apart = np.stack([width, width, np.full_like(width, side), np.full_like(width, side)], axis=1)
    there = neighbours != np.arange(len(neighbours), dtype=np.int32)[:, None]
    smaller = np.minimum(mobility[:, None], mobility[neighbours])
    return np.where(there & open_edge, np.sqrt(smaller) / apart, 0.0)


def conductance(neighbours: Indices, ratios: Floats, mobility: Floats, open_edge: Flags) -> Floats:
    """Return what spreads between neighbours, (cells, 4) in 1/km2: edge ratio x the smaller of the two mobilities.

    `ratios` as of `edge_ratios`, (cells, 4); 0 where a cell has no neighbour or `open_edge` (cells, 4) is false.
    """
    there = neighbours != np.arange(len(neighbours), dtype=np.int32)[:, None]
    smaller = np.minimum(mobility[:, None], mobility[neighbours])
    return np.where(there & open_edge, ratios * smaller, 0.0)
