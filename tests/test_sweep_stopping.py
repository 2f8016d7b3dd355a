"""When a sweep has run enough replicates."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from experiments.sweep.design import Stopping
from experiments.sweep.design_file import load_design
from experiments.sweep.run import Plan, sweep
from experiments.sweep.stopping import Precision, next_replicates, outcome_values, precisions

DESIGN = """
[design]
title = "A small sweep"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = 2
[uncertainties]
territory.growth = [0.3, 0.4, 0.5]
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "small.toml"
    path.write_text(DESIGN)
    return load_design(path)


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def stopping(small, **keys):
    head = small.head.model_copy(update={"keep": ["runs"]})
    rule = Stopping(rule="precision", outcome="people_core", step=2, maximum=9, **keys)
    return replace(small, head=head, stopping=rule)


def half_width(means):
    return stats.t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))


def test_replicates_are_added_until_the_mean_is_known_well_enough(small, tmp_path):
    loose = sweep(stopping(small, tolerance=1e12), tmp_path / "loose")
    assert loose.summary["replicates"] == 2
    assert all(each["enough"] for each in loose.summary["precision"])
    tight = sweep(stopping(small, tolerance=1e-6), tmp_path / "tight")
    assert tight.summary["replicates"] == 9
    means = tight.table("people_core", "core_only").mean(axis=0)
    (known,) = [each for each in tight.summary["precision"] if each["policy"] == "core_only"]
    assert known["mean"] == pytest.approx(means.mean())
    looked = (2, 4, 6, 8, 9)
    first = next(k for k in looked if half_width(means[:k]) <= known["half_width"] * 2)
    middle = sweep(stopping(small, tolerance=known["half_width"] * 2, policies=["core_only"]), tmp_path / "middle")
    assert middle.summary["replicates"] == first


def test_the_rule_may_ask_for_a_paired_difference_and_stops_alike_when_resumed(small, tmp_path):
    rule = stopping(small, tolerance=1.0, against="core_only")

    def stop(done):
        if done.stored == 14:
            raise KeyboardInterrupt

    whole = sweep(rule, tmp_path / "whole", reuse=False)
    assert [each["policy"] for each in whole.summary["precision"]] == ["sever_links"]
    with suppress(KeyboardInterrupt):
        sweep(rule, tmp_path / "stopped", progress=stop, reuse=False)
    resumed = sweep(rule, tmp_path / "stopped", reuse=False)
    assert contents(resumed.out) == contents(whole.out)


@pytest.fixture
def values():
    """An outcome of six replicates, three points and two policies, the second by 3 lower; some runs failed."""
    rng = np.random.default_rng(2)
    found = rng.normal(0, 5, (6, 3, 1)) + rng.normal(0, 1, (6, 3, 2)) + [0.0, -3.0]
    found[2, 1, 0] = found[3, 0, 1] = np.nan
    found[4, :, 0] = np.nan
    return found


@pytest.mark.parametrize("against", [None, "core_only"])
@pytest.mark.parametrize("wanted", [{"tolerance": 0.7}, {"relative": 0.2}])
def test_a_mean_over_points_is_known_by_students_interval_over_replicates(small, values, against, wanted):
    tables = {"core_only": values[:, :, 0], "sever_links": values[:, :, 1]}
    if against:
        tables = {"sever_links": tables["sever_links"] - tables["core_only"]}
    found = {each.policy: each for each in precisions(Plan(stopping(small, against=against, **wanted)), values)}
    assert found.keys() == tables.keys()
    for policy, table in tables.items():
        means = np.array([np.nanmean(row) for row in table if np.isfinite(row).any()])
        assert found[policy].mean == pytest.approx(means.mean())
        assert found[policy].half_width == pytest.approx(half_width(means))
        assert found[policy].wanted == pytest.approx(wanted.get("tolerance") or 0.2 * abs(means.mean()))


def known(*halves):
    return [Precision("plane", "core_only", 0.0, half, 1.0) for half in halves]


def test_a_mean_is_known_well_enough_up_to_what_is_wanted_and_not_where_nothing_is_known():
    assert [each.enough for each in known(0.5, 1.0, 1.1, np.nan)] == [True, True, False, False]


def test_replicates_are_added_while_any_mean_is_not_known_and_up_to_the_most(small):
    rule = stopping(small, tolerance=1.0)
    assert next_replicates(rule, 4, known(0.5, 1.0)) == 4
    assert next_replicates(rule, 4, known(0.5, 1.1)) == 6
    assert next_replicates(rule, 8, known(1.1)) == next_replicates(rule, 9, known(1.1)) == 9
    assert next_replicates(small, 2, []) == 2


def test_a_run_that_failed_replaces_none_that_was_done_and_rows_of_later_replicates_wait(small):
    plan = Plan(small)
    first = pa.table({"row": [0, 3, 5, 6], "people_core": [1.0, 2.0, 3.0, 9.0]})
    later = pa.table({"row": [3, 4], "people_core": [np.nan, np.nan]})
    found = outcome_values(plan, [first, later], "people_core", 1)
    expected = [[[1.0, np.nan], [np.nan, 2.0], [np.nan, 3.0]]]  # (replicates, points, policies)
    np.testing.assert_equal(found, np.array(expected))
