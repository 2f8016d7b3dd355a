"""The region on the map: cells, people, borders, places, constituency."""

import copy
import csv
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from model.scenario.schema import Area, Core, Government, Place, Policy, Scenario
from model.theatre import Theatre, border_lines, load_theatre, region_countries, theatre_places
from model.theatre.geography import cell_area_km2

THEATRES = Path(__file__).resolve().parent.parent / "scenarios" / "theatres"
CELLS = {1.0: 2632, 0.5: 10405, 0.25: 41373}
ACROSS_WATER = [("DJI", "YEM"), ("EGY", "JOR"), ("EGY", "SAU"), ("PAK", "TJK"), ("MAR", "MRT")]
CAPITALS = {"IRQ": (33.34, 44.4), "EGY": (30.06, 31.25), "RUS": (55.75, 37.62)}
PARAMETERS = {"base_mobility": 0.4, "half_density": 20.0, "ruggedness_penalty": 0.08, "sector_km": 150.0}
INDICATORS = ("government_effectiveness", "political_stability", "rule_of_law", "control_of_corruption")


def region(resolution: float = 0.5, areas: dict[str, Area] | None = None, **changes: object) -> Scenario:
    governments = {
        iso3: Government(
            name=iso3,
            capital=CAPITALS.get(iso3, (20.0, 20.0)),
            population=1.234567 + number,
            forces_per_1000=5.0,
            sunni_share=0.6,
            ruggedness=number / 20,
            **dict.fromkeys(INDICATORS, 0.0),
        )
        for number, iso3 in enumerate(reversed(region_countries()))
    }
    strength = {"local_fighters": 1000, "foreign_fighters": 100, "treasury": 1e6, "prestige": 0.5}
    raqqa = Place(place="Raqqa", lat=35.95, lon=39.01)
    core = Core(name="core", headquarters=[raqqa], brutality=0.5, skill=1.0, **strength)
    scenario = Scenario(
        name="test",
        title="a map",
        question="what is on it?",
        resolution=resolution,
        start=date(2014, 6, 9),
        weeks=1,
        core=core,
        governments=governments,
        areas=areas or {},
        mechanisms={},
        rivals={},
        parameters={"theatre": PARAMETERS},
        policy=Policy(name="none", title="none", meaning="nothing is done"),
    )
    return scenario.model_copy(update=changes)


def area(country: str, lat: float, lon: float, radius_km: float, share: float) -> Area:
    return Area(place="somewhere", country=country, lat=lat, lon=lon, radius_km=radius_km, share=share)


def of_country(theatre: Theatre, iso3: str) -> np.ndarray:
    return theatre.country == theatre.countries.index(iso3)


def national_mean(theatre: Theatre, iso3: str) -> float:
    own = of_country(theatre, iso3)
    return float(np.average(theatre.constituency[own], weights=theatre.people[own]))


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_theatre(region())


@pytest.mark.parametrize("resolution", CELLS)
def test_every_resolution_holds_all_active_cells_of_59_countries(resolution: float) -> None:
    theatre = load_theatre(region(resolution))
    assert len(theatre.people) == CELLS[resolution]
    assert (theatre.rows, theatre.columns) == (52 / resolution, 111 / resolution)
    assert theatre.extent == (-18, 93, -5, 47)
    assert np.unique(theatre.country).tolist() == list(range(59))
    assert theatre.countries == tuple(reversed(region_countries()))


@pytest.mark.parametrize("resolution", CELLS)
def test_people_are_whole_and_add_up_to_each_population_to_the_last_person(resolution: float) -> None:
    scenario = region(resolution)
    theatre = load_theatre(scenario)
    assert (theatre.people == np.rint(theatre.people)).all()
    assert (theatre.people >= 0).all()
    sums = np.bincount(theatre.country, theatre.people)
    assert sums.tolist() == [round(government.population * 1e6) for government in scenario.governments.values()]


