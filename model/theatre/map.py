"""The map: cells, neighbours, countries, people, distances; static, read-only, shared by all runs of a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from model.scenario.land import reach_km
from model.scenario.maps import map_name
from model.theatre.figures import (
    Figures,
    capitals_of,
    check_every_country_has_cells,
    constituency_of,
    figures_of,
    ground_of,
    mobility_of,
)
from model.theatre.geography import (
    Flags,
    Floats,
    Indices,
    arc_km,
    cell_area_km2,
    closeness,
    conductance,
    edge_ratios,
    great_circle_km,
    neighbour_table,
    squared_chord,
    squared_chords,
    unit_vectors,
)
from model.theatre.population import whole_people
from model.theatre.regions import TheatrePlace, border_lines, lines_of, region_countries, theatre_places
from model.theatre.sectors import sector_table

if TYPE_CHECKING:
    from model.scenario.schema import Scenario

__all__ = ["Theatre", "TheatrePlace", "border_lines", "load_theatre", "region_countries", "theatre_places"]


@dataclass(frozen=True, eq=False)
class Theatre:
    """The map of a scenario: one-dimensional arrays over its cells, in row-major order, row 0 in the north.

    All arrays are read-only. A pickled or copied run holds `figures` only, from which the theatre is had again.
    """

    name: str
    resolution: float  # degrees
    rows: int  # of the raster that holds the cells
    columns: int
    row: Indices  # (cells,)
    column: Indices  # (cells,)
    lat: Floats  # (cells,) degrees, of the centre
    lon: Floats  # (cells,) degrees, of the centre
    area_km2: Floats  # (cells,) land area
    country: npt.NDArray[np.int16]  # (cells,) index into `countries`
    countries: tuple[str, ...]  # ISO 3166 codes in the order of the scenario's governments
    people: Floats  # (cells,) whole numbers
    constituency: Floats  # (cells,) share of people whom the core appeals to, 0..1
    mobility: Floats  # (cells,) 0..1
    neighbours: Indices  # (cells, 4) to the east, west, north, south; the cell's own index where there is none
    conductance: Floats  # (cells, 4) 1/km2; times a diffusivity in km2/week it is a rate per week
    closeness: Floats  # (cells, 4) 1/km; times the speed of a front in km/week it is a rate per week
    crosses: Flags  # (cells, 4) the neighbour is in another country
    border_km: Floats  # (countries, countries) length of the land border
    capital_cell: Indices  # (countries,) the country's own cell nearest to its capital
    capital_km: Floats  # (cells,) distance to the own capital, which may lie off the map
    sector: Indices  # (cells,) block of the country to which forces are sent
    sector_country: npt.NDArray[np.int16]  # (sectors,) index into `countries`
    figures: Figures

    def __post_init__(self) -> None:
        for value in self.__dict__.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __reduce__(self) -> tuple[Callable[[Figures], Theatre], tuple[Figures]]:
        return _build, (self.figures,)

    @cached_property
    def _points(self) -> Floats:
        points = unit_vectors(self.lat, self.lon)
        points.setflags(write=False)
        return points

    @cached_property
    def country_people(self) -> Floats:
        """People of each country (countries,), at least 1."""
        return np.maximum(np.bincount(self.country, self.people, len(self.countries)), 1.0)

    @cached_property
    def mixture(self) -> Floats:
        """How mixed a country's creeds are: 4 s (1 - s) of the people-weighted constituency share (countries,)."""
        size = len(self.countries)
        share = np.bincount(self.country, self.people * self.constituency, size) / self.country_people
        return np.asarray(4 * share * (1 - share))

    @cached_property
    def border_shares(self) -> Floats:
        """Shares of each country's land borders by neighbour (countries, countries); a row without borders is 0."""
        return np.asarray(self.border_km / np.maximum(self.border_km.sum(axis=1, keepdims=True), 1.0))

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, east, south and north edges of the raster in degrees."""
        west = float(self.lon[0] - (self.column[0] + 0.5) * self.resolution)
        north = float(self.lat[0] + (self.row[0] + 0.5) * self.resolution)
        return west, west + self.columns * self.resolution, north - self.rows * self.resolution, north

    def nearest_cell(self, lat: float, lon: float, iso3: str | None = None) -> int:
        """Return the cell whose centre is nearest to a point (degrees), of the country `iso3` if that is given.

        Raises ValueError if the country is not on the map, or the point is off its land (see `reach_km`).
        """
        cell, away = self._nearest_cell(lat, lon, iso3)
        if away > reach_km(self.resolution, self.name):
            words = (
                f"latitude {lat:g}, longitude {lon:g} is {away:,.0f} km from the nearest land of {iso3 or 'the map'}"
            )
            raise ValueError(f"{words}: are they swapped?")
        return cell

    def has(self, lat: float, lon: float) -> bool:
        """Tell whether a point (degrees) is on the map's land."""
        return self._nearest_cell(lat, lon, None)[1] <= reach_km(self.resolution, self.name)

    @cached_property
    def _nearest_cell(self) -> Callable[[float, float, str | None], tuple[int, float]]:
        """What finds a nearest cell, and remembers it: every run of a scenario asks for the same."""
        return lru_cache(maxsize=1024)(self._find_nearest_cell)

    def _find_nearest_cell(self, lat: float, lon: float, iso3: str | None) -> tuple[int, float]:
        cells = self._cells_of(iso3)
        chords = squared_chords(self._points if cells is None else self._points[:, cells], unit_vectors(lat, lon))
        nearest = int(np.argmin(chords))
        return nearest if cells is None else int(cells[nearest]), float(arc_km(chords[nearest]))

    def disc(self, lat: float, lon: float, radius_km: float, iso3: str | None = None) -> tuple[Indices, Floats]:
        """Return the cells with their centre within `radius_km` of a point (degrees), and their distances in km.

        `iso3` limits them to a country. A disc that is smaller than a cell may be empty: see `nearest_cell`.

        The arrays are read-only. Raises ValueError if the country is not on the map.
        """
        return self._disc(lat, lon, radius_km, iso3)

    @cached_property
    def _disc(self) -> Callable[[float, float, float, str | None], tuple[Indices, Floats]]:
        """What finds a disc, and remembers it: every run of a scenario asks for the same."""
        return lru_cache(maxsize=1024)(self._find_disc)

    def _find_disc(self, lat: float, lon: float, radius_km: float, iso3: str | None) -> tuple[Indices, Floats]:
        chords = squared_chords(self._points, unit_vectors(lat, lon))
        inside = chords <= squared_chord(radius_km)
        if iso3 is not None:
            inside &= self.country == self._country_index(iso3)
        cells = np.flatnonzero(inside).astype(np.int32)
        distances = arc_km(chords[cells])
        for found in (cells, distances):
            found.setflags(write=False)
        return cells, distances

    def near(self, discs: tuple[tuple[float, float, float], ...], beyond_km: float) -> tuple[Indices, Floats]:
        """Return the cells within `beyond_km` of the nearest of some discs, and how far outside of it they are, km.

        discs: latitude and longitude in degrees, radius in km. A disc on the map has one cell at least, the nearest to its
        middle. The arrays are read-only.
        """
        return self._near(discs, beyond_km)

    @cached_property
    def _near(self) -> Callable[[tuple[tuple[float, float, float], ...], float], tuple[Indices, Floats]]:
        """What finds cells near discs, and remembers them: every run of a scenario asks for the same."""
        return lru_cache(maxsize=64)(self._find_near)

    def _find_near(self, discs: tuple[tuple[float, float, float], ...], beyond_km: float) -> tuple[Indices, Floats]:
        near = np.full(len(self.lat), np.inf)
        for lat, lon, radius in discs:
            cells, distance = self.disc(lat, lon, radius + beyond_km)
            near[cells] = np.minimum(near[cells], np.maximum(0.0, distance - radius))
            if self.has(lat, lon):  # the middle of one in a country that the scenario leaves out is not on the map
                near[self.nearest_cell(lat, lon)] = 0.0
        cells = np.flatnonzero(np.isfinite(near)).astype(np.int32)
        near = near[cells]
        for found in (cells, near):
            found.setflags(write=False)
        return cells, near

    @property
    def lines(self) -> list[tuple[str, Floats]] | None:
        """Borders and coasts for drawing, as (kind, points); none of a made-up theatre."""
        return lines_of(self.figures.theatre)

    def busiest(self, sector: int) -> int:
        """Return the cell of a sector with the most people."""
        cells = np.flatnonzero(self.sector == sector)
        return int(cells[np.argmax(self.people[cells])])

    def raster(self, values: npt.ArrayLike, fill: float = np.nan) -> Floats:
        """Return values over cells, (..., cells), as maps (..., rows, columns), with `fill` where there is no cell."""
        array = np.asarray(values)
        maps = np.full((*array.shape[:-1], self.rows, self.columns), fill, dtype=np.float64)
        maps[..., self.row, self.column] = array
        return maps

    def distance_km(self, cell: int, cells: npt.NDArray[np.integer[Any]] | None = None) -> Floats:
        """Return great-circle distances in km, (n,), from the centre of a cell to those of `cells` (default: all)."""
        points = self._points if cells is None else self._points[:, cells]
        return great_circle_km(points, self._points[:, cell])

    def distances_among(self, cells: npt.NDArray[np.integer[Any]]) -> Floats:
        """Return great-circle distances in km, (n, n), from the centre of each of some cells to those of all of them."""
        points = self._points[:, cells]
        return great_circle_km(points[:, None, :], points[:, :, None])

    def _country_index(self, iso3: str) -> int:
        if iso3 not in self.countries:
            raise ValueError(f"country {iso3!r} is not on the map; it has {', '.join(self.countries)}")
        return self.countries.index(iso3)

    def _cells_of(self, iso3: str | None) -> Indices | None:
        if iso3 is None:
            return None
        return np.flatnonzero(self.country == self._country_index(iso3)).astype(np.int32)


