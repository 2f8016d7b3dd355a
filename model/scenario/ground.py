"""Checks of what stands on the ground: partners (countries, sponsors, dates, homes) and towns (who held them when)."""

from collections.abc import Iterator
from datetime import date

from model.scenario.checks import Data, left_out, named, names_of, number, wanted_name
from model.scenario.compose import Composition
from model.scenario.land import land_countries
from model.scenario.problems import KeyPath, Problem, must_be, other

HOLDERS = ("core", "state", "contested")  # who may hold a town, beside groups


def ground_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield what is wrong with partners and towns of a composed scenario."""
    yield from _partners(composition, data)
    yield from _towns(composition, data)


def _partners(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield what is wrong with partners: unknown countries and sponsors, dates, homes abroad, and what is said twice."""
    governments, allies = names_of(data, "governments"), names_of(data, "allies")
    yield from _twice_named(composition, data)
    for name, partner in named(data, "partners"):
        path: KeyPath = ("partners", name)
        for key in ("countries", "sponsors"):
            names = partner.get(key)
            listed = names if isinstance(names, list) else []
            for index, text in enumerate(listed):
                known = governments if key == "countries" else [*allies, *governments]
                here: KeyPath = (*path, key, index)
                if not isinstance(text, str):
                    continue
                if text in listed[:index]:
                    yield other(composition.origin(here), here, "is listed twice", text, "each name once")
                elif governments and text not in known and not _elsewhere(composition, here, text, key):
                    wanted = wanted_name("governments", governments)
                    wanted = f"a name of [allies] or {wanted}" if key == "sponsors" else wanted
                    yield must_be(composition.origin(here), here, wanted, text, known)
        start, end = partner.get("start"), partner.get("end")
        if type(start) is date and type(end) is date and end <= start:
            here = (*path, "end")
            yield must_be(composition.origin(here), here, f"a date after {start}, its start", end)
        yield from _homes(composition, path, partner)


def _elsewhere(composition: Composition, path: KeyPath, name: str, key: str) -> bool:
    """Tell whether a scenario inherits a partner of a country or a sponsor that it leaves out: not a mistake of its."""
    return not composition.own(path) and (key == "sponsors" or name in land_countries())


def _homes(composition: Composition, path: KeyPath, partner: Data) -> Iterator[Problem]:
    """Yield homelands that are listed twice."""
    homes = partner.get("homelands")
    met: set[tuple[float, float]] = set()
    for index, home in enumerate(homes if isinstance(homes, list) else ()):
        lat, lon = (number(home.get(key)) for key in ("lat", "lon")) if isinstance(home, dict) else (None, None)
        if lat is None or lon is None:
            continue
        here: KeyPath = (*path, "homelands", index)
        if (lat, lon) in met:
            yield other(composition.origin(here), here, f"{home.get('place', 'a place')} is listed twice")
        met.add((lat, lon))


def _twice_named(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield partners that carry the name of an earlier one, whose soldiers would count twice."""
    first: dict[str, str] = {}
    for key, partner in named(data, "partners"):
        name = partner.get("name")
        if isinstance(name, str) and name in first:
            path = ("partners", key, "name")
            yield other(composition.origin(path), path, f"is the name of [partners.{first[name]}] too", name)
        elif isinstance(name, str):
            first[name] = key


def _towns(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield holders of towns that do not exist, and dates that do not follow one another."""
    holders = [*HOLDERS, *names_of(data, "groups")]
    for name, town in named(data, "towns"):
        held, last = town.get("held"), None
        for index, fact in enumerate(held if isinstance(held, list) else ()):
            by, day = (fact.get("by"), fact.get("date")) if isinstance(fact, dict) else (None, None)
            path: KeyPath = ("towns", name, "held", index)
            if gone := composition.gone("groups", by):
                yield left_out(composition, (*path, "by"), gone)
            elif isinstance(by, str) and by not in holders:
                wanted = f"core, state, contested or {wanted_name('groups', holders[len(HOLDERS) :])}"
                yield must_be(composition.origin(path), (*path, "by"), wanted, by, holders)
            if type(day) is date and last is not None and day <= last:
                yield must_be(composition.origin(path), (*path, "date"), f"a date after {last}, the one before", day)
            last = day if type(day) is date else last
