"""Ink spots: the connected components of cells under control of the core's bloc."""

import numpy as np

from model.kernels.compiled import compiled


@compiled
def label_spots(control, level, active_cells, active_count, members, neighbours, flow, label, cells, stack):
    """Number the connected components of the cells where `control` (cells,) is over `level` into `label` (0 = none).

    Only cells on the lists of `members` (organisations,) bool are looked at; `label` must be 0 there. Fills `cells` with
    the cells that belong to a spot; returns the number of spots and of those cells.
    """
    spots = found = 0
    for g in range(active_count.shape[0]):
        for start in active_cells[g, : active_count[g] * members[g]]:
            if control[start] <= level or label[start] != 0:
                continue
            spots += 1
            label[start] = spots
            stack[0] = start
            size = 1
            while size > 0:
                size -= 1
                i = stack[size]
                cells[found] = i
                found += 1
                for n in range(4):
                    j = neighbours[i, n]
                    if control[j] > level and label[j] == 0 and flow[i, n] > 0.0:
                        label[j] = spots
                        stack[size] = j
                        size += 1
    return spots, found


@compiled
def measure_spots(label, cells, area):
    """Return the largest and the sum of the areas of the spots of which `cells` is the list, km2."""
    spots = 0
    for i in cells:
        spots = max(spots, label[i])
    areas = np.zeros(spots + 1)
    for i in cells:
        areas[label[i]] += area[i]
    largest = 0.0
    for spot in areas:
        largest = max(largest, spot)
    return largest, areas.sum()


@compiled
def spots_met(before, now):
    """Whether a new spot covers cells of two old ones of two cells or more; numbers of spots in the cells of old ones.

    Number 0 in `now` stands for no spot.
    """
    if len(before) == 0:
        return False
    olds = news = 0
    for k in range(len(before)):
        olds, news = max(olds, before[k]), max(news, now[k])
    size, first = np.zeros(olds + 1, dtype=np.int64), np.zeros(news + 1, dtype=np.int64)
    for old in before:
        size[old] += 1
    for k in range(len(before)):
        old, new = before[k], now[k]
        if new > 0 and size[old] > 1:
            if first[new] > 0 and first[new] != old:
                return True
            first[new] = old
    return False


@compiled
def follow_spots(
    organisations, control, level, active_cells, active_count, neighbours, flow, area, label, cells, count, old, before,
    stack,
):  # fmt: skip
    """Label the spots of the core's bloc anew (see `label_spots`); say how large they are and whether old ones have met.

    The `count` cells of last week's spots, in `cells`, and their numbers are kept in `old` and `before`. Returns the number
    of spots and of their cells, the area of the largest and of all, km2, and whether `spots_met`.
    """
    for k in range(count):
        old[k] = cells[k]
        before[k] = label[cells[k]]
    for k in range(count):
        label[old[k]] = 0
    members = np.empty(len(organisations), dtype=np.bool_)
    for g in range(len(organisations)):
        members[g] = organisations[g].camp == 0
    spots, found = label_spots(
        control, level, active_cells, active_count, members, neighbours, flow, label, cells, stack
    )  # fmt: skip
    largest, whole = measure_spots(label, cells[:found], area)
    now = np.empty(count, dtype=np.int64)
    for k in range(count):
        now[k] = label[old[k]]
    return spots, found, largest, whole, spots_met(before[:count], now)
