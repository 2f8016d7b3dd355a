"""Weights of points that were run: how much likelier their own runs make them than the emulators that drew them said.

    w_i ~ L(x_i) / q(x_i),    L(x) = exp(-1/2 d' S^-1 d) within what is non-implausible by the points' own runs, else 0
    S = B + C (1 + 1 / seeds)

q: the emulated likelihood by which x_i was drawn, B: covariance of reports and discrepancies, C: covariance of one seed's
values, d: misses of the mean over seeds. The prior is even over the ranges, as they are drawn. So the weighted points are a
sample of the likelihood of runs, and the emulators' error is corrected. Batches are weighed within themselves, and together
by their effective numbers.

Where the effective number is below what was asked for, log w_i is multiplied by an exponent b below 1, found by bisection:
1 is the full correction, 0 the emulated likelihood as it was drawn. b is part of the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.batch.errors import PlanError
from experiments.history.bench import Plan
from experiments.history.matching import Floats, Matched, Reports, distance, plausible
from experiments.points.weighting import effective, exponent_for, normalised


@dataclass(frozen=True)
class Drawn:
    """A batch of points that were drawn and run. `logs`: of the likelihood by which they were drawn (n,)."""

    matched: Matched
    logs: Floats


@dataclass(frozen=True)
class Weighed:
    """Weights of all points of all batches, their effective number, and the exponent on them."""

    weights: Floats
    effective: float
    exponent: float
    full: float  # the effective number with exponent 1

    @property
    def tempered(self) -> bool:
        """Whether the correction by runs is not the full one."""
        return self.exponent < 1


def weighed(batches: Sequence[Drawn], reports: Reports, plan: Plan) -> Weighed:
    """Return weights of the points of batches, one after the other."""
    logs = [_ratio(batch, reports, plan) for batch in batches]
    if not any(np.isfinite(each).any() for each in logs):
        raise PlanError("no final point is non-implausible by its own runs: run more of them (--final), or more waves")
    full = _together(logs, 1.0)
    if full.effective >= plan.effective:
        return full
    most = _together(logs, 0.0).effective
    exponent = exponent_for_all(logs, min(plan.effective, most))
    return replace(_together(logs, exponent), full=full.effective)


def exponent_for_all(logs: Sequence[Floats], wanted: float) -> float:
    """Return the largest exponent at which the weights of all batches together have an effective number, by bisection."""
    if len(logs) == 1:
        return exponent_for(logs[0], wanted)
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if _together(logs, middle).effective >= wanted else (low, middle)
    return low


def _ratio(batch: Drawn, reports: Reports, plan: Plan) -> Floats:
    """Return the logarithm of L / q of each point of a batch."""
    matched = batch.matched
    extra = matched.chance.mean(axis=0) * (1 + 1 / plan.seeds)
    logs = -0.5 * distance(matched.means, extra, reports) - batch.logs
    return np.where(plausible(matched, reports, plan.seeds), logs, -np.inf)


def _together(logs: Sequence[Floats], exponent: float) -> Weighed:
    parts, sizes = list[Floats](), list[float]()
    for each in logs:
        found = np.isfinite(each)
        if found.any():
            weights = np.where(found, normalised(np.where(found, exponent * np.where(found, each, 0.0), -np.inf)), 0.0)
            parts.append(weights)
            sizes.append(effective(weights))
        else:
            parts.append(np.zeros(len(each)))
            sizes.append(0.0)
    weights = np.concatenate([size * part for size, part in zip(sizes, parts, strict=True)]) / sum(sizes)
    return Weighed(weights, effective(weights), exponent, effective(weights))
