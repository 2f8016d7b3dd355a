"""Which assumptions decide: a small decision tree over the worlds of the box, and rank correlations beside it.

A tree of at most two questions, each leaf with at least an eighth of the worlds, is fitted to the differences in all four
outcomes at once, each in units of its smallest relevant effect. A leaf's verdict is that of its means over worlds, by the
same rules as anywhere. Its skill is 1 - (squared error) / (squared error of the mean) in worlds that it was not fitted to
(eight folds); below `SKILL` the tree is not told, since no assumption in the box is then known to decide.
Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeRegressor

from experiments.claims.headline.arms import CUTTING
from experiments.claims.headline.axes import AXES, Axis
from experiments.claims.headline.design import BOX, STATED
from experiments.claims.headline.experiment import OUTCOMES
from experiments.claims.headline.verdicts import Headline, chosen, together, verdicts
from experiments.measures.robustness import flips
from experiments.measures.statistics import Floats, benjamini_hochberg, paired_difference

DEPTH, LEAF, FOLDS, SEED = 2, 1 / 8, 8, 0
SKILL = 0.1  # of the variance, out of sample
DECIDED = {"helps", "backfires", "trade-off"}
FEWEST = 16  # worlds without which no tree is fitted


@dataclass(frozen=True)
class Side:
    """One answer to a question of the tree: towards which end of an axis, from or up to which level."""

    axis: Axis
    upper: bool
    level: float


def clauses(sides: Sequence[Side]) -> list[str]:
    """Return answers as clauses, an axis each, with the part of the range that is meant."""
    found = []
    for axis in dict.fromkeys(side.axis for side in sides):
        low = max((side.level for side in sides if side.axis == axis and side.upper), default=0.0)
        high = min((side.level for side in sides if side.axis == axis and not side.upper), default=1.0)
        if axis.binary:
            found.append(axis.ends[low > 0])
        elif low > 0 and high < 1:
            found.append(f"{axis.title} is in the middle ({low:.0%} to {high:.0%} of its range)")
        elif low > 0:
            found.append(f"{axis.ends[1]} (the upper {1 - low:.0%} of its range)")
        else:
            found.append(f"{axis.ends[0]} (the lower {high:.0%} of its range)")
    return found


@dataclass(frozen=True)
class Leaf:
    """Worlds that the tree puts together: the answers that lead there, how many, mean of each outcome, and the verdict."""

    sides: tuple[Side, ...]
    worlds: int
    means: dict[str, float]
    verdict: str


@dataclass(frozen=True)
class Deciding:
    """What decides a comparison in a scenario. `skill`: of the tree, out of sample. `correlations`: a row an outcome and
    axis: squared rank correlation, signed by which end favours the treatment.
    """

    scenario: str
    comparison: str
    skill: float
    leaves: tuple[Leaf, ...]
    correlations: pd.DataFrame

    @property
    def decided(self) -> bool:
        """Whether the tree holds in worlds to which it was not fitted, and tells where cutting helps or backfires."""
        kinds = {leaf.verdict for leaf in self.leaves}
        return bool(self.skill >= SKILL and len(kinds) > 1 and kinds & DECIDED)

    @property
    def strongest(self) -> dict[str, float]:
        """Axes by their squared rank correlation, averaged over outcomes, the strongest first."""
        if self.correlations.empty:
            return {}
        shares = self.correlations.assign(square=self.correlations["correlation"] ** 2)
        means = shares.groupby("axis")["square"].sum() / len(OUTCOMES)
        return {str(name): float(value) for name, value in means.sort_values(ascending=False, kind="stable").items()}


def deciding(headline: Headline) -> list[Deciding]:
    """Return what decides each way of cutting in each scenario."""
    return [_of(headline, scenario, each.name) for scenario in headline.scenarios for each in CUTTING]


def _of(headline: Headline, scenario: str, comparison: str) -> Deciding:
    rows = chosen(headline.table, scenario=scenario, check=STATED, source=BOX, comparison=comparison)
    wide = rows.pivot(index="world", columns="outcome", values="difference").reindex(columns=list(OUTCOMES)).dropna()
    smallest = rows.groupby("outcome")["smallest"].first().reindex(list(OUTCOMES))
    levels = headline.batch.levels.loc[wide.index]
    correlations = [
        flips(-wide[outcome], levels).rename(columns={"factor": "axis"}).assign(outcome=outcome)
        for outcome in OUTCOMES if len(wide)
    ]  # fmt: skip
    skill = np.nan
    leaves: tuple[Leaf, ...] = ()
    if len(wide) >= FEWEST:
        scaled = (wide / smallest.replace(0.0, np.nan)).fillna(0.0).to_numpy()
        skill = _skill(levels.to_numpy(), scaled)
        leaves = merged(tuple(_leaves(levels, scaled, wide, smallest)))
    return Deciding(scenario, comparison, skill, leaves, pd.concat(correlations or [pd.DataFrame()], ignore_index=True))


def _tree(worlds: int) -> DecisionTreeRegressor:
    return DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=ceil(LEAF * worlds), random_state=SEED)


def _skill(levels: Floats, values: Floats) -> float:
    error = total = 0.0
    for fitted, left in KFold(FOLDS, shuffle=True, random_state=SEED).split(levels):
        tree = _tree(len(fitted)).fit(levels[fitted], values[fitted])
        error += float(((values[left] - tree.predict(levels[left]).reshape(len(left), -1)) ** 2).sum())
        total += float(((values[left] - values[fitted].mean(axis=0)) ** 2).sum())
    return 1 - error / total if total > 0 else 0.0


def _leaves(levels: pd.DataFrame, scaled: Floats, wide: pd.DataFrame, smallest: "pd.Series[float]") -> Iterator[Leaf]:
    fitted = _tree(len(levels)).fit(levels.to_numpy(), scaled)
    at = fitted.apply(levels.to_numpy())
    rows, sides = [], {}
    for leaf, answers in _paths(fitted.tree_, 0, ()):
        sides[leaf] = answers
        for outcome in OUTCOMES:
            values = wide.loc[at == leaf, outcome].to_numpy()
            found = paired_difference(values, np.zeros_like(values))
            rows.append({"leaf": leaf, "outcome": outcome, **vars(found), "smallest": smallest[outcome]})
    table = pd.DataFrame(rows)
    table["adjusted_p"] = benjamini_hochberg(table["p"].to_numpy())
    table["verdict"] = verdicts(table)
    for leaf, answers in sides.items():
        mine = chosen(table, leaf=leaf)
        means = dict(zip(mine["outcome"], mine["difference"], strict=True))
        yield Leaf(answers, int((at == leaf).sum()), means, together(mine["verdict"].tolist()))


def _paths(tree: Any, node: int, sides: tuple[Side, ...]) -> Iterator[tuple[int, tuple[Side, ...]]]:
    """Yield each leaf with the answers that lead to it."""
    if tree.children_left[node] < 0:
        yield node, sides
        return
    axis, level = AXES[tree.feature[node]], float(tree.threshold[node])
    yield from _paths(tree, tree.children_left[node], (*sides, Side(axis, False, level)))
    yield from _paths(tree, tree.children_right[node], (*sides, Side(axis, True, level)))


def merged(leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """Return the leaves with those of one parent and one verdict put together, since the last question decides nothing."""
    for one in leaves:
        for other in leaves:
            parent = one.sides[:-1]
            siblings = (
                one is not other and one.sides and len(one.sides) == len(other.sides) and parent == other.sides[:-1]
            )
            if siblings and one.verdict == other.verdict:
                worlds = one.worlds + other.worlds
                means = {
                    name: (one.means[name] * one.worlds + other.means[name] * other.worlds) / worlds
                    for name in one.means
                }
                rest = [leaf for leaf in leaves if leaf not in (one, other)]
                place = leaves.index(one)
                return merged((*rest[:place], Leaf(parent, worlds, means, one.verdict), *rest[place:]))
    return leaves
