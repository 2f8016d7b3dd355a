"""Ink spots of the core's bloc on the plane: how many there are, how large, which have grown together."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, plane, sworn

from model import kernels
from model.mechanisms import ink_spots, territory
from model.state import CORE

LEVEL = 0.5


def holding(*squares, state=None):
    """The plane where the core holds squares of cells (rows, columns) and nobody else holds anything, labelled."""
    state = state or plane(**{"reporting.spot_control": LEVEL})
    state.control[:] = 0.0
    for rows, columns in squares:
        inside = np.isin(state.theatre.row, rows) & np.isin(state.theatre.column, columns)
        assert inside.any()
        state.control[CORE, inside] = 0.9
    territory.begin(state)
    state.is_active[:] = False
    kernels.activate(state.cells, state.neighbours)
    return state, ink_spots.label(state, territory.flow(state))


LEFT, RIGHT, BRIDGE, ALONE = ((1, 2), (1, 2)), ((1, 2), (4, 5)), ((1,), (3,)), ((5,), (5,))


def test_spots_are_counted_and_their_areas_added_up():
    state, met = holding(LEFT, RIGHT, ALONE)
    area = state.theatre.area_km2[state.control[CORE] > LEVEL]
    assert (state.ink_spots, met) == (3, [])
    assert state.spot_area == pytest.approx(area.sum())
    assert area.sum() / 3 < state.largest_spot < area.sum() / 2
    assert state.spot_count == len(area)


def test_two_spots_that_grow_together_are_told_as_a_pair_and_no_others():
    state, _ = holding(LEFT, RIGHT, ALONE)
    state, met = holding(LEFT, BRIDGE, RIGHT, ALONE, state=state)
    assert state.ink_spots == 2
    assert len(met) == 1
    assert len(set(met[0])) == 2
    assert holding(LEFT, BRIDGE, RIGHT, ALONE, state=state)[1] == []  # they have met before


def test_a_single_cell_that_is_taken_in_is_no_spot_that_has_met_another():
    state, _ = holding(LEFT, ((1,), (4,)))
    assert holding(LEFT, BRIDGE, ((1,), (4,)), state=state)[1] == []


def test_a_single_cell_that_is_taken_in_is_no_part_of_a_meeting_of_others():
    state, _ = holding(LEFT, RIGHT, ((4,), (1,)))
    met = holding(LEFT, BRIDGE, RIGHT, ((3, 4), (1,)), state=state)[1]
    assert len(met) == 1


def test_spots_that_vanish_have_met_nobody():
    state, _ = holding(LEFT, RIGHT)
    state, met = holding(ALONE, state=state)
    assert (state.ink_spots, met) == (1, [])


def test_three_spots_that_become_one_are_two_pairs():
    state, _ = holding(LEFT, RIGHT, ((4, 5), (1, 2)))
    _, met = holding(((1, 2, 3, 4, 5), (1, 2, 3, 4, 5)), state=state)
    assert len(met) == 2
    assert len({first for first, _ in met}) == 1
    assert len({second for _, second in met}) == 2


def test_land_of_provinces_belongs_to_the_spots_and_that_of_rivals_does_not():
    state = sworn(plane(**{"reporting.spot_control": LEVEL}), EAST)
    state.camp[WEST] = -1
    state.control[:] = 0.0
    for row, column in ((EAST, 1), (WEST, 4)):
        state.control[row, (state.theatre.row == 1) & (state.theatre.column == column)] = 0.9
    territory.begin(state)
    kernels.activate(state.cells, state.neighbours)
    ink_spots.label(state, territory.flow(state))
    assert state.ink_spots == 1
    assert (state.spot > 0).tolist() == (state.control[EAST] > LEVEL).tolist()


def test_a_week_brings_the_lists_of_cells_in_order_also_where_every_cell_is_on_them():
    state = plane(**{"territory.foothold": 0.0})
    state.control[:] = 0.5 / len(state.control)
    territory.begin(state)
    kernels.activate(state.cells, state.neighbours)
    for cells, count in zip(state.active_cells, state.active_count, strict=True):
        assert count == state.control.shape[1]
        cells[:count] = np.roll(cells[:count], 3)[::-1]  # as no week leaves them
    territory.spread(state)
    for row, (cells, count) in enumerate(zip(state.active_cells, state.active_count, strict=True)):
        assert cells[:count].tolist() == np.flatnonzero(state.is_active[row]).tolist()
