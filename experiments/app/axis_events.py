"""The most important events of the weeks computed, as marks on the time axis."""

from typing import Any

from experiments.app.axis_plan import plan_of, span_of, turn_of
from experiments.app.cards import why
from experiments.app.pair import Shown
from experiments.app.world import World
from experiments.report.explain import sentence
from model.why.kinds import EVENT_KINDS

SIGNS = {  # kinds of events that are marked, with the sign that they have
    "core_dead": "core", "relocation": "core", "headquarters_lost": "core",
    "timeline": "date", "removed": "date", "phase": "policy", "outside_power": "date",
    "secession": "schism", "defection": "schism", "splinter": "schism", "split": "schism",
    "founding": "pledge", "pledge": "pledge", "broker_lost": "leader",
    "town_taken": "town", "town_lost": "town", "expulsion": "town", "group_dead": "core",
}  # fmt: skip
Json = dict[str, Any]


def events_of(shown: Shown) -> list[list[Json]]:
    """Return the marks of each world up to the last week that all have computed, in order of time, ready for JSON.

    week: the one in which the map shows it, at the end of the week in which it happened; rank: 0 the most telling;
    select: whom it concerns, as a click on the map would say it, or None.
    """
    return [_branch(world) + _marks(world, index, shown.computed) for index, world in enumerate(shown.worlds)]


def axis_of(shown: Shown, titles: list[str]) -> Json:
    """Return what the axis of a replay shows, ready for JSON: span, policies, and events; nothing can be moved."""
    return {"span": span_of(shown.pair), "plan": plan_of(shown.pair, titles), "events": events_of(shown)}


def _branch(world: World) -> list[Json]:
    """Return the mark where a world branches off, which no run notes as an event."""
    turn = turn_of(world.scenario)
    return [turn | {"sign": "branch", "rank": -1, "cause": "", "select": None}] if turn else []


def _marks(world: World, index: int, computed: int) -> list[Json]:
    organisations, countries = world.organisations, list(world.theatre.countries)
    titles = {each.name: each.title for each in organisations}
    rows = {each.name: each.row for each in organisations}
    marks = []
    for event in world.events(computed):
        over = event.week < computed  # a week that is not over has no room
        if event.kind not in SIGNS or not over or "policy" in event.causes:  # a phase with a date is a bar
            continue
        whom: Json | None = None
        if event.organisation in rows:
            whom = {"what": "organisation", "id": rows[event.organisation], "pane": index}
        elif event.country in countries:
            whom = {"what": "country", "id": countries.index(event.country), "pane": index}
        told, cause = sentence(titles, world.scenario.governments, event), why(event)
        marks.append({
            "week": event.week + 1, "sign": SIGNS[event.kind], "rank": list(EVENT_KINDS).index(event.kind),
            "words": f"Week of {world.date(event.week):%-d %b %Y}: {told}", "cause": cause and f"because {cause}",
            "select": whom,
        })  # fmt: skip
    return marks
