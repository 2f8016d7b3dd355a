"""Where a map has land: cells with their countries, read for checks of scenario files, before a theatre is built."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from model.scenario.maps import COARSEST, FINEST, MADE_UP, is_map_file, read_map, shipped_arrays
from model.scenario.shipped import FOLDER, read

GRID = FOLDER / "theatres" / "grid_050.npz"
LOCATIONS: Path = FOLDER / "theatres" / "locations.csv"
EARTH_KM = 6371.0072
KM_PER_DEGREE = 111.2
WATER_CELLS = 3  # columns between two islands
LEAST_KM, CELLS = 100.0, 1.5  # how far from the centre of a cell a place may lie: towns on a coast or at a border
STRAIT_CELLS = 3.0  # on two islands: a place may lie in the strait between them
ANY: tuple[str, ...] = ()  # countries: whichever the map has

type Floats = npt.NDArray[np.float64]


class Cells(NamedTuple):
    """The cells of a map: latitude, longitude (degrees, of the centre), and country (empty on a made-up map)."""

    lat: Floats
    lon: Floats
    codes: npt.NDArray[np.str_]


class Land(NamedTuple):
    """A map, as far as checks need it: what it is made from, and the size of its cells in degrees."""

    kind: str
    resolution: float
    digest: str = ""
    rows: int = 0
    columns: int = 0
    latitude: float = 0.0
    names: tuple[str, ...] = ()  # of the countries of a made-up map, from west to east

    def away_km(self, lat: float, lon: float, countries: tuple[str, ...] = ANY) -> float:
        """How far the nearest cell's centre is from a point, in km; infinite where these countries have no cell."""
        return _away_km(self, lat, lon, countries)

    def has(self, countries: tuple[str, ...]) -> bool:
        """Tell whether any of these countries has a cell."""
        return bool(len(_cells(self, countries).lat))

    @property
    def codes(self) -> tuple[str, ...]:
        """The countries of the map; none of a made-up one, which takes those of the scenario."""
        return _codes(self)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """West, east, south and north of the outermost cells, in degrees."""
        cells, half = _cells(self, ANY), self.resolution / 2
        lat, lon = cells.lat, cells.lon
        return lon.min() - half, lon.max() + half, lat.min() - half, lat.max() + half


def reach_km(resolution: float, kind: str = "region") -> float:
    """Return how far a place may lie from the centre of the cell that it falls into: 1.5 cells, at least 100 km."""
    return max(LEAST_KM, (STRAIT_CELLS if kind == "islands" else CELLS) * KM_PER_DEGREE * resolution)


def apart_km(lat: npt.ArrayLike, lon: npt.ArrayLike, other_lat: float, other_lon: float) -> Floats:
    """Return great-circle distances in km of points (degrees) from another, by the haversine formula."""
    one, two = np.radians(lat), np.radians(other_lat)
    across = np.sin((np.radians(lon) - np.radians(other_lon)) / 2) ** 2 * np.cos(one) * np.cos(two)
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(np.sin((one - two) / 2) ** 2 + across), 1.0)))


def land_of(data: Mapping[str, Any]) -> Land | None:
    """Return the land of a scenario's map, before anything is known to be right with it; None where it cannot be known."""
    kind, resolution = data.get("theatre", "region"), data.get("resolution", 0.5)
    if is_map_file(kind):
        digest = data.get("map_digest", "")
        return Land(str(kind), float(data["resolution"]), digest) if digest else None
    if isinstance(resolution, bool) or not isinstance(resolution, int | float) or not FINEST <= resolution <= COARSEST:
        return None
    if kind == "region":
        return Land(kind, float(resolution))
    governments = data.get("governments")
    names = tuple(map(str, governments)) if isinstance(governments, Mapping) else ()
    return _made_up(kind, float(resolution), data.get("parameters"), names) if kind in MADE_UP else None


