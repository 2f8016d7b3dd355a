"""Campaigns in words, by place: who built up, when it attacked, at what odds and made of what, how it ended and why."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from experiments.measures.numbers import number
from experiments.report.explain import sentence
from model.mechanisms.operations import place_in
from model.state import Event, Operation

if TYPE_CHECKING:
    from model.record import Result
    from model.scenario.schema import Town

MOST_LINES = 12
ENDS = {"offensive_won": "It won", "offensive_lost": "It failed"}


@dataclass(frozen=True)
class Told:
    """One step of a campaign: near which place, when, its words, and the people who were at stake."""

    place: str
    date: date
    words: str
    people: float


def campaigns(result: "Result", most: int = MOST_LINES) -> list[tuple[str, list[Told]]]:
    """Return the campaigns with most people at stake as (place, its campaigns in order of time), the first place first.

    Armies that are still building up come last: they are told where there is room.
    """
    done = sorted([*_offensives(result), *_towns(result)], key=lambda told: -told.people)
    coming = sorted(_build_ups(result), key=lambda told: -told.people)
    places: dict[str, list[Told]] = {}
    for told in sorted([*done, *coming][:most], key=lambda told: told.date):
        places.setdefault(told.place, []).append(told)
    return list(places.items())


def _day(result: "Result", week: int) -> date:
    return result.scenario.start + timedelta(weeks=week)


def _offensives(result: "Result") -> list[Told]:
    """Attacks with their ends. Armies that attack the same place in the same week and end together share a line."""
    ends = [event for event in result.event_list if event.kind in ENDS]
    together: dict[tuple[str, int, str, int], list[tuple[Event, Event | None]]] = {}
    for event in (event for event in result.event_list if event.kind == "offensive"):
        same = (each for each in ends if (each.army, each.other) == (event.army, event.other))
        end = next((each for each in same if each.week > event.week), None)
        key = event.other, event.week, end.kind if end else "", end.week if end else -1
        together.setdefault(key, []).append((event, end))
    return [_attack(result, sorted(pairs, key=_own_part, reverse=True)) for pairs in together.values()]


def _own_part(pair: tuple[Event, Event | None]) -> float:
    return pair[0].causes.get("own_forces", 0.0)


def _attack(result: "Result", pairs: list[tuple[Event, Event | None]]) -> Told:
    """One attack, at the odds of the army that was the largest part of it."""
    event, end = pairs[0]
    others = _listed([each.army for each, _ in pairs[1:]])
    with_others = f" with {others}" if others else ""
    words = f"{event.army} attacked{with_others}: {_why(event)}. {_end(result, end)}"
    return Told(_heading(result, event), _day(result, event.week), words, event.amount)


def _listed(names: list[str]) -> str:
    names = [name[0].lower() + name[1:] if name.startswith("The ") else name for name in names]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _end(result: "Result", end: Event | None) -> str:
    if end is None:
        return "It had not ended by the last week."
    return f"{ENDS[end.kind]} on {_day(result, end.week)}: {_why(end)}."


def _why(event: Event) -> str:
    """The cause of an event of a campaign without the army and the place, which its line names before."""
    return event.cause.removeprefix(f"{event.army} near {event.other}: ")


def _heading(result: "Result", event: Event) -> str:
    return f"{event.other}, {result.scenario.governments[event.country].name}"


def _build_ups(result: "Result") -> list[Told]:
    """Armies that were still building up in the last week."""
    found, theatre = [], result.theatre
    for force in result.deployment.forces:
        if force.phase != Operation.BUILD_UP:
            continue
        country = theatre.countries[theatre.sector_country[force.sector]]
        place = f"{place_in(result.scenario, theatre, force.sector)}, {result.scenario.governments[country].name}"
        held = result.cell_control.sum(axis=0) * theatre.people
        people = float(held[theatre.sector == force.sector].sum())
        words = (
            f"{result.armies[force.army].title} builds up, week {force.weeks}: {number(force.soldiers)} soldiers there."
        )
        found.append(Told(place, _day(result, len(result.rows) - 1), words, people))
    return found


def _towns(result: "Result") -> list[Told]:
    """Towns that the core's bloc took and lost, near the place that names their sector; those of a week share a line."""
    towns = {town.place: town for town in result.scenario.towns.values()}
    together: dict[tuple[str, int, str, str], list[Event]] = {}
    for event in (event for event in result.event_list if event.kind in ("town_taken", "town_lost")):
        cell = _cell(result, towns[event.other])
        near = place_in(result.scenario, result.theatre, int(result.theatre.sector[cell]))
        together.setdefault((near, event.week, event.kind, event.organisation), []).append(event)
    found = []
    for (near, week, _, _), events in together.items():
        first, cells = events[0], {_cell(result, towns[event.other]) for event in events}
        named = replace(first, other=_listed([event.other for event in events]))
        words = sentence(result.organisation_titles, result.scenario.governments, named)
        place = _heading(result, replace(first, other=near))
        people = sum(float(result.theatre.people[cell]) for cell in cells)
        found.append(Told(place, _day(result, week), f"{words}: {first.cause}.", people))
    return found


def _cell(result: "Result", town: "Town") -> int:
    return int(result.theatre.nearest_cell(town.lat, town.lon, town.country))
