"""Scores of forecasts: CRPS, coverage, area under the ROC curve, Brier score. Lower is better but for the last two words.

Sources: Gneiting and Raftery, Journal of the American Statistical Association 102 (2007); Hanley and McNeil, Radiology 143
(1982); Brier, Monthly Weather Review 78 (1950).
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Floats = npt.NDArray[np.float64]
LEVELS = (0.5, 0.9)  # of the intervals that are shown and counted


def crps(sample: npt.ArrayLike, observed: float) -> float:
    """Return the continuous ranked probability score of a sample (n,): E|X - y| - 1/2 E|X - X'|, in the unit of y.

    The second mean is over all pairs, an element with itself included. Of one value it is the absolute error.
    """
    values = np.sort(np.asarray(sample, dtype=float))
    count = len(values)
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float(np.abs(values - observed).mean() - (weights * values).sum() / count**2)


def crps_normal(mean: float, deviation: float, observed: float) -> float:
    """Return the CRPS of a normal distribution: s [z (2 F(z) - 1) + 2 f(z) - 1/sqrt(pi)], z = (y - m) / s."""
    z = (observed - mean) / deviation
    return float(deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


def interval(sample: npt.ArrayLike, level: float) -> tuple[float, float]:
    """Return the central interval of a sample that holds `level` of it."""
    low, high = np.quantile(np.asarray(sample, dtype=float), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def coverage(samples: list[Floats], observed: npt.ArrayLike, level: float) -> float:
    """Return the share of observations that lie in the central interval of their sample; nan where there are none."""
    values = np.asarray(observed, dtype=float)
    inside = [low <= value <= high for (low, high), value in zip(
        (interval(sample, level) for sample in samples), values, strict=True)]  # fmt: skip
    return float(np.mean(inside)) if inside else float("nan")


def auc(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the chance that a positive has a higher score than a negative, ties counted half; nan without either."""
    values, positive = np.asarray(scores, dtype=float), np.asarray(truth, dtype=bool)
    if not positive.any() or positive.all():
        return float("nan")
    difference = np.subtract.outer(values[positive], values[~positive])
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def brier(probabilities: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the mean squared error of probabilities of what is true (1) or not (0)."""
    return float(((np.asarray(probabilities, dtype=float) - np.asarray(truth, dtype=float)) ** 2).mean())
