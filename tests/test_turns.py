"""Policies on the plane: when phases begin and end, what stays when another follows, which links they aim at."""

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.mechanisms import levers, policy
from model.scenario.schema import LEVERS, Phase
from model.state import ATTACK_KINDS, CORE, Status

WEEK, ABROAD = 10, ATTACK_KINDS.index("international")


def scenario(*phases, **overrides):
    """The plane under a policy of these phases, each in force for 40 weeks unless it says otherwise."""
    named = {f"phase_{k}": {"effort": {"strike_core": 0.2}} | phase for k, phase in enumerate(phases)}
    return load_scenario("synthetic_plane", "no_intervention", {"weeks": 40, "policy.phases": named} | overrides)


def state_of(*phases, **overrides):
    state = Simulation(scenario(*phases, **overrides), seed=2).state
    state.ally_effort[:] = 0.5
    return state


def under_way(state, week):
    state.week = week
    return len(policy.under_way(state))


def place(state):
    """A place of the plane that triggers can name."""
    return next(iter(policy.places(state.scenario.model_dump())))


def test_phases_that_should_have_begun_begin_now_and_later_ones_when_they_say():
    state = state_of({"start": 0})
    state.week = WEEK
    policy.turn(state, scenario({"start": 3}, {"start": WEEK + 5}, {"start": 3, "when": "pledge:east"}))
    assert state.phase_week.tolist() == [WEEK, WEEK + 5, -1]
    assert not state.phase_armed.any()


def test_under_the_same_policy_with_other_values_phases_stay_as_they_stood():
    phases = {"start": 2}, {"start": 0, "when": "pledge:east"}
    state = state_of(*phases)
    state.week, state.phase_week[1], state.phase_armed[1] = WEEK, 7, True
    policy.turn(state, scenario(*phases, **{"core.brutality": 0.123}))
    assert state.phase_week.tolist() == [2, 7]
    assert state.phase_armed.tolist() == [False, True]
    assert state.scenario.core.brutality == 0.123


@pytest.mark.parametrize(
    ("then", "stands"),
    [({}, True), ({"delay": 6}, False), ({"when": "pledge:west"}, False), ({"start": 1}, False)],
)
def test_a_phase_that_waited_for_the_same_waits_on_as_it_stood_and_another_waits_anew(then, stands):
    waits = {"start": 0, "when": "pledge:east", "delay": 5}
    state = state_of(waits)
    state.week, state.phase_week[0], state.phase_armed[0] = WEEK, 8, True
    policy.turn(state, scenario({"start": 30}, waits | then))
    assert state.phase_week.tolist() == [30, 8 if stands else -1]
    assert state.phase_armed.tolist() == [False, stands]


def test_effort_is_that_of_the_new_policy_in_the_same_week():
    state = state_of({"start": 0, "effort": {"strike_core": 0.5}})
    state.week = WEEK
    assert policy.efforts(state).total[LEVERS.index("strike_core")] > 0
    policy.turn(state, scenario({"start": 0, "effort": {"sever_links": 0.5}}))
    spent = policy.efforts(state).total
    assert spent[LEVERS.index("strike_core")] == 0 < spent[LEVERS.index("sever_links")]


def test_a_phase_is_under_way_from_its_first_week_to_the_one_before_its_end():
    state = state_of({"start": 4, "end": 9}, {"start": 0, "when": "pledge:east"})
    assert [under_way(state, week) for week in (3, 4, 8, 9)] == [0, 1, 1, 0]


def test_in_the_last_week_and_after_it_phases_without_an_end_are_under_way():
    state = state_of({"start": 4})
    assert [under_way(state, week) for week in (39, 40)] == [1, 1]


def swears(state, pledged, row):
    if pledged:
        state.pledged[row] = True
    else:
        state.status[row] = Status.PROVINCE


@pytest.mark.parametrize("pledged", [True, False])
def test_a_pledge_counts_before_and_after_it_is_taken_on_by_anybody_or_by_who_is_named(pledged):
    state = state_of({"start": 0, "when": "pledge"}, {"start": 0, "when": "pledge:west", "delay": 2})
    policy.start_phases(state)
    assert state.phase_week.tolist() == [-1, -1]
    swears(state, pledged, 1)
    state.week = 6
    policy.start_phases(state)
    assert state.phase_week.tolist() == [6, -1]
    swears(state, pledged, 2)
    state.week = 9
    policy.start_phases(state)
    assert state.phase_week.tolist() == [6, 11]


def test_a_phase_that_has_begun_is_not_put_off_by_what_happens_again():
    state = state_of({"start": 0, "when": "attack_abroad"})
    state.attacks[CORE, ABROAD] = 1.0
    for state.week in (3, 4, 5):
        policy.start_phases(state)
    assert state.phase_week.tolist() == [3]


