"""Theatres made by code, to verify the model and to teach: a plane, two plains with a pass, two islands.

The governments of the scenario are the countries: vertical stripes of equal width from west to east, with a land border
between neighbours. A country's people are spread evenly over its land. Parameters of family `theatre`: `plane_rows` and
`plane_columns` (cells), `plane_latitude` (degrees, of the centre); the central longitude is 0.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from model.scenario.land import WATER_CELLS, middle, stripes
from model.scenario.room import PASS_CELLS, plane_problem
from model.theatre.geography import EARTH_RADIUS_KM, Floats, Ground, cell_area_km2


def synthetic_ground(kind: str, resolution: float, countries: int, parameters: Mapping[str, float]) -> Ground:
    """Return the ground of a theatre `kind` (plane, pass or islands) for a number of countries.

    plane: land everywhere. pass: the middle column (the middle two of an even number) is a barrier where nobody lives
    and nothing moves, but for a pass of two cells half-way up. islands: the middle three columns (four of an even
    number) are water. `resolution` is in degrees.

    Raises ValueError where the plane would not fit on the globe, or has no room for all countries.
    """
    wrong = plane_problem(kind, resolution, countries, parameters)
    if wrong is not None:
        raise ValueError(f"parameters.theatre.{wrong[0]} must be {wrong[1]}, got {parameters[wrong[0]]:g}")
    rows, columns = int(parameters["plane_rows"]), int(parameters["plane_columns"])
    latitude = parameters["plane_latitude"]
    country = np.tile(stripes(columns, countries).astype(np.int16), (rows, 1))
    passable = np.ones((rows, columns))
    if kind == "pass":
        passable[:, middle(columns, 1)] = 0.0
        north = (rows - PASS_CELLS) // 2
        passable[north : north + PASS_CELLS] = 1.0
    elif kind == "islands":
        country[:, middle(columns, WATER_CELLS)] = -1
    lat = np.asarray(latitude + resolution * ((rows - 1) / 2 - np.arange(rows)), dtype=np.float64)
    lon = np.asarray(resolution * (np.arange(columns) - (columns - 1) / 2), dtype=np.float64)
    return Ground(
        lat=lat,
        lon=lon,
        country=country,
        land=np.ones((rows, columns)),
        crowding=passable * cell_area_km2(lat, resolution)[:, None],
        passable=passable,
        border_km=_border_matrix(country, countries, resolution),
    )


def _border_matrix(country: npt.NDArray[np.int16], countries: int, resolution: float) -> Floats:
    """Add up the edges that stripes share, each as high as a cell, into (countries, countries) km."""
    lengths = np.zeros((countries, countries))
    west, east = country[:, :-1], country[:, 1:]
    shared = (west >= 0) & (east >= 0) & (west != east)
    np.add.at(lengths, (west[shared], east[shared]), EARTH_RADIUS_KM * np.radians(resolution))
    return lengths + lengths.T
