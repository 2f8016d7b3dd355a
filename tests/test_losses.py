"""Who is killed by whom: leaders, fighters, soldiers; losses have caps, their sum is kept, and aim matters."""

from itertools import pairwise

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, switched, sworn

from model import kernels
from model.mechanisms import attrition
from model.state import CORE, Status

NO_LUCK = {"killed_local": 0.5, "killed_foreign": 0.5, "rivals_local": 0.5, "rivals_foreign": 0.5}


def fought(strikes=0.0, leader_strikes=0.0, forces=None, rivals=False, **overrides):
    """The plane after a week of losses, and the fighters there were; states are strong where `forces` says so."""
    state = fortune(plane(**switched(rivalry=rivals), **overrides), **NO_LUCK)
    state.strikes[:], state.leader_strikes[:] = strikes, leader_strikes
    state.mobilisation[:] = 1.0
    if forces is not None:
        state.forces[:] = forces
    before = state.fighters.copy()
    attrition.fight(state)
    return state, before


def test_killing_leaders_lowers_skill_and_the_more_the_harder_they_are_struck():
    skill = [fought(leader_strikes=dose)[0].skill[CORE] for dose in (0.0, 0.3, 1.0)]
    assert skill[0] == pytest.approx(1.5)  # full skill: nothing to recover
    assert skill[0] > skill[1] > skill[2] > 0


def test_skill_recovers_towards_full_skill_and_what_the_core_taught_and_never_beyond():
    for taught, start in ((0.0, 0.2), (0.4, 0.2), (0.0, 3.0)):
        state = plane()
        state.taught[EAST], state.skill[EAST] = taught, start
        goal = state.full_skill[EAST] + taught
        gaps = []
        for _ in range(30):
            attrition.fight(state)
            gaps.append(goal - state.skill[EAST])
        assert all(0 < later / earlier < 1 for earlier, later in pairwise(gaps))
        assert np.sign(gaps[-1]) == np.sign(goal - start)


def test_leaders_are_hit_only_as_far_as_fire_is_accurate():
    skills = []
    for base in (0.0, 0.5):
        settings = {"accuracy.base": base, "accuracy.tips": 0.0, "accuracy.interception": 0.0}
        state = plane(**settings)
        state.state_accuracy[:], state.leader_strikes[:] = 0.0, 1.0
        attrition.fight(state)
        skills.append(state.skill[CORE])
    assert skills[0] == pytest.approx(1.5)
    assert skills[1] == pytest.approx(1.5 * (1 - 0.5 * plane().parameters.attrition.leaders))


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_states_and_strikes_kill_no_more_than_a_stated_share_in_a_week(share):
    settings = {"attrition.strikes": 1.0, "attrition.ground": 1.0, "attrition.most_lost": share}
    state, before = fought(strikes=100.0, forces=1e9, **settings)
    there = before > 0
    assert state.killed[there] == pytest.approx(share * before[there], abs=1.0)
    assert state.killed[CORE] <= share * before[CORE] + 1


def test_rivals_kill_no_more_than_a_stated_share_in_a_week():
    state, before = fought(rivals=True, forces=0.0, **{"rivalry.rate": 1e3, "rivalry.most_lost": 0.2})
    dead = before - state.fighters
    assert dead[[CORE, EAST, WEST]] == pytest.approx(0.2 * before[[CORE, EAST, WEST]], abs=1.0)
    assert state.killed_by[[EAST, WEST], 2] == pytest.approx(dead[[EAST, WEST]])


@pytest.mark.parametrize(("strikes", "forces", "rivals"), [(1.0, None, False), (0.0, None, True), (0.7, 2e4, True)])
def test_every_death_is_counted_once_and_has_one_killer(strikes, forces, rivals):
    state, before = fought(strikes, forces=forces, rivals=rivals, **{"attrition.strikes": 0.05, "rivalry.rate": 3e-3})
    assert before - state.fighters == pytest.approx(state.killed)
    assert state.killed_by.sum(axis=1) == pytest.approx(state.killed)
    assert (state.killed_by >= 0).all()
    assert state.accounts["fighters_killed"] == pytest.approx(state.killed.sum())
    assert state.killed.sum() > 0


def test_without_forces_strikes_or_rivals_nobody_is_killed():
    state, before = fought(forces=0.0)
    assert (state.fighters == before).all()
    assert not state.killed_by.any()


