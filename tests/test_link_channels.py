"""Channels of links: weight 0 is the switch off, the top moves something in the stated direction, a cut link stops them."""

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.mechanisms import (
    alignment,
    attrition,
    communication,
    foreign_fighters,
    levers,
    links,
    policy,
    prestige,
    resources,
)
from model.scenario.declarations import declarations
from model.scenario.schema import Phase
from model.state import CHANNELS, CORE, Status

ESCALATING = {"links.escalation": 1.0}
TOP = {name: each.high for name, each in declarations().parameters["links"].items() if name in CHANNELS}
OTHER = {"links.retreat_rate": 0.1, "core.setback": 0.01, "links.split_hazard": 0.04}


def essay(policy="sever_links", seed=1, **overrides):
    overrides = {"resolution": 1.0, "weeks": 30} | ESCALATING | overrides
    return Simulation(load_scenario("essay_2016", policy, overrides=overrides), seed=seed)


def falling(simulation, weeks, rate=0.1):
    """Run while the core loses a share of its land and fighters every week."""
    state = simulation.state
    for _ in range(weeks):
        state.control[CORE] *= 1 - rate
        for stock in (state.local_fighters, state.foreign_fighters):
            stock[CORE] = np.floor((1 - rate) * stock[CORE])
        simulation.step()
    return simulation


def bits(simulation):
    state = simulation.state
    return state.organisation_records.tobytes(), state.control.tobytes(), state.envoys.tobytes(), state.prestige


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_of_weight_nothing_is_the_channel_switched_off_to_the_bit(channel):
    off = falling(essay(**OTHER, **{f"mechanisms.links.{channel}": False}), 16)
    nothing = falling(essay(**OTHER, **{f"links.{channel}": 0.0}), 16)
    top = falling(essay(**OTHER, **{f"links.{channel}": TOP[channel]}), 16)
    assert bits(off) == bits(nothing)
    assert bits(top) != bits(off)
    assert (off.record.series[f"link_{channel}"] == 0).all()
    assert (top.record.series[f"link_{channel}"] != 0).any()


def test_without_links_nothing_passes():
    result = falling(essay(**OTHER, **{"mechanisms.communication": False}), 16).record.series
    for channel in CHANNELS:
        if channel != "cohesion":  # what trust is left from before still binds
            assert (result[f"link_{channel}"] == 0).all(), channel


def listening(weeks=20, hears=True, **overrides):
    """A state whose provinces hear from a core that is losing, or do not, for some weeks."""
    state = essay(**overrides).state
    state.quality[:], state.people_before = 0.9, 2.0 * float(state.people_held[CORE])
    for _ in range(weeks):
        state.delivered[:] = 1.0 * hears
        alignment.update(state)
        links.carry(state)
    return state


def test_know_how_raises_skill_over_a_link_and_goes_in_silence():
    taught, alone = listening(**{"links.skill": 1.0}), listening(**{"links.skill": 0.0})
    members = taught.provinces
    assert (taught.skill[members] > alone.skill[members]).all()
    assert (taught.skill - alone.skill <= 0.9 + 1e-9).all()
    before = taught.skill[members].copy()
    for _ in range(200):
        taught.delivered[:] = 0.0
        links.carry(taught)
        attrition.fight(taught)
    assert (taught.skill[members] < before).all()
    assert taught.skill[members] == pytest.approx(taught.full_skill[members], abs=0.1)


def test_provinces_that_act_for_a_losing_core_draw_strikes_off_it_onto_themselves():
    strikes = {}
    for weight in (0.0, 1.0):
        state = essay("core_only", **{"links.coordination": weight, "links.orders": 0.0}).state
        state.people_before = 2.0 * float(state.people_held[CORE])
        for _ in range(10):
            state.delivered[:] = 1.0
            links.carry(state)
        state.ally_effort[:] = 1.0
        levers.spend(state, policy.spent(state, [Phase(effort={"strike_core": 0.5})]))
        strikes[weight] = state.strikes.copy()
        drive = state.drive[state.provinces]
    members = state.provinces
    assert (drive > 1).all()
    assert 0 < state.distraction.max() <= 1
    assert strikes[1.0][CORE] < strikes[0.0][CORE]
    assert (strikes[1.0][members] > strikes[0.0][members]).all()


def test_a_core_that_wins_asks_for_no_help():
    state = listening(**{"links.coordination": 1.0})
    state.people_before = 0.5 * float(state.people_held[CORE])
    for _ in range(60):
        links.carry(state)
    assert state.surge.max() < 1e-6


def quarrels(trust, level, weeks=400, **overrides):
    state = essay(**{"links.cohesion": 1.0} | overrides).state
    state.trust[:], state.prestige, count = trust, level, 0
    for week in range(weeks):
        state.week = week
        count += links.quarrels(state).sum()
    return count


def test_commanders_split_where_the_core_no_longer_backs_them():
    held = quarrels(trust=1.0, level=0.9)
    assert held == 0
    assert quarrels(trust=0.0, level=0.9) > 0
    assert quarrels(trust=1.0, level=0.1) > 0
    assert quarrels(trust=0.0, level=0.9, **{"links.cohesion": 0.0}) == 0


