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


def test_what_a_policy_states_once_for_all_phases_is_told():
    first = load_scenario("levant_2014", policy="core_only").policy
    assert turned(first, first) == []
    assert turned(first, first.model_copy(update={"targeting": "random"})) == ["targeting = random"]
