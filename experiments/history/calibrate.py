"""Calibration by history matching in waves, with a non-implausible ensemble at the end; one call, resumable, by its seed.

    wave 1    a Latin hypercube over the declared ranges of the fitted parameters
    wave 2..  points that the emulators of all runs so far do not refute
    ensemble  of all points that were run and are non-implausible by their own runs, an even sample

The best fitting points are not preferred: the more points were run, the closer together those would lie, and the surer of
itself the ensemble would be for no reason.

Where fewer points than `LEAST` are non-implausible the declared discrepancies are multiplied by a factor until as many are;
the factor is part of the result, and says how much worse the model is than we had hoped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history.matching import CUTOFF, Floats, Matched, Screen, implausibility, plausible, propose, summary
from experiments.history.measured_runs import MeasuredRuns, Values, number, run_at
from experiments.history.space import FITTED
from experiments.history.target import SCENARIO, Target, Targets, load_targets
from experiments.points.ranges import hypercube, point

if TYPE_CHECKING:
    from model.record import Result

FACTORS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
LEAST = 50
KIND = "calibration"


@dataclass(frozen=True)
class Plan:
    """What a calibration does. `until`: targets of later dates are not used, so that they can be forecast."""

    points: int = 400
    seeds: int = 4
    waves: int = 3
    members: int = 100
    seed: int = 0
    until: date | None = None
    parameters: tuple[str, ...] = tuple(FITTED)
    base: Run = field(default_factory=lambda: Run(str(SCENARIO)))

    def __post_init__(self) -> None:
        least = len(self.parameters) + 2
        if self.points < least:
            raise PlanError(
                f"--points must be {least} or more for {len(self.parameters)} parameters, got {self.points}"
            )
        if self.seeds < 2:
            raise PlanError(f"--seeds must be 2 or more, got {self.seeds}: one run cannot separate chance from misfit")


@dataclass(frozen=True)
class Wave:
    """What a wave found: its points, the share of the ranges left by the emulators before it, its cutoff."""

    number: int
    points: int
    share: float
    cutoff: float
    plausible: int


@dataclass(frozen=True)
class Calibrated:
    """The result: members' shares (m, k), I (m, targets) of each, the factor on discrepancies, what the waves did."""

    plan: Plan
    targets: dict[str, Target]
    shares: Floats
    implausible: Floats
    means: Floats
    factor: float
    waves: tuple[Wave, ...]
    tried: int
    plausible: int
    failed: int
    known_until: date

    @property
    def points(self) -> list[dict[str, float]]:
        """The members' parameters."""
        return [point(shares, self.plan.parameters) for shares in self.shares]


def calibrate(
    plan: Plan, out: str | Path, jobs: int = 1, targets: Targets | None = None, progress: OnProgress | None = None,
    fresh: bool = False, command: Sequence[str] = (),
) -> Calibrated:  # fmt: skip
    """Calibrate, running only what `out` does not hold yet; stopped or killed, the same call resumes.

    `progress` is called with how far the wave is. Raises PlanError where no target is left to fit or no run succeeds,
    StoreError where `out` holds other results, is in use or cannot be written.
    """
    loaded = targets or load_targets()
    fitted = loaded.fitted(plan.until)
    if not fitted:
        raise PlanError("no target is left to fit: those of the file are later, or are not of use `fit`")
    until = min(plan.until or loaded.about.fitted_until, loaded.about.fitted_until)
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        bench = _Bench(plan, fitted, MeasuredRuns(store, jobs, progress))
        matched, waves = _waves(plan, fitted, bench)
    return _ensemble(plan, fitted, matched, until, waves, bench.failed)


def _waves(plan: Plan, fitted: dict[str, Target], bench: "_Bench") -> tuple[Matched, tuple[Wave, ...]]:
    """Run the waves; return all points that were run, and what each wave found."""
    matched, screens, waves = _nothing(plan, fitted), list[Screen](), list[Wave]()
    for wave in range(1, plan.waves + 1):
        if wave == 1:
            shares, share, cutoff = hypercube(plan.points, len(plan.parameters), plan.seed), 1.0, CUTOFF
        else:
            screens = [*screens, Screen.of(matched, fitted)][-2:]
            proposal = propose(screens, plan.points, len(plan.parameters), plan.seed + wave)
            shares, share, cutoff = proposal.points, proposal.share, proposal.cutoff
        matched = matched.joined(bench.run(wave, shares))
        good = int(plausible(_own(matched, fitted, plan, 1.0)).sum())
        waves.append(Wave(wave, len(shares), share, cutoff, good))
    return matched, tuple(waves)


def _ensemble(
    plan: Plan, fitted: dict[str, Target], matched: Matched, until: date, waves: tuple[Wave, ...], failed: int
) -> Calibrated:
    """Keep the members: an even sample of non-implausible points, with the least factor that leaves enough of them."""
    least = min(LEAST, plan.members, len(matched.shares))
    for factor in FACTORS:
        implausible = _own(matched, fitted, plan, factor)
        good = np.flatnonzero(plausible(implausible))
        if len(good) >= least:
            break
    if not len(good):
        raise PlanError(f"no point is non-implausible even with discrepancies of {FACTORS[-1]:g} times those declared")
    kept = np.sort(np.random.default_rng(plan.seed).permutation(good)[: plan.members])
    return Calibrated(
        plan, fitted, matched.shares[kept], implausible[kept], matched.means[kept], factor, waves,
        len(matched.shares), len(good), failed, until,
    )  # fmt: skip


def _own(matched: Matched, fitted: dict[str, Target], plan: Plan, factor: float) -> Floats:
    """I by the points' own runs: one history is one random draw of variance v, and a mean over seeds is known to v / seeds.

    The variance of few seeds is itself uncertain: that of all points stands beside each point's own, half and half.
    """
    variances = 0.5 * (matched.variances + matched.variances.mean(axis=0)) * (1 + 1 / plan.seeds)
    return implausibility(matched.means, variances, list(fitted.values()), factor)


def _nothing(plan: Plan, fitted: dict[str, Target]) -> Matched:
    empty = np.zeros((0, len(fitted)))
    return Matched(np.zeros((0, len(plan.parameters))), empty, empty)


class _Bench:
    """Runs points of a plan and measures the targets."""

    def __init__(self, plan: Plan, fitted: dict[str, Target], runs: MeasuredRuns) -> None:
        self.plan, self.fitted, self.runs = plan, fitted, runs
        self.base = replace(plan.base)
        self.failed = 0

    def run(self, wave: int, shares: Floats) -> Matched:
        """Return the points' means and variances over seeds; points with a failed run are left out and counted."""
        plan, targets = self.plan, list(self.fitted.values())
        runs = [
            run_at(self.base, point(row, plan.parameters), seed) for row in shares for seed in range(plan.seeds)
        ]  # fmt: skip
        texts = [target.text for target in targets]
        values = self.runs.measure(runs, texts, partial(take, tuple(targets)))
        table = np.array([
            [target.scaled(number(found, text)) for target, text in zip(targets, texts, strict=True)]
            for found in values
        ]).reshape(len(shares), plan.seeds, len(targets))  # fmt: skip
        sound = np.isfinite(table).all(axis=(1, 2))
        self.failed += int((~sound).sum())
        if not sound.any():
            reason = next(iter(self.runs.errors.values()), "the runs end before the targets' dates")
            raise PlanError(f"no run of wave {wave} could be measured: {reason}")
        return Matched(shares[sound], *summary(table[sound]))


def take(targets: tuple[Target, ...], result: "Result") -> Values:
    """Return the targets' measures of a run by their texts."""
    return {target.text: target.of(result) for target in targets}
