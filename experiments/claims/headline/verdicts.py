"""What the runs say: a verdict for each world, comparison and outcome, and for the mean over worlds. Fixed before any run.

The difference is treatment less control, within seeds; less is better of every outcome. Smallest relevant effects are the
ledger's (`[rules.smallest]`), one size for each scenario and outcome: a share of the control arm's mean over worlds, so that
what matters does not shrink where a world is small. With d, its 95% interval, its p adjusted for the number of comparisons
of its family (Benjamini and Hochberg), and the smallest relevant effect s:

    negligible       the interval lies within -s to s
    better, worse    the sign is distinguishable from luck, and |d| >= s
    unclear          anything else

All outcomes together: helps (better on some, worse on none), backfires (the reverse), a trade-off (both), nothing (all
negligible), unclear. With few seeds a world's verdict is weak; the mean over worlds, taken over worlds, is what to look at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.claims.headline.arms import COMPARISONS
from experiments.claims.headline.design import BOX, STATED
from experiments.claims.headline.design import DECLARED as ALONE
from experiments.claims.headline.experiment import OUTCOMES, WorldRuns
from experiments.claims.ledger import shipped_rules
from experiments.measures.certainty import from_luck, variance_split
from experiments.measures.numbers import number
from experiments.measures.smallest import Smallest
from experiments.measures.statistics import LEVEL, Floats, Paired, benjamini_hochberg, paired_difference

VERDICTS = ("better", "negligible", "unclear", "worse")
OVERALL = ("helps", "nothing", "unclear", "trade-off", "backfires")
NOT_COMPARED: dict[str, Any] = {"verdict": "unclear", "worlds": 0} | dict.fromkeys(VERDICTS, 0)
KEYS = ["scenario", "check", "source"]  # a family: what is judged together


@dataclass(frozen=True)
class Counted:
    """An outcome that counts, in words."""

    name: str
    title: str
    what: str
    unit: str

    def number(self, value: float, signed: bool = False) -> str:
        """Return a value of this outcome for readers, to three digits."""
        return number(float(f"{value:.3g}"), signed)

    @property
    def rule(self) -> Smallest:
        """The ledger's rule on the smallest relevant effect."""
        return shipped_rules().smallest[self.unit]


COUNTED = (
    Counted("people_core", "people under the core", "at the end", "people"),
    Counted(
        "cohort_people", "people under its provinces", "at the end, whatever these call themselves by then", "people"
    ),
    Counted("attacks_abroad", "attacks abroad", "beyond the region, by all armed groups, in all", "attacks"),
    Counted("deaths_of_all", "deaths in attacks", "in the region, by all armed groups, in all", "people"),
)
BY_OUTCOME = {counted.name: counted for counted in COUNTED}


@dataclass(frozen=True)
class Headline:
    """What the experiment shows.

    `table`: a row a world, comparison and outcome: scenario, check, source, world, comparison, outcome, difference, low,
    high, adjusted_p, pairs, control (mean of the control arm), smallest, relative (to the control arm's mean over worlds),
    verdict. `overall`: a row a world and comparison. `means`: a row a family, comparison and outcome: the mean over worlds
    with its interval, `assumptions` (share of the variance between runs that worlds explain, the rest being luck), verdict,
    and counts of worlds by verdict.
    """

    batch: WorldRuns
    table: pd.DataFrame
    overall: pd.DataFrame
    means: pd.DataFrame

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios, in order."""
        return self.batch.design.scenarios

    def mean(
        self, scenario: str, comparison: str, outcome: str, source: str = BOX, check: str = STATED
    ) -> dict[str, Any]:
        """Return the row of `means`; all unknown, and unclear, where no world could be compared."""
        wanted = {"scenario": scenario, "check": check, "source": source, "comparison": comparison, "outcome": outcome}
        rows = chosen(self.means, **wanted).to_dict("records") or [
            dict.fromkeys(self.means, np.nan) | NOT_COMPARED | wanted
        ]
        return {str(key): value for key, value in rows[0].items()}

    def verdict(self, scenario: str, comparison: str, source: str = BOX, check: str = STATED) -> str:
        """Return the verdict on all outcomes together, of the means over worlds."""
        rows = chosen(self.means, scenario=scenario, check=check, source=source, comparison=comparison)
        return together(rows["verdict"].tolist())

    def counts(self, scenario: str, comparison: str, source: str = BOX) -> dict[str, int]:
        """Return in how many worlds a comparison has which verdict on all outcomes together."""
        rows = chosen(self.overall, scenario=scenario, check=STATED, source=source, comparison=comparison)
        return {kind: int((rows["verdict"] == kind).sum()) for kind in OVERALL}


def chosen(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Return the rows in which these columns have these values."""
    keep = np.ones(len(table), dtype=bool)
    for name, value in wanted.items():
        keep &= (table[name] == value).to_numpy(dtype=bool)
    return table[keep]


def judge_headline(batch: WorldRuns) -> Headline:
    """Return what the runs say; failed runs and their pairs do not count."""
    pairs = paired(batch.runs)
    table = judged(_worlds(pairs), _sizes(pairs))
    together_ = table.groupby([*KEYS, "world", "comparison"], sort=False)["verdict"]
    overall = together_.agg(lambda each: together(each.tolist())).reset_index()
    return Headline(batch, table, overall, means_of(table, pairs))