def test_people_gather_in_towns(theatre: Theatre) -> None:
    cairo = theatre.nearest_cell(30.06, 31.25, "EGY")
    assert theatre.people[cairo] > 100 * np.median(theatre.people[of_country(theatre, "EGY")])


def test_cells_run_row_by_row_from_the_north(theatre: Theatre) -> None:
    order = theatre.row.astype(int) * theatre.columns + theatre.column
    assert (np.diff(order) > 0).all()
    assert theatre.lat[0] == theatre.lat.max()
    assert np.allclose(theatre.lat, 47 - 0.5 * (theatre.row + 0.5))
    assert np.allclose(theatre.lon, -18 + 0.5 * (theatre.column + 0.5))


@pytest.mark.parametrize(("iso3", "published_km2"), [("IRQ", 435_000), ("EGY", 1_001_000), ("NGA", 911_000)])
def test_land_areas_agree_with_published_ones(theatre: Theatre, iso3: str, published_km2: float) -> None:
    assert theatre.area_km2[of_country(theatre, iso3)].sum() == pytest.approx(published_km2, rel=0.03)


def test_full_cell_areas_agree_with_the_shipped_raster(theatre: Theatre) -> None:
    with np.load(THEATRES / "grid_050.npz") as grid:
        assert cell_area_km2(grid["lat"].astype(float), 0.5) == pytest.approx(grid["cell_km2"][:, 0], rel=1e-5)
    assert (theatre.area_km2 > 0).all()
    assert (theatre.area_km2 <= cell_area_km2(theatre.lat, 0.5)).all()


@pytest.mark.parametrize("resolution", CELLS)
def test_neighbours_lie_next_door_and_know_each_other(resolution: float) -> None:
    theatre = load_theatre(region(resolution))
    own = np.arange(len(theatre.people))
    for direction, (down, right) in enumerate([(0, 1), (0, -1), (-1, 0), (1, 0)]):
        other = theatre.neighbours[:, direction]
        there = other != own
        assert (theatre.row[other] - theatre.row == down)[there].all()
        assert (theatre.column[other] - theatre.column == right)[there].all()
        assert (theatre.neighbours[other, direction ^ 1] == own)[there].all()
        assert (theatre.conductance[~there, direction] == 0).all()


@pytest.mark.parametrize("resolution", CELLS)
def test_what_leaves_a_cell_enters_its_neighbour(resolution: float) -> None:
    theatre = load_theatre(region(resolution))
    flow = theatre.conductance * cell_area_km2(theatre.lat, resolution)[:, None]
    for direction in range(4):
        there = theatre.neighbours[:, direction] != np.arange(len(flow))
        back = flow[theatre.neighbours[:, direction], direction ^ 1]
        assert np.allclose(flow[there, direction], back[there], rtol=1e-12, atol=0)


@pytest.mark.parametrize("pair", ACROSS_WATER)
def test_nothing_flows_between_countries_that_touch_across_water_only(theatre: Theatre, pair: tuple[str, str]) -> None:
    one, other = (theatre.countries.index(iso3) for iso3 in pair)
    touching = (theatre.country[:, None] == one) & (theatre.country[theatre.neighbours] == other)
    assert touching.any()
    assert theatre.crosses[touching].all()
    assert (theatre.conductance[touching] == 0).all()
    assert theatre.border_km[one, other] == 0


def test_conductance_crosses_exactly_the_land_borders(theatre: Theatre) -> None:
    own, other = (
        np.broadcast_to(theatre.country[:, None], theatre.neighbours.shape),
        theatre.country[theatre.neighbours],
    )
    assert (theatre.crosses == (own != other)).all()
    border = theatre.border_km[own, other][theatre.crosses]
    assert ((theatre.conductance[theatre.crosses] > 0) == (border > 0)).all()
    iraq, syria = theatre.countries.index("IRQ"), theatre.countries.index("SYR")
    assert theatre.border_km[iraq, syria] == theatre.border_km[syria, iraq] == 599.4


