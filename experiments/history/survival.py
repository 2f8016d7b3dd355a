"""Which conclusion survives what: the sign and size of each under each condition, held against the reference.

A conclusion is a sign that the reference shows: the interval of the mean over members, each with its own parameters and
its own luck, excludes zero. Under a condition it **survives** where the same sign is shown; it is **lost** where none is
(not distinguishable), and **reversed** where the opposite one is. Where the reference shows none there is no conclusion; a
sign that a condition shows then **appears**.
"""

import numpy as np
import pandas as pd

from experiments.history.structure import OUTCOMES, PAIRS, REFERENCE, Measured, conditions
from experiments.measures.certainty import from_luck
from experiments.measures.statistics import benjamini_hochberg, paired_difference

SURVIVES, LOST, REVERSED, APPEARS, NONE = "survives", "lost", "reversed", "appears", ""
COLUMNS = (
    "policy", "against", "effort", "outcome", "kind", "condition", "base", "difference", "low", "high", "of_reference",
    "adjusted_p", "sign", "agree", "verdict", "pairs",
)  # fmt: skip


def survival(measured: Measured) -> pd.DataFrame:
    """Return a row a pair of policies, outcome and condition (`COLUMNS`).

    `difference`, `low`, `high`: mean over members of the paired difference, each member with its own seed, and its 95%
    interval (Student's t); `of_reference`: its size as a share of that of the reference; `base`: mean of what it is
    compared with. `agree`: share of members with that sign.
    """
    rows = []
    for (policy, against), effort in PAIRS.items():
        for outcome in OUTCOMES:
            for name, condition in conditions().items():
                one, two = (measured[name][each][:, 0, OUTCOMES.index(outcome)] for each in (policy, against))
                known = ~(np.isnan(one) | np.isnan(two))
                paired = paired_difference(one[known], two[known])
                agree = np.sign(one - two)[known] == np.sign(paired.difference)
                rows.append({
                    "policy": policy, "against": against, "effort": effort, "outcome": outcome, "kind": condition.kind,
                    "condition": name, "base": two[known].mean(), "difference": paired.difference, "low": paired.low,
                    "high": paired.high, "p": paired.p, "agree": agree.mean(), "pairs": int(known.sum()),
                })  # fmt: skip
    return judged(pd.DataFrame(rows))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with adjusted p (Benjamini and Hochberg over all rows), sign (0: not distinguishable), verdict, and
    size as a share of that of the reference (nan where the reference has no conclusion).
    """
    adjusted = benjamini_hochberg(table["p"].to_numpy(dtype=float))
    signs = np.where(from_luck(adjusted), np.sign(table["difference"].fillna(0.0)), 0.0).astype(int)
    table = table.assign(adjusted_p=adjusted, sign=signs)
    keys = ["policy", "against", "outcome"]
    reference = table[table["condition"] == REFERENCE].set_index(keys)[["sign", "difference"]].add_prefix("expected_")
    both = table.join(reference, on=keys)
    verdicts = [
        verdict(int(sign), int(wanted)) for sign, wanted in zip(both["sign"], both["expected_sign"], strict=True)
    ]
    share = (both["difference"] / both["expected_difference"]).where(both["expected_sign"] != 0)
    return table.assign(verdict=verdicts, of_reference=share)[list(COLUMNS)]


def verdict(sign: int, expected: int) -> str:
    """Return what becomes of a conclusion: signs of a condition and of the reference, 0 where not distinguishable."""
    if not expected:
        return APPEARS if sign else NONE
    return SURVIVES if sign == expected else REVERSED if sign == -expected else LOST
