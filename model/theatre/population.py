"""Who lives in the cells of a theatre: people in whole numbers, whom the core appeals to, how easily anyone moves."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.theatre.geography import Floats, great_circle_km, unit_vectors

Countries = npt.NDArray[np.int16]

FADING_SHARE = 0.25  # the outer part of an area's radius over which it passes into the rest of its country
LEAST_MOBILITY = 0.05


class AreaFigures(NamedTuple):
    """A constituency area: within `radius_km` of a point (degrees), `share` of the country's people there belong."""

    country: str
    lat: float
    lon: float
    radius_km: float
    share: float


def whole_people(crowding: Floats, area_km2: Floats, country: Countries, millions: tuple[float, ...]) -> Floats:
    """Return people per cell, (cells,): whole numbers that add up to each country's population exactly.

    Proportional to `crowding` (cells,), or to land area in a country that has none; seats left over by rounding down go
    to the largest remainders (Hamilton's method). `millions` of people are given per country.
    """
    number = len(millions)
    empty = np.bincount(country, crowding, number) <= 0
    weights = np.where(empty[country], area_km2, crowding)
    totals = np.rint(np.array(millions) * 1e6)
    exact = weights / np.bincount(country, weights, number)[country] * totals[country]
    people = np.floor(exact)
    left_over = totals - np.bincount(country, people, number)
    order = np.lexsort((people - exact, country))
    first = np.cumsum(np.bincount(country, minlength=number)) - np.bincount(country, minlength=number)
    rank = np.arange(len(country)) - first[country[order]]
    people[order] += rank < left_over[country[order]]
    return people


def mobility_shares(density: Floats, ruggedness: Floats, base: float, half_density: float, penalty: float) -> Floats:
    """Return how easily people and influence move through cells, (cells,), 0.05..1.

    (base + (1 - base) x density / (density + half_density)) x exp(-penalty x ruggedness): roads follow people, and
    mountains slow. `density` in people per km2, `ruggedness` of the country in 100 m (Nunn and Puga 2012).
    """
    roads = base + (1 - base) * density / (density + half_density)
    return np.clip(roads * np.exp(-penalty * ruggedness), LEAST_MOBILITY, 1.0)


def constituency_shares(
    national: Floats,
    people: Floats,
    country: Countries,
    countries: tuple[str, ...],
    points: Floats,
    areas: tuple[AreaFigures, ...],
) -> Floats:
    """Return the share of people in each cell whom the core appeals to, (cells,), from `national` shares and areas.

    A cell has weight x the area's share + (1 - weight) x the rest of its country; the weight is 1 in an area, falls
    smoothly to 0 over the outer quarter of the radius, and where areas overlap, the centre that is nearest relative
    to its radius counts. The rest of the country takes the share that keeps the national mean, as nearly as 0..1
    allows. An area affects cells of its own country only. `points` (3, cells) are unit vectors.

    Raises ValueError if an area's country is not among `countries`.
    """
    shares = national[country]
    for iso3 in dict.fromkeys(area.country for area in areas):
        if iso3 not in countries:
            raise ValueError(f"an area lies in {iso3!r}, which is not among the governments")
        index = countries.index(iso3)
        cells = np.flatnonzero(country == index)
        own = [area for area in areas if area.country == iso3]
        weight, inside = _area_weights(own, points[:, cells])
        shares[cells] = _blend(weight, inside, people[cells], float(national[index]))
    return shares


def _area_weights(areas: list[AreaFigures], points: Floats) -> tuple[Floats, Floats]:
    """Return the weight and the share of the area that counts in each cell of one country, (cells,) both."""
    relative = np.stack([great_circle_km(points, unit_vectors(area.lat, area.lon)) / area.radius_km for area in areas])
    winner = np.argmin(relative, axis=0)
    depth = np.clip((1.0 - relative.min(axis=0)) / FADING_SHARE, 0.0, 1.0)
    return depth * depth * (3 - 2 * depth), np.array([area.share for area in areas])[winner]


def _blend(weight: Floats, inside: Floats, people: Floats, national: float) -> Floats:
    """Return the shares in one country, (cells,): areas as stated, the rest so that the national mean is kept."""
    outside = people * (1 - weight)
    rest = national
    if outside.sum() > 0:
        rest = min(1.0, max(0.0, float((national * people.sum() - people @ (weight * inside)) / outside.sum())))
    return np.asarray(weight * inside + (1 - weight) * rest)
