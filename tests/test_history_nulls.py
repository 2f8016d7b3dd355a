"""Null models know only what was reported before."""

from datetime import date, timedelta

import numpy as np
import pytest
from made_up_history import target

from experiments.history.nulls import covariates, earlier, lag_features, logistic, persistence, trend
from model.scenario import load_scenario

AREA = {"series": "area_core"}
REPORTS = {
    str(year): target(AREA, date(year, 1, 1), 10.0 * (year - 2010), scale="linear") for year in (2012, 2013, 2014)
}


def test_persistence_is_the_last_report_and_trend_goes_on_in_a_line():
    later = target(AREA, date(2015, 1, 1), 50.0, scale="linear")
    seen = earlier(later, REPORTS)
    assert persistence(later, seen) == 40.0
    assert trend(later, seen) == pytest.approx(50.0, abs=0.05)  # years differ by a day


def test_nothing_is_known_of_the_day_itself_or_later_or_after_the_origin():
    last = REPORTS["2014"]
    assert [each.date.year for each in earlier(last, REPORTS)] == [2012, 2013]
    assert [each.date.year for each in earlier(last, REPORTS, date(2012, 6, 1))] == [2012]
    assert earlier(last, REPORTS, date(2011, 1, 1)) == []
    assert persistence(last, []) is None
    assert trend(last, [REPORTS["2012"]]) is None


def test_reports_of_another_measure_are_not_used():
    other = target({"series": "fighters_core"}, date(2014, 1, 1) + timedelta(days=9), 1.0)
    assert earlier(other, REPORTS) == []


def test_the_logistic_null_ranks_by_what_separates_and_gives_the_base_rate_where_nothing_does():
    features = np.column_stack([np.linspace(-1, 1, 20), np.zeros(20)])
    truth = features[:, 0] > 0.4
    assert (np.diff(logistic(features, truth)) > 0).all()
    np.testing.assert_allclose(logistic(np.zeros((20, 2)), truth), truth.mean(), atol=1e-6)


def test_covariates_are_standardised_population_and_stability_of_every_country():
    table = covariates(load_scenario())
    assert table.shape == (59, 2)
    np.testing.assert_allclose(table.mean(axis=0), 0, atol=1e-9)


def test_the_lag_logistic_learns_that_fighting_goes_on():
    scenario = load_scenario()
    fought = np.zeros(59, dtype=bool)
    fought[[1, 5, 9, 20]] = True
    found = logistic(lag_features(scenario, fought), fought)
    assert found[fought].min() > found[~fought].max()


def test_where_nobody_fought_each_country_has_the_same_small_chance():
    assert logistic(np.zeros((8, 2)), np.zeros(8)).tolist() == [0.1] * 8
