"""The card of a country, organisation, army or link that was clicked: numbers, a sparkline, and why they came about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any

import numpy as np

from experiments.app import operations
from experiments.app.named_places import NamedPlace, cell_of, held
from experiments.app.world import World
from experiments.measures.numbers import number
from experiments.report.explain import sentence
from model.state import Event, Status
from model.state.fields import Floats
from model.why import causes as reasons
from model.why.kinds import EVENT_KINDS

STATUS = {-1: "absent", 0: "core", 1: "independent group", 2: "province", 3: "rival franchise"}
MOST_EVENTS = 8
ORGANISATION_ROWS = (
    ("fighters", "fighters", "people"), ("foreign_fighters", "of them foreign", "people"),
    ("people", "people held", "people"),
    ("alignment", "alignment with the core", "share"), ("attacks", "attacks this week", ""),
    ("treasury", "treasury", "USD"), ("brutality", "brutality", "share"), ("strikes", "allied strikes on it", "share"),
    ("utility", "utility of belonging to the core", ""),
)  # fmt: skip
LINK_ROWS = (
    ("link_quality", "quality of the best path", "share"), ("silence", "silence", "weeks"), ("envoys", "envoys", "people"),
    ("aid_received", "aid received", "USD a week"), ("alignment", "alignment with the core", "share"),
)  # fmt: skip
COUNTRY_ROWS = (
    ("people_bloc", "people held by the core and provinces", "people"), ("attacks", "attacks this week", ""),
    ("threat", "threat perceived", "share"), ("legitimacy", "legitimacy among the majority", "share"),
    ("minority_legitimacy", "legitimacy among excluded groups", "share"), ("forces", "security forces", "people"),
    ("reprisals", "sectarian reprisals this week", ""), ("displaced", "displaced people in this country", "people"),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A card: title, what it is, rows (words, value, unit), the series of the sparkline, why-log (date, what, cause)."""

    title: str
    kind: str
    rows: list[tuple[str, str, str]]
    spark: tuple[str, Floats]
    log: list[tuple[str, str, str]]


def card_of(
    world: World, what: str, number_of: int, week: int, last: int | None = None, places: Sequence[NamedPlace] = ()
) -> Card | None:
    """Return the card of a country, organisation, army, link or place (by number) in a computed week; None if there is none.

    `last`: the week at which the sparkline ends, by default the last computed. `places`: those of the map, in its order.
    """
    makers: dict[str, Callable[[World, int, int], Card]] = {
        "country": _country, "organisation": _organisation, "link": _link, "army": _army,
        "place": partial(_place, places),
    }  # fmt: skip
    sizes = {"country": len(world.theatre.countries), "army": len(world.armies), "place": len(places)}
    most = sizes.get(what, len(world.organisations))
    if what not in makers or not 0 <= number_of < most:
        return None
    last = world.computed if last is None else min(last, world.computed)
    card = makers[what](world, number_of, min(max(0, week), last))
    return replace(card, spark=(card.spark[0], card.spark[1][: last + 1]))


def _organisation(world: World, row: int, week: int) -> Card:
    organisation = world.organisations[row]
    status = int(world.organisation(row, "status")[week])
    rows = _rows(ORGANISATION_ROWS, lambda name: world.organisation(row, name)[week])
    rows += operations.of_organisation(world, row, week)
    log = _log(world, week, lambda event: organisation.name in (event.organisation, event.other))
    return Card(organisation.title, STATUS[status], rows, ("people held", world.organisation(row, "people")), log)


def _link(world: World, row: int, week: int) -> Card:
    organisation = world.organisations[row]
    rows = _rows(LINK_ROWS, lambda name: world.organisation(row, name)[week])
    ends = (organisation.name, "core", "")
    log = _log(world, week, lambda event: EVENT_KINDS[event.kind].link and event.organisation in ends)
    status = int(world.organisation(row, "status")[week])
    kind = "link between core and province" if status == Status.PROVINCE else f"no link: {STATUS[status]}"
    quality = world.organisation(row, "link_quality")
    return Card(f"Core and {organisation.title}", kind, rows, ("quality of the link", quality), log)


def _country(world: World, index: int, week: int) -> Card:
    iso3 = world.theatre.countries[index]
    rows = _rows(COUNTRY_ROWS, lambda name: world.country(index, name)[week])
    rows += operations.of_country(world, index, week)
    log = _log(world, week, lambda event: event.country == iso3)
    name = world.scenario.governments[iso3].name
    spark = world.country(index, "people_bloc")
    return Card(name, "country", rows, ("people held by the core and provinces", spark), log)


