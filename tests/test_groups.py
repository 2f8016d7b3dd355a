"""What follows from a group's decisions: pledges, refusals, leaving, factions, and cells of returnees."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, sworn

from model import Simulation, kernels, load_scenario
from model.agents.local_group import found
from model.mechanisms import foreign_fighters, holdings
from model.mechanisms.pledging import Decision
from model.state import CORE, Loyalty, Status


def world(**overrides):
    return Simulation(load_scenario("synthetic_plane", overrides={"weeks": 30} | overrides), seed=1)


def decided(decision, row=EAST, prepare=lambda state: None):
    """The plane after a group has taken a decision; and what it returned."""
    simulation = world()
    prepare(simulation.state)
    child = simulation.groups[row - 1].decide(decision)
    return simulation.state, child


def test_a_pledge_waits_for_its_answer_and_takes_back_a_refusal():
    state, child = decided(Decision.PLEDGE, prepare=lambda state: state.refused.fill(True))
    assert state.pledged[EAST]
    assert not state.refused[EAST]
    assert state.refused[WEST]
    assert (state.status[EAST], state.camp[EAST], child) == (Status.INDEPENDENT, -1, None)
    assert [event.kind for event in state.events] == ["pledge"]


def test_a_refusal_binds_and_is_no_pledge():
    state, _ = decided(Decision.REFUSE)
    assert state.refused[EAST]
    assert not state.pledged[EAST]
    assert [event.kind for event in state.events] == ["refusal"]


@pytest.mark.parametrize(("decision", "kind"), [(Decision.DEFECT, "defection"), (Decision.SECEDE, "secession")])
def test_a_province_that_leaves_is_its_own_again_and_has_refused_in_public(decision, kind):
    def province(state):
        sworn(state, EAST)
        state.accepted_week[EAST], state.loyalty[EAST] = 3, Loyalty.BARGAIN
        state.activity[EAST], state.asking[EAST] = 0.2, 2.0
        state.sheltered[EAST], state.reserve[EAST] = 10.0, 1000.0

    state, _ = decided(decision, prepare=province)
    assert (state.status[EAST], state.camp[EAST], state.accepted_week[EAST]) == (Status.INDEPENDENT, -1, -1)
    assert state.refused[EAST]
    assert state.activity[EAST].tolist() == state.own_activity[EAST].tolist()
    assert (state.loyalty[EAST], state.asking[EAST]) == (Loyalty.OBEY, 1.0)
    assert state.sheltered[EAST] == state.reserve[EAST] == 0.0
    assert [event.kind for event in state.events] == [kind]


def test_nothing_follows_from_no_decision():
    before = world().state.organisation_records.tobytes()
    state, child = decided(Decision.NONE)
    assert (state.organisation_records.tobytes(), child, state.events) == (before, None, [])


def odd(state):
    """The western franchise with odd numbers of men and dollars, busy with what a province is told."""
    state.local_fighters[WEST], state.foreign_fighters[WEST], state.treasury[WEST] = 501.0, 11.0, 1e6 + 1
    state.conviction[WEST], state.activity[WEST] = 0.4, 0.2


def test_a_faction_takes_its_share_of_men_and_money_and_is_closer_to_the_core_s_creed():
    state, child = decided(Decision.SPLIT, WEST, odd)
    p, row = state.parameters.splintering, child.row
    assert row == len(state.names) - 1 == 3
    for stock, had in (("local_fighters", 501), ("foreign_fighters", 11), ("treasury", 1e6 + 1)):
        field = getattr(state, stock)
        assert field[row] == np.floor(p.share * had) > 0
        assert field[row] + field[WEST] == had
    assert state.conviction[row] == pytest.approx(0.4 + p.zeal)
    assert (state.status[row], state.camp[row], state.hub[row], state.parent[row]) == (Status.INDEPENDENT, -1, -1, WEST)
    assert state.present[row]
    for field in (
        "home",
        "home_country",
        "ambition",
        "need",
        "own_brutality",
        "skill",
        "full_skill",
        "own_alignment",
        "media",
    ):
        assert getattr(state, field)[row] == getattr(state, field)[WEST], field
    assert np.array_equal(state.activity[row], state.own_activity[WEST])  # it follows no orders
    assert np.array_equal(state.support[row], state.support[WEST])
    assert (state.hub[WEST], state.events[-1].kind) == (0, "splinter")


def test_conviction_is_never_more_than_full():
    state, child = decided(Decision.SPLIT, WEST, lambda state: state.conviction.fill(0.99))
    assert state.conviction[child.row] == 1.0


def test_where_no_row_is_spare_nobody_splits():
    simulation = world()
    state = simulation.state
    while len(state.names) < state.organisations:
        state.names.append("other")
    before = state.organisation_records.tobytes()
    assert simulation.groups[WEST - 1].faction() is None
    assert simulation.groups[EAST - 1].quarrel() is None
    assert found(simulation, 0, 10.0) is None
    assert state.organisation_records.tobytes() == before
    assert not state.events


def test_commanders_who_fall_out_are_no_closer_to_the_core():
    simulation = world()
    state = sworn(simulation.state, EAST)
    child = simulation.groups[EAST - 1].quarrel()
    assert state.conviction[child.row] == state.conviction[EAST]
    assert (state.camp[child.row], state.status[child.row], state.camp[EAST]) == (-1, Status.INDEPENDENT, 0)
    causes = state.events[-1].causes
    assert set(causes) <= {"lost_trust", "weak_core", "rivalry_of_leaders"}


def test_a_cell_is_founded_in_the_capital_by_returnees_of_the_core_s_creed_without_means():
    simulation = world()
    state = simulation.state
    state.returnees[0] = 40.0
    cell = found(simulation, 0, 12.0)
    p, row = state.parameters.foreign_fighters, cell.row
    assert (state.local_fighters[row], state.foreign_fighters[row], state.treasury[row]) == (12.0, 0.0, 0.0)
    assert state.returnees[0] == 28.0
    assert state.accounts["fighters_founding"] == 12.0
    assert state.home[row] == state.theatre.capital_cell[0]
    assert (state.status[row], state.camp[row], state.hub[row]) == (Status.INDEPENDENT, -1, -1)
    assert state.conviction[row] == p.cell_conviction
    assert state.own_alignment[row] == state.parameters.pledging.own_alignment * p.cell_conviction
    assert state.brutality[row] == state.own_brutality[row] == state.own_brutality[CORE]
    assert state.need[row] == state.skill[row] == state.full_skill[row] == 1.0
    assert state.activity[row].sum() == pytest.approx(1.0)
    assert (state.events[-1].kind, state.events[-1].amount) == ("founding", 12.0)


def cells(returnees=100.0, draw=0.0, alone=True, **overrides):
    """Founders of this week in the plane, where there is nobody else or there is."""
    state = fortune(plane(**overrides), cells=draw)
    state.returnees[0] = returnees
    if alone:
        state.present[:], state.control[:] = False, 0.0
        holdings.measure(state)
    return foreign_fighters.founders(state)[0]


def test_many_returnees_found_a_cell_by_chance_and_only_where_no_group_is():
    settings = {"foreign_fighters.cell_returnees": 100.0, "foreign_fighters.cell_share": 0.255}
    settings["foreign_fighters.cell_hazard"] = 0.3
    assert cells(**settings) == 25
    assert cells(99.0, **settings) == 0
    assert cells(draw=0.29, **settings) == 25
    assert cells(draw=0.31, **settings) == 0
    assert cells(alone=False, **settings) == 0


def test_nobody_founds_a_cell_where_a_group_has_its_seat_or_holds_people():
    state = Simulation(load_scenario("levant_2014", overrides={"weeks": 4, "resolution": 1.0}), seed=1).state
    fortune(state, cells=0.0)
    tunis, libya, algiers = (state.countries.index(code) for code in ("TUN", "LBY", "DZA"))
    state.present[:], state.control[:] = False, 0.0
    state.present[1], state.home_country[1] = True, tunis
    state.control[1, state.theatre.country == libya] = 0.5
    kernels.activate(state.cells, state.neighbours)
    holdings.measure(state)
    state.returnees[:] = 0.0
    state.returnees[[tunis, libya, algiers]] = 1e4
    assert np.flatnonzero(foreign_fighters.founders(state)).tolist() == [algiers]