@pytest.mark.parametrize("cause", ["strikes", "forces"])
def test_more_force_kills_more_and_its_kind_is_named(cause):
    dead = []
    for size in (1.0, 3.0):
        less = {"strikes": size / 4, "forces": 0.0} if cause == "strikes" else {"forces": 1e4 * size}
        state, _ = fought(**less, **{"attrition.strikes": 0.05, "attrition.ground": 0.01})
        column = 0 if cause == "strikes" else 1
        assert state.killed_by[CORE, column] == pytest.approx(state.killed[CORE])
        dead.append(state.killed[CORE])
    assert 0 < dead[0] < dead[1]


def test_who_hides_loses_fewer_men_to_strikes():
    dead = []
    for concealment in (1.0, 4.0):
        state = fortune(plane(**{"attrition.strikes": 0.2}), **NO_LUCK)
        state.strikes[:], state.forces[:], state.concealment[:] = 1.0, 0.0, concealment
        attrition.fight(state)
        dead.append(state.killed[CORE])
    assert dead[0] == pytest.approx(4 * dead[1], rel=0.01)


def test_strikes_hit_something_without_any_accuracy_and_more_with_it():
    dead = []
    for accuracy in (0.0, 0.5):
        state = fortune(plane(**{"attrition.strikes": 0.2, "accuracy.base": accuracy, "accuracy.tips": 0.0}), **NO_LUCK)
        state.strikes[:], state.forces[:], state.state_accuracy[:] = 1.0, 0.0, 0.0
        attrition.fight(state)
        dead.append(state.killed[CORE])
    assert dead[1] == pytest.approx(dead[0] * (0.5 + 0.5) / 0.5, rel=0.01)


def accuracy_of(**fields):
    state = plane(**{"accuracy.base": 0.2})
    state.people_held[:], state.informers[:], state.exposure[:] = 1000.0, 0.0, 0.0
    state.state_accuracy[:], state.training[:] = 0.0, 0.0
    for name, value in fields.items():
        getattr(state, name)[...] = value
    attrition.fight(state)
    return state.accuracy[CORE]


def test_accuracy_rises_with_tips_interception_reports_and_what_states_can_do_up_to_its_most():
    base, p = accuracy_of(), plane().parameters.accuracy
    assert base == pytest.approx(0.2)
    assert accuracy_of(informers=500.0) == pytest.approx(base + p.tips / 2)
    assert accuracy_of(exposure=0.5) == pytest.approx(base + p.interception / 2)
    assert accuracy_of(state_accuracy=0.1) == pytest.approx(base + 0.1)
    assert accuracy_of(state_accuracy=5.0) == p.most == 0.95
    assert accuracy_of(state_accuracy=-5.0) == 0.0


def test_soldiers_fall_to_attacks_on_states_are_replaced_and_are_never_fewer_than_none():
    state = plane()
    p, full = state.parameters.attrition, state.full_forces[0]
    state.attacks[:], state.attacks[EAST, 0] = 0.0, 10.0
    attrition.fight(state)
    assert state.forces[0] == full - 10 * p.soldiers
    state.attacks[:] = 0.0
    attrition.fight(state)
    assert state.forces[0] == full - 10 * p.soldiers + np.floor(p.rebuilding * 10 * p.soldiers)
    state.forces[:] = full + 50
    attrition.fight(state)
    assert state.forces[0] == full + 50  # no state dismisses what it has
    state.attacks[EAST, 0] = 1e9
    attrition.fight(state)
    assert state.forces[0] == 0


def test_a_state_commits_no_more_soldiers_to_a_fighter_than_stated():
    state, _ = fought(forces=1e9)
    assert state.engaged[CORE] == pytest.approx(state.parameters.attrition.commitment * 6000, rel=0.001)
    weak, _ = fought(forces=100.0)
    shares = weak.engaged / weak.engaged.sum()
    assert shares[[CORE, EAST, WEST]] == pytest.approx([6 / 7, 0.5 / 7, 0.5 / 7], rel=0.001)
    assert weak.engaged.sum() == pytest.approx(100.0 * weak.effectiveness[0], rel=0.001)


def harm_of(**fields):
    state = plane()
    state.people_held[:], state.accuracy[:], state.engaged[:], state.strikes[:] = 1e6, 0.4, 0.0, 0.0
    for name, value in fields.items():
        getattr(state, name)[...] = value
    harm = np.empty(len(state.countries))
    record = state.parameters.attrition.record
    kernels.collateral(state.organisation_records, state.stays, record, harm)
    return harm[0]


