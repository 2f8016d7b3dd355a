"""What the model missed is carried into a forecast as the formula says, and what nothing is known of stays open."""

from datetime import date, timedelta

import numpy as np
import pytest
from made_up_history import target
from scipy.stats import multivariate_normal

from experiments.history.discrepancy import DRIFT, MEMORY, Span, carried, covariance, known_reports

START, LAST = date(2014, 6, 9), date(2015, 12, 31)
SPAN = Span(START, LAST)
AREA = {"series": "area_core"}


def report(day, value=80_000.0, **more):
    return target(AREA, day, value, error=0.1, discrepancy=0.2, **more)


def test_the_covariance_is_that_of_a_process_memory_drift_and_a_walk_after_the_last_day_known():
    a, b = date(2015, 12, 31), date(2017, 12, 31)
    years = [(day - START).days / 365.25 for day in (a, b)]
    expected = 0.2**2 * (np.exp(-(b - a).days / 365.25 / MEMORY) + DRIFT**2 * years[0] * years[1])
    assert covariance(0.2, [a], [b], SPAN)[0, 0] == pytest.approx(expected)
    own = 0.2**2 * (1 + DRIFT**2 * years[1] ** 2 + (b - a).days / 365.25)
    assert covariance(0.2, [b], [b], SPAN)[0, 0] == pytest.approx(own)
    days = [START + timedelta(days=100 * k) for k in range(14)]
    assert np.linalg.eigvalsh(covariance(0.2, days, days, SPAN)).min() > 0


def test_what_is_carried_is_the_normal_distribution_given_the_reports():
    """Known answer: the mean and variance of one coordinate given the others, by a density on a grid."""
    reports, day = [report(date(2015, 1, 1)), report(date(2015, 12, 1))], date(2016, 6, 1)
    missed = np.array([0.3, -0.1])
    found = carried(0.2, day, reports, SPAN)
    days = [*(each.date for each in reports), day]
    joint = covariance(0.2, days, days, SPAN) + np.diag([0.01, 0.01, 0.0])
    grid = np.linspace(-3, 3, 6001)
    density = multivariate_normal([0, 0, 0], joint).pdf([[*missed, value] for value in grid])
    density /= density.sum()
    mean = (density * grid).sum()
    assert found.shift(missed[None, :])[0] == pytest.approx(mean, abs=1e-6)
    assert found.variance == pytest.approx((density * (grid - mean) ** 2).sum(), rel=1e-4)


def test_without_reports_nothing_is_carried_and_all_stays_open():
    found = carried(0.2, date(2016, 6, 1), [], SPAN)
    assert found.variance == pytest.approx(covariance(0.2, [date(2016, 6, 1)], [date(2016, 6, 1)], SPAN)[0, 0])
    np.testing.assert_array_equal(found.shift(np.zeros((5, 0))), np.zeros(5))


def test_reports_narrow_and_the_farther_ahead_the_less():
    reports = [report(date(2015, 12, 1))]
    open_, near, far = (carried(0.2, day, each, SPAN).variance for day, each in (
        (date(2016, 1, 31), []), (date(2016, 1, 31), reports), (date(2018, 12, 31), reports)))  # fmt: skip
    assert near < open_ < far


def test_reports_that_are_later_given_or_of_something_else_are_not_carried():
    fighters = target({"series": "fighters_core"}, date(2015, 6, 1), 1.0)
    all_ = [report(date(2015, 12, 1)), report(date(2016, 2, 1)), report(date(2015, 1, 1), use="given"), fighters,
            report(date(2015, 3, 1), use="score"), report(date(2015, 3, 1))]  # fmt: skip
    curve = report(date(2017, 1, 1))
    assert [each.date for each in known_reports(curve, date(2017, 1, 1), all_, LAST)] == [
        date(2015, 3, 1),
        date(2015, 12, 1),
    ]
    assert known_reports(curve, LAST, all_, LAST) == []
