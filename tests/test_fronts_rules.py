"""Rules of control on a plane without anybody's forces, where a test puts those whom it is about."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, switched, sworn

from model import Simulation, kernels, load_scenario
from model.mechanisms import territory
from model.state import CORE

FORMS = ["pressure", "diffusion"]
NOBODY = {"territory.foothold": 0.0, "territory.resistance": 0.0, "territory.growth": 0.0}
STRONG = 1e6  # of communities: per 1,000 people, far more than any organisation has


def ground(form="pressure", **overrides):
    """The plane where nobody holds land and nobody resists; everybody presses, and nobody masses fighters anywhere."""
    state = plane(**{"mechanisms.territory.form": form} | NOBODY | overrides)
    for name in ("control", "defence", "forces", "militia", "massed", "fear", "grievance"):
        getattr(state, name)[:] = 0.0
    state.push[:], state.drive[:], state.focus[:], state.people[:] = 1.0, 1.0, -1, 1000.0
    state.cache.clear()  # speeds of fronts as the start had them
    return state


def square(state, row, column, size=1):
    """Cells of a square, by its corner."""
    inside = (state.theatre.row >= row) & (state.theatre.row < row + size)
    return np.flatnonzero(inside & (state.theatre.column >= column) & (state.theatre.column < column + size))


def week(state, *held):
    """Let a week pass from what is held, each an organisation, cells and its control of them; return the state."""
    for row, cells, control in held:
        state.control[row, cells] = control
    territory.begin(state)
    state.is_active[:] = False
    kernels.activate(state.cells, state.neighbours)
    territory.spread(state)
    return state


def neighbours(state):
    """Two cells side by side in the middle."""
    return square(state, 10, 10), square(state, 10, 11)


def test_whom_nobody_fights_keeps_a_full_cell_and_enemies_take_part_of_it():
    for rivalry in (False, True):
        state = ground(**switched(rivalry=rivalry))
        mine, theirs = neighbours(state)
        state.local_fighters[EAST] = 1.0
        week(state, (CORE, mine, 1.0), (EAST, theirs, 1.0))
        assert (state.control[CORE, theirs] > 0) == rivalry
        assert (state.control[EAST, theirs] < 1) == rivalry


def test_a_cell_that_newcomers_bring_over_its_full_is_divided_and_everybody_gives_way():
    state = ground()
    mine, theirs = neighbours(state)
    state.local_fighters[EAST] = 1.0
    week(state, (CORE, mine, 1.0), (EAST, theirs, 1.0))
    assert state.control[[CORE, EAST], theirs].sum() == pytest.approx(1.0)
    assert state.total.max() <= 1 + 1e-12


def pressed(rivalry):
    """What the core keeps of half a cell, the other half of which is a rival's, where no army presses."""
    state = ground(**{"territory.clash": 1e-9}, **switched(rivalry=rivalry))
    state.push[:], state.defence[:] = 0.0, STRONG
    here, _ = neighbours(state)
    week(state, (CORE, here, 0.5), (EAST, here, 0.5))
    return state.control[CORE, here[0]]


def test_enemies_press_also_where_no_army_does():
    assert pressed(rivalry=False) == 0.5
    assert pressed(rivalry=True) < 0.48


def test_nobody_loses_more_people_than_it_held():
    state = ground(**{"territory.clash": 5.0})
    here, _ = neighbours(state)
    state.defence[:] = STRONG
    week(state, (CORE, here, 0.5), (EAST, here, 0.5))
    assert state.control[CORE, here] == 0
    assert state.lost_people[CORE] == pytest.approx(0.5 * state.people[here[0]])


