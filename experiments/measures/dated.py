"""What is measured of a run to be held against a report: one number at a date, nan where the run does not reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Day
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, SERIES
from model.scenario.problems import KeyPath, Problem, must_be, other, unknown

if TYPE_CHECKING:
    from model.record import Result

Floats = npt.NDArray[np.float64]
NEVER = 104.0  # weeks: what has not happened by then counts as then, whatever the horizon
CURVES = ("series", "cumulative", "organisations")  # kinds that have a value every week
LEAST_ATTACKS = 0.1  # a week: added to both sides of a ratio of attacks, so that silence is no division by zero


@dataclass(frozen=True)
class Measure:
    """A kind of measure with its value, further keys, and the date at which it is taken."""

    kind: str
    value: Any
    more: tuple[tuple[str, Any], ...]
    date: Day

    @classmethod
    def of(cls, table: Mapping[str, Any], when: Day) -> "Measure":
        """Return the measure that a table of a targets file asks for."""
        kind = next(key for key in table if key in KINDS)
        frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        return cls(kind, frozen.pop(kind), tuple(sorted(frozen.items())), when)

    @property
    def text(self) -> str:
        """What identifies it among stored values."""
        words = [f"{self.kind}={self.value}", *(f"{key}={value}" for key, value in self.more)]
        return " ".join([*words, f"at {self.date}"])

    @property
    def family(self) -> str:
        """The same without the date: measures of one family are one curve at several dates."""
        return " ".join([f"{self.kind}={self.value}", *(f"{key}={value}" for key, value in self.more)])

    def __call__(self, result: "Result") -> float:
        """Return the value in a run. Raises KeyError for a name that the run does not have."""
        return float(KINDS[self.kind].measure(result, self.value, dict(self.more), self.date))


def week_of(result: "Result", when: Day) -> int | None:
    """Return the week whose date is nearest to `when`, None where the run ends half a week or more before."""
    week = round((when - result.scenario.start).days / 7)
    return max(0, week) if week < len(result.rows) else None


def curve(result: "Result", measure: Measure) -> Floats | None:
    """Return a measure at every week, (weeks + 1,), where it is one that has a value at every week, else None."""
    more = dict(measure.more)
    if measure.kind == "series":
        return result.rows[:, SERIES.index(measure.value)]
    if measure.kind == "cumulative":
        return np.asarray(more.get("plus", 0) + np.cumsum(result.rows[:, SERIES.index(measure.value)]))
    if measure.kind == "organisations":
        return _members(result, measure.value, more["of"])
    return None


def _at(result: "Result", measure: Measure) -> float:
    week, values = week_of(result, measure.date), curve(result, measure)
    return float("nan") if week is None or values is None else float(values[week])


def _members(result: "Result", column: str, groups: tuple[str, ...]) -> Floats:
    names = list(result.organisation_names)
    rows = [names.index(group) for group in groups]
    return np.asarray(result.organisation_rows[:, ORGANISATION_SERIES.index(column)][:, rows].sum(axis=1))


def _weeks_of(result: "Result", kind: str, groups: tuple[str, ...]) -> Floats:
    """Return the first week of an event of each group, `NEVER` where there is none."""
    first: dict[str, float] = {}
    for event in result.event_list:
        if event.kind == kind:
            first.setdefault(event.organisation, float(event.week))
    return np.array([min(NEVER, first.get(group, NEVER)) for group in groups])


def _count(kind: str) -> Callable[..., float]:
    def counted(result: "Result", groups: tuple[str, ...], more: dict[str, Any], when: Day) -> float:
        week = week_of(result, when)
        return float("nan") if week is None else float((_weeks_of(result, kind, groups) <= min(week, NEVER - 1)).sum())

    return counted


def _accepted_week(result: "Result", group: str, more: dict[str, Any], when: Day) -> float:
    return float("nan") if week_of(result, when) is None else float(_weeks_of(result, "acceptance", (group,))[0])


def _order(result: "Result", groups: tuple[str, ...], more: dict[str, Any], when: Day) -> float:
    """Kendall's tau-b of weeks of acceptance with those reported; 0 where all are the same."""
    if week_of(result, when) is None:
        return float("nan")
    weeks, reported = _weeks_of(result, "acceptance", groups), np.array(more["weeks"], dtype=float)
    first, second = (np.sign(np.subtract.outer(each, each)) for each in (weeks, reported))
    norm = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / norm) if norm else 0.0


def _change(result: "Result", group: str, more: dict[str, Any], when: Day) -> float:
    """Attacks a week of a group in `weeks` after a date against those before."""
    week = week_of(result, when)
    if week is None or week + 1 >= len(result.rows):
        return float("nan")
    attacks, span = _members(result, "attacks", (group,)), int(more["weeks"])
    before, after = attacks[max(1, week - span) : week], attacks[week : week + span]
    return float((after.mean() + LEAST_ATTACKS) / (before.mean() + LEAST_ATTACKS)) if len(before) else float("nan")


