"""One run in plain words: its main events with their dates and causes, and its outcomes at the start and at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from model.record import OUTCOMES
from model.state import Event

if TYPE_CHECKING:
    from model.record import Result

MOST_LINES = 40
# Kinds of events in words, the most telling first: when there are too many, those of the last kinds go.
SENTENCES: dict[str, str] = {
    "core_dead": "the core came to an end",
    "relocation": "the core moved to {other}",
    "headquarters_lost": "the core lost a headquarters in {country}",
    "timeline": "{cause}",
    "phase": "policy: {cause}",
    "outside_power": "the outside power entered the war",
    "secession": "{who} had outgrown the core and left it",
    "defection": "{who} left the core",
    "acceptance": "the core accepted {who} as a province",
    "splinter": "{who} broke away for the core",
    "founding": "{who} gathered",
    "pledge": "{who} pledged allegiance to the core",
    "unsanctioned_attack": "{who} killed {amount:,.0f} people in a large attack that the core did not want",
    "expulsion": "{who} lost nearly all the land held so far",
    "group_dead": "{who} came to an end",
    "reprisal": "reprisals in {country}",
    "refusal": "{who} refused the core in public",
    "merge": "two ink spots met, held mostly by {who}",
    "attack": "{who} struck beyond the region",
    "coalition": "{country} joined the coalition",
}
FIRST_ONLY = (
    "attack",
    "unsanctioned_attack",
    "reprisal",
    "merge",
    "outside_power",
)  # told once an organisation or country, with how often
AT_START_AND_END = (
    "people_core", "people_provinces", "area_core", "area_provinces", "ink_spots", "fighters_core", "fighters_provinces",
    "treasury_core", "prestige", "alignment", "legitimacy", "coalition", "displaced",
)  # fmt: skip
IN_TOTAL = (
    "pledges", "acceptances", "refusals", "attacks_state", "attacks_sectarian", "attacks_regional",
    "attacks_international", "attacks_unsanctioned", "deaths", "foreign_inflow", "messages_sent", "messages_delivered",
    "messages_intercepted", "effort_spent",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An event in words: when, what, and why ('because ...'; empty where nothing is known about it)."""

    date: date
    words: str
    cause: str
    rank: int


def main_events(result: "Result", most: int = MOST_LINES) -> tuple[list[Line], int]:
    """Return the main events of a run in order of time, and how many of its recorded events they leave out."""
    times = Counter(map(_repeated, result.event_list))
    told: set[tuple[str, str]] = set()
    lines = []
    for event in result.event_list:
        known = _repeated(event)
        if event.kind not in FIRST_ONLY or known not in told:
            lines.append(_line(result, event, times[known]))
            told.add(known)
    lines = sorted(lines, key=lambda line: line.rank)[:most]
    return sorted(lines, key=lambda line: line.date), len(result.event_list) - len(lines)


def _repeated(event: Event) -> tuple[str, str]:
    """Return what makes an event one of a kind: who did it, or where it was."""
    return event.kind, event.organisation or event.country


def _line(result: "Result", event: Event, times: int) -> Line:
    words = sentence(result.organisation_titles, result.scenario.governments, event)
    if event.kind in FIRST_ONLY and times > 1:
        words += f", the first of {times} times"
    rank = list(SENTENCES).index(event.kind) if event.kind in SENTENCES else len(SENTENCES)
    return Line(result.scenario.start + timedelta(weeks=event.week), words, because(result, event), rank)


def sentence(titles: Mapping[str, str], governments: Mapping[str, Any], event: Event) -> str:
    """Return an event in words, as a sentence without its end. `titles`: of organisations; `governments`: the scenario's."""
    words = SENTENCES.get(event.kind, event.kind.replace("_", " ") + " ({who})").format(
        who=titles.get(event.organisation, event.organisation),
        other=titles.get(event.other, event.other),
        country=governments[event.country].name if event.country in governments else event.country,
        amount=event.amount,
        cause=event.cause,
    )
    return words[:1].upper() + words[1:]


def because(result: "Result", event: Event) -> str:
    """Return why an event happened: its cause, and its main causes with their shares where the cause does not name them."""
    if "{cause}" in SENTENCES.get(event.kind, ""):
        return ""
    causes = main_causes(result, event)
    told = len(event.causes) < 2 or "%" in event.cause
    return f"because {event.cause}" + ("" if told else f" ({causes})")


def main_causes(result: "Result", event: Event, most: int = 3) -> str:
    """Return the largest causes of an event with their signed shares: 'attacks +67%, land lost +33%'."""
    titles = result.organisation_titles
    parts = list(event.causes.items())[:most]
    return ", ".join(f"{titles.get(name, name.replace('_', ' '))} {share:+.0%}" for name, share in parts)


def outcome_rows(result: "Result") -> list[tuple[str, str, str, str]]:
    """Return label, unit, value at the start and value at the end (of sums: nothing, and the total) as text."""
    first, last = result.series.iloc[0], result.series.iloc[-1]
    rows = [(name, number(first[name]), number(last[name])) for name in AT_START_AND_END]
    rows += [(name, "", number(result.outcomes[name])) for name in IN_TOTAL]
    return [(OUTCOMES[name].meaning, OUTCOMES[name].unit.replace("1", ""), start, end) for name, start, end in rows]


def number(value: float) -> str:
    """Return a number as people write it: 10.7 million, 12,300, 0.61."""
    if abs(value) >= 1e6:
        size, word = (1e9, "billion") if abs(value) >= 1e9 else (1e6, "million")
        return f"{value / size:,.3g} {word}"
    if abs(value) >= 100 or value == int(value):
        return f"{float(f'{value:.4g}'):,.0f}"
    return f"{value:.2f}"