def test_named_places_snap_to_the_listed_cell_of_their_own_country(theatre: Theatre) -> None:
    with (THEATRES / "locations.csv").open(encoding="utf-8") as stream:
        listed = [(line["place"], int(line["row_050"]), int(line["col_050"])) for line in csv.DictReader(stream)]
    places = theatre_places()
    cells = [theatre.nearest_cell(place.lat, place.lon, place.iso3) for place in places]
    assert [theatre.countries[theatre.country[cell]] for cell in cells] == [place.iso3 for place in places]
    # the shipped rasters begin 6 rows further north and 4 columns further west
    found = [
        (place.name, theatre.row[cell] + 6, theatre.column[cell] + 4) for place, cell in zip(places, cells, strict=True)
    ]
    assert found == listed


def test_sheikh_zuweid_belongs_to_egypt_although_its_cell_is_palestinian(theatre: Theatre) -> None:
    lat, lon = 31.2163, 34.1107
    assert theatre.countries[theatre.country[theatre.nearest_cell(lat, lon)]] == "PSE"
    cell = theatre.nearest_cell(lat, lon, "EGY")
    assert theatre.countries[theatre.country[cell]] == "EGY"
    assert cell in theatre.disc(lat, lon, 90.0)[0]


def test_distances_are_those_of_the_globe(theatre: Theatre) -> None:
    degree = 2 * np.pi * 6371.0 / 360
    start = theatre.nearest_cell(20.25, 10.25)
    north, east = theatre.nearest_cell(24.25, 10.25), theatre.nearest_cell(20.25, 10.75)
    distances = theatre.distance_km(start, np.array([start, north, east]))
    assert distances == pytest.approx([0, 4 * degree, 0.5 * degree * np.cos(np.radians(20.25))], rel=1e-4)
    assert theatre.distance_km(start)[[start, north, east]].tolist() == distances.tolist()
    rows = [theatre.distance_km(cell, np.array([start, north, east])).tolist() for cell in (start, north, east)]
    assert theatre.distances_among(np.array([start, north, east])).tolist() == rows


def test_a_disc_holds_the_cells_within_its_radius_and_their_distances(theatre: Theatre) -> None:
    lat, lon = (float(np.radians(value)) for value in (35.95, 39.01))
    lats, lons = np.radians(theatre.lat), np.radians(theatre.lon)
    cosine = np.sin(lat) * np.sin(lats) + np.cos(lat) * np.cos(lats) * np.cos(lons - lon)
    expected = 6371.0072 * np.arccos(cosine)
    cells, distance = theatre.disc(35.95, 39.01, 300.0)
    assert cells.tolist() == np.flatnonzero(expected <= 300).tolist()
    assert distance == pytest.approx(expected[cells], abs=1e-3)
    syrian, near = theatre.disc(35.95, 39.01, 300.0, "SYR")
    assert syrian.tolist() == [cell for cell in cells if theatre.countries[theatre.country[cell]] == "SYR"]
    assert near.max() <= 300
    assert len(theatre.disc(35.95, 39.01, 1.0)[0]) == 0


def test_the_distance_to_the_capital_is_measured_even_if_it_lies_off_the_map(theatre: Theatre) -> None:
    iraq, russia = (theatre.countries.index(iso3) for iso3 in ("IRQ", "RUS"))
    assert theatre.capital_km[theatre.capital_cell[iraq]] < 40
    assert theatre.capital_km[of_country(theatre, "RUS")].min() > 900
    assert (theatre.country[theatre.capital_cell] == np.arange(59)).all()
    assert theatre.lat[theatre.capital_cell[russia]] == theatre.lat[of_country(theatre, "RUS")].max()
    mosul = theatre.nearest_cell(36.34, 43.13, "IRQ")
    assert theatre.capital_km[mosul] == pytest.approx(350, abs=40)


