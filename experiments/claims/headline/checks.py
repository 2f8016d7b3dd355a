"""Whether the answer stays when seeds, resolution or the form of territory change: the same worlds of the box, run again.

A mean over worlds has a size class: lower or higher (by at least the smallest relevant effect), or small. It stays where
the class stays; else it does not, and `change` with its p says whether the two differ by more than worlds vary.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from experiments.claims.headline.arms import COMPARISONS
from experiments.claims.headline.design import BOX, CHECKS, STATED
from experiments.claims.headline.experiment import OUTCOMES
from experiments.claims.headline.verdicts import Headline, groups, means_of, paired, together
from experiments.measures.statistics import benjamini_hochberg, paired_difference

SIDE = ["scenario", "check", "comparison"]


@dataclass(frozen=True)
class Side:
    """An outcome of a comparison, as stated or under a check: the row of its mean, and the differences of its worlds."""

    mean: dict[Hashable, Any]
    worlds: "pd.Series[float]"


@dataclass(frozen=True)
class Checked:
    """`table`: a row a scenario, check, comparison and outcome: mean and class as stated and under the check, `change`, its
    `adjusted_p`, `stays`. `verdicts`: (scenario, check, comparison) -> verdict on all outcomes together, as stated in the
    same worlds and under the check. `worlds`: how many.
    """

    table: pd.DataFrame
    verdicts: dict[tuple[str, str, str], tuple[str, str]]
    worlds: int

    def stays(self, scenario: str, comparison: str) -> bool:
        """Whether the verdict on all outcomes together is the same under every check."""
        mine = [pair for (place, _, name), pair in self.verdicts.items() if (place, name) == (scenario, comparison)]
        return all(one == other for one, other in mine)


def checked(headline: Headline) -> Checked:
    """Return what becomes of the means under the checks; empty where none was run."""
    numbers = set(range(headline.batch.design.subset))
    if not numbers:
        return Checked(pd.DataFrame(), {}, 0)
    table = headline.table[headline.table["world"].isin(numbers) & (headline.table["source"] == BOX)]
    runs = headline.batch.runs
    pairs = paired(runs[runs["world"].isin(numbers) & (runs["source"] == BOX)])
    sides: defaultdict[tuple[str, str, str], dict[str, Side]] = defaultdict(dict)
    means = means_of(table, pairs).set_index([*SIDE, "outcome"]).to_dict("index")
    for (*side, outcome), (world, difference) in groups(table, [*SIDE, "outcome"], ["world", "difference"]):
        sides[tuple(side)][outcome] = Side(means[*side, outcome], pd.Series(difference, index=world))
    rows, found = [], {}
    there = [check for check in CHECKS if (table["check"] == check).any()]
    for scenario, check, comparison in product(headline.scenarios, there, (each.name for each in COMPARISONS)):
        one, other = (sides[scenario, each, comparison] for each in (STATED, check))
        found[scenario, check, comparison] = (_together(one), _together(other))
        for outcome in (name for name in OUTCOMES if name in one and name in other):
            rows.append(_row(one[outcome], other[outcome]) | {"scenario": scenario, "comparison": comparison}
                        | {"check": check, "outcome": outcome})  # fmt: skip
    result = pd.DataFrame(rows)
    if rows:
        result["adjusted_p"] = benjamini_hochberg(result["p"].to_numpy())
    return Checked(result, found, len(numbers))


def size_class(difference: float, smallest: float) -> str:
    """Return lower or higher, by at least the smallest relevant effect; else small."""
    return "small" if not abs(difference) >= smallest else "lower" if difference < 0 else "higher"


def _together(side: dict[str, Side]) -> str:
    return together([each.mean["verdict"] for each in side.values()])


def _row(one: Side, other: Side) -> dict[str, object]:
    means = [one.mean, other.mean]
    sizes = [size_class(each["difference"], each["smallest"]) for each in means]
    both = pd.concat([one.worlds, other.worlds], axis=1).dropna().to_numpy()
    change = paired_difference(both[:, 1], both[:, 0])
    names = ("difference", "low", "high", "relative")
    stated, then = (
        {f"{when}_{name}": each[name] for name in names} for when, each in zip(("stated", "then"), means, strict=True)
    )
    return stated | then | {
        "stated_class": sizes[0], "then_class": sizes[1], "stays": sizes[0] == sizes[1], "change": change.difference,
        "p": change.p if len(both) > 1 else np.nan,
    }  # fmt: skip
