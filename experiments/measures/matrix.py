"""Every policy against every other, and which of them nothing dominates: for choices that have no single baseline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.measures.certainty import from_luck
from experiments.measures.robustness import front
from experiments.measures.statistics import benjamini_hochberg, paired_difference
from model.record import OUTCOMES

RESAMPLES = 500  # of the seeds, to see how often a policy is on the front
Verdict = Literal["better", "worse", "changed", "same"]


def verdict(difference: float, adjusted_p: float, better: int) -> Verdict:
    """Return the verdict on a difference: "same" where it is not distinguishable from luck, "changed" where `better` is 0.

    `better`: 1 where more is better for people at large, -1 where less is, 0 where neither is.
    """
    if not from_luck(adjusted_p):
        return "same"
    gain = difference * better
    return "better" if gain > 0 else "worse" if gain < 0 else "changed"


@dataclass(frozen=True)
class Contest:
    """One policy against another on one outcome: the mean paired difference (first less second) with its 95% interval.

    `adjusted_p` is Benjamini and Hochberg's over all unordered pairs of policies and all outcomes of the matrix.
    """

    difference: float
    low: float
    high: float
    adjusted_p: float
    verdict: Verdict


Matrix = dict[tuple[str, str, str], Contest]  # (policy, the policy that it is held against, outcome)


def by_seed(runs: pd.DataFrame, policies: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return an outcome with a row a seed and a column a policy, nan where a run failed."""
    done = runs[runs["status"] == "done"]
    return done.pivot(index="seed", columns="policy", values=outcome).reindex(columns=list(policies))


def matrix(runs: pd.DataFrame, policies: Sequence[str], outcomes: Sequence[str]) -> Matrix:
    """Return the contests of all ordered pairs of policies on some outcomes."""
    pairs = []
    for outcome in outcomes:
        table = by_seed(runs, policies, outcome)
        for policy, against in combinations(policies, 2):
            both = table[[policy, against]].dropna()
            found = paired_difference(both[policy].to_numpy(), both[against].to_numpy())
            pairs.append((policy, against, outcome, found))
    adjusted = benjamini_hochberg([found.p for *_, found in pairs])
    contests: Matrix = {}
    for (policy, against, outcome, found), p in zip(pairs, adjusted, strict=True):
        better = OUTCOMES[outcome].better
        here = verdict(found.difference, float(p), better)
        contest = Contest(found.difference, found.low, found.high, float(p), here)
        contests[policy, against, outcome] = contest
        contests[against, policy, outcome] = replace(
            contest, difference=-contest.difference, low=-contest.high, high=-contest.low,
            verdict=verdict(-contest.difference, float(p), better),
        )  # fmt: skip
    return contests


def tally(contests: Matrix, policy: str, against: str) -> tuple[int, int]:
    """Return on how many outcomes a policy is better than another, and on how many worse."""
    verdicts = [found.verdict for (one, other, _), found in contests.items() if (one, other) == (policy, against)]
    return verdicts.count("better"), verdicts.count("worse")


@dataclass(frozen=True)
class Standing:
    """Whether a policy is on the Pareto front of the mean outcomes, and in which share of resamples of the seeds it is."""

    on_front: bool
    share: float


def fronts(runs: pd.DataFrame, policies: Sequence[str], outcomes: Sequence[str]) -> dict[str, Standing]:
    """Return how each policy stands: on the front no other is at least as good on every outcome and better on one.

    Shares are of 500 bootstrap samples of the seeds. Only seeds count in which no policy failed; without one, nobody is on
    the front and shares are nan.
    """
    payoffs = [by_seed(runs, policies, name) * OUTCOMES[name].better for name in outcomes]
    complete = ~np.any([table.isna().any(axis=1) for table in payoffs], axis=0)
    cube = np.stack([table[complete].to_numpy() for table in payoffs])  # (outcomes, seeds, policies)
    seeds = cube.shape[1]
    if seeds == 0:
        return dict.fromkeys(policies, Standing(False, np.nan))
    count = dict.fromkeys(policies, 0)
    for sample in np.random.default_rng(0).integers(0, seeds, (RESAMPLES, seeds)):
        for policy in _front(cube[:, sample], policies):
            count[policy] += 1
    leading = _front(cube, policies)
    return {policy: Standing(policy in leading, count[policy] / RESAMPLES) for policy in policies}


def _front(cube: npt.NDArray[np.float64], policies: Sequence[str]) -> list[str]:
    return front(pd.DataFrame(cube.mean(axis=1).T, index=list(policies)))
