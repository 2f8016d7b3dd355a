"""Calibration by history matching in waves, then weights within what is left; one call, resumable, by its seed.

    wave 1    a Latin hypercube over the declared ranges of the fitted parameters
    wave 2..  points that the emulators of all waves so far do not refute, evenly over that space
    final     points of that space, drawn by the emulated likelihood and run (`weights.py`)

Waves end early by a rule that was fixed beforehand: where the emulators' variance is small beside all other variances for
every target (`SMALL`, at the median point of the space), or where a later wave left more than `STILL` of the space before.

Where fewer points than `LEAST` are non-implausible by their own runs the declared discrepancies are multiplied by a factor
until as many are; the factor is part of the result, and says how much worse the model is than we had hoped.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.store import Store
from experiments.history.bench import Bench, Plan
from experiments.history.emulator import Check
from experiments.history.matching import Floats, Matched, Reports, Screen, implausibility, own_variances, plausible
from experiments.history.measured_runs import MeasuredRuns
from experiments.history.populations import Population, everywhere, likely, narrowed
from experiments.history.steps import Arrays, Steps
from experiments.history.target import Target, Targets, load_targets
from experiments.history.weights import Drawn, Weighed, weighed
from experiments.points.ranges import hypercube, point
from experiments.points.weighting import thinned

FACTORS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
LEAST = 50
SMALL = 0.2  # of all other variances: an emulator's variance that no longer matters
STILL = 0.8  # share of the space before that a wave leaves when the space no longer shrinks
KIND = "calibration"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wave:
    """What a wave found. `share`: of the ranges, that its emulators and those before leave; `cutoff`: by which I.

    `plausible`: points so far that are by their own runs; `doubt`: largest over targets of the emulators' variance over
    all others, at the median point of the space; `doubtful`: targets of which it is above `SMALL`.
    """

    number: int
    points: int
    plausible: int
    share: float
    cutoff: float
    doubt: float
    doubtful: int

    def settled(self, before: float) -> bool:
        """Whether no further wave is worth its runs, by the rule above; `before`: the share that was left before it."""
        return self.doubt <= SMALL or (self.number > 1 and self.share > STILL * before)


@dataclass(frozen=True)
class Calibrated:
    """The result: members and their weights (m,), I of them (m, targets), the factor on discrepancies, what waves did.

    `weighed`: effective number and exponent of the final points; `checks`: of the last emulators, out of sample.
    `without`: targets of which runs had no value -> so many points, which are left out.
    """

    plan: Plan
    reports: Reports
    targets: Mapping[str, Target]
    members: Matched
    weights: Floats
    implausible: Floats
    weighed: Weighed
    checks: dict[str, Check]
    waves: tuple[Wave, ...]
    tried: int
    plausible: int
    failed: int
    without: Mapping[str, int]
    known_until: date

    @property
    def factor(self) -> float:
        """What declared discrepancies were multiplied by."""
        return self.reports.factor

    @property
    def points(self) -> list[dict[str, float]]:
        """The members' parameters."""
        return [point(shares, self.plan.parameters) for shares in self.members.shares]


def calibrate(
    plan: Plan, out: str | Path, jobs: int = 1, targets: Targets | None = None, progress: OnProgress | None = None,
    fresh: bool = False, command: Sequence[str] = (), say: Say | None = None,
) -> Calibrated:  # fmt: skip
    """Calibrate, running and working out only what `out` does not hold yet; stopped or killed, the same call resumes.

    `progress` is called with how far the wave is, `say` with a sentence before what takes long.

    Raises PlanError where no target is left to fit or no run succeeds, StoreError where `out` holds other results, is in
    use or cannot be written.
    """
    loaded = targets or load_targets()
    fitted = loaded.fitted(plan.until)
    if not fitted:
        raise PlanError("no target is left to fit: those of the file are later, or are not of use `fit`")
    until = min(plan.until or loaded.about.fitted_until, loaded.about.fitted_until)
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store, warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length scale at its bound: the parameter does nothing
        with threadpool_limits(1):  # sums in another order are other numbers
            bench = Bench(plan, fitted, MeasuredRuns(store, jobs, progress))
            reports = Reports(tuple(fitted.values()), loaded.groups)
            steps = Steps(store.out, list(fitted), reports.observed, reports.covariance, plan.parameters, plan.seeds)
            return _Calibration(bench, reports, steps, jobs, say or (lambda words: None)).run(until)


