"""Ink spots: connected cells under control of the core's bloc; how many there are, how large, and which have met."""

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Floats, Integers


def label(state: State, flow: Floats) -> list[tuple[int, int]]:
    """Label the spots of the core's bloc, keep their number, largest and total km2; return which old spots have merged.

    A spot is a connected component of cells with the bloc's control over `spot_control`. A pair of last week's spots has
    merged when one of this week's covers cells of both; single cells that flicker do not count as spots of their own.
    flow (cells, 4): rates of spread between neighbours; where there is none, cells are not connected.
    """
    size = state.old_spot_count = state.spot_count
    count, state.spot_count, state.largest_spot, state.spot_area, met = kernels.follow_spots(
        state.organisation_records,
        state.cells,
        state.ground,
        flow,
        state.spots,
        size,
        state.parameters.reporting.record,
    )
    state.ink_spots = float(count)
    if not met:
        return []
    old, before = state.old_spot_cells[:size], state.old_spots[:size]
    return _merges(before, state.spot[old], count)


def _merges(before: Integers, now: Integers, count: int) -> list[tuple[int, int]]:
    """Pairs of old spots of two cells or more that one new spot covers; arrays over the cells of old spots."""
    size = np.bincount(before)
    overlap = np.bincount(now * len(size) + before, minlength=(count + 1) * len(size)).reshape(count + 1, len(size))
    parts = (overlap > 0) & (size > 1)
    parts[0] = parts[:, 0] = False
    merged: list[tuple[int, int]] = []
    for spot in np.flatnonzero(parts.sum(axis=1) > 1):
        first, *others = (int(part) for part in np.flatnonzero(parts[spot]))
        merged.extend((first, other) for other in others)
    return merged
