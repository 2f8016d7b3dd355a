"""Scores give known answers."""

import numpy as np
import pytest

from experiments.history.scores import auc, brier, coverage, crps, crps_normal, interval


def test_the_crps_of_one_value_is_the_absolute_error():
    assert crps([3.0], 5.0) == pytest.approx(2.0)


def test_the_crps_of_two_values_is_as_by_hand():
    # E|X - y| = (1 + 1) / 2 = 1 with y in the middle; E|X - X'| over all four pairs = (0 + 2 + 2 + 0) / 4 = 1
    assert crps([0.0, 2.0], 1.0) == pytest.approx(0.5)


def test_the_crps_of_a_large_normal_sample_is_that_of_the_normal_distribution():
    sample = np.random.default_rng(1).normal(2.0, 3.0, 40_000)
    for observed in (-4.0, 2.0, 5.5):
        assert crps(sample, observed) == pytest.approx(crps_normal(2.0, 3.0, observed), rel=0.03)
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi))  # Gneiting and Raftery 2007


def test_a_forecast_that_is_surer_and_right_scores_lower_and_one_surer_and_wrong_higher():
    assert crps_normal(0, 0.5, 0.1) < crps_normal(0, 2.0, 0.1)
    assert crps_normal(0, 0.5, 5.0) > crps_normal(0, 2.0, 5.0)


def test_intervals_of_even_samples_cover_what_they_say():
    even = np.linspace(0, 1, 1001)
    assert interval(even, 0.9) == pytest.approx((0.05, 0.95))
    observed = np.random.default_rng(2).random(2000)
    assert coverage([even] * 2000, observed, 0.9) == pytest.approx(0.9, abs=0.02)
    assert coverage([even] * 2000, observed, 0.5) == pytest.approx(0.5, abs=0.03)
    assert np.isnan(coverage([], [], 0.5))


def test_the_area_under_the_curve_counts_pairs_in_order_and_ties_half():
    assert auc([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]) == 1.0
    assert auc([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0]) == 0.0
    assert auc([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0]) == 0.75
    assert auc([0.5, 0.5, 0.5], [1, 0, 0]) == 0.5
    assert np.isnan(auc([0.5, 0.4], [1, 1]))


def test_the_brier_score_is_the_mean_squared_error():
    assert brier([1.0, 0.5, 0.0], [1, 1, 1]) == pytest.approx((0 + 0.25 + 1) / 3)
