"""What a comparison shows: each number worked out once, from the stored runs; whatever is shown of it reads it from here.

Policies are compared on the same seeds, and differences from a baseline are taken seed by seed (`effect`). A difference is
called better or worse only where it is distinguishable from luck at this number of seeds and the outcome has a direction
that is better for people at large.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from experiments.batch.outcome import EndMap
from experiments.measures.matrix import Matrix, Standing, Verdict, by_seed, fronts, matrix, verdict
from experiments.measures.numbers import NumberFormat, format_of
from experiments.measures.places import COLUMNS, PlaceEffect, place_effects
from experiments.measures.robustness import front, mean_regret
from experiments.measures.smallest import Weight, smallest_of, weight
from experiments.measures.statistics import (
    Floats,
    bca_interval,
    benjamini_hochberg,
    paired_difference,
    seeds_needed,
    share_worse,
)
from model.record import OUTCOMES
from model.scenario.schema import Policy, Scenario

MAIN = (
    "people_core", "people_provinces", "cohort_people", "deaths", "displaced", "attacks_state", "attacks_regional",
    "attacks_international", "pledges", "fighters_core", "fighters_provinces", "alignment", "silence",
    "attacks_unsanctioned",
)  # fmt: skip
COUNTED = MAIN[:8]  # the outcomes that a verdict on a policy is made of; less of each is better for people at large
PRECISION = 0.1  # half width of an interval that is wanted, as a share of the baseline's mean
STRONG = 0.001  # adjusted p below which evidence is called strong, if nine pairs in ten agree
AGREEMENT = 0.9
VERDICTS: tuple[Verdict, ...] = ("better", "worse", "changed", "same")

Grade = Literal["strong", "moderate", "no"]

ABOUT_THE_SAME = 0.05  # relative difference of effort up to which it is what allies choose to bring: threat, weariness


@dataclass(frozen=True)
class Effect:
    """A policy's difference from the baseline on one outcome, over the pairs of runs that both have.

    `low`, `high`: 95% interval of the mean paired difference, Student's t; `p` its p-value, `adjusted_p` that of Benjamini
    and Hochberg over all effects of the comparison. `p_backfire`: the share of pairs in which the policy is worse, nan where
    no direction is better. `agree`: pairs whose difference has the sign of the mean. What is not known is nan.
    """

    policy: str
    outcome: str
    mean: float
    baseline_mean: float
    difference: float
    low: float
    high: float
    p: float
    p_backfire: float
    pairs: int
    agree: int
    adjusted_p: float = float("nan")
    verdict: Verdict = "same"
    grade: Grade = "no"

    @property
    def direction(self) -> Literal["lower", "higher"]:
        """Lower or higher than under the baseline."""
        return "lower" if self.difference < 0 else "higher"


@dataclass(frozen=True)
class Precision:
    """How sure an effect is: its interval by the BCa bootstrap, and the seeds that an interval of +- 10% would take."""

    bca_low: float
    bca_high: float
    seeds_needed: float


Key = tuple[str, str]  # policy, outcome


def effect(policy: str, outcome: str, values: Floats, base: Floats) -> Effect:
    """Return the effect of a policy on an outcome, from paired values (pairs,), before p-values are adjusted."""
    paired = paired_difference(values, base)
    return Effect(
        policy=policy, outcome=outcome, mean=_mean(values), baseline_mean=_mean(base), difference=paired.difference,
        low=paired.low, high=paired.high, p=paired.p, p_backfire=share_worse(values, base, OUTCOMES[outcome].better),
        pairs=len(values), agree=int((np.sign(values - base) == np.sign(paired.difference)).sum()),
    )  # fmt: skip


def adjusted(effects: Sequence[Effect]) -> list[Effect]:
    """Return effects with p-values adjusted for their number, and the verdicts and grades of evidence that follow."""
    return [
        replace(each, adjusted_p=float(p), verdict=verdict(each.difference, float(p), OUTCOMES[each.outcome].better),
                grade=_grade(each, float(p)))
        for each, p in zip(effects, benjamini_hochberg([each.p for each in effects]), strict=True)
    ]  # fmt: skip


def _grade(found: Effect, adjusted_p: float) -> Grade:
    if verdict(found.difference, adjusted_p, 0) == "same":
        return "no"
    return "strong" if adjusted_p < STRONG and found.agree >= AGREEMENT * found.pairs else "moderate"


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


@dataclass(frozen=True, eq=False)
class Evidence:
    """Policies compared on one scenario with the same seeds: what was run, and what it shows.

    `scenario`: as composed with the baseline. `runs`: a row a run (scenario, policy, seed, status, error, repeat,
    wall_seconds, run_hash, then the outcomes). `series`, `events`: as recorded, with policy and seed. `ends`: the maps at
    the end of the first seed's runs, by policy. `out`: the folder of the results; `seconds`: how long it took to get them.
    `places`: a row a run, place and measure.
    Failed runs and their pairs do not count.
    """

    scenario: Scenario
    policies: dict[str, Policy]
    baseline: str
    seeds: list[int]
    runs: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    ends: dict[str, EndMap]
    out: Path
    seconds: float
    places: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))

    @property
    def others(self) -> list[str]:
        """The policies that are compared with the baseline."""
        return [policy for policy in self.policies if policy != self.baseline]

    def heading(self, policy: str) -> str:
        """The readable name of a policy."""
        return self.policies[policy].heading

    def title(self, policy: str) -> str:
        """The readable name of a policy, in quotation marks: it may hold commas."""
        return f"“{self.heading(policy)}”"

    @cached_property
    def finished(self) -> pd.DataFrame:
        """The runs that did not fail."""
        return self.runs[self.runs["status"] == "done"]

    @cached_property
    def organisation_titles(self) -> dict[str, str]:
        """Readable names of organisations, by their ids."""
        return {name: title for end in self.ends.values() for name, title in end.titles.items()}

    @cached_property
    def means(self) -> dict[Key, float]:
        """The mean of each outcome under each policy; nan where no run of a policy finished."""
        runs, policies = self.finished, list(self.policies)
        table = runs.groupby("policy")[list(OUTCOMES)].mean().reindex(policies).to_numpy(dtype=float)
        return {(policy, name): float(table[row, column])
                for row, policy in enumerate(policies) for column, name in enumerate(OUTCOMES)}  # fmt: skip

    @cached_property
    def _pairs(self) -> dict[Key, tuple[Floats, Floats]]:
        """The paired values of each policy and of the baseline, outcome by outcome."""
        found = {}
        for outcome in OUTCOMES:
            table = by_seed(self.runs, list(self.policies), outcome)
            for policy in self.others:
                both = table[[policy, self.baseline]].dropna()
                found[policy, outcome] = both[policy].to_numpy(dtype=float), both[self.baseline].to_numpy(dtype=float)
        return found

    @cached_property
    def effects(self) -> dict[Key, Effect]:
        """The effect of each policy other than the baseline on each outcome, outcome by outcome."""
        raw = [effect(policy, outcome, *values) for (policy, outcome), values in self._pairs.items()]
        return {(each.policy, each.outcome): each for each in adjusted(raw)}

    @cached_property
    def smallest(self) -> dict[str, float]:
        """The smallest difference of each outcome that matters (0: no rule is declared), see `measures/smallest.py`."""
        return {name: smallest_of(name, self.means[self.baseline, name]) for name in OUTCOMES}

    @cached_property
    def place_effects(self) -> dict[tuple[str, str, str, str], PlaceEffect]:
        """The effects by country and by group: kind, place, measure, policy -> effect, see `measures/places.py`."""
        return place_effects(self)

    @cached_property
    def weights(self) -> dict[Key, Weight]:
        """Whether each effect matters."""
        return {
            key: weight(each.difference, each.low, each.high, each.verdict != "same", self.smallest[each.outcome])
            for key, each in self.effects.items()
        }

    @cached_property
    def precision(self) -> dict[Key, Precision]:
        """How sure each effect is."""
        return {
            key: Precision(*bca_interval(values - base), seeds_needed(values - base, PRECISION * abs(_mean(base))))
            for key, (values, base) in self._pairs.items()
        }

    @cached_property
    def formats(self) -> dict[str, NumberFormat]:
        """How the numbers of each outcome are written."""
        return {
            name: format_of(
                outcome,
                self.finished[name].to_numpy(dtype=float),
                [(self.effects[policy, name].high - self.effects[policy, name].low) / 2 for policy in self.others],
            )
            for name, outcome in OUTCOMES.items()
        }

    @cached_property
    def regrets(self) -> dict[Key, float]:
        """The mean regret of each policy on each outcome with a better direction, outcome by outcome."""
        policies = list(self.policies)
        return {
            (policy, name): float(value)
            for name, outcome in OUTCOMES.items()
            if outcome.better
            for policy, value in zip(
                policies, mean_regret(by_seed(self.runs, policies, name), outcome.better), strict=True
            )
        }

    @cached_property
    def contests(self) -> Matrix:
        """Every policy against every other on the outcomes counted."""
        return matrix(self.runs, list(self.policies), COUNTED)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How surely nothing dominates each policy on the outcomes counted."""
        return fronts(self.runs, list(self.policies), COUNTED)

    @cached_property
    def unequal_effort(self) -> dict[str, float]:
        """Mean effort of the policies that do not spend as much as the baseline, in weeks of the leading ally's."""
        spent, base = "effort_spent", self.means[self.baseline, "effort_spent"]
        costs = {policy: self.means[policy, spent] for policy in self.policies}
        return {policy: cost for policy, cost in costs.items() if abs(cost - base) > 1e-9 * max(1.0, base)}

    def cost(self, policy: str) -> str:
        """Say how much more or less effort a policy spends than the baseline, where it is more than allies' own choices."""
        base, mine = (self.means[each, "effort_spent"] for each in (self.baseline, policy))
        if not base > 0 or abs(mine / base - 1) <= ABOUT_THE_SAME:
            return ""
        return f"It spends {mine / base - 1:+.0%} effort.".replace("-", "−")

    def frontier(self, outcomes: Sequence[str]) -> list[str]:
        """Return the policies that no other beats on the means of some outcomes, each of which has a better direction."""
        payoffs = {
            name: [OUTCOMES[name].better * self.means[each, name] for each in self.policies] for name in outcomes
        }
        return front(pd.DataFrame(payoffs, index=list(self.policies)))

    def effects_table(self) -> pd.DataFrame:
        """Return a row an effect: policy, outcome, the numbers of `Effect` and `Precision`, adjusted_p,
        distinguishable_from_luck.
        """
        rows = [
            {
                "policy": each.policy, "outcome": each.outcome, "mean": each.mean, "baseline_mean": each.baseline_mean,
                "difference": each.difference, "low": each.low, "high": each.high, "p": each.p,
                "p_backfire": each.p_backfire, "pairs": each.pairs, "bca_low": self.precision[key].bca_low,
                "bca_high": self.precision[key].bca_high, "seeds_needed": self.precision[key].seeds_needed,
                "adjusted_p": each.adjusted_p, "distinguishable_from_luck": each.verdict != "same",
            }
            for key, each in self.effects.items()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=EFFECT_COLUMNS)

    def regrets_table(self) -> pd.DataFrame:
        """Return a row a policy and outcome with a better direction: policy, outcome, regret."""
        rows = [(policy, outcome, value) for (policy, outcome), value in self.regrets.items()]
        return pd.DataFrame(rows, columns=["policy", "outcome", "regret"])


EFFECT_COLUMNS = [
    "policy", "outcome", "mean", "baseline_mean", "difference", "low", "high", "p", "p_backfire", "pairs", "bca_low",
    "bca_high", "seeds_needed", "adjusted_p", "distinguishable_from_luck",
]  # fmt: skip
