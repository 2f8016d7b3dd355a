"""A rival hub defends its franchises: whom, with what, at what price, and to what effect."""

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.agents.hub import Hub
from model.mechanisms import pledging

SURE = {"rival_hub.noise": 0.0}


def world(**overrides):
    return Simulation(load_scenario("levant_2014", overrides={"weeks": 60, "resolution": 1.0} | overrides), seed=1)


@pytest.fixture
def simulation():
    simulation = world(**SURE)
    simulation.step()
    return simulation


def al_qaeda(simulation):
    return next(hub for hub in simulation.agents_by_type[Hub] if hub.name == "al_qaeda")


def group(simulation, name="aqap"):
    return next(each for each in simulation.groups if each.name == name)


def tempt(simulation, *names):
    """Nobody is tempted but these, with more than the threshold of pledging."""
    simulation.state.utility[:] = -5.0
    simulation.state.ambition[:] = 0.5
    for name in names:
        simulation.state.utility[group(simulation, name).row] = 1.0


def test_only_tempted_franchises_of_its_own_are_defended(simulation):
    tempt(simulation, "aqap", "afg_taliban")
    hub = al_qaeda(simulation)
    assert set(np.flatnonzero(hub.temptations())) == {group(simulation, "aqap").row}
    tempt(simulation)
    assert not hub.temptations().any()


def test_provinces_and_those_that_have_pledged_are_given_up(simulation):
    tempt(simulation, "aqap")
    group(simulation).pledged = True
    assert not al_qaeda(simulation).temptations().any()


def test_a_lead_of_the_core_in_prestige_tempts_ambitious_leaders(simulation):
    hub = al_qaeda(simulation)
    tempt(simulation, "aqap")
    simulation.state.prestige, hub.prestige = 0.9, 0.3
    modest = hub.temptations()[group(simulation).row]
    group(simulation).ambition = 1.0
    assert hub.temptations()[group(simulation).row] > modest


def test_defence_costs_money_and_prestige_and_binds_the_franchise(simulation):
    hub, franchise, state = al_qaeda(simulation), group(simulation), simulation.state
    hub.treasury, franchise.need, franchise.hub_tie = 1e8, 0.8, 0.5
    money, need, tie, ambition = franchise.treasury, franchise.need, franchise.hub_tie, franchise.ambition
    prestige, total = hub.prestige, hub.treasury + franchise.treasury
    hub.defend(franchise.row)
    assert hub.prestige < prestige
    assert franchise.treasury > money
    assert hub.treasury + franchise.treasury == total
    assert state.accounts["usd_hub"] == franchise.treasury - money
    assert franchise.need < need
    assert franchise.hub_tie > tie
    assert franchise.ambition < ambition
    assert state.events[-1].kind == "defence"
    assert state.events[-1].other == "al_qaeda"


def test_a_hub_without_money_pays_nothing_and_need_stays(simulation):
    hub, franchise = al_qaeda(simulation), group(simulation)
    hub.treasury, franchise.need = 0, 0.8
    money = franchise.treasury
    hub.defend(franchise.row)
    assert (franchise.treasury, franchise.need, hub.treasury) == (money, 0.8, 0)


def test_what_a_hub_does_makes_the_core_worth_less_to_the_franchise(simulation):
    hub, franchise, state = al_qaeda(simulation), group(simulation), simulation.state
    hub.treasury, franchise.need, franchise.hub_tie = 1e8, 0.8, 0.5
    pledging.draw_decisions(state)
    before = franchise.utility
    hub.defend(franchise.row)
    pledging.draw_decisions(state)
    assert franchise.utility < before


def test_a_hub_attends_to_the_strongest_tempted_and_to_no_more_than_it_can(simulation):
    names = ("aqap", "shabaab", "aqim", "nusra")
    tempt(simulation, *names)
    simulation.state.week = int(simulation.state.parameters.stances.turn_weeks)
    al_qaeda(simulation).row = 0
    strongest = sorted(names, key=lambda name: -group(simulation, name).fighters)[:2]
    al_qaeda(simulation).take_turn()
    defended = [event.organisation for event in simulation.state.events if event.kind == "defence"]
    assert defended == strongest


