"""The emulator gives known functions back, and knows what it does not know."""

import numpy as np
import pytest

from experiments.history.emulator import fit
from experiments.history.matching import CUTOFF, Matched, Screen, implausibility, largest, plausible, propose
from experiments.points.ranges import hypercube


def known(points):
    return 3 * points[:, 0] + np.sin(6 * points[:, 1])  # the third does nothing


def test_a_smooth_function_is_given_back_with_honest_errors():
    points, fresh = hypercube(80, 3, 1), hypercube(400, 3, 2)
    noise = np.random.default_rng(3).normal(size=80) * 0.05
    means, variances = fit(points, known(points) + noise).predict(fresh)
    errors = means - known(fresh)
    assert np.sqrt((errors**2).mean()) < 0.1 * known(fresh).std()
    assert 0.85 < (np.abs(errors) < 2 * np.sqrt(variances)).mean() <= 1


def test_a_parameter_that_does_nothing_gets_a_long_length_scale():
    points = hypercube(80, 3, 1)
    lengths = fit(points, known(points)).lengths
    assert lengths[1] < lengths[2]


def test_a_constant_is_given_back_and_too_few_points_are_refused():
    points = hypercube(12, 2, 0)
    means, _ = fit(points, np.full(12, 7.0)).predict(points)
    np.testing.assert_allclose(means, 7.0, atol=1e-6)
    with pytest.raises(ValueError, match="needs 4 finite values"):
        fit(points[:3], np.ones(3))


def test_implausibility_is_distance_over_all_standard_deviations():
    from made_up_history import DAYS, target

    report = target({"series": "area_core"}, DAYS[0], 5.0, scale="linear", error=3.0, discrepancy=4.0)
    found = implausibility(np.array([[5.0], [15.0]]), np.zeros((2, 1)), [report])
    np.testing.assert_allclose(found[:, 0], [0.0, 2.0])  # 10 / sqrt(3^2 + 4^2)
    wide = implausibility(np.array([[15.0]]), np.array([[144.0]]), [report])
    np.testing.assert_allclose(wide, 10 / 13)


def test_the_largest_but_one_counts():
    np.testing.assert_allclose(largest(np.array([[1.0, 9.0, 4.0], [2.0, 2.0, 2.0]]), spared=1), [4.0, 2.0])
    np.testing.assert_allclose(largest(np.array([[5.0]]), spared=1), [5.0])


def test_proposals_lie_where_the_function_fits_and_are_the_same_again():
    from made_up_history import DAYS, target

    reports = {name: target({"series": "area_core"}, DAYS[0], 2.0, scale="linear", error=0.05, discrepancy=0.05)
               for name in ("a", "b")}  # fmt: skip
    points = hypercube(60, 2, 4)
    means = np.column_stack([known(points), known(points)])
    screen = Screen.of(Matched(points, means, np.zeros_like(means)), reports)
    first, again = (propose([screen], 50, 2, seed=9) for _ in range(2))
    np.testing.assert_array_equal(first.points, again.points)
    assert len(first.points) == 50
    assert first.cutoff == CUTOFF
    assert np.abs(known(first.points) - 2.0).max() < 0.6
    assert 0 < first.share < 0.6


def test_many_small_misses_together_refute_a_point_and_one_larger_does_not():
    small = np.full((1, 30), 1.6)  # none beyond three, but 30 x 1.6^2 = 77 is beyond the 99% point of chi-square, 51
    single = np.full((1, 30), 0.5)
    single[0, 0] = 4.0
    two = single.copy()
    two[0, 1] = 4.0
    assert plausible(np.concatenate([small, single, two])).tolist() == [False, True, False]
