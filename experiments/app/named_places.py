"""Places that have a name on the map, and what a run has done there, week by week."""

from dataclasses import dataclass

import numpy as np

from experiments.app.frames import HALF, LEAST_DENSITY, MOST_DENSITY, NOBODY
from experiments.app.world import World
from model.theatre import theatre_places


@dataclass(frozen=True)
class NamedPlace:
    """A place of the scenario or the map: its name and where it lies, in degrees."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Held:
    """Who holds a place in a week: the row of an organisation (None: the state), its share of control, the first week of
    that, and the people who live in the place's square of the map.
    """

    row: int | None
    share: float
    since: int
    people: float


def named_places(world: World) -> list[NamedPlace]:
    """Return the places that the scenario or the map names, where most people live first."""
    scenario, theatre = world.scenario, world.theatre
    named = {each.place: (each.lat, each.lon) for each in (*scenario.core.headquarters, *scenario.towns.values())}
    if theatre.name == "region":
        named |= {each.name: (each.lat, each.lon) for each in theatre_places() if theatre.has(each.lat, each.lon)}
    people = [theatre.people[theatre.nearest_cell(lat, lon)] for lat, lon in named.values()]
    ordered = sorted(zip(people, named.items(), strict=True), key=lambda each: (-each[0], each[1][0]))
    return [NamedPlace(name, lat, lon) for _, (name, (lat, lon)) in ordered]


def cell_of(world: World, place: NamedPlace) -> int:
    """Return the cell of the map in which a place lies."""
    return int(world.theatre.nearest_cell(place.lat, place.lon))


def held(world: World, place: NamedPlace, week: int) -> Held:
    """Return who holds a place in a computed week: an organisation that controls more than half of it, else the state."""
    cell = cell_of(world, place)
    course = world.course(cell)[: week + 1]
    owners = np.where(course[:, 1] > HALF, course[:, 0], NOBODY)
    others = np.flatnonzero(owners != owners[-1])
    since = int(others[-1]) + 1 if len(others) else 0
    density = LEAST_DENSITY * (MOST_DENSITY / LEAST_DENSITY) ** (course[-1, 2] / 255)
    row = None if owners[-1] == NOBODY else int(owners[-1])
    return Held(row, float(course[-1, 1]) / 255, since, float(density * world.theatre.area_km2[cell]))
