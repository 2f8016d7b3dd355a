"""Known answers of control by pressure, on homogeneous planes driven through the real mechanism."""

import numpy as np
import pytest
import reference_fronts

from model import Simulation, kernels, load_scenario
from model.mechanisms import territory
from model.mechanisms.scale import hostility
from model.theatre.geography import great_circle_km, unit_vectors

KM_A_DEGREE = 111.19
POWER = 6.0  # of the organisation, effective fighters per 1,000 people


def plane(rows, columns, degrees, theta, latitude=0.0, growth=True, **overrides):
    """A state in which the core meets the same share `theta` of the contest everywhere, and nobody else is there."""
    centre = {
        "place": "Centre",
        "lat": latitude,
        "lon": 0.0,
    }  # the scenario's own places would lie off a plane moved north
    overrides = {
        "theatre.plane_rows": rows,
        "theatre.plane_columns": columns,
        "theatre.plane_latitude": latitude,
        "core.headquarters": [centre],
        "core.holdings": [centre | {"radius_km": 250.0, "control": 0.9}],
    } | overrides
    overrides |= {"resolution": degrees, "weeks": 4}
    overrides |= {f"{who}.present": False for who in ("hubs.rival", "groups.east", "groups.west")}
    state = Simulation(load_scenario("synthetic_plane", overrides=overrides), seed=0).state
    state.present[1:] = False
    state.fear[:], state.support[:], state.people[:], state.people_held[:], state.stretch[:] = 0.0, 0.5, 0.0, 0.0, 0.0
    state.control[:], state.forces[:], state.militia[:], state.massed[:] = 0.0, 0.0, 0.0, 0.0
    p = state.parameters.territory.record[0]
    p["resistance"], p["neutral_support"], p["foothold"], p["entrenched"] = 0.0, 0.5, 0.0, 1.0
    if not growth:
        p["growth"] = 0.0
    state.focus[:], state.push[:], state.drive[:], state.dug_in[:] = -1, 1.0, 1.0, 0.0
    fighters = POWER * (p["district"]) / 1000 / state.skill[0] / effort(state)
    state.local_fighters[0], state.foreign_fighters[0] = fighters, 0.0
    state.defence[:] = POWER * theta / (1 - theta) if theta < 1 else 1e12
    return state


def effort(state):
    return (state.activity[0, 0] + state.activity[0, 4]) / state.parameters.territory.usual_effort


def start(state, held):
    state.control[0] = held
    territory.begin(state)
    kernels.activate(state.cells, state.neighbours)


def grid(state):
    return state.theatre.raster(state.control[0], 0.0)


def speed(degrees, theta, growth, columns_km=3000.0, weeks=(60, 140)):
    """km a week of the place where control is 1/2, outwards, on a strip that is held in the west."""
    columns = int(columns_km / (KM_A_DEGREE * degrees))
    state = plane(10, columns, degrees, theta, growth=growth)
    at = columns // 3 if theta < 0.5 else columns * 2 // 3
    start(state, (state.theatre.column < at).astype(float))
    places = []
    for _ in range(weeks[1]):
        territory.spread(state)
        line = grid(state)[1]
        last = np.flatnonzero(line > 0.5)[-1]
        places.append((last + (line[last] - 0.5) / (line[last] - line[last + 1])) * KM_A_DEGREE * degrees)
    return (places[-1] - places[weeks[0]]) / (weeks[1] - 1 - weeks[0])


@pytest.mark.parametrize("theta", [0.2, 0.35, 0.45, 0.6, 0.75])
@pytest.mark.parametrize("degrees", [0.25, 0.5, 1.0])
def test_a_planar_front_moves_at_speed_times_one_minus_two_theta(degrees, theta):
    v = plane(10, 40, 1.0, theta).parameters.territory.speed
    assert speed(degrees, theta, growth=False) == pytest.approx(v * (1 - 2 * theta), rel=0.03)


@pytest.mark.parametrize("theta", [0.2, 0.4])
@pytest.mark.parametrize("degrees", [0.25, 0.5, 1.0])
def test_growth_behind_the_front_leaves_its_speed_alone_on_every_map(degrees, theta):
    v = plane(10, 40, 1.0, theta).parameters.territory.speed
    assert speed(degrees, theta, growth=True) == pytest.approx(v * (1 - 2 * theta), rel=0.06)


def test_a_front_stands_where_both_sides_are_equal():
    state = plane(10, 60, 0.5, 0.5)
    start(state, (state.theatre.column < 30).astype(float))
    before = state.control.copy()
    for _ in range(50):
        territory.spread(state)
    assert np.array_equal(state.control, before)


