"""Weights of points: from logarithms of likelihoods, with their effective number, and fewer points that stand for them.

w_i ~ exp(b l_i),    effective number = 1 / sum_i w_i^2    (Kish; Kong, Liu and Wong, JASA 89 (1994))
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import bisect

Floats = npt.NDArray[np.float64]


def normalised(logs: Floats) -> Floats:
    """Return weights that sum to 1 from their logarithms; minus infinity weighs nothing."""
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def effective(weights: Floats) -> float:
    """Return the effective number of weights that sum to 1."""
    return float(1 / (weights**2).sum())


def exponent_for(logs: Floats, wanted: float, most: float = 1.0) -> float:
    """Return the largest exponent b up to `most` that leaves the effective number `wanted` or more, by bisection.

    It is 0 where even equal weights leave fewer.
    """

    def above(exponent: float) -> float:
        return effective(normalised(exponent * known)) - wanted

    known = logs[np.isfinite(logs)]
    if not len(known) or above(0.0) <= 0:
        return 0.0
    if above(most) >= 0:
        return most
    return float(bisect(above, 0.0, most, xtol=1e-6))


def systematic(weights: Floats, count: int, offset: float = 0.5) -> npt.NDArray[np.intp]:
    """Return `count` positions drawn by weight at even distances: each as often as its weight says, to within one."""
    edges = np.cumsum(weights)
    drawn = np.searchsorted(edges / edges[-1], (np.arange(count) + offset) / count, side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1), dtype=np.intp)


def thinned(weights: Floats, count: int, seed: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return at most `count` positions and their weights that stand for all: their expectations are those of all.

    Weights above c stay as they are; of the others, as many are drawn by weight as are left, and each weighs c, where
    sum_i min(w_i / c, 1) = count. Source: Fearnhead and Clifford, Journal of the Royal Statistical Society B 65 (2003).
    """
    if (weights > 0).sum() <= count:
        kept = np.flatnonzero(weights > 0)
        return kept, weights[kept]
    level = bisect(lambda c: np.minimum(weights / c, 1).sum() - count, weights.sum() / len(weights) / 1e9, 1.0)
    heavy = weights >= level
    light = np.flatnonzero(~heavy)
    drawn = light[systematic(weights[light], count - int(heavy.sum()), np.random.default_rng(seed).random())]
    kept = np.sort(np.concatenate([np.flatnonzero(heavy), drawn]))
    found = np.maximum(weights[kept], level)
    return kept, np.asarray(found / found.sum())


def corput(number: int) -> float:
    """Return a number of van der Corput's sequence, 0, 1/2, 1/4, 3/4, 1/8 ...: its first ones are spread evenly."""
    return sum(0.5 ** (place + 1) for place in range(number.bit_length()) if number >> place & 1)


def deviation(values: Floats, weights: Floats) -> Floats:
    """Return the standard deviation by weight of each column, (columns,)."""
    centred = values - weights @ values
    return np.asarray(np.sqrt(weights @ centred**2))


def quantile(values: Floats, share: float, weights: Floats) -> float:
    """Return the value below which a share of the weight lies; between values where all weigh the same."""
    if np.ptp(weights) <= 1e-12:
        return float(np.quantile(values, share))
    return float(np.quantile(values, share, weights=weights, method="inverted_cdf"))
