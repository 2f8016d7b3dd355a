"""Targets: what was reported, with date, interval, source, and the model's measure that it is held against.

    targets = load_targets()            # scenarios/history/targets.toml
    targets = load_targets("mine.toml") # another file of the same form, of any dates

All that is wrong is reported at once, with file, key, the value met, what is allowed and the nearest valid name.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from experiments.batch.errors import UserError
from experiments.measures.dates import week_of
from experiments.measures.forms import Series
from experiments.measures.language import Measured, parse_measure, view_of
from experiments.measures.mistakes import measure_problems
from experiments.measures.run_view import Floats, View
from model.scenario import load_scenario
from model.scenario.problems import KeyPath, Problem, ScenarioError, missing, must_be, other, unknown
from model.scenario.schema import Table
from model.scenario.shipped import FOLDER

if TYPE_CHECKING:
    from model.record import Result

HISTORY = FOLDER / "history"
TARGETS = HISTORY / "targets.toml"
SCENARIO = HISTORY / "levant_history.toml"  # what the calibration runs
TABLES = ("about", "groups", "targets", "countries", "forecasts")


class About(Table):
    """What a file of targets says of itself. `fitted_until`: the last day known to the calibration."""

    title: str = ""
    fitted_until: Day = Day(2015, 12, 31)


class Group(Table):
    """Targets that tell of one thing. `correlation` of any two members' errors, of model and report, over all runs."""

    title: str
    correlation: float = Field(ge=0, le=1, allow_inf_nan=False)
    meaning: str = ""


class Curve(Table):
    """What may be forecast. `error` of a report and `discrepancy` of the model are standard deviations on its scale."""

    title: str
    measure: Measured
    unit: str
    scale: Literal["log", "linear"] = "linear"
    error: float = Field(gt=0, allow_inf_nan=False)
    discrepancy: float = Field(gt=0, allow_inf_nan=False)

    def curve(self, result: "Result") -> Floats:
        """Return the measure of a run in every week, (weeks + 1,), where it is one that has a value in every week."""
        return self.measure.curve(view_of(result))

    def scaled(self, value: float) -> float:
        """Return a value on the scale: its logarithm (of at least 1; a ratio's of at least 0.01), or itself."""
        if self.scale == "linear" or math.isnan(value):
            return value
        return math.log(max(value, 0.01 if self.unit == "ratio" else 1.0))


class Target(Curve):
    """A reported figure. `group`: the name of the facts that it belongs to; without one it is a fact of its own."""

    date: Day
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    use: Literal["fit", "score", "given"] = "fit"
    group: str = ""
    confidence: Literal["A", "B", "C"] = "B"
    source: str

    @property
    def text(self) -> str:
        """What identifies measure and date among stored values."""
        return f"{self.measure.text} at {self.date}"

    def of(self, result: "Result") -> float:
        """Return the measure of a run on the date, nan where the run ends half a week or more before it.

        Later weeks of the run count only as far as the measure names them (an event may come later than reported).
        """
        start, weeks = result.scenario.start, len(result.rows) - 1
        week = max(0, week_of(self.date, start))
        if week > weeks:
            return float("nan")
        last = min(weeks, max(week, self.measure.last_week(start)))
        return self.measure.of(View(result, last, last_event=last))

    @property
    def observed(self) -> float:
        """The middle of the interval on the target's scale."""
        return (self.scaled(self.low) + self.scaled(self.high)) / 2

    @property
    def observed_variance(self) -> float:
        """Variance of the report: error^2 + (high - low)^2 / 12, an even chance within the interval."""
        return self.error**2 + (self.scaled(self.high) - self.scaled(self.low)) ** 2 / 12


@dataclass(frozen=True)
class Targets:
    """A file of targets.

    `countries`: year -> states that saw fighting; `forecasts`: what is forecast, reported or not; `groups`: targets that
    tell of one thing (`blocks.py`).
    """

    about: About
    targets: dict[str, Target]
    countries: dict[int, tuple[str, ...]]
    forecasts: dict[str, Curve] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    def fitted(self, until: Day | None = None) -> dict[str, Target]:
        """Return those that a calibration uses; `until`: not those of later dates."""
        return {
            name: target for name, target in self.targets.items()
            if target.use == "fit" and (until is None or target.date <= until)
        }  # fmt: skip


def load_targets(path: str | Path | None = None) -> Targets:
    """Return the targets of a file. Raises ScenarioError with all that is wrong, UserError where it cannot be read."""
    file = TARGETS if path is None else Path(path)
    label = f"scenarios/history/{file.name}" if file.parent == HISTORY else str(file)
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"cannot read the targets {file}: {error.strerror}") from None
    except ValueError as error:  # broken TOML, or not UTF-8
        raise ScenarioError([other(label, (), f"broken TOML: {error}")]) from None
    problems = list(_problems(label, tables))
    if problems:
        raise ScenarioError(problems)
    return Targets(
        About.model_validate(tables.get("about", {})),
        {name: Target.model_validate(table) for name, table in tables.get("targets", {}).items()},
        {int(year): tuple(codes) for year, codes in tables.get("countries", {}).items()},
        {name: Curve.model_validate(table) for name, table in tables.get("forecasts", {}).items()},
        {name: Group.model_validate(table) for name, table in tables.get("groups", {}).items()},
    )


