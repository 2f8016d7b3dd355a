"""The plain forms of measures: series, organisations, countries, events.

Each class is one form: its fields are the keys that may be written in the ledger, `of(view)` is the number. A view is a
run cut at a horizon, so that a long run gives the very numbers that a shorter one would have given.
"""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from experiments.measures.run_view import CLASSES, By, Floats, Over, View, over_units, over_weeks
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, OUTCOMES
from model.scenario.problems import few, nearest
from model.scenario.schema import Scenario, Table, Week
from model.why.kinds import EVENT_KINDS

UNITS = {
    "fighters": "people", "people": "people", "area_km2": "km2", "silence": "weeks", "treasury": "USD",
    "attacks": "attacks", "foreign_fighters": "people", "supporters": "people", "attacks_state": "attacks",
    "attacks_sectarian": "attacks", "attacks_regional": "attacks", "attacks_international": "attacks",
    "unsanctioned": "attacks", "envoys": "people", "aid_received": "USD/week", "people_bloc": "people",
    "reprisals": "attacks", "displaced": "people",
    "arrivals": "people", "recruits": "people",
}  # fmt: skip


def one_of(names: Iterable[str]) -> AfterValidator:
    """Return a validator that allows these names only."""
    allowed = list(names)

    def check(name: str) -> str:
        if name not in allowed:
            close = nearest(name, allowed)
            raise ValueError(
                f'must be one of {few(allowed)}, got "{name}"' + (f"; did you mean `{close}`?" * bool(close))
            )
        return name

    return AfterValidator(check)


class Measure(Table):
    """A parsed measure."""

    @property
    def label(self) -> str:
        """What is measured, in words."""
        raise NotImplementedError

    @property
    def unit(self) -> str:
        """The unit of the number."""
        return "1"

    @property
    def parts(self) -> tuple["Measure", ...]:
        """The measures that it is made of."""
        return ()

    @property
    def needs_map(self) -> bool:
        """Whether it reads the map at the end, which is kept of a run's last week only."""
        return any(part.needs_map for part in self.parts)

    @cached_property
    def text(self) -> str:
        """What identifies it: its keys as JSON, in order, without those that say what is said by default."""
        return json.dumps(self.model_dump(by_alias=True, exclude_defaults=True), sort_keys=True)

    def of(self, view: View) -> float:
        """The number, nan where it is not defined in this run."""
        raise NotImplementedError

    def names(self, scenario: Scenario) -> list[tuple[str, str, list[str]]]:
        """Return key, name and allowed names of what this scenario does not have."""
        return [wrong for part in self.parts for wrong in part.names(scenario)]

    def weeks(self) -> int:
        """The last week that it names, 0 where it names none."""
        return max((part.weeks() for part in self.parts), default=0)


class Windowed(Measure):
    """A measure of some weeks: from `from` to `to`, both included, or `at` one."""

    first: Week | None = Field(None, alias="from")
    last: Week | None = Field(None, alias="to")
    at: Week | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at is not None and (self.first is not None or self.last is not None):
            raise ValueError("`at` stands for `from` and `to`: write one or the other")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"`to` must not be before `from`, got {self.first} to {self.last}")
        return self

    @property
    def start(self) -> int | None:
        """First week, None where it is not written."""
        return self.first if self.at is None else self.at

    @property
    def end(self) -> int | None:
        """Last week, None where it is not written."""
        return self.last if self.at is None else self.at

    @property
    def when(self) -> str:
        """The window in words."""
        if self.at is not None:
            return f" in week {self.at}"
        words = [] if self.first is None else [f"from week {self.first}"]
        words += [] if self.last is None else [f"to week {self.last}"]
        return f" {' '.join(words)}" if words else ""

    def weeks(self) -> int:
        """The last week that it names."""
        return max(self.start or 0, self.end or 0)

    def reduce(self, weekly: Floats, by: By) -> float:
        """Reduce a number a week, (weeks + 1,), over the window."""
        return over_weeks(weekly, by, self.start, self.end)


class Series(Windowed):
    """A weekly series of the model's outcomes."""

    series: Annotated[str, one_of(OUTCOMES)]
    by: By | None = None

    @property
    def label(self) -> str:
        """The outcome's meaning, and what is taken of it."""
        meaning = OUTCOMES[self.series].meaning
        return meaning + ("" if self.by is None else f", {self.by}") + self.when

    @property
    def unit(self) -> str:
        """The outcome's unit."""
        unit = OUTCOMES[self.series].unit
        return f"{unit}/week" if self.by == "slope" else unit

    def of(self, view: View) -> float:
        """The series reduced over the window, by default as the outcome is."""
        return self.reduce(view.series(self.series), self.by or OUTCOMES[self.series].aggregate)


