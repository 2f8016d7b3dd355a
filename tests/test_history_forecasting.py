"""Forecasts start from the last reports, hold what is not known, and reach the ends of half-years to come."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from made_up_history import target
from scipy.stats import norm

from experiments.history.forecasting import (
    DEATHS,
    LASTING,
    YEARLY,
    Known,
    chances,
    deaths_text,
    half_years,
    outlook,
    years_ahead,
)
from experiments.history.target import Curve

START, LAST = date(2014, 6, 9), date(2015, 12, 31)
AREA = "area_core"
ENSEMBLE = SimpleNamespace(known_until=LAST, factor=1.0)
CURVE = Curve(title="Land", measure=AREA, unit="km2", scale="log", error=0.1, discrepancy=0.2)
FLAT = np.full((50, 300), 100_000.0)


def known(*reports):
    return Known(ENSEMBLE, reports, START)


def sample(what, day, error=0.0):
    return what.forecast(CURVE, day, what.at(FLAT, day), FLAT, error)


def test_a_forecast_starts_between_the_model_and_the_last_report_and_is_narrower_for_it():
    report = target(AREA, date(2015, 12, 14), 50_000.0, error=0.02, discrepancy=0.2)
    with_, without, day = known(report), known(), date(2016, 1, 15)
    middle = np.exp(np.median(sample(with_, day)))
    assert 45_000 < middle < 60_000
    assert np.exp(np.median(sample(without, day))) == pytest.approx(100_000, rel=0.01)
    assert sample(with_, day).std() < 0.6 * sample(without, day).std()
    later = sample(with_, date(2018, 12, 31))
    assert np.exp(np.median(later)) < 60_000  # a drift goes on
    assert later.std() > 3 * sample(with_, day).std()


def test_days_that_are_known_are_looked_at_as_they_are():
    report = target(AREA, date(2015, 12, 14), 50_000.0, error=0.02, discrepancy=0.2)
    values = sample(known(report), date(2015, 12, 14))
    assert np.median(values) == pytest.approx(np.log(100_000), abs=0.01)
    assert values.std() == pytest.approx(0.2, rel=0.05)


def test_the_spread_is_normal_with_the_reports_own_error_in_it():
    values = sample(known(), date(2015, 1, 1), error=0.3**2)
    for share in (0.05, 0.25, 0.75, 0.95):
        expected = np.log(100_000) + norm.ppf(share) * np.hypot(0.2, 0.3)
        assert np.quantile(values, share) == pytest.approx(expected, abs=0.04)  # of 40 steps


def test_counts_are_not_below_zero():
    linear = CURVE.model_copy(update={"scale": "linear", "discrepancy": 3.0})
    values = known().forecast(linear, LAST, np.full(5, 1.0), np.full((5, 90), 1.0), 0.0)
    assert values.min() == 0


def test_what_is_told_are_the_ends_of_half_years_after_the_last_day_known():
    assert half_years(LAST, date(2017, 1, 1)) == [date(2016, 6, 30), date(2016, 12, 31)]
    assert half_years(date(2015, 6, 29), date(2015, 12, 31)) == [date(2015, 6, 30), date(2015, 12, 31)]
    assert years_ahead(LAST, date(2018, 12, 31)) == [2016, 2017, 2018]
    table = outlook(known(), {"area": CURVE}, {CURVE.measure.text: FLAT}, date(2016, 12, 31))
    assert table["date"].tolist() == [date(2016, 6, 30), date(2016, 12, 31)]
    assert (table["low90"] < table["low50"]).all()
    assert (table["low50"] < table["median"]).all()
    assert (table["median"] < table["high90"]).all()
    assert len(outlook(known(), {"area": CURVE}, {CURVE.measure.text: FLAT}, LAST)) == 0


def _deaths(**years):
    return {
        deaths_text(int(year[1:])): np.tile(np.array(values, dtype=float), (6, 1)) for year, values in years.items()
    }


def test_a_chance_of_a_known_year_is_that_of_its_deaths_alone():
    found = chances(_deaths(y2015=[DEATHS, 0.0, 5000.0]), 2015, {2015: np.array([True, True, False])}, LAST)
    wide = np.hypot(LASTING, YEARLY)
    expected = norm.cdf((np.log1p([25.0, 0.0, 5000.0]) - np.log1p(25.0)) / wide)
    np.testing.assert_allclose(found, expected, atol=0.005)


def test_a_chance_of_a_coming_year_learns_from_what_was_reported():
    """Known answer: Bayes by a grid of the discrepancy that stays."""
    deaths = _deaths(y2015=[25.0, 25.0, 25.0], y2016=[25.0, 25.0, 25.0])
    found = chances(deaths, 2016, {2015: np.array([True, False, True])}, LAST)
    grid = np.linspace(-8, 8, 4001)
    for seen, chance in zip((True, False), found[:2], strict=True):
        weight = norm.pdf(grid / LASTING) * (norm.cdf(grid / YEARLY) if seen else norm.cdf(-grid / YEARLY))
        expected = (weight * norm.cdf(grid / (YEARLY * np.sqrt(2)))).sum() / weight.sum()
        assert chance == pytest.approx(expected, abs=0.01)
    assert found[0] == found[2] > 0.6
    assert found[0] + found[1] == pytest.approx(1)


def test_lists_of_years_that_are_not_known_yet_change_no_chance():
    deaths = _deaths(y2015=[25.0, 25.0], y2016=[25.0, 25.0], y2017=[25.0, 25.0])
    lists = {2015: np.array([True, False])}
    later = lists | {2016: np.array([False, True])}
    np.testing.assert_array_equal(chances(deaths, 2017, later, LAST), chances(deaths, 2017, lists, LAST))