def is_targets(path: str | Path) -> bool:
    """Tell whether a file is one of targets: it has tables of them."""
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(tables.get("targets"), dict) or isinstance(tables.get("forecasts"), dict)


def target_problems(path: str | Path) -> list[Problem]:
    """Return all that is wrong with a file of targets."""
    try:
        load_targets(path)
    except ScenarioError as error:
        return list(error.problems)
    return []


def _problems(file: str, tables: Mapping[str, Any]) -> Iterator[Problem]:
    for name in tables:
        if name not in TABLES:
            yield unknown(file, (name,), tables[name], TABLES)
        elif not isinstance(tables[name], dict):
            yield must_be(file, (name,), "a table", tables[name])
            return
    if not tables.get("targets") and not tables.get("countries"):
        yield other(file, (), "holds no targets: write a table a target, as [targets.area_2015_01]")
    yield from _shape(file, ("about",), About, tables.get("about", {}))
    yield from _groups(file, tables.get("groups", {}), tables.get("targets", {}))
    for name, table in tables.get("targets", {}).items():
        yield from _one(file, ("targets", name), Target, table)
    for name, table in tables.get("forecasts", {}).items():
        yield from _one(file, ("forecasts", name), Curve, table)
    for year, codes in tables.get("countries", {}).items():
        if not year.isdigit() or len(year) != 4:
            yield must_be(file, ("countries", year), "a year, as 2015", year)
        if not isinstance(codes, list):
            yield must_be(file, ("countries", year), "a list of ISO 3166 codes", codes)
        else:
            yield from _codes(file, year, codes)


def _groups(file: str, groups: Mapping[str, Any], targets: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with groups: their form, targets of a group that is not declared, groups without targets."""
    named = {name: table["group"] for name, table in targets.items() if isinstance(table, dict) and table.get("group")}
    for name, table in groups.items():
        if not isinstance(table, dict):
            yield must_be(file, ("groups", name), "a table", table)
            continue
        yield from _shape(file, ("groups", name), Group, table)
        if name not in named.values():
            yield other(
                file, ("groups", name), f'no target is of this group: write `group = "{name}"` in those that are'
            )
    for target, name in named.items():
        if name not in groups:
            words = "the name of a group, which needs a table as [groups.land]"
            yield must_be(file, ("targets", target, "group"), words, name, list(groups))


def _codes(file: str, year: str, codes: list[Any]) -> Iterator[Problem]:
    known = list(load_scenario(SCENARIO).governments)
    for code in codes:
        if code not in known:
            yield must_be(file, ("countries", year), "ISO 3166 codes of countries on the map", code, known)


def _shape(file: str, path: tuple[str, ...], kind: type[Table], table: Any) -> Iterator[Problem]:
    try:
        kind.model_validate(table)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            place = (*path, *detail["loc"])
            if detail["type"] == "value_error":
                yield other(file, place, str(detail["msg"]).removeprefix("Value error, "), detail["input"])
            elif detail["type"] == "missing":
                yield missing(file, path, [str(detail["loc"][-1])])
            elif detail["type"] == "extra_forbidden":
                yield unknown(file, place, detail["input"], list(kind.model_fields))
            else:
                message = str(detail["msg"])
                names = (
                    str(detail.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
                )
                words = message.removeprefix("Input should be ")
                yield must_be(file, place, words, detail["input"], [name for name in names if name])


def _one(file: str, place: tuple[str, str], kind: type[Curve], table: Any) -> Iterator[Problem]:
    if not isinstance(table, dict):
        yield must_be(file, place, "a table", table)
        return
    wrong = list(_shape(file, place, kind, table))
    if wrong:
        yield from wrong
        return
    made = kind.model_validate(table)
    if isinstance(made, Target):
        yield from _interval(file, place, made)
    yield from measure_problems(file, (*place, "measure"), made.measure, load_scenario(SCENARIO))
    if not isinstance(made, Target) and not made.measure.is_curve:
        words = (
            "a forecast needs a measure that has a value every week: a series, organisations, countries, or what is made "
            "of these, without `from`, `to` and `at`"
        )
        yield other(file, (*place, "measure"), words, table["measure"])
    yield from _ambiguous(file, (*place, "measure"), table["measure"])


def _ambiguous(file: str, path: KeyPath, written: object) -> Iterator[Problem]:
    """Yield the problem of a series without `by` that meant its value on the date, and now its sum or mean until then."""
    measure = parse_measure(written)
    plain = isinstance(written, dict) and isinstance(measure, Series) and measure.is_curve and "by" not in written
    if isinstance(measure, Series) and plain and measure.aggregate != "end":
        name, usual = measure.series, measure.aggregate
        words = (
            f'write `by = "end"` for `{name}` in the week of the date (as this was read before), '
            f'or `by = "{usual}"` for its {usual} until the date'
        )
        yield other(file, path, words, written)


def _interval(file: str, place: tuple[str, str], target: Target) -> Iterator[Problem]:
    if target.low > target.high:
        yield must_be(file, (*place, "low"), f"at most `high` ({target.high:g})", target.low)
    if target.scale == "log" and target.low <= 0:
        yield must_be(file, (*place, "low"), "above 0 where `scale` is log", target.low)
