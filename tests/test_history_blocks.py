"""Correlated facts count as what they are: covariance by groups, and the effective number of facts."""

from datetime import date

import numpy as np
import pytest
from made_up_history import target

from experiments.history.blocks import covariance, facts
from experiments.history.target import Group, load_targets

DAY = date(2015, 1, 1)


def group(correlation):
    return Group(title="made up", correlation=correlation)


def member(of="", **more):
    return target("fighters_core", DAY, 100.0, group=of, **more)


@pytest.mark.parametrize(("correlation", "worth"), [(0.0, 2.0), (1.0, 1.0), (0.5, 4 / 3)])
def test_two_facts_are_worth_two_where_independent_and_one_where_the_same(correlation, worth):
    pair = [member("pair"), member("pair")]
    assert facts(pair, {"pair": group(correlation)}) == pytest.approx(worth)


def test_facts_of_different_groups_or_of_none_add_up():
    groups = {"one": group(1.0), "other": group(1.0)}
    made = [member("one"), member("one"), member("other"), member(), member()]
    assert facts(made, groups) == 4.0
    assert facts([], groups) == 0.0


def test_seven_facts_of_one_day_come_to_little_more_than_one():
    seven = [member("day")] * 7
    assert 1 < facts(seven, {"day": group(0.9)}) < 1.1


def test_the_covariance_has_variances_on_its_diagonal_and_correlation_within_groups_only():
    made = [member("a", error=0.3, discrepancy=0.4), member("a", error=0.6, discrepancy=0.8), member(), member("b")]
    found = covariance(made, {"a": group(0.5), "b": group(0.9)})
    assert found[0, 0] == pytest.approx(0.25)
    assert found[1, 1] == pytest.approx(1.0)
    assert found[0, 1] == found[1, 0] == pytest.approx(0.5 * 0.5 * 1.0)
    assert not found[2, :2].any()
    assert not found[3, :3].any()


def test_a_factor_multiplies_discrepancies_and_not_errors_of_reports():
    (found,) = covariance([member(error=0.3, discrepancy=0.4)], {}, factor=2.0)
    assert found == pytest.approx(0.3**2 + 0.8**2)


def misses(made, groups, by):
    """The squared distance of a miss, as it is judged."""
    return float(np.array(by) @ np.linalg.solve(covariance(made, groups), by))


def test_one_error_shared_by_all_members_counts_once_and_different_ones_count_more():
    made, groups = [member("a")] * 4, {"a": group(0.9)}
    alone = misses(made[:1], groups, [0.03])
    assert misses(made, groups, [0.03] * 4) == pytest.approx(alone * facts(made, groups))
    assert misses(made, groups, [0.03, -0.03, 0.03, -0.03]) > 4 * alone


def test_the_covariance_of_the_same_fact_twice_can_be_inverted():
    made = [member("a"), member("a")]
    assert np.isfinite(np.linalg.inv(covariance(made, {"a": group(1.0)}))).all()


def test_fitted_targets_are_fewer_facts_than_targets():
    loaded = load_targets()
    fitted = list(loaded.fitted().values())
    assert facts(fitted, loaded.groups) < 0.9 * len(fitted)
    assert np.linalg.eigvalsh(covariance(fitted, loaded.groups)).min() > 0


def test_the_six_acceptances_of_one_day_are_one_fact_and_so_is_the_course_of_land():
    loaded = load_targets()
    fitted = loaded.fitted()
    day = [each for each in fitted.values() if each.group == "announced_2014_11"]
    assert facts(day, loaded.groups) == 1.0
    land = [each for name, each in fitted.items() if name.startswith("area_")]
    assert len(land) >= 3
    assert facts(land, loaded.groups) < 1.5
