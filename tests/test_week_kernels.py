"""The small loops of a week against the same in NumPy."""

from copy import deepcopy

import numpy as np
import pytest
from reference_allies import look, weigh_countries

from model import Simulation, kernels, load_scenario
from model.agents import ally
from model.mechanisms import foreign_fighters, operations, stances
from model.state import CORE, KILLERS, Operation, Stance


@pytest.fixture(scope="module")
def simulation():
    scenario = load_scenario("levant_2014", policy="comprehensive", overrides={"weeks": 60, "resolution": 1.0})
    simulation = Simulation(scenario, seed=3)
    for _ in range(45):
        simulation.step()
    return simulation


@pytest.fixture
def state(simulation):
    return deepcopy(simulation.state)


def test_control_lies_in_active_cells_only(state):
    held = state.control > 0
    for row in range(state.organisations):
        held[row, state.active_cells[row, : state.active_count[row]]] = False
    assert not held.any()


def test_organisations_underground_give_up_a_share_of_all_their_land(state):
    state.stance[:2] = Stance.UNDERGROUND
    hidden = state.stance == Stance.UNDERGROUND
    expected = state.control * np.where(hidden, 1 - state.parameters.stances.fading, 1.0)[:, None]
    assert state.control[CORE].sum() > 0
    stances.give_up(state)
    assert np.array_equal(state.control, expected)


def test_what_organisations_remember(state):
    p, share = state.parameters.stances, state.killed / np.maximum(state.fighters + state.killed, 1.0)
    rate = state.loss_rate + (share - state.loss_rate) / p.memory
    past = state.people_past + (state.people_held - state.people_past) / p.memory
    peak = np.maximum(state.people_held, state.peak_people * (1 - p.forgetting))
    stances.remember(state)
    assert np.array_equal(state.loss_rate, rate)
    assert np.array_equal(state.people_past, past)
    assert np.array_equal(state.peak_people, peak)


def test_people_flee_from_fronts_under_the_strongest_ruler(state):
    p = state.parameters.displacement
    state.total_before[:] = np.maximum(0.0, state.total - 0.3)
    state.is_away[:] = False
    moved = np.abs(state.total - state.total_before)
    moved[moved <= p.front_least] = 0.0
    due = state.flight_due + p.front * state.brutality[state.control.argmax(axis=0)] * moved * state.people
    count = kernels.flee_from_fronts(
        state.organisation_records, state.cells, state.total_before, state.away_cells, state.is_away, 0,
        p.record,
    )  # fmt: skip
    assert count == (moved > 0).sum() > 0
    assert np.array_equal(state.flight_due, due)
    assert np.array_equal(np.flatnonzero(state.is_away), np.sort(state.away_cells[:count]))
    assert np.array_equal(state.total_before, state.total)


def test_the_dead_of_a_week_by_kind_of_attack(state):
    dead, attacks = np.empty((4, state.organisations)), state.attacks.sum(axis=1)
    in_bloc, waiting = np.empty(state.organisations, dtype=bool), np.ones(state.organisations)
    kernels.count_dead(state.organisation_records, dead, in_bloc, waiting)
    assert np.array_equal(in_bloc, state.camp == 0)
    assert np.array_equal(waiting, 1.0 + (dead[0] + dead[3]))
    for kind in range(3):
        assert dead[kind] == pytest.approx(state.deaths * state.attacks[:, kind] / np.maximum(attacks, 1.0))
    assert np.array_equal(dead[3], state.killed - state.killed_by[:, KILLERS.index("rivals")])


def test_what_armies_of_countries_and_partners_could_send(state):
    p, count, table = state.parameters.operations, len(state.countries), operations.partner_table(state)
    state.distraction[:] = np.linspace(0.0, 0.9, count)
    state.doses[-1], state.standing[::3] = np.linspace(0.1, 0.8, count), False
    able = p.deployable * state.mobilisation * (1 - state.distraction)
    there = (table.first <= state.week) & (state.week < table.last)
    support = 1 + p.support * state.doses[-1][table.home]
    expected = np.append(state.forces * state.effectiveness * able, there * table.worth * support) * state.standing
    assert operations.strengths(state) == pytest.approx(expected)
    assert len(set(there.tolist())) == 2


def test_what_is_sent_to_sectors_becomes_power_and_pressure(state):
    operations.look(state)
    state.operation_phase[0], state.operation[0] = Operation.ATTACK, operations.lists(state).sectors[0]
    operations.send(state)
    at_stake = np.maximum(state.sector_held, state.sector_exposed) + state.parameters.territory.district
    assert state.massed == pytest.approx(1000 * state.deployed.sum(axis=0) / at_stake)
    attacked = state.operation[state.operation_phase == Operation.ATTACK]
    assert set(np.flatnonzero(state.push == 1.0)) == set(attacked.tolist())


def test_armies_lose_soldiers_only_where_land_was_taken(state):
    operations.look(state)
    operations.send(state)
    p, before = state.parameters.operations, state.deployed.copy()
    state.taken[:] = 0.0
    sector = int(np.argmax(before.sum(axis=0)))
    state.taken[sector] = open_to = max(operations.residents(state)[sector] - state.sector_held[sector], 1.0)
    operations.lose(state)
    there = before[:, sector] > 0
    assert open_to > 0
    assert there.any()
    assert state.deployed[there, sector] == pytest.approx(before[there, sector] * (1 - p.rout))
    others = np.arange(before.shape[1]) != sector
    assert np.array_equal(state.deployed[:, others], before[:, others])


@pytest.mark.parametrize("division", ["divided", "duplicated"])
def test_allies_see_learn_and_take_countries_on_as_the_equations_say(division):
    changes = {"weeks": 60, "resolution": 1.0, "policy.division": division}
    simulation = Simulation(load_scenario("levant_2014", policy="comprehensive", overrides=changes), seed=3)
    simulation.run_for(42)
    state, looking = simulation.state, [each for each in simulation.allies if each.fighting][1:]
    rows, kin, reference = [each.row for each in looking], np.array([each.kin for each in looking]), deepcopy(state)
    expected, found = look(reference, rows), ally.look(looking)
    assert expected.max() > 0.0
    assert found == pytest.approx(expected)
    assert state.belief == pytest.approx(reference.belief)
    before, chosen = state.taken_on.copy(), ally.weigh_countries(looking, found)
    assert chosen == pytest.approx(weigh_countries(state, rows, kin, expected))
    assert ((chosen > 0.0) & (chosen < before[rows])).any()
    assert np.array_equal(state.taken_on, before)


def test_travellers_come_through_the_most_open_land_neighbour(state):
    gates, ways = foreign_fighters.open_gates(state)
    land, barred = state.theatre.border_km > 0, foreign_fighters.embattled(state)
    for country in range(len(gates)):
        neighbours = np.flatnonzero(land[country] & ~barred)
        open_to = 1 - state.border_control[neighbours]
        assert ways[country] == (neighbours[np.argmax(open_to)] if len(neighbours) else country)
        assert gates[country] == 1 - state.border_control[ways[country]]
