"""Provinces deal with the core as they see fit: they obey, bargain, hedge, and each has its price."""

import pytest
from made_up_states import EAST, WEST, plane, sworn

from model import Simulation, load_scenario
from model.kernels.loyalty import leverage
from model.mechanisms import loyalty
from model.state import CORE, Loyalty, Status

PROVINCE = "boko_haram"


def world(**overrides):
    scenario = load_scenario(
        "levant_2014", overrides={"weeks": 30, "resolution": 1.0, f"groups.{PROVINCE}.status": "province"} | overrides
    )
    return Simulation(scenario, seed=1)


def province(simulation):
    return next(group for group in simulation.groups if group.name == PROVINCE)


@pytest.mark.parametrize(
    ("discontent", "chosen"), [(-0.9, Loyalty.OBEY), (-0.2, Loyalty.BARGAIN), (0.1, Loyalty.HEDGE)]
)
@pytest.mark.parametrize("before", list(Loyalty))
def test_the_less_staying_is_worth_the_further_a_province_goes(discontent, chosen, before):
    simulation = world()
    group = province(simulation)
    loyalty.settle(simulation.state, group.row, before)
    group.choose_loyalty(discontent)
    assert group.loyalty == chosen


def test_discontent_between_two_levels_changes_nothing():
    simulation = world()
    group, p = province(simulation), simulation.state.parameters.loyalty
    for before in (Loyalty.OBEY, Loyalty.BARGAIN):
        loyalty.settle(simulation.state, group.row, before)
        group.choose_loyalty(p.bargain_from)
        assert group.loyalty == before


def test_a_province_too_weak_to_bargain_obeys():
    simulation = world(**{f"groups.{PROVINCE}.fighters": 100})
    province(simulation).choose_loyalty(-0.2)
    assert province(simulation).loyalty == Loyalty.OBEY


def test_every_change_is_told_with_the_terms_of_belonging():
    simulation = world()
    simulation.step()
    group = province(simulation)
    for discontent in (-0.2, 0.1, -0.9):
        group.choose_loyalty(discontent)
    told = [event for event in simulation.state.events if event.kind in ("bargain", "hedge", "obedience")]
    assert [event.kind for event in told] == ["bargain", "hedge", "obedience"]
    assert all(event.causes and max(event.causes.values()) > 0 for event in told)


def kept(chosen, **overrides):
    """State after a quarter in which a province keeps its dealings with the core, and what it gained."""
    simulation = world(**{"stances.turn_weeks": 13}, **overrides)
    group, aid = province(simulation), 0.0
    loyalty.settle(simulation.state, group.row, chosen)
    for _ in range(10):
        simulation.step()
        aid += group.aid_received
    return simulation, group, aid


def test_who_bargains_gets_more_of_the_cores_aid_and_follows_it_less():
    others = {f"groups.{name}.status": "province" for name in ("abm_sinai", "mssi_derna")}
    _, obeys, usual = kept(Loyalty.OBEY, **others)
    _, bargains, more = kept(Loyalty.BARGAIN, **others)
    assert more > usual > 0
    assert bargains.alignment < obeys.alignment
    assert bargains.status == Status.PROVINCE


def test_who_hedges_follows_less_than_who_bargains_and_spares_rivals():
    _, bargains, _ = kept(Loyalty.BARGAIN)
    simulation, hedges, _ = kept(Loyalty.HEDGE)
    assert hedges.alignment < bargains.alignment
    assert simulation.state.sparing[hedges.row] > 0
    assert hedges.status == Status.PROVINCE


def test_who_hedges_takes_up_its_old_tie_to_a_hub_but_never_more_than_it_was():
    scenario = load_scenario("levant_2014")
    name = next(name for name, group in scenario.groups.items() if group.hub and group.present)
    was = scenario.groups[name].hub_tie
    simulation = world(**{f"groups.{name}.status": "province", "loyalty.old_tie": 0.1})
    group = next(each for each in simulation.groups if each.name == name)
    assert group.hub_tie == 0
    loyalty.settle(simulation.state, group.row, Loyalty.HEDGE)
    for _ in range(30):
        loyalty.drift_away(simulation.state)
    assert group.hub_tie == pytest.approx(was)
    assert simulation.state.hubs[group.hub] == scenario.groups[name].hub


def test_rivals_fight_less_with_who_spares_them():
    dead = []
    for sparing in (0.0, 1.0):
        simulation = world(**{"mechanisms.loyalty": False})
        simulation.state.sparing[:] = sparing
        dead.append(0.0)
        for _ in range(10):
            simulation.step()
            dead[-1] += simulation.state.killed_by[:, 2].sum()
    assert dead[1] == 0 < dead[0]


def test_a_group_that_leaves_owes_the_core_nothing():
    simulation = world()
    group = province(simulation)
    loyalty.settle(simulation.state, group.row, Loyalty.HEDGE)
    group.leave("defection", "a test")
    assert group.loyalty == Loyalty.OBEY
    assert simulation.state.sparing[group.row] == 0


def test_provinces_bargain_in_runs_and_only_with_the_switch():
    kinds = {"bargain", "hedge", "obedience"}
    runs = {}
    for on in (True, False):
        simulation = world(weeks=80, **{"mechanisms.loyalty": on})
        simulation.run()
        runs[on] = {event.kind for event in simulation.state.events} & kinds
        assert simulation.state.loyalty[CORE] == Loyalty.OBEY
    assert "bargain" in runs[True]
    assert not runs[False]


@pytest.mark.parametrize(
    ("dealing", "distance"),
    [(Loyalty.OBEY, None), (Loyalty.BARGAIN, "bargain_distance"), (Loyalty.HEDGE, "hedge_distance")],
)
def test_a_province_that_bargains_or_hedges_strays_by_a_share_a_week_and_others_do_not(dealing, distance):
    state = sworn(plane(), EAST)
    state.alignment[:], state.loyalty[:] = 0.8, dealing
    loyalty.drift_away(state)
    strays = getattr(state.parameters.loyalty, distance) if distance else 0.0
    assert state.alignment[EAST] == pytest.approx(0.8 * (1 - strays))
    assert state.alignment[WEST] == 0.8  # no province
    state.present[EAST] = False
    loyalty.drift_away(state)
    assert state.alignment[EAST] == pytest.approx(0.8 * (1 - strays))


def test_leverage_is_a_share_of_the_fighters_of_both_also_of_the_last_one():
    assert leverage(3.0, 1.0) == 0.75
    assert leverage(1.0, 0.0) == 1.0
    assert leverage(0.0, 0.0) == leverage(0.0, 5.0) == 0.0
