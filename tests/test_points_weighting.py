"""Weights: their effective number, exponents found by bisection, draws and thinning that keep what they say."""

import numpy as np
import pytest

from experiments.points.weighting import corput, effective, exponent_for, normalised, quantile, systematic, thinned


def test_equal_weights_are_as_many_as_there_are_and_one_weight_is_one():
    assert effective(np.full(40, 1 / 40)) == pytest.approx(40)
    assert effective(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)


def test_the_exponent_found_leaves_the_number_wanted_and_is_one_where_that_is_left_anyway():
    logs = np.random.default_rng(1).normal(size=400) * 3
    exponent = exponent_for(logs, 50)
    assert 0 < exponent < 1
    assert effective(normalised(exponent * logs)) == pytest.approx(50, rel=1e-3)
    assert exponent_for(logs / 100, 50) == 1
    assert exponent_for(logs, 500) == 0
    gone = np.where(np.arange(400) < 10, logs, -np.inf)
    assert exponent_for(gone, 20) == 0  # ten are left at most


def test_a_systematic_draw_has_each_as_often_as_its_weight_says_to_within_one():
    weights = normalised(np.random.default_rng(2).normal(size=30))
    counts = np.bincount(systematic(weights, 200), minlength=30)
    assert (np.abs(counts - 200 * weights) < 1).all()
    assert systematic(np.full(7, 1 / 7), 7).tolist() == list(range(7))


def test_thinned_weights_keep_the_heavy_ones_and_the_expectations_of_all():
    rng = np.random.default_rng(3)
    weights, values = normalised(rng.normal(size=500) * 1.5), rng.normal(size=500)
    means = []
    for seed in range(400):
        kept, left = thinned(weights, 60, seed)
        assert len(np.unique(kept)) == len(kept) == 60
        assert left.sum() == pytest.approx(1.0)
        assert np.argmax(weights) in kept
        means.append(left @ values[kept])
    assert np.mean(means) == pytest.approx(weights @ values, abs=4 * np.std(means) / 20)
    assert thinned(weights, 500, 0)[1] == pytest.approx(weights)


def test_the_first_numbers_of_the_sequence_are_spread_evenly():
    assert [corput(number) for number in range(4)] == [0.0, 0.5, 0.25, 0.75]
    assert sorted(corput(number) * 64 for number in range(64)) == list(range(64))


def test_a_quantile_by_weight_is_the_value_below_which_that_weight_lies():
    values = np.array([1.0, 2.0, 3.0])
    assert quantile(values, 0.5, np.full(3, 1 / 3)) == 2
    assert quantile(values, 0.5, np.array([0.6, 0.2, 0.2])) == 1
    assert quantile(values, 0.9, np.array([0.6, 0.2, 0.2])) == 3
