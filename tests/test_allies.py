"""Allies choose which countries they take on, how much they bring, where they build bases; with the switch off nothing."""

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.mechanisms import policy
from model.scenario.schema import LEVERS, Phase
from model.state import CORE, Status

PLEDGED = {"groups.boko_haram.status": "province", "groups.libya_10nov.status": "province", "resolution": 1.0}
CALM = {"allied.observation_noise": 0.0}


def start(**overrides):
    given = {"weeks": 60, "policy.division": "divided"} | PLEDGED | CALM | overrides
    simulation = Simulation(load_scenario("levant_2014", policy="comprehensive", overrides=given), seed=3)
    for ally in simulation.allies:
        ally.decide()
        ally.first_week = 0
    return simulation


def turns(simulation, count=30):
    for _ in range(count):
        fighting = [ally for ally in simulation.allies if ally.fighting]
        for ally, choice in zip(fighting, [ally.choose() for ally in fighting], strict=True):
            ally.carry_out(choice)
    return {ally.name: ally for ally in simulation.allies}


def column(simulation, code):
    return simulation.state.countries.index(code)


def test_an_ally_takes_on_countries_in_its_reach_before_others_of_the_same_strength():
    simulation = start(**{"allied.yielding": 0.0, "allied.kinship": 0.0})
    state = simulation.state
    rows = [state.names.index(name) for name in ("libya_10nov", "boko_haram")]
    state.local_fighters[rows], state.foreign_fighters[rows], state.people_held[rows] = 2000.0, 0.0, 1e5
    state.bases[:] = 0.0
    state.bases[state.allies.index("france"), column(simulation, "NGA")] = 1.0
    state.bases[state.allies.index("united_kingdom"), column(simulation, "LBY")] = 1.0
    for ally in simulation.allies:
        ally.near[:] = False
    allies = turns(simulation)
    nga, lby = column(simulation, "NGA"), column(simulation, "LBY")
    assert allies["france"].taken_on[nga] > allies["france"].taken_on[lby]
    assert allies["united_kingdom"].taken_on[lby] > allies["united_kingdom"].taken_on[nga]


def test_dividing_responsibility_an_ally_leaves_to_others_what_they_have_taken_on():
    shares = {}
    for yielding in (0.0, 1.0):
        simulation = start(**{"allied.yielding": yielding, "allied.least_worth": 0.0})
        simulation.state.bases[:] = 1.0
        simulation.state.taken_on[:] = 0.0
        lby = column(simulation, "LBY")
        others = np.arange(len(simulation.allies)) != simulation.state.allies.index("france")
        simulation.state.taken_on[others, lby] = 1.0
        france = simulation.allies[simulation.state.allies.index("france")]
        chosen = france.choose().taken_on
        shares[yielding] = chosen[lby] / chosen.sum()
    assert shares[1.0] < shares[0.0]


def test_an_ally_shifts_to_where_provinces_grow():
    simulation = start(**{"allied.yielding": 0.0, "allied.least_worth": 0.0})
    state, lby, row = simulation.state, column(simulation, "LBY"), simulation.state.names.index("libya_10nov")
    state.people_held[row], state.local_fighters[row] = 0.0, 10.0
    before = turns(simulation)["france"].taken_on[lby]
    state.people_held[row] = 2e6
    assert turns(simulation, 1)["france"].taken_on[lby] > before


def test_an_ally_brings_more_under_threat_and_less_when_weary_within_its_limits():
    simulation = start()
    state, france = simulation.state, simulation.allies[1]
    state.effort_spent = 0.0
    assert france.weigh_effort() == pytest.approx(france.config.effort)
    state.ally_threat[1] = 1.0
    alarmed = france.weigh_effort()
    assert alarmed > france.config.effort
    state.weariness[1] = 1.0
    assert france.weigh_effort() < alarmed
    bound = start(**{"allied.most_effort": 1.0, "allied.resolve": 2.0})
    bound.state.ally_threat[1], bound.state.effort_spent = 1.0, 0.0
    assert bound.allies[1].weigh_effort() == pytest.approx(france.config.effort)


