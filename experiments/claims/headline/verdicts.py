"""What the runs of the headline experiment say: a verdict a world, outcome and policy held against, and what tips it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from experiments.claims.headline.experiment import WorldRuns
from experiments.claims.headline.worlds import AGAINST, AXES, CUT, DECLARED
from experiments.measures.certainty import from_luck
from experiments.measures.numbers import number
from experiments.measures.statistics import LEVEL, benjamini_hochberg, paired_difference

Floats = npt.NDArray[np.float64]

EQUAL = 0.05  # of the average world's value: a difference whose interval lies within counts as none
RESAMPLES = 2000
VERDICTS = ("worse", "equal", "unclear", "better")
OVERALL = ("backfires", "trade-off", "no difference", "helps")


@dataclass(frozen=True)
class Counted:
    """An outcome that counts: less of it is better for people at large. A number is divided by `divisor` and shown."""

    name: str
    title: str
    what: str
    unit: str
    divisor: float
    series: tuple[str, ...]

    def digits(self, value: float, signed: bool = False) -> str:
        """Return a value in this outcome's unit, without the unit."""
        return number(value / self.divisor, signed)

    def number(self, value: float, signed: bool = False) -> str:
        """Return a value with its unit."""
        return f"{self.digits(value, signed)} {self.unit}".rstrip()


