"""What a difference is distinguishable from, and how its variance splits: known answers."""

import numpy as np
import pytest
from scipy.stats import t

from experiments.measures.certainty import distinguishable, from_ignorance, from_luck, spread, variance_split


def test_variance_splits_as_in_a_worked_example():
    """Three points with two seeds: means 1, 3, 5; within each (d - mean)^2 sums to 2. MSW = 6 / 3, MSB = 2 x 8 / 2."""
    found = variance_split([[0.0, 2.0], [2.0, 4.0], [4.0, 6.0]])
    assert found.luck == pytest.approx(2.0)
    assert found.parameters == pytest.approx((8.0 - 2.0) / 2)
    assert found.share == pytest.approx(0.6)


def test_points_with_unequal_numbers_of_seeds_weigh_by_them():
    """n = 1, 2, 3, N = 6: n0 = (6 - 14 / 6) / 2 = 11 / 6; means 1, 3, 5 with weights 1, 2, 3: mean 22 / 6."""
    found = variance_split([[1.0, np.nan], [2.0, 4.0], [4.0, 5.0, 6.0]])
    mean = 22 / 6
    between = ((1 - mean) ** 2 + 2 * (3 - mean) ** 2 + 3 * (5 - mean) ** 2) / 2
    assert found.luck == pytest.approx(4.0 / 3)
    assert found.parameters == pytest.approx((between - 4.0 / 3) / (11 / 6))


def test_planted_variances_are_found_again():
    rng = np.random.default_rng(1)
    planted = rng.normal(0, 3.0, 4000)[:, None] + rng.normal(0, 2.0, (4000, 3))
    found = variance_split(list(planted))
    assert found.parameters == pytest.approx(9.0, rel=0.1)
    assert found.luck == pytest.approx(4.0, rel=0.1)


def test_nothing_but_luck_is_no_variance_of_parameters_and_one_seed_splits_nothing():
    assert variance_split([[-1.0, 1.0], [-1.0, 1.0]]).parameters == 0.0
    assert np.isnan(variance_split([[1.0], [2.0], [3.0]]).share)
    assert np.isnan(variance_split([[1.0, 2.0]]).share)
    assert np.isnan(variance_split([[1.0, 1.0], [1.0, 1.0]]).share)  # no variance at all


def test_a_difference_may_be_distinguishable_from_luck_and_not_from_ignorance_and_the_other_way_round():
    assert from_luck([0.01, 0.0499, 0.0501, 0.07, 0.2, np.nan]).tolist() == [True, True, False, False, False, False]
    assert from_ignorance(0.1, 2.0, 10)
    assert from_ignorance(-2.0, -0.1, 10)
    assert not from_ignorance(-0.1, 2.0, 10)
    assert not from_ignorance(0.1, 2.0, 9)  # too few points to show anything
    assert distinguishable(True, True) == "distinguishable from luck and from ignorance of parameters"
    assert distinguishable(True, False) == "distinguishable from luck, not from ignorance of parameters"
    assert distinguishable(False, True) == "distinguishable from ignorance of parameters, not from luck"
    assert distinguishable(False, False) == "distinguishable neither from luck nor from ignorance of parameters"


def test_the_luck_of_given_points_is_tested_without_what_parameters_vary():
    """Points at -8 and 10, seeds +-1 around: by luck alone the mean of 1 is 1 / sqrt(2 / 4) standard errors from zero."""
    found = variance_split([[-9.0, -7.0], [9.0, 11.0]])
    assert found.p == pytest.approx(2 * t.sf(1 / np.sqrt(2 / 4), 2))
    assert np.isnan(variance_split([[1.0], [2.0]]).p)
    assert variance_split([[1.0, 1.0], [2.0, 2.0]]).p == 0.0  # no luck at all: any mean but zero is there


def test_a_spread_is_over_the_points_and_not_over_the_runs():
    values = [[-1.0, -3.0], *([[2.0, 4.0]] * 19)]
    found = spread(values, -1)
    assert (found.points, found.median, found.better) == (20, 3.0, 0.05)
    assert found.deviation == pytest.approx(np.std([-2.0, *([3.0] * 19)], ddof=1))
    assert found.low == pytest.approx(2.75)  # 0.95 of the way from the first to the second of twenty points
    assert found.known
    assert np.isnan(spread(values, 0).better)
    assert not spread([], -1).known
