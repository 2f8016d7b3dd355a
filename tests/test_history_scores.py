"""Scores give known answers."""

import numpy as np
import pytest
from views_evaluation.evaluation import native_metric_calculators as field

from experiments.history.scores import (
    BIN_EDGES,
    BIN_NAMES,
    auc,
    average_precision,
    bin_of,
    brier,
    coverage,
    crps,
    crps_normal,
    crps_of_samples,
    ignorance,
    inside,
    interval,
    interval_score,
)

DEATHS = np.array([0.0, 3.0, 100.0, 40.0, 2_000.0, 0.0])


@pytest.fixture(scope="module")
def samples():
    return np.floor(np.random.default_rng(5).lognormal(2.0, 2.5, (len(DEATHS), 200)))


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


def test_average_precision_is_the_mean_precision_at_each_positive():
    # ranked 1, 0, 1: precision 1 at the first positive, 2/3 at the second
    assert average_precision([0.9, 0.8, 0.7], [1, 0, 1]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([0.5] * 4, [1, 0, 0, 0]) == pytest.approx(0.25)  # knowing nothing: the base rate
    assert np.isnan(average_precision([0.5, 0.4], [0, 0]))


def test_ignorance_counts_the_share_of_draws_in_the_bin_of_what_was_seen():
    draws = np.array([[0.0, 0.0, 1.0, 700.0]])
    assert ignorance(draws, [0.0])[0] == pytest.approx(-np.log2(3 / 15))
    assert ignorance(draws, [2.0])[0] == pytest.approx(-np.log2(2 / 15))
    assert ignorance(draws, [3.0])[0] == pytest.approx(-np.log2(1 / 15))
    wanted = [0, 1, 2, 3, 5, 6, 10, 11, 25, 26, 50, 51, 100, 101, 250, 251, 500, 501, 1000, 1001]
    assert bin_of(wanted).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10]
    assert len(BIN_NAMES) == 11


def test_the_interval_score_is_width_and_what_lies_outside():
    even = np.linspace(0, 100, 1001)[None, :]
    assert interval_score(even, [50.0])[0] == pytest.approx(90.0)
    assert interval_score(even, [99.0])[0] == pytest.approx(90.0 + 20 * 4.0)
    assert inside(even, [99.0], 0.9).tolist() == [False]


def test_scores_are_those_of_the_fields_own_library(samples):
    assert crps_of_samples(samples, DEATHS).mean() == pytest.approx(field.calculate_crps_native(DEATHS, samples))
    theirs = field.calculate_mean_interval_score_native(DEATHS, samples, alpha=0.1)
    assert interval_score(samples, DEATHS).mean() == pytest.approx(theirs)
    assert inside(samples, DEATHS, 0.9).mean() == field.calculate_coverage_native(DEATHS, samples, alpha=0.1)
    edges = [0.0, *BIN_EDGES, 1e12]  # the library refuses what lies above its last edge
    theirs = field.calculate_ignorance_score_native(DEATHS, samples, bins=edges, low_bin=0, high_bin=1)
    assert ignorance(samples, DEATHS).mean() == pytest.approx(theirs)
