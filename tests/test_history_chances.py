"""Chances of fighting: Bayes by hand, a level that the reported lists ask for, and nothing later than what is known."""

import numpy as np
import pytest
from scipy.stats import norm

from experiments.history.chances import (
    BLOC,
    DEATHS,
    PRIOR,
    Correction,
    Reported,
    chances,
    fight_deaths,
    fit_correction,
    others_reports,
    reports,
)
from experiments.history.target import SCENARIO, load_targets
from model import Simulation, load_scenario
from model.why.deaths import LOSSES

LASTING, YEARLY = PRIOR.lasting, PRIOR.yearly


def deaths(**years):
    return {int(year[1:]): np.tile(np.array(values, dtype=float), (6, 1)) for year, values in years.items()}


def fought(*countries):
    return Reported(np.array(countries))


def test_without_reports_a_chance_is_that_of_its_deaths_alone():
    found = chances(deaths(y2015=[DEATHS, 0.0, 5000.0]), 2015, {}, 2015, PRIOR)
    expected = norm.cdf((np.log1p([25.0, 0.0, 5000.0]) - np.log1p(25.0)) / np.hypot(LASTING, YEARLY))
    np.testing.assert_allclose(found, expected, atol=0.005)


def test_a_chance_of_a_coming_year_learns_from_what_was_reported():
    """Known answer: Bayes by a grid of the discrepancy that stays."""
    counts = deaths(y2015=[25.0, 25.0, 25.0], y2016=[25.0, 25.0, 25.0])
    found = chances(counts, 2016, {2015: fought(True, False, True)}, 2015, PRIOR)
    grid = np.linspace(-8, 8, 4001)
    for seen, chance in zip((True, False), found[:2], strict=True):
        weight = norm.pdf(grid / LASTING) * (norm.cdf(grid / YEARLY) if seen else norm.cdf(-grid / YEARLY))
        expected = (weight * norm.cdf(grid / (YEARLY * np.sqrt(2)))).sum() / weight.sum()
        assert chance == pytest.approx(expected, abs=0.01)
    assert found[0] == found[2] > 0.6
    assert found[0] + found[1] == pytest.approx(1)


def test_lists_of_years_that_are_not_known_yet_change_no_chance():
    counts = deaths(y2015=[25.0, 25.0], y2016=[25.0, 25.0], y2017=[25.0, 25.0])
    lists = {2015: fought(True, False)}
    later = lists | {2016: fought(False, True)}
    found = [chances(counts, 2017, each, 2015, PRIOR) for each in (later, lists)]
    np.testing.assert_array_equal(*found)


def test_the_level_is_what_reported_lists_ask_for():
    """Planted: the model counts e^1.5 times too many; the fit finds most of it and the expected number comes right."""
    draws = np.random.default_rng(3)
    truth = np.exp(draws.normal(2.5, 2.0, (2, 400)))
    counts = {2014: np.tile(truth[0], (3, 1)), 2015: np.tile(truth[1], (3, 1))}
    noise = draws.normal(0, LASTING, 400) + draws.normal(0, YEARLY, (2, 400))
    lists = {year: np.log1p(each) - 1.5 + noise[row] > np.log1p(DEATHS)
                for row, (year, each) in enumerate(zip((2014, 2015), truth, strict=True))}  # fmt: skip
    reported = {year: Reported(each) for year, each in lists.items()}
    found = fit_correction(counts, reported)
    assert -2.0 < found.level < -0.8
    plain = chances(counts, 2014, {}, 2015, PRIOR).sum()
    told = chances(counts, 2014, reported, 2015, found).sum()
    assert abs(told - lists[2014].sum()) < 0.5 * abs(plain - lists[2014].sum())


def test_without_lists_the_correction_is_the_prior():
    assert fit_correction({}, {}) == Correction() == PRIOR


def test_deaths_of_fights_leave_out_civilians_and_those_of_all_include_those_of_the_bloc():
    result = Simulation(load_scenario("levant_2014", overrides={"weeks": 12, "resolution": 1.0}), seed=0).run()
    everybody, bloc = fight_deaths(result), fight_deaths(result, BLOC)
    assert everybody.shape == (3, 59)  # June to August
    assert (everybody >= bloc - 1e-9).all()
    columns = [LOSSES.index(name) for name in BLOC]
    assert bloc.sum() == pytest.approx(result.deaths.losses[:, columns].sum())
    june = [week for week, month in enumerate(result.deaths.months) if month == 0]
    assert june == [0, 1, 2, 3]
    np.testing.assert_allclose(bloc[0], result.deaths.losses[june][:, columns].sum(axis=(0, 1)))


def test_a_reported_number_of_deaths_tells_more_than_a_list():
    counts = {2015: np.full((50, 2), 1000.0), 2016: np.full((50, 2), 1000.0)}
    few = Reported(np.array([True, True]), np.array([np.nan, 30.0]))
    by_list, by_number = chances(counts, 2016, {2015: few}, 2015, PRIOR)
    assert by_number < by_list - 0.1
    exact = Correction(0.0, 1.5, 0.01)
    weight = exact.likelihood({2015: counts[2015]}, {2015: few})[0, 1]
    # known answer: b is what the number misses by, drawn towards nothing by nothing but the grid
    assert (weight * exact.biases).sum() / weight.sum() == pytest.approx(np.log(31 / 1001), abs=0.4)


def test_numbers_come_from_targets_of_one_country_and_a_whole_year():
    shipped = load_targets()
    found = reports(load_scenario(SCENARIO), shipped.countries, shipped.targets.values())
    codes = list(load_scenario(SCENARIO).governments)
    assert found[2015].fought.sum() == 14
    assert 10_900 < found[2015].deaths[codes.index("IRQ")] < 12_200
    assert 2_060 < found[2015].deaths[codes.index("NGA")] < 3_100  # of the bloc: the target of both labels is not meant
    assert np.isfinite(found[2015].deaths[found[2015].fought]).all()
    assert np.isnan(found[2015].deaths[~found[2015].fought]).all()
    assert np.isnan(found[2014].deaths).all()


def test_other_groups_have_numbers_of_their_own_and_no_lists():
    shipped = load_targets()
    codes, scenario = list(load_scenario(SCENARIO).governments), load_scenario(SCENARIO)
    others = others_reports(scenario, [2014, 2015], shipped.targets.values())[2015]
    assert others.fought is None
    assert others.deaths[codes.index("SOM")] > 100
    assert np.isnan(others.deaths[codes.index("IRQ")])
    # a country of which nothing was reported keeps its prior
    assert (PRIOR.likelihood({2015: np.ones((2, 59))}, {2015: others})[:, codes.index("IRQ")] == 1).all()
