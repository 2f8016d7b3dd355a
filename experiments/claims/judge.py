"""From measured values to findings: paired statistics, their intervals and tests.

Each outcome of a claim has a statistic per pair (a seed, or a draw, in all arms). `find` estimates and tests it (by
`_difference`, `_equality_p`, `_interior` or `_trade_off`); what follows from it is decided in `verdicts.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr, stdtrit

from experiments.claims.claim import Claim, Outcome
from experiments.measures.run_view import spearman
from experiments.measures.statistics import LEVEL, ROUNDING, paired_difference

Floats = npt.NDArray[np.float64]
Verdict = Literal["supported", "contradicted", "negligible", "undetermined"]
Values = Mapping[str, Floats]  # arm -> value of each pair, nan where there is none
Sign = Literal["holds", "reversed", "nothing", "failed"]


@dataclass(frozen=True)
class Finding:
    """One outcome under one condition.

    `values`: arm -> the measure, (all pairs,), nan where the run failed or the measure is not defined; `second`
    likewise for a trade-off. `statistic`: (pairs,) of the pairs that all arms have. `mean`, `low`, `high`: its mean with
    its interval, 95% over all looks together. `p`: probability of one so far from what it is compared with if there were
    no effect, over all looks; `adjusted_p`: Benjamini and Hochberg's, over all outcomes judged together. `reference`: mean
    of the control arms. `smallest`: the smallest relevant effect, in the unit (0: none is declared).
    """

    outcome: Outcome
    name: str
    unit: str
    values: dict[str, Floats]
    statistic: Floats
    mean: float
    low: float
    high: float
    p: float
    adjusted_p: float = float("nan")
    verdict: Verdict = "undetermined"
    second: dict[str, Floats] = field(default_factory=dict)
    reference: float = float("nan")
    smallest: float = 0.0

    @property
    def pairs(self) -> int:
        """Pairs that count."""
        return len(self.statistic)

    @property
    def arm_means(self) -> dict[str, float]:
        """The mean of each arm over the runs in which it is known; nan where there is none."""
        return {arm: mean_of(each) for arm, each in self.values.items()}

    @property
    def relative(self) -> float:
        """The mean as a share of the control arms' mean; nan where that is not known or 0."""
        return self.mean / abs(self.reference) if self.reference else float("nan")


