"""Known answers of the territory equation on homogeneous planes (Nagumo fronts, critical radius, merging)."""

import numpy as np
import pytest
from made_up_cells import diffusing, no_spots

from model import kernels
from model.kernels.arguments import Cells, Ground, Spreading
from model.state.parameters import Family

DIFFUSION, GROWTH = 770.0, 0.45
KM_A_DEGREE = 111.19


class Plane:
    """One organisation on a homogeneous plane of square-degree cells at a latitude, driven through the real kernel."""

    def __init__(self, rows, columns, degrees, latitude=0.0):
        self.rows, self.columns, self.degrees = rows, columns, degrees
        cells = rows * columns
        lats = latitude + degrees * (np.arange(rows)[::-1] - (rows - 1) / 2)
        index = np.arange(cells).reshape(rows, columns)
        self.neighbours = np.repeat(np.arange(cells, dtype=np.int32)[:, None], 4, axis=1)
        self.height = KM_A_DEGREE * degrees
        self.width = np.repeat(self.height * np.cos(np.radians(lats)), columns)
        self.flow = np.zeros((cells, 4))
        for k, (down, right) in enumerate(((0, 1), (0, -1), (-1, 0), (1, 0))):
            here = index[max(0, -down) : rows - max(0, down), max(0, -right) : columns - max(0, right)].ravel()
            there = index[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)].ravel()
            self.neighbours[here, k] = there
            apart = self.width[here] if right else self.height
            self.flow[here, k] = DIFFUSION / apart**2
        self.control = np.zeros((1, cells))

    def grid(self):
        return self.control[0].reshape(self.rows, self.columns)

    def run(self, weeks, theta, self_enforcement=0.5, offensive=0.0, growth=GROWTH, observe=None, cutoff=1e-6):
        size, empty = self.control.shape[1], np.zeros(self.control.shape)
        self.cells = Cells(
            self.control, empty, empty, *np.zeros((4, size)), np.ones(size), *np.zeros((2, size)), np.zeros((1, size)),
            np.zeros((1, size), dtype=np.uint32), np.zeros(1, dtype=np.int64), np.zeros((1, size), dtype=bool),
        )  # fmt: skip
        kernels.activate(self.cells, self.neighbours)
        one = np.ones((1, 1))
        self.ground = Ground(
            np.zeros(size, dtype=np.uint32), self.neighbours, *np.zeros((3, size)), one[0], one, one[0],
            np.zeros(size, dtype=np.uint32),
        )  # fmt: skip
        state_power = np.array([theta])  # against a group of power 1: theta = theta / (theta + (1 - theta))
        forces = diffusing(
            np.ones(1, dtype=np.int64) - 1, np.array([2 * (1 - theta)]), state_power, np.zeros(1), np.zeros(1), 0.5
        )
        spreading = Spreading(self.flow, np.full((1, 1), offensive), *np.zeros((2, 1, size)), np.zeros((2, size)))
        territory = Family({
            "neutral_support": 0.5, "compliance": 0.0, "resistance": 0.0, "growth": growth,
            "self_enforcement": self_enforcement, "cutoff": cutoff,
        }).record  # fmt: skip
        steps = max(1, int(np.ceil(self.flow.sum(axis=1).max() / 0.8)))
        for week in range(weeks):
            kernels.spread(self.cells, self.ground, forces, spreading, steps, territory)
            if observe is not None:
                observe(week)


def roots(theta, self_enforcement, offensive):
    """C- < C+ of (C - theta')(1 - C) = kappa / R, with R = w r and theta' = theta - (1 - w) / w (1 - 2 theta)."""
    rate = self_enforcement * GROWTH
    low = theta - (1 - self_enforcement) / self_enforcement * (1 - 2 * theta)
    spread = np.sqrt((1 - low) ** 2 - 4 * offensive / rate)
    return low, (1 + low - spread) / 2, (1 + low + spread) / 2, rate


