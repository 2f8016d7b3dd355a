"""Where people are killed: every death that the model counts has one country and one cell, by the rules of the model."""

from datetime import date

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.state.tables import STAY
from model.why.deaths import ACROSS, FIGHTERS, LOSSES, VICTIMS, by_cell, month_of_weeks

IN_FIGHTS = [LOSSES.index(name) for name in ("bloc_victims", "bloc_fighters", "other_victims", "other_fighters")]


@pytest.fixture(scope="module")
def simulation():
    simulation = Simulation(load_scenario("levant_2014", overrides={"weeks": 20, "resolution": 1.0}), seed=3)
    simulation.run()
    return simulation


@pytest.fixture(scope="module")
def result(simulation):
    return simulation.record.result(simulation.state, 3)


def test_a_week_belongs_to_the_month_in_which_its_middle_lies():
    # Mondays: the week that ends on 2 June began on 26 May and lies mostly in May; that which ends on 7 July, in July
    assert month_of_weeks(date(2014, 5, 26), 6) == [0, 0, 1, 1, 1, 1, 2]


def test_cells_hold_as_many_dead_as_countries(result):
    deaths = result.deaths
    dead = np.zeros((max(deaths.months) + 1, deaths.losses.shape[2]))
    np.add.at(dead, deaths.months, deaths.losses[:, IN_FIGHTS].sum(axis=1))
    assert deaths.by_cell.sum(axis=1) == pytest.approx(dead.sum(axis=1), rel=1e-5)
    assert deaths.by_cell.min() >= 0
    assert dead.sum() > 100


def test_victims_of_the_bloc_are_those_that_the_series_counts_but_for_attacks_abroad(result):
    places = [LOSSES.index(name) for name in ("bloc_victims", "bloc_civilians")]
    in_countries = result.deaths.losses[:, places].sum()
    assert 0 < in_countries <= result.series["deaths"].sum()


def test_the_dead_lie_where_their_organisation_holds_people(simulation):
    state = simulation.state
    dead = np.zeros(len(state.present))
    dead[0] = 100.0
    found = by_cell(state, dead)
    assert found.sum() == pytest.approx(100.0)
    assert found[state.control[0] * state.people == 0].sum() == 0
    most = np.argmax(state.control[0] * state.people)
    assert np.argmax(found) == most
    gone = int(np.flatnonzero(~state.present)[0])
    dead[0], dead[gone] = 0.0, 7.0
    assert by_cell(state, dead)[state.home[gone]] == 7.0


def test_the_dead_of_all_organisations_add_up_by_control_and_people(simulation):
    state = simulation.state
    holders = (state.people_held > 0) & state.present
    dead = np.where(holders, np.arange(len(holders)) + 1.0, 0.0)
    there = (dead[holders] / state.people_held[holders]) @ state.control[holders] * state.people
    np.testing.assert_allclose(by_cell(state, dead), there * dead.sum() / there.sum(), rtol=1e-12)


def test_deaths_go_by_kind_of_attack_and_fighters_killed_by_rivals_are_no_fight_with_a_state(simulation):
    state = simulation.state
    state.deaths[:], state.attacks[:], state.killed[:], state.killed_by[:] = 0.0, 0.0, 0.0, 0.0
    state.deaths[0], state.attacks[0] = 40.0, (2.0, 1.0, 0.0, 1.0)  # a quarter abroad, which is off the map
    state.killed[0], state.killed_by[0] = 9.0, (2.0, 3.0, 4.0)
    dead, nobody = np.empty((4, state.organisations)), np.zeros(state.organisations)
    kernels.count_dead(state.organisation_records, dead, nobody.astype(bool), nobody)
    assert dead[:, 0].tolist() == [20.0, 10.0, 0.0, 5.0]
    assert dead[ACROSS].sum() == 0
    assert dead[[VICTIMS, FIGHTERS], 1:].sum() == 0


@pytest.mark.parametrize(("bloc", "who"), [(True, "bloc"), (False, "other")])
def test_victims_across_a_border_lie_in_the_neighbours_by_their_share_of_it_and_are_their_organisations(bloc, who):
    simulation = Simulation(load_scenario("levant_2014", overrides={"weeks": 4, "resolution": 1.0}), seed=3)
    deaths, state = simulation.record.deaths, simulation.state
    syria = state.countries.index("SYR")
    deaths.dead[1, ACROSS, 0], deaths.dead[2, FIGHTERS, 0], deaths.dead[3, VICTIMS, 0] = 100.0, 30.0, 20.0
    deaths.bloc[:, 0] = bloc
    deaths.stays = [np.array([(0, syria, 1.0)], dtype=STAY)] * len(deaths.stays)  # organisation 0 is in Syria only
    found = {name: deaths.losses[:, k] for k, name in enumerate(LOSSES)}
    assert found[f"{who}_victims"][1] == pytest.approx(100 * state.ground.border_shares[syria])
    assert found[f"{who}_victims"][1, syria] == 0
    assert found[f"{who}_fighters"][2, syria] == 30
    assert found[f"{who}_victims"][3, syria] == 20
    assert sum(each.sum() for name, each in found.items() if name.startswith(who)) == pytest.approx(150)
    assert deaths.losses[1, -1].sum() == pytest.approx(100)
