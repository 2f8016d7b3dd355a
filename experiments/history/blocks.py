"""Facts that are not independent: the covariance of targets by groups, and how many facts they are worth.

    cov(i, i) = v_i + (c D_i)^2 = s_i^2,    cov(i, j) = r s_i s_j within a group, 0 otherwise
    facts     = sum over groups of m / (1 + (m - 1) r)

v: variance of a report, D: declared discrepancy, c: factor on it, r: correlation of a group, m: its members. A target
without a group is a fact of its own. `facts` is the number of independent reports that would fix a common error as well:
the variance of the mean of m errors with correlation r is s^2 (1 + (m - 1) r) / m (Kish, Survey Sampling, 1965). A high
correlation forgives an error that all members share and counts it once; it does not forgive that they err differently.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from experiments.history.target import Group, Target

Floats = npt.NDArray[np.float64]
MOST = 0.99  # correlation in a covariance: at 1 it could not be inverted


def covariance(targets: Sequence[Target], groups: Mapping[str, Group], factor: float = 1.0) -> Floats:
    """Return the covariance of what targets may miss by, of report and model together, on their scales (n, n)."""
    deviations = np.sqrt([target.observed_variance + (factor * target.discrepancy) ** 2 for target in targets])
    return np.asarray(correlation(targets, groups) * np.multiply.outer(deviations, deviations))


def correlation(targets: Sequence[Target], groups: Mapping[str, Group]) -> Floats:
    """Return the correlation of what targets may miss by, (n, n)."""
    shared = np.eye(len(targets))
    for row, first in enumerate(targets):
        for column, second in enumerate(targets):
            if row != column and first.group and first.group == second.group:
                shared[row, column] = min(groups[first.group].correlation, MOST)
    return shared


def facts(targets: Sequence[Target], groups: Mapping[str, Group]) -> float:
    """Return the effective number of independent facts."""
    members = Counter(target.group for target in targets if target.group)
    alone = sum(not target.group for target in targets)
    return alone + sum(count / (1 + (count - 1) * groups[name].correlation) for name, count in members.items())


def weight(name: str, targets: Mapping[str, Target], groups: Mapping[str, Group]) -> float:
    """Return how much of a fact a target is among others: 1 / (1 + (m - 1) r)."""
    group = targets[name].group
    members = sum(each.group == group for each in targets.values())
    return 1 / (1 + (members - 1) * groups[group].correlation) if group else 1.0