def test_a_faction_of_a_province_takes_fighters_and_leaves_the_camp():
    simulation = essay()
    state = simulation.state
    row = state.names.index("libya_10nov")
    before = state.fighters[row]
    child = simulation.groups[row - 1].quarrel()
    assert child is not None
    assert state.fighters[row] + state.fighters[child.row] == before
    assert 0 < state.fighters[child.row] < state.fighters[row]
    assert (state.camp[child.row], state.status[child.row]) == (-1, Status.INDEPENDENT)
    assert state.events[-1].kind == "split"
    assert state.events[-1].other == "libya_10nov"


@pytest.mark.parametrize(
    ("channel", "stock"), [("money", "treasury"), ("fighters", "foreign_fighters"), ("media", "media")]
)
def test_aid_over_links_raises_what_provinces_have(channel, stock):
    levels = []
    for weight in (0.0, 1.0, 5.0):
        state = essay(**{f"links.{channel}": weight}).state
        state.delivered[:], state.quality[:] = 1.0, 0.9
        resources.send_aid(state, 1e7, 500.0)
        levels.append(getattr(state, stock)[state.provinces].sum())
    assert levels[0] < levels[1] < levels[2]


def diverted(weight, quality):
    state = essay(**{"links.fighters": weight}).state
    state.quality[:], state.border_control[:], count = quality, 0.9, 0.0
    links.carry(state)
    for week in range(20):
        state.week = week
        foreign_fighters.travel(state)
        count += state.arrived[state.provinces].sum()
    return count


def test_travellers_find_the_way_to_a_province_by_its_link_only_as_far_as_the_channel_says():
    assert diverted(1.0, 0.0) == 0
    assert 0 < diverted(0.5, 0.1) < diverted(0.5, 0.9)
    assert 0 < diverted(0.0, 0.1) == diverted(0.0, 0.9)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_orders_hold_back_or_urge_on_and_a_province_that_is_cut_off_returns_to_its_own_ways(sign):
    orders = {"links.orders": 1.0, "links.coordination": 0.0}
    asked, free = listening(**orders | {"links.escalation": sign}), listening(**orders | {"links.escalation": 0.0})
    members = asked.provinces
    assert (sign * (asked.brutality - free.brutality)[members] > 0).all()
    assert (sign * (asked.drive - 1.0)[members] > 0).all()
    for _ in range(200):
        asked.delivered[:] = 0.0
        alignment.update(asked)
        links.carry(asked)
    alone = listening(220, hears=False, **orders | {"links.escalation": sign})
    assert asked.brutality[members] == pytest.approx(alone.brutality[members], abs=0.01)
    assert asked.drive[members] == pytest.approx(asked.own_drive[members], abs=0.01)


def test_traffic_gives_away_more_where_it_exposes_more():
    exposed = []
    for weight in (0.0, 1.0, 3.0):
        state = essay(**{"links.exposure": weight}).state
        state.effort["sever_links"], state.traffic[:] = 1.0, 5.0
        for week in range(10):
            state.week = week
            communication.exchange(state)
        exposed.append(state.exposure.sum())
    assert exposed[0] == 0
    assert exposed[0] < exposed[1] < exposed[2]


def test_attacks_count_for_the_core_and_the_province_only_while_the_link_carries_the_claim():
    gained, known = {}, {}
    for weight in (0.0, 1.0):
        for hears in (True, False):
            state = essay(**{"links.name": weight}).state
            state.attacks[state.provinces, 3], state.quality[:] = 2.0, 0.9
            state.delivered[:] = 1.0 * hears
            prestige.update(state)
            gained[weight, hears], known[weight, hears] = state.prestige, state.renown.sum()
    assert gained[0.0, True] == gained[0.0, False]
    assert gained[1.0, False] < gained[1.0, True] < gained[0.0, True]
    assert known[1.0, True] > 0
    assert known[0.0, True] == known[0.0, False] == known[1.0, False] == 0


def end_of_the_core(cut=False, **overrides):
    """The state ten weeks after the core moved, or after 60: it loses a fifth of land and fighters a week until it moves."""
    settings = OTHER | {"links.retreat": 1.0, "core.last_fighters": 1000, "mechanisms.stances": False, "weeks": 80}
    settings |= overrides
    simulation = essay("no_intervention", seed=2, **settings)
    state = simulation.state
    moved = []
    while state.week < 60 and not (moved and state.week > moved[0].week + 10):
        if cut:
            state.envoys[:], state.brokers[:], state.media[:] = 0.0, 0.0, 0.0
        falling(simulation, 1, rate=0.0 if moved else 0.2)
        moved = [event for event in state.events if event.kind == "relocation"]
    return state


def test_a_core_that_prepared_survives_smaller_in_a_province_and_one_that_is_cut_off_does_not():
    prepared = end_of_the_core()
    assert prepared.core_alive
    assert 0 < prepared.fighters[CORE] < 13_000
    moved = [event for event in prepared.events if event.kind == "relocation"]
    assert moved
    assert moved[0].causes == {"prepared": 1.0}
    assert not end_of_the_core(**{"mechanisms.links.retreat": False}).core_alive
    assert not end_of_the_core(cut=True).core_alive


def test_what_is_sent_ahead_is_lost_with_a_province_that_leaves():
    simulation = essay()
    row = simulation.state.names.index("libya_10nov")
    simulation.state.sheltered[row] = simulation.state.reserve[row] = 100.0
    simulation.groups[row - 1].leave("defection", "a test")
    assert simulation.state.sheltered[row] == simulation.state.reserve[row] == 0
