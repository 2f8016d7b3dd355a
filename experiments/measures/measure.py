"""What every measure is: a number of a run, with a label, a unit, the weeks and the names that it needs of the run.

`parse_measure` reads a measure from a file, `evaluate` takes it of a run (both in `language.py`). Each form is a class: its
fields are the keys that may be written, `of(view)` is the number. A view is a run cut at a horizon, so that a long run gives
the very numbers that a shorter one would have given.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import AfterValidator, Field, model_validator

from experiments.measures.dates import Edge, When, in_words, week_of
from experiments.measures.run_view import CLASSES, By, Floats, View, over_weeks
from model.scenario.problems import few, nearest
from model.scenario.schema import Scenario, Table


@dataclass(frozen=True)
class Moment:
    """A week or a date that a measure names, and the key under which it does."""

    key: Edge
    when: int | date


@dataclass(frozen=True)
class Misnamed:
    """A name that a measure uses and a scenario does not have: its key, the name, the names that there are."""

    key: str
    name: str
    allowed: tuple[str, ...]


class Measure(Table):
    """A number of a run."""

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

    @property
    def signed(self) -> bool:
        """Whether it may be below zero."""
        return any(part.signed for part in self.parts)

    @property
    def is_curve(self) -> bool:
        """Whether it has a value in every week, so that it can be drawn over time and forecast."""
        return bool(self.parts) and all(part.is_curve for part in self.parts)

    @cached_property
    def text(self) -> str:
        """What identifies it: its keys as JSON, in order, without those that say what is said by default."""
        return json.dumps(self.model_dump(mode="json", by_alias=True, exclude_defaults=True), sort_keys=True)

    def of(self, view: View) -> float:
        """Return the number, nan where it is not defined in this run."""
        raise NotImplementedError

    def curve(self, view: View) -> Floats:
        """Return the number in every week, (weeks + 1,): in week w, that of a run of w weeks. Only where `is_curve`."""
        raise NotImplementedError

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the names that this scenario does not have."""
        return [wrong for part in self.parts for wrong in part.names(scenario)]

    def moments(self) -> list[Moment]:
        """Return the weeks and dates that it names."""
        return [moment for part in self.parts for moment in part.moments()]

    def last_week(self, start: date) -> int:
        """Return the last week that it names in a run that begins at `start`, 0 where it names none."""
        return max((week_of(moment.when, start, moment.key) for moment in self.moments()), default=0)

    def walk(self) -> Iterator["Measure"]:
        """Yield it and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.walk()


class Windowed(Measure):
    """A measure of some weeks: from `from` to `to`, both included, or `at` one. Each is a week of the run or a date."""

    first: When | None = Field(None, alias="from")
    last: When | None = Field(None, alias="to")
    at: When | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.first, self.last
        if self.at is not None and (first is not None or last is not None):
            raise ValueError("`at` stands for `from` and `to`: write one or the other")
        both_weeks = isinstance(first, int) and isinstance(last, int) and last < first
        if both_weeks or (isinstance(first, date) and isinstance(last, date) and last < first):
            raise ValueError(f"`to` must not be before `from`, got {first} to {last}")
        return self

    @property
    def when(self) -> str:
        """The window in words."""
        if self.at is not None:
            return f" {'on' if isinstance(self.at, date) else 'in'} {in_words(self.at)}"
        words = [] if self.first is None else [f"from {in_words(self.first)}"]
        words += [] if self.last is None else [f"to {in_words(self.last)}"]
        return f" {' '.join(words)}" if words else ""

    @property
    def is_curve(self) -> bool:
        """Whether no weeks are named: then each week may be the last."""
        return not self.moments()

    def moments(self) -> list[Moment]:
        """Return the weeks and dates of the window."""
        written: list[tuple[Edge, int | date | None]] = [("from", self.first), ("to", self.last), ("at", self.at)]
        return [Moment(key, when) for key, when in written if when is not None]

    def window(self, view: View) -> tuple[int | None, int | None]:
        """Return first and last week in a run, None where that is not written. The first is 0 or more."""
        weeks = {moment.key: week_of(moment.when, view.start, moment.key) for moment in self.moments()}
        if "at" in weeks:
            at = max(0, weeks["at"])
            return at, at
        first = weeks.get("from")
        return (None if first is None else max(0, first)), weeks.get("to")

    def reduce(self, weekly: Floats, view: View, by: By) -> float:
        """Return a number a week, (weeks + 1,), reduced over the window."""
        return over_weeks(weekly, by, *self.window(view))


def one_of(names: Iterable[str]) -> AfterValidator:
    """Return a validator that allows these names only."""
    allowed = list(names)

    def check(name: str) -> str:
        if name not in allowed:
            close = nearest(name, allowed)
            hint = f"; did you mean `{close}`?" if close else ""
            raise ValueError(f'must be one of {few(allowed)}, got "{name}"{hint}')
        return name

    return AfterValidator(check)


def missing_organisations(group: str | list[str], scenario: Scenario) -> list[Misnamed]:
    """Return what `of` names that is neither a class of organisations nor one of the scenario's."""
    if isinstance(group, str):
        return [] if group in CLASSES else [Misnamed("of", group, CLASSES)]
    allowed = ("core", *scenario.groups)
    return [Misnamed("of", name, allowed) for name in group if name not in allowed]


def missing_countries(key: str, group: str | list[str], scenario: Scenario) -> list[Misnamed]:
    """Return the countries that the scenario does not have."""
    allowed = tuple(scenario.governments)
    if isinstance(group, str):
        return [] if group == "all" else [Misnamed(key, group, ("all", *allowed))]
    return [Misnamed(key, name, allowed) for name in group if name not in allowed]
