"""Places that are not on the map: each is told with its key, and whether latitude and longitude look swapped.

A place becomes a cell by looking for the nearest one, so that a wrong one would be moved in silence. Every place of a
scenario is held against the land of its map: headquarters, holdings, groups, towns, areas, homelands, places of events, hubs
and capitals.
"""

from collections.abc import Iterator
from typing import NamedTuple

from model.scenario.checks import Data, named, names_of, number
from model.scenario.compose import Composition
from model.scenario.land import ANY, KM_PER_DEGREE, Land, apart_km, known_places, land_of, reach_km
from model.scenario.maps import MADE_UP, NAMES, SUFFIX, is_map_file, read_map
from model.scenario.problems import KeyPath, Problem, few, must_be, other, show
from model.scenario.triggers import TRIGGERS, places

EVENT_KM = 100.0  # around the place of an event that gives no radius
CAPITAL_KM = 300.0  # a government may sit beyond the border, in exile; where a map ends, its capital may lie outside
FAR_KM, NEAR_KM = 300.0, 100.0  # from where the map has a place: another point, the same
HUB_KM = 500.0  # a hub holds no ground: it may lie off the countries of a scenario, and a little off the map


def take_map(composition: Composition, data: Data) -> list[Problem]:
    """Take resolution and identity of a map file into composed data; return what is wrong with the file that is named."""
    theatre, path = data.get("theatre", "region"), ("theatre",)
    if not is_map_file(theatre):
        wanted = f"one of {few(NAMES)}, or a map file NAME{SUFFIX} that `inkspot theatre` makes"
        known = isinstance(theatre, str) and theatre in NAMES
        return [] if known else [must_be(composition.origin(path), path, wanted, theatre, NAMES)]
    try:
        found = read_map(theatre)
    except ValueError as error:
        return [other(composition.origin(path), path, str(error), theatre, "a map file")]
    data["map_digest"] = found.digest
    written = data.get("resolution", found.resolution)
    data["resolution"] = found.resolution
    if written != found.resolution and composition.own(("resolution",)):
        words = f"leave it out: the cells of {theatre} have {found.resolution:g} degrees"
        return [other(composition.origin(("resolution",)), ("resolution",), words, written)]
    return []


class Spot(NamedTuple):
    """A place as written: where, which point, in which countries, and how far from their land it may lie."""

    path: KeyPath
    name: str
    lat: float
    lon: float
    countries: tuple[str, ...]
    km: float