def radii(state):
    """Great-circle distances of the line of half control from the middle, km, in 24 directions."""
    held, degrees, theatre = grid(state), state.theatre.resolution, state.theatre
    row, column = (held.shape[0] - 1) / 2, (held.shape[1] - 1) / 2
    middle = unit_vectors(theatre.lat.mean(), 0.0)
    found = []
    for angle in np.radians(np.arange(0, 360, 15)):
        steps = np.arange(0, row - 1, 0.05)
        rows, columns = row - steps * np.sin(angle), column + steps * np.cos(angle) * np.sqrt(2)  # about as far in km
        r, c = rows.astype(int), columns.astype(int)
        x, y = columns - c, rows - r
        line = (held[r, c] * (1 - x) + held[r, c + 1] * x) * (1 - y)
        line += (held[r + 1, c] * (1 - x) + held[r + 1, c + 1] * x) * y
        points = unit_vectors(theatre.lat.mean() - degrees * (rows - row), degrees * (columns - column))
        found.append(np.interp(-0.5, -line, great_circle_km(points, middle)))
    return np.array(found)


def test_a_spot_at_45_degrees_north_grows_round_in_kilometres_also_along_diagonals():
    state = plane(120, 170, 0.25, 0.25, latitude=45.0)
    middle = unit_vectors(45.0, 0.0)
    start(state, (great_circle_km(unit_vectors(state.theatre.lat, state.theatre.lon), middle) < 150).astype(float))
    for _ in range(120):
        territory.spread(state)
    found = radii(state)
    assert found.min() > 500
    assert found.max() / found.min() < 1.03


def test_a_full_cell_is_retaken():
    state = plane(11, 11, 0.5, 0.9)
    start(state, np.ones(121) * (np.hypot(state.theatre.row - 5, state.theatre.column - 5) < 3))
    for _ in range(60):
        territory.spread(state)
    assert state.control[0].max() < 0.01


def test_a_city_that_nobody_attacks_does_not_leak():
    state = plane(11, 11, 0.5, 0.4)
    state.push[:] = 0.0
    start(state, (np.arange(121) == 60).astype(float))
    state.defence[np.arange(121) != 60] *= 10  # its surroundings are lost to it, but it holds its own ground
    for _ in range(100):
        territory.spread(state)
    assert state.control[0, 60] == 1.0


def test_strikes_alone_take_no_land():
    """Without anybody on the ground, strikes of any dose leave control as it is."""
    state = plane(11, 11, 0.5, 0.0)
    state.strikes[0] = 1.0
    start(state, (np.hypot(state.theatre.row - 5, state.theatre.column - 5) < 2).astype(float))
    before = state.control.sum()
    for _ in range(30):
        territory.spread(state)
    assert state.control.sum() >= before


FORCES = {
    "defence": "defence",
    "massed": "massed",
    "support": "support",
    "strikes": "strikes",
    "fighters": "local_fighters",
}
AGAINST = {"defence", "massed", "strikes"}


@pytest.mark.parametrize("force", FORCES)
def test_control_is_monotone_in_every_force(force):
    held = []
    for factor in (0.5, 0.8, 1.0, 1.3, 2.0):
        state = plane(21, 21, 0.5, 0.4)
        state.massed[:] = 1.0
        state.strikes[0] = 0.4
        getattr(state, FORCES[force])[:] *= factor
        start(state, (np.hypot(state.theatre.row - 10, state.theatre.column - 10) < 5).astype(float))
        for _ in range(12):
            territory.spread(state)
        held.append(state.control[0].sum())
    steps = np.diff(held) * (-1 if force in AGAINST else 1)
    assert (steps >= -1e-9).all()
    assert steps.max() > 1.0


def test_land_that_is_lost_costs_fighters_and_land_that_is_won_does_not():
    fighters = {}
    for theta in (0.3, 0.8):
        state = plane(21, 21, 0.5, theta)
        state.people[:] = 1.0
        start(state, (np.hypot(state.theatre.row - 10, state.theatre.column - 10) < 5).astype(float))
        before = state.fighters[0]
        state.people_held[0] = state.control[0].sum()
        for _ in range(8):
            territory.spread(state)
        fighters[theta] = state.fighters[0] / before
    assert fighters[0.3] == 1.0
    assert fighters[0.8] < 0.9


@pytest.mark.parametrize("weeks", [6, 30, 70])
def test_a_week_of_fronts_is_that_of_the_reference(weeks):
    simulation = Simulation(load_scenario("levant_2014", overrides={"resolution": 1.0, "weeks": 80}), seed=3)
    for _ in range(weeks):
        simulation.step()
    state = simulation.state
    state.parameters.territory.record["foothold"] = 0.0
    assert territory.sub_steps(state) == 1
    hostile = hostility(state)
    control, lost, taken = reference_fronts.advance(state, territory.flow(state), hostile)
    territory.spread(state)
    assert np.allclose(state.control, control, atol=1e-12)
    assert state.lost_people == pytest.approx(lost, rel=1e-9, abs=1e-6)
    assert state.taken == pytest.approx(taken, rel=1e-9, abs=1e-6)
    assert (lost > 0).sum() > 3
