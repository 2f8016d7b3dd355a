"""Where numbers end: shares stay shares, caps hold, and what is there once is not there twice."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, sworn

from model import kernels
from model.mechanisms import (
    alignment,
    attitudes,
    communication,
    diaspora,
    governance,
    links,
    territory,
    violence,
)
from model.state import CORE


def aggrieved(due, start=0.2, calming=0.01, **overrides):
    """Grievance of the plane after the week in which it is brought up to date, and its base."""
    state = plane(**{"attitudes.calming": calming, "attitudes.turn_weeks": 4.0} | overrides)
    state.week, state.engaged[:], state.strikes[:], state.militia[:] = 3, 0.0, 0.0, 0.0
    state.posture[:], state.reprisals[:], state.doses[:] = 0.0, 0.0, 0.0
    state.grievance[:], state.grievance_due[:] = start, due
    attitudes.update(state)
    assert not state.grievance_due.any()
    return state.grievance, state.base_grievance


def test_grievance_rises_by_no_more_than_a_jump_at_once_and_calms_to_its_base_and_not_below():
    jump = {"attitudes.grievance_jump": 0.1}
    still = {"calming": 0.0}
    assert aggrieved(0.05, **jump, **still)[0] == pytest.approx(0.2 + 0.05 * 0.8)
    assert aggrieved(9.0, **jump, **still)[0] == pytest.approx(0.2 + 0.1 * 0.8)
    slow, base = aggrieved(0.0, calming=0.01)
    assert slow == pytest.approx(0.2 - 4 * 0.01 * (0.2 - base))
    fast, base = aggrieved(0.0, calming=5.0)
    assert fast == pytest.approx(base)


def test_grievance_waits_for_its_turn_and_what_is_due_adds_up():
    state = plane(**{"attitudes.turn_weeks": 4.0})
    state.week, state.posture[:], state.unrest[:] = 4, 1.0, 1.0
    before = state.grievance.copy()
    dues = []
    for state.week in (4, 5, 6):
        attitudes.update(state)
        dues.append(float(state.grievance_due[0]))
    assert np.array_equal(state.grievance, before)
    assert 0 < dues[0] < dues[1] < dues[2]


@pytest.mark.parametrize(("strain", "rally", "limit"), [(50.0, 0.0, 0.01), (0.0, 50.0, 1.0)])
def test_legitimacy_stays_a_share(strain, rally, limit):
    state = plane(**{"government.strain": strain, "government.rally": rally, "government.alienation": 50.0})
    state.threat[:], state.posture[:], state.unrest[:] = 1.0, 1.0, 1.0
    attitudes.update_legitimacy(state)
    assert state.legitimacy[0] == limit
    assert state.minority_legitimacy[0] == 0.0


def test_many_attacks_are_drawn_as_well_as_few():
    counts, rates = np.empty(4), np.array([0.0, 3.0, 800.0, 50_000.0])
    kernels.poisson_counts(np.full(4, 0.5), rates, counts)
    assert counts == pytest.approx([0, 3, 800, 50_000], rel=1e-3)
    low, high = np.empty(1), np.empty(1)
    kernels.poisson_counts(np.array([0.001]), np.array([50_000.0]), low)
    kernels.poisson_counts(np.array([0.999]), np.array([50_000.0]), high)
    assert low[0] < 50_000 < high[0]


def test_conduct_stays_within_its_range_and_the_core_follows_itself():
    state = sworn(plane(**{"alignment.delivery": 5.0, "alignment.target": 1.0, "alignment.drift": 9.0}), EAST)
    state.harshness[:], state.own_brutality[:], state.trust[:] = 5.0, 0.9, 1.0
    state.alignment[CORE] = 0.2
    alignment.update(state)
    assert state.alignment[CORE] == 1.0
    assert state.alignment[EAST] == 1.0
    assert state.brutality[[CORE, EAST, WEST]].tolist() == [1.0, 1.0, 1.0]
    state.delivered[:], state.own_alignment[:] = 0.0, 0.0
    alignment.update(state)
    assert state.alignment[EAST] == 0.0
    assert state.trust[EAST] == pytest.approx(1 - state.parameters.alignment.trust_loss)


def test_the_core_writes_to_members_while_it_lives_and_what_is_silent_is_counted():
    for alive in (True, False):
        state = sworn(fortune(plane(), communication_delivered=0.0, communication_sent=0.5), EAST)
        state.core_alive, state.traffic[:], state.silence[:] = alive, 2.0, 3.0
        state.envoys[CORE, EAST] = 50.0
        communication.exchange(state)
        assert (state.sent[EAST] > 0) == alive
        assert not state.sent[WEST]
        assert state.silence[EAST] == (0.0 if alive else 4.0)
        assert state.silence[WEST] == 0.0
        assert (state.quality[EAST] > 0) == alive


def test_a_link_that_is_too_bad_carries_nothing_and_no_more_brokers_are_lost_than_there_are():
    state = sworn(fortune(plane(), brokers_lost=0.999), EAST)
    state.parameters.communication.least_quality, state.brokers[EAST] = 0.999, 1.0
    state.parameters.communication.broker_loss = 1.0
    communication.exchange(state)
    assert state.quality[EAST] == 0
    assert state.brokers[EAST] == 0


def test_takedowns_hit_media_of_the_core_s_bloc_only_and_fade():
    state = sworn(plane(), EAST)
    state.sever[EAST] = 0.5
    communication.exchange(state)
    assert state.suppression[CORE] == state.suppression[EAST] > 0
    assert state.suppression[WEST] == 0
    before, state.sever[:] = state.suppression[EAST], 0.0
    communication.exchange(state)
    assert 0 < state.suppression[EAST] < before


def watched(effort, **overrides):
    state = sworn(fortune(plane(**overrides), communication_intercepted=0.0, communication_sent=0.5), EAST)
    state.traffic[:], state.exposure[:] = 2.0, 0.0
    for lever in ("strike_core", "strike_provinces"):
        state.effort[lever] = effort
    communication.exchange(state)
    return state


def test_traffic_is_intercepted_only_where_somebody_watches_and_exposure_is_a_share():
    assert watched(0.0).intercepted.sum() == 0
    state = watched(0.5, **{"links.exposure": 9.0})
    assert state.intercepted[EAST] == 1
    assert state.exposure[EAST] == 1.0
    assert 0 < state.exposure[CORE] <= 1


def governed(week=0, weeks=1, **fields):
    state = plane(**{"government.turn_weeks": 4.0})
    state.attacks[:], state.attacks_in[:], state.held[:] = 0.0, 0.0, 0.0
    state.unrest[:] = state.threat[:] = 0.5
    for name, value in fields.items():
        getattr(state, name)[:] = value
    for state.week in range(week, week + weeks):
        governance.govern(state)
    return state


def test_a_state_mobilises_in_its_turn_towards_all_it_has_and_not_at_peace():
    base = plane().parameters.government.base_mobilisation
    assert governed(unrest=0.9).mobilisation[0] > base
    assert governed(1, 3, unrest=0.9).mobilisation[0] == base  # not its turn
    assert governed(unrest=0.0, threat=0.0, mobilisation=base).mobilisation[0] == base
    peace = plane().parameters.government.peace
    nearly = {"unrest": peace / 2, "threat": peace / 2}
    assert governed(**nearly, mobilisation=base + peace / 2).mobilisation[0] == base + peace / 2
    assert governed(**nearly, mobilisation=base + 2 * peace).mobilisation[0] < base + 2 * peace
    high = governed(0, 400, attacks=1e9, attacks_in=1e9).mobilisation[0]
    assert 0.99 < high <= 1.0
    assert governed(unrest=0.0, threat=0.0, mobilisation=0.9).mobilisation[0] < 0.9


def test_alarm_comes_quickly_and_goes_slowly():
    p = plane().parameters.government
    calm, alarmed = governed(threat=0.5).threat[0], governed(threat=0.0, attacks_in=1e9).threat[0]
    assert alarmed == pytest.approx(p.attention)
    assert 0.5 - calm == pytest.approx(0.5 * p.attention * p.complacency)
    assert governed(unrest=0.0, attacks=1e9).unrest[0] == pytest.approx(p.attention)


def test_no_country_joins_twice_and_only_threat_makes_it_join():
    for coalition, threat, expected in ((False, 0.9, True), (True, 0.9, False), (False, 0.0, False)):
        state = fortune(plane(**{"government.joining": 0.5}), coalition=0.3)
        state.coalition[:], state.threat[:], state.unrest[:], state.attacks_in[:] = coalition, threat, 0.9, 0.0
        state.held[:] = 0.0
        assert bool(governance.govern(state)[0]) == expected


def test_what_provinces_tie_down_is_at_most_all_and_drive_has_its_limits():
    state = sworn(plane(**{"links.tied_soldiers": 1e9, "links.escalation": 1.0, "links.orders": 9.0}), EAST)
    state.people_before, state.alignment[:], state.own_drive[:] = 3.0 * float(state.people_held[CORE]), 1.0, 1.5
    for _ in range(30):
        links.carry(state)
    assert state.distraction[0] == 1.0
    assert state.drive[EAST] == 2.0
    assert 0 < state.relief[CORE] < 1
    state.present[CORE] = False
    links.carry(state)
    assert state.relief[CORE] == 0.0


def large(severity=0.999999, sanction=0.5, alignment=0.4, **overrides):
    """The plane's province after a week of attacks, of which one is as deadly as can be."""
    state = sworn(fortune(plane(**overrides), attacks=0.9, severity=severity, sanction=sanction), EAST)
    state.alignment[:], state.local_fighters[:], state.staged[:] = alignment, 2e4, 0.0
    violence.attack(state)
    return state