def test_a_raster_has_values_on_land_and_the_fill_at_sea(theatre: Theatre) -> None:
    maps = theatre.raster(np.stack([theatre.people, theatre.country]), fill=-1)
    assert maps.shape == (2, 104, 222)
    assert (maps[0, theatre.row, theatre.column] == theatre.people).all()
    assert (maps[1] == -1).sum() == 104 * 222 - 10405
    assert np.isnan(theatre.raster(theatre.country)).sum() == 104 * 222 - 10405


def test_mobility_rises_with_density_and_falls_with_ruggedness(theatre: Theatre) -> None:
    ruggedness = np.arange(59)[theatre.country] / 20
    density = theatre.people / theatre.area_km2
    expected = (0.4 + 0.6 * density / (density + 20)) * np.exp(-0.08 * ruggedness)
    assert theatre.mobility == pytest.approx(np.clip(expected, 0.05, 1))


def test_areas_shift_the_constituency_of_their_country_and_keep_its_mean() -> None:
    areas = {"south": area("IRQ", 31.0, 46.0, 250.0, 0.2), "north": area("IRQ", 36.5, 44.0, 150.0, 0.5)}
    theatre = load_theatre(region(areas=areas))
    assert national_mean(theatre, "IRQ") == pytest.approx(0.6, abs=1e-12)
    assert theatre.constituency[theatre.nearest_cell(31.0, 46.0, "IRQ")] == pytest.approx(0.2)
    assert theatre.constituency[theatre.nearest_cell(36.5, 44.0, "IRQ")] == pytest.approx(0.5)
    assert theatre.constituency[theatre.nearest_cell(33.4, 42.0, "IRQ")] > 0.7
    assert (theatre.constituency[~of_country(theatre, "IRQ")] == 0.6).all()


def test_a_government_without_a_cell_is_refused() -> None:
    governments = region().governments
    with pytest.raises(ValueError, match="FRA"):
        load_theatre(region(governments={**governments, "FRA": governments["IRQ"]}))


def test_a_place_in_a_country_that_is_not_on_the_map_is_refused(theatre: Theatre) -> None:
    with pytest.raises(ValueError, match="'FRA'"):
        theatre.nearest_cell(45.0, 3.0, "FRA")
    with pytest.raises(ValueError, match="'FRA'"):
        theatre.disc(45.0, 3.0, 100.0, "FRA")


def test_a_map_of_some_countries_has_their_cells_only() -> None:
    everyone = region().governments
    theatre = load_theatre(region(governments={iso3: everyone[iso3] for iso3 in ("SYR", "IRQ")}))
    assert theatre.countries == ("SYR", "IRQ")
    assert np.bincount(theatre.country).tolist() == [70, 170]


def test_no_array_can_be_written_to(theatre: Theatre) -> None:
    arrays = [value for value in vars(theatre).values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 12
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_runs_share_one_theatre_unless_something_that_it_shows_differs() -> None:
    theatre = load_theatre(region())
    assert load_theatre(region(weeks=99, title="another title")) is theatre
    assert copy.deepcopy(theatre) is theatre
    assert pickle.loads(pickle.dumps(theatre)) is theatre
    assert len(pickle.dumps(theatre)) < 20_000
    faster = load_theatre(region(parameters={"theatre": {**PARAMETERS, "base_mobility": 0.5}}))
    assert (faster.mobility > theatre.mobility).any()


def test_borders_and_coasts_can_be_drawn() -> None:
    lines = border_lines()
    assert {kind for kind, _ in lines} == {"border", "coast"}
    for _, points in lines:
        assert points.shape[1] == 2
        assert len(points) >= 2
        assert np.abs(points).max() <= 180


def test_loading_a_map_imports_no_heavy_library() -> None:
    heavy = {"pandas", "scipy", "matplotlib"}
    program = f"import sys, model.theatre.map; sys.exit(', '.join(sorted({heavy!r} & set(sys.modules))) or 0)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=THEATRES.parent.parent)