def test_a_front_stops_within_a_week_where_it_meets_those_whom_it_cannot_beat():
    """In several parts of a week: the contest of a cell that was reached in the first counts in the second."""
    state = ground(**{"territory.speed": 150.0})
    assert territory.sub_steps(state) > 2
    state.spreading.theta[:] = 0.0  # what stood there before the week counts for nothing
    mine, beside = neighbours(state)
    state.defence[:] = STRONG
    state.defence[np.concatenate((mine, beside))] = 0.0
    week(state, (CORE, mine, 1.0))
    assert np.flatnonzero(state.control[CORE]).tolist() == [*mine, *beside]


def test_control_of_a_cell_is_never_more_than_all_of_it_however_fast_it_grows():
    for form in FORMS:
        state = ground(form, **{"territory.growth": 10.0})
        week(state, (CORE, square(state, 10, 10, 5), 0.5))
        assert state.control.max() == 1.0


def held_after(prepare, **overrides):
    """What the core holds after a week around a square, against garrisons that it can just beat."""
    state = ground(**overrides)
    state.effectiveness[:] = 1.0
    state.forces[:] = 2e-5 * state.theatre.country_people  # which count a thousandfold
    state.reach[:] = 1.0
    prepare(state)
    week(state, (CORE, square(state, 10, 10, 4), 1.0))
    return state.control[CORE].sum()


@pytest.mark.parametrize(("switch", "field"), [("operations", "mobilisation"), ("attitudes__grievance", "grievance")])
def test_armies_that_leave_and_grievance_weaken_garrisons_only_where_their_mechanism_is_on(switch, field):
    for on in (True, False):
        none, full = (
            held_after(lambda state, value=value: getattr(state, field).fill(value), **switched(**{switch: on}))
            for value in (0.0, 1.0)
        )
        assert none > 0
        assert (full > none) == on
        assert on or full == none


def massing(focus, mass):
    return held_after(lambda state: state.focus.fill(focus), **{"territory.mass": mass})


def test_who_masses_nowhere_has_all_fighters_everywhere_and_who_masses_elsewhere_in_any_sector_has_fewer():
    everywhere = massing(-1, 0.0)
    assert massing(-1, 0.5) == everywhere
    elsewhere = [massing(focus, 0.5) for focus in (0, 1)]
    assert elsewhere[0] == elsewhere[1] < everywhere


def losing(prepare=lambda state: None, **overrides):
    """The core, of many fighters, after a week in which it lost land; and how many of them fell."""
    state = fortune(ground(**{"operations.stand": 0.5} | overrides), stand_local=0.5, stand_foreign=0.5)
    state.defence[:], state.killed[:], state.killed_by[:] = STRONG, 0.0, 0.0
    here = square(state, 10, 10, 5)
    state.people_held[CORE] = state.people[here].sum()
    prepare(state)
    before, booked = state.fighters[CORE], state.killed[CORE]
    week(state, (CORE, here, 1.0))
    fallen = before - state.fighters[CORE]
    assert state.killed[CORE] - booked == fallen
    return state, fallen


def test_a_share_falls_as_large_as_the_share_of_people_lost_and_is_booked_as_dead():
    state, fallen = losing(**{"territory.speed": 60.0})
    assert territory.sub_steps(state) > 1
    assert state.lost_people[CORE] == pytest.approx(state.people_held[CORE] - state.control[CORE] @ state.people)
    lost = state.lost_people[CORE] / state.people_held[CORE]
    assert 0 < lost < 1
    assert fallen == pytest.approx(0.5 * lost * 6000, abs=1.0)
    assert state.accounts["fighters_killed"] == fallen
    assert state.killed_by[CORE].tolist() == [0, fallen, 0]


def test_no_more_than_those_who_stand_fall_also_where_more_is_lost_than_was_counted():
    _, fallen = losing(lambda state: state.people_held.fill(1.0))
    assert fallen == pytest.approx(0.5 * 6000, abs=1.0)


@pytest.mark.parametrize(("name", "value"), [("concealment", 1.5), ("present", False)])
def test_who_hides_or_is_not_there_does_not_fall_with_the_land(name, value):
    assert losing(lambda state: getattr(state, name).__setitem__(CORE, value))[1] == 0