def test_attacks_abroad_count_of_the_core_and_its_own_and_of_others_where_they_are_named():
    state = state_of({"start": 0, "when": "attack_abroad"}, {"start": 0, "when": "attack_abroad:west"})
    rival = int(np.flatnonzero(state.present & (state.camp != 0))[0])
    state.attacks[:] = 0.0
    state.attacks[CORE, :ABROAD] = 5.0
    state.attacks[rival, ABROAD] = 1.0
    policy.start_phases(state)
    assert state.phase_week.tolist() == [-1, 0 if state.names[rival] == "west" else -1]


def test_a_place_is_lost_when_half_or_less_is_held_after_more_was():
    state = state_of({"start": 0})
    name = place(state)
    state = state_of({"start": 0, "when": f"lost:{name}"})
    for held, begins in ((0.4, -1), (0.6, -1), (0.51, -1), (0.5, 0)):
        state.camp_control[0] = held
        policy.start_phases(state)
        assert state.phase_week[0] == begins


def spent(own, joint, on_top=False):
    """What is spent on strikes on the core where every ally gives a share to something else and all bring a share."""
    state = state_of({"start": 0})
    effort = {"strike_core": joint}
    each = {"allies": {ally: {"basing": own} for ally in state.allies}}
    phases = [Phase(effort=effort, on_top=on_top), Phase(effort=each)]
    return policy.spent(state, phases).total[LEVERS.index("strike_core")] / state.ally_effort.sum()


def test_what_all_bring_comes_from_what_each_has_left_and_is_no_more_than_that():
    assert spent(0.0, 0.5) == pytest.approx(0.5)
    assert spent(0.4, 0.5) == pytest.approx(0.5)
    assert spent(0.8, 0.5) == pytest.approx(0.2)
    assert spent(1.0, 0.5) == 0
    assert spent(0.8, 0.5, on_top=True) == pytest.approx(0.5)


def brought(state, *efforts, on_top=False):
    """What allies spend in phases of these efforts, the last of which may be on top of the rest."""
    phases = [Phase(effort=effort) for effort in efforts]
    phases[-1] = phases[-1].model_copy(update={"on_top": on_top})
    return policy.spent(state, phases)


def test_effort_follows_phases_from_week_to_week_and_what_allies_bring():
    state = state_of({"start": 0, "end": 5}, {"start": 5, "effort": {"strike_core": 0.6}})
    found = []
    for state.week, effort in ((4, 0.5), (5, 0.5), (6, 0.25), (4, 0.25)):
        state.ally_effort[:] = effort
        found.append(policy.efforts(state).total[LEVERS.index("strike_core")])
    assert found == pytest.approx([0.1, 0.3, 0.15, 0.05])


@pytest.mark.parametrize("later", [{"sever_links": 0.4}, {"allies": {"outsider": {"sever_links": 0.4}}}])
def test_a_phase_on_top_takes_nothing_from_what_the_others_spend(later):
    state = state_of()
    alone, both = brought(state, {"strike_core": 0.9}), brought(state, {"strike_core": 0.9}, later, on_top=True)
    assert both.total[LEVERS.index("strike_core")] == alone.total[LEVERS.index("strike_core")] == pytest.approx(0.45)
    assert both.total[LEVERS.index("sever_links")] == pytest.approx(0.2)


def aim(rule, effort=1.0, **overrides):
    """A state of the plane in which links are cut by a rule of targeting, and how much each link is aimed at."""
    state = state_of({"start": 0}, **{"policy.targeting": rule} | overrides)
    state.effort["sever_links"], state.brokers[:] = effort, np.arange(len(state.brokers))
    return state, levers._aim(state)


def test_links_are_aimed_at_by_what_the_rule_of_targeting_says():
    state, brokers = aim("brokers")
    p = state.parameters.communication
    assert brokers == pytest.approx(state.envoys[CORE] + p.envoys_per_broker * state.brokers)
    state, hubs = aim("hubs")
    assert hubs - p.aim_unknown == pytest.approx(state.direct[1:].sum(axis=0))
    state, nearest = aim("nearest")
    assert nearest == pytest.approx(np.exp(-state.distances()[CORE] / p.aim_km))
    assert nearest.argmax() == CORE
    drawn = [aim("random")[1], aim("nearest", **{"mechanisms.communication.brokers": False})[1]]
    assert np.array_equal(*drawn)
    assert len(np.unique(drawn[0])) == len(drawn[0])


def test_without_effort_against_links_no_rule_matters():
    """Nothing is cut then: what is returned is what is known anyway."""
    state, aimed = aim("nearest", effort=0.0)
    assert np.array_equal(aimed, state.envoys[CORE])
