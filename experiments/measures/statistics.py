"""Paired comparisons: policies meet the same luck seed by seed, so differences are taken within seeds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit
from scipy.stats import bootstrap

Floats = npt.NDArray[np.float64]

LEVEL = 0.95  # of intervals; 1 - LEVEL is the false discovery rate
RESAMPLES = 2000  # of the bootstrap
ROUNDING = 1e-12  # differences that vary by less than this share of the values are the same in every seed


@dataclass(frozen=True)
class Paired:
    """A mean paired difference, its 95% interval, and the probability of one so large if there were none."""

    difference: float
    low: float
    high: float
    p: float


def paired_difference(values: npt.ArrayLike, baseline: npt.ArrayLike) -> Paired:
    """Compare paired samples by Student's t: mean(d) +- t(0.975, n-1) sd(d)/sqrt(n), d = values - baseline, (n,).

    A difference that is the same in every pair has no spread: its interval is a point, and p is 1 for none. For some it is
    0, but for whole numbers 2^(1-n), the chance that n signs agree: counts that differ by 1 in each of three pairs prove
    little. With fewer than two pairs interval and p are nan. Raises ValueError where the samples are not of one length.
    Source: Student, The Probable Error of a Mean, Biometrika 6 (1908).
    """
    first, second = np.asarray(values, dtype=float), np.asarray(baseline, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"paired samples must be of one length, got {first.shape} and {second.shape}")
    differences = first - second
    n = len(differences)
    if n == 0:
        return Paired(np.nan, np.nan, np.nan, np.nan)
    mean = float(differences.mean())
    if n == 1:
        return Paired(mean, np.nan, np.nan, np.nan)
    size = max(float(np.abs(first).max()), float(np.abs(second).max()))
    error = float(differences.std(ddof=1)) / np.sqrt(n)
    if error <= ROUNDING * size:
        none = abs(mean) <= ROUNDING * size
        counts = bool(np.all(np.mod([first, second], 1) == 0))
        return Paired(mean, mean, mean, 1.0 if none else 2.0 ** (1 - n) if counts else 0.0)
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    return Paired(mean, mean - half, mean + half, float(2 * stdtr(n - 1, -abs(mean) / error)))


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjust p-values for their number so that those below q are false discoveries in at most a share q on average.

    adjusted(i) = min over ranks j >= i of p(j) m/j, at most 1, p(1) <= ... <= p(m). Values that are nan stay nan and do
    not count. Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995).
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    scaled = values[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def share_worse(values: npt.ArrayLike, baseline: npt.ArrayLike, better: int) -> float:
    """Return the share of pairs in which `values` are worse, where `better` is 1 (more is better) or -1 (less is).

    It is nan where `better` is 0 or nothing is paired.
    """
    differences = np.asarray(values, dtype=float) - np.asarray(baseline, dtype=float)
    return float(np.mean(better * differences < 0)) if better and len(differences) else np.nan


def bca_interval(differences: npt.ArrayLike, seed: int = 0) -> tuple[float, float]:
    """Return the 95% interval of a mean by the bias-corrected and accelerated bootstrap, differences (n,).

    nan where there are fewer than three; a point where all are the same. From fewer than about twenty differences it is
    too narrow (its coverage is then nearer 90%), so that Student's is given beside it.
    Source: Efron, Journal of the American Statistical Association 82 (1987), by scipy.stats.bootstrap.
    """
    sample = np.asarray(differences, dtype=float)
    if len(sample) < 3:
        return float("nan"), float("nan")
    mean = float(sample.mean())
    if np.ptp(sample) <= ROUNDING * max(1.0, float(np.abs(sample).max())):
        return mean, mean
    found = bootstrap(
        (sample,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, method="BCa", rng=np.random.default_rng(seed)
    ).confidence_interval
    return float(found.low), float(found.high)


def seeds_needed(differences: npt.ArrayLike, half_width: float) -> float:
    """Return how many seeds the 95% interval of the mean difference needs to be as narrow as +- `half_width`.

    The smallest n >= 2 with t(0.975, n - 1) sd / sqrt(n) <= half_width, sd that of `differences` (n,). nan where the
    spread is not known or the width asked for is not positive.
    """
    sample = np.asarray(differences, dtype=float)
    if len(sample) < 2 or not half_width > 0:
        return float("nan")
    spread = float(sample.std(ddof=1))
    if spread <= ROUNDING * max(1.0, float(np.abs(sample).max())):
        return 2.0
    low, high = 1, 2
    while _half(spread, high) > half_width:  # double, then bisect
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _half(spread, middle) <= half_width else (middle, high)
    return float(high)


def _half(spread: float, n: int) -> float:
    return float(stdtrit(n - 1, (1 + LEVEL) / 2)) * spread / float(np.sqrt(n))