def test_those_who_fall_are_booked_to_ground_forces_and_rivals_as_the_others_on_the_ground():
    def fought(state):
        state.killed[CORE], state.killed_by[CORE] = 50.0, (10.0, 30.0, 10.0)

    state, fallen = losing(fought)
    assert fallen > 0  # columns: strikes, ground forces, rivals
    assert state.killed_by[CORE] == pytest.approx([10, 30 + 0.75 * fallen, 10 + 0.25 * fallen])


def at_home(form, *rows, core_holds=0.0, **fields):
    """The plane after a week in which organisations have their homes, and many fighters, in one cell."""
    state = ground(form, **{"territory.foothold": 0.9, "territory.foothold_density": 1e-6})
    home = square(state, 20, 20)[0]
    state.local_fighters[:], state.foreign_fighters[:] = 0.0, 0.0
    state.home[list(rows)], state.local_fighters[list(rows)] = home, 5.0
    for name, value in fields.items():
        getattr(state, name)[list(rows)] = value
    around = [home, home - 1, home + 1, *square(state, 19, 20), *square(state, 21, 20)]
    return week(sworn(state, WEST), (CORE, around, core_holds)), home


@pytest.mark.parametrize("form", FORMS)
def test_fighters_keep_a_foothold_at_home_which_those_at_home_in_one_cell_share(form):
    state, home = at_home(form, CORE)
    assert state.control[CORE, home] == pytest.approx(0.9, rel=1e-3)
    state, home = at_home(form, CORE, EAST)
    assert state.control[[CORE, EAST], home] == pytest.approx(0.5)
    assert state.control.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("form", FORMS)
def test_who_is_not_there_keeps_no_foothold(form):
    state, _ = at_home(form, EAST, present=False)
    assert not state.control.any()


@pytest.mark.parametrize("form", FORMS)
def test_a_foothold_takes_nothing_that_others_hold(form):
    state, home = at_home(form, EAST, core_holds=1.0)
    assert state.total.max() <= 1 + 1e-12
    assert state.control[:, home].sum() <= 1 + 1e-12


@pytest.mark.parametrize("form", FORMS)
def test_what_camps_hold_is_what_their_members_hold_footholds_too(form):
    state, home = at_home(form, CORE, WEST, EAST)
    assert state.control[[CORE, WEST, EAST], home].min() > 0.2
    assert state.total == pytest.approx(state.control.sum(axis=0))
    for camp, together in enumerate(state.camp_control):
        assert together == pytest.approx(state.control[state.camp == camp].sum(axis=0))


def test_a_border_lets_as_much_through_as_its_tighter_side_in_both_directions_after_either_changed():
    crossings = np.array([[0, 0, 0, 1], [1, 1, 1, 0]], dtype=np.uint32)
    flow, rates, known = np.zeros((2, 4)), np.array([[3.0, 0.5], [3.0, 0.5]]), np.full(2, np.nan)
    for gate in ((0.4, 0.4), (0.4, 0.2), (0.1, 0.2), (0.1, 0.05), (0.6, 0.05)):
        most = kernels.open_borders(flow, crossings, rates, np.array(gate), known)
        assert flow[0, 0] == flow[1, 1] == most == pytest.approx(1.5 * min(gate))


def test_a_border_lets_nothing_through_from_the_week_in_which_it_is_closed_until_it_is_opened():
    state = Simulation(load_scenario("levant_2014", overrides={"resolution": 1.0, "weeks": 4}), seed=1).state
    crosses = state.theatre.crosses
    inland = territory.flow(state)[~crosses].copy()
    for closed in (1.0, 0.0, 1.0):
        state.border_control[:] = closed
        flow = territory.flow(state)
        assert flow[crosses].any() == (closed == 0)
        assert np.array_equal(flow[~crosses], inland)
