"""The runs of a design: every point in every scenario under every policy, replicate by replicate.

Rows are numbered replicate by replicate, then point by point, then scenario by scenario and policy by policy, so that
more replicates add rows at the end, and a batch that is stopped knows as much of each point.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import product
from typing import Any

import numpy as np

from experiments.batch.errors import PlanError
from experiments.batch.own_model import model_source
from experiments.batch.run import Run
from experiments.points.factors import Value
from experiments.points.sampling import Floats
from experiments.sweep.check import point_overrides
from experiments.sweep.design import Design
from experiments.sweep.own_points import Points
from model.scenario import load_scenario
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario

KEPT_COMPOSED = 512  # scenarios of (point, arm) that are kept for the next replicate


@dataclass(frozen=True)
class Arm:
    """A scenario under a policy: what to load, and the names in the results."""

    scenario: str
    policy: str
    scenario_name: str
    policy_name: str

    def meant(self, scenario: str | None, policy: str | None) -> bool:
        """Tell whether it is of this scenario and policy, each by its name or by what to load; None is any."""
        return scenario in (None, self.scenario, self.scenario_name) and policy in (None, self.policy, self.policy_name)


@dataclass(frozen=True)
class Row:
    """A run of a design and where it stands in it."""

    number: int
    point: int
    arm: Arm
    run: Run


class Plan:
    """The rows of a design at points of the unit cube, (points, factors); without `points` those of its sampling.

    Raises PlanError where the matrix is none of such points.
    """

    def __init__(self, design: Design, points: Floats | Points | None = None) -> None:
        self.design = design
        self.own = points if isinstance(points, Points) else None
        matrix = design.sample() if points is None else _matrix(points, len(design.factors))
        if matrix.ndim != 2 or matrix.shape[1] != len(design.factors) or not len(matrix):
            wanted = f"(points, {len(design.factors)}), a column a factor"
            raise PlanError(f"a matrix of points must be {wanted}, got {matrix.shape}")
        if not ((matrix >= 0) & (matrix <= 1)).all():
            raise PlanError("points must lie in the unit cube: every share between 0 and 1")
        self.points = matrix
        self.arms = tuple(Arm(*pair) for pair in self._arms())
        self._cells = None if self.own is None else self._listed(self.own)
        self._composed: dict[tuple[int, int], Scenario] = {}

    def _listed(self, own: Points) -> list[tuple[int, int, int]] | None:
        """Return replicate, point and arm of the rows of a table that says under what each runs; None where all are."""
        if not (own.scenarios or own.policies or own.seeds):
            return None
        cells = []
        for point, scenario, policy, seed in own.rows:
            arms = [place for place, arm in enumerate(self.arms) if arm.meant(scenario, policy)]
            replicates = range(self.design.replicates) if seed is None else [own.seeds.index(seed)]
            cells += [(replicate, point, arm) for replicate in replicates for arm in arms]
        return sorted(cells)

    def _arms(self) -> Iterator[tuple[str, str, str, str]]:
        design = self.design
        for (scenario, name), (policy, title) in product(design.scenarios.items(), design.policies.items()):
            yield scenario, policy, name, title

    @cached_property
    def bases(self) -> tuple[Scenario, ...]:
        """The scenario of each arm with the design's settings, before any factor is set. Raises ScenarioError."""
        return tuple(load_scenario(arm.scenario, arm.policy, self.design.overrides) for arm in self.arms)

    @property
    def listed(self) -> bool:
        """Whether a table says under what each of its rows runs."""
        return self._cells is not None

    @property
    def digest(self) -> str:
        """Sixteen hex digits of what the rows are: arms, factors and points; the number of replicates does not count."""
        factors = [(factor.key, repr(factor)) for factor in self.design.factors]
        text = f"{[base.digest for base in self.bases]} {factors} {self.points.shape}"
        head, own = self.design.head, self.own
        model = head.model and f"{head.model} {model_source(head.model)}"
        more = (head.seeds, head.at, head.at and head.outcomes, head.stop, model, own and (own.values, own.rows))
        text += f" {more}" if any(more) else ""
        return sha256(text.encode() + np.ascontiguousarray(self.points).tobytes()).hexdigest()[:16]

    def total(self, replicates: int) -> int:
        """Number of rows of so many replicates."""
        if self._cells is not None:
            return sum(replicate < replicates for replicate, _, _ in self._cells)
        return replicates * len(self.points) * len(self.arms)

    def place(self, number: int) -> tuple[int, int, int]:
        """Return replicate, point and arm of a row."""
        if self._cells is not None:
            return self._cells[number]
        rest, arm = divmod(number, len(self.arms))
        return *divmod(rest, len(self.points)), arm

    def values(self, point: int) -> dict[str, Value]:
        """Return the factors' values at a point."""
        if self.own is not None:
            return self.own.values[point]
        return {
            factor.key: factor.at(float(share))
            for factor, share in zip(self.design.factors, self.points[point], strict=True)
        }

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        """Yield the rows of these numbers, each run with its scenario composed."""
        for number in numbers:
            replicate, point, place = self.place(number)
            arm = self.arms[place]
            overrides, composed = self._scenario(point, place)
            seed, head = self.design.seed(replicate), self.design.head
            run = Run(arm.scenario, arm.policy, overrides, seed, self.design.stop, head.model)
            vars(run)["composed"] = composed
            yield Row(number, point, arm, run)

    def _scenario(self, point: int, place: int) -> tuple[dict[str, Any], Scenario]:
        base, arm = self.bases[place], self.arms[place]
        varied = point_overrides(self.design, base, self.values(point))
        overrides = self.design.overrides | varied
        composed = self._composed.get((point, place))
        if composed is None:
            composed = with_parameters(base, varied) or load_scenario(arm.scenario, arm.policy, overrides)
            while len(self._composed) >= KEPT_COMPOSED:
                self._composed.pop(next(iter(self._composed)))
            self._composed[point, place] = composed
        return overrides, composed


def _matrix(points: Floats | Points, factors: int) -> Floats:
    if isinstance(points, Points):
        return points.shares.reshape(len(points.values), factors)
    return np.asarray(points, dtype=float)


def with_parameters(base: Scenario, overrides: Mapping[str, Any]) -> Scenario | None:
    """Return what `load_scenario` would make of a scenario with these overrides, where all are parameters or rivals.

    None where any is something else. Parameters and rivals bear on nothing else in a scenario, so that it need not be
    composed and checked again, which takes as long as some weeks of a run; what they are was checked with the design.
    """
    parameters: dict[str, dict[str, float]] = {}
    rivals: dict[str, bool] = {}
    declared = declarations()
    for key, value in overrides.items():
        family, _, name = key.partition(".")
        if family == "rivals" and name in declared.rivals and isinstance(value, bool):
            rivals[name] = value
        elif name in declared.parameters.get(family, {}) and not isinstance(value, bool | str):
            parameters.setdefault(family, dict(base.parameters[family]))[name] = float(value)
        else:
            return None
    changed = {"parameters": {**base.parameters, **parameters}} if parameters else {}
    return base.varied(**changed, **({"rivals": {**base.rivals, **rivals}} if rivals else {}))
