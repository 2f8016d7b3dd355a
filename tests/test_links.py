"""Links between the core and its provinces: cutting silences them, trust takes time, a dead core keeps no province."""

from datetime import date

import numpy as np
import pytest
from made_up_states import EAST, WEST, bisected, fortune, plane, switched, sworn

from model import Simulation, load_scenario
from model.mechanisms import alignment, communication, levers, links, policy
from model.scenario.declarations import declarations
from model.scenario.schema import Phase
from model.state import CORE

COARSE = {"resolution": 1.0}
MIDDLE = {f"communication.{name}": (each.low + each.high) / 2
          for name, each in declarations().parameters["communication"].items()}  # fmt: skip
FALL = {f"timeline.collapse_{what}.date": date(2015, 1, 12) for what in ("control", "fighters", "treasury")}
DEAD = FALL | {
    "timeline.collapse_control.amount": 1.0, "timeline.collapse_fighters.amount": 1.0,
    "mechanisms.core.relocation": False,
}  # fmt: skip


def essay(policy="no_intervention", seed=1, **overrides):
    return Simulation(load_scenario("essay_2016", policy, overrides=COARSE | {"weeks": 60} | overrides), seed=seed)


def cut(effort, targeting="brokers"):
    """A policy of nothing but severing, from the first week on."""
    return {"policy.targeting": targeting,
            "policy.phases": {"cut": {"start": 0, "meaning": "cut", "effort": {"sever_links": effort}}}}  # fmt: skip


@pytest.mark.parametrize("numbers", [{}, MIDDLE], ids=["declared", "middle"])
def test_full_effort_on_one_link_silences_it_within_half_a_year(numbers):
    numbers = {key: value for key, value in numbers.items() if "healing" not in key}
    simulation = essay(**cut(1.0), **numbers)
    state, row = simulation.state, simulation.state.names.index("libya_10nov")
    others = np.arange(state.organisations) != row
    for _ in range(26):
        state.envoys[CORE, others], state.brokers[others] = 0.0, 0.0  # it is the only link
        simulation.step()
    assert state.sever[row] > 0.5
    assert state.brokers[row] == 0
    assert state.quality[row] < 0.1
    assert state.silence[row] >= 2


