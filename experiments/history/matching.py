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

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from experiments.history.blocks import covariance
from experiments.history.emulator import Emulator, fit
from experiments.history.target import Group, Target

Floats = npt.NDArray[np.float64]
Columns = npt.NDArray[np.intp]
CUTOFF = 3.0
SPARED = 1  # target that a point may miss: with some thirty, one beyond three sigmas is no surprise
GROUPED = 0.9973  # of the chi-square distribution that the misses of a group may reach
TOGETHER = 0.99  # and those of all targets together
AT_ONCE = 6  # targets that are asked before refuted points are left out
NEAREST = 500  # points that emulators are conditioned on: those nearest to where the next are sought


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
    def members(self) -> list[Columns]:
        """The columns of each group with two members or more."""
        names = [target.group for target in self.targets]
        found = [np.flatnonzero([name == group for name in names]) for group in self.groups]
        return [columns for columns in found if len(columns) > 1]


def implausibility(means: Floats, variances: Floats, reports: Reports, columns: Columns | None = None) -> Floats:
    """Return I (points, targets) of means whose own variance, of emulator and seeds, is `variances` (points, targets).

    `columns`: which of the targets these are of; without, all.
    """
    at = np.arange(len(reports.targets)) if columns is None else columns
    fixed = np.diagonal(reports.covariance)[at]
    return np.asarray(np.abs(means - reports.observed[at]) / np.sqrt(variances + fixed))


def largest(implausible: Floats, spared: int = SPARED) -> Floats:
    """Return the largest I of each point but for the `spared` largest, (points,)."""
    return np.asarray(np.sort(implausible, axis=1)[:, -1 - min(spared, implausible.shape[1] - 1)])


def distance(means: Floats, extra: Floats, reports: Reports, columns: Columns | None = None) -> Floats:
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
    single = implausibility(matched.means, own_variances(matched, seeds), reports)
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
    order: tuple[int, ...] = ()  # of targets: those first that refute most points

    @classmethod
    def of(cls, matched: Matched, reports: Reports, seeds: int, jobs: int = 1, found: Floats | None = None) -> "Screen":
        """Return the emulators of all targets, fitted to runs with so many seeds a point.

        `found`: that of the emulators of the same runs, fitted before.
        """
        chance = matched.chance.mean(axis=0)
        known = [None] * len(chance) if found is None else list(found)
        columns = list(zip(matched.means.T, np.diagonal(chance) / seeds, known, strict=True))
        with ThreadPoolExecutor(jobs) as pool:
            emulators = pool.map(lambda column: fit(matched.shares, *column), columns)
            return cls(tuple(emulators), chance, reports, jobs, tuple(range(len(columns))))

    @property
    def found(self) -> Floats:
        """What was sought for the emulators (targets, 4 + parameters)."""
        table = np.full((len(self.emulators), max(len(each.found) for each in self.emulators)), np.nan)
        for row, emulator in zip(table, self.emulators, strict=True):
            row[: len(emulator.found)] = emulator.found
        return table

    def ordered(self, points: Floats) -> "Screen":
        """Return the screen with those targets first that are missed most at points (m, k)."""
        means, variances = self.predict(points)
        missed = (implausibility(means, variances + np.diagonal(self.chance), self.reports) > CUTOFF).mean(axis=0)
        return replace(self, order=tuple(int(column) for column in np.argsort(-missed, kind="stable")))

    def predict(self, points: Floats, columns: Columns | None = None) -> tuple[Floats, Floats]:
        """Return means and variances of the emulators (m, targets) at points (m, k), of all targets or some."""
        asked = self.emulators if columns is None else [self.emulators[column] for column in columns]
        with ThreadPoolExecutor(self.jobs) as pool:
            found = list(pool.map(lambda emulator: emulator.predict(points), asked))
        return np.stack([mean for mean, _ in found], axis=1), np.stack([variance for _, variance in found], axis=1)

    def worst(self, points: Floats) -> Floats:
        """Return the largest of all I but for the spared ones, and of all I_G, at points (m, k), (m,)."""
        means, variances = self.predict(points)
        single = implausibility(means, variances + np.diagonal(self.chance), self.reports)
        return np.maximum(largest(single), grouped(means, self._extra(variances), self.reports))

    def passing(self, points: Floats, limit: float) -> tuple[Columns, Floats]:
        """Return which points have `worst` up to a limit, and the logarithm of the emulated likelihood there.

        Targets are asked in turn, and points that are refuted no more: most are, soon.
        """
        left, over, spared = np.arange(len(points)), np.zeros(len(points), dtype=int), min(SPARED, len(self.order) - 1)
        means, variances = np.zeros((2, len(points), len(self.order)))
        for columns in np.array_split(np.array(self.order), -(-len(self.order) // AT_ONCE)):
            if len(left):
                place = np.ix_(left, columns)
                means[place], variances[place] = self.predict(points[left], columns)
                total = variances[place] + np.diagonal(self.chance)[columns]
                over[left] += (implausibility(means[place], total, self.reports, columns) > limit).sum(axis=1)
                left = left[over[left] <= spared]
        left = left[grouped(means[left], self._extra(variances[left]), self.reports) <= limit]
        return left, self._log_likelihood(means[left], variances[left])

    def log_likelihood(self, points: Floats) -> Floats:
        """Return the logarithm of the emulated likelihood, -1/2 d' S^-1 d, at points (m, k), (m,)."""
        return self._log_likelihood(*self.predict(points))

    def doubt(self, points: Floats) -> Floats:
        """Return the median over points of the emulator's variance over all other variances, (targets,)."""
        others = np.diagonal(self.chance) + np.diagonal(self.reports.covariance)
        return np.asarray(np.median(self.predict(points)[1], axis=0) / others)

    def _log_likelihood(self, means: Floats, variances: Floats) -> Floats:
        return -0.5 * distance(means, self._extra(variances), self.reports)

    def _extra(self, variances: Floats) -> Floats:
        return np.asarray(self.chance + variances[:, :, None] * np.eye(len(self.reports.targets)))
