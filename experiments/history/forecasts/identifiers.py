"""Numbers by which the field knows months, countries and cells.

month_id       1 is January 1980 (VIEWS)
priogrid_gid   (row - 1) 720 + column, rows of half a degree from 90 S, columns from 180 W, both from 1 (PRIO-GRID)
gwcode         Gleditsch and Ward; Palestine and Western Sahara have none
country_id     VIEWS's own. Its published list names Saudi Arabia and Yemen twice (131 or 239, 124 or 240), Palestine and
               Western Sahara never: these four have none here, and are left out where a country_id must be given
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.theatre import Theatre

CODES = Path(__file__).with_name("codes.csv")
COLUMNS = 720
HALF = 0.5  # degrees of a cell of PRIO-GRID

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def month_id(day: date) -> int:
    """Return the number of the month of a day."""
    return (day.year - 1980) * 12 + day.month


def month_of(number: int) -> date:
    """Return the first day of a month by its number."""
    return date(1980 + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def gid(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Integers:
    """Return the number of the cell of PRIO-GRID in which points (degrees) lie."""
    row = np.floor((np.asarray(lat, dtype=float) + 90) / HALF).astype(np.int64)
    column = np.floor((np.asarray(lon, dtype=float) + 180) / HALF).astype(np.int64)
    return np.asarray(row * COLUMNS + column + 1)


@cache
def codes() -> pd.DataFrame:
    """Return gwcode and country_id of each country by its ISO 3166 code; missing where there is none."""
    return pd.read_csv(CODES, index_col="iso3", dtype={"gwcode": "Int64", "country_id": "Int64"})


def codes_of(countries: Sequence[str]) -> pd.DataFrame:
    """Return `codes` of these countries, in their order."""
    return codes().reindex(list(countries)).rename_axis("iso3").reset_index()


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of PRIO-GRID under a map. `cell`, `place`, `share`: how each cell of the map is divided among them."""

    gids: Integers  # (places,) sorted
    country: Integers  # (places,) of the largest part of the map's cells in it
    people: Floats  # (places,)
    cell: Integers
    place: Integers
    share: Floats

    @classmethod
    def of(cls, theatre: Theatre) -> "Grid":
        """Return the grid under a map: coarser cells are divided evenly, finer ones are joined."""
        parts = max(1, round(theatre.resolution / HALF))
        offsets = (np.arange(parts) - (parts - 1) / 2) * HALF
        north, east = (each.ravel() for each in np.meshgrid(offsets, offsets, indexing="ij"))
        cell = np.repeat(np.arange(len(theatre.lat)), parts * parts)
        numbers = gid((theatre.lat[:, None] + north).ravel(), (theatre.lon[:, None] + east).ravel())
        gids, place = np.unique(numbers, return_inverse=True)
        share = np.full(len(cell), 1.0 / parts**2)
        people = np.bincount(place, theatre.people[cell] * share, len(gids))
        land = np.zeros((len(gids), len(theatre.countries)))
        np.add.at(land, (place, theatre.country[cell]), theatre.area_km2[cell] * share)
        return cls(gids, land.argmax(axis=1), people, cell, np.asarray(place), share)

    def divided(self, cells: Floats) -> Floats:
        """Return what lies in cells of the map, (..., cells), by place of the grid, (..., places)."""
        flat = np.asarray(cells).reshape(-1, np.asarray(cells).shape[-1])
        found = np.stack([np.bincount(self.place, row[self.cell] * self.share, len(self.gids)) for row in flat])
        return found.reshape(*np.asarray(cells).shape[:-1], len(self.gids))
