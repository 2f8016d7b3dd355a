"""Each compiled kernel against a readable NumPy or SciPy reference on a random world."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import poisson

from model import kernels
from model.mechanisms.scale import whole

ROWS, COLUMNS, ORGANISATIONS, COUNTRIES = 12, 15, 4, 3
CLASH = np.linspace(0.05, 0.15, ORGANISATIONS)  # of each organisation


class World:
    """Random numbers in the shapes that the kernels take."""

    def __init__(self, seed):
        draw = np.random.default_rng(seed)
        cells = ROWS * COLUMNS
        index = np.arange(cells).reshape(ROWS, COLUMNS)
        self.neighbours = np.repeat(np.arange(cells)[:, None], 4, axis=1).astype(np.uint32)
        self.neighbours[index[:, :-1].ravel(), 0] = index[:, 1:].ravel()
        self.neighbours[index[:, 1:].ravel(), 1] = index[:, :-1].ravel()
        self.neighbours[index[1:].ravel(), 2] = index[:-1].ravel()
        self.neighbours[index[:-1].ravel(), 3] = index[1:].ravel()
        self.flow = draw.uniform(0, 0.2, (cells, 4))
        spots = draw.random((ORGANISATIONS, cells)) < 0.1
        self.control = np.where(spots, draw.random((ORGANISATIONS, cells)), 0.0)
        self.control /= np.maximum(self.control.sum(axis=0), 1.0)
        self.support, self.fear = draw.random((2, ORGANISATIONS, cells))
        self.grievance, self.base, self.constituency = draw.random((3, cells))
        self.country = draw.integers(0, COUNTRIES, cells).astype(np.uint32)
        self.people = np.floor(draw.uniform(0, 1e6, cells))
        self.area, self.reach, self.defence = draw.random((3, cells))
        self.camp = np.array([0, 0, -1, 1])
        self.power, self.rates = draw.random((2, ORGANISATIONS))
        self.state_power, self.by_country = draw.random((2, COUNTRIES))
        self.offensive = draw.uniform(0, 0.05, (ORGANISATIONS, COUNTRIES))
        self.active = np.zeros((ORGANISATIONS, cells), dtype=np.uint32)
        self.count = np.zeros(ORGANISATIONS, dtype=np.int64)
        self.listed = np.zeros((ORGANISATIONS, cells), dtype=bool)
        kernels.activate(self.control, self.neighbours, self.active, self.count, self.listed)


@pytest.fixture(params=range(3))
def world(request):
    return World(request.param)


def is_active(control, neighbours):
    return (control > 0) | (control[:, neighbours] > 0).any(axis=2)


def test_the_active_cells_are_those_held_and_their_neighbours(world):
    for g in range(ORGANISATIONS):
        listed = np.sort(world.active[g, : world.count[g]])
        assert np.array_equal(listed, np.flatnonzero(is_active(world.control, world.neighbours)[g]))


def reference_spread(world, steps, growth, w, clash, cutoff):
    """The territory equation as in DESIGN, cell by cell in NumPy."""
    control = world.control.copy()
    theta = np.zeros_like(control)
    for g in range(ORGANISATIONS):
        state = world.state_power[world.country] * world.reach * (1 - world.grievance / 2) + world.defence
        state = state + 2.0 * (1 - world.support[g]) ** 2 * (1 - world.fear[g])
        group = world.power[g] * (0.5 + world.support[g] + 0.3 * world.fear[g])
        theta[g] = state / (state + group)
    for _ in range(steps):
        total = control.sum(axis=0)
        change = np.zeros_like(control)
        for g in range(ORGANISATIONS):
            friends = control[world.camp == world.camp[g]].sum(axis=0) if world.camp[g] >= 0 else control[g]
            flux = (world.flow * (control[g][world.neighbours] - control[g][:, None])).sum(axis=1)
            net = (1 - w) * (1 - 2 * theta[g]) + w * (friends - theta[g])
            rate = growth * np.maximum(0, 1 - total) * net - world.offensive[g][world.country]
            change[g] = flux + control[g] * (rate - clash[g] * np.maximum(0, total - friends))
        control = np.clip(control + change / steps, 0, 1)
        control[control < cutoff] = 0.0
    return control


@pytest.mark.parametrize("steps", [1, 3])
def test_spread_follows_the_territory_equation(world, steps):
    expected = reference_spread(world, steps, 0.4, 0.6, CLASH, 1e-6)
    cells = world.control.shape[1]
    total, camps = np.zeros(cells), np.zeros((2, cells))
    kernels.spread(
        world.control, world.active, world.count, world.listed, world.camp, world.neighbours, world.flow, total, camps,
        world.power, 0.3, 2.0, world.support, world.fear, world.state_power, world.reach, world.defence, world.grievance,
        world.country, world.offensive, 0.4, 0.6, CLASH, steps, 1e-6, *np.zeros((2, *world.control.shape)),
    )  # fmt: skip
    assert world.control == pytest.approx(expected, abs=1e-12)
    assert total == pytest.approx(expected.sum(axis=0))
    assert camps[0] == pytest.approx(expected[:2].sum(axis=0))
    for g in range(ORGANISATIONS):
        listed = np.sort(world.active[g, : world.count[g]])
        assert np.array_equal(listed, np.flatnonzero(is_active(world.control, world.neighbours)[g]))


def test_the_tally_sums_what_each_organisation_holds(world):
    fields = ("people_held", "area_held", "supporters", "informers")
    organisations = np.zeros(ORGANISATIONS, dtype=[(name, np.float64) for name in fields])
    held = np.zeros((ORGANISATIONS, COUNTRIES))
    kernels.sum_holdings(
        organisations, world.control, world.support, world.fear, world.people, world.area, world.country, world.active,
        world.count, held,
    )  # fmt: skip
    results = [organisations[name] for name in fields]
    ruled = world.control * world.people
    assert results[0] == pytest.approx(ruled.sum(axis=1))
    assert results[1] == pytest.approx((world.control * world.area).sum(axis=1))
    assert results[2] == pytest.approx((ruled * world.support).sum(axis=1))
    assert results[3] == pytest.approx((ruled * (1 - world.support) * (1 - world.fear)).sum(axis=1))
    for n in range(COUNTRIES):
        assert held[:, n] == pytest.approx(ruled[:, world.country == n].sum(axis=1))


def test_people_flee_in_whole_numbers_and_return_when_control_is_gone(world):
    home, people = world.people.copy(), world.people
    due, fled, back = np.zeros(people.size), np.zeros(COUNTRIES), np.zeros(COUNTRIES)
    away, is_away, listed = np.zeros(people.size, dtype=np.uint32), np.zeros(people.size, dtype=bool), 0
    total = world.control.sum(axis=0)
    gone = 0.0
    for week in range(60):
        if week == 30:
            world.control[:], total = 0.0, np.zeros_like(total)
        listed = kernels.flee(
            world.control, world.fear, people, home, total, due, world.country, world.active, world.count, away, listed,
            is_away, 0.02, 0.1, 0.2, fled, back,
        )  # fmt: skip
        gone += fled.sum() - back.sum()
        assert people.sum() + gone == home.sum()
        if week == 29:
            assert gone > 1000
    assert np.array_equal(people, np.floor(people))
    assert 0 <= gone < 0.1 * home.sum()


def test_fleeing_moves_the_expected_number_of_people(world):
    home, people = world.people.copy(), world.people
    expected = (0.001 * world.control * world.fear).sum(axis=0)
    due, fled, back = np.zeros(people.size), np.zeros(COUNTRIES), np.zeros(COUNTRIES)
    away, is_away, listed = np.zeros(people.size, dtype=np.uint32), np.zeros(people.size, dtype=bool), 0
    ones = np.ones_like(home)
    kernels.flee(
        world.control, world.fear, people, home, ones, due, world.country, world.active, world.count, away, listed,
        is_away, 0.001, 0.1, 0.2, fled, back,
    )  # fmt: skip
    assert home - people == pytest.approx(np.floor(expected * home), abs=1)


def test_the_best_path_is_the_best_product_over_all_paths_through_relays():
    draw = np.random.default_rng(5)
    nodes = 6
    direct = draw.random((nodes, nodes))
    direct = (direct + direct.T) / 2
    relays = np.array([True, True, False, True, False, False])
    quality = np.zeros(nodes)
    kernels.best_paths(direct, relays, 0, quality)
    for target in range(1, nodes):
        best = 0.0
        for length in range(nodes - 1):
            for middle in permutations([n for n in range(1, nodes) if n != target and relays[n]], length):
                path = (0, *middle, target)
                best = max(best, np.prod([direct[a, b] for a, b in pairwise(path)]))
        assert quality[target] == pytest.approx(best)


def test_spots_are_the_connected_components(world):
    control = np.random.default_rng(2).random(world.people.size)
    held = control > 0.5
    listed = np.arange(held.size, dtype=np.uint32)[None, :]
    label, stack = np.zeros(held.size, dtype=np.int64), np.zeros(held.size, dtype=np.int64)
    cells = np.zeros(held.size, dtype=np.uint32)
    count, found = kernels.label_spots(
        control, 0.5, listed, np.array([held.size]), np.array([True]), world.neighbours, world.flow, label, cells, stack
    )
    assert np.array_equal(np.sort(cells[:found]), np.flatnonzero(held))
    here = np.repeat(np.arange(held.size), 4)
    there = world.neighbours.ravel().astype(int)
    both = held[here] & held[there]
    graph = coo_array((np.ones(both.sum()), (here[both], there[both])), shape=(held.size, held.size))
    _, parts = connected_components(graph, directed=False)
    assert count == len(set(parts[held]))
    assert len(set(zip(label[held], parts[held], strict=True))) == count
    assert (label[~held] == 0).all()


def test_poisson_counts_invert_the_distribution_function():
    uniforms = np.random.default_rng(4).random(2000)
    rates = np.random.default_rng(5).uniform(0, 30, 2000)
    counts = np.zeros_like(rates)
    kernels.poisson_counts(uniforms, rates, counts)
    assert np.array_equal(counts, poisson.ppf(uniforms, rates))


def test_rounding_to_whole_units_keeps_the_mean():
    draws = np.random.default_rng(1).random(100_000)
    assert whole(np.full_like(draws, 2.3), draws).mean() == pytest.approx(2.3, abs=0.01)
    assert set(whole(np.full(9, 4.0), draws[:9])) == {4.0}
