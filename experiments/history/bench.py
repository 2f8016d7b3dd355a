"""The runs of a calibration: what is calibrated, at which points runs are made, and what the targets are of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from experiments.batch.errors import PlanError
from experiments.batch.run import Run
from experiments.history.matching import Floats, Matched, summary
from experiments.history.measured_runs import MeasuredRuns, Values, number, run_at
from experiments.history.space import FITTED
from experiments.history.target import SCENARIO, Target
from experiments.points.ranges import point

if TYPE_CHECKING:
    from model.record import Result


@dataclass(frozen=True)
class Plan:
    """What a calibration does. `until`: targets of later dates are not used, so that they can be forecast.

    `final`: points that are drawn by the emulated likelihood and run for the ensemble; a further batch of as many, up to
    `batches`, where their effective number is below `effective`.
    """

    points: int = 400
    seeds: int = 4
    waves: int = 4
    final: int = 400
    members: int = 200
    seed: int = 0
    until: date | None = None
    parameters: tuple[str, ...] = tuple(FITTED)
    base: Run = field(default_factory=lambda: Run(str(SCENARIO)))
    batches: int = 3
    effective: int = 50

    def __post_init__(self) -> None:
        least = len(self.parameters) + 2
        if self.points < least:
            raise PlanError(
                f"--points must be {least} or more for {len(self.parameters)} parameters, got {self.points}"
            )
        if self.seeds < 2:
            raise PlanError(f"--seeds must be 2 or more, got {self.seeds}: one run cannot separate chance from misfit")
        for name, value in (("--final", self.final), ("--members", self.members)):
            if value < self.effective:
                words = f"{name} must be {self.effective} or more, the effective number of members wanted"
                raise PlanError(f"{words}, got {value}")


class Bench:
    """Runs points of a plan and measures the targets. `failed`: points with a run that failed or could not be measured.

    Every point has seeds of its own: with the same ones the luck of a few seeds would be in all points alike, and emulators
    could not tell it from the model.
    """

    def __init__(self, plan: Plan, fitted: Mapping[str, Target], runs: MeasuredRuns) -> None:
        self.plan, self.fitted, self.runs = plan, fitted, runs
        self.base = replace(plan.base)
        self.asked = self.failed = 0
        self.without: Counter[str] = Counter()  # target -> points with a run that has no value of it

    def run(self, name: str, shares: Floats) -> tuple[Matched, npt.NDArray[np.bool_]]:
        """Return what came of points, and which of them are in it: points with a failed run are left out and counted.

        `name`: what the points are called where none of them could be measured, a PlanError.
        """
        plan, targets = self.plan, list(self.fitted.values())
        firsts = plan.seeds * np.arange(self.asked, self.asked + len(shares))
        self.asked += len(shares)
        runs = [
            run_at(self.base, point(row, plan.parameters), int(first) + seed)
            for row, first in zip(shares, firsts, strict=True) for seed in range(plan.seeds)
        ]  # fmt: skip
        texts = [target.text for target in targets]
        values = self.runs.measure(runs, texts, partial(take, tuple(targets)))
        table = np.array([
            [target.scaled(number(found, text)) for target, text in zip(targets, texts, strict=True)]
            for found in values
        ]).reshape(len(shares), plan.seeds, len(targets))  # fmt: skip
        known = np.isfinite(table).all(axis=1)
        sound = known.all(axis=1)
        ran = known.any(axis=1)  # where no target has a value the run failed
        self.without.update(
            {name: int(found) for name, found in zip(self.fitted, (~known[ran]).sum(axis=0), strict=True)}
        )
        self.failed += int((~sound).sum())
        if not sound.any():
            reason = next(iter(self.runs.errors.values()), "the runs end before the targets' dates")
            raise PlanError(f"no run of {name} could be measured: {reason}")
        return Matched(shares[sound], *summary(table[sound]), firsts[sound]), sound


def take(targets: tuple[Target, ...], result: "Result") -> Values:
    """Return the targets' measures of a run by their texts."""
    return {target.text: target.of(result) for target in targets}
