"""What brutality, posture, grievance, rivalry and cover do, each where it is on and only there."""

from datetime import date

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.mechanisms import attitudes, attrition
from model.mechanisms.scale import hostility
from model.state import CORE

START = date(2014, 8, 4)


def plane(weeks=30, **overrides):
    return Simulation(load_scenario("synthetic_plane", overrides={"weeks": weeks} | overrides), seed=1)


def shock(kind, target, amount):
    return {"timeline.shock": {"date": START, "kind": kind, "target": target, "amount": amount, "meaning": "made up"}}


@pytest.mark.parametrize(("posture", "unrest", "expected"), [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.8, 0.4)])
def test_a_crackdown_takes_a_harsh_state_and_somebody_to_crack_down_on(posture, unrest, expected):
    state = plane().state
    state.posture[:], state.unrest[:] = posture, unrest
    state.engaged[:] = 0.0
    attitudes.update(state)
    assert state.grievance_due == pytest.approx(expected * state.parameters.attitudes.crackdown)


def test_without_the_dilemma_neither_threat_nor_posture_moves_legitimacy():
    state = plane(**{"mechanisms.government.posture": False}).state
    state.threat[:] = state.unrest[:] = state.posture[:] = 0.7
    before = state.legitimacy.copy(), state.minority_legitimacy.copy()
    attitudes.update_legitimacy(state)
    assert (state.legitimacy == before[0]).all()
    assert (state.minority_legitimacy == before[1]).all()


@pytest.mark.parametrize(("posture", "unrest", "heat"), [(1.0, 1.0, 0.0), (0.0, 0.0, 50.0)])
def test_minorities_lose_trust_to_a_crackdown_and_to_violence_left_unanswered(posture, unrest, heat):
    state = plane(**{"government.forgetting": 0.0}).state
    state.posture[:], state.unrest[:], state.sectarian_heat[:] = posture, unrest, heat
    before = state.minority_legitimacy.copy()
    attitudes.update_legitimacy(state)
    assert (state.minority_legitimacy < before).all()


def test_grievance_returns_to_a_level_that_follows_minorities_trust():
    simulation = plane(8, **shock("exclusion", "AAA", 1.0))
    before = simulation.state.base_grievance.copy()
    simulation.run()
    assert (simulation.state.base_grievance >= before).all()
    assert simulation.state.base_grievance.sum() > before.sum()


def test_grievance_counts_in_the_contest_for_land_only_where_its_switch_is_on():
    one, other = ({"mechanisms.attitudes.grievance": False, "attitudes.start_grievance": g} for g in (0.2, 1.0))
    runs = [plane(12, **settings) for settings in (one, other)]
    for simulation in runs:
        simulation.state.support[:] = 0.3  # grievance also sets support at the start
        simulation.run()
    assert runs[0].state.people_held[CORE] == pytest.approx(runs[1].state.people_held[CORE])


def test_a_core_that_turns_brutal_is_feared_more_and_supported_less():
    calm = plane(20, **{"core.brutality": 0.2}).run()
    cruel = plane(20, **{"core.brutality": 0.2}, **shock("brutality", "core", 0.6)).run()
    assert cruel.organisations.query("organisation == 'core'").brutality.iloc[-1] > 0.7
    supporters = [run.organisations.query("organisation == 'core'").supporters.iloc[-1] for run in (calm, cruel)]
    assert supporters[1] < supporters[0]


def test_rivals_achieve_more_where_residents_are_unwilling():
    state = plane().state
    state.people_held[:] = 100.0
    state.informers[:] = np.linspace(0.0, 100.0, state.organisations)
    pressure = hostility(state)
    assert (np.diff(pressure) > 0).all()
    assert pressure[[0, -1]].mean() == pytest.approx(1.0)


def test_alliances_lower_hostility_and_without_rivalry_there_is_none():
    full, allied, none = (
        hostility(plane(**switch).state)
        for switch in ({}, {"mechanisms.rivalry.alliances": False}, {"mechanisms.rivalry": False})
    )
    assert (allied < full).all()
    assert (allied > 0).all()
    assert (none == 0).all()


def test_a_band_that_strikes_more_loses_more_men():
    killed = []
    for mix in ([0.2, 0.0, 0.0, 0.0, 0.8], [0.9, 0.0, 0.0, 0.0, 0.1]):
        state = plane(**{"attrition.ground": 0.01, "attrition.commitment": 40.0}).state
        state.activity[1], state.accuracy[1], state.mobilisation[:] = mix, 0.5, 1.0
        attrition.fight(state)
        killed.append(state.killed[1])
    assert 0 < killed[0] < killed[1]


def test_a_defender_needs_reprisals_to_defend_against():
    settings = {"mechanisms.sectarian": False, "mechanisms.communication": False}
    with_bonus, without = (plane(30, **settings, **{"mechanisms.sectarian.defender": on}).run() for on in (True, False))
    assert np.array_equal(with_bonus.rows, without.rows)


def test_a_core_without_land_and_men_ends_although_it_has_a_province_to_go_to():
    shocks = {
        "timeline.land": {"date": START, "kind": "control_loss", "target": "core", "amount": 1.0, "meaning": "made up"},
        "timeline.men": {"date": START, "kind": "fighters_loss", "target": "core", "amount": 1.0, "meaning": "made up"},
    }
    result = plane(12, **shocks, **{"groups.east.status": "province"}).run()
    assert result.outcomes["core_alive"] == 0
    assert "relocation" not in {event.kind for event in result.event_list}


def test_a_core_that_does_not_govern_pays_nothing_for_governing():
    simulation = plane(10, **{"mechanisms.governance": False})
    simulation.run()
    assert simulation.state.accounts["usd_governing"] == 0
    assert simulation.state.accounts["usd_taxes"] == 0
