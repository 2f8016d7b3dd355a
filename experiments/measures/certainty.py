"""What a difference between policies is distinguishable from: luck, or ignorance of parameters. Decided here alone.

From **luck**: at given parameters, the interval of the mean paired difference over seeds excludes zero (p below 5%; where
many are tested, adjusted for their number). More seeds can show any difference that is there.
From **ignorance of parameters**: the 90% range of the difference over points of the parameters excludes zero (points drawn
from ranges, or members of an ensemble; ten or more). More seeds do not help: only knowing more about parameters would.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from experiments.measures.statistics import LEVEL, Floats

FEWEST = 10  # points without which a range shows nothing: of ten, all have one sign by luck in one case of 500
RANGE = 0.9  # of the draws lie in the range that is told
LUCK, IGNORANCE = "luck", "ignorance of parameters"


def from_luck(p: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return which differences are distinguishable from luck, by their (adjusted) p-values; nan is not."""
    return np.asarray(p, dtype=float) < 1 - LEVEL


def from_ignorance(low: float, high: float, points: int) -> bool:
    """Return whether a difference whose 90% range over `points` is `low` to `high` is distinguishable from ignorance."""
    return bool(points >= FEWEST and (low > 0 or high < 0))


def distinguishable(luck: bool, ignorance: bool) -> str:
    """Say what a difference is distinguishable from."""
    if luck and ignorance:
        return f"distinguishable from {LUCK} and from {IGNORANCE}"
    if luck or ignorance:
        told, rest = (LUCK, IGNORANCE) if luck else (IGNORANCE, LUCK)
        return f"distinguishable from {told}, not from {rest}"
    return f"distinguishable neither from {LUCK} nor from {IGNORANCE}"


def from_what(luck: bool, ignorance: bool) -> str:
    """Return in a column "distinguishable from" what it is: luck and ignorance (of parameters), one of both, neither."""
    return {(True, True): "luck and ignorance", (True, False): "luck", (False, True): "ignorance"}.get(
        (luck, ignorance), "neither"
    )


@dataclass(frozen=True)
class Split:
    """Variance of a difference in one run: `parameters`, between points; `luck`, between seeds of a point (see below)."""

    parameters: float
    luck: float
    mean: float = float("nan")  # of all runs
    runs: int = 0
    points: int = 0

    @property
    def p(self) -> float:
        """The probability of a mean so far from zero by luck alone, at just these points: Student's t of the mean with
        standard error sqrt(luck / runs) and runs - points degrees of freedom; nan where the luck is not known.
        """
        if not self.luck > 0:
            return float("nan") if np.isnan(self.luck) else float(self.mean == 0)
        return float(2 * stdtr(self.runs - self.points, -abs(self.mean) / np.sqrt(self.luck / self.runs)))

    @property
    def share(self) -> float:
        """The share of the variance that is from parameters; nan where there is none."""
        total = self.parameters + self.luck
        return self.parameters / total if total > 0 else float("nan")


def variance_split(differences: Sequence[npt.ArrayLike]) -> Split:
    """Split the variance of differences, a list of seeds for each point: one-way random effects, by the method of moments.

    d(i, j) = mean + a(i) + e(i, j), point i, seed j. With k points, n(i) seeds each, N in all:
    MSW = sum over i, j of (d(i, j) - mean(i))^2 / (N - k) estimates the variance of e (luck);
    MSB = sum over i of n(i) (mean(i) - mean)^2 / (k - 1) estimates luck + n0 var(a), n0 = (N - sum n(i)^2 / N) / (k - 1);
    so that var(a) (parameters) = (MSB - MSW) / n0, at least 0. nan with fewer than two points, or one seed each.
    Source: Searle, Casella and McCulloch, Variance Components, 1992, chapter 3.
    """
    groups = [known for each in differences if len(known := _known(each))]
    sizes = np.array([len(each) for each in groups], dtype=float)
    k, total = len(groups), float(sizes.sum())
    if k < 2 or total <= k:
        return Split(float("nan"), float("nan"))
    means = np.array([each.mean() for each in groups])
    within = sum(float(((each - each.mean()) ** 2).sum()) for each in groups) / (total - k)
    between = float((sizes * (means - np.average(means, weights=sizes)) ** 2).sum()) / (k - 1)
    size = (total - float((sizes**2).sum()) / total) / (k - 1)
    mean = float(np.average(means, weights=sizes))
    return Split(max(0.0, (between - within) / size), within, mean, int(total), k)


@dataclass(frozen=True)
class Spread:
    """A difference over points of the parameters: median, standard deviation and 90% range of the points' means over seeds.

    `points`: how many. `better`: share of the points in which it is better for people at large, nan where neither direction
    is. `split`: what of its variance in one run is from parameters and what from luck; the range has some of that luck.
    """

    points: int
    median: float
    deviation: float
    low: float
    high: float
    better: float
    split: Split

    @property
    def known(self) -> bool:
        """Whether it is distinguishable from ignorance of parameters."""
        return from_ignorance(self.low, self.high, self.points)


def spread(differences: Sequence[npt.ArrayLike], better: int) -> Spread:
    """Return the spread of a difference over points, each with one value a seed. `better`: see `measures/matrix.py`."""
    means = point_means(differences)
    if not len(means):
        nan = float("nan")
        return Spread(0, nan, nan, nan, nan, nan, variance_split(differences))
    low, high = np.quantile(means, [(1 - RANGE) / 2, (1 + RANGE) / 2])
    gains = float((better * means > 0).mean()) if better else float("nan")
    deviation = float(means.std(ddof=1)) if len(means) > 1 else float("nan")
    middle = float(np.median(means))
    return Spread(len(means), middle, deviation, float(low), float(high), gains, variance_split(differences))


def point_means(differences: Sequence[npt.ArrayLike]) -> Floats:
    """Return the mean over seeds of each point that has any."""
    return np.array([known.mean() for each in differences if len(known := _known(each))])


def _known(values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=float)
    return np.asarray(found[~np.isnan(found)])
