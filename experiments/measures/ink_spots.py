"""Ink spots on the map at the end of a run, and what chance alone would draw."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from model.record import ORGANISATION_SERIES
from model.state import Status

if TYPE_CHECKING:
    from model.record import Result

RANDOM_MAPS = 20
HELD = 0.5


def held_cells(result: "Result") -> npt.NDArray[np.bool_]:
    """Return the cells, (cells,), in which the core and its provinces together hold over half at the end."""
    status = result.organisation_rows[-1, ORGANISATION_SERIES.index("status"), : len(result.organisation_names)]
    bloc = (status == Status.CORE) | (status == Status.PROVINCE)
    held: npt.NDArray[np.bool_] = result.cell_control[bloc].sum(axis=0) > HELD
    return held


def spots(result: "Result") -> tuple[float, float]:
    """Return the number of ink spots, and the largest one's share of their area (0 without any)."""
    return _components(result, held_cells(result))


def spots_at_random(result: "Result") -> tuple[float, float]:
    """Return the mean of both over random maps of the same density: as many cells held in each country, anywhere in it.

    The maps depend on the run's seed alone.
    """
    random, country, held = np.random.default_rng(result.seed), result.theatre.country, held_cells(result)
    drawn = []
    for _ in range(RANDOM_MAPS):
        cells = np.zeros_like(held)
        for place in np.unique(country[held]):
            candidates = np.flatnonzero(country == place)
            cells[random.choice(candidates, np.count_nonzero(held[candidates]), replace=False)] = True
        drawn.append(_components(result, cells))
    number, share = np.mean(drawn, axis=0)
    return float(number), float(share)


def _components(result: "Result", held: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Number and largest area share of the connected components of cells; neighbours share a passable edge."""
    theatre = result.theatre
    cells = np.flatnonzero(held)
    if not len(cells):
        return 0.0, 0.0
    place = np.full(len(held), -1)
    place[cells] = np.arange(len(cells))
    ends = place[theatre.neighbours[cells]]
    joined = (ends >= 0) & (theatre.conductance[cells] > 0)
    starts = np.broadcast_to(np.arange(len(cells))[:, None], ends.shape)[joined]
    graph = coo_array((np.ones(len(starts)), (starts, ends[joined])), shape=(len(cells), len(cells)))
    count, labels = connected_components(graph, directed=False)
    areas = np.bincount(labels, theatre.area_km2[cells], count)
    return float(count), float(areas.max() / areas.sum())