def test_a_large_attack_is_unwanted_by_chance_the_more_a_province_strays():
    p = plane().parameters.violence
    assert large().unsanctioned[EAST] == 1
    assert large(sanction=0.3).unsanctioned[EAST] == 0
    assert large(alignment=0.6).unsanctioned[EAST] == 0
    assert large(severity=0.0).unsanctioned[EAST] == 0  # no large one
    assert large().unsanctioned[[CORE, WEST]].tolist() == [0, 0]
    state = large()
    count = state.attacks[EAST].sum()
    assert state.deaths[EAST] == np.rint(p.most_deaths + (count - 1) * p.least_deaths * p.other_deaths)


def test_a_staged_attack_counts_once():
    state = sworn(fortune(plane(), severity=0.0, sanction=0.9), EAST)
    state.staged[EAST] = 1.0
    counts = []
    for state.week in range(2):
        violence.attack(state)
        counts.append(state.unsanctioned[EAST])
    assert counts == [1, 0]


def test_only_the_bloc_s_attacks_alarm_its_countries():
    state = fortune(plane(), attacks=0.9)
    state.local_fighters[:] = 2e4
    state.local_fighters[CORE] = state.foreign_fighters[CORE] = 0.0
    violence.attack(state)
    assert state.attacks[[EAST, WEST], :2].sum() > 0
    assert state.attacks_in[0] == 0
    sworn(state, EAST)
    violence.attack(state)
    assert state.attacks_in[0] == pytest.approx(state.attacks[EAST, :2].sum())