def place_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield every place of composed data that lies off the map or out of its country."""
    land = land_of(data)
    governments = tuple(names_of(data, "governments"))
    if land is None or not governments or not land.has(governments):
        return  # no country of the map at all, which is told of the countries
    towns = {
        str(town.get("place")): spot for name, town in named(data, "towns") for spot in _one((name,), town, ANY, 0)
    }
    known = {name: (spot.lat, spot.lon) for name, spot in towns.items()}
    known |= known_places() if land.kind == "region" else {}
    for spot in _spots(data, reach_km(land.resolution, land.kind), governments):
        words = _off(land, spot, governments) or _elsewhere(spot, known.get(spot.name))
        if words:
            there = f"{spot.name} at latitude {spot.lat:g}, longitude {spot.lon:g} lies {words}"
            point = show([spot.lat, spot.lon])
            yield other(composition.origin(spot.path), spot.path, there, point, "a place on the map")


def _off(land: Land, spot: Spot, governments: tuple[str, ...]) -> str:
    """Say how far a place is off the land where it belongs, if it is; a country without a cell is told of itself."""
    away = land.away_km(spot.lat, spot.lon, spot.countries)
    if away <= spot.km or not land.has(spot.countries):
        return ""
    swapped = land.away_km(spot.lon, spot.lat, spot.countries) <= spot.km
    if spot.path[-1] == "capital" and not swapped and not _within(land, spot):
        return ""  # beyond the edge of the map, where its country may go on
    abroad = land.away_km(spot.lat, spot.lon) <= spot.km
    home = f"the nearest land of {few(spot.countries)}"
    if spot.countries in (ANY, governments):
        home = "the nearest land of the scenario's countries" if abroad else "the nearest land of the map"
    remedy = _swapped(spot) if swapped else "correct them"
    if abroad:
        remedy = "correct the place or its country" + (f", or if {_swapped(spot)}" if swapped else "")
    return f"{away:,.0f} km from {home}: {remedy}"


def _elsewhere(spot: Spot, known: tuple[float, float] | None) -> str:
    """Say that a place lies on land, but far from where the map or a town has its name, and there if it is swapped."""
    if known is None or apart_km(spot.lat, spot.lon, *known) < FAR_KM or apart_km(spot.lon, spot.lat, *known) > NEAR_KM:
        return ""
    away = float(apart_km(spot.lat, spot.lon, *known))
    return f"{away:,.0f} km from {spot.name} as the map has it: {_swapped(spot)}"


def _swapped(spot: Spot) -> str:
    right = f"[{spot.lon:g}, {spot.lat:g}]" if spot.path[-1] == "capital" else f"lat = {spot.lon:g}, lon = {spot.lat:g}"
    return f"they look swapped, write {right}"


def _within(land: Land, spot: Spot) -> bool:
    """Tell whether a place lies between the edges of a map."""
    west, east, south, north = land.edges
    return bool(south <= spot.lat <= north and west <= spot.lon <= east)


def _spots(data: Data, reach: float, governments: tuple[str, ...]) -> Iterator[Spot]:
    """Yield every place of a scenario; one that names no country lies in any of the scenario's."""
    yield from _organisation(("core",), data.get("core"), governments, reach)
    for name, group in named(data, "groups"):
        if group.get("present") is not False:
            yield from _one(("groups", name), group, _codes(governments, [group.get("country")]), reach)
            yield from _organisation(("groups", name), group, governments, reach)
    for table in ("towns", "areas"):
        for name, place in named(data, table):
            codes = _codes(governments, [place.get("country")])
            yield from _one((table, name), place, codes, reach + _radius(place))
    for name, partner in named(data, "partners"):
        countries = partner.get("countries")
        codes = _codes(governments, countries)
        if not isinstance(countries, list) or len(codes) < len(countries):
            continue  # unknown countries are told of themselves; those that a scenario leaves out do not count
        for index, home in enumerate(_rows(partner.get("homelands"))):
            yield from _one(("partners", name, "homelands", index), home, codes, reach + _radius(home))
    for name, event in named(data, "timeline"):
        for place in _rows([event.get("place")]):
            yield from _one(("timeline", name, "place"), place, governments, reach + _radius(event, EVENT_KM))
    for name, hub in named(data, "hubs"):
        yield from _one(("hubs", name), hub, ANY, HUB_KM)
    for name, government in named(data, "governments"):
        capital = government.get("capital")
        if isinstance(capital, list | tuple) and len(capital) == 2:
            point = {"place": "the capital", "lat": capital[0], "lon": capital[1]}
            codes = (
                ANY if data.get("theatre") in MADE_UP else (name,)
            )  # capitals of a made-up map may lie in any stripe
            yield from _one(("governments", name, "capital"), point, codes, max(CAPITAL_KM, reach))
    for path, name in _waited_for(data):
        lat, lon = places(data).get(name, (None, None))
        yield from _one(path, {"place": name, "lat": lat, "lon": lon}, governments, reach)


def _waited_for(data: Data) -> Iterator[tuple[KeyPath, str]]:
    """Yield the places whose loss or capture a phase of the policy waits for."""
    policy = data.get("policy")
    for name, phase in named(policy, "phases") if isinstance(policy, dict) else ():
        kind, _, place = str(phase.get("when", "")).partition(":")
        if kind in TRIGGERS and TRIGGERS[kind][1]:
            yield ("policy", "phases", name, "when"), place


def _organisation(path: KeyPath, table: object, governments: tuple[str, ...], reach: float) -> Iterator[Spot]:
    """Yield the headquarters and holdings of an organisation."""
    for key in ("headquarters", "holdings"):
        for index, spot in enumerate(_rows(table.get(key) if isinstance(table, dict) else None)):
            yield from _one((*path, key, index), spot, governments, reach)


def _one(path: KeyPath, table: Data, codes: tuple[str, ...], km: float) -> Iterator[Spot]:
    lat, lon = (number(table.get(key)) for key in ("lat", "lon"))
    if lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180:  # the schema tells the others
        yield Spot(path, str(table.get("place", "a place")), lat, lon, codes, km)


def _radius(table: Data, default: float = 0.0) -> float:
    radius = number(table.get("radius_km"))
    return default if radius is None else min(max(radius, 0.0), 20 * KM_PER_DEGREE)


def _codes(governments: tuple[str, ...], codes: object) -> tuple[str, ...]:
    """Return the countries of a place that the scenario has, or all that it has: unknown ones are told of themselves."""
    known = tuple(str(code) for code in codes if code in governments) if isinstance(codes, list) else ()
    return known or (() if codes else governments)


def _rows(value: object) -> list[Data]:
    return [row if isinstance(row, dict) else {} for row in value] if isinstance(value, list | tuple) else []