class _Calibration:
    """One calibration: `matched` is all that was run, `screens` the emulators of each wave."""

    def __init__(self, bench: Bench, reports: Reports, steps: Steps, jobs: int, say: Say) -> None:
        self.plan, self.fitted, self.bench = bench.plan, bench.fitted, bench
        self.reports, self.steps, self.jobs, self.say = reports, steps, jobs, say
        self.matched = Matched.nothing(len(self.plan.parameters), len(self.fitted))
        self.screens: list[Screen] = []

    def run(self, until: date) -> Calibrated:
        """Run waves, then batches of final points; return the ensemble."""
        population, waves = self._waves()
        batches = list[Drawn]()
        for batch in range(1, self.plan.batches + 1):
            batches.append(self._batch(population, batch))
            factor = self._factor()
            found = weighed(batches, replace(self.reports, factor=factor), self.plan)
            if (found.exponent == 1 and factor == self.reports.factor) or batch == self.plan.batches:
                break
            population = self._again(population, factor, batch)
        self.reports = replace(self.reports, factor=factor)
        return self._ensemble(batches, found, waves, until)

    def _waves(self) -> tuple[Population, tuple[Wave, ...]]:
        plan, waves = self.plan, list[Wave]()
        size = len(plan.parameters)
        population, shares = everywhere(plan.points, size, plan.seed), hypercube(plan.points, size, plan.seed)
        for wave in range(1, plan.waves + 1):
            self.matched = self.matched.joined(self.bench.run(f"wave {wave}", shares)[0])
            before, count = population.share, max(plan.points, plan.final)
            screen = self._screen(population, f"wave_{wave}")
            population = self._narrowed(population, screen, count, plan.seed + 100 * wave, f"wave_{wave}")
            doubt = screen.doubt(population.points)
            good = int(plausible(self.matched, self.reports, plan.seeds).sum())
            waves.append(Wave(wave, len(shares), good, population.share, population.cutoff, float(doubt.max()),
                              int((doubt > SMALL).sum())))  # fmt: skip
            if waves[-1].settled(before):
                break
            shares = population.chosen(plan.points, plan.seed + wave)
        return population, tuple(waves)

    def _screen(self, population: Population, name: str) -> Screen:
        """Return emulators of the runs nearest to a population."""
        near, seeds = self.matched.near(population.points), self.plan.seeds
        self.say(f"Fitting and checking {len(self.fitted)} emulators on {len(near.shares)} points ({name}) ...")

        def work() -> Arrays:
            return {"found": Screen.of(near, self.reports, seeds, self.jobs).found}

        found = self.steps.take(f"emulators_{name}", [near.shares, near.means, near.chance], work)["found"]
        self.screens.append(Screen.of(near, self.reports, seeds, self.jobs, found))
        return self.screens[-1]

    def _narrowed(self, population: Population, screen: Screen, count: int, seed: int, name: str) -> Population:
        self.say(f"Spreading points over what they leave ({name}) ...")

        def work() -> Arrays:
            made = narrowed(population, screen, count, seed)
            (newest, limit), share = made.limits[-1], made.share
            return {"points": made.points, "order": np.array(newest.order), "numbers": np.array([share, limit])}

        kept = self.steps.take(f"space_{name}", [count, seed, self.reports.factor], work)
        ordered = replace(screen, order=tuple(int(column) for column in kept["order"]))
        share, limit = (float(number) for number in kept["numbers"])
        return Population(kept["points"], share, (*population.limits, (ordered, limit)))

    def _batch(self, population: Population, batch: int) -> Drawn:
        """Run points drawn by the emulated likelihood."""
        plan, seed = self.plan, self.plan.seed + 10_000 + batch
        self.say(f"Drawing points by the emulated likelihood (batch {batch}) ...")

        def work() -> Arrays:
            return dict(zip(("points", "logs"), likely(population, seed), strict=True))

        drawn = self.steps.take(f"final_{batch}", [seed], work)
        points, logs = drawn["points"], drawn["logs"]
        kept = np.sort(np.unique(points, axis=0, return_index=True)[1])
        kept = np.sort(np.random.default_rng(plan.seed + batch).permutation(kept)[: plan.final])
        matched, sound = self.bench.run(f"final batch {batch}", points[kept])
        self.matched = self.matched.joined(matched)
        return Drawn(matched, logs[kept][sound])

    def _factor(self) -> float:
        """Return the least factor on discrepancies that leaves enough points non-implausible by their own runs."""
        least = min(LEAST, self.plan.effective, len(self.matched.shares))
        for factor in FACTORS[FACTORS.index(self.reports.factor) :]:
            good = plausible(self.matched, replace(self.reports, factor=factor), self.plan.seeds).sum()
            if good >= least:
                return factor
        if not good:
            raise PlanError(
                f"no point is non-implausible even with discrepancies of {FACTORS[-1]:g} times those declared"
            )
        return FACTORS[-1]

    def _again(self, population: Population, factor: float, batch: int) -> Population:
        """Return the population for a further batch: with emulators of all runs; from the start under another factor."""
        seed, count, size = self.plan.seed + 1000 * batch, self.plan.final, len(self.plan.parameters)
        if factor != self.reports.factor:
            self.reports = replace(self.reports, factor=factor)
            population = everywhere(count, size, seed)
            for number, screen in enumerate(self.screens):
                wider = replace(screen, reports=self.reports)
                population = self._narrowed(population, wider, count, seed + number, f"again_{batch}_{number + 1}")
        screen = self._screen(population, f"again_{batch}")
        return self._narrowed(population, screen, count, seed + 100, f"again_{batch}")

    def _ensemble(self, batches: Sequence[Drawn], found: Weighed, waves: tuple[Wave, ...], until: date) -> Calibrated:
        """Return the members: final points that stand for all of them, with weights."""
        plan, reports = self.plan, self.reports
        drawn = batches[0].matched
        for batch in batches[1:]:
            drawn = drawn.joined(batch.matched)
        kept, weights = thinned(found.weights, plan.members, plan.seed)
        implausible = implausibility(drawn.means, own_variances(drawn, plan.seeds), reports)
        checks = {
            name: emulator.check for name, emulator in zip(self.fitted, self.screens[-1].emulators, strict=True)
        }  # fmt: skip
        good = int(plausible(self.matched, reports, plan.seeds).sum())
        return Calibrated(
            plan, reports, self.fitted, drawn.only(kept), weights, implausible[kept], found, checks, waves,
             len(self.matched.shares), good, self.bench.failed, +self.bench.without, until,
        )  # fmt: skip
