"""Displaced people: out of cells and back, and between countries."""

import math

import numpy as np

from model.kernels.compiled import compiled, inlined

BLOCK = 64  # cells that are looked at together


@compiled
def flee(cells, ground, left, is_left, left_count, fled, back, displacement):
    """Move whole people out of cells where they fear their rulers, and back where total control is below `quiet`, in place.

    `flight_due` (cells,) carries the fraction of a person who is about to leave (or to return, if negative) to the next
    week. left (cells,): list of the cells that anybody ever thought of leaving, of which the first `left_count` count;
    they are marked in `is_left`. fled, back (countries,) are filled with the people of this week. Returns the new length of
    the list.
    """
    control, fear, people, total, due = cells.control, cells.fear, cells.people, cells.total, cells.flight_due
    active, active_count, country, home_people = cells.active, cells.active_count, ground.country, ground.home_people
    p = displacement[0]
    flight, returning, quiet = p.flight, p.returning, p.quiet  # once: a loop would read them anew for each cell
    fled[:], back[:] = 0.0, 0.0
    for g in range(control.shape[0]):
        held, afraid = control[g], fear[g]
        for i in active[g, : active_count[g]]:
            if held[i] == 0.0:
                continue
            due[i] += flight * held[i] * afraid[i] * people[i]
            if not is_left[i] and due[i] > 0.0:
                is_left[i] = True
                left[left_count] = i
                left_count += 1
    for i in left[:left_count]:
        missing = home_people[i] - people[i]
        if missing > 0.0 and total[i] < quiet:
            due[i] -= returning * missing
        if due[i] >= 1.0:
            leaving = min(math.floor(due[i]), people[i])
            people[i] -= leaving
            due[i] -= leaving
            fled[country[i]] += leaving
        elif due[i] <= -1.0:
            coming = min(math.floor(-due[i]), missing)
            people[i] += coming
            due[i] = min(due[i] + coming, 0.0)
            back[country[i]] += coming
    return left_count


@compiled
def flee_from_fronts(organisations, cells, total_before, left, is_left, left_count, displacement):
    """Where total control has changed by more than `front_least`, people are about to leave; return the list's new length.

    Due are front x brutality of the organisation with most control there x change x people. left, is_left, left_count: as
    of `flee`. `total_before` (cells,) becomes what total control is now.
    """
    p, control, total, people, due = displacement[0], cells.control, cells.total, cells.people, cells.flight_due
    front, least = p.front, p.front_least
    for start in range(0, len(total), BLOCK):
        now, before = total[start : start + BLOCK], total_before[start : start + BLOCK]
        fronts = changes = 0
        for k in range(len(now)):  # many cells at once: most blocks have no front, and nothing to put away
            fronts += abs(now[k] - before[k]) > least
            changes += now[k] != before[k]
        for k in range(len(now) if fronts else 0):
            i, moved = start + k, abs(now[k] - before[k])
            if moved > least:
                ruler = _ruler(control, i)
                due[i] += front * organisations[ruler].brutality * moved * people[i]
                if not is_left[i]:
                    is_left[i] = True
                    left[left_count] = i
                    left_count += 1
        for k in range(len(now) if changes else 0):
            before[k] = now[k]
    return left_count


@inlined
def _ruler(control, i):
    """The organisation with most control in a cell, the first of several."""
    ruler = 0
    for g in range(1, control.shape[0]):
        if control[g, i] > control[ruler, i]:
            ruler = g
    return ruler


@inlined
def _cross_borders(hosted, border_shares, fled, back, abroad):
    """Move displaced people between countries, in `hosted` (origin, host), to the last person.

    Of those who fled, `abroad` x share of the border cross it. Who comes back was displaced at home, or, once nobody is
    left there, abroad, the largest host's first.
    """
    for n in range(hosted.shape[0]):
        if fled[n] > 0.0:
            left = fled[n]
            for m in range(hosted.shape[0]):
                if border_shares[n, m] > 0.0:
                    crossing = np.floor(abroad * fled[n] * border_shares[n, m])
                    hosted[n, m] += crossing
                    left -= crossing
            hosted[n, n] += left
        coming = min(back[n], hosted[n, n])
        hosted[n, n] -= coming
        missing = back[n] - coming
        while missing > 0.0:
            host = np.argmax(hosted[n])
            if hosted[n, host] == 0.0:
                break
            coming = min(missing, hosted[n, host])
            hosted[n, host] -= coming
            missing -= coming


@compiled
def displace(
    organisations, cells, ground, total_before, left, is_left, left_count, hosted, switches, displacement
):  # fmt: skip
    """Move whole people out of cells and back for a week (see `flee`), and between countries; return the list's length.

    hosted (countries, countries): displaced people by origin and host. Of fronts see `flee_from_fronts` (a switch).
    """
    p, fled, back = displacement[0], np.zeros(len(hosted)), np.zeros(len(hosted))
    if switches[0].displacement_fronts:
        left_count = flee_from_fronts(organisations, cells, total_before, left, is_left, left_count, displacement)
    left_count = flee(cells, ground, left, is_left, left_count, fled, back, displacement)
    _cross_borders(hosted, ground.border_shares, fled, back, p.abroad)
    return left_count
