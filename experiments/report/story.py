"""One organisation's story in a run: dated turning points with their causes, and in a line each the weeks between them.

Everything is read from a finished run: the series of the organisation, those of its home country, and the events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from experiments.batch.errors import UserError
from experiments.measures.numbers import number
from experiments.report.explain import because, sentence
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES
from model.scenario.problems import few, nearest
from model.state import CORE, Status
from model.why.causes import counted
from model.why.kinds import EVENT_KINDS

if TYPE_CHECKING:
    from datetime import date

    from model.record import Result
    from model.scenario.schema import Scenario
    from model.state.fields import Floats, Integers

MOST_LINES = 60
QUIET = 4  # weeks between two turning points that are worth a line of their own
YEAR = 52  # weeks that one line sums up at most
TURN = 0.35  # share of a peak (or of a low) by which fighters or people must move for it to be a turning point
SILENCE = 13  # weeks
STRUCK = 0.05  # dose of strikes
LINKS = (
    (0.005, "no"),
    (0.33, "a weak"),
    (0.67, "a fair"),
    (1.01, "a good"),
)  # below which quality it is so called


@dataclass(frozen=True)
class Note:
    """A notable event: its week, its text, and its rank for leaving it out (0: never, 5: first)."""

    week: int
    words: str
    rank: int


def find_organisation(scenario: "Scenario", text: str) -> str:
    """Return the name of the organisation that `text` names: by name, by title, or by a part of one that no other has.

    Raises UserError with the nearest names.
    """
    titles = {"core": scenario.core.name} | {
        name: group.name for name, group in scenario.groups.items() if group.present
    }
    met = text.strip().lower()
    exact = [name for name, title in titles.items() if met in (name.lower(), title.lower())]
    parts = [name for name, title in titles.items() if met and (met in name.lower() or met in title.lower())]
    found = exact or parts
    if len(found) == 1:
        return found[0]
    if found:
        known = few(f"{name} ({titles[name]})" for name in found)
        raise UserError(f'--explain "{text}": several organisations of {scenario.name} match: {known}')
    close = nearest(met, [*titles, *titles.values()])
    name = next((name for name, title in titles.items() if close in (name, title)), "")
    hint = f"did you mean {name} ({titles[name]})?" if name else f"it has {few(titles)}"
    raise UserError(f'--explain "{text}": no such organisation in {scenario.name}; {hint}')


class Course:
    """The series of one organisation by name, (weeks,) each, from the first week in which it existed."""

    def __init__(self, result: "Result", name: str) -> None:
        self.result, self.name = result, name
        self.row = result.organisation_names.index(name)
        self.block = result.organisation_rows[:, :, self.row]
        there = np.flatnonzero(self["status"] >= 0)
        self.first, self.last = (int(there[0]), int(there[-1])) if len(there) else (0, 0)
        self.member = (self["status"] == Status.PROVINCE) | (self["status"] == Status.CORE)

    def __getitem__(self, column: str) -> "Floats":
        return np.asarray(self.block[:, ORGANISATION_SERIES.index(column)])

    @property
    def title(self) -> str:
        """What the organisation is called."""
        return self.result.organisation_titles[self.name]

    def day(self, week: int) -> "date":
        """First day of a week of the run."""
        day: date = self.result._date(week)
        return day


def story(result: "Result", name: str, most: int = MOST_LINES) -> list[str]:
    """Return an organisation's story as at most `most` lines, each with its date or its weeks."""
    course = Course(result, name)
    notes = [note for note in _notes(course) if course.first - 1 <= note.week <= course.last]
    while len(lines := _lines(course, notes)) > most and max((note.rank for note in notes), default=0) > 0:
        worst = max(note.rank for note in notes)
        notes.remove(next(note for note in reversed(notes) if note.rank == worst))
    if len(lines) > most:
        lines = [*lines[: most - 2], f"... and {len(lines) - most + 1} more", lines[-1]]
    return lines


def _lines(course: Course, notes: list[Note]) -> list[str]:
    before = max(0, course.first - 1)
    lines = [f"{course.day(before)}  {_opening(course)}"]
    for week in sorted({note.week for note in notes}):
        lines += _between(course, before + 1, week - 1)
        found = sorted((note for note in notes if note.week == week), key=lambda note: note.rank)
        lines += [f"{course.day(week)}  {note.words}" for note in found]
        before = week
    lines += _between(course, before + 1, course.last)
    return [*lines, f"{course.day(course.last)}  {_closing(course)}"]