def test_weariness_comes_with_what_is_spent_and_fades_without():
    simulation = start()
    state, france = simulation.state, simulation.allies[1]
    state.effort_spent = float(state.ally_effort.sum())
    for _ in range(20):
        france.weigh_effort()
    weary = float(state.weariness[1])
    state.effort_spent = 0.0
    france.weigh_effort()
    assert 0 < state.weariness[1] < weary


def test_an_ally_builds_bases_only_where_it_may_and_takes_the_country_on():
    simulation = start()
    state, before = simulation.state, simulation.state.bases.copy()
    turns(simulation, 10)
    built = state.bases > before
    near = np.array([ally.near for ally in simulation.allies])
    assert built.any()
    assert not (built & ~near).any()


def test_choices_are_made_on_what_all_see_at_once():
    chosen = []
    for order in (slice(None), slice(None, None, -1)):
        simulation = start()
        allies = [ally for ally in simulation.allies if ally.fighting][order]
        for ally, choice in zip(allies, [ally.choose() for ally in allies], strict=True):
            ally.carry_out(choice)
        chosen.append(simulation.state.taken_on)
    np.testing.assert_array_equal(*chosen)


@pytest.mark.parametrize("name", ["allied.choice"])
def test_without_the_switch_efforts_and_countries_stay_as_they_are(name):
    simulation = start(**{f"mechanisms.{name}": False})
    for _ in range(12):
        simulation.step()
    assert (simulation.state.taken_on == 1).all()
    stated = [ally.config.effort if ally.config.kind != "outside_power" else 0 for ally in simulation.allies]
    assert simulation.state.ally_effort == pytest.approx(stated)


def test_a_turn_to_another_country_is_told():
    simulation = start()
    state = simulation.state
    state.status[state.names.index("boko_haram")] = Status.PROVINCE
    turns(simulation, 3)
    told = [event for event in state.events if event.kind == "taken_on"]
    assert told
    assert all(event.country in state.countries and event.organisation != state.names[CORE] for event in told)


@pytest.mark.parametrize(("divided", "choosing"), [(True, True), (True, False), (False, False)])
def test_what_allies_share_out_does_not_depend_on_the_order_of_countries_or_allies(divided, choosing):
    luck = np.random.default_rng(5)
    efforts, reach, taken = luck.uniform(0.1, 1, 4), luck.uniform(0.1, 1, (4, 7)), luck.uniform(0, 1, (4, 7))
    wanted, one, two = luck.uniform(0, 1, 7), np.empty((4, 7)), np.empty((4, 7))
    allies, countries = luck.permutation(4), luck.permutation(7)
    kernels.share_countries(efforts, reach, wanted, taken, divided, choosing, one)
    turned = [np.ascontiguousarray(each[allies][:, countries]) for each in (reach, taken)]
    kernels.share_countries(efforts[allies], turned[0], wanted[countries], turned[1], divided, choosing, two)
    np.testing.assert_allclose(two, one[allies][:, countries])
    np.testing.assert_allclose(one.sum(axis=1), 1.0)


def alike(**overrides):
    """An ally without an error or company that sees two countries of the same strength, both in its reach, and those two."""
    settings = {"allied.least_worth": 0.0, "allied.yielding": 0.0, "allied.shift": 1.0, "allied.learning": 1.0}
    simulation = start(**settings | overrides)
    state = simulation.state
    rows = [state.names.index(name) for name in ("libya_10nov", "boko_haram")]
    state.local_fighters[rows], state.foreign_fighters[rows], state.people_held[rows] = 2000.0, 0.0, 1e5
    state.bases[:], state.taken_on[:], state.belief[:] = 1.0, 0.5, 1.0
    return simulation.allies[state.allies.index("france")], column(simulation, "LBY"), column(simulation, "NGA")


def test_an_ally_sees_to_where_its_own_people_come_from_and_to_what_it_has_begun():
    ally, lby, nga = alike(**{"allied.kinship": 1.0})
    ally.kin[:] = 0.0
    even = ally.choose().taken_on
    assert even[lby] == pytest.approx(even[nga]) == 1.0
    ally.kin[lby] = 1.0
    chosen = ally.choose().taken_on
    assert chosen[nga] == pytest.approx(chosen[lby] / 2)
    ally, lby, nga = alike(**{"allied.persistence": 1.0})
    ally.kin[:] = 0.0
    ally.model.state.taken_on[ally.row, [lby, nga]] = 1.0, 0.0
    chosen = ally.choose().taken_on
    assert chosen[nga] == pytest.approx(chosen[lby] / 2)


