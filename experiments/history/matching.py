"""History matching: which points of the fitted ranges are not refuted by any but a few targets.

    I_j(x) = |E f_j(x) - z_j| / sqrt(emulator + seeds + report + discrepancy)        (variances on the target's scale)

A point is non-implausible where all I but the `SPARED` largest are at most `CUTOFF`: Pukelsheim's three sigmas (1994),
which hold for any distribution with one peak. A point that was run must also have sum_j I_j^2 below the 99% point of a
chi-square distribution with as many degrees of freedom as targets: many small misses together refute it too.
Sources: Vernon, Goldstein and Bower, Bayesian Analysis 5 (2010); Craig, Goldstein, Seheult and Smith (1997).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from experiments.history.emulator import Emulator, fit
from experiments.history.target import Target
from experiments.points.ranges import hypercube

Floats = npt.NDArray[np.float64]
CUTOFF = 3.0
SPARED = 1  # target that a point may miss: with some thirty, one beyond three sigmas is no surprise
TOGETHER = 0.99  # of the chi-square distribution that the sum of squares may reach
CANDIDATES = 10_000
ROUNDS = 12  # of proposals around points found
LEAST_SHARE = 0.02  # where fewer candidates are non-implausible, the least implausible of this share are taken instead


@dataclass(frozen=True)
class Matched:
    """Runs at points: shares (n, k), mean over seeds (n, targets), variance of one seed (n, targets)."""

    shares: Floats
    means: Floats
    variances: Floats

    def joined(self, other: "Matched") -> "Matched":
        """Return both, this one first."""
        pairs = ((self.shares, other.shares), (self.means, other.means), (self.variances, other.variances))
        return Matched(*(np.concatenate(pair) for pair in pairs))


def summary(values: Floats) -> tuple[Floats, Floats]:
    """Return mean over seeds and variance of one seed from values (points, seeds, targets); with one seed no variance."""
    seeds = values.shape[1]
    return values.mean(axis=1), values.var(axis=1, ddof=1) if seeds > 1 else np.zeros(values[:, 0].shape)


def implausibility(means: Floats, variances: Floats, targets: Sequence[Target], factor: float = 1.0) -> Floats:
    """Return I (points, targets) of means whose own variance, of emulator and seeds, is `variances` (points, targets)."""
    observed = np.array([target.observed for target in targets])
    fixed = np.array([target.observed_variance + (factor * target.discrepancy) ** 2 for target in targets])
    return np.asarray(np.abs(means - observed) / np.sqrt(variances + fixed))


def largest(implausible: Floats, spared: int = SPARED) -> Floats:
    """Return the largest I of each point but for the `spared` largest, (points,)."""
    return np.asarray(np.sort(implausible, axis=1)[:, -1 - min(spared, implausible.shape[1] - 1)])


def plausible(implausible: Floats) -> npt.NDArray[np.bool_]:
    """Return which points (points,) are non-implausible by I (points, targets): one by one, and all together."""
    together = (implausible**2).sum(axis=1) <= chi2.ppf(TOGETHER, implausible.shape[1])
    return np.asarray((largest(implausible) <= CUTOFF) & together)


@dataclass(frozen=True)
class Screen:
    """The emulators of a wave, with the variance of one seed of each target."""

    emulators: tuple[Emulator, ...]
    seeds: Floats
    targets: tuple[Target, ...]

    @classmethod
    def of(cls, matched: Matched, targets: Mapping[str, Target]) -> "Screen":
        """Return the emulators of all targets, fitted to all runs so far."""
        emulators = tuple(fit(matched.shares, column) for column in matched.means.T)
        return cls(emulators, matched.variances.mean(axis=0), tuple(targets.values()))

    def __call__(self, points: Floats) -> Floats:
        """Return the largest I but for the spared ones at points (m, k), (m,)."""
        predicted = [emulator.predict(points) for emulator in self.emulators]
        means = np.stack([mean for mean, _ in predicted], axis=1)
        variances = np.stack([variance for _, variance in predicted], axis=1) + self.seeds
        return largest(implausibility(means, variances, self.targets))


@dataclass(frozen=True)
class Proposal:
    """Points for the next wave; `share` of an even sample is non-implausible; `cutoff`: what they had to stay below."""

    points: Floats
    share: float
    cutoff: float


def propose(screens: Sequence[Screen], count: int, dimensions: int, seed: int) -> Proposal:
    """Return points that no wave's emulators refute; where there are next to none, the least implausible ones.

    An even sample is screened; then points around those found (a normal step of half their spread) are screened until
    there are enough. Deterministic by `seed`.
    """
    rng = np.random.default_rng(seed)
    sample = hypercube(CANDIDATES, dimensions, seed)
    worst = _worst(screens, sample)
    share = float((worst <= CUTOFF).mean())
    cutoff = CUTOFF if (worst <= CUTOFF).sum() >= 2 * dimensions else float(np.quantile(worst, LEAST_SHARE))
    found = sample[worst <= cutoff]
    for _ in range(ROUNDS):
        if len(found) >= count:
            break
        around = found[rng.integers(len(found), size=CANDIDATES // 4)]
        moved = around + rng.normal(size=around.shape) * 0.5 * found.std(axis=0)
        moved = moved[((moved >= 0) & (moved <= 1)).all(axis=1)]
        if len(moved):
            found = np.concatenate([found, moved[_worst(screens, moved) <= cutoff]])
    return Proposal(found[rng.permutation(len(found))[:count]], share, cutoff)


def _worst(screens: Sequence[Screen], points: Floats) -> Floats:
    return np.asarray(np.max([screen(points) for screen in screens], axis=0))
