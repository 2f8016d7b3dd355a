"""Ink spots: the connected components of cells under control of the core's bloc."""

import numpy as np

from model.kernels.compiled import CORE, compiled


@compiled
def label_spots(control, level, cells, members, neighbours, flow, spots):
    """Number the connected components of the cells where `control` (cells,) is over `level` into `label` (0 = none).

    Only active cells of `members` (organisations,) bool are looked at; `label` must be 0 there. Fills `spots.cells` with
    the cells that belong to a spot; returns the number of spots and of those cells.
    """
    label, listed, stack, active, active_count = spots.label, spots.cells, spots.stack, cells.active, cells.active_count
    count = found = 0
    for g in range(active_count.shape[0]):
        for start in active[g, : active_count[g] * members[g]]:
            if control[start] <= level or label[start] != 0:
                continue
            count += 1
            label[start] = count
            stack[0] = start
            size = 1
            while size > 0:
                size -= 1
                i = stack[size]
                listed[found] = i
                found += 1
                for n in range(4):
                    j = neighbours[i, n]
                    if control[j] > level and label[j] == 0 and flow[i, n] > 0.0:
                        label[j] = count
                        stack[size] = j
                        size += 1
    return count, found


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
def follow_spots(organisations, cells, ground, flow, spots, count, reporting):
    """Label the spots of the core's bloc anew (see `label_spots`); say how large they are and whether old ones have met.

    The `count` cells of last week's spots and their numbers are kept in `old_cells` and `old_label`. Returns the number of
    spots and of their cells, the area of the largest and of all, km2, and whether `spots_met`.
    """
    label, listed, old, before = spots.label, spots.cells, spots.old_cells, spots.old_label
    for k in range(count):
        old[k] = listed[k]
        before[k] = label[listed[k]]
    for k in range(count):
        label[old[k]] = 0
    members = np.empty(len(organisations), dtype=np.bool_)
    for g in range(len(organisations)):
        members[g] = organisations[g].camp == 0
    p = reporting[0]
    number, found = label_spots(
        cells.camp_control[CORE], p.spot_control, cells, members, ground.neighbours, flow, spots
    )
    largest, whole = measure_spots(label, listed[:found], ground.area)
    now = np.empty(count, dtype=np.int64)
    for k in range(count):
        now[k] = label[old[k]]
    return number, found, largest, whole, spots_met(before[:count], now)
