"""Lists of the *active* cells of each organisation: those that it controls and their neighbours. Loops go over these."""

from model.kernels.compiled import compiled, inlined


@inlined
def keep_active(held, neighbours, cells, count, listed):
    """Drop the cells that an organisation neither controls nor borders from its list; return the length left."""
    kept = 0
    for k in range(count):
        i = cells[k]
        wanted = held[i] > 0.0
        for n in range(4):
            wanted = wanted or held[neighbours[i, n]] > 0.0
        if wanted:
            cells[kept] = i
            kept += 1
        else:
            listed[i] = False
    return kept


@inlined
def list_neighbours(cell, cells, count, listed, neighbours):
    """List the neighbours of a cell as active; return the new length of the list."""
    for n in range(4):
        j = neighbours[cell, n]
        if not listed[j]:
            listed[j] = True
            cells[count] = j
            count += 1
    return count


@compiled
def activate(cells, neighbours):
    """List the active cells of every organisation anew from its control."""
    control, active, count, is_active = cells.control, cells.active, cells.active_count, cells.is_active
    for g in range(control.shape[0]):
        is_active[g, :] = True
        for i in range(control.shape[1]):
            active[g, i] = i
        count[g] = keep_active(control[g], neighbours, active[g], control.shape[1], is_active[g])


@compiled
def sum_control(cells, camp):
    """Sum control over organisations (total) and over the members of each camp, in the listed cells only.

    A sweep over whole arrays would drive everything else out of the processor's cache.
    """
    control, active, active_count = cells.control, cells.active, cells.active_count
    total, camp_control = cells.total, cells.camp_control
    for g in range(control.shape[0]):
        for i in active[g, : active_count[g]]:
            total[i] = 0.0
            for members in range(camp_control.shape[0]):
                camp_control[members, i] = 0.0
    for g in range(control.shape[0]):
        held = control[g]
        listed = active[g, : active_count[g]]
        for i in listed:
            total[i] += held[i]
        if camp[g] >= 0:
            together = camp_control[camp[g]]
            for i in listed:
                together[i] += held[i]


@compiled
def lay_out(cells, per_control, found):
    """Add per_control x control of each organisation to `found` (cells,); per_control (organisations,), 0 for most."""
    control, active, active_count = cells.control, cells.active, cells.active_count
    for g in range(len(per_control)):
        if per_control[g] > 0.0:
            held = control[g]
            for i in active[g, : active_count[g]]:
                found[i] += per_control[g] * held[i]


@inlined
def sort_active_cells(cells):
    """Sort the lists of active cells, which are in order but for the latest: walking in order through memory is faster."""
    active, active_count = cells.active, cells.active_count
    for g in range(len(active_count)):
        listed = active[g]
        for k in range(1, active_count[g]):
            cell, m = listed[k], k
            while m > 0 and listed[m - 1] > cell:
                listed[m] = listed[m - 1]
                m -= 1
            listed[m] = cell
