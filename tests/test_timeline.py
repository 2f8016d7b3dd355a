"""What happens on a date does to its target what it says, by as much as it says, in its week, and to nobody else."""

from datetime import date, timedelta

import numpy as np
import pytest
from made_up_states import EAST, WEST, plane

from model import Simulation, load_scenario
from model.mechanisms import timeline
from model.scenario.schema import TimelineEvent
from model.state import CORE

START = date(2014, 8, 4)


def happened(kind, target="core", amount=0.25, prepare=lambda state: None, **more):
    """The plane before and after one event of its first week."""
    before, state = plane(), plane()
    for each in (before, state):
        prepare(each)
    event = TimelineEvent(date=START, kind=kind, target=target, amount=amount, meaning="made up", **more)
    timeline.apply_events(state, {0: [event]})
    return before, state


@pytest.mark.parametrize(("amount", "expected"), [(0.25, 0.75), (-0.25, 0.25), (1.0, 1.0), (-1.0, 0.0)])
def test_a_shock_to_standing_adds_to_it_within_none_and_full(amount, expected):
    _, core = happened("prestige", amount=amount)
    assert (core.prestige, core.hub_prestige.tolist()) == (expected, [0.5])
    _, hub = happened("prestige", "rival", amount=amount)
    assert (hub.prestige, hub.hub_prestige.tolist()) == (0.5, [expected])


def test_a_loss_of_money_or_men_is_the_stated_share_and_is_booked():
    before, state = happened("treasury_loss", "east")
    assert state.treasury[EAST] == 0.75 * before.treasury[EAST]
    assert state.treasury[[CORE, WEST]].tolist() == before.treasury[[CORE, WEST]].tolist()
    assert state.accounts["usd_lost"] == 0.25 * before.treasury[EAST]
    before, state = happened("fighters_loss")
    assert state.local_fighters[CORE] == 0.75 * before.local_fighters[CORE]
    assert state.foreign_fighters[CORE] == 0.75 * before.foreign_fighters[CORE]
    assert state.fighters[EAST] == before.fighters[EAST]
    assert state.accounts["fighters_killed"] == 0.25 * before.fighters[CORE]


def test_a_loss_of_control_takes_its_share_everywhere_or_only_around_a_place():
    before, state = happened("control_loss")
    assert state.control[CORE] == pytest.approx(0.75 * before.control[CORE])
    assert np.array_equal(state.control[EAST], before.control[EAST])
    around = {"place": {"place": "Centre", "lat": 0.0, "lon": 0.0}, "radius_km": 200.0}
    before, state = happened("control_loss", amount=1.0, **around)
    far = state.theatre.distance_km(int(state.home[CORE]), np.arange(len(state.total)))
    inside = far < 150.0  # the nearest cell's centre is up to 40 km off
    assert before.control[CORE, inside].min() > 0 == state.control[CORE, inside].max()
    beyond = far > 250.0
    assert before.control[CORE, beyond].max() > 0
    assert np.array_equal(state.control[CORE, beyond], before.control[CORE, beyond])


@pytest.mark.parametrize(("amount", "expected"), [(0.25, 0.65), (-0.25, 0.15), (1.0, 1.0), (-1.0, 0.0)])
def test_brutality_of_an_organisation_s_own_changes_within_its_range(amount, expected):
    before, state = happened("brutality", "east", amount)
    assert state.own_brutality[EAST] == pytest.approx(expected)
    assert state.own_brutality[CORE] == before.own_brutality[CORE]


def test_forces_change_by_a_share_of_establishment_strength_and_are_never_fewer_than_none():
    def half(state):
        state.forces *= 0.5

    before, state = happened("forces", "AAA", 0.2, half)
    assert state.forces[0] == pytest.approx(before.forces[0] + 0.2 * before.full_forces[0])
    assert happened("forces", "AAA", -0.8, half)[1].forces[0] == 0


def test_legitimacy_is_added_and_exclusion_takes_the_trust_of_minorities():
    before, state = happened("legitimacy", "AAA", 0.1)
    assert state.legitimacy[0] == pytest.approx(before.legitimacy[0] + 0.1)
    assert state.minority_legitimacy[0] == before.minority_legitimacy[0]
    before, state = happened("exclusion", "AAA", 0.05)
    assert state.minority_legitimacy[0] == pytest.approx(before.minority_legitimacy[0] - 0.05)
    assert state.legitimacy[0] == before.legitimacy[0]
    for kind, sign, field in (("legitimacy", 1, "legitimacy"), ("exclusion", -1, "minority_legitimacy")):
        for amount, limit in ((1.0, 1.0), (-1.0, 0.0)):
            assert getattr(happened(kind, "AAA", sign * amount)[1], field)[0] == limit


def test_a_staged_attack_is_news_where_it_happens_and_against_the_core_s_wishes_unless_it_is_the_core_s():
    for target, row in (("core", CORE), ("east", EAST)):
        before, state = happened("attack", target, country="AAA")
        assert state.staged.sum() == state.staged[row] == (row != CORE)
        assert state.headlines == before.headlines + state.parameters.prestige.headline_attack
        assert state.attacks_in[0] == before.attacks_in[0] + 1
    assert happened("attack", "core")[1].attacks_in[0] == plane().attacks_in[0]  # somewhere else


def test_every_event_is_told_with_its_meaning():
    _, state = happened("treasury_loss", "east")
    assert [(e.kind, e.organisation, e.cause, e.amount) for e in state.events] == [
        ("timeline", "east", "made up", 0.25),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "week"), [(0, 0), (6, 0), (7, 1), (20, 2), (21, None)])
def test_an_event_happens_in_the_week_of_its_date_and_not_after_the_end(days, week):
    event = {"date": START + timedelta(days=days), "kind": "prestige", "amount": -0.5, "meaning": "made up"}
    simulation = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 3, "timeline.shock": event}), seed=1)
    assert list(simulation.timeline) == ([] if week is None else [week])
    simulation.run()
    assert [e.week for e in simulation.state.events if e.kind == "timeline"] == ([] if week is None else [week])


def test_events_before_the_start_are_history():
    scenario = load_scenario("core_collapse")
    early = [event for event in scenario.timeline.values() if event.date < scenario.start]
    late = scenario.model_copy(update={"start": max(event.date for event in scenario.timeline.values()) + timedelta(1)})
    assert len(early) < len(scenario.timeline)
    assert timeline.schedule(late) == {}
