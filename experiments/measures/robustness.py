"""Policies across uncertainties: regret, worst case, satisficing, and what it would be worth to know a factor.

A payoff table has a row a future (a point of the uncertain factors) or a seed, and a column a policy; more is better.
`payoff` turns an outcome into one. Sources: Savage 1951 (regret), Wald 1950 (maximin), Simon 1956 (satisficing); McPhail et
al., Earth's Future 6 (2018) on how these numbers can disagree; Strong, Oakley and Brennan, Medical Decision Making 34
(2014) on the value of partial information.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import pearsonr, rankdata

from experiments.measures.statistics import LEVEL, benjamini_hochberg

Floats = npt.NDArray[np.float64]

DEGREE = 3  # of the polynomial that stands for E[payoff | factor]
THIRDS = 3
SHUFFLES = 20  # of a factor, to see what a fit gains by chance alone


def payoff(values: pd.DataFrame, better: int) -> pd.DataFrame:
    """Return an outcome's table as payoffs: with its sign turned where less is better (-1), nan where neither is (0)."""
    return values * (better or np.nan)


def regret(payoffs: pd.DataFrame) -> pd.DataFrame:
    """Return how far each policy falls short of the best one in each row, (rows, policies), never negative."""
    return payoffs.rsub(payoffs.max(axis=1), axis=0)


def mean_regret(values: pd.DataFrame, better: int) -> pd.Series:
    """Return each policy's mean regret, in the unit of the outcome; nan where `better` is 0.

    `values`: the outcome, with a row a seed and a column a policy; seeds that lack a policy do not count.
    """
    return regret(payoff(values.dropna(), better)).mean()


def front(payoffs: pd.DataFrame) -> list[str]:
    """Return the policies that none dominates. `payoffs`: (policies, outcomes), more is better.

    A policy is dominated where another is at least as good in every column and better in one (Pareto). Rows with nan are
    left out.
    """
    table = payoffs.dropna()
    values = table.to_numpy(dtype=float)
    better = (values[:, None] >= values[None]).all(axis=2) & (values[:, None] > values[None]).any(axis=2)
    return [str(name) for name, beaten in zip(table.index, better.any(axis=0), strict=True) if not beaten]


def robustness(payoffs: pd.DataFrame, wanted: float | None = None) -> pd.DataFrame:
    """Return a row a policy: mean payoff, worst payoff, mean, 90th percentile and largest regret, how often best.

    `satisfices` is the share of futures in which the payoff is at least `wanted`; without it, at least the median payoff
    of all policies in all futures. Futures in which a policy's payoff is not known do not count.
    """
    table = payoffs.dropna()
    short = regret(table)
    level = float(np.median(table.to_numpy())) if wanted is None and len(table) else wanted
    best = table.eq(table.max(axis=1), axis=0)
    return pd.DataFrame({
        "mean": table.mean(), "worst": table.min(), "mean_regret": short.mean(), "regret_90": short.quantile(0.9),
        "worst_regret": short.max(), "satisfices": (table >= level).mean(), "best": best.mean(), "futures": len(table),
    })  # fmt: skip


def choices(table: pd.DataFrame) -> dict[str, str]:
    """Return which policy each rule would choose: mean, maximin, minimax_regret, satisficing. They need not agree."""
    rules = {
        "mean": table["mean"].idxmax(), "maximin": table["worst"].idxmax(),
        "minimax_regret": table["worst_regret"].idxmin(), "satisficing": table["satisfices"].idxmax(),
    }  # fmt: skip
    return {rule: str(policy) for rule, policy in rules.items()}


def perfect_information(payoffs: pd.DataFrame) -> float:
    """Expected value of perfect information, in the payoff's unit: E[max over policies] - max over policies of E."""
    table = payoffs.dropna()
    return float(table.max(axis=1).mean() - table.mean().max()) if len(table) else float("nan")


def partial_information(payoffs: pd.DataFrame, factors: pd.DataFrame) -> pd.Series:
    """Expected value of knowing each factor alone: E[max over policies of E[payoff | factor]] - max of E[payoff].

    The conditional expectation is a polynomial of degree 3 in the factor's rank, fitted for each policy to its difference
    from the policy that is best on average (so that what is common to all cancels). What such a fit gains from a factor
    that is shuffled, on average, is taken off: few futures overfit. Between 0 and the value of perfect information.
    """
    table = payoffs.dropna()
    known = factors.loc[table.index]
    ceiling = perfect_information(table)
    rng = np.random.default_rng(0)
    orders = [rng.permutation(len(table)) for _ in range(SHUFFLES)]
    worth = {name: _above_chance(table, known[name].to_numpy(dtype=float), orders) for name in known}
    return pd.Series(worth, dtype=float).clip(0.0, ceiling).sort_values(ascending=False)


def _above_chance(payoffs: pd.DataFrame, factor: Floats, orders: list[npt.NDArray[np.int64]]) -> float:
    if len(np.unique(factor)) < 2:
        return 0.0
    return _worth(payoffs, factor) - float(np.mean([_worth(payoffs, factor[order]) for order in orders]))


def _worth(payoffs: pd.DataFrame, factor: Floats) -> float:
    best = payoffs.mean().idxmax()
    gains = payoffs.sub(payoffs[best], axis=0)
    distinct = len(np.unique(factor))
    rank = pd.Series(factor).rank().to_numpy() / len(factor) - 0.5
    degree = min(DEGREE, distinct - 1)
    fitted = np.column_stack([np.polyval(np.polyfit(rank, gains[name], degree), rank) for name in gains])
    return float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())


def flips(difference: pd.Series, factors: pd.DataFrame) -> pd.DataFrame:
    """Return, for each factor, how the ranking of two policies changes with it, the strongest first.

    `difference` is the payoff of one policy less another's (futures,). `low` and `high` are the shares of futures in which
    the first is ahead in the factor's lowest and highest third; `flips` says that they lie on different sides of a half.
    `correlation` is Spearman's of the difference with the factor, `adjusted_p` its p-value adjusted for the number of
    factors (Benjamini and Hochberg); `decisive` that it is below 0.05.
    """
    known = difference.dropna()
    third = len(known) // THIRDS
    table = factors.loc[known.index].astype(float)
    table = table.loc[:, table.nunique() > 1]
    if third < 2 or known.nunique() < 2:
        table = table.iloc[:, :0]
    order = np.argsort(table.to_numpy(), axis=0, kind="stable")
    ahead = (known.to_numpy() > 0)[order]
    low, high = ahead[:third].mean(axis=0), ahead[len(ahead) - third :].mean(axis=0)
    correlation, p = _spearman(known.to_numpy(), table.to_numpy())
    table = pd.DataFrame({
        "factor": table.columns, "low": low, "high": high, "flips": (low - 0.5) * (high - 0.5) < 0,
        "correlation": correlation, "p": p,
    })  # fmt: skip
    table["adjusted_p"] = benjamini_hochberg(table.pop("p").to_numpy(dtype=float))
    table["decisive"] = table["adjusted_p"] < 1 - LEVEL
    best = np.lexsort((-table["correlation"].abs(), ~table["decisive"]))
    return table.iloc[best].reset_index(drop=True)


def _spearman(values: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Return Spearman's correlation of values (n,) with each column of (n, columns), and p-values, in one pass."""
    if not columns.shape[1]:
        return np.empty(0), np.empty(0)
    found = pearsonr(rankdata(values)[:, None], rankdata(columns, axis=0), axis=0)
    return np.asarray(found.statistic), np.asarray(found.pvalue)
