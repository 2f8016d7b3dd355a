"""Intervals, sample sizes and fronts against simulations and hand-worked cases (paired tests: test_compare_comparison)."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap

from experiments.measures.robustness import front
from experiments.measures.statistics import bca_interval, paired_difference, seeds_needed


def test_the_bca_interval_is_that_of_scipy():
    sample = np.random.default_rng(1).exponential(size=30)
    found = bootstrap((sample,), np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(0))
    assert bca_interval(sample) == tuple(found.confidence_interval)


def test_bca_intervals_of_a_skewed_sample_hold_the_mean_about_as_often_as_they_say():
    rng = np.random.default_rng(2)
    held = [low <= 1 <= high for low, high in (bca_interval(rng.exponential(size=40), k) for k in range(150))]
    assert 0.88 <= np.mean(held) <= 1


@pytest.mark.parametrize(("sample", "expected"), [([], np.nan), ([1.0, 2.0], np.nan), ([3.0, 3.0, 3.0], 3.0)])
def test_too_few_or_equal_differences_have_no_or_a_point_interval(sample, expected):
    np.testing.assert_equal(bca_interval(sample), (expected, expected))


def test_as_many_seeds_as_are_needed_give_the_wanted_precision_and_one_fewer_do_not():
    sample = np.random.default_rng(3).normal(size=12)
    sample = (sample - sample.mean()) / sample.std(ddof=1)
    needed = int(seeds_needed(sample, 0.5))
    # 18 = the textbook value for sd 1 and half width 1/2 (t(0.975, 17) / sqrt(18) = 0.497)
    assert needed == 18
    paired = paired_difference(sample, np.zeros(12))
    assert seeds_needed(sample, (paired.high - paired.low) / 2 * (1 + 1e-9)) == 12


@pytest.mark.parametrize(
    ("sample", "width", "expected"), [([1.0], 1.0, np.nan), ([1.0, 2.0], 0.0, np.nan), ([2.0, 2.0], 1e-9, 2)]
)
def test_seeds_needed_are_unknown_without_spread_or_width_and_two_where_nothing_varies(sample, width, expected):
    np.testing.assert_equal(seeds_needed(sample, width), expected)


def test_a_front_holds_what_nothing_dominates():
    table = pd.DataFrame({"a": [1, 2, 3, 1, np.nan], "b": [3, 2, 1, 1, 9]}, index=["p", "q", "r", "beaten", "unknown"])
    assert front(table) == ["p", "q", "r"]
    assert front(table[["a"]]) == ["r"]


def test_equal_policies_are_both_on_the_front():
    assert front(pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, 2.0]}, index=["p", "q"])) == ["p", "q"]


def test_counts_that_differ_by_as_much_in_every_pair_are_judged_by_their_signs():
    assert paired_difference([3, 5, 4], [2, 4, 3]).p == 0.25
    assert paired_difference([3.5, 5.5], [2.25, 4.25]).p == 0
    assert paired_difference([3, 5], [3, 5]).p == 1


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("turned", [False, True])
def test_differences_that_vary_by_rounding_only_are_the_same_in_every_pair(sign, turned):
    first, second = sign * np.array([0.3, 0.1 + 0.2, 0.7 - 0.4]), np.zeros(3)
    assert len(set(first)) > 1
    found = paired_difference(second, first) if turned else paired_difference(first, second)
    assert found.low == found.difference == found.high == pytest.approx(0.3 * (-sign if turned else sign))
    assert found.p == 0
    assert paired_difference(first + 1e6, np.full(3, 1e6 + sign * 0.3)).p == 1  # beside a million it is nothing
