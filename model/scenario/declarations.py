"""What `scenarios/parameters.toml` declares: every parameter, mechanism, rival finding and lever, once.

declared = declarations()
declared.parameters["territory"]["growth"].low
declared.mechanisms["pledging.contagion"].meaning
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

import scenarios
from model.scenario.problems import Problem, ScenarioError, other
from model.scenario.schema import LEVERS, Table

FOLDER = Path(scenarios.__file__).parent
FILE = FOLDER / "parameters.toml"
LABEL = "scenarios/parameters.toml"


class Parameter(Table):
    """An adjustable number: its value, the range that it must stay in, its unit, meaning and source."""

    value: float = Field(allow_inf_nan=False)
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    unit: str
    meaning: str
    source: str

    @model_validator(mode="after")
    def _value_in_range(self) -> "Parameter":
        if not self.low <= self.value <= self.high:
            raise ValueError(f"needs low <= value <= high, got {self.low:g}, {self.value:g}, {self.high:g}")
        return self


class Mechanism(Table):
    """A switch that is on by default; `claims` are the numbers of the ledger that it bears on."""

    meaning: str
    claims: list[str] = Field([])


class Rival(Table):
    """A switch for a rival finding of the literature, off by default."""

    meaning: str
    source: str


class LeverMeaning(Table):
    """What effort on a lever buys."""

    meaning: str
    unit: str
    source: str


class Declarations(Table):
    """Everything adjustable, as declared."""

    parameters: dict[str, dict[str, Parameter]]
    mechanisms: dict[str, Mechanism]
    rivals: dict[str, Rival]
    levers: dict[str, LeverMeaning]

    @model_validator(mode="after")
    def _levers_are_those_of_the_schema(self) -> "Declarations":
        if set(self.levers) != set(LEVERS):
            differing = ", ".join(sorted(set(self.levers) ^ set(LEVERS)))
            raise ValueError(f"[levers] and the levers of schema.py differ in {differing}")
        return self


@cache
def declarations() -> Declarations:
    """Return what the shipped file declares, read once a process.

    Raises ScenarioError if the shipped file is damaged.
    """
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    problems = check_declarations(table, LABEL)
    if problems:
        raise ScenarioError(problems)
    return Declarations.model_validate(table)


@cache
def defaults() -> Mapping[str, Mapping[str, float]]:
    """Return the declared values: family -> name -> number (read only)."""
    families = declarations().parameters.items()
    return MappingProxyType(
        {
            family: MappingProxyType({name: parameter.value for name, parameter in members.items()})
            for family, members in families
        }
    )


def check_declarations(table: dict[str, Any], file: str) -> list[Problem]:
    """Return what is wrong with a table of declarations (nothing: an empty list)."""
    try:
        Declarations.model_validate(table)
    except ValidationError as error:
        return [other(file, tuple(each["loc"]), _lower(each["msg"]), each["input"]) for each in error.errors()]
    return []


def _lower(message: str) -> str:
    return message.removeprefix("Value error, ")[:1].lower() + message.removeprefix("Value error, ")[1:]