def plotted(**fields):
    state = fortune(plane(**{"diaspora.rate": 1e-3, "diaspora.vigilance": 0.5}), diaspora=0.5)
    state.prestige, state.diaspora_dose = 0.8, 0.0
    for name, value in fields.items():
        getattr(state, name)[:] = value
    diaspora.update(state)
    return state


def test_a_diaspora_is_moved_by_who_fights_at_home_and_watched_where_allies_feel_threatened():
    assert plotted().diaspora_risk[0] > plotted(camp=-1).diaspora_risk[0] > 0
    assert plotted(local_fighters=0.0, foreign_fighters=0.0).diaspora_risk[0] == 0  # nobody fights
    assert plotted(ally_threat=1.0).reports > plotted(ally_threat=0.0).reports == 0
    assert plotted(ally_threat=1.0).diaspora_risk[0] < plotted(ally_threat=0.0).diaspora_risk[0]


def test_brokers_are_few_however_many_envoys_there_are_and_watching_more_than_fully_helps_no_more():
    state = sworn(plane(), EAST)
    state.envoys[CORE, EAST] = 1e4
    kernels.count_brokers(state.organisation_records, state.envoys, state.parameters.communication.record)
    assert state.brokers[EAST] == 5
    p = plane().parameters.communication
    full = 1 - np.exp(-p.interception * 2.0 * p.collection)  # of two messages
    for luck, caught in ((full - 1e-6, 1), (full + 1e-6, 0)):
        state = sworn(fortune(plane(), communication_intercepted=luck, communication_sent=0.5), EAST)
        state.traffic[:], state.exposure[:] = 2.0, 0.0
        for lever in ("strike_core", "strike_provinces"):
            state.effort[lever] = 1.0
        communication.exchange(state)
        assert state.intercepted[EAST] == caught


def test_a_week_of_fronts_is_divided_into_steps_in_which_no_cell_changes_by_more_than_stated():
    for speed in (1.0, 5.0):
        for hurry in (1.0, 2.0):
            state = plane()
            state.parameters.territory.speed *= speed
            state.drive[:] = hurry
            state.cache.clear()
            steps, most = territory.sub_steps(state), state.parameters.territory.most_flow
            largest = territory.flow(state).sum(axis=1).max() * hurry / 2  # from two sides at most
            assert steps - 1 < largest / most <= steps


def test_borders_close_as_far_as_a_state_can_and_no_further_and_no_guide_is_worse_than_none():
    state = plane(**{"government.answer_speed": 1.0})
    state.own_effectiveness[:], state.passing[:] = 5.0, 1e9
    governance.govern(state)
    assert state.border_answer[0] == pytest.approx(1.0)
    assert state.border_control[0] <= 1.0
    state = sworn(plane(**{"links.fighters": 5.0}), EAST, quality=0.0)
    links.carry(state)
    assert state.guidance[EAST] == 0.0