def exchanged(effort, weeks=40, seed=2):
    """Quality of links and messages delivered week by week under severing, all else held as it is."""
    simulation = essay(seed=seed)
    state, courses = simulation.state, []
    state.ally_effort[0] = 1.0
    cutting = policy.spent(state, [Phase(effort={"sever_links": effort})])
    for week in range(weeks):
        state.week = week
        levers.spend(state, cutting)
        communication.exchange(state)
        courses.append((state.quality.copy(), state.delivered.copy(), state.brokers.copy()))
    return [np.array(course) for course in zip(*courses, strict=True)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_severing_never_makes_a_link_better_nor_lets_more_messages_through(seed):
    before = exchanged(0.0, seed=seed)
    for effort in (0.1, 0.3, 1.0):
        now = exchanged(effort, seed=seed)
        for less, more in zip(now, before, strict=True):
            assert (less <= more + 1e-12).all()
        before = now
    assert before[0][-1].sum() < exchanged(0.0, seed=seed)[0][-1].sum()


def test_strikes_on_leaders_and_command_centres_remove_brokers():
    left = {}
    for dose in (0.0, 1.0):
        state = essay(seed=5).state
        state.command_strikes[:], state.accuracy[:] = dose, 1.0
        for week in range(20):
            state.week = week
            communication.exchange(state)
        left[dose] = state.brokers.sum()
    assert left[1.0] < left[0.0]


def test_brokers_are_few_whole_and_come_back_slowly():
    state = essay(seed=5).state
    row = state.names.index("libya_10nov")
    had = state.brokers[row]
    assert (state.brokers == np.rint(state.brokers)).all()
    assert 0 < state.brokers.max() <= 5
    state.brokers[row] = 0.0
    course = []
    for week in range(300):
        state.week = week
        communication.exchange(state)
        course.append(state.brokers[row])
    assert course[7] < had
    assert course[-1] > 0
    assert (np.diff(course) <= 1).all()


def test_a_message_moves_a_province_only_as_far_as_trust_came_back():
    """After half a year of silence one message mends less than it would have done without the silence."""
    gains = []
    for silent in (0, 26):
        state = essay().state
        row = state.names.index("libya_10nov")
        for _ in range(silent):
            state.delivered[:] = 0.0
            alignment.update(state)
        state.alignment[row] = 0.4
        state.delivered[row] = 1.0
        alignment.update(state)
        gains.append(state.alignment[row] - 0.4)
    assert 0 < gains[1] < gains[0] / 2


def fallen(weeks, **overrides):
    simulation = Simulation(
        load_scenario("core_collapse", overrides=COARSE | DEAD | {"weeks": weeks} | overrides), seed=3
    )
    provinces = []
    while simulation.state.week < weeks:
        simulation.step()
        if not simulation.state.core_alive:
            provinces.append(int((simulation.state.provinces & simulation.state.present).sum()))
    return simulation, provinces


@pytest.fixture(scope="module")
def dead():
    return fallen(100)


def test_a_dead_core_keeps_no_province_for_a_year(dead):
    _, provinces = dead
    assert provinces[0] > 0
    assert len(provinces) > 52
    assert provinces[52] == 0


def test_provinces_of_a_dead_core_say_why_they_left(dead):
    simulation, _ = dead
    died = next(event.week for event in simulation.state.events if event.kind == "core_dead")
    left = [e for e in simulation.state.events if e.kind in ("defection", "secession") and e.week > died]
    assert left
    assert all("the core was no more" in event.cause for event in left)


def test_a_dead_core_wins_no_pledge_no_prestige_and_holds_nothing(dead):
    simulation, _ = dead
    state = simulation.state
    died = next(event.week for event in state.events if event.kind == "core_dead")
    assert not [e for e in state.events if e.kind in ("pledge", "acceptance", "splinter") and e.week > died]
    assert (np.diff(simulation.record.series["prestige"][died + 1 :, 0]) <= 0).all()
    assert state.fighters[CORE] == state.treasury[CORE] == state.control[CORE].sum() == 0
    assert not state.pledged.any()


def quarrel(prestige=0.5, trust=0.5, fighters=500.0, alive=True, **overrides):
    state = sworn(plane(**{"links.split_hazard": 0.4, "links.cohesion": 1.0} | overrides), EAST)
    state.prestige, state.core_alive, state.trust[EAST] = prestige, alive, trust
    state.local_fighters[EAST], state.foreign_fighters[EAST] = fighters, 0.0

    def happens(draw):
        found = links.quarrels(fortune(state, quarrel=draw))
        assert not found[[CORE, WEST]].any()
        return found[EAST]

    return bisected(happens)


def test_the_core_s_backing_keeps_commanders_of_provinces_together():
    full = plane().parameters.links.cohesion_prestige
    assert quarrel(prestige=0.0) == pytest.approx(0.4, rel=1e-3)
    assert quarrel(prestige=full, trust=1.0) == pytest.approx(0, abs=1e-5)
    assert quarrel(prestige=1.0, trust=0.5) == pytest.approx(0.2, rel=1e-3)
    assert quarrel(prestige=1.0, trust=1.0, alive=False) == pytest.approx(0.4, rel=1e-3)
    assert quarrel(fighters=1.0) == pytest.approx(0, abs=1e-5)
    assert quarrel(**switched(links__cohesion=False)) == pytest.approx(0, abs=1e-5)


def test_links_that_heal_come_to_a_ceiling_and_only_between_members():
    state = sworn(plane(**{"rivals.network_healing": True, "communication.envoy_decay": 0.0}), EAST, WEST)
    ceiling = state.parameters.communication.healing_ceiling = 2.0
    state.parameters.communication.healing, state.envoys[:] = 0.5, 0.0
    state.envoys[CORE, EAST] = state.envoys[EAST, CORE] = 1.0
    state.parameters.communication.envoy_gain = 0.0
    courses = []
    for state.week in range(60):
        communication.exchange(state)
        courses.append(state.envoys[CORE, [EAST, WEST]].copy())
    assert 0 < courses[0][1] < courses[-1][1] <= ceiling  # through its neighbour
    assert courses[-1].max() <= ceiling
    assert 0 < state.envoys[EAST, WEST] <= ceiling
    assert not state.envoys[:, 3:].any()
