"""Draws are whole, have the discrepancy that is declared, learn from known lists, and add up over cells."""

from datetime import date

import numpy as np
import pytest

from experiments.history.chances import PRIOR, Correction, Reported
from experiments.history.forecasts.draws import Known, biases, country_draws, place_draws
from experiments.history.forecasts.identifiers import Grid
from experiments.history.forecasts.kept import Runs

MONTHS = [date(2016, month, 1) for month in range(1, 13)] + [date(2017, 1, 1)]
NOTHING = Known({}, {}, PRIOR, 2015)
EXACT = Known({}, {}, Correction(0.0, 1e-9, 1e-9), 2015)
NONE = np.zeros((500, 13, 2))


def even(each, draws=500):
    return np.full((draws, 13, 2), each)


def test_without_discrepancy_a_draw_is_the_run():
    found = country_draws(even(10.0), even(5.0), MONTHS, EXACT)
    assert found.dtype == np.int32
    assert found[:, :12].sum(axis=1).mean() == pytest.approx(180.0, rel=0.01)
    assert found.std() < 5
    assert country_draws(NONE, NONE, MONTHS, EXACT).sum() == 0


def test_a_years_deaths_have_the_log_normal_discrepancy_that_is_declared():
    found = country_draws(even(1000.0), NONE, MONTHS, NOTHING)
    year = np.log(found[:, :12].sum(axis=1))
    assert np.median(year) == pytest.approx(np.log(12_000), abs=0.25)
    assert year.std() == pytest.approx(np.hypot(PRIOR.lasting, PRIOR.yearly * np.sqrt(2)), rel=0.1)
    assert (found >= 0).all()


def test_what_stays_with_a_country_stays_over_years_and_what_is_new_does_not():
    lasting = Known({}, {}, Correction(0.0, 1.5, 1e-9), 2015)
    found = country_draws(even(1000.0), NONE, MONTHS, lasting)
    first, second = np.log(found[:, :12].sum(axis=1) / 12), np.log(found[:, 12])
    assert np.corrcoef(first[:, 0], second[:, 0])[0, 1] > 0.98
    assert abs(np.corrcoef(first[:, 0], first[:, 1])[0, 1]) < 0.15  # countries are independent


def test_a_country_that_did_not_fight_though_runs_said_so_gets_fewer_and_others_deaths_are_not_touched():
    runs = {2015: np.full((500, 2), 200.0)}
    known = Known(runs, {2015: Reported(np.array([True, False]))}, PRIOR, 2015)
    assert np.median(biases(PRIOR, runs, known.reported, np.random.default_rng(0), (500, 2)), axis=0)[1] < -1
    bloc = np.median(country_draws(even(20.0), NONE, MONTHS, known)[:, :12].sum(axis=1), axis=0)
    assert bloc[1] < 0.5 * bloc[0]
    others = np.median(country_draws(NONE, even(20.0), MONTHS, known)[:, :12].sum(axis=1), axis=0)
    assert others[1] == pytest.approx(others[0], rel=0.4)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    one, again, other = (country_draws(even(9.0), NONE, MONTHS, NOTHING, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_cells_add_up_to_countries_and_lie_where_the_run_has_them():
    grid = Grid(np.array([11, 12, 13, 14]), np.array([0, 0, 1, 1]), np.array([1.0, 9.0, 5.0, 5.0]),
                np.arange(4), np.arange(4), np.ones(4))  # fmt: skip
    where, dead = np.array([0]), np.array([7.0])  # in the first month all in the first place
    runs = Runs(np.zeros((40, 2, 2)), np.zeros((40, 2, 2)), ((where, dead),) * 40, {}, {})
    counts = np.full((40, 2, 2), 100, dtype=np.int32)
    first, second = place_draws(counts, runs, grid)
    for found in (first, second):
        assert (found[:, :2].sum(axis=1) == 100).all()
        assert (found[:, 2:].sum(axis=1) == 100).all()
    assert first[:, 0].mean() == pytest.approx(90 + 1, abs=1)  # a tenth lies where people live
    assert second[:, 0].mean() == pytest.approx(10, abs=2)  # a run without deaths there says nothing


def test_reported_deaths_of_other_groups_move_theirs_and_not_the_blocs():
    few = Reported(None, np.array([12.0, np.nan]))
    known = Known({}, {}, PRIOR, 2015, {2015: np.full((500, 2), 240.0)}, {2015: few})
    others = np.median(country_draws(NONE, even(20.0), MONTHS, known)[:, :12].sum(axis=1), axis=0)
    assert others[0] < 0.4 * others[1]
    bloc = np.median(country_draws(even(20.0), NONE, MONTHS, known)[:, :12].sum(axis=1), axis=0)
    assert bloc[0] == pytest.approx(bloc[1], rel=0.4)
