"""When a sweep has run enough replicates: a fixed number, or when a mean is known precisely enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.measures.statistics import paired_difference
from experiments.sweep.design import Design
from experiments.sweep.plan import Plan

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Precision:
    """How well a mean is known: of which arm, its value, the half width of its 95% interval, the half width wanted."""

    scenario: str
    policy: str
    mean: float
    half_width: float
    wanted: float

    @property
    def enough(self) -> bool:
        """Whether the interval is as narrow as wanted; one that cannot be known is not."""
        return bool(self.half_width <= self.wanted)


def precisions(plan: Plan, values: Floats) -> list[Precision]:
    """Return how well the mean asked for is known in each scenario and policy.

    `values` (replicates, points, arms) of the outcome, nan where a run failed. A replicate's value is the mean over the
    points, of the outcome or of its difference from the policy `against`; failed runs and their pairs do not count. The
    interval is Student's over replicates.
    """
    stopping, found = plan.design.stopping, []
    places = {(arm.scenario_name, arm.policy_name): place for place, arm in enumerate(plan.arms)}
    for (scenario, policy), place in places.items():
        if policy == stopping.against or policy not in (stopping.policies or [policy]):
            continue
        table = values[:, :, place]
        if stopping.against is not None:
            table = table - values[:, :, places[scenario, stopping.against]]
        means = np.array([row[~np.isnan(row)].mean() for row in table if not np.isnan(row).all()])
        paired = paired_difference(means, np.zeros(len(means)))
        wanted = stopping.tolerance or (stopping.relative or 0.0) * abs(paired.difference)
        half = (paired.high - paired.low) / 2
        found.append(Precision(scenario, policy, paired.difference, half, wanted))
    return found


def next_replicates(design: Design, replicates: int, known: Sequence[Precision]) -> int:
    """Return how many replicates to have next: as many as there are where that is enough, or the most there may be."""
    if design.stopping.rule == "fixed" or all(each.enough for each in known):
        return replicates
    return min(design.maximum, replicates + design.stopping.step)


def outcome_values(plan: Plan, tables: Iterable[pa.Table], outcome: str, replicates: int) -> Floats:
    """Return an outcome as (replicates, points, arms) from tables with the columns row and outcome; nan where none is."""
    values = np.full(plan.total(replicates), np.nan)
    for table in tables:
        rows = table["row"].to_numpy()
        found = table[outcome].to_numpy()
        there = (rows < len(values)) & ~np.isnan(found)  # a run that failed does not replace one that succeeded later
        values[rows[there]] = found[there]
    return values.reshape(replicates, len(plan.points), len(plan.arms))
