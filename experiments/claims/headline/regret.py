"""Regret: in each world, how much worse a plan does than the best of those that could be chosen there.

Told apart for plans of equal cost and for all plans. A world's value is its mean over seeds, so that part of a small regret
is luck. Source: Savage, Journal of the American Statistical Association 46 (1951).
"""

import pandas as pd

from experiments.claims.headline.arms import EQUAL_COST, PLANS
from experiments.claims.headline.design import BOX, STATED
from experiments.claims.headline.experiment import OUTCOMES, WorldRuns
from experiments.claims.headline.verdicts import chosen
from experiments.measures.robustness import payoff, robustness

CHOICES = {"equal cost": EQUAL_COST, "all": PLANS}


def regrets(batch: WorldRuns, source: str = BOX) -> pd.DataFrame:
    """Return a row a scenario, choice, outcome and plan: mean, mean_regret, regret_90 and best (share of worlds)."""
    done = chosen(batch.runs, status="done", check=STATED, source=source)
    tables = []
    for scenario in batch.design.scenarios:
        mine = chosen(done, scenario=scenario)
        for outcome in OUTCOMES:
            values = mine.pivot_table(index="world", columns="arm", values=outcome, aggfunc="mean")
            for choice, plans in CHOICES.items():
                found = robustness(payoff(values.reindex(columns=list(plans)), -1))
                found = found[["mean", "mean_regret", "regret_90", "best", "futures"]].assign(mean=-found["mean"])
                found = found.rename_axis("plan").reset_index()
                tables.append(found.assign(scenario=scenario, choice=choice, outcome=outcome))
    return pd.concat(tables, ignore_index=True)
