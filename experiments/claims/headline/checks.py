"""Whether the answer stays when seeds, resolution or the form of territory change: the same worlds of the box, run again.

A mean over worlds has a size class: lower or higher (by at least the smallest relevant effect), or small. It stays where
the class stays; else it does not, and `change` with its p says whether the two differ by more than worlds vary.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.claims.headline.arms import COMPARISONS
from experiments.claims.headline.design import BOX, CHECKS, STATED
from experiments.claims.headline.experiment import OUTCOMES
from experiments.claims.headline.verdicts import Headline, chosen, means_of, paired, together
from experiments.measures.statistics import benjamini_hochberg, paired_difference


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
    means = means_of(table, pairs)
    rows, found = [], {}
    there = [check for check in CHECKS if (table["check"] == check).any()]
    for scenario in headline.scenarios:
        for check in there:
            for comparison in COMPARISONS:
                asked = {"scenario": scenario, "comparison": comparison.name}
                one, other = (chosen(means, check=each, **asked) for each in (STATED, check))
                found[scenario, check, comparison.name] = (
                    together(one["verdict"].tolist()), together(other["verdict"].tolist()),
                )  # fmt: skip
                for outcome in (
                    name for name in OUTCOMES if all((each["outcome"] == name).any() for each in (one, other))
                ):
                    rows.append(_row(chosen(table, outcome=outcome, **asked), one, other, check) | asked
                                | {"check": check, "outcome": outcome})  # fmt: skip
    result = pd.DataFrame(rows)
    if rows:
        result["adjusted_p"] = benjamini_hochberg(result["p"].to_numpy())
    return Checked(result, found, len(numbers))


def size_class(difference: float, smallest: float) -> str:
    """Return lower or higher, by at least the smallest relevant effect; else small."""
    return "small" if not abs(difference) >= smallest else "lower" if difference < 0 else "higher"


def _row(table: pd.DataFrame, one: pd.DataFrame, other: pd.DataFrame, check: str) -> dict[str, object]:
    outcome = table["outcome"].iloc[0]
    means = [chosen(each, outcome=outcome).iloc[0] for each in (one, other)]
    sizes = [size_class(each["difference"], each["smallest"]) for each in means]
    worlds = [chosen(table, check=each).set_index("world")["difference"] for each in (STATED, check)]
    both = pd.concat(worlds, axis=1).dropna().to_numpy()
    change = paired_difference(both[:, 1], both[:, 0])
    names = ("difference", "low", "high", "relative")
    stated, then = (
        {f"{when}_{name}": each[name] for name in names} for when, each in zip(("stated", "then"), means, strict=True)
    )
    return stated | then | {
        "stated_class": sizes[0], "then_class": sizes[1], "stays": sizes[0] == sizes[1], "change": change.difference,
        "p": change.p if len(both) > 1 else np.nan,
    }  # fmt: skip
