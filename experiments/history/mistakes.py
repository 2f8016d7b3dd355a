"""All that is wrong with a file of targets, with file, key, the value met, what is allowed and the nearest valid name."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from experiments.history.schema import About, Curve, Group, Target, Towns
from experiments.measures.attainable import attainable, in_words
from experiments.measures.dates import week_of
from experiments.measures.forms import Series
from experiments.measures.language import parse_measure
from experiments.measures.mistakes import EARLY, measure_problems
from experiments.measures.over_organisations import Order
from experiments.measures.towns import KNOWN_UNTIL
from model.scenario.problems import KeyPath, Problem, few, missing, must_be, other, unknown
from model.scenario.schema import Scenario, Table

TOLERANCE = 1e-9
TABLES = ("about", "groups", "targets", "towns", "countries", "forecasts")


def problems_of(file: str, tables: Mapping[str, Any], scenario: Scenario) -> Iterator[Problem]:
    """Yield all that is wrong with the tables of a file of targets for runs of a scenario."""
    for name in tables:
        if name not in TABLES:
            yield unknown(file, (name,), tables[name], TABLES)
        elif not isinstance(tables[name], dict):
            yield must_be(file, (name,), "a table", tables[name])
            return
    if not any(tables.get(name) for name in ("targets", "countries", "towns")):
        yield other(file, (), "holds no targets: write a table a target, as [targets.area_2015_01]")
    yield from _shape(file, ("about",), About, tables.get("about", {}))
    yield from _groups(file, tables.get("groups", {}), tables.get("targets", {}))
    for name, table in tables.get("targets", {}).items():
        yield from _one(file, ("targets", name), Target, table, scenario)
    for name, table in tables.get("forecasts", {}).items():
        yield from _one(file, ("forecasts", name), Curve, table, scenario)
    yield from _towns(file, tables.get("towns", {}), scenario)
    for year, codes in tables.get("countries", {}).items():
        if not (year.isascii() and year.isdigit()) or len(year) != 4:
            yield must_be(file, ("countries", year), "a year, as 2015", year)
        elif int(year) < scenario.start.year:
            words = f"{scenario.start.year} or later, when runs of {scenario.name} begin"
            yield must_be(file, ("countries", year), words, year)
        if not isinstance(codes, list):
            yield must_be(file, ("countries", year), "a list of ISO 3166 codes", codes)
        else:
            yield from _codes(file, ("countries", year), codes, scenario)


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


def _codes(file: str, place: KeyPath, codes: list[Any], scenario: Scenario) -> Iterator[Problem]:
    known = list(scenario.governments)
    for code in codes:
        if code not in known:
            yield must_be(file, place, "ISO 3166 codes of countries on the map", code, known)


def _shape(file: str, path: KeyPath, kind: type[Table], table: Any) -> Iterator[Problem]:
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


def _one(file: str, place: KeyPath, kind: type[Curve], table: Any, scenario: Scenario) -> Iterator[Problem]:
    if not isinstance(table, dict):
        yield must_be(file, place, "a table", table)
        return
    wrong = list(_shape(file, place, kind, table))
    if wrong:
        yield from wrong
        return
    made = kind.model_validate(table)
    named = measure_problems(file, (*place, "measure"), made.measure, scenario)
    yield from named
    if isinstance(made, Target):
        yield from _interval(file, place, made)
        yield from _unmet(file, place, made, scenario) if not named else ()
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


def _interval(file: str, place: KeyPath, target: Target) -> Iterator[Problem]:
    if target.low > target.high:
        yield must_be(file, (*place, "low"), f"at most `high` ({target.high:g})", target.low)
    if target.scale == "log" and target.low <= 0:
        yield must_be(file, (*place, "low"), "above 0 where `scale` is log", target.low)


def _unmet(file: str, place: KeyPath, target: Target, scenario: Scenario) -> Iterator[Problem]:
    """Yield what no run can meet: a day before the start, a figure outside of what the measure can be."""
    if target.date < scenario.start - EARLY:
        yield must_be(
            file, (*place, "date"), f"{scenario.start} or later, when runs of {scenario.name} begin", target.date
        )
    week = max(week_of(target.date, scenario.start), target.measure.last_week(scenario.start), 0)
    low, high = attainable(target.measure, scenario, week)
    ties = ": weeks reported as the same count against it" if isinstance(target.measure, Order) and high < 1 else ""
    figures = {"low": target.low} if target.low == target.high else {"low": target.low, "high": target.high}
    for key, value in figures.items():
        if value < low - TOLERANCE or value > high + TOLERANCE:
            words = f"{in_words((low, high))}, which is all that a run can reach ({target.measure.label}{ties})"
            yield must_be(file, (*place, key), words, value)


def _towns(file: str, table: Any, scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with `[towns]`: its form, unknown names, days without reports."""
    wrong = list(_shape(file, ("towns",), Towns, table))
    yield from wrong
    if wrong:
        return
    made = Towns.model_validate(table)
    holders = ["core", "state", "contested", *scenario.groups]
    for name, theatre in made.theatres.items():
        place = ("towns", "theatres", name)
        yield from _codes(file, (*place, "countries"), theatre.countries, scenario)
        if theatre.by not in holders or theatre.by == "contested":
            yield must_be(file, (*place, "by"), "core, state or a group", theatre.by, holders)
    for day in made.dates:
        if not scenario.start <= day <= KNOWN_UNTIL and day not in made.held:
            words = f"from {scenario.start} to {KNOWN_UNTIL}, or a day of which `[towns.held.{day}]` says who held what"
            yield must_be(file, ("towns", "dates"), words, day)
    for day, held in made.held.items():
        for holder, towns in held.items():
            if holder not in holders:
                yield must_be(file, ("towns", "held", str(day)), f"one of {few(holders)}", holder, holders)
            for town in towns:
                if town not in scenario.towns:
                    yield must_be(
                        file,
                        ("towns", "held", str(day), holder),
                        f"towns of {scenario.name}",
                        town,
                        list(scenario.towns),
                    )
