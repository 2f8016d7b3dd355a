"""Scenario discovery: in which futures does something happen? PRIM boxes and feature scores by EMA Workbench.

`cases` says, future by future, whether it happened (a policy backfires, say). PRIM peels a box of the factors in which it
happens often (density) and which holds many of all the cases (coverage); a box is kept only if its restrictions are
better than luck. Sources: Friedman and Fisher, Statistics and Computing 9 (1999); Bryant and Lempert, Technological
Forecasting and Social Change 77 (2010).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest, spearmanr

from experiments.batch.errors import UserError

Flags = npt.NDArray[np.bool_]

MOST_RESTRICTIONS = 3  # a box that a reader can remember
LEAST_CASES = 5  # of either kind
DOUBT = 0.05  # a restriction whose quasi-p is above is dropped


@dataclass(frozen=True)
class Limit:
    """A restriction of a box: low <= factor <= high, with the quasi-p of Bryant and Lempert; `open` sides do not bind."""

    factor: str
    low: float
    high: float
    binds_low: bool
    binds_high: bool
    quasi_p: float

    @property
    def words(self) -> str:
        """The restriction as a phrase."""
        if self.binds_low and self.binds_high:
            return f"{self.factor} is between {self.low:.3g} and {self.high:.3g}"
        return f"{self.factor} is above {self.low:.3g}" if self.binds_low else f"{self.factor} is below {self.high:.3g}"


@dataclass(frozen=True)
class Box:
    """Where it happens: density = share of the box's futures, coverage = share of all cases, mass = share of futures."""

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float
    base: float  # density without any restriction
    cases: int
    futures: int

    @property
    def words(self) -> str:
        """What the box says."""
        if self.futures == 0 or self.cases == 0:
            return "It happens in none of the futures."
        everywhere = f"It happens in {self.cases} of {self.futures} futures ({self.base:.0%})"
        if not self.limits:
            return f"{everywhere}; no region of the factors stands out."
        where = " and ".join(limit.words for limit in self.limits)
        return (
            f"{everywhere}. Where {where}, it happens in {self.density:.0%} of them; that part holds "
            f"{self.coverage:.0%} of all its cases and {self.mass:.0%} of the futures."
        )

    def inside(self, factors: pd.DataFrame) -> Flags:
        """Which futures lie in the box (futures,)."""
        held = np.ones(len(factors), dtype=bool)
        for limit in self.limits:
            held &= factors[limit.factor].between(limit.low, limit.high).to_numpy()
        return held


def find_box(factors: pd.DataFrame, cases: npt.ArrayLike, threshold: float = 0.8) -> Box:
    """Return the PRIM box that explains `cases` (futures,): of at most three restrictions, each better than luck.

    Among the boxes on the peeling trajectory with density of at least `threshold` that with the highest coverage is
    chosen; where none is so dense, that with the highest density x coverage. Factors must be numbers (switches 0 and 1).
    """
    happened = np.asarray(cases, dtype=bool)
    count = int(happened.sum())
    empty = Box((), float(happened.mean()) if len(happened) else 0.0, 1.0, 1.0, _mean(happened), count, len(happened))
    if count < LEAST_CASES or len(happened) - count < LEAST_CASES:
        return empty
    box = _peel(factors, happened)
    course = box.peeling_trajectory
    simple = course[(course["res_dim"] <= MOST_RESTRICTIONS) & (course["res_dim"] > 0)]
    if simple.empty:
        return empty
    dense = simple[simple["density"] >= threshold]
    worth = dense["coverage"] if len(dense) else simple["density"] * simple["coverage"]
    position = int(worth.idxmax())
    limits = _limits(factors, happened, box.box_lims[position])
    return _measured(factors, happened, limits)