COUNTED = (
    Counted("people_held", "people held", "by core and provinces, at the end", "million", 1e6,
            ("people_core", "people_provinces")),
    Counted("attacks_abroad", "attacks abroad", "beyond the region, in all", "attacks", 1.0, ("attacks_international",)),
    Counted("joint_payoff", "joint payoff", "people and fighters; 1: the core's start", "", 1.0,
            ("payoff_joint",)),
    Counted("displaced", "people displaced", "at the end", "million", 1e6, ("displaced",)),
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """What the experiment shows.

    `table`: a row a world, outcome and policy held against: difference (of means, cutting less the other), low, high
    (95%), adjusted_p (Benjamini and Hochberg over the table), pairs, other (mean of the other policy), percent (of the
    average world under the other policy), verdict. `overall`: a row a world and policy: all outcomes taken together.
    `influence`: a row an outcome, policy and axis: rank correlation of level and gain, low, high. `averages`: a row an
    outcome and policy: the mean over worlds with its interval, the mean of the other policy, and counts of verdicts.
    """

    batch: WorldRuns
    table: pd.DataFrame
    overall: pd.DataFrame
    influence: pd.DataFrame
    averages: pd.DataFrame

    @property
    def points(self) -> int:
        """Worlds sampled, without the declared one."""
        return self.batch.design.points

    def counts(self, against: str) -> dict[str, int]:
        """Return in how many sampled worlds cutting helps, backfires, is a trade-off, or makes no detectable difference."""
        rows = self.overall[(self.overall["against"] == against) & (self.overall["world"] != DECLARED)]
        return {kind: int((rows["verdict"] == kind).sum()) for kind in OVERALL}

    def average(self, outcome: str, against: str) -> dict[str, Any]:
        """Return the row of `averages` of an outcome and a policy."""
        rows = self.averages[(self.averages["outcome"] == outcome) & (self.averages["against"] == against)]
        return {str(key): value for key, value in rows.to_dict("records")[0].items()}

    def main_axes(self) -> tuple[str, str]:
        """Return the two continuous axes with the largest mean squared rank correlation, the first the most influential."""
        continuous = [axis.name for axis in AXES if not axis.binary]
        order = self.shares().reindex(continuous).sort_values(ascending=False, kind="stable").index
        return str(order[0]), str(order[1])

    def shares(self) -> pd.Series:
        """Return for each axis the squared rank correlation with the gain, averaged over outcomes and policies."""
        squared = self.influence.assign(square=self.influence["correlation"] ** 2)
        return squared.groupby("axis")["square"].mean().reindex([axis.name for axis in AXES])


def judge_headline(batch: WorldRuns) -> Headline:
    """Return what the runs say; failed runs and their pairs do not count."""
    table = _table(batch)
    return Headline(batch, table, _overall(table), _influence(batch, table), _averages(table))


def _table(batch: WorldRuns) -> pd.DataFrame:
    done = batch.runs[batch.runs["status"] == "done"].copy()
    rows = []
    for counted in COUNTED:
        done[counted.name] = done[list(counted.series)].sum(axis=1, skipna=False)
        wide = done.pivot(index=["world", "seed"], columns="policy", values=counted.name).reindex(
            columns=[CUT, *AGAINST]
        )
        for against in AGAINST:
            pairs = wide[[CUT, against]].dropna()
            for world in [*batch.worlds.index, DECLARED]:
                mine = pairs[pairs.index.get_level_values("world") == world]
                paired = paired_difference(mine[CUT].to_numpy(), mine[against].to_numpy())
                rows.append({
                    "world": world, "outcome": counted.name, "against": against, "difference": paired.difference,
                    "low": paired.low, "high": paired.high, "p": paired.p, "pairs": len(mine),
                    "other": float(mine[against].mean()) if len(mine) else np.nan,
                })  # fmt: skip
    table = pd.DataFrame(rows)
    table["adjusted_p"] = benjamini_hochberg(table["p"].to_numpy())
    sampled = table[table["world"] != DECLARED]
    usual = sampled.groupby(["outcome", "against"])["other"].mean().rename("usual")
    table = table.join(usual, on=["outcome", "against"])
    table["percent"] = 100 * table["difference"] / table["usual"].replace(0.0, np.nan)
    table["verdict"] = _verdicts(table)
    levels = batch.worlds
    return table.drop(columns="usual").join(levels, on="world")


def _verdicts(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Better or worse where distinguishable from none; else equal where the interval is narrow enough, else unclear."""
    margin = EQUAL * table["usual"].abs()
    distinguishable = pd.Series(from_luck(table["adjusted_p"]), index=table.index)
    narrow = (table["low"] >= -margin) & (table["high"] <= margin)
    kinds = [distinguishable & (table["difference"] < 0), distinguishable & (table["difference"] > 0), narrow]
    return np.select([kind.to_numpy() for kind in kinds], ["better", "worse", "equal"], "unclear")


def _overall(table: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on all outcomes together: helps (better on some, worse on none), backfires, trade-off, none."""
    verdict = table["verdict"]
    seen = table.assign(better=verdict == "better", worse=verdict == "worse")
    any_of = seen.groupby(["world", "against"], sort=False)[["better", "worse"]].any().reset_index()
    better, worse = any_of.pop("better"), any_of.pop("worse")
    kinds = [(better & worse).to_numpy(), better.to_numpy(), worse.to_numpy()]
    return any_of.assign(verdict=np.select(kinds, ["trade-off", "helps", "backfires"], "no difference"))


def _influence(batch: WorldRuns, table: pd.DataFrame) -> pd.DataFrame:
    """Return rank correlations of an axis' level with the gain (how much less there is under cutting), over worlds."""
    rows = []
    for counted in COUNTED:
        for against in AGAINST:
            mine = table[(table["outcome"] == counted.name) & (table["against"] == against)]
            gain = -mine.set_index("world")["difference"].reindex(batch.worlds.index)
            known = gain.notna().to_numpy()
            for axis in AXES:
                found = rank_correlation(batch.worlds[axis.name].to_numpy()[known], gain.to_numpy()[known])
                rows.append((counted.name, against, axis.name, *found))
    return pd.DataFrame(rows, columns=["outcome", "against", "axis", "correlation", "low", "high"])


def rank_correlation(levels: Floats, gains: Floats) -> tuple[float, float, float]:
    """Return Spearman's rank correlation of two samples (n,), with its 95% bootstrap interval (of the ranks' pairs).

    It is 0 where one of them does not vary. Sources: Spearman, American Journal of Psychology 15 (1904); Efron, Annals of
    Statistics 7 (1979).
    """
    if len(levels) < 3:
        return 0.0, np.nan, np.nan
    first, second = rankdata(levels), rankdata(gains)
    picks = np.random.default_rng(len(levels)).integers(0, len(levels), (RESAMPLES, len(levels)))
    low, high = np.quantile(_correlation(first[picks], second[picks]), ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(_correlation(first[None], second[None])[0]), float(low), float(high)


def _correlation(first: Floats, second: Floats) -> Floats:
    """Pearson's correlation along the last axis, 0 where one side does not vary."""
    one, two = (each - each.mean(axis=-1, keepdims=True) for each in (first, second))
    size = np.sqrt((one**2).sum(axis=-1) * (two**2).sum(axis=-1))
    return np.asarray((one * two).sum(axis=-1) / np.where(size > 0, size, 1.0))


def _averages(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean difference over worlds, with its interval over worlds, and the counts of verdicts."""
    rows = []
    sampled = table[table["world"] != DECLARED]
    for (outcome, against), mine in sampled.groupby(["outcome", "against"], sort=False):
        differences = mine["difference"].dropna().to_numpy()
        mean = paired_difference(differences, np.zeros_like(differences))
        counts = {kind: int((mine["verdict"] == kind).sum()) for kind in VERDICTS}
        rows.append({"outcome": outcome, "against": against, "difference": mean.difference, "low": mean.low,
                     "high": mean.high, "other": float(mine["other"].mean()), **counts})  # fmt: skip
    return pd.DataFrame(rows)