def test_an_ally_does_not_take_on_what_is_worth_too_little_and_shifts_by_a_share():
    for least, expected in ((0.4, 0.5), (0.6, 0.0)):
        ally, lby, nga = alike(**{"allied.kinship": 1.0, "allied.least_worth": least})
        ally.kin[:] = 0.0
        ally.kin[lby] = 1.0
        chosen = ally.choose().taken_on
        assert chosen[lby] == 1.0
        assert chosen[nga] == pytest.approx(expected)
    ally, lby, _ = alike(**{"allied.shift": 0.2})
    ally.model.state.taken_on[:] = 0.5
    assert ally.choose().taken_on[lby] == pytest.approx(0.5 + 0.2 * (1.0 - 0.5))


def test_what_an_ally_believes_follows_what_it_sees_by_a_share_and_it_expects_growth_to_go_on():
    ally, lby, _ = alike(**{"allied.learning": 0.25, "allied.growth_weight": 0.5})
    state, p = ally.model.state, ally.model.state.parameters.allied
    strength = np.sqrt(2000.0) + np.sqrt(1e5) / p.people_root
    state.belief[:] = 0.8 * strength
    expected = ally.look()
    believed = 0.8 * strength + 0.25 * 0.2 * strength
    assert ally.belief[lby] == pytest.approx(believed)
    assert expected[lby] == pytest.approx(believed * (1 + 0.5 * 0.25))
    state.belief[:] = 1.25 * strength
    assert ally.look()[lby] < ally.belief[lby]  # where provinces shrink it expects less than it believes


def test_a_weary_ally_still_brings_the_least_that_is_stated():
    simulation = start(**{"allied.fatigue": 1.0, "allied.least_effort": 0.4})
    state, france = simulation.state, simulation.allies[1]
    state.effort_spent, state.weariness[:], state.ally_threat[:] = 0.0, 1.0, 0.0
    assert france.weigh_effort() == pytest.approx(0.4 * france.config.effort)


def test_an_ally_builds_no_base_where_it_has_taken_nothing_on():
    simulation = start()
    state, france = simulation.state, simulation.allies[1]
    before, near = state.bases[1].copy(), np.flatnonzero(france.near)
    assert near.size
    chosen = np.zeros(len(state.countries))
    france.carry_out(france.choose()._replace(taken_on=chosen))
    assert np.array_equal(state.bases[1], before)
    chosen[near[0]], p = 1.0, state.parameters.allied
    state.bases[1] = 0.0
    france.carry_out(france.choose()._replace(taken_on=chosen))
    assert state.bases[1, near[0]] == pytest.approx(p.own_basing * p.turn_weeks / p.base_delay)
    assert state.bases[1].sum() == state.bases[1, near[0]]


def test_allies_bring_their_effort_from_the_week_of_their_date_on():
    off = {"weeks": 20, "resolution": 1.0, "mechanisms.allied.choice": False}
    simulation = Simulation(load_scenario("levant_2014", policy="comprehensive", overrides=off), seed=1)
    scenario = simulation.config
    dates = {name: ally.start or scenario.start for name, ally in scenario.allies.items()}
    assert max(dates.values()) > scenario.start
    for _ in range(16):
        began = simulation.date
        simulation.step()
        for row, (name, ally) in enumerate(scenario.allies.items()):
            there = ally.kind != "outside_power" and (dates[name] - began).days < 7
            assert simulation.state.ally_effort[row] == (ally.effort if there else 0.0), name


def test_what_an_ally_brings_on_top_takes_nothing_from_what_allies_bring_together():
    state, lever = start().state, LEVERS.index("strike_core")
    together, own = Phase(effort={"strike_core": 0.5}), {"allies": {"france": {"train_partners": {"MLI": 0.3}}}}
    alone = policy.spent(state, [together]).free[lever].copy()
    on_top = policy.spent(state, [together, Phase(on_top=True, effort=own)]).free[lever].copy()
    within = policy.spent(state, [together, Phase(effort=own)]).free[lever].copy()
    france = list(state.allies).index("france")
    assert on_top == pytest.approx(alone)
    assert within[france] < alone[france]
