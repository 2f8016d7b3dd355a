"""The region on the map, read from scenarios/theatres (see scenarios/SOURCES.md), and what is drawn on it."""

import csv
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.scenario.maps import is_map_file, read_map, shipped_arrays
from model.theatre.geography import Floats, Ground

DIRECTORY = Path(__file__).resolve().parent.parent.parent / "scenarios" / "theatres"
WEST, EAST, SOUTH, NORTH = -18.0, 93.0, -5.0, 47.0  # degrees; no active cell lies outside
RESOLUTIONS = {1.0: "100", 0.5: "050", 0.25: "025"}


class TheatrePlace(NamedTuple):
    """A named place of the essay's theatres, with its country and coordinates in degrees."""

    name: str
    iso3: str
    lat: float
    lon: float


class Rasters(NamedTuple):
    """The shipped rasters of one resolution, trimmed: `code` indexes `iso3`, 0 outside the region's countries."""

    lat: Floats
    lon: Floats
    code: npt.NDArray[np.uint8]
    iso3: tuple[str, ...]
    land: Floats
    people: Floats


def region_ground(resolution: float, countries: tuple[str, ...]) -> Ground:
    """Return the region at a resolution of 0.25, 0.5 or 1.0 degrees, with the cells of `countries` (ISO codes)."""
    rasters = _rasters(resolution)
    index = {iso3: position for position, iso3 in enumerate(countries)}
    lookup = np.array([index.get(iso3, -1) for iso3 in rasters.iso3], dtype=np.int16)
    lookup[0] = -1
    return Ground(
        lat=rasters.lat,
        lon=rasters.lon,
        country=lookup[rasters.code],
        land=rasters.land,
        crowding=rasters.people,
        passable=np.ones_like(rasters.land),
        border_km=_border_matrix(index),
    )


def file_ground(path: str, digest: str, countries: tuple[str, ...]) -> Ground:
    """Return the ground of a map file. Raises ValueError where it cannot be read, or is another than the scenario's."""
    found = read_map(path)
    if found.digest != digest:
        raise ValueError(f"{path} has changed since the scenario was read: load the scenario anew")
    index = {iso3: position for position, iso3 in enumerate(countries)}
    lookup = np.array([*(index.get(iso3, -1) for iso3 in found.codes), -1], dtype=np.int16)
    borders = np.zeros((len(countries), len(countries)))
    there = [(number, index[iso3]) for number, iso3 in enumerate(found.codes) if iso3 in index]
    for one, row in there:
        for other, column in there:
            borders[row, column] = found.border_km[one, other]
    return Ground(
        lat=found.lat, lon=found.lon, country=lookup[found.country], land=found.land, crowding=found.people,
        passable=np.ones_like(found.land), border_km=borders,
    )  # fmt: skip


def lines_of(theatre: str) -> list[tuple[str, Floats]] | None:
    """Return the borders and coasts of a theatre (see `border_lines`); none of a made-up one."""
    return border_lines() if theatre == "region" else list(read_map(theatre).lines) if is_map_file(theatre) else None


def region_countries() -> tuple[str, ...]:
    """Return the ISO codes of the countries that have cells in the region, in alphabetical order."""
    rasters = _rasters(0.5)
    return tuple(sorted(rasters.iso3[code] for code in np.unique(rasters.code) if code))


def border_lines() -> list[tuple[str, Floats]]:
    """Return lines for drawing as (kind, points): kind is border or coast, points (n, 2) longitude and latitude."""
    return list(_lines())


@cache
def theatre_places() -> tuple[TheatrePlace, ...]:
    """Return the named places of the essay's theatres."""
    rows = csv.DictReader((DIRECTORY / "locations.csv").read_text(encoding="utf-8").splitlines())
    return tuple(TheatrePlace(row["place"], row["iso3"], float(row["lat"]), float(row["lon"])) for row in rows)


@lru_cache(maxsize=len(RESOLUTIONS))
def _rasters(resolution: float) -> Rasters:
    suffix = RESOLUTIONS[resolution]
    grid = shipped_arrays(DIRECTORY / f"grid_{suffix}.npz")
    lat, lon = grid["lat"].astype(np.float64), grid["lon"].astype(np.float64)
    trim = np.ix_((lat > SOUTH) & (lat < NORTH), (lon > WEST) & (lon < EAST))
    code = np.where(grid["active"][trim], grid["country"][trim], 0).astype(np.uint8)
    land = grid["land_frac"][trim].astype(np.float64)
    iso3 = tuple(str(name) for name in grid["iso3"])
    people = shipped_arrays(DIRECTORY / f"pop_geonames_{suffix}.npz")["pop"][trim].astype(np.float64)
    return Rasters(lat[trim[0][:, 0]], lon[trim[1][0]], code, iso3, land, people)


def _border_matrix(index: dict[str, int]) -> Floats:
    lengths = np.zeros((len(index), len(index)))
    for one, other, length in _border_lengths():
        if one in index and other in index:
            lengths[index[one], index[other]] = lengths[index[other], index[one]] = length
    return lengths


@lru_cache(maxsize=1)
def _border_lengths() -> tuple[tuple[str, str, float], ...]:
    rows = (line.split(",") for line in (DIRECTORY / "border_lengths.csv").read_text(encoding="utf-8").splitlines()[1:])
    return tuple((row[0], row[1], float(row[2])) for row in rows)


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[str, Floats], ...]:
    lines = []
    for feature in json.loads((DIRECTORY / "borders_lines.geojson").read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        for part in parts:
            points = np.array(part, dtype=np.float64)
            points.setflags(write=False)
            lines.append((str(feature["properties"]["kind"]), points))
    return tuple(lines)
