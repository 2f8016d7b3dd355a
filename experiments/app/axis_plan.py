"""What the time axis shows of plans: levers as bars in rows, what they cost by month, and what cannot be drawn in words."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from experiments.app.pair import Pair
from experiments.app.plan import Bar, bars_of, day
from experiments.app.plan_names import planned
from experiments.app.session import Session
from experiments.app.setting import Setting
from experiments.batch.errors import UserError
from model.scenario.efforts import Part, brought, efforts_of
from model.scenario.schema import Scenario
from model.scenario.triggers import TRIGGERS

MONTH = 365.25 / 12 / 7  # weeks
Json = dict[str, Any]


def span_of(pair: Pair) -> Json:
    """Return what the axis spans, ready for JSON: first day, number of weeks, the first day of each week in words, and of
    each month its first day in weeks since the start, its year and its number.
    """
    scenario, weeks = pair.first.scenario, pair.weeks
    days = [day(scenario, week) for week in range(weeks + 1)]
    firsts = sorted({each.replace(day=1) for each in days if each.replace(day=1) >= scenario.start})
    return {
        "start": scenario.start.isoformat(), "weeks": weeks, "days": [f"{each:%-d %b %Y}" for each in days],
        "months": [[round((each - scenario.start).days / 7, 3), each.year, each.month] for each in firsts],
    }  # fmt: skip


def plan_of(pair: Pair, titles: list[str], movable: bool = False) -> Json:
    """Return the policy of each world for the axis, ready for JSON. `movable`: whether bars can be moved and resized."""
    worlds = [world_plan(world.scenario, title) for world, title in zip(pair.worlds, titles, strict=True)]
    return {"worlds": worlds, "movable": movable}


def world_plan(scenario: Scenario, title: str) -> Json:
    """Return a policy's rows, its cost by month, and what it waits for in words.

    A bar that waits for something has no date: it is told, and neither drawn nor counted.
    """
    bars = list(enumerate(bars_of(scenario)))
    return {
        "title": title, "turn": turn_of(scenario),
        "rows": _rows([(number, bar) for number, bar in bars if not bar.when], scenario),
        "told": [_waiting(bar, scenario) for _, bar in bars if bar.when],
        "months": months_of([bar for _, bar in bars if not bar.when], scenario),
        "limited": not any(bar.on_top for _, bar in bars),
    }  # fmt: skip


def turn_of(scenario: Scenario) -> Json | None:
    """Return where a branch parts from the first world, in weeks and in words; None for a world that does not branch."""
    branch = scenario.branch
    if branch is None:
        return None
    goes_on = scenario.turn.partition(": ")[2]
    return {
        "week": branch.start,
        "words": f"{day(scenario, branch.start):%-d %b %Y}: the second world branches off: {goes_on}",
    }


def months_of(bars: list[Bar], scenario: Scenario) -> list[Json]:
    """Return what bars cost in each month, as the mean of its weeks: a share of what all allies bring, and effort weeks.

    An effort week is what the leading ally brings in a week. What comes on top of the budget counts, too.
    """
    efforts, months = _efforts(scenario), []
    for (_, _), group in groupby(range(scenario.weeks), lambda week: _month(scenario, week)):
        weeks = list(group)
        found = [brought([_part(bar) for bar in bars if bar.start <= week < bar.end], efforts) for week in weeks]
        taken, there = (sum(each) for each in zip(*found, strict=True))
        months.append({
            "from": weeks[0], "to": weeks[-1] + 1, "share": round(taken / there, 4),
            "words": f"{day(scenario, weeks[0]):%B %Y}: {taken / there:.0%} of what all allies bring, "
            f"{taken:.1f} of {there:.1f} effort weeks",
        })  # fmt: skip
    return months


def moved(session: Session, message: Mapping[str, Any]) -> Setting:
    """Return the setting in which a bar of a world has other weeks, as the policy desk would set it.

    Raises UserError where the bar is not there any more, or cannot have these weeks, and ScenarioError as a setting does.
    """
    index, number = int(message["world"]), int(message["bar"])
    worlds = session.pair.worlds
    bars = bars_of(worlds[index].scenario) if 0 <= index < len(worlds) else []
    bar = bars[number] if 0 <= number < len(bars) else None
    if bar is None or [bar.start, bar.end] != list(message["was"]):
        raise UserError("the plan has changed meanwhile; try again")
    changed = replace(bar, start=int(message["start"]), end=int(message["end"]))
    scenario = worlds[index].scenario
    if _is_past(bar, scenario) or (changed.start < bar.start and changed.start < _past(scenario)):
        first = f"{day(scenario, _past(scenario)):%-d %B %Y}"
        raise UserError(f"both worlds share the weeks before {first}; only what comes from that day on can be changed")
    return planned(session.setting, index, [*bars[:number], changed, *bars[number + 1 :]])


def _past(scenario: Scenario) -> int:
    """Return the weeks of a branch that are those of the world from which it branches."""
    return scenario.branch.start if scenario.branch else 0


def _is_past(bar: Bar, scenario: Scenario) -> bool:
    return bar.end <= _past(scenario)


def _month(scenario: Scenario, week: int) -> tuple[int, int]:
    first = day(scenario, week)
    return first.year, first.month


def _efforts(scenario: Scenario) -> dict[str, float]:
    return efforts_of({"allies": {name: ally.model_dump() for name, ally in scenario.allies.items()}})


def _part(bar: Bar) -> Part:
    return Part(bar.lever, bar.effort, bar.target, bar.ally)


def _name(bar: Bar, scenario: Scenario) -> str:
    """Return what a bar is in words: its lever, for whom, by whom."""
    place = scenario.governments.get(bar.target)
    words = _part(bar)._replace(target=place.name if place else bar.target.replace("_", " ")).words
    return words[:1].upper() + words[1:]


def _rows(bars: list[tuple[int, Bar]], scenario: Scenario) -> list[Json]:
    """Return a row for each lever with its place and ally; bars at the same time get rows of their own."""
    rows: list[Json] = []
    for number, bar in sorted(bars, key=lambda each: each[1].start):
        name = _name(bar, scenario)
        free = (row for row in rows if row["name"] == name and row["bars"][-1]["end"] <= bar.start)
        row = next(free, None)
        if row is None:
            row = {"name": name, "bars": []}
            rows.append(row)
        row["bars"].append(
            {
                "number": number,
                "start": bar.start,
                "end": bar.end,
                "share": bar.effort,
                "words": _cost(bar, scenario),
                "fixed": _is_past(bar, scenario),
            }
        )
    return sorted(rows, key=lambda row: min(bar["number"] for bar in row["bars"]))


def _cost(bar: Bar, scenario: Scenario) -> list[str]:
    """Return what a bar takes, in lines: its intensity, and its cost a month."""
    taken, there = brought([_part(bar)], _efforts(scenario))
    whose = f"what {bar.ally.replace('_', ' ')} brings" if bar.ally else "what all allies bring"
    on_top = ", on top of the budget" if bar.on_top else ""
    past = ["Both worlds share these weeks: they cannot be changed here"] if _is_past(bar, scenario) else []
    return [
        *past,
        f"Intensity: {100 * bar.effort:.3g}% of {whose}{on_top}",
        f"Cost: {taken / there:.0%} of the joint budget, about {taken * MONTH:.1f} effort weeks a month",
    ]


def _waiting(bar: Bar, scenario: Scenario) -> str:
    """Say what a bar waits for: it starts on no date that is known."""
    kind, _, name = bar.when.partition(":")
    what = TRIGGERS[kind][0] + (f" ({name.replace('_', ' ')})" if name else "")
    after = f"{bar.delay} weeks after this" if bar.delay else "as soon as this"
    return (
        f"{_name(bar, scenario)}, {100 * bar.effort:.3g}%: starts {after} has happened: {what}; "
        f"not before {day(scenario, bar.start):%-d %b %Y}, until {day(scenario, bar.end):%-d %b %Y}"
    )