def _place(places: Sequence[NamedPlace], world: World, number_of: int, week: int) -> Card:
    place = places[number_of]
    found, cell = held(world, place, week), cell_of(world, place)
    iso3 = world.theatre.countries[int(world.theatre.country[cell])]
    government = world.scenario.governments[iso3].name
    titles = {each.row: each.title for each in world.organisations}
    holder = f"the state: {government}" if found.row is None else titles[found.row]
    since = f"{world.date(found.since):%-d %b %Y}, week {found.since}" if found.since else "before the run began"
    rows = [
        ("held by", holder, ""), ("since", since, ""),
        ("armed groups' strongest control", _text(found.share, "share"), ""),
        ("people in its square of the map, about", _text(float(f"{found.people:.2g}"), "people"), ""),
    ]  # fmt: skip
    log = _log(world, week, lambda event: place.name in (event.other, event.organisation))
    spark = world.course(cell)[:, 1] / 255
    return Card(place.name, f"place in {government}", rows, ("strongest control by an armed group", spark), log)


def _army(world: World, number_of: int, week: int) -> Card:
    seat = world.armies[number_of]
    kind = "partner on the state's side" if seat.partner else "army of a government"
    ready = [world.deployment(at).readiness[number_of : number_of + 1] or (0.0,) for at in range(world.computed + 1)]
    log = _log(world, week, lambda event: event.army == seat.title)
    spark = np.array([share for (share,) in ready])
    return Card(seat.title, kind, operations.of_army(world, number_of, week), ("readiness", spark), log)


def _rows(declared: Any, value: Any) -> list[tuple[str, str, str]]:
    return [(words, _text(float(value(name)), unit), "" if unit == "share" else unit) for name, words, unit in declared]


def _text(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:.0%}" if unit == "share" else number(value)


def _log(world: World, week: int, wanted: Any) -> list[tuple[str, str, str]]:
    """Return the last events that match, newest first: date, what, why."""
    found = [event for event in world.events(week) if wanted(event)][-MOST_EVENTS:]
    titles = {each.name: each.title for each in world.organisations}
    return [
        (f"{world.date(event.week):%-d %b %Y}", sentence(titles, world.scenario.governments, event), why(event))
        for event in reversed(found)
    ]


def why(event: Event) -> str:
    """Return why an event happened: its cause, and the terms with the largest weights where the cause does not name them."""
    if "{cause}" in EVENT_KINDS[event.kind].sentence:
        return ""
    told = len(event.causes) < 2 or "%" in event.cause or EVENT_KINDS[event.kind].whole
    return event.cause + ("" if told else f" ({reasons.words(event.causes)})")


def card_html(card: Card, week: int, world_title: str) -> str:
    """Return a card as HTML; all that comes from files is escaped."""
    rows = "".join(
        f"<tr><th>{escape(words)}</th><td>{escape(value)} <small>{escape(unit)}</small></td></tr>"
        for words, value, unit in card.rows
    )
    log = "".join(
        f"<li><time>{escape(day)}</time> {escape(what)}"
        + (f"<small>because {escape(cause)}</small>" if cause else "")
        + "</li>"
        for day, what, cause in card.log
    )
    return (
        f'<article class="ink-card" tabindex="0"><h3>{escape(card.title)}</h3>'
        f'<p class="ink-soft">{escape(card.kind)} · {escape(world_title)}</p>'
        f"<table>{rows}</table>{sparkline(card.spark[1], week)}<p class='ink-soft'>{escape(card.spark[0])}</p>"
        f"<h4>Why</h4><ol>{log or '<li>Nothing has happened here yet.</li>'}</ol></article>"
    )


def sparkline(values: Floats, week: int) -> str:
    """Return a small line as SVG with a dot at the week."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    x = np.linspace(2, 238, max(2, len(values)))[: len(values)]
    y = 38 - (values - low) / (high - low or 1.0) * 34
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    at = min(week, len(values) - 1)
    dot = f'<circle cx="{x[at]:.1f}" cy="{y[at]:.1f}" r="3.5"/>'
    line = f'<polyline points="{points}"/>{dot}'
    return f'<svg class="ink-spark" viewBox="0 0 240 42" role="img" aria-label="course so far">{line}</svg>'
