"""What policies do in futures where the stated values are wrong: robustness, rules of choice, what decides a ranking.

Every policy runs in the same futures, with the same luck, so that regrets are within futures.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from experiments.measures.evidence import COUNTED
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
    """

    runs: pd.DataFrame
    factors: pd.DataFrame
    policies: dict[str, Policy]
    baseline: str
    source: str
    note: str = ""

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
