"""Points of a design in the unit cube, by method: (points, factors), each share between 0 and 1.

`METHODS` is the seam for further ones: a function of the factors and of the design's table `[sampling]`. Whoever has a
matrix of points already gives it to `sweep(design, points=matrix)`, and no method is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from experiments.points.factors import Factor

Floats = npt.NDArray[np.float64]
MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Method:
    """A way to sample. `points`: what the key `points` counts, nothing where it is not used; `power`: only powers of 2."""

    sample: Callable[[Sequence[Factor], int, int, int], Floats]  # factors, points, levels, seed
    meaning: str
    points: str = "points"
    power: bool = False


def sampled(method: str, factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """Return the points of a design; one point with no columns where nothing varies."""
    if not factors:
        return np.zeros((1, 0))
    return METHODS[method].sample(factors, points, levels, seed)


def full_factorial(factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """Every combination of the factors' levels; the last factor changes fastest."""
    return np.array(list(product(*(factor.shares(levels) for factor in factors))), dtype=float)


def size_of_factorial(factors: Sequence[Factor], levels: int) -> int:
    """Return how many points a full factorial design has."""
    size = 1
    for factor in factors:
        size *= len(factor.shares(levels))
    return size


def latin_hypercube(factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """Each factor's range is cut into as many equal parts as there are points, and each part holds one point.

    Source: McKay, Beckman and Conover, Technometrics 21 (1979).
    """
    from scipy.stats import qmc  # half a second, and seldom asked for

    return np.asarray(qmc.LatinHypercube(len(factors), rng=np.random.default_rng(seed)).random(points), dtype=float)


def sobol(factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """The first `points` of a scrambled Sobol sequence: even in every power of two, and more points contain the fewer.

    Sources: Sobol, USSR Computational Mathematics and Mathematical Physics 7 (1967); Owen, Journal of Complexity 14 (1998).
    """
    from scipy.stats import qmc  # half a second, and seldom asked for

    return np.asarray(qmc.Sobol(len(factors), rng=np.random.default_rng(seed)).random(points), dtype=float)


def saltelli(factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """`points` blocks of factors + 2 rows for Sobol indices, in the order that SALib analyses."""
    from experiments.points.salib_blocks import SOBOL, sample  # imports SALib: half a second

    return sample(SOBOL, [factor.key for factor in factors], points, seed)


def morris(factors: Sequence[Factor], points: int, levels: int, seed: int) -> Floats:
    """`points` trajectories of factors + 1 rows for elementary effects, in the order that SALib analyses."""
    from experiments.points.salib_blocks import MORRIS, sample  # imports SALib: half a second

    return sample(MORRIS, [factor.key for factor in factors], points, seed)


METHODS = {
    "full_factorial": Method(full_factorial, "every combination of the factors' levels", points=""),
    "latin_hypercube": Method(latin_hypercube, "points that cover each factor's range evenly"),
    "sobol": Method(sobol, "points that fill the space of all factors evenly", power=True),
    "saltelli": Method(saltelli, "blocks for Sobol indices, which SALib analyses", "blocks", power=True),
    "morris": Method(
        morris, "trajectories for a screening by elementary effects, which SALib analyses", "trajectories"
    ),
}
