"""Each compiled kernel against a readable NumPy or SciPy reference on a random world."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from made_up_cells import diffusing, no_spots
from made_up_states import EAST, WEST, plane
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import poisson

from model import kernels
from model.kernels.arguments import Cells, Ground, Spreading
from model.mechanisms import holdings
from model.mechanisms.scale import whole
from model.state import CORE
from model.state.parameters import Family

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
        shape, size = self.control.shape, cells
        self.active = np.zeros(shape, dtype=np.uint32)
        self.count = np.zeros(ORGANISATIONS, dtype=np.int64)
        self.cells = Cells(
            self.control, self.support, self.fear, self.grievance, self.base, self.people, np.zeros(size), self.reach,
            self.defence, np.zeros(size), np.zeros((2, size)), self.active, self.count, np.zeros(shape, dtype=bool),
        )  # fmt: skip
        self.ground = Ground(
            self.country, self.neighbours, self.area, self.people.copy(), self.constituency, self.by_country,
            np.zeros((COUNTRIES, COUNTRIES)), self.by_country, np.zeros(size, dtype=np.uint32),
        )  # fmt: skip
        kernels.activate(self.cells, self.neighbours)


def family(**values):
    """Parameters as loops take them."""
    return Family(values).record


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
    forces = diffusing(world.camp, world.power, world.state_power, np.zeros(COUNTRIES), CLASH, 0.5)
    spreading = Spreading(
        world.flow, world.offensive, *np.zeros((2, *world.control.shape)), np.zeros((2, world.control.shape[1]))
    )
    territory = family(
        neutral_support=0.5, compliance=0.3, resistance=2.0, growth=0.4, self_enforcement=0.6, cutoff=1e-6
    )
    kernels.spread(world.cells, world.ground, forces, spreading, steps, territory)
    assert world.control == pytest.approx(expected, abs=1e-12)
    assert world.cells.total == pytest.approx(expected.sum(axis=0))
    assert world.cells.camp_control[0] == pytest.approx(expected[:2].sum(axis=0))
    for g in range(ORGANISATIONS):
        listed = np.sort(world.active[g, : world.count[g]])
        assert np.array_equal(listed, np.flatnonzero(is_active(world.control, world.neighbours)[g]))


def test_the_tally_sums_what_each_organisation_holds(world):
    fields = ("people_held", "area_held", "supporters", "informers")
    organisations = np.zeros(ORGANISATIONS, dtype=[(name, np.float64) for name in fields])
    held = np.zeros((ORGANISATIONS, COUNTRIES))
    kernels.sum_holdings(organisations, world.cells, world.ground, held)
    results = [organisations[name] for name in fields]
    ruled = world.control * world.people
    assert results[0] == pytest.approx(ruled.sum(axis=1))
    assert results[1] == pytest.approx((world.control * world.area).sum(axis=1))
    assert results[2] == pytest.approx((ruled * world.support).sum(axis=1))
    assert results[3] == pytest.approx((ruled * (1 - world.support) * (1 - world.fear)).sum(axis=1))
    for n in range(COUNTRIES):
        assert held[:, n] == pytest.approx(ruled[:, world.country == n].sum(axis=1))


def nobody_left(cells):
    return np.zeros(cells, dtype=np.uint32), np.zeros(cells, dtype=bool)


def test_people_flee_in_whole_numbers_and_return_when_control_is_gone(world):
    home, people, total = world.ground.home_people, world.people, world.cells.total
    fled, back, listed, left = np.zeros(COUNTRIES), np.zeros(COUNTRIES), 0, nobody_left(people.size)
    total[:] = world.control.sum(axis=0)
    gone = 0.0
    for week in range(60):
        if week == 30:
            world.control[:], total[:] = 0.0, 0.0
        displacement = family(flight=0.02, returning=0.1, quiet=0.2)
        listed = kernels.flee(world.cells, world.ground, *left, listed, fled, back, displacement)
        gone += fled.sum() - back.sum()
        assert people.sum() + gone == home.sum()
        if week == 29:
            assert gone > 1000
    assert np.array_equal(people, np.floor(people))
    assert 0 <= gone < 0.1 * home.sum()


def test_fleeing_moves_the_expected_number_of_people(world):
    home, people = world.ground.home_people, world.people
    expected = (0.001 * world.control * world.fear).sum(axis=0)
    fled, back, left = np.zeros(COUNTRIES), np.zeros(COUNTRIES), nobody_left(people.size)
    world.cells.total[:] = 1.0
    displacement = family(flight=0.001, returning=0.1, quiet=0.2)
    kernels.flee(world.cells, world.ground, *left, 0, fled, back, displacement)
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
    world.active[0], world.count[0] = np.arange(held.size), held.size
    spots = no_spots(held.size)
    label, cells, one = spots.label, spots.cells, np.arange(ORGANISATIONS) == 0
    count, found = kernels.label_spots(control, 0.5, world.cells, one, world.neighbours, world.flow, spots)
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


def test_cells_between_which_control_cannot_pass_are_no_one_spot(world):
    held = np.ones(world.people.size)
    world.active[0], world.count[0] = np.arange(held.size), held.size
    spots, one = no_spots(held.size), np.arange(ORGANISATIONS) == 0
    walls = np.zeros_like(world.flow)
    count, found = kernels.label_spots(held, 0.5, world.cells, one, world.neighbours, walls, spots)
    assert count == found == held.size


@pytest.mark.parametrize(
    ("before", "now", "met"),
    [
        ([1, 1, 2, 2], [1, 1, 1, 1], True),
        ([1, 1, 2, 2], [1, 1, 2, 2], False),
        ([1, 1, 2, 2], [2, 2, 1, 1], False),  # only their numbers have changed
        ([1, 1, 2], [1, 1, 1], False),  # a single cell that flickers is no spot
        ([1, 1, 2, 2], [1, 1, 0, 0], False),
        ([1, 1, 1, 1], [1, 1, 2, 2], False),  # one that falls apart
        ([1, 1, 2, 2, 3, 3], [1, 0, 2, 2, 2, 0], True),
        ([], [], False),
    ],
)
def test_spots_meet_where_a_new_one_covers_two_old_ones_of_two_cells_or_more(before, now, met):
    assert kernels.spots_met(np.array(before, dtype=np.int64), np.array(now, dtype=np.int64)) == met


def test_who_holds_nobody_is_at_home_and_who_is_gone_is_nowhere():
    state = plane()
    state.control[[EAST, WEST]] = 0.0
    state.present[WEST] = False
    holdings.measure(state)
    assert state.presence[EAST].tolist() == [1.0]
    assert state.presence[CORE].tolist() == [pytest.approx(1.0)]
    assert state.presence[WEST].tolist() == [0.0]
    assert set(state.stays["organisation"].tolist()) == {CORE, EAST}