class Organisations(Windowed):
    """A column of the organisations' table: over organisations in each week, then over weeks."""

    organisations: Annotated[str, one_of(ORGANISATION_SERIES)]
    group: str | list[str] = Field("all", alias="of")
    over: Over = "sum"
    above: float = 0.0
    by: By = "end"

    @property
    def label(self) -> str:
        """Column and organisations."""
        whose = self.group if isinstance(self.group, str) else few(self.group)
        return (
            f"{self.organisations.replace('_', ' ')} of {whose}, {counted(self.over, self.above)}, {self.by}{self.when}"
        )

    @property
    def unit(self) -> str:
        """The column's unit."""
        unit = "organisations" if self.over == "count" else UNITS.get(self.organisations, "1")
        return f"{unit}/week" if self.by == "slope" else unit

    def of(self, view: View) -> float:
        """The column over those organisations, nan in weeks without any (but for sum and count)."""
        return self.reduce(
            over_units(view.organisations(self.organisations), view.members(self.group), self.over, self.above), self.by
        )

    def names(self, scenario: Scenario) -> list[tuple[str, str, list[str]]]:
        """Organisations that are not there."""
        return missing_organisations(self.group, scenario)


class Countries(Windowed):
    """A column of the countries' table: over countries in each week, then over weeks."""

    countries: Annotated[str, one_of(COUNTRY_SERIES)]
    group: str | list[str] = Field("all", alias="of")
    over: Over = "mean"
    above: float = 0.0
    by: By = "end"

    @property
    def label(self) -> str:
        """Column and countries."""
        whose = self.group if isinstance(self.group, str) else few(self.group)
        return f"{self.countries.replace('_', ' ')} in {whose}, {counted(self.over, self.above)}, {self.by}{self.when}"

    @property
    def unit(self) -> str:
        """The column's unit."""
        unit = "countries" if self.over == "count" else UNITS.get(self.countries, "1")
        return f"{unit}/week" if self.by == "slope" else unit

    def of(self, view: View) -> float:
        """The column over those countries."""
        weekly = over_units(view.countries(self.countries), view.located(self.group), self.over, self.above)
        return self.reduce(weekly, self.by)

    def names(self, scenario: Scenario) -> list[tuple[str, str, list[str]]]:
        """Countries that are not there."""
        return missing_countries("of", self.group, scenario)


class Events(Windowed):
    """Events of a kind: their number, the week of the first ..."""

    events: Annotated[str, one_of(EVENT_KINDS)]
    group: str | list[str] | None = Field(None, alias="of")
    places: list[str] | None = Field(None, alias="countries")
    by: Literal["count", "first", "last", "mean", "spread", "amount"] = "count"

    @property
    def label(self) -> str:
        """Kind and what is taken of it."""
        words = {"count": "number of", "first": "week of the first of", "last": "week of the last of",
                 "mean": "mean week of", "spread": "spread of the weeks of", "amount": "sum of the amounts of"}  # fmt: skip
        whose = "" if self.group is None else f" of {self.group if isinstance(self.group, str) else few(self.group)}"
        place = "" if self.places is None else f" in {few(self.places)}"
        return f"{words[self.by]} {self.events.replace('_', ' ')} events{whose}{place}{self.when}"

    @property
    def unit(self) -> str:
        """Events, weeks, or the unit of their amounts."""
        return {"count": "events", "amount": "amount"}.get(self.by, "weeks")

    def of(self, view: View) -> float:
        """Count, amount, or a week; the first and the last of none are a week after the horizon, other weeks nan."""
        met = view.events(self.events, self.group, self.places, self.start, self.end)
        weeks = np.array([event.week for event in met], dtype=float)
        if self.by == "count":
            return float(len(met))
        if self.by == "amount":
            return float(sum(event.amount for event in met))
        if self.by in ("first", "last"):
            return float((weeks[0] if self.by == "first" else weeks[-1]) if len(weeks) else view.horizon + 1)
        if self.by == "mean":
            return float(weeks.mean()) if len(weeks) else np.nan
        return float(weeks.std(ddof=1)) if len(weeks) > 1 else np.nan

    def names(self, scenario: Scenario) -> list[tuple[str, str, list[str]]]:
        """Organisations and countries that are not there."""
        wrong = [] if self.group is None else missing_organisations(self.group, scenario)
        return wrong + ([] if self.places is None else missing_countries("countries", self.places, scenario))


def counted(over: Over, above: float) -> str:
    """Return how units are taken together, in words."""
    return f"{over} over {above:g}" if over == "count" and above else over


def missing_organisations(group: str | list[str], scenario: Scenario) -> list[tuple[str, str, list[str]]]:
    """Return what `of` names that is neither a class of organisations nor one of the scenario's."""
    if isinstance(group, str):
        return [] if group in CLASSES else [("of", group, [*CLASSES])]
    allowed = ["core", *scenario.groups]
    return [("of", name, allowed) for name in group if name not in allowed]


def missing_countries(key: str, group: str | list[str], scenario: Scenario) -> list[tuple[str, str, list[str]]]:
    """Return the countries that the scenario does not have."""
    if isinstance(group, str):
        return [] if group == "all" else [(key, group, ["all"])]
    return [(key, name, list(scenario.governments)) for name in group if name not in scenario.governments]
