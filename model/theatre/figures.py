"""All that a theatre depends on, and what is made of it: the ground, mobility, constituency, capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from model.scenario.maps import MADE_UP, is_map_file
from model.theatre.geography import Floats, Ground, Indices, great_circle_km, unit_vectors
from model.theatre.population import AreaFigures, constituency_shares, mobility_shares
from model.theatre.regions import file_ground, region_ground
from model.theatre.synthetic import synthetic_ground

if TYPE_CHECKING:
    from model.scenario.schema import Scenario


class Figures(NamedTuple):
    """All that a theatre depends on, and nothing else: it is the key under which theatres are kept."""

    theatre: str
    content: str  # what identifies a map file; empty for the others
    resolution: float
    countries: tuple[str, ...]
    population: tuple[float, ...]  # millions
    sunni_share: tuple[float, ...]
    ruggedness: tuple[float, ...]
    capital: tuple[tuple[float, float], ...]
    areas: tuple[AreaFigures, ...]
    parameters: tuple[tuple[str, float], ...]


def figures_of(scenario: Scenario) -> Figures:
    """Return all that the theatre of a scenario depends on."""
    governments = scenario.governments.values()
    return Figures(
        theatre=scenario.theatre,
        content=scenario.map_digest,
        resolution=scenario.resolution,
        countries=tuple(scenario.governments),
        population=tuple(government.population for government in governments),
        sunni_share=tuple(government.sunni_share for government in governments),
        ruggedness=tuple(government.ruggedness for government in governments),
        capital=tuple(government.capital for government in governments),
        areas=tuple(AreaFigures(a.country, a.lat, a.lon, a.radius_km, a.share) for a in scenario.areas.values()),
        parameters=tuple(sorted(scenario.parameters["theatre"].items())),
    )


def ground_of(figures: Figures) -> Ground:
    """Return what the theatre is built on."""
    if is_map_file(figures.theatre):
        return file_ground(figures.theatre, figures.content, figures.countries)
    if figures.theatre == "region":
        return region_ground(figures.resolution, figures.countries)
    return synthetic_ground(figures.theatre, figures.resolution, len(figures.countries), dict(figures.parameters))


def check_every_country_has_cells(figures: Figures, country: npt.NDArray[np.int16]) -> None:
    """Raise ValueError if a government has no cell on the map."""
    cells = np.bincount(country, minlength=len(figures.countries))
    missing = [iso3 for iso3, count in zip(figures.countries, cells, strict=True) if not count]
    if missing:
        raise ValueError(f"governments without a cell in theatre {figures.theatre!r}: {', '.join(missing)}")


def mobility_of(figures: Figures, density: Floats, country: npt.NDArray[np.int16]) -> Floats:
    """Return how easily people move through each cell, (cells,): the same everywhere on a made-up map."""
    if figures.theatre in MADE_UP:
        return np.ones_like(density)
    parameters = dict(figures.parameters)
    return mobility_shares(
        density,
        np.array(figures.ruggedness)[country],
        parameters["base_mobility"],
        parameters["half_density"],
        parameters["ruggedness_penalty"],
    )


def constituency_of(figures: Figures, people: Floats, country: npt.NDArray[np.int16], points: Floats) -> Floats:
    """Return the share of people whom the core appeals to, (cells,)."""
    national = np.array(figures.sunni_share)
    if figures.theatre in MADE_UP:
        return national[country]
    return constituency_shares(national, people, country, figures.countries, points, figures.areas)


def capitals_of(figures: Figures, country: npt.NDArray[np.int16], points: Floats) -> tuple[Indices, Floats]:
    """Return the cell of each country's capital, and each cell's distance in km to its own country's capital."""
    capitals = unit_vectors(*np.array(figures.capital).T)
    distance = great_circle_km(points, capitals[:, country])
    by_country_and_distance = np.lexsort((distance, country))
    first = np.searchsorted(country[by_country_and_distance], np.arange(len(figures.countries)))
    return by_country_and_distance[first].astype(np.int32), distance