def _opening(course: Course) -> str:
    week = course.first
    words = {
        Status.CORE: "the core",
        Status.PROVINCE: "a province of the core",
        Status.RIVAL_FRANCHISE: "a rival franchise",
    }
    what = words.get(Status(int(course["status"][week])), "independent")
    foreign = course["foreign_fighters"][week] / max(1.0, course["fighters"][week])
    measured = min(week + 1, course.last)  # at the start nothing has been sent yet
    link = "" if course.row == CORE else f"; it has {_link(course['link_quality'][measured])} to the core"
    share = f"{foreign:.0%}" if foreign >= 0.005 else "none"
    return f"{course.title} is {what}: {_strength(course, week)}; {share} of its fighters are foreign{link}."


def _link(quality: float) -> str:
    return next(f"{word} link" for below, word in LINKS if quality < below)


def _strength(course: Course, week: int) -> str:
    return f"{counted(course['fighters'][week], 'fighter')}, {_people(course['people'][week])} under it"


def _people(people: float) -> str:
    text = number(float(f"{people:.2g}"))
    return "nobody" if text == "0" else f"{text} {'person' if text == '1' else 'people'}"


def _between(course: Course, first: int, last: int) -> list[str]:
    """The weeks between two turning points, at most one line per year; short periods get no line."""
    if last - first < QUIET:
        return []
    pieces = -(-(last - first + 1) // YEAR)
    cuts = np.linspace(first, last + 1, pieces + 1).round().astype(int)
    return [_summary(course, int(begin), int(end) - 1) for begin, end in pairwise(cuts)]


def _summary(course: Course, first: int, last: int) -> str:
    span = slice(first, last + 1)
    parts = [
        f"fighters {number(course['fighters'][first])} to {number(course['fighters'][last])}",
        f"people {number(float(f'{course["people"][first]:.2g}'))} to {number(float(f'{course["people"][last]:.2g}'))}",
        counted(course["attacks"][span].sum(), "attack"),
    ]
    if course.row != CORE and course.member[span].any():
        heard = int((course["silence"][span] == 0).sum())
        parts.append(f"heard from the core in {heard} of {last - first + 1} weeks")
        before, after = (f"{course['alignment'][week]:.0%}" for week in (first, last))
        parts.append(
            f"it follows the core in {before if before == after else f'{before}, then {after}'} of its conduct"
        )
    if course["strikes"][span].max() >= STRUCK:
        parts.append(f"allied strikes at {course['strikes'][span].mean():.0%} of their full effect")
    return f"weeks {first} to {last}: {'; '.join(parts)}."


def _closing(course: Course) -> str:
    result, week = course.result, course.last
    if week < len(course.block) - 1:
        return f"The end of {course.title}."
    country = _home(course)
    figures = dict(
        zip(COUNTRY_SERIES, result.country_rows[-1, :, result.theatre.countries.index(country)], strict=True)
    )
    state = f"{result.scenario.governments[country].name} perceives {figures['threat']:.0%} of the highest threat"
    legitimacy = f"its legitimacy is {figures['legitimacy']:.0%} of the highest"
    legitimacy += f" ({figures['minority_legitimacy']:.0%} among minorities)"
    return f"At the end: {_strength(course, week)}; {state}, and {legitimacy}."


def _home(course: Course) -> str:
    """Country of the organisation: its scenario's, of a splinter its parent's, of the core its first headquarters'."""
    scenario, theatre = course.result.scenario, course.result.theatre
    if course.name in scenario.groups:
        return scenario.groups[course.name].country
    own = [event.country for event in course.result.event_list if event.organisation == course.name and event.country]
    if course.row != CORE and own:
        return own[0]
    seat = scenario.core.headquarters[0]
    return str(theatre.countries[theatre.country[theatre.nearest_cell(seat.lat, seat.lon)]])


def _notes(course: Course) -> list[Note]:
    return [*_events(course), *_turns(course), *_silences(course), *_alignment(course), *_strikes(course)]


def _events(course: Course) -> Iterator[Note]:
    """Events of the organisation or with it, and its home country's entry into the coalition."""
    told: set[str] = set()
    country = _home(course)
    for event in course.result.event_list:
        joins = event.kind == "coalition" and event.country == country
        if course.name not in (event.organisation, event.other) and not joins:
            continue
        if (EVENT_KINDS[event.kind].repeats and event.kind in told) or (
            course.row == CORE and event.organisation != "core"
        ):
            continue
        first = ", for the first time" if EVENT_KINDS[event.kind].repeats else ""
        cause = because(course.result, event)
        event_words = sentence(course.result.organisation_titles, course.result.scenario.governments, event)
        words = f"{event_words}{first}{', ' if cause else ''}{cause}."
        yield Note(event.week, words, 2 if EVENT_KINDS[event.kind].repeats or joins else 0)
        told.add(event.kind)


def _turns(course: Course) -> Iterator[Note]:
    """Peaks and lows of fighters and of people held."""
    for column, least, rank in (("people", 20_000.0, 3), ("fighters", 200.0, 4)):
        series = course[column][course.first : course.last + 1]
        for week, high in turning_points(series, TURN, least):
            amount = _people(series[week]) if column == "people" else counted(series[week], "fighter")
            words = f"A peak: {amount}" if high else f"A low: {amount}"
            yield Note(course.first + week, words + (" under it." if column == "people" else "."), rank)


def turning_points(series: "Floats", share: float, least: float) -> list[tuple[int, bool]]:
    """Return the weeks of peaks (True) and lows (False) in turn: each differs from the next by `share` of the higher one.

    Moves of less than `least` count for nothing. The ends of the series are none. As zigzags are drawn: an extreme stands
    once the series has moved away from it by that much.
    """
    found: list[tuple[int, bool]] = []
    extreme, rising = 0, None
    for week, value in enumerate(series):
        far = max(least, share * max(value, series[extreme]))
        if rising is None:
            if abs(value - series[extreme]) >= far:
                extreme, rising = week, bool(value > series[extreme])
        elif value == series[extreme] or (value > series[extreme]) == rising:
            extreme = week
        elif abs(value - series[extreme]) >= far:
            found.append((extreme, rising))
            extreme, rising = week, not rising
    return found


def _silences(course: Course) -> Iterator[Note]:
    """Long silences of a province, and the messages that end them."""
    silence, quality = np.where(course.member, course["silence"], 0.0), course["link_quality"]
    if course.row == CORE:
        return
    for week in np.flatnonzero(silence == SILENCE):
        words = f"It has heard nothing from the core for {SILENCE} weeks; it has {_link(quality[week])} to it."
        yield Note(int(week), words, 3)
    for week in np.flatnonzero((silence[:-1] >= SILENCE) & (silence[1:] == 0) & course.member[1:]) + 1:
        yield Note(int(week), f"A message gets through after {silence[week - 1]:.0f} weeks of silence.", 3)


def _alignment(course: Course) -> Iterator[Note]:
    """Where a province's conduct comes nearer to the core's line than to its own, and back (with a margin)."""
    if course.row == CORE:
        return
    follows: bool | None = None
    for week in np.flatnonzero(course.member):
        alignment = course["alignment"][week]
        if follows is not True and alignment >= 0.6:
            follows = True
            yield Note(int(week), f"It follows the core in most of its conduct ({alignment:.0%}).", 3)
        elif follows and alignment <= 0.4:
            follows = False
            yield Note(
                int(week), f"It goes its own way again: it follows the core in {alignment:.0%} of its conduct.", 2
            )


def _strikes(course: Course) -> Iterator[Note]:
    """When allied strikes on it begin, and when they stop for a quarter or more."""
    struck: Integers = np.flatnonzero(course["strikes"] >= STRUCK)
    for position, week in enumerate(struck):
        if position == 0 or week - struck[position - 1] > SILENCE:
            yield Note(
                int(week), f"Allied strikes on it begin, at {course['strikes'][week]:.0%} of their full effect.", 1
            )
        over = position + 1 == len(struck) or struck[position + 1] - week > SILENCE
        if over and week + SILENCE < course.last:
            yield Note(int(week) + 1, "Allied strikes on it end.", 1)
