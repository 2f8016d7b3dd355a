"""What is run: worlds in scenarios, every arm in each with the same seeds; and the same again for the checks.

Worlds are of three sources: `box`, points that fill the space of `AXES`; `ensemble`, members of the shipped ensemble,
futures that reports do not refute, with everything else as declared; `declared`, the one world with everything as declared.
The first worlds of the box run again under each check: with other seeds, on another grid, with the other form of territory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.batch.errors import PlanError
from experiments.batch.run import Run, replicates
from experiments.claims.headline.arms import ARMS, Arm
from experiments.claims.headline.axes import AXES, SENTIMENT
from experiments.points.ensemble import Ensemble, load_ensemble
from experiments.sweep.plan import with_parameters
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario

SCENARIOS = ("levant_2014", "essay_2016")
BOX, ENSEMBLE, DECLARED = "box", "ensemble", "declared"
STATED, SEEDS, GRID, FORM = "as stated", "other seeds", "other grid", "other form of territory"
CHECKS = (SEEDS, GRID, FORM)
SEQUENCE = 2016  # scrambles the Sobol sequence: always the same points, and more of them contain the fewer
NEXT_SEED = 10_000  # of the check of other seeds
COARSE, FINE = 1.0, 0.5  # degrees of the other grid; the second where the scenario is coarse itself


@dataclass(frozen=True)
class World:
    """A world: its source, its number there, its level on each axis (none of a member), and a member's parameters."""

    source: str
    number: int
    levels: tuple[float, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    first_seed: int = 0

    def overrides(self, scenario: Scenario) -> dict[str, Any]:
        """Return what is not as declared in this world."""
        settings: dict[str, Any] = dict(self.parameters)
        for axis, level in zip(AXES, self.levels, strict=False):
            settings |= axis.overrides(level, scenario)
        return settings


@dataclass(frozen=True)
class Planned:
    """A run and what it is for."""

    scenario: str
    check: str
    world: World
    arm: str
    seed: int
    run: Run


@dataclass(frozen=True)
class Design:
    """How much is run. `members`: of the ensemble (0: none). `checked`: worlds of the box that run again under checks."""

    points: int = 64
    seeds: int = 6
    weeks: int = 104
    scenarios: tuple[str, ...] = SCENARIOS
    members: int = 32
    checked: int = 16

    def __post_init__(self) -> None:
        least = {"points": (4, "fewer worlds show no pattern"), "seeds": (2, "one pair of runs has no interval"),
                 "weeks": (1, "nothing happens in none"), "members": (0, "it is a number of worlds"),
                 "checked": (0, "it is a number of worlds")}  # fmt: skip
        wrong = [
            f"--{name} must be {low} or more, got {getattr(self, name)}: {why}"
            for name, (low, why) in least.items() if getattr(self, name) < low
        ]  # fmt: skip
        wrong += [] if self.members != 1 else ["--members must be 0 or at least 2, got 1: one world has no spread"]
        if wrong:
            raise PlanError("; ".join(wrong))

    @cached_property
    def box(self) -> tuple[World, ...]:
        """The points of the box."""
        return sample(self.points)

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """All worlds: those of the box, the declared one, members of the ensemble."""
        declared = World(DECLARED, 0)
        return (*self.box, declared, *(members(load_ensemble(), self.members, self.seeds) if self.members else ()))

    @property
    def subset(self) -> int:
        """How many worlds of the box are checked."""
        return min(self.checked, self.points)

    @cached_property
    def runs(self) -> list[Planned]:
        """Every run: as stated seed by seed, so that a stopped batch knows as much of each world; then check by check."""
        planned = []
        for check in (STATED, *CHECKS) if self.checked else (STATED,):
            worlds = self.worlds if check == STATED else self.box[: self.subset]
            batches = [each for scenario in self.scenarios for each in self._replicates(scenario, check, worlds)]
            planned += [runs[seed] for seed in range(self.seeds) for runs in batches]
        return planned

    def _replicates(self, scenario: str, check: str, worlds: Sequence[World]) -> Iterator[list[Planned]]:
        bases = {}
        for arm in ARMS.values():
            plain = Run(scenario, arm.policy, {**arm.overrides, "weeks": self.weeks})
            bases[arm.name] = Run(scenario, arm.policy, {**plain.overrides, **changed(check, plain.composed)})
        for world in worlds:
            settings = world.overrides(bases[next(iter(ARMS))].composed)
            for arm in ARMS.values():
                yield self._of_an_arm(scenario, check, world, arm, _with(bases[arm.name], settings))

    def _of_an_arm(self, scenario: str, check: str, world: World, arm: Arm, run: Run) -> list[Planned]:
        first = world.first_seed + (NEXT_SEED if check == SEEDS else 0)
        return [
            Planned(scenario, check, world, arm.name, number, each)
            for number, each in enumerate(replicates(run, range(first, first + self.seeds)))
        ]


def changed(check: str, scenario: Scenario) -> dict[str, Any]:
    """Return the overrides of a check."""
    if check == GRID:
        return {"resolution": COARSE if scenario.resolution != COARSE else FINE}
    if check == FORM:
        form = "territory.form"
        others = [each for each in declarations().mechanisms[form].options if each != scenario.mechanisms[form]]
        return {f"mechanisms.{form}": others[0]}
    return {}


def sample(points: int) -> tuple[World, ...]:
    """Return the first `points` of a scrambled Sobol sequence in the box of `AXES`; an axis with two levels gets 0 or 1.

    Source: Sobol, USSR Computational Mathematics and Mathematical Physics 7 (1967).
    """
    from scipy.stats import qmc  # half a second, and only needed where runs are made

    sequence = qmc.Sobol(len(AXES), rng=SEQUENCE).random_base2(int(np.ceil(np.log2(points))))
    for column, axis in enumerate(AXES):
        if axis.binary:
            sequence[:, column] = sequence[:, column] >= axis.off
    return tuple(World(BOX, number, tuple(map(float, levels))) for number, levels in enumerate(sequence[:points]))


def members(ensemble: Ensemble, count: int, seeds: int) -> tuple[World, ...]:
    """Return so many members as worlds, each as often as its weight says; one that comes again has other seeds."""
    drawn = ensemble.runs(count, seeds)[:count]
    return tuple(
        World(ENSEMBLE, number, parameters=tuple(point.items()), first_seed=first)
        for number, (point, first) in enumerate(drawn)
    )


def _with(base: Run, settings: Mapping[str, Any]) -> Run:
    """Return a run with further settings, composed by copying: checking it all anew would take as long as some weeks."""
    run = Run(base.scenario, base.policy, {**base.overrides, **settings})
    sentiment = {key: value for key, value in settings.items() if key.endswith(f".{SENTIMENT}")}
    composed = with_parameters(base.composed, {key: value for key, value in settings.items() if key not in sentiment})
    if composed is not None:
        governments = dict(composed.governments)
        for key, value in sentiment.items():
            code = key.split(".")[1]
            governments[code] = governments[code].model_copy(update={SENTIMENT: value})
        vars(run)["composed"] = composed.model_copy(update={"governments": governments})
    return run
