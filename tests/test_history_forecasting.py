"""Forecasts start from the last reports, hold what is not known, and reach the ends of half-years to come."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from made_up_history import target
from scipy.stats import norm

from experiments.history.forecasting import (
    Known,
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
    table = outlook(known(), {"area": CURVE}, {CURVE.measure.text: FLAT}, half_years(LAST, date(2016, 12, 31)))
    assert table["date"].tolist() == [date(2016, 6, 30), date(2016, 12, 31)]
    assert (table["low90"] < table["low50"]).all()
    assert (table["low50"] < table["median"]).all()
    assert (table["median"] < table["high90"]).all()
    assert len(outlook(known(), {"area": CURVE}, {CURVE.measure.text: FLAT}, half_years(LAST, LAST))) == 0
