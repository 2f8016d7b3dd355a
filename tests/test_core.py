"""The core: what it sends its provinces, when it answers a pledge, where it goes when its land is lost, and when it ends."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, bisected, fortune, plane, switched, sworn
from test_policies import at, bought, start

from model import Simulation, kernels, load_scenario
from model.mechanisms import links
from model.state import CORE, Stance


def directed(momentum=0.0, prepare=lambda state: None, **overrides):
    state = sworn(plane(**overrides), EAST)
    state.alignment[:], state.exposure[:], state.directive[:] = 1.0, 0.0, 0.3
    prepare(state)
    kernels.direct_provinces(state.organisation_records, momentum, state.switches, state.parameters.core.record)
    return state


def strays(alignment, exposure=0.0):
    def prepare(state):
        state.alignment[EAST], state.exposure[CORE] = alignment, exposure

    return prepare


def test_the_core_writes_more_to_who_strays_and_less_when_it_has_been_exposed():
    p = plane().parameters.core
    assert directed().traffic[EAST] == pytest.approx(p.traffic)
    assert directed(prepare=strays(0.5)).traffic[EAST] == pytest.approx(p.traffic * (1 + p.concern / 2))
    assert directed(prepare=strays(1.0, 0.5)).traffic[EAST] == pytest.approx(p.traffic * (1 - p.caution / 2))
    bounds = {"core.least_traffic": 0.9, "core.most_traffic": 1.1}
    assert directed(prepare=strays(0.0), **bounds).traffic[EAST] == 1.1
    assert directed(prepare=strays(1.0, 1.0), **bounds).traffic[EAST] == 0.9


def test_orders_ask_for_offensives_in_good_times_and_for_attacks_elsewhere_in_bad_ones():
    p = plane().parameters.core
    good, even, bad = (directed(momentum).directive[EAST] for momentum in (10.0, 0.0, -10.0))
    for orders in (good, even, bad):
        assert orders.sum() == pytest.approx(p.directive)
        assert orders[[1, 4]].tolist() == [0, 0]
    assert good[0] == pytest.approx(p.directive)
    assert even[0] == pytest.approx(p.directive / 2)
    assert bad[0] == pytest.approx(0.0, abs=1e-9)
    assert bad[2] == pytest.approx(p.directive * p.regional_orders)
    assert directed(p.momentum_scale).directive[EAST, 0] == pytest.approx(p.directive / (1 + np.exp(-1)))


def test_orders_reach_only_provinces_that_heard_and_only_with_the_switch():
    state = directed()
    assert (state.directive[[CORE, WEST]] == 0.3).all()
    silent = directed(prepare=lambda state: state.delivered.fill(0.0))
    assert (silent.directive == 0.3).all()
    assert (directed(**switched(communication__directives=False)).directive == 0.3).all()


def world(prepare=lambda state: None, **overrides):
    simulation = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 30} | overrides), seed=1)
    sworn(simulation.state, EAST, quality=0.8)
    prepare(simulation.state)
    return simulation


def answered(quality, **overrides):
    """The chance that the core answers a pledge within a week."""
    simulation = world(**overrides)
    state = simulation.state

    def happens(draw):
        state.pledged[WEST], state.quality[WEST], state.status[WEST] = True, quality, 1
        state.draws = lambda purpose, size=None: np.full(size or state.organisations, draw)
        simulation.core.answer_pledges()
        return not state.pledged[WEST]

    return bisected(happens)


def test_a_pledge_is_answered_in_weeks_over_a_good_link_and_in_a_year_without_one():
    lags = {"core.best_lag": 2.0, "core.worst_lag": 48.0, "core.lag_power": 2.0}
    assert answered(1.0, **lags) == pytest.approx(1 / 2, rel=1e-3)
    assert answered(0.5, **lags) == pytest.approx(1 / 14, rel=1e-3)
    assert answered(0.0, **lags) == pytest.approx(1 / 50, rel=1e-3)


def test_an_accepted_group_is_a_province_that_follows_at_least_a_little_and_has_left_its_hub():
    simulation = world()
    state, p = simulation.state, simulation.state.parameters.pledging
    state.week, state.pledged[WEST], state.own_alignment[WEST], state.trust[WEST] = 7, True, 0.0, 0.2
    simulation.core.accept(WEST, 5.0, 0.5)
    assert (state.status[WEST], state.camp[WEST], state.hub[WEST]) == (2, 0, -1)
    assert (state.hub_tie[WEST], state.trust[WEST], state.accepted_week[WEST]) == (0.0, 1.0, 7)
    assert not state.pledged[WEST]
    assert state.alignment[WEST] == p.start_alignment
    state.own_alignment[WEST] = 0.99
    simulation.core.accept(WEST, 5.0, 0.5)
    assert state.alignment[WEST] == 0.99


def aid(momentum):
    """What reaches a province of a core whose people have changed by a share against a quarter ago."""
    simulation = world(**switched(stances=False, links__retreat=False))
    state = simulation.state
    held = float(state.people_held[CORE])
    state.people_before = held * (1 - momentum) if momentum > 0 else held / (1 + momentum)
    before = state.treasury[EAST]
    simulation.core.decide()
    return float(state.treasury[EAST] - before)


def test_a_core_that_loses_land_sends_a_stated_share_of_its_usual_aid():
    p = plane().parameters.core
    usual = plane().parameters.links.money * p.aid_share * 1e8
    assert aid(0.0) == aid(0.5) == aid(-0.9 * p.setback) == pytest.approx(usual, abs=1)
    assert aid(-1.1 * p.setback) == pytest.approx(p.setback_aid * usual, abs=1)


def beaten(people=0.0, fighters=5000.0, week=20, refuge=True, stance=Stance.HOLD, **overrides):
    """A core that holds so many people, after it has looked whether it can stay."""

    def prepare(state):
        state.week, state.people_held[CORE], state.stance[CORE] = week, people, stance
        state.local_fighters[CORE], state.foreign_fighters[CORE] = fighters, 0.0
        state.quality[EAST] = 0.8 if refuge else 0.0

    simulation = world(prepare, **overrides)
    simulation.core.survive()
    return simulation


def moved(simulation):
    return simulation.core.home == simulation.groups[EAST - 1].home


def test_a_core_without_land_moves_to_a_linked_province_if_there_is_one_and_if_it_may():
    assert moved(beaten())
    last = plane().parameters.core.last_stand
    assert moved(beaten(people=last))
    assert not moved(beaten(people=last + 1))
    assert not moved(beaten(refuge=False))
    assert not moved(beaten(**switched(core__relocation=False)))
    assert not moved(beaten(stance=Stance.UNDERGROUND))
    settling = int(plane().parameters.core.settling)
    assert not moved(beaten(week=settling - 1))
    assert moved(beaten(week=settling))


def test_a_core_without_land_and_men_ends_with_all_that_it_has_and_pledges_to_it_lapse():
    few = plane().parameters.core.last_fighters
    assert beaten(fighters=few).state.core_alive
    assert beaten(fighters=few - 1, people=1e6).state.core_alive

    simulation = world()
    state = simulation.state
    state.week, state.people_held[CORE], state.pledged[WEST] = 20, 0.0, True
    state.local_fighters[CORE], state.foreign_fighters[CORE] = few - 1, 0.0
    simulation.core.survive()
    assert not state.core_alive
    assert not state.pledged.any()
    assert state.fighters[CORE] == state.treasury[CORE] == state.control[CORE].sum() == 0
    assert state.events[-1].kind == "core_dead"
    before = state.traffic.copy(), state.treasury.copy()
    simulation.core.decide()  # who is dead decides nothing
    assert np.array_equal(state.traffic, before[0])
    assert np.array_equal(state.treasury, before[1])


def test_the_best_refuge_is_a_province_with_a_good_link_and_many_people():
    simulation = world(lambda state: sworn(state, WEST))
    state, core = simulation.state, simulation.core
    state.people_held[[EAST, WEST]], state.quality[[EAST, WEST]] = (1e5, 2e5), (0.5, 0.5)
    assert core.refuge() == WEST
    state.quality[WEST] = 0.1
    assert core.refuge() == EAST
    state.status[EAST] = 1
    assert core.refuge() == WEST
    state.quality[WEST] = 0.0
    assert core.refuge() == 0


RETREAT = {"links.retreat": 1.0, "links.retreat_rate": 0.1, "core.setback": 0.05, "mechanisms.stances": False}


def ahead(prepare=lambda state: None, **overrides):
    """State after a losing core has looked whom to send ahead to its province in the east; and people and money before."""
    simulation = world(**RETREAT | overrides)
    state = simulation.state
    state.people_before = 2.0 * float(state.people_held[CORE])
    prepare(state)
    before = state.fighters.copy(), state.treasury.copy()
    if links.loses(state):
        links.prepare_retreat(fortune(state), simulation.core.refuge())
    return state, *before


def test_a_losing_core_sends_a_share_of_its_people_and_money_ahead_and_nothing_is_lost():
    state, men, money = ahead()
    assert men[CORE] - state.fighters[CORE] == pytest.approx(0.1 * men[CORE], abs=2)
    assert state.fighters.sum() == men.sum()
    assert money[CORE] - state.treasury[CORE] == pytest.approx(0.1 * money[CORE], abs=1)
    assert state.treasury.sum() == money.sum()
    assert state.sheltered[EAST] == state.fighters[EAST] - men[EAST] > 0
    assert state.reserve[EAST] == state.treasury[EAST] - money[EAST] > 0
    assert links.haven(state) == EAST
    people, sent = links.take_back(state, EAST)
    assert (people, sent) == (men[CORE] - (state.fighters[CORE] - people), money[CORE] - (state.treasury[CORE] - sent))
    assert state.fighters[EAST] == men[EAST]
    assert state.treasury.tolist() == money.tolist()
    assert state.sheltered[EAST] == state.reserve[EAST] == 0
    assert links.haven(state) == 0


@pytest.mark.parametrize(
    ("prepare", "overrides"),
    [
        (lambda state: setattr(state, "people_before", 1.04 * float(state.people_held[CORE])), {}),
        (lambda state: setattr(state, "people_before", 0.5 * float(state.people_held[CORE])), {}),
        (lambda state: state.delivered.fill(0.0), {}),
        (lambda state: state.home.__setitem__(CORE, state.home[EAST]), {}),  # it lives there already
        (lambda state: None, {"mechanisms.links.retreat": False}),
        (lambda state: None, {"links.retreat": 0.0}),
        (lambda state: state.people_held.__setitem__(CORE, state.parameters.core.last_stand), {}),
    ],
    ids=["hardly loses", "wins", "silence", "one home", "switch", "weight", "last stand"],
)
def test_nobody_is_sent_ahead_without_need_word_or_switch(prepare, overrides):
    state, men, money = ahead(prepare, **overrides)
    assert np.array_equal(state.fighters, men)
    assert np.array_equal(state.treasury, money)


def test_where_a_core_has_fled_to_is_its_own_country_and_gets_the_effort_that_is_meant_for_it():
    state, aimed = start().state, {"governance_aid": {"core": 0.5}}
    (refuge,) = at(state, "LBY")
    assert bought(aimed, state)["governance_aid"][refuge] == 0
    state.home_country[CORE] = refuge
    assert bought(aimed, state)["governance_aid"][refuge] > 0