def _peel(factors: pd.DataFrame, happened: Flags) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optional parts that are not installed
        try:
            from ema_workbench.analysis import prim  # an extra, and slow to import
        except ImportError:
            words = "scenario discovery needs EMA Workbench: pip install 'inkspot[discovery]'"
            raise UserError(words) from None
        return prim.Prim(factors.reset_index(drop=True).astype(float), happened, peel_alpha=0.05).find_box()


def _limits(factors: pd.DataFrame, happened: Flags, edges: pd.DataFrame) -> tuple[Limit, ...]:
    """Return the binding restrictions of a box without those that luck explains, most telling first."""
    chosen: list[tuple[str, float, float]] = [
        (str(name), float(edges[name].iloc[0]), float(edges[name].iloc[1]))
        for name in factors
        if edges[name].iloc[0] > factors[name].min() or edges[name].iloc[1] < factors[name].max()
    ]
    while chosen:
        doubts = [_quasi_p(factors, happened, chosen, position) for position in range(len(chosen))]
        worst = int(np.argmax(doubts))
        if doubts[worst] <= DOUBT:
            order = np.argsort(doubts, kind="stable")
            return tuple(_limit(factors, chosen[k], float(doubts[k])) for k in order)
        del chosen[worst]
    return ()


def _limit(factors: pd.DataFrame, edges: tuple[str, float, float], quasi_p: float) -> Limit:
    name, low, high = edges
    return Limit(name, low, high, bool(low > factors[name].min()), bool(high < factors[name].max()), quasi_p)


def _quasi_p(factors: pd.DataFrame, happened: Flags, chosen: list[tuple[str, float, float]], leave: int) -> float:
    """Chance of as many cases in the box if its restriction `leave` told nothing: binomial with the density without it."""
    held = np.ones(len(factors), dtype=bool)
    for position, (name, low, high) in enumerate(chosen):
        if position != leave:
            held &= factors[name].between(low, high).to_numpy()
    name, low, high = chosen[leave]
    inside = held & factors[name].between(low, high).to_numpy()
    if not inside.any():
        return 1.0
    return float(
        binomtest(int(happened[inside].sum()), int(inside.sum()), _mean(happened[held]), alternative="greater").pvalue
    )


def _measured(factors: pd.DataFrame, happened: Flags, limits: tuple[Limit, ...]) -> Box:
    box = Box(limits, 0.0, 0.0, 0.0, _mean(happened), int(happened.sum()), len(happened))
    held = box.inside(factors)
    caught = int((happened & held).sum())
    return Box(
        limits,
        caught / max(1, int(held.sum())),
        caught / max(1, box.cases),
        _mean(held),
        box.base,
        box.cases,
        box.futures,
    )


def feature_scores(factors: pd.DataFrame, values: npt.ArrayLike, seed: int = 0, repeats: int = 5) -> pd.DataFrame:
    """Return a row a factor: its importance in forests of extremely randomised trees, and its rank correlation.

    `score` is the mean over `repeats` forests of the importance (they sum to 1), `spread` its standard deviation;
    `correlation` is Spearman's. A single factor has all importance, without a forest.
    Source: Geurts, Ernst and Wehenkel, Machine Learning 63 (2006).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import feature_scoring  # an extra, and slow to import

        x, y = factors.reset_index(drop=True).astype(float), np.asarray(values, dtype=float)
        mode = feature_scoring.RuleInductionType.REGRESSION
        found = [
            feature_scoring.get_ex_feature_scores(x, y, mode=mode, random_state=seed + k)[0]
            .iloc[:, 0]
            .reindex(x.columns)
            if len(x.columns) > 1 else pd.Series(1.0, index=x.columns)
            for k in range(repeats)
        ]  # fmt: skip
        together = pd.concat(found, axis=1)
        ties = [float(spearmanr(x[name], y).statistic) if x[name].nunique() > 1 else 0.0 for name in x]
    table = pd.DataFrame({"factor": list(x), "score": together.mean(axis=1).to_numpy(),
                          "spread": together.std(axis=1).to_numpy(), "correlation": ties})  # fmt: skip
    return table.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)


def _mean(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0
