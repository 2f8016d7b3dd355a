"""What `scenarios/parameters.toml` declares: every parameter, mechanism, rival finding and lever, once.

declared = declarations()
declared.parameters["territory"]["growth"].low
declared.mechanisms["pledging.contagion"].meaning
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from model.scenario.problems import Problem, ScenarioError, few, other
from model.scenario.schema import Table
from model.scenario.shipped import LABEL, read


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
    """A switch that is on by default, or a choice among options: option -> meaning, one of them the default.

    claims: the numbers of the ledger that it bears on. parameters: patterns of the parameters behind it, such as
    `prestige.headline*`; see `parameters_behind`.
    """

    meaning: str
    claims: list[str] = Field([])
    parameters: list[str] = Field([])
    options: dict[str, str] = Field({})
    default: str = ""

    @model_validator(mode="after")
    def _default_is_an_option(self) -> "Mechanism":
        if self.default not in (self.options or ("",)):
            raise ValueError(f"needs a default among its options, {few(self.options) or 'none'}, got {self.default!r}")
        return self

    @property
    def value(self) -> bool | str:
        """What a scenario has that says nothing of it: on, or the default option."""
        return self.default or True


class Rival(Table):
    """A switch for a rival finding of the literature, off by default. parameters: as of a mechanism."""

    meaning: str
    source: str
    parameters: list[str] = Field([])


class LeverMeaning(Table):
    """What effort on a lever buys. by_country: it has a dose in each country. aimed: it has a place all the same."""

    meaning: str
    unit: str
    source: str
    by_country: bool = False
    aimed: bool = False


class Declarations(Table):
    """Everything adjustable, as declared."""

    parameters: dict[str, dict[str, Parameter]]
    mechanisms: dict[str, Mechanism]
    rivals: dict[str, Rival]
    levers: dict[str, LeverMeaning]

    @property
    def switches(self) -> dict[str, Mechanism]:
        """The mechanisms that are on or off."""
        return {name: each for name, each in self.mechanisms.items() if not each.options}

    @property
    def choices(self) -> dict[str, Mechanism]:
        """The mechanisms that are a choice among options."""
        return {name: each for name, each in self.mechanisms.items() if each.options}


@cache
def declarations() -> Declarations:
    """Return what the shipped file declares, read once a process.

    Raises ScenarioError if the shipped file is damaged.
    """
    table, error = read()
    problems = [other(LABEL, (), error)] if error else check_declarations(table, LABEL)
    if problems:
        raise ScenarioError(problems)
    return Declarations.model_validate(table)


def parameters_behind(switch: str) -> dict[str, Parameter]:
    """Return the parameters behind a switch, `family.name` -> declared.

    A rival finding is written `rivals.NAME`, a mechanism `NAME` or `mechanisms.NAME`.

    They are those of the patterns that the switch declares; else of the family that is called like the switch; of
    `family.part` those whose names begin with the part.
    """
    switch = switch.removeprefix("mechanisms.")
    family, _, part = switch.partition(".")
    declared = declarations()
    patterns = declared.rivals[part].parameters if family == "rivals" else declared.mechanisms[switch].parameters
    return {
        key: parameter
        for name, members in declared.parameters.items()
        for key, parameter in ((f"{name}.{each}", one) for each, one in members.items())
        if any(fnmatchcase(key, pattern) for pattern in patterns or (f"{family}.{part}*",))
    }


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