def left(simulation):
    """Franchises of any hub that pledged, and factions that split off, in a run."""
    state = simulation.state
    franchises = {name for row, name in enumerate(state.names) if state.hub[row] >= 0}
    simulation.run()
    events = state.events
    pledged = sum(event.kind == "pledge" and event.organisation in franchises for event in events)
    return pledged + sum(event.kind == "splinter" for event in events)


def test_fewer_franchises_pledge_or_split_where_their_hub_defends_them():
    able = {"rival_hub.budget": 2e6, "rival_hub.backing": 0.6, "rival_hub.offices": 0.4, "rival_hub.alert": 0.3}
    able |= {"rival_hub.price": 0.0, "splintering.hazard": 0.03, "weeks": 80}
    lost = {}
    for on in (True, False):
        overrides = {"resolution": 1.0, "mechanisms.rival_hub.defends": on} | able
        lost[on] = sum(left(Simulation(load_scenario("levant_2014", overrides=overrides), seed)) for seed in range(4))
    assert lost[True] < lost[False]


def test_without_its_switch_a_hub_does_nothing():
    simulation = world(**{"mechanisms.rival_hub.defends": False})
    before = simulation.state.hub_prestige.copy()
    simulation.run()
    assert not any(event.kind == "defence" for event in simulation.state.events)
    assert not simulation.state.hub_treasury.any()
    assert "usd_hub" not in simulation.state.accounts
    assert np.array_equal(simulation.state.hub_prestige, before)


def test_a_removed_hub_has_no_prestige_and_defends_nobody(simulation):
    hub = al_qaeda(simulation)
    hub.remove()
    simulation.run()
    assert hub.prestige == hub.treasury == 0
    assert hub not in simulation.agents
    assert not any(event.kind == "defence" and event.other == "al_qaeda" for event in simulation.state.events)


def test_a_hub_collects_gifts_by_its_prestige_once_a_month(simulation):
    hub, state = al_qaeda(simulation), simulation.state
    tempt(simulation)
    hub.treasury, hub.prestige = 0.0, 0.4
    month = int(state.parameters.stances.turn_weeks)
    for state.week in range(1, 2 * month + 1):
        hub.take_turn()
    assert hub.treasury == 2 * np.floor(0.4 * state.parameters.rival_hub.budget)


def test_temptation_is_what_belonging_is_worth_beyond_what_alarms_the_hub(simulation):
    hub, franchise, p = al_qaeda(simulation), group(simulation), simulation.state.parameters
    tempt(simulation, "aqap")
    simulation.state.prestige, hub.prestige = 0.3, 0.5
    alarming = p.pledging.threshold - p.rival_hub.alert
    for ambition in (0.0, 1.0):  # a core that stands lower outshines nobody
        franchise.ambition = ambition
        assert hub.temptations()[franchise.row] == pytest.approx(1.0 - alarming)
    simulation.state.prestige = 0.7
    assert hub.temptations()[franchise.row] == pytest.approx(1.0 - alarming + 0.2 * p.rival_hub.lead)


def test_money_lowers_need_as_far_as_what_was_asked_is_paid_and_a_firm_tie_grows_no_more(simulation):
    hub, franchise, p = al_qaeda(simulation), group(simulation), simulation.state.parameters.rival_hub
    asked = p.aid * franchise.fighters
    needs = []
    for share in (0.5, 1.0):
        hub.treasury, franchise.need, franchise.hub_tie = np.floor(share * asked), 0.8, 0.5
        hub.defend(franchise.row)
        assert hub.treasury == 0
        needs.append(franchise.need)
    assert 0.8 - needs[0] == pytest.approx((0.8 - needs[1]) / 2, rel=1e-3)
    assert needs[1] == pytest.approx(0.8 * (1 - p.relief * 0.5), rel=1e-3)
    hub.treasury, franchise.hub_tie = 1e9, 1.0
    hub.defend(franchise.row)
    assert hub.treasury == 1e9 - np.floor(asked)  # no more than what is asked for
    assert franchise.hub_tie == 1.0
