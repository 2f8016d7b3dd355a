"""Designs of batch experiments: TOML files that say what varies, what is fixed, which outcomes count, and when to stop.

    design = load_design("policy_question")       # a shipped name or a path
    design.factors, design.sampling, design.runs

All that is wrong with a file is reported at once, each mistake with its file, key, value, what is allowed and the nearest
valid name. The classes here say what may be written; `design_file.py` reads it, `check.py` tries it
in the model.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.batch.tables import at_week
from experiments.points.factors import Factor
from experiments.points.sampling import METHODS, Floats, sampled, size_of_factorial
from model.record import OUTCOMES
from model.scenario.schema import Table

FOLDER = Path(__file__).parent / "designs"
LABEL = "experiments/sweep/designs"
Kept = Literal["runs", "series", "events"]
DEFAULT_KEPT: list[Kept] = ["runs"]
Replicates = Annotated[int, Field(ge=1, le=1_000_000)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Week = Annotated[int, Field(ge=1, le=2600)]
Names = Annotated[list[str], Field(min_length=1)]


class Head(Table):
    """The table `[design]`: what is run and what is asked."""

    title: str
    question: str = ""
    scenarios: Names
    policies: Names
    weeks: Week | None = None
    replicates: Replicates = 1
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)] | None = None
    outcomes: Names | None = None
    at: Annotated[list[Week], Field(min_length=1)] | None = None
    stop: Names | None = None
    model: str = ""
    keep: Annotated[list[Kept], Field()] = DEFAULT_KEPT


class Sampling(Table):
    """The table `[sampling]`: how points are chosen."""

    method: str = "full_factorial"
    points: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    levels: Annotated[int, Field(ge=2, le=10_000)] = 3
    seed: Annotated[int, Field(ge=0)] = 0


class Stopping(Table):
    """The table `[stopping]`: after how many replicates of every point it is enough.

    By precision: replicates are added until the 95% interval of the mean of `outcome`, taken over replicates of its mean
    over all points, is no wider than +- `tolerance` (in its unit), or +- `relative` times the size of the mean. With
    `against` it is the difference from that policy, replicate by replicate. It holds for each of `policies` in every
    scenario, or `maximum` replicates are reached.
    """

    rule: Literal["fixed", "precision"] = "fixed"
    outcome: str | None = None
    tolerance: Positive | None = None
    relative: Positive | None = None
    policies: Names | None = None
    against: str | None = None
    maximum: Replicates | None = None
    step: Annotated[int, Field(ge=1, le=10_000)] = 4


@dataclass(frozen=True)
class Design:
    """A design that was read and checked. Scenarios and policies: the name or path to load -> the name in results."""

    name: str
    head: Head
    scenarios: Mapping[str, str]
    policies: Mapping[str, str]
    settings: Mapping[str, Any]
    factors: tuple[Factor, ...]
    sampling: Sampling
    stopping: Stopping
    table: str = ""  # where points come from instead of from the sampling

    @property
    def uncertainties(self) -> list[str]:
        """Names of the factors that nobody decides."""
        return [factor.key for factor in self.factors if factor.role == "uncertainty"]

    @property
    def levers(self) -> list[str]:
        """Names of the factors that the allies decide."""
        return [factor.key for factor in self.factors if factor.role == "lever"]

    @cached_property
    def overrides(self) -> dict[str, Any]:
        """What is the same in every run."""
        weeks = {} if self.head.weeks is None else {"weeks": self.head.weeks}
        return weeks | dict(self.settings)

    @property
    def replicates(self) -> int:
        """Replicates of every point at the least."""
        return len(self.head.seeds) if self.head.seeds else self.head.replicates

    def seed(self, replicate: int) -> int:
        """Return the seed of a replicate: the listed one, or its number."""
        return self.head.seeds[replicate] if self.head.seeds else replicate

    @property
    def stop(self) -> tuple[str, ...]:
        """Conditions under which a run ends early."""
        return tuple(self.head.stop or ())

    @property
    def named_outcomes(self) -> list[str]:
        """The outcomes that are asked for, at the end and in the weeks of `at`; all where none is named."""
        names = self.head.outcomes or list(OUTCOMES)
        return [*names, *(at_week(name, week) for week in self.head.at or () for name in names)]

    @property
    def maximum(self) -> int:
        """Replicates of every point at the most."""
        return self.replicates if self.stopping.rule == "fixed" else self.stopping.maximum or self.replicates

    @property
    def points(self) -> int:
        """Number of points that the sampling gives; known without taking the sample."""
        if not self.factors:
            return 1
        if self.sampling.method == "full_factorial":
            return size_of_factorial(self.factors, self.sampling.levels)
        extra = {"saltelli": len(self.factors) + 2, "morris": len(self.factors) + 1}
        return (self.sampling.points or 1) * extra.get(self.sampling.method, 1)

    @property
    def arms(self) -> int:
        """Runs of a point and replicate: one in each scenario under each policy."""
        return len(self.scenarios) * len(self.policies)

    @property
    def runs(self) -> int:
        """Number of runs at the least."""
        return self.points * self.arms * self.replicates

    def sample(self) -> Floats:
        """Return the points in the unit cube, (points, factors); always the same."""
        sampling = self.sampling
        return sampled(sampling.method, self.factors, sampling.points or 1, sampling.levels, sampling.seed)

    @property
    def sampling_words(self) -> str:
        """How points are chosen, as a phrase."""
        if self.table:
            return f"rows of {self.table}"
        if not self.factors:
            return "only policies and seeds vary"
        method = METHODS[self.sampling.method]
        count = f"{self.sampling.points} {method.points}: " if method.points else ""
        return f"{count}{method.meaning}"


def shipped_designs() -> dict[str, Path]:
    """Return the designs that come with the package, name -> file."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def design_title(path: Path) -> str:
    """Return the title that stands in a shipped design."""
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["design"]["title"])
