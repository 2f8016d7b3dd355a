"""Samples that SALib makes and analyses: rows of the unit cube in blocks, for Morris screening and Sobol indices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

Floats = npt.NDArray[np.float64]

LEVELS = 4  # of the grid of Morris trajectories


@dataclass(frozen=True)
class Method:
    """A way to sample and analyse: rows come in blocks of `block(factors)`, each of which is complete or left out."""

    name: str
    main: str  # the index by which factors are ranked
    extra: int

    def block(self, factors: int) -> int:
        """Rows of a block: factors + 2 for Sobol (Saltelli's scheme without second order), factors + 1 for Morris."""
        return factors + self.extra


SOBOL = Method("sobol", "ST", 2)
MORRIS = Method("morris", "mu_star", 1)
METHODS = {method.name: method for method in (SOBOL, MORRIS)}


def sample(method: Method, factors: Sequence[str], blocks: int, seed: int = 0) -> Floats:
    """Return points of the unit cube (blocks x block, factors). Raises ValueError where Sobol's blocks are no power of 2.

    Sources: Saltelli et al., Computer Physics Communications 181 (2010); Morris, Technometrics 33 (1991).
    """
    asked = problem(factors)
    if method is MORRIS:
        return np.asarray(morris_sample.sample(asked, blocks, num_levels=LEVELS, seed=seed), dtype=float)
    if blocks < 2 or blocks & (blocks - 1):
        raise ValueError(f"a Sobol sample needs a power of two blocks (2, 4, 8, ...), got {blocks}")
    points = sobol_sample.sample(asked, blocks, calc_second_order=False, seed=seed)
    return np.asarray(points, dtype=float)


def problem(factors: Sequence[str]) -> dict[str, object]:
    """Return the unit cube of these factors as SALib describes it."""
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}
