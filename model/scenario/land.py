"""Which country's land lies near a point: read from the shipped grid, for checks of scenario files only."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

GRID = Path(__file__).resolve().parent.parent.parent / "scenarios" / "theatres" / "grid_050.npz"
KM_PER_DEGREE = 111.2
CELL_KM = 40.0  # from a cell's centre to its corner at 0.5 degrees: a small home may lie between two centres


@lru_cache(maxsize=1)
def _cells() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Latitude, longitude and country of every cell of the region."""
    with np.load(GRID) as grid:
        row, column = np.nonzero(grid["active"] & (grid["country"] > 0))
        codes = grid["iso3"][grid["country"][row, column]].astype(str)
        return grid["lat"][row].astype(float), grid["lon"][column].astype(float), codes


@lru_cache(maxsize=1)
def land_countries() -> tuple[str, ...]:
    """Return the codes of the countries that the region's map has."""
    return tuple(np.unique(_cells()[2]).tolist())


def has_land(lat: float, lon: float, radius_km: float, countries: Iterable[str]) -> bool:
    """Tell whether a cell of `countries` has its centre within the radius (and half a cell) of a point."""
    cell_lat, cell_lon, codes = _cells()
    north = (cell_lat - lat) * KM_PER_DEGREE
    east = (cell_lon - lon) * KM_PER_DEGREE * np.cos(np.radians(lat))
    near = north**2 + east**2 <= (radius_km + CELL_KM) ** 2
    return bool(np.isin(codes[near], list(countries)).any())
