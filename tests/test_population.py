"""People in whole numbers, mobility, and constituency areas, on a small country made for the purpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.theatre.geography import great_circle_km, unit_vectors
from model.theatre.population import AreaFigures, constituency_shares, mobility_shares, whole_people

LAT, LON = (axis.ravel() for axis in np.meshgrid(np.arange(-4.75, 5, 0.5), np.arange(0.25, 20, 0.5)))
POINTS = unit_vectors(LAT, LON)
EAST = (LON > 10).astype(np.int16)
NATIONAL = np.array([0.6, 0.3])
PEOPLE = 1000.0 + np.arange(len(LAT))


def shares(*areas: AreaFigures) -> np.ndarray:
    return constituency_shares(NATIONAL, PEOPLE, EAST, ("AAA", "BBB"), POINTS, areas)


def western_mean(values: np.ndarray) -> float:
    return float(np.average(values[EAST == 0], weights=PEOPLE[EAST == 0]))


def distance(lat: float, lon: float) -> np.ndarray:
    return great_circle_km(POINTS, unit_vectors(lat, lon))


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1e7)), max_size=60), st.integers(1, 10**9))
def test_any_crowding_is_rounded_to_the_last_person(cells: list[tuple[int, float]], total: int) -> None:
    country = np.array([0, 1, 2, 3, *(index for index, _ in cells)], dtype=np.int16)
    crowding = np.array([0.0, 0.0, 0.0, 0.0, *(weight for _, weight in cells)])
    people = whole_people(crowding, np.ones(len(country)), country, (total / 1e6,) * 4)
    assert np.bincount(country, people).tolist() == [total] * 4
    assert (people >= 0).all()


def test_left_over_people_go_to_the_largest_remainders() -> None:
    country = np.zeros(3, dtype=np.int16)
    people = whole_people(np.array([5.4, 2.5, 2.1]), np.ones(3), country, (0.00001,))
    assert people.tolist() == [5, 3, 2]


def test_people_spread_by_area_where_no_town_is_known() -> None:
    country = np.array([0, 0, 0, 1], dtype=np.int16)
    people = whole_people(np.array([0.0, 0.0, 0.0, 9.0]), np.array([1.0, 2.0, 1.0, 1.0]), country, (0.000004, 0.000007))
    assert people.tolist() == [1, 2, 1, 7]


def test_mobility_rises_with_density_falls_with_ruggedness_and_has_a_floor() -> None:
    mobility = mobility_shares(
        np.array([0.0, 20.0, 1e9, 20.0, 20.0]), np.array([0.0, 0.0, 0.0, 5.0, 100.0]), 0.4, 20, 0.08
    )
    assert mobility == pytest.approx([0.4, 0.7, 1.0, 0.7 * np.exp(-0.4), 0.05])


def test_without_areas_the_constituency_is_the_national_share() -> None:
    assert (shares() == NATIONAL[EAST]).all()


def test_an_area_is_whole_within_three_quarters_of_its_radius_and_fades_outward() -> None:
    values, away = shares(AreaFigures("AAA", 0.0, 5.0, 400.0, 0.1)), distance(0.0, 5.0)
    west = EAST == 0
    assert values[west & (away <= 300)] == pytest.approx(0.1)
    assert np.ptp(values[west & (away >= 400)]) < 1e-12
    assert (np.diff(values[west][np.argsort(away[west])]) >= -1e-12).all()
    assert western_mean(values) == pytest.approx(0.6, abs=1e-12)


def test_an_area_affects_its_own_country_only() -> None:
    values = shares(AreaFigures("AAA", 0.0, 9.5, 300.0, 0.1))
    assert (values[EAST == 1] == 0.3).all()
    assert (values[(EAST == 0) & (distance(0.0, 9.5) < 200)] == 0.1).all()


def test_where_areas_overlap_the_nearest_centre_relative_to_its_radius_counts() -> None:
    wide, narrow = AreaFigures("AAA", 0.0, 5.0, 400.0, 0.2), AreaFigures("AAA", 2.0, 5.0, 100.0, 0.9)
    values = shares(wide, narrow)
    assert values[np.argmin(distance(2.0, 5.0))] == pytest.approx(0.9)
    assert values[np.argmin(distance(0.0, 5.0))] == pytest.approx(0.2)
    assert (values == shares(narrow, wide)).all()
    assert western_mean(values) == pytest.approx(0.6, abs=1e-12)


def test_a_national_mean_that_areas_rule_out_is_approached_as_nearly_as_possible() -> None:
    values = shares(AreaFigures("AAA", 0.0, 5.0, 650.0, 0.0))
    assert values.max() == 1
    assert values.min() == 0
    assert 0 < western_mean(values) < 0.6


def test_a_country_that_lies_within_an_area_takes_its_share() -> None:
    assert (shares(AreaFigures("AAA", 0.0, 5.0, 2000.0, 0.2))[EAST == 0] == 0.2).all()


def test_an_area_outside_the_governments_is_refused() -> None:
    with pytest.raises(ValueError, match="'FRA'"):
        shares(AreaFigures("FRA", 45.0, 3.0, 100.0, 0.5))
