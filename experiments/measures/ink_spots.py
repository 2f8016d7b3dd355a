"""Ink spots on the map at the end of a run, and what chance alone would draw."""

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from experiments.measures.measure import Measure
from experiments.measures.run_view import View
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


def number_and_share(result: "Result") -> tuple[float, float]:
    """Return the number of ink spots, and the largest one's share of their area (0 without any)."""
    return _components(result, held_cells(result))


def number_and_share_at_random(result: "Result") -> tuple[float, float]:
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


class Spots(Measure):
    """Ink spots at the end: connected areas in which the core and its provinces hold over half."""

    spots: Literal["number", "largest_share"]
    against_random: bool = False

    @property
    def label(self) -> str:
        """What is taken of the spots."""
        words = "number of ink spots" if self.spots == "number" else "share of the largest ink spot"
        return words + (", less that of random maps" if self.against_random else "")

    @property
    def unit(self) -> str:
        """Spots, or a share."""
        return "spots" if self.spots == "number" else "1"

    @property
    def needs_map(self) -> bool:
        """It reads the map."""
        return True

    @property
    def signed(self) -> bool:
        """Less that of random maps it may be below zero."""
        return self.against_random

    def of(self, view: View) -> float:
        """Return the number (or the share), less its mean over random maps of the same density; nan without spots."""
        if not view.whole:
            raise ValueError(
                "the map is kept of the last week only: a measure of ink spots cannot be of an earlier one"
            )
        number, share = number_and_share(view.result)
        if number == 0:
            return float("nan") if self.against_random or self.spots == "largest_share" else 0.0
        chance = number_and_share_at_random(view.result) if self.against_random else (0.0, 0.0)
        return number - chance[0] if self.spots == "number" else share - chance[1]
