"""What policies do in futures where the stated values are wrong: robustness, rules of choice, what decides a ranking.

Every policy runs in the same futures, with the same luck, so that regrets are within futures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from experiments.measures.certainty import Spread, from_what, spread
from experiments.measures.evidence import COUNTED, Effect, Evidence
from experiments.measures.matrix import by_seed
from experiments.measures.robustness import choices, flips, partial_information, payoff, perfect_information, robustness
from model.record import OUTCOMES
from model.scenario.schema import Policy


@dataclass(frozen=True, eq=False)
class Across:
    """What futures show of one outcome.

    `table`: robustness, a row a policy (see `measures/robustness.py`). `choices`: rule of choice -> policy. `information`:
    what it would be worth to know the future; `worth`: factor -> what it would be worth to know it alone, of the factors
    that decide a ranking. `turns`: policy -> a row a factor, whether the policy's lead over the baseline turns on it.
    """

    outcome: str
    table: pd.DataFrame
    choices: dict[str, str]
    information: float
    worth: pd.Series
    turns: dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Futures:
    """Policies in futures. `runs`: a row a run, its seed the number of the future; `factors`: (futures, parameters varied).

    `source`: what the futures were drawn from, in words; `note`: of an ensemble, what was fitted and what it gets wrong.
    `again`: the same futures with other luck, each with runs numbered likewise.
    """

    runs: pd.DataFrame
    factors: pd.DataFrame
    policies: dict[str, Policy]
    baseline: str
    source: str
    note: str = ""
    again: tuple[pd.DataFrame, ...] = ()

    @property
    def all_runs(self) -> pd.DataFrame:
        """All runs, those with other luck too."""
        return pd.concat([self.runs, *self.again], ignore_index=True)

    @cached_property
    def spreads(self) -> dict[tuple[str, str], Spread]:
        """The difference from the baseline over futures, by policy and outcome."""
        found = {}
        for outcome, declared in OUTCOMES.items():
            tables = [by_seed(runs, list(self.policies), outcome) for runs in (self.runs, *self.again)]
            for policy in self.policies:
                if policy != self.baseline:
                    each = pd.concat([table[policy] - table[self.baseline] for table in tables], axis=1)
                    found[policy, outcome] = spread(list(each.to_numpy(dtype=float)), declared.better)
        return found

    @cached_property
    def across(self) -> list[Across]:
        """What the futures show of each outcome counted; nothing where fewer than two futures have all policies."""
        tables = {name: by_seed(self.runs, list(self.policies), name) for name in COUNTED}
        payoffs = {name: payoff(table, OUTCOMES[name].better).dropna() for name, table in tables.items()}
        return [self._across(name, table) for name, table in payoffs.items() if len(table) > 1]

    def _across(self, outcome: str, payoffs: pd.DataFrame) -> Across:
        factors = self.factors.loc[:, self.factors.nunique() > 1]
        turns = {
            str(policy): flips(payoffs[policy] - payoffs[self.baseline], factors)
            for policy in payoffs
            if policy != self.baseline
        }
        deciding = list(dict.fromkeys(name for each in turns.values() for name in each.loc[each["decisive"], "factor"]))
        worth = partial_information(payoffs, factors[deciding]) if deciding else pd.Series(dtype=float)
        table = robustness(payoffs)
        return Across(outcome, table, choices(table), perfect_information(payoffs), worth, turns)


@dataclass(frozen=True)
class Beside:
    """A difference as stated (over seeds) beside the same difference over futures."""

    effect: Effect
    spread: Spread

    @property
    def distinguishable(self) -> str:
        """What it is distinguishable from: luck (as stated, over seeds), ignorance of parameters (over futures)."""
        return from_what(self.effect.verdict != "same", self.spread.known)


def beside(evidence: Evidence, futures: Futures) -> dict[tuple[str, str], Beside]:
    """Return each difference as stated beside that over futures, by policy and outcome, where both are known."""
    spreads = futures.spreads
    return {key: Beside(effect, spreads[key]) for key, effect in evidence.effects.items() if key in spreads}


def beside_table(found: Iterable[Beside]) -> pd.DataFrame:
    """Return a row a policy and outcome.

    `difference`, `low`, `high`: as stated, 95% interval over seeds; `median`, `range_low`, `range_high`, `sd`: over futures
    (90% range); `better`: share of futures in which the policy is better; `variance_parameters`, `variance_luck`: of the
    difference in one run; `share_parameters`: the first in both.
    """
    return pd.DataFrame([
        {
            "policy": each.effect.policy, "outcome": each.effect.outcome, "difference": each.effect.difference,
            "low": each.effect.low, "high": each.effect.high, "futures": each.spread.points,
            "median": each.spread.median, "range_low": each.spread.low, "range_high": each.spread.high,
            "sd": each.spread.deviation, "better": each.spread.better,
            "variance_parameters": each.spread.split.parameters, "variance_luck": each.spread.split.luck,
            "share_parameters": each.spread.split.share, "distinguishable_from_luck": each.effect.verdict != "same",
            "distinguishable_from_ignorance": each.spread.known,
        }
        for each in found
    ])  # fmt: skip
