"""The worlds of the headline experiment: points that fill a box of five assumptions, and the runs in each of them.

A point's levels are between 0 and 1 along each axis. A parameter on an axis goes from its lowest to its highest declared
value as low (high / low)^level, so that 1/2 is the geometric middle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from experiments.batch.errors import PlanError
from experiments.batch.run import Run, replicates
from model.scenario.declarations import Parameter, declarations
from model.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]

CUT = "sever_links"
AGAINST = ("core_only", "comprehensive")
POLICIES = (CUT, *AGAINST)
DECLARED = -1  # the number of the world in which everything is as declared
SEQUENCE = 2016  # scrambles the Sobol sequence: always the same points, and more of them contain the fewer
MOST_SENTIMENT = 2.5  # times the declared dislike of foreign movements at level 1; 2.5 x 0.4, the usual value, is 1


@dataclass(frozen=True)
class Axis:
    """An assumption that is varied: parameters from low to high (or `reverse`), a switch, or all governments' sentiment."""

    name: str
    title: str
    meaning: str
    ends: tuple[str, str]
    parameters: tuple[str, ...] = ()
    switch: str = ""
    reverse: bool = False

    @property
    def binary(self) -> bool:
        """Whether there are only two levels: the switch off (0) and on (1)."""
        return bool(self.switch) and not self.parameters

    def declared(self) -> float:
        """The level at which everything is as declared: of several parameters the mean; 0 where a switch is off."""
        if self.switch:
            return 0.0
        if not self.parameters:
            return 1 / MOST_SENTIMENT
        levels = [_level(key) for key in self.parameters]
        return 1 - sum(levels) / len(levels) if self.reverse else sum(levels) / len(levels)

    def overrides(self, level: float, scenario: Scenario) -> dict[str, Any]:
        """Return the overrides that put a scenario at `level` (0 to 1) of this axis."""
        settings: dict[str, Any] = {self.switch: level >= 0.5 if self.binary else True} if self.switch else {}
        place = 1 - level if self.reverse else level
        settings |= {key: _value(key, place) for key in self.parameters}
        if not self.switch and not self.parameters:
            for code, government in scenario.governments.items():
                settings[f"governments.{code}.anti_foreign"] = min(
                    1.0, MOST_SENTIMENT * level * government.anti_foreign
                )
        return settings


AXES = (
    Axis(
        "link_resilience", "link resilience", "how fast cut links regrow, and how far regional hubs reach to mend them",
        ("links stay cut", "hubs mend them"), ("communication.healing", "communication.healing_distance_km"),
        "rivals.network_healing",
    ),
    Axis(
        "anti_foreign", "anti-foreign sentiment",
        f"all governments' dislike of foreign movements, from none to {MOST_SENTIMENT} times the scenario's (at most 1)",
        ("none", "everywhere"),
    ),
    Axis(
        "lost_tips", "lost tips", "whether cutting media also cuts civilians' tips", ("tips kept", "tips lost"),
        switch="rivals.lost_tips",
    ),
    Axis(
        "prestige_dependence", "prestige dependence",
        "what the core's prestige weighs in a pledge, and how fast it follows land won or lost",
        ("low", "high"), ("pledging.conviction", "prestige.momentum"),
    ),
    Axis(
        "strike_pressure", "strike pressure", "how little effort strikes need for half of their effect",
        ("much effort needed", "few strikes suffice"), ("half_effort.strikes",), reverse=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """A point of the box: its number and its level on each axis, (axes,)."""

    number: int
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Design:
    """What the headline experiment runs: worlds, seeds, a scenario and its horizon."""

    points: int = 64
    seeds: int = 8
    scenario: str = "levant_2014"
    weeks: int | None = 104

    def __post_init__(self) -> None:
        if self.points < 4:
            raise PlanError(f"--points must be 4 or more, got {self.points}: fewer worlds make no map")
        if self.seeds < 2:
            raise PlanError(f"--seeds must be 2 or more, got {self.seeds}: one pair of runs has no interval")

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """The points of the box, then the world in which everything is as declared."""
        return (*sample(self.points), World(DECLARED, tuple(axis.declared() for axis in AXES)))

    @cached_property
    def runs(self) -> list[tuple[World, Run]]:
        """Every run with its world: seed by seed, so that a stopped batch knows as much of each world."""
        batches = [(world, list(self._replicates(world))) for world in self.worlds]
        return [
            (world, runs[seed])
            for seed in range(self.seeds)
            for world, policies in batches
            for runs in policies
        ]  # fmt: skip

    def _replicates(self, world: World) -> Iterator[list[Run]]:
        base = Run(self.scenario, CUT, self._horizon()).composed
        overrides = self._horizon()
        if world.number != DECLARED:
            for axis, level in zip(AXES, world.levels, strict=True):
                overrides |= axis.overrides(level, base)
        for policy in POLICIES:
            yield replicates(Run(self.scenario, policy, overrides), range(self.seeds))

    @property
    def horizon(self) -> int:
        """Weeks simulated."""
        return int(Run(self.scenario, CUT, self._horizon()).composed.weeks)

    def _horizon(self) -> dict[str, Any]:
        return {} if self.weeks is None else {"weeks": self.weeks}


def sample(points: int) -> list[World]:
    """Return the first `points` of a scrambled Sobol sequence in the box of `AXES`; an axis with a switch gets 0 or 1.

    Source: Sobol, USSR Computational Mathematics and Mathematical Physics 7 (1967).
    """
    sequence = qmc.Sobol(len(AXES), rng=SEQUENCE).random_base2(int(np.ceil(np.log2(points))))
    for column, axis in enumerate(AXES):
        if axis.binary:
            sequence[:, column] = sequence[:, column] >= 0.5
    return [World(number, tuple(map(float, levels))) for number, levels in enumerate(sequence[:points])]


def _value(key: str, level: float) -> float:
    declared = _parameter(key)
    value = float(f"{declared.low * (declared.high / declared.low) ** level:.5g}")
    return min(max(value, declared.low), declared.high)


def _level(key: str) -> float:
    declared = _parameter(key)
    return log(declared.value / declared.low) / log(declared.high / declared.low)


def _parameter(key: str) -> Parameter:
    family, _, name = key.partition(".")
    return declarations().parameters[family][name]