def _made_up(kind: str, resolution: float, parameters: object, countries: tuple[str, ...]) -> Land | None:
    shipped = read()[0].get("parameters", {}).get("theatre", {})
    given = parameters.get("theatre", {}) if isinstance(parameters, dict) else {}
    names = ("plane_rows", "plane_columns", "plane_latitude")
    rows, columns, latitude = (given.get(name, shipped[name]["value"]) for name in names)
    if rows < 1 or columns < 1:
        return None
    return Land(kind, resolution, "", int(rows), int(columns), float(latitude), countries)


@lru_cache(maxsize=4096)
def _away_km(land: Land, lat: float, lon: float, countries: tuple[str, ...]) -> float:
    cells = _cells(land, countries)
    return float(apart_km(cells.lat, cells.lon, lat, lon).min()) if len(cells.lat) else float("inf")


@lru_cache(maxsize=16)
def _codes(land: Land) -> tuple[str, ...]:
    return () if land.kind in MADE_UP else tuple(np.unique(_cells(land, ANY).codes).tolist())


@lru_cache(maxsize=256)
def _cells(land: Land, countries: tuple[str, ...]) -> Cells:
    """The cells of some countries."""
    cells = _stripes(land) if land.kind in MADE_UP else _of_file(land.kind) if is_map_file(land.kind) else _region()
    there = np.isin(cells.codes, countries) if countries else np.ones(len(cells.lat), dtype=np.bool_)
    return Cells(cells.lat[there], cells.lon[there], cells.codes[there])


def _stripes(land: Land) -> Cells:
    """The land of a made-up map, whose countries are stripes of equal width; between two islands lies water."""
    lat = land.latitude + land.resolution * ((land.rows - 1) / 2 - np.arange(land.rows))
    lon = land.resolution * (np.arange(land.columns) - (land.columns - 1) / 2)
    codes = np.array(land.names or ("",))[stripes(land.columns, max(1, len(land.names)))]
    dry = ~middle(land.columns, WATER_CELLS) if land.kind == "islands" else np.ones(land.columns, dtype=np.bool_)
    lon, codes = lon[dry], codes[dry]
    return Cells(np.repeat(lat, len(lon)), np.tile(lon, len(lat)), np.tile(codes, len(lat)))


def stripes(columns: int, countries: int) -> npt.NDArray[np.int64]:
    """Return the countries of the columns of a made-up map, (columns,), from west to east, as equal in width as may be."""
    return np.arange(columns) * countries // columns


def middle(columns: int, width: int) -> npt.NDArray[np.bool_]:
    """Which columns lie in the middle, (columns,): `width` of them, or one more to keep the map symmetric."""
    distance = np.abs(2 * np.arange(columns) - (columns - 1))
    return np.asarray(distance <= width + (columns - width) % 2 - 1)


def _of_file(path: str) -> Cells:
    found = read_map(path)
    row, column = np.nonzero(found.country >= 0)
    return Cells(found.lat[row], found.lon[column], np.array(found.codes)[found.country[row, column]])


@lru_cache(maxsize=1)
def _region() -> Cells:
    """Latitude, longitude and country of every cell of the region, at half a degree."""
    grid = shipped_arrays(GRID)
    row, column = np.nonzero(grid["active"] & (grid["country"] > 0))
    codes = grid["iso3"][grid["country"][row, column]].astype(str)
    return Cells(grid["lat"][row].astype(float), grid["lon"][column].astype(float), codes)


@lru_cache(maxsize=1)
def land_countries() -> tuple[str, ...]:
    """Return the codes of the countries that the region's map has."""
    return tuple(np.unique(_region().codes).tolist())


@lru_cache(maxsize=1)
def known_places() -> Mapping[str, tuple[float, float]]:
    """Return the places that the shipped map names, with latitude and longitude."""
    rows = csv.DictReader(LOCATIONS.read_text(encoding="utf-8").splitlines())
    return {row["place"]: (float(row["lat"]), float(row["lon"])) for row in rows}