def load_theatre(scenario: Scenario) -> Theatre:
    """Return the theatre of a scenario; scenarios that agree in all that the map depends on share one object.

    Raises ValueError if a government has no cell on the map, or a synthetic theatre does not fit on the globe.
    """
    return _build(figures_of(scenario))


@lru_cache(maxsize=8)
def _build(figures: Figures) -> Theatre:
    ground = ground_of(figures)
    rows, columns = ground.country.shape
    row, column = (axis.astype(np.int32) for axis in np.nonzero(ground.country >= 0))
    country, lat, lon = ground.country[row, column], ground.lat[row], ground.lon[column]
    points = unit_vectors(lat, lon)
    check_every_country_has_cells(figures, country)
    area = cell_area_km2(ground.lat, figures.resolution)[row] * ground.land[row, column]
    people = whole_people(ground.crowding[row, column], area, country, figures.population)
    mobility = mobility_of(figures, people / area, country) * ground.passable[row, column]
    neighbours = neighbour_table(row, column, rows, columns)
    crosses = country[neighbours] != country[:, None]
    border = ground.border_km[country[:, None], country[neighbours]] > 0
    ratios = edge_ratios(ground.lat, figures.resolution)[row]
    capital_cell, capital_km = capitals_of(figures, country, points)
    open_edge = ~crosses | border
    sector, sector_country = sector_table(
        lat, lon, country, np.array(figures.capital), dict(figures.parameters)["sector_km"]
    )
    return Theatre(
        name=map_name(figures.theatre),
        resolution=figures.resolution,
        rows=rows,
        columns=columns,
        row=row,
        column=column,
        lat=lat,
        lon=lon,
        area_km2=area,
        country=country,
        countries=figures.countries,
        people=people,
        constituency=constituency_of(figures, people, country, points),
        mobility=mobility,
        neighbours=neighbours,
        conductance=conductance(neighbours, ratios, mobility, open_edge),
        closeness=closeness(neighbours, lat, figures.resolution, mobility, open_edge),
        crosses=crosses,
        border_km=ground.border_km,
        capital_cell=capital_cell,
        capital_km=capital_km,
        sector=sector,
        sector_country=sector_country,
        figures=figures,
    )
