"""The emulator gives known functions back, and knows what it does not know."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from experiments.history.emulator import fit
from experiments.history.matching import (
    CUTOFF,
    GROUPED,
    Matched,
    Reports,
    Screen,
    grouped,
    implausibility,
    largest,
    plausible,
)
from experiments.history.populations import everywhere, likely, narrowed
from experiments.history.target import Group
from experiments.points.ranges import hypercube


@pytest.fixture(autouse=True)
def one_thread():
    """Sums on one thread, as in a calibration: others only wait for one another."""
    with threadpool_limits(1):
        yield


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
    residue = np.random.default_rng(3).normal(size=80) * 0.05
    lengths = fit(points, known(points) + residue).process.kernel_.k1.k2.length_scale
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
    found = implausibility(np.array([[5.0], [15.0]]), np.zeros((2, 1)), Reports((report,)))
    np.testing.assert_allclose(found[:, 0], [0.0, 2.0])  # 10 / sqrt(3^2 + 4^2)
    wide = implausibility(np.array([[15.0]]), np.array([[144.0]]), Reports((report,)))
    np.testing.assert_allclose(wide, 10 / 13)


def test_the_largest_but_one_counts():
    np.testing.assert_allclose(largest(np.array([[1.0, 9.0, 4.0], [2.0, 2.0, 2.0]]), spared=1), [4.0, 2.0])
    np.testing.assert_allclose(largest(np.array([[5.0]]), spared=1), [5.0])


def report(value=2.0, **more):
    from made_up_history import DAYS, target

    made = {"scale": "linear", "error": 0.05, "discrepancy": 0.05} | more
    return target("area_core", DAYS[0], value, **made)


def screened(seed=4, **more):
    """A screen of two targets, both the known function."""
    points = hypercube(60, 2, seed)
    means = np.column_stack([known(points), known(points)])
    return Screen.of(
        Matched(points, means, np.zeros((60, 2, 2)), np.arange(60)), Reports((report(**more), report(**more))), 2
    )


def test_populations_lie_where_the_function_fits_and_are_the_same_again():
    screen = screened()
    first, again = (narrowed(everywhere(50, 2, 9), screen, 50, seed=9) for _ in range(2))
    np.testing.assert_array_equal(first.points, again.points)
    assert first.cutoff == CUTOFF
    assert np.abs(known(first.points) - 2.0).max() < 0.6
    assert 0 < first.share < 0.6
    assert len(np.unique(first.chosen(50, 1), axis=0)) == 50


def test_the_share_of_a_space_far_smaller_than_any_sample_is_found_by_levels():
    """A box of side 0.02 in four dimensions is 1.6e-7 of the ranges: no even sample of thousands would hit it."""

    class Box(Screen):
        def ordered(self, points):
            return self

        def worst(self, points):
            return CUTOFF * np.abs(points - 0.4).max(axis=1) / 0.01

        def passing(self, points, limit):
            return (left := np.flatnonzero(self.worst(points) <= limit)), np.zeros(len(left))

    found = narrowed(everywhere(100, 4, 1), Box((), np.zeros((0, 0)), Reports(())), 400, seed=2)
    assert found.cutoff == CUTOFF
    assert np.log10(found.share) == pytest.approx(np.log10(0.02**4), abs=0.3)
    assert np.abs(found.points - 0.4).max() <= 0.01
    np.testing.assert_allclose(found.points.std(axis=0), 0.02 / np.sqrt(12), rtol=0.15)  # evenly


def test_points_that_are_sifted_are_those_that_no_target_and_no_group_refutes():
    screen, points = screened(), hypercube(300, 2, 8)
    left, logs = screen.ordered(points).passing(points, 2.5)
    np.testing.assert_array_equal(left, np.flatnonzero(screen.worst(points) <= 2.5))
    np.testing.assert_allclose(logs, screen.log_likelihood(points[left]))
    assert 0 < len(left) < 300


def test_points_drawn_by_likelihood_have_the_width_that_it_has():
    """A function that is linear in one parameter: the likelihood is a normal distribution of known deviation."""
    points = hypercube(60, 2, 4)
    means = 10 * points[:, :1]
    reports = Reports((report(5.0, error=0.6, discrepancy=0.8),))  # deviation 1 in the measure, 0.1 in the parameter
    space = narrowed(
        everywhere(400, 2, 5),
        Screen.of(Matched(points, means, np.zeros((60, 1, 1)), np.arange(60)), reports, 2),
        400,
        6,
    )
    drawn, logs = likely(space, 7)
    assert drawn[:, 0].mean() == pytest.approx(0.5, abs=0.02)
    assert drawn[:, 0].std() == pytest.approx(0.1, rel=0.15)
    assert drawn[:, 1].std() == pytest.approx(1 / np.sqrt(12), rel=0.15)  # nothing is said of it
    np.testing.assert_allclose(logs, -0.5 * ((10 * drawn[:, 0] - 5) ** 2), atol=0.02)


def passed(means, group=""):
    """Whether points pass whose targets all expect 0 with deviation 1."""
    means = np.asarray(means, dtype=float)
    reports = tuple(report(0.0, error=0.6, discrepancy=0.8).model_copy(update={"group": group}) for _ in means[0])
    groups = {group: Group(title="", correlation=0.9)} if group else {}
    chance = np.zeros((len(means), len(reports), len(reports)))
    return plausible(
        Matched(np.zeros((len(means), 1)), means, chance, np.arange(len(means))), Reports(reports, groups), 4
    ).tolist()


def test_many_small_misses_together_refute_a_point_and_one_larger_does_not():
    small = np.full((1, 30), 1.6)  # none beyond three, but 30 x 1.6^2 = 77 is beyond the 99% point of chi-square, 51
    single = np.full((1, 30), 0.5)
    single[0, 0] = 4.0
    two = single.copy()
    two[0, 1] = 4.0
    assert passed(np.concatenate([small, single, two])) == [False, True, False]


def test_members_of_a_group_that_miss_alike_are_one_miss_and_that_miss_differently_are_refuted():
    alike, apart = np.full(4, 1.9), np.array([1.9, -1.9, 1.9, -1.9])
    assert passed([alike, apart]) == [False, False]  # four facts that miss by 1.9: 14.4, beyond 13.3
    assert passed([alike, apart], "course") == [True, False]


def test_a_group_is_as_far_as_three_sigmas_where_chi_square_says_so():
    from scipy.stats import chi2

    pair = tuple(report(0.0, error=0.6, discrepancy=0.8).model_copy(update={"group": "a"}) for _ in range(2))
    reports = Reports(pair, {"a": Group(title="", correlation=0.0)})
    edge = np.sqrt(chi2.ppf(GROUPED, 2))
    np.testing.assert_allclose(grouped(np.array([[edge, 0.0], [0.0, 0.0]]), np.zeros((2, 2)), reports), [CUTOFF, 0.0])
    assert grouped(np.array([[9.0, 9.0]]), np.zeros((2, 2)), Reports((pair[0], report(0.0))))[0] == 0  # alone


def test_an_emulator_that_is_too_sure_of_itself_is_raised_until_its_errors_are_as_predicted():
    """A step that no smooth process can follow: errors out of sample are those that it predicts once it is raised."""
    points = hypercube(200, 2, 1)
    made = fit(points, np.where(points[:, 0] > 0.5, 1.0, 0.0) + np.where(points[:, 1] > 0.9, 3.0, 0.0))
    fresh = hypercube(800, 2, 2)
    means, variances = made.predict(fresh)
    errors = means - np.where(fresh[:, 0] > 0.5, 1.0, 0.0) - np.where(fresh[:, 1] > 0.9, 3.0, 0.0)
    assert made.check.before > 1
    assert made.check.after == pytest.approx(1.0)
    assert np.sqrt((errors**2 / variances).mean()) < 1.25


def test_what_nothing_can_be_learnt_of_is_named():
    points = hypercube(60, 3, 1)
    noise = fit(points, np.random.default_rng(2).normal(size=60))
    assert not noise.check.learnt
    assert fit(points, known(points)).check.learnt


def test_the_variance_of_seeds_is_no_doubt_of_the_emulator():
    """Means over seeds scatter; where their scatter is what the seeds say, the mean itself is known better than that."""
    points, rng = hypercube(200, 2, 1), np.random.default_rng(2)
    values = 3 * points[:, 0] + rng.normal(size=200) * 0.5
    _, blind = fit(points, values).predict(points)
    _, told = fit(points, values, 0.25).predict(points)
    assert told.mean() < 0.3 * blind.mean()
