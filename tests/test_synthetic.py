"""Theatres made by code: what they are made of, and that control spreads on them as on the globe."""

from datetime import date

import numpy as np
import pytest

from model.scenario.schema import Area, Core, Government, Place, Policy, Scenario
from model.theatre import Theatre, load_theatre
from model.theatre.geography import EARTH_RADIUS_KM, cell_area_km2

PARAMETERS = {"plane_rows": 40.0, "plane_columns": 60.0, "plane_latitude": 0.0, "sector_km": 150.0}


def synthetic(kind: str, countries: str = "A", resolution: float = 0.5, **parameters: float) -> Scenario:
    origin = Place(place="origin", lat=0.0, lon=0.0)
    figures = {"forces_per_1000": 5.0, "government_effectiveness": 0.0, "political_stability": 0.0, "rule_of_law": 0.0}
    government = Government(
        name="A", capital=(0.0, 0.0), population=10.000001, control_of_corruption=0.0, sunni_share=0.7, **figures
    )
    return Scenario(
        name="test",
        title="a map",
        question="what is on it?",
        theatre=kind,
        resolution=resolution,
        start=date(2014, 6, 9),
        weeks=1,
        core=Core(
            name="core",
            headquarters=[origin],
            local_fighters=1,
            foreign_fighters=0,
            treasury=0.0,
            prestige=0.5,
            brutality=0.5,
            skill=1.0,
        ),
        governments={f"{letter}{letter}{letter}": government for letter in countries},
        areas={"here": Area(place="here", country="AAA", lat=0.0, lon=0.0, radius_km=500.0, share=0.1)},
        mechanisms={},
        rivals={},
        parameters={"theatre": {**PARAMETERS, **parameters}},
        policy=Policy(name="none", title="none", meaning="nothing is done"),
    )


def spread(theatre: Theatre, control: np.ndarray) -> np.ndarray:
    """The Laplacian of control, 1/km2: the sum over neighbours of conductance x difference."""
    return (theatre.conductance * (control[theatre.neighbours] - control[:, None])).sum(axis=1)


def reachable(theatre: Theatre, cell: int) -> np.ndarray:
    """Which cells something that starts in a cell can spread to."""
    reached = np.zeros(len(theatre.people), dtype=bool)
    reached[cell] = True
    for _ in range(theatre.rows + 2 * theatre.columns):
        reached |= ((theatre.conductance > 0) & reached[theatre.neighbours]).any(axis=1)
    return reached


def test_a_plane_has_mobility_one_and_the_national_share_everywhere() -> None:
    theatre = load_theatre(synthetic("plane"))
    assert (theatre.rows, theatre.columns, len(theatre.people)) == (40, 60, 2400)
    assert theatre.extent == (-15, 15, -10, 10)
    assert (theatre.mobility == 1).all()
    assert (theatre.constituency == 0.7).all()
    assert not theatre.crosses.any()


@pytest.mark.parametrize("latitude", [0.0, 45.0])
def test_people_of_a_plane_are_spread_evenly_to_the_last_person(latitude: float) -> None:
    theatre = load_theatre(synthetic("plane", plane_latitude=latitude))
    assert theatre.people.sum() == 10_000_001
    density = theatre.people.sum() / theatre.area_km2.sum()
    assert np.abs(theatre.people - density * theatre.area_km2).max() <= 1


def test_several_governments_share_a_plane_in_stripes_with_land_borders() -> None:
    theatre = load_theatre(synthetic("plane", "ABC"))
    assert np.bincount(theatre.country).tolist() == [800, 800, 800]
    assert np.bincount(theatre.country, theatre.people).tolist() == [10_000_001] * 3
    assert (np.diff(theatre.raster(theatre.country), axis=1) >= 0).all()
    height = 20 * np.pi / 180 * EARTH_RADIUS_KM
    expected = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) * height
    assert theatre.border_km == pytest.approx(expected)
    assert (theatre.conductance[theatre.crosses] > 0).all()
    assert theatre.crosses.sum() == 2 * 2 * 40


