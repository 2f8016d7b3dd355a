"""History matching: which points of the fitted ranges are not refuted by any but a few targets, or by a group of them.

    I_j(x) = |E f_j(x) - z_j| / sqrt(emulator + seeds + report + discrepancy)        (variances on the target's scale)
    I_G(x) = CUTOFF sqrt(d' S^-1 d / c),    d: misses of a group G,    S = B + C + V

B: covariance of reports and discrepancies (`blocks.py`), C: covariance of one seed's values between targets, V: diagonal,
variances of the emulators; c: the `GROUPED` point of a chi-square distribution with as many degrees as G has members, so
that I_G beyond `CUTOFF` is as rare as a normal error beyond three sigmas.

A point is non-implausible where all I_j but the `SPARED` largest, and all I_G, are at most `CUTOFF`: Pukelsheim's three
sigmas (1994), which hold for any distribution with one peak. A point that was run must also have d' S^-1 d over all targets
below the 99% point of a chi-square distribution: many small misses together refute it too.
Sources: Vernon, Goldstein and Bower, Bayesian Analysis 5 (2010); Craig, Goldstein, Seheult and Smith (1997).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from experiments.history.blocks import covariance
from experiments.history.emulator import Emulator, fit
from experiments.history.target import Group, Target

Floats = npt.NDArray[np.float64]
CUTOFF = 3.0
SPARED = 1  # target that a point may miss: with some thirty, one beyond three sigmas is no surprise
GROUPED = 0.9973  # of the chi-square distribution that the misses of a group may reach
TOGETHER = 0.99  # and those of all targets together
NEAREST = 700  # points that emulators are conditioned on: those nearest to where the next are sought


@dataclass(frozen=True)
class Matched:
    """Runs at points: shares (n, k), mean over seeds (n, targets), covariance of one seed's values (n, targets, targets).

    `firsts`: the first seed of each point (n,).
    """

    shares: Floats
    means: Floats
    chance: Floats
    firsts: npt.NDArray[np.int_]

    @classmethod
    def nothing(cls, parameters: int, targets: int) -> "Matched":
        """Return no runs."""
        means = np.zeros((0, targets))
        return cls(np.zeros((0, parameters)), means, np.zeros((0, targets, targets)), np.zeros(0, dtype=int))

    @property
    def variances(self) -> Floats:
        """Variance of one seed (n, targets)."""
        return np.asarray(np.diagonal(self.chance, axis1=1, axis2=2))

    def joined(self, other: "Matched") -> "Matched":
        """Return both, this one first."""
        return Matched(
            np.concatenate([self.shares, other.shares]), np.concatenate([self.means, other.means]),
            np.concatenate([self.chance, other.chance]), np.concatenate([self.firsts, other.firsts]),
        )  # fmt: skip

    def near(self, points: Floats, count: int = NEAREST) -> "Matched":
        """Return those of the runs that are nearest to any of `points` (m, k), in the order in which they were run."""
        if len(self.shares) <= count:
            return self
        squares = (self.shares**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - 2 * self.shares @ points.T
        kept = np.sort(np.argsort(squares.min(axis=1), kind="stable")[:count])
        return self.only(kept)

    def only(self, kept: npt.NDArray[np.intp]) -> "Matched":
        """Return some of the runs."""
        return Matched(self.shares[kept], self.means[kept], self.chance[kept], self.firsts[kept])


def summary(values: Floats) -> tuple[Floats, Floats]:
    """Return mean over seeds and covariance of one seed from values (points, seeds, targets); with one seed it is 0."""
    means = values.mean(axis=1)
    left = values - means[:, None]
    return means, np.einsum("psi,psj->pij", left, left) / max(1, values.shape[1] - 1)


@dataclass(frozen=True)
class Reports:
    """What runs are held against: targets, and which of them are of a group. `factor`: on discrepancies."""

    targets: tuple[Target, ...]
    groups: Mapping[str, Group] = field(default_factory=dict)
    factor: float = 1.0

    @cached_property
    def observed(self) -> Floats:
        """The reports, (targets,)."""
        return np.array([target.observed for target in self.targets])

    @cached_property
    def covariance(self) -> Floats:
        """B (targets, targets)."""
        return covariance(self.targets, self.groups, self.factor)

    @cached_property
    def members(self) -> list[npt.NDArray[np.intp]]:
        """The columns of each group with two members or more."""
        names = [target.group for target in self.targets]
        found = [np.flatnonzero([name == group for name in names]) for group in self.groups]
        return [columns for columns in found if len(columns) > 1]


def implausibility(means: Floats, variances: Floats, targets: Sequence[Target], factor: float = 1.0) -> Floats:
    """Return I (points, targets) of means whose own variance, of emulator and seeds, is `variances` (points, targets)."""
    observed = np.array([target.observed for target in targets])
    fixed = np.array([target.observed_variance + (factor * target.discrepancy) ** 2 for target in targets])
    return np.asarray(np.abs(means - observed) / np.sqrt(variances + fixed))


def largest(implausible: Floats, spared: int = SPARED) -> Floats:
    """Return the largest I of each point but for the `spared` largest, (points,)."""
    return np.asarray(np.sort(implausible, axis=1)[:, -1 - min(spared, implausible.shape[1] - 1)])


def distance(means: Floats, extra: Floats, reports: Reports, columns: npt.NDArray[np.intp] | None = None) -> Floats:
    """Return d' (B + extra)^-1 d of misses of the reports (all, or those of `columns`), (points,).

    `extra`: what else they may miss by, a covariance of all points (targets, targets) or one a point.
    """
    at = np.arange(len(reports.targets)) if columns is None else columns
    whole = (reports.covariance + extra)[..., at[:, None], at]
    missed = (means - reports.observed)[:, at]
    solved = np.linalg.solve(whole, missed[..., None] if whole.ndim == 3 else missed.T)
    return np.asarray(np.einsum("ij,ij->i", missed, solved[..., 0] if whole.ndim == 3 else solved.T))


def grouped(means: Floats, extra: Floats, reports: Reports) -> Floats:
    """Return the largest I_G of each point, 0 where no group is declared, (points,)."""
    found = [np.zeros(len(means))]
    for columns in reports.members:
        allowed = chi2.ppf(GROUPED, len(columns))
        found.append(CUTOFF * np.sqrt(distance(means, extra, reports, columns) / allowed))
    return np.asarray(np.max(found, axis=0))


def own_variances(matched: Matched, seeds: int) -> Floats:
    """Return the variance of a history about points' own means: one draw of variance v, and a mean known to v / seeds.

    The variance of few seeds is itself uncertain: that of all points stands beside each point's own, half and half.
    """
    return np.asarray(0.5 * (matched.variances + matched.variances.mean(axis=0)) * (1 + 1 / seeds))


def plausible(matched: Matched, reports: Reports, seeds: int) -> npt.NDArray[np.bool_]:
    """Return which points (points,) are non-implausible by their own runs: one by one, by groups, and all together."""
    if not len(matched.shares):
        return np.zeros(0, dtype=bool)
    single = implausibility(matched.means, own_variances(matched, seeds), reports.targets, reports.factor)
    extra = matched.chance.mean(axis=0) * (1 + 1 / seeds)
    together = distance(matched.means, extra, reports) <= chi2.ppf(TOGETHER, len(reports.targets))
    return np.asarray((largest(single) <= CUTOFF) & (grouped(matched.means, extra, reports) <= CUTOFF) & together)


@dataclass(frozen=True)
class Screen:
    """The emulators of a wave, with the covariance of one seed's values. `jobs`: threads, without effect on numbers."""

    emulators: tuple[Emulator, ...]
    chance: Floats
    reports: Reports
    jobs: int = 1

    @classmethod
    def of(cls, matched: Matched, reports: Reports, seeds: int, jobs: int = 1) -> "Screen":
        """Return the emulators of all targets, fitted to runs with so many seeds a point."""
        chance = matched.chance.mean(axis=0)
        noises = np.diagonal(chance) / seeds
        with ThreadPoolExecutor(jobs) as pool:
            found = pool.map(lambda column: fit(matched.shares, *column), zip(matched.means.T, noises, strict=True))
            return cls(tuple(found), chance, reports, jobs)

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Return means and variances of the emulators (m, targets) at points (m, k)."""
        with ThreadPoolExecutor(self.jobs) as pool:
            found = list(pool.map(lambda emulator: emulator.predict(points), self.emulators))
        return np.stack([mean for mean, _ in found], axis=1), np.stack([variance for _, variance in found], axis=1)

    def worst(self, points: Floats) -> Floats:
        """Return the largest of all I but for the spared ones, and of all I_G, at points (m, k), (m,)."""
        return self.judge(points)[0]

    def judge(self, points: Floats) -> tuple[Floats, Floats]:
        """Return what `worst` does, and the logarithm of the emulated likelihood, -1/2 d' S^-1 d, (m,), (m,)."""
        means, variances = self.predict(points)
        extra = self.chance + variances[:, :, None] * np.eye(len(self.reports.targets))
        total = variances + np.diagonal(self.chance)
        single = implausibility(means, total, self.reports.targets, self.reports.factor)
        worst = np.maximum(largest(single), grouped(means, extra, self.reports))
        return worst, -0.5 * distance(means, extra, self.reports)

    def doubt(self, points: Floats) -> Floats:
        """Return the median over points of the emulator's variance over all other variances, (targets,)."""
        others = np.diagonal(self.chance) + np.diagonal(self.reports.covariance)
        return np.asarray(np.median(self.predict(points)[1], axis=0) / others)