def test_fire_that_misses_does_harm_and_fire_that_hits_does_not():
    assert harm_of() == 0
    assert harm_of(strikes=1.0) == pytest.approx(3 * 0.01 * 0.6)  # three organisations x collateral x what misses
    assert harm_of(strikes=1.0, accuracy=1.0) == 0
    assert harm_of(engaged=1e4, accuracy=1.0) == 0
    assert harm_of(engaged=2e4) == pytest.approx(2 * harm_of(engaged=1e4))
    assert harm_of(engaged=1e4) > 0
    assert harm_of(engaged=1e4, local_fighters=1e9) == 0  # where all are fighters nobody else is hit
    assert harm_of(engaged=1e4, people_held=4e6) < harm_of(engaged=1e4)
    assert harm_of(strikes=1.0, present=False) == 0


def test_rivals_fight_across_the_core_s_bloc_only_and_who_spares_is_spared():
    settings = {"rivalry.rate": 3e-3}
    state, _ = fought(rivals=True, forces=0.0, **settings)
    assert (state.killed_by[[CORE, EAST, WEST], 2] > 0).all()
    state = fortune(plane(**settings), **NO_LUCK)
    sworn(state, EAST, WEST).forces[:] = 0.0
    attrition.fight(state)
    assert not state.killed_by[:, 2].any()  # one bloc
    state = fortune(plane(**settings), **NO_LUCK)
    state.forces[:], state.sparing[WEST] = 0.0, 1.0
    sworn(state, EAST)
    attrition.fight(state)
    assert not state.killed_by[:, 2].any()


def test_an_organisation_without_men_ends_with_its_land_and_money_and_the_core_does_not():
    state = plane()
    state.local_fighters[:], state.foreign_fighters[:] = 0.0, 0.4
    money, men = state.treasury[[EAST, WEST]].sum(), state.fighters[[EAST, WEST]].sum()
    assert attrition.remove_extinct(state) == [EAST, WEST]
    assert state.present[CORE]
    assert not state.present[[EAST, WEST]].any()
    assert not state.control[[EAST, WEST]].any()
    assert state.accounts["usd_lost"] == pytest.approx(money)
    assert state.accounts["fighters_lost"] == pytest.approx(men)
    assert not state.fighters[[EAST, WEST]].any()
    assert not state.treasury[[EAST, WEST]].any()
    assert (state.camp[[EAST, WEST]] == -1).all()
    assert attrition.remove_extinct(state) == []


def test_a_group_without_men_ends_while_the_core_has_some():
    state = plane()
    state.local_fighters[EAST] = state.foreign_fighters[EAST] = 0.0
    assert attrition.remove_extinct(state) == [EAST]


def test_a_band_of_one_man_goes_on():
    state = plane()
    state.local_fighters[EAST], state.foreign_fighters[EAST] = 0.0, 1.0
    assert attrition.remove_extinct(state) == []


def test_an_organisation_ends_with_its_last_fighter_and_leaves_nothing():
    state = sworn(plane(), EAST)
    state.local_fighters[[CORE, EAST, WEST]], state.foreign_fighters[:] = (0.0, 1.0, 1.0), 0.0
    state.treasury[EAST], state.pledged[EAST] = 500.0, True
    assert attrition.remove_extinct(state) == []
    state.local_fighters[WEST] = 0.0
    assert attrition.remove_extinct(state) == [WEST]  # one fighter is enough, and the core's end is its own affair
    assert state.present[[CORE, EAST]].all()
    state.local_fighters[EAST] = 0.0
    before = state.accounts.get("usd_lost", 0.0)
    assert attrition.remove_extinct(state) == [EAST]
    assert not state.present[EAST]
    assert not state.pledged[EAST]
    assert (state.status[EAST], state.camp[EAST], state.treasury[EAST]) == (Status.INDEPENDENT, -1, 0.0)
    assert not state.control[EAST].any()
    assert state.accounts["usd_lost"] - before == 500.0


def test_who_ends_with_fighters_loses_them_and_the_core_stays_a_core():
    state = sworn(plane(), EAST)
    fighters = state.accounts.get("fighters_lost", 0.0)
    state.local_fighters[[CORE, EAST]], state.foreign_fighters[[CORE, EAST]] = 30.0, 5.0
    for row, status in ((CORE, Status.CORE), (EAST, Status.INDEPENDENT)):
        attrition.end(state, row)
        assert state.status[row] == status
        assert not state.fighters[row]
    assert state.accounts["fighters_lost"] - fighters == 70.0
