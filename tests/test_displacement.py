"""Who flees, from whom, where to, and who comes back, to the last person."""

import numpy as np
import pytest
from made_up_states import plane

from model import Simulation, load_scenario
from model.mechanisms import displacement
from model.state import CORE

STILL = {"displacement.front": 0.0}


def ruled(weeks=1, control=0.5, fear=0.8, **overrides):
    """The plane after some weeks in which the core rules some cells, and the people there before; nobody else rules."""
    state = plane(**STILL | overrides)
    cells = np.flatnonzero(state.control[CORE] > 0.5)
    state.fear[:] = state.control[:] = 0.0
    state.control[CORE, cells], state.fear[CORE, cells], state.total[:] = control, fear, state.control.sum(axis=0)
    state.total_before[:] = state.total
    before = state.people[cells].copy()
    for _ in range(weeks):
        displacement.move(state)
    assert state.people.sum() + state.hosted.sum() == plane().people.sum()
    return state, cells, before


def test_people_leave_by_control_and_fear_and_part_of_a_person_waits_for_the_next_week():
    rate = {"displacement.flight": 0.01}
    state, cells, before = ruled(**rate)
    expected = 0.01 * 0.5 * 0.8 * before
    assert before - state.people[cells] == pytest.approx(np.floor(expected))
    assert state.flight_due[cells] == pytest.approx(expected - np.floor(expected))
    few, cells, before = ruled(10, **{"displacement.flight": 1.1 / before.max()})  # less than half a person a week
    assert (before - few.people[cells] >= 3).any()
    assert (before - few.people[cells] <= 5).all()
    for left_alone in ({"control": 0.0}, {"fear": 0.0}):
        state, cells, before = ruled(**rate, **left_alone)
        assert np.array_equal(state.people[cells], before)


def test_no_more_people_leave_than_there_are():
    state, cells, _ = ruled(3, 1.0, 1.0, **{"displacement.flight": 5.0})
    assert not state.people[cells].any()
    assert (state.people >= 0).all()


def returned(total, missing=1000.0, weeks=1, **overrides):
    """People who have come back to a cell that so many have left, where control is so much."""
    state = plane(**STILL | {"displacement.returning": 0.1, "displacement.quiet": 0.2} | overrides)
    cell = int(np.argmax(state.people))
    state.fear[:], state.people[cell], state.hosted[0, 0] = 0.0, state.people[cell] - missing, missing
    state.away_cells[0], state.is_away[cell], state.away_count = cell, True, 1
    state.control[:], state.total[:] = 0.0, total
    state.total_before[:] = state.total
    before = state.people[cell]
    for _ in range(weeks):
        displacement.move(state)
    return state.people[cell] - before, state


def test_people_come_back_where_nobody_rules_any_more_and_no_more_than_have_left():
    assert returned(0.1)[0] == 100
    assert returned(0.19)[0] == 100
    assert returned(0.2)[0] == returned(0.9)[0] == 0
    back, state = returned(0.0, weeks=200)
    assert back == 1000 - state.hosted.sum()
    assert back > 900
    assert returned(0.0, **{"displacement.returning": 5.0}, weeks=3)[0] == 1000


@pytest.fixture
def levant():
    state = Simulation(load_scenario("levant_2014", overrides={"weeks": 4, "resolution": 1.0} | STILL), seed=1).state
    state.total_before[:] = state.total
    state.fear[:], state.hosted[:] = 0.0, 0.0
    return state


def test_a_share_of_those_who_flee_crosses_each_land_border_by_its_length(levant):
    syria = levant.countries.index("SYR")
    levant.fear[CORE, levant.theatre.country == syria] = 0.9
    before = levant.people.sum()
    displacement.move(levant)
    fled, p, shares = levant.hosted[syria].sum(), levant.parameters.displacement, levant.ground.border_shares[syria]
    assert fled == before - levant.people.sum() > 1000
    others = np.arange(len(shares)) != syria
    assert levant.hosted[syria, others] == pytest.approx(np.floor(p.abroad * fled * shares)[others])
    assert levant.hosted[syria, syria] > (1 - p.abroad) * fled - 1
    assert not levant.hosted[others].any()


def test_those_displaced_at_home_come_back_first_and_then_from_where_most_are(levant):
    syria, turkey, jordan = (levant.countries.index(code) for code in ("SYR", "TUR", "JOR"))
    cell = int(np.argmax(np.where(levant.theatre.country == syria, levant.people, 0)))
    levant.people[cell] -= 1000
    levant.hosted[syria, [syria, turkey, jordan]] = 300, 500, 200
    levant.away_cells[0], levant.is_away[cell], levant.away_count = cell, True, 1
    levant.control[:], levant.total[:], levant.total_before[:] = 0.0, 0.0, 0.0
    left = []
    for back in (200, 300, 480):  # of 1,000, 800 and 500
        levant.parameters.displacement.returning = back / (1000 - sum((200, 300, 480)[: len(left)]))
        displacement.move(levant)
        left.append(levant.hosted[syria, [syria, turkey, jordan]].tolist())
    assert left == [[100, 500, 200], [0, 300, 200], [0, 0, 20]]