@pytest.mark.parametrize("columns", [60, 61])
def test_two_plains_are_joined_by_one_pass_of_two_cells(columns: int) -> None:
    theatre = load_theatre(synthetic("pass", plane_columns=columns))
    mobility = theatre.raster(theatre.mobility)
    barrier = mobility.min(axis=0) == 0
    assert barrier.sum() == 2 - columns % 2
    assert (mobility == mobility[:, ::-1]).all()
    assert (mobility[:, barrier].sum(axis=0) == 2).all()
    assert (theatre.people[theatre.mobility == 0] == 0).all()
    assert (reachable(theatre, 0) == (theatre.mobility > 0)).all()


@pytest.mark.parametrize("columns", [60, 61])
def test_nothing_spreads_from_one_island_to_the_other(columns: int) -> None:
    theatre = load_theatre(synthetic("islands", "AB", plane_columns=columns))
    water = np.isnan(theatre.raster(theatre.people)).all(axis=0)
    assert water.sum() == 4 - columns % 2
    assert (water == water[::-1]).all()
    assert (reachable(theatre, 0) == (theatre.lon < 0)).all()
    assert (theatre.country == (theatre.lon > 0)).all()
    assert not theatre.border_km.any()


@pytest.mark.parametrize("latitude", [0.0, 45.0, -45.0])
def test_spreading_is_the_laplacian_of_the_globe_in_kilometres(latitude: float) -> None:
    theatre = load_theatre(synthetic("plane", plane_latitude=latitude, plane_rows=80.0, resolution=0.25))
    centre = theatre.nearest_cell(latitude, 0.0)
    distance, scale = theatre.distance_km(centre), 150.0
    control = np.exp(-(distance**2) / (2 * scale**2))
    angle = np.maximum(distance / EARTH_RADIUS_KM, 1e-9)
    slope = -distance / scale**2 * control
    exact = (distance**2 / scale**4 - 1 / scale**2) * control + slope / (EARTH_RADIUS_KM * np.tan(angle))
    exact[centre] = -2 / scale**2
    inside = (np.abs(theatre.lat - latitude) < 9) & (np.abs(theatre.lon) < 7)
    assert np.abs(spread(theatre, control) - exact)[inside].max() < 0.01 * 2 / scale**2


def test_a_spot_at_45_degrees_spreads_round_in_kilometres() -> None:
    theatre = load_theatre(synthetic("plane", plane_latitude=45.0, plane_rows=60.0, plane_columns=80.0))
    centre = theatre.nearest_cell(45.0, 0.0)
    control = np.zeros(len(theatre.people))
    control[centre] = 1.0
    for _ in range(40):
        control = control + 300.0 * spread(theatre, control)
    weight = control * theatre.area_km2
    north = theatre.distance_km(centre) * np.sign(theatre.lat - theatre.lat[centre])
    east_west = EARTH_RADIUS_KM * np.radians(theatre.lon - theatre.lon[centre]) * np.cos(np.radians(theatre.lat))
    north_south = EARTH_RADIUS_KM * np.radians(theatre.lat - theatre.lat[centre])
    widths = [np.sqrt((weight * axis**2).sum() / weight.sum()) for axis in (east_west, north_south)]
    assert widths == pytest.approx([np.sqrt(2 * 300.0 * 40)] * 2, rel=0.02)
    assert np.abs(north).max() > 5 * widths[0]


def test_spreading_creates_and_destroys_nothing() -> None:
    theatre = load_theatre(synthetic("pass", "AB", plane_latitude=50.0))
    control = np.random.default_rng(1).random(len(theatre.people))
    change = spread(theatre, control) * cell_area_km2(theatre.lat, theatre.resolution)
    assert abs(change.sum()) < 1e-9 * np.abs(change).sum()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("plane_rows", 10.5, "whole number of cells, got 10.5"),
        ("plane_rows", 2, "plane_rows must be 4..356 here, got 2"),
        ("plane_rows", 400, "plane_rows must be 4..356 here, got 400"),
        ("plane_columns", 721, "plane_columns must be 5..720 here, got 721"),
        ("plane_latitude", 85, "plane_rows must be 4..16 here, got 40"),
    ],
)
def test_a_plane_that_does_not_fit_on_the_globe_is_refused(name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_theatre(synthetic("plane", **{name: float(value)}))


def test_a_country_that_would_lie_in_the_water_is_refused() -> None:
    with pytest.raises(
        ValueError, match="plane_columns must be more for 5 governments: one of them lies wholly in the middle"
    ):
        load_theatre(synthetic("islands", "ABCDE", plane_columns=6.0))
