"""Every policy against every other, and which of them nothing dominates: for choices that have no single baseline."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.measures.statistics import LEVEL, benjamini_hochberg, front, paired_difference
from model.record import OUTCOMES

RESAMPLES = 500  # of the seeds, to see how often a policy is on the front


def by_seed(runs: pd.DataFrame, policies: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return an outcome with a row a seed and a column a policy, nan where a run failed."""
    done = runs[runs["status"] == "done"]
    return done.pivot(index="seed", columns="policy", values=outcome).reindex(columns=list(policies))


def matrix(runs: pd.DataFrame, policies: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Return a row for each policy, each other policy and each outcome: the paired difference and what it is.

    Columns: policy, against, outcome, difference, low, high, adjusted_p (Benjamini and Hochberg over all unordered
    pairs), verdict: better, worse, or same where it is not distinguishable from none.
    """
    rows = []
    for outcome in outcomes:
        table = by_seed(runs, policies, outcome)
        for position, policy in enumerate(policies):
            for other in policies[position + 1 :]:
                pairs = table[[policy, other]].dropna()
                found = paired_difference(pairs[policy].to_numpy(), pairs[other].to_numpy())
                rows.append((policy, other, outcome, found.difference, found.low, found.high, found.p))
    table = pd.DataFrame(rows, columns=["policy", "against", "outcome", "difference", "low", "high", "p"])
    table["adjusted_p"] = benjamini_hochberg(table["p"].to_numpy(dtype=float))
    turned = table.rename(columns={"policy": "against", "against": "policy"})
    turned = turned.assign(difference=-table["difference"], low=-table["high"], high=-table["low"])
    both = pd.concat([table, turned], ignore_index=True)
    direction = both["outcome"].map({name: OUTCOMES[name].better for name in outcomes}) * np.sign(both["difference"])
    told = both["adjusted_p"] < 1 - LEVEL
    both["verdict"] = np.where(~told | (direction == 0), "same", np.where(direction > 0, "better", "worse"))
    return both.drop(columns="p")


def tally(table: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """Return for each policy and other policy on how many outcomes the first is better, and on how many worse."""
    counts = table.groupby(["policy", "against"])["verdict"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=["better", "worse"], fill_value=0)
    return {(str(a), str(b)): (int(row["better"]), int(row["worse"]))
            for (a, b), row in zip(counts.index, counts.to_dict("records"), strict=True)}  # fmt: skip


def fronts(runs: pd.DataFrame, policies: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Return a row a policy: whether it is on the Pareto front of the mean outcomes, and how surely.

    `on_front`: no other policy is at least as good on every outcome and better on one. `share`: the share of 500
    bootstrap samples of the seeds in which that holds. Only seeds count in which no policy failed.
    """
    payoffs = {name: by_seed(runs, policies, name) * OUTCOMES[name].better for name in outcomes}
    complete = ~np.any([table.isna().any(axis=1) for table in payoffs.values()], axis=0)
    cube = np.stack([table[complete].to_numpy() for table in payoffs.values()])  # (outcomes, seeds, policies)
    if cube.shape[1] == 0:
        return pd.DataFrame({"policy": list(policies), "on_front": False, "share": np.nan})
    rng = np.random.default_rng(0)
    seeds = cube.shape[1]
    count = dict.fromkeys(policies, 0)
    for sample in rng.integers(0, seeds, (RESAMPLES, seeds)):
        for policy in _front(cube[:, sample], policies):
            count[policy] += 1
    leading = _front(cube, policies)
    return pd.DataFrame({
        "policy": list(policies), "on_front": [policy in leading for policy in policies],
        "share": [count[policy] / RESAMPLES for policy in policies],
    })  # fmt: skip


def _front(cube: np.ndarray, policies: Sequence[str]) -> list[str]:
    return front(pd.DataFrame(cube.mean(axis=1).T, index=list(policies)))
