"""A policy as a file is the same policy; one that goes on as another keeps each to its time."""

from datetime import date

import pytest

from experiments.batch.errors import UserError
from experiments.history.target import SCENARIO
from experiments.points.policy_files import policy_text, then, turned
from model.scenario import list_policies, load_scenario

DAY = date(2016, 1, 1)


@pytest.mark.parametrize("name", list_policies())
def test_a_policy_written_and_read_again_is_the_same(name, tmp_path):
    policy = load_scenario("levant_2014", policy=name).policy
    file = tmp_path / "policy.toml"
    file.write_text(policy_text(policy), encoding="utf-8")
    assert load_scenario("levant_2014", policy=file).policy == policy


def test_what_was_done_holds_until_the_day_and_the_other_from_then_on(tmp_path):
    scenario = load_scenario(SCENARIO)
    second = load_scenario("levant_2014", policy="sever_links").policy
    both = then(scenario.policy, second, DAY, scenario.start)
    before = {name: phase for name, phase in both.phases.items() if name.startswith("before_")}
    after = {name: phase for name, phase in both.phases.items() if name.startswith("after_")}
    assert len(before) == len(scenario.policy.phases)
    assert max(phase.end for phase in before.values()) == DAY
    assert all(phase.start == DAY for phase in after.values())
    file = tmp_path / "policy.toml"
    file.write_text(policy_text(both), encoding="utf-8")
    assert load_scenario(SCENARIO, policy=file, overrides={"weeks": 130}).policy == both


def test_phases_in_weeks_count_from_the_start_and_those_that_are_over_are_left_out():
    policy = load_scenario("levant_2014", policy="core_only").policy
    phase = next(iter(policy.phases.values()))
    weekly = policy.model_copy(update={"phases": {
        "over": phase.model_copy(update={"start": 0, "end": 10}),
        "later": phase.model_copy(update={"start": 100, "end": 120}),
    }})  # fmt: skip
    both = then(policy, weekly, DAY, date(2014, 6, 9))
    assert both.phases["after_later"].start == date(2016, 5, 9)
    assert "after_over" not in both.phases
    over = weekly.model_copy(update={"phases": {"over": weekly.phases["over"]}})
    with pytest.raises(UserError, match="no phase of the policy core_only reaches beyond 2016-01-01"):
        then(policy, over, DAY, date(2014, 6, 9))


def test_a_policy_of_more_effort_is_on_top_only_from_its_day_on(tmp_path):
    scenario = load_scenario(SCENARIO)
    more = load_scenario("levant_2014", policy="essay").policy
    both = then(scenario.policy, more, DAY, scenario.start)
    assert more.on_top
    assert not both.on_top
    assert {name.partition("_")[0]: phase.on_top for name, phase in both.phases.items()} == {
        "before": False,
        "after": True,
    }
    assert both.heading.endswith("(more effort)")
    file = tmp_path / "policy.toml"
    file.write_text(policy_text(both), encoding="utf-8")
    assert load_scenario(SCENARIO, policy=file, overrides={"weeks": 130}).policy == both
    back = then(more, scenario.policy, DAY, scenario.start)
    assert {name.partition("_")[0]: phase.on_top for name, phase in back.phases.items()} == {
        "before": True,
        "after": False,
    }


def test_a_phase_that_waits_may_end_sooner_after_the_day_than_its_delay(tmp_path):
    """What it waits for may have happened long before."""
    scenario = load_scenario(SCENARIO)
    base = load_scenario("levant_2014", policy="core_only").policy
    phase = next(iter(base.phases.values())).model_copy(
        update={"start": 0, "end": date(2016, 6, 1), "when": "lost:Mosul", "delay": 60}
    )
    both = then(scenario.policy, base.model_copy(update={"phases": {"waits": phase}}), DAY, scenario.start)
    file = tmp_path / "policy.toml"
    file.write_text(policy_text(both), encoding="utf-8")
    assert load_scenario(SCENARIO, policy=file, overrides={"weeks": 130}).policy.phases["after_waits"].delay == 60


def test_what_a_policy_states_once_for_all_phases_is_told():
    first = load_scenario("levant_2014", policy="core_only").policy
    assert turned(first, first) == []
    assert turned(first, first.model_copy(update={"targeting": "random"})) == ["targeting = random"]
