"""Paired comparisons: known answers of the statistics, and whole comparisons on the plane."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.batch.engine import Progress
from experiments.batch.errors import PlanError
from experiments.compare.comparison import compare
from experiments.compare.planning import Plan, fitting, plan
from experiments.measures.statistics import benjamini_hochberg, paired_difference, share_worse
from model.record import OUTCOMES
from model.scenario import ScenarioError, list_policies

# Hours of sleep gained under two drugs, the example of Student's paper of 1908.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# The example of Benjamini and Hochberg 1995: four hypotheses are rejected at 5%, where Bonferroni rejects three.
P_VALUES = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
P_VALUES += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_a_paired_difference_is_students_on_his_own_data():
    found = paired_difference(FIRST, SECOND)
    assert found.difference == pytest.approx(-1.58)
    assert (found.low, found.high) == (pytest.approx(-2.4598858), pytest.approx(-0.7001142))
    assert found.p == pytest.approx(0.00283289, abs=1e-8)


def test_a_difference_that_never_varies_needs_no_test():
    constant = paired_difference([5.0, 6.0, 7.1], [2.0, 3.0, 4.1])
    assert (constant.low, constant.high, constant.p) == (pytest.approx(3.0), pytest.approx(3.0), 0.0)
    none = paired_difference([5.0, 6.0], [5.0, 6.0])
    assert (none.difference, none.low, none.high, none.p) == (0.0, 0.0, 0.0, 1.0)


def test_one_pair_has_a_difference_and_no_interval():
    single = paired_difference([5.0], [2.0])
    assert single.difference == 3.0
    assert np.isnan([single.low, single.high, single.p]).all()
    assert np.isnan(paired_difference([], []).difference)


def test_samples_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="must be of one length"):
        paired_difference([1.0, 2.0], [1.0])


def test_benjamini_and_hochberg_reject_what_they_reject_in_their_paper():
    adjusted = benjamini_hochberg(P_VALUES)
    assert (adjusted < 0.05).sum() == 4
    np.testing.assert_allclose(adjusted, stats.false_discovery_control(P_VALUES))


def test_adjusted_p_values_do_not_depend_on_order_and_skip_what_is_unknown():
    shuffled = [P_VALUES[position] for position in (7, 3, 14, 0, 9, 1, 12, 5, 2, 11, 4, 13, 6, 10, 8)]
    np.testing.assert_allclose(np.sort(benjamini_hochberg(shuffled)), benjamini_hochberg(P_VALUES))
    with_unknown = benjamini_hochberg([0.01, np.nan, 0.04])
    np.testing.assert_allclose(with_unknown, [0.02, np.nan, 0.04])


def test_backfire_counts_the_seeds_in_which_a_policy_is_worse():
    assert share_worse([1, 5, 3, 2], [2, 2, 2, 2], better=-1) == 0.5
    assert share_worse([1, 5, 3, 2], [2, 2, 2, 2], better=1) == 0.25
    assert np.isnan(share_worse([1.0], [2.0], better=0))


def small(policies: list[str], seeds: int = 3) -> Plan:
    return plan("synthetic_plane", policies, seeds, {"weeks": 6})


def test_the_baseline_is_what_was_done_if_it_is_there_and_else_the_first():
    assert small(["sever_links", "core_only"]).baseline == "core_only"
    assert small(["sever_links", "no_intervention"]).baseline == "sever_links"
    with pytest.raises(PlanError, match="is none of the policies: sever_links"):
        plan("synthetic_plane", ["sever_links"], 2, baseline="core_only")


def test_the_problems_of_all_policies_are_told_at_once():
    with pytest.raises(ScenarioError) as error:
        plan("synthetic_plane", ["core_onl", "sever_link"], 2, {"weeks": 0})
    text = str(error.value)
    assert "`core_only`" in text
    assert "`sever_links`" in text
    assert text.count("weeks: must be 1 to 2600") == 1


def test_two_policies_of_one_name_are_refused(tmp_path):
    policy = tmp_path / "mine.toml"
    policy.write_text('[policy]\nname = "core_only"\ntitle = "Mine"\nmeaning = "Nothing"\n')
    with pytest.raises(PlanError, match="two policies are called core_only"):
        plan("synthetic_plane", ["core_only", str(policy)], 2)


def test_a_comparison_holds_every_run_of_every_policy_at_its_cost(tmp_path):
    batch = small(["sever_links", "core_only", "no_intervention"])
    evidence = compare(batch, tmp_path)
    runs = evidence.runs
    assert list(runs["policy"].unique()) == ["sever_links", "core_only", "no_intervention"]
    assert list(runs["seed"]) == [0, 1, 2] * 3
    assert (runs["status"] == "done").all()
    assert list(runs.columns[:8]) == [
        "scenario",
        "policy",
        "seed",
        "status",
        "error",
        "repeat",
        "wall_seconds",
        "run_hash",
    ]
    spent = runs.groupby("policy")["effort_spent"].mean()
    assert spent["core_only"] == pytest.approx(spent["sever_links"], rel=0.05)  # allies themselves choose how much
    assert spent["sever_links"] > spent["no_intervention"] == 0
    assert len(evidence.effects) == 2 * len(OUTCOMES)
    assert len(evidence.series) == 9 * 7
    assert set(evidence.ends) == set(batch.runs)
    for end in evidence.ends.values():
        assert end.control.shape[0] == len(end.names)


def test_a_comparison_that_is_stopped_goes_on_to_the_same_results(tmp_path):
    batch = small(["core_only", "sever_links"])

    def stop(progress: Progress) -> None:
        if progress.stored == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(batch, tmp_path / "stopped", progress=stop)
    assert len(pd.read_parquet(tmp_path / "stopped" / "runs.parquet")) == 2
    counts: list[int] = []
    compare(batch, tmp_path / "stopped", progress=lambda progress: counts.append(progress.stored))
    assert counts == [2, 3, 4, 5, 6]
    compare(batch, tmp_path / "whole")
    for name in ("runs", "series", "events"):
        resumed, whole = (pd.read_parquet(tmp_path / out / f"{name}.parquet") for out in ("stopped", "whole"))
        columns = [column for column in whole if column != "wall_seconds"]
        pd.testing.assert_frame_equal(resumed[columns], whole[columns], check_exact=True)


def test_finished_runs_are_not_run_again(tmp_path):
    counts: list[int] = []
    for _ in range(2):
        counts.clear()
        compare(small(["core_only"], seeds=2), tmp_path, progress=lambda progress: counts.append(progress.stored))
    assert counts == [2]


def test_without_policies_those_are_compared_that_fit_the_scenario():
    assert fitting("levant_2014") == list(list_policies())
    assert fitting("awakening_2006") == [None, "no_intervention"]
