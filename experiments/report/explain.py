"""One run in plain words: its main events with their dates and causes, and its outcomes at the start and at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from experiments.measures.numbers import number
from model.record import OUTCOMES, SERIES
from model.state import Event
from model.why import causes as reasons
from model.why.kinds import EVENT_KINDS

if TYPE_CHECKING:
    from model.record import Result
    from model.scenario.schema import Government

MOST_LINES = 40
AT_START_AND_END = (
    "people_core", "people_provinces", "cohort_people", "towns_core", "area_core", "area_provinces",
    "ink_spots", "fighters_core", "fighters_provinces",
    "treasury_core", "prestige", "alignment", "legitimacy", "coalition", "displaced",
)  # fmt: skip
IN_TOTAL = (
    "pledges", "acceptances", "refusals", "attacks_state", "attacks_sectarian", "attacks_regional",
    "attacks_international", "attacks_unsanctioned", "deaths", "foreign_inflow", "revenue_core", "messages_sent",
    "messages_delivered", "messages_intercepted", "effort_spent",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An event in words: when, what, and why ('because ...'; empty where nothing is known about it)."""

    date: date
    words: str
    cause: str
    rank: int


def main_events(result: "Result", most: int = MOST_LINES) -> tuple[list[Line], int]:
    """Return the main events of a run in order of time, and how many of its recorded events they leave out.

    Events of campaigns are neither told nor counted: `report/campaigns.py` tells them.
    """
    events = [event for event in result.event_list if not EVENT_KINDS[event.kind].campaign]
    times = Counter(map(_repeated, events))
    told: set[tuple[str, str]] = set()
    lines = []
    for event in events:
        known = _repeated(event)
        if not EVENT_KINDS[event.kind].repeats or known not in told:
            lines.append(_line(result, event, times[known]))
            told.add(known)
    lines = sorted(lines, key=lambda line: line.rank)[:most]
    return sorted(lines, key=lambda line: line.date), len(events) - len(lines)


def _repeated(event: Event) -> tuple[str, str]:
    """Return what identifies an event among its kind: its organisation or its country."""
    return event.kind, event.organisation or event.country


def _line(result: "Result", event: Event, times: int) -> Line:
    words = sentence(result.organisation_titles, result.scenario.governments, event)
    if EVENT_KINDS[event.kind].repeats and times > 1:
        words += f", the first of {times} times"
    rank = list(EVENT_KINDS).index(event.kind)
    return Line(result.scenario.start + timedelta(weeks=event.week), words, because(result, event), rank)


def sentence(titles: Mapping[str, str], governments: Mapping[str, "Government"], event: Event) -> str:
    """Return an event in words, as a sentence without its end. `titles`: of organisations; `governments`: the scenario's."""
    words = EVENT_KINDS[event.kind].sentence.format(
        who=titles.get(event.organisation, event.organisation),
        other=titles.get(event.other, event.other),
        country=governments[event.country].name if event.country in governments else event.country,
        amount=event.amount,
        cause=event.cause,
    )
    return words[:1].upper() + words[1:]


def because(result: "Result", event: Event) -> str:
    """Return why an event happened: its cause, and its main causes with their shares where the cause does not name them."""
    if "{cause}" in EVENT_KINDS[event.kind].sentence:
        return ""
    causes = main_causes(result, event)
    told = len(event.causes) < 2 or "%" in event.cause or EVENT_KINDS[event.kind].whole
    return f"because {event.cause}" + ("" if told else f" ({causes})")


def main_causes(result: "Result", event: Event, most: int = 3) -> str:
    """Return the largest causes of an event with their shares: 'attacks there 67%, land lost to the core's side 33%'."""
    return reasons.words(event.causes, most, result.organisation_titles)


def outcome_rows(result: "Result") -> list[tuple[str, str, str, str]]:
    """Return label, unit, value at the start and value at the end (of sums: nothing, and the total) as text."""
    first, last = (dict(zip(SERIES, result.rows[week].tolist(), strict=True)) for week in (0, -1))
    rows = [(name, number(first[name]), number(last[name])) for name in AT_START_AND_END]
    rows += [(name, "", number(result.outcomes[name])) for name in IN_TOTAL]
    return [(OUTCOMES[name].meaning, OUTCOMES[name].unit.replace("1", ""), start, end) for name, start, end in rows]