def measured_speed(degrees, theta, self_enforcement=0.5, offensive=0.0):
    """km a week in weeks 80 to 160 of the point of half the plateau: near-pulled fronts settle slowly."""
    columns = int(6000 / (KM_A_DEGREE * degrees))
    plane = Plane(1, columns, degrees)
    _, _, plateau, _ = roots(theta, self_enforcement, offensive)
    plane.grid()[:, : columns * 2 // 5] = plateau
    places = []

    def front(week):
        line = plane.grid()[0]
        last = np.flatnonzero(line > plateau / 2)[-1]
        here, beyond = line[last], line[last + 1]
        places.append((last + (here - plateau / 2) / (here - beyond)) * plane.height)

    plane.run(160, theta, self_enforcement, offensive, observe=front)
    return (places[159] - places[79]) / 80


FRONTS = [  # threshold theta, self-enforcement w, offensive kappa
    (0.20, 0.5, 0.0), (0.25, 0.5, 0.0), (0.30, 0.5, 0.0), (0.36, 0.5, 0.0),
    (0.40, 0.5, 0.0), (0.45, 0.5, 0.0), (0.55, 0.5, 0.0), (0.60, 0.5, 0.0),
    (0.38, 0.65, 0.0), (0.35, 0.7, 0.0), (0.36, 0.5, 0.01), (0.40, 0.5, 0.01), (0.40, 0.6, 0.02), (0.36, 0.5, 0.02),
]  # fmt: skip


@pytest.mark.parametrize("degrees", [0.125, 0.25, 0.5, 1.0])
@pytest.mark.parametrize(("theta", "self_enforcement", "offensive"), FRONTS)
def test_a_planar_front_moves_at_the_speed_of_nagumo_theory(degrees, theta, self_enforcement, offensive):
    low, lower, upper, rate = roots(theta, self_enforcement, offensive)
    assert low > -0.5
    scale = np.sqrt(rate * DIFFUSION / 2)
    theory = scale * (upper - 2 * lower)
    tolerance = 0.05 if degrees <= 0.25 else 0.12
    error = abs(measured_speed(degrees, theta, self_enforcement, offensive) - theory)
    assert error < tolerance * max(abs(theory), 0.2 * scale)


@pytest.mark.parametrize("degrees", [0.25, 0.5, 1.0])
def test_a_front_stands_still_at_threshold_one_half(degrees):
    assert abs(measured_speed(degrees, 0.5)) < 0.02 * np.sqrt(0.5 * GROWTH * DIFFUSION / 2)


def test_a_spot_at_45_degrees_north_grows_round_in_kilometres():
    plane = Plane(100, 140, 0.25, latitude=45.0)
    x = (np.arange(140) - 69.5) * plane.height * np.cos(np.radians(45.0))
    y = (np.arange(100) - 49.5) * plane.height
    plane.grid()[:] = np.hypot(x[None, :], y[:, None]) < 200
    plane.run(40, 0.3)
    held = plane.grid() > 0.5
    width = np.count_nonzero(held[49]) * plane.height * np.cos(np.radians(45.0))
    height = np.count_nonzero(held[:, 69]) * plane.height
    assert width > 600
    assert abs(width / height - 1) < 0.06


@pytest.mark.parametrize(("theta", "self_enforcement"), [(0.40, 0.5), (0.42, 0.5), (0.38, 0.6)])
def test_spots_below_the_critical_radius_die_and_above_it_grow(theta, self_enforcement):
    """A round bistable front of radius r moves at c - D / r, so that the critical radius is D / c."""
    low, lower, upper, rate = roots(theta, self_enforcement, 0.0)
    critical = DIFFUSION / (np.sqrt(rate * DIFFUSION / 2) * (upper - 2 * lower))
    assert low > 0
    areas = {}
    for factor in (0.5, 1.8):
        plane = Plane(120, 120, 0.125)
        place = (np.arange(120) - 59.5) * plane.height
        plane.grid()[:] = np.hypot(place[None, :], place[:, None]) < factor * critical
        before = np.count_nonzero(plane.grid() > 0.5)
        plane.run(60, theta, self_enforcement)
        areas[factor] = np.count_nonzero(plane.grid() > 0.5) / before
    assert areas[0.5] == 0
    assert areas[1.8] > 1.1


def test_two_spots_that_meet_become_one():
    plane = Plane(41, 81, 0.25)
    plane.grid()[15:26, 15:26] = 1.0
    plane.grid()[15:26, 55:66] = 1.0
    counts = []

    def count(_):
        cells, spots = plane.cells, no_spots(plane.control.size)
        found, _ = kernels.label_spots(
            plane.control[0], 0.5, cells, np.array([True]), plane.neighbours, plane.flow, spots
        )
        counts.append(found)

    plane.run(70, 0.3, observe=count)
    assert counts[0] == 2
    assert counts[-1] == 1
    assert sorted(counts, reverse=True) == counts


def test_control_stays_between_zero_and_one_under_any_pressure():
    plane = Plane(20, 20, 0.5)
    plane.grid()[:] = np.random.default_rng(3).random((20, 20))
    plane.run(50, 0.1, growth=0.8, observe=lambda _: None)
    assert plane.control.min() >= 0
    assert plane.control.max() <= 1