def paired(runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row a family, world, seed, comparison and outcome: values of treatment and control, of runs that are done."""
    done = runs[runs["status"] == "done"]
    index = [*KEYS, "world", "seed"]
    frames = []
    for outcome in OUTCOMES:
        wide = done.pivot(index=index, columns="arm", values=outcome)
        for comparison in COMPARISONS:
            arms = wide.reindex(columns=[comparison.treatment, comparison.control]).dropna()
            arms.columns = pd.Index(["treated", "control"])
            frames.append(arms.reset_index().assign(comparison=comparison.name, outcome=outcome))
    return pd.concat(frames, ignore_index=True)


def means_of(table: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the means over worlds of each family but the declared world, and what of the variance worlds explain."""
    key = [*KEYS, "comparison", "outcome"]
    columns = ["world", "treated", "control"]
    seeds = {name: variance_split(_by_world(*values)).share for name, values in groups(pairs, key, columns)}
    rows = []
    for name, mine in table[table["source"] != ALONE].groupby(key, sort=False):
        differences = mine["difference"].dropna().to_numpy()
        found = paired_difference(differences, np.zeros_like(differences))
        counts = {kind: int((mine["verdict"] == kind).sum()) for kind in VERDICTS}
        rows.append(
            dict(zip(key, name, strict=True))
            | {"worlds": len(differences), **vars(found), "control": float(mine["control"].mean())}
            | {"assumptions": seeds.get(name, np.nan), **counts}
        )
    means = pd.DataFrame(rows)
    return judged(means, means.set_index(key)["control"])


def judged(rows: pd.DataFrame, sizes: "pd.Series[float]") -> pd.DataFrame:
    """Return rows with smallest relevant effect, difference relative to the mean control, adjusted p and verdict.

    `sizes`: the control arm's mean over worlds, by family, comparison and outcome.
    """
    rows = rows.join(sizes.rename("usual"), on=[*KEYS, "comparison", "outcome"])
    rows["smallest"] = [
        BY_OUTCOME[outcome].rule.size(usual) for outcome, usual in zip(rows["outcome"], rows["usual"], strict=True)
    ]
    rows["relative"] = rows["difference"] / rows["usual"].replace(0.0, np.nan).abs()
    rows["adjusted_p"] = rows.groupby(KEYS)["p"].transform(lambda each: benjamini_hochberg(each.to_numpy()))
    rows["verdict"] = verdicts(rows)
    return rows.drop(columns="usual")


def verdicts(rows: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Return the verdict of each row: see the head of this file."""
    within = (rows["low"] >= -rows["smallest"]) & (rows["high"] <= rows["smallest"])
    told = pd.Series(from_luck(rows["adjusted_p"]), index=rows.index) & (rows["difference"].abs() >= rows["smallest"])
    kinds = [within, told & (rows["difference"] < 0), told & (rows["difference"] > 0)]
    return np.select([kind.to_numpy() for kind in kinds], ["negligible", "better", "worse"], "unclear")


def together(found: Sequence[str]) -> str:
    """Return the verdict on all outcomes together."""
    better, worse = "better" in found, "worse" in found
    if better or worse:
        return "trade-off" if better and worse else "helps" if better else "backfires"
    return "nothing" if found and all(each == "negligible" for each in found) else "unclear"


def _worlds(pairs: pd.DataFrame) -> pd.DataFrame:
    key = [*KEYS, "world", "comparison", "outcome"]
    rows = []
    for name, (treated, control) in groups(pairs, key, ["treated", "control"]):
        found = _with_rare(paired_difference(treated, control), treated, control)
        rows.append(
            dict(zip(key, name, strict=True))
            | {**vars(found), "pairs": len(treated), "control": float(control.mean())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _with_rare(found: Paired, treated: Floats, control: Floats) -> Paired:
    """Widen the interval of counts that differ by the same in all n pairs: with 95% confidence fewer than 1 - 0.05^(1/n) of
    all pairs differ by more, so that a rare event is not taken for none (as `claims/verdicts.py` does).
    """
    differences = treated - control
    if len(differences) < 2 or np.ptp(differences) > 0 or np.any(np.mod([treated, control], 1)):
        return found
    rare = 1 - (1 - LEVEL) ** (1 / len(differences))
    return Paired(found.difference, found.low - rare, found.high + rare, found.p)


def _sizes(pairs: pd.DataFrame) -> "pd.Series[float]":
    key = [*KEYS, "comparison", "outcome"]
    worlds = pairs.groupby([*key, "world"], sort=False)["control"].mean()
    return worlds.groupby(key, sort=False).mean()


def groups(table: pd.DataFrame, key: list[str], columns: list[str]) -> Iterator[tuple[tuple[Any, ...], list[Floats]]]:
    """Yield each group's key and the values of its columns, groups and rows in their order, much faster than tables."""
    number = table.groupby(key, sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    values = [np.split(table[column].to_numpy()[order], starts[1:]) for column in columns]
    names = table[key].iloc[order[starts]].itertuples(index=False, name=None)
    yield from zip(names, map(list, zip(*values, strict=True)), strict=True)


def _by_world(world: Floats, treated: Floats, control: Floats) -> list[Floats]:
    """Return the differences of each world."""
    order = np.argsort(world, kind="stable")
    return np.split((treated - control)[order], np.flatnonzero(np.diff(world[order])) + 1)