def deaths_by_country(result: "Result", year: int) -> Floats:
    """Return deaths in the bloc's attacks in each country in a calendar year, (countries,); nan where no week is in it.

    A country's attacks times the mean deaths of an attack of that year; a year of which part is simulated counts as that
    part. It stands for battle deaths, which the model does not count by country.
    """
    start = result.scenario.start
    days = np.array([(start.toordinal() + 7 * week) for week in range(len(result.rows))])
    inside = (days >= Day(year, 1, 1).toordinal()) & (days < Day(year + 1, 1, 1).toordinal())
    attacks = result.country_rows[inside, COUNTRY_SERIES.index("attacks")]
    if not inside.any():
        return np.full(attacks.shape[1], np.nan)
    deaths = result.rows[inside, SERIES.index("deaths")].sum()
    return np.asarray(attacks.sum(axis=0) * deaths / max(attacks.sum(), 1.0))


def deaths_text(year: int) -> str:
    """Return the name under which deaths by country of a year are kept."""
    return f"deaths by country in {year}"


def _countries(result: "Result", least: float, more: dict[str, Any], when: Day) -> float:
    deaths = deaths_by_country(result, int(more["year"]))
    return float("nan") if np.isnan(deaths).any() else float((deaths >= least).sum())


def _ratio(result: "Result", column: str, more: dict[str, Any], when: Day) -> float:
    """An outcome at a date over its value at an earlier one; nan where that is 0."""
    last, first = (_at(result, Measure("series", column, (), day)) for day in (when, more["since"]))
    return last / first if first else float("nan")


def _plain(kind: str) -> Callable[..., float]:
    return lambda result, value, more, when: _at(result, Measure(kind, value, tuple(sorted(more.items())), when))


@dataclass(frozen=True)
class Kind:
    """A kind of measure: how it is taken, its further keys, and what it is."""

    measure: Callable[..., float]
    keys: tuple[str, ...]
    meaning: str


KINDS: dict[str, Kind] = {
    "series": Kind(_plain("series"), (), "an outcome in the week of the date"),
    "cumulative": Kind(_plain("cumulative"), ("plus",), "an outcome summed since the start, plus a number"),
    "organisations": Kind(_plain("organisations"), ("of",), "a column of organisations, summed over groups"),
    "accepted": Kind(_count("acceptance"), (), "how many of the groups are accepted by the date"),
    "pledged": Kind(_count("pledge"), (), "how many of the groups have pledged by the date"),
    "refused": Kind(_count("refusal"), (), "how many of the groups have refused in public by the date"),
    "accepted_week": Kind(_accepted_week, (), "weeks from the start to a group's acceptance, at most 104"),
    "order": Kind(_order, ("weeks",), "Kendall's tau-b of weeks of acceptance with reported ones"),
    "ratio": Kind(_ratio, ("since",), "an outcome in the week of the date over that of an earlier date"),
    "change": Kind(_change, ("weeks",), "a group's attacks a week after the date against before"),
    "countries": Kind(_countries, ("year",), "countries with so many deaths in attacks of the bloc in a year"),
}
NEEDED = {
    "organisations": ("of",),
    "order": ("weeks",),
    "ratio": ("since",),
    "change": ("weeks",),
    "countries": ("year",),
}


def measure_problem(file: str, path: KeyPath, table: Mapping[str, Any]) -> Problem | None:
    """Return what is wrong with a measure as written, None where nothing is."""
    kinds = [key for key in table if key in KINDS]
    if len(kinds) != 1:
        met = next((key for key in table if key not in KINDS), None)
        return must_be(file, path, f"one of {', '.join(KINDS)}", met, KINDS)
    kind = kinds[0]
    for key in table:
        if key != kind and key not in KINDS[kind].keys:
            return unknown(file, (*path, key), table[key], [kind, *KINDS[kind].keys])
    for key in NEEDED.get(kind, ()):
        if key not in table:
            return other(file, path, f"`{kind}` needs `{key}`", dict(table))
    columns = {"series": SERIES, "cumulative": SERIES, "ratio": SERIES, "organisations": ORGANISATION_SERIES}.get(kind)
    if columns is not None and table[kind] not in columns:
        return must_be(file, (*path, kind), "a recorded column", table[kind], columns)
    return _value_problem(file, path, kind, table) or _group_problem(file, path, kind, table)


def _value_problem(file: str, path: KeyPath, kind: str, table: Mapping[str, Any]) -> Problem | None:
    for key, least in (("year", 1), ("weeks", 1), ("plus", 0), ("countries", 1)):
        value = table.get(key)
        wrong = isinstance(value, bool) or not isinstance(value, int | float) or value < least
        if key in table and wrong and not (kind == "order" and key == "weeks"):
            return must_be(file, (*path, key), f"a number of {least} or more", value)
    if kind == "ratio" and type(table["since"]) is not Day:
        return must_be(file, (*path, "since"), "a date, as 2015-01-01", table["since"])
    if kind == "order":
        weeks, groups = table["weeks"], table[kind]
        if not isinstance(weeks, list) or not isinstance(groups, list) or len(weeks) != len(groups):
            return must_be(file, (*path, "weeks"), "a list with a week for each group", weeks)
    return None


def _group_problem(file: str, path: KeyPath, kind: str, table: Mapping[str, Any]) -> Problem | None:
    from model.scenario import load_scenario

    key = "of" if kind == "organisations" else kind
    if kind in ("series", "cumulative", "ratio", "countries"):
        return None
    single, known = kind in ("accepted_week", "change"), list(load_scenario().groups)
    if single != isinstance(table[key], str):
        return must_be(file, (*path, key), "the name of a group" if single else "a list of groups", table[key])
    for name in [table[key]] if single else table[key]:
        if name not in known:
            return must_be(file, (*path, key), "a group of the scenario", name, known)
    return None