@dataclass(frozen=True)
class DrawShare:
    """In how many of `count` draws an outcome's sign holds, is reversed, is zero, or could not be measured.

    `statistics`: (count,), nan where it could not be measured; `signs`: what each draw says.
    """

    count: int
    holds: int
    reversed_: int
    nothing: int
    failed: int
    statistics: Floats
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Judgement:
    """A claim with its verdict, and what would change it.

    `under`: rival finding -> findings with it switched on, `rival_verdicts` what they add up to; `off`: findings with the
    claim's own mechanisms off, and `off_verdict` (empty if these were not run); `draws`: one for each outcome. `reason`:
    why the verdict is this one; `by_construction`: why it could not be another, empty where it could. `elsewhere`: point of
    the ranges -> findings there (`otherwise.py`).
    """

    claim: Claim
    verdict: Verdict
    findings: list[Finding]
    under: dict[str, list[Finding]] = field(default_factory=dict)
    rival_verdicts: dict[str, Verdict] = field(default_factory=dict)
    off: list[Finding] = field(default_factory=list)
    off_verdict: Verdict | Literal[""] = ""
    draws: list[DrawShare] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    reason: str = ""
    by_construction: str = ""
    failures: list[str] = field(default_factory=list)
    elsewhere: dict[str, list[Finding]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Estimate:
    """A statistic per pair, and its test; `p` is that of the verdict that the mean points to."""

    statistic: Floats
    mean: float
    low: float
    high: float
    p: float


def find(
    claim: Claim, outcome: Outcome, values: Values, second: Values | None = None, share: float = 1.0
) -> Finding:  # fmt: skip
    """Return the statistics of an outcome before `settle` adjusts its p-value and decides its verdict.

    `share`: of the 5% of false decisions that this look at the claim has (`Seeds` in `rules.py`).
    """
    complete = _complete([*values.values(), *(second or {}).values()])
    kept = {arm: array[complete] for arm, array in values.items()}
    weights = claim.weights(outcome)
    if outcome.expected == "interior_maximum":
        estimate = _interior([kept[arm] for arm in weights])
    elif outcome.expected == "trade_off":
        other = {arm: array[complete] for arm, array in (second or {}).items()}
        estimate = _trade_off([kept[arm] for arm in weights], [other[arm] for arm in weights])
    else:
        plus, minus = sides(weights, kept, outcome.against)
        estimate = _difference(plus, minus)
        if outcome.expected == "equal":
            estimate = replace(estimate, p=_equality_p(estimate, outcome.margin or 0.0))
    reference = _reference(claim, outcome, kept)
    declared = claim.smallest(outcome)
    smallest = outcome.margin if outcome.margin is not None else declared.size(reference) if declared else 0.0
    stretch = _stretch(len(estimate.statistic), share)
    return Finding(
        outcome=outcome, name=outcome.title, unit=outcome.unit, values=dict(values), statistic=estimate.statistic,
        mean=estimate.mean, low=estimate.mean - stretch * (estimate.mean - estimate.low),
        high=estimate.mean + stretch * (estimate.high - estimate.mean), p=float(np.minimum(1.0, estimate.p / share)),
        second=dict(second or {}), reference=reference, smallest=smallest,
    )  # fmt: skip


def mean_of(values: Floats) -> float:
    """Return the mean of what is known; nan where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _reference(claim: Claim, outcome: Outcome, values: Values) -> float:
    """Return what a relative effect is a share of: the mean of the arms that are subtracted, by their weights; of both end
    arms for a maximum in between; else the number that a single arm is compared with.
    """
    weights = claim.weights(outcome)
    if outcome.expected == "trade_off":
        return float("nan")
    if outcome.expected == "interior_maximum":
        arms = list(weights)
        return (mean_of(values[arms[0]]) + mean_of(values[arms[-1]])) / 2
    controls = {arm: -weight for arm, weight in weights.items() if weight < 0}
    if not controls:
        return outcome.against
    return sum(weight * mean_of(values[arm]) for arm, weight in controls.items()) / sum(controls.values())


def _stretch(n: int, share: float) -> float:
    """By how much an interval is wider that holds with 95% over all looks: the ratio of two quantiles of Student's t."""
    if n < 2 or share >= 1:
        return 1.0
    tail = (1 - LEVEL) / 2
    return float(stdtrit(n - 1, 1 - share * tail) / stdtrit(n - 1, 1 - tail))


def _complete(arrays: Sequence[Floats]) -> npt.NDArray[np.bool_]:
    """Pairs that every array has."""
    known: npt.NDArray[np.bool_] = np.all(np.isfinite(arrays), axis=0)
    return known


def sides(weights: Mapping[str, float], values: Values, against: float) -> tuple[Floats, Floats]:
    """Positive and negative parts of the contrast, both (pairs,); what it is compared with is taken from the first."""
    length = len(next(iter(values.values())))
    plus, minus = np.zeros(length), np.full(length, against)
    for arm, weight in weights.items():
        if weight > 0:
            plus = plus + weight * values[arm]
        else:
            minus = minus - weight * values[arm]
    return plus, minus


def _difference(plus: Floats, minus: Floats) -> _Estimate:
    """Test paired differences by Student's t, and counts that all differ by the same number by their signs."""
    paired = paired_difference(plus, minus)
    return _Estimate(plus - minus, paired.difference, paired.low, paired.high, paired.p)


def _one_sided(differences: Floats) -> float:
    """Probability of a mean so high if there were none, by Student's t; nan below two pairs."""
    paired = paired_difference(differences, np.zeros_like(differences))
    return paired.p / 2 if paired.difference > 0 else 1 - paired.p / 2


def _equality_p(estimate: _Estimate, margin: float) -> float:
    """Return the p-value of lying within +-margin, or, where the mean does not, of lying outside.

    Twice the larger of two one-sided p-values (Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987), so that
    it is below 0.05 where the 95% interval is within the margin; outside likewise.
    """
    d, n = estimate.statistic, len(estimate.statistic)
    if n < 2:
        return float("nan")
    error = float(d.std(ddof=1)) / np.sqrt(n)
    if error <= ROUNDING * max(1e-300, float(np.abs(d).max()), margin):
        return 0.0
    inside = abs(estimate.mean) <= margin
    gap = margin - abs(estimate.mean) if inside else abs(estimate.mean) - margin
    return float(min(1.0, 2 * stdtr(n - 1, -gap / error)))


def _interior(arms: Sequence[Floats]) -> _Estimate:
    """Test whether an inner arm lies above both ends. The statistic is the smaller of the peak's two rises.

    The peak is the inner arm with the highest such mean. For a maximum one of m inner arms has to be above both ends:
    p = 2 m x the smallest over inner arms of the larger of both one-sided p-values (Bonferroni for the choice of the arm).
    Against it each inner arm has to be below an end: p = 4 x the largest over inner arms of the smaller one. Choosing the
    peak by the other seeds instead would find something in 8% of noise at a level of 5%.
    """
    inner, ends = np.array(arms[1:-1]), (arms[0], arms[-1])
    rises = [[each - end for end in ends] for each in inner]
    if not inner.shape[1]:
        return _Estimate(np.zeros(0), np.nan, np.nan, np.nan, np.nan)
    lesser = [min(pair, key=lambda rise: float(rise.mean())) for pair in rises]
    peak = max(lesser, key=lambda rise: float(rise.mean()))
    paired = paired_difference(peak, np.zeros_like(peak))
    if paired.difference > 0:
        p = 2 * len(rises) * min(max(_one_sided(rise) for rise in pair) for pair in rises)
    else:
        p = 4 * max(min(_one_sided(-rise) for rise in pair) for pair in rises)
    return _Estimate(peak, paired.difference, paired.low, paired.high, min(1.0, p))


def _trade_off(first: Sequence[Floats], second: Sequence[Floats]) -> _Estimate:
    """Test Spearman's correlation of two measures over k arms, seed by seed, against zero.

    p is the larger of Student's t and of the normal distribution with variance 1/(k - 1), which correlations of
    unrelated ranks have. Few arms allow few values of the correlation; equal values in a few seeds are no certainty.
    """
    correlations = [spearman(x, y) for x, y in zip(np.array(first).T, np.array(second).T, strict=True)]
    known = np.array([each for each in correlations if np.isfinite(each)])
    paired = paired_difference(known, np.zeros_like(known))
    unrelated = float(2 * ndtr(-abs(paired.difference) * np.sqrt(len(known) * (len(first) - 1))))
    p = max(paired.p, unrelated) if len(known) > 1 else np.nan
    return _Estimate(known, paired.difference, paired.low, paired.high, p)


def direction(outcome: Outcome) -> int:
    """Return the sign of the statistic that is expected; 0 for no difference."""
    return {"lower": -1, "higher": 1, "interior_maximum": 1, "trade_off": -1, "equal": 0}[outcome.expected]
