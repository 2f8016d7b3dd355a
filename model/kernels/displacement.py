"""Displaced people: out of cells and back, and between countries."""

import math

import numpy as np

from model.kernels.compiled import compiled, inlined


@compiled
def flee(
    control, fear, people, home_people, total, due, country, active_cells, active_count, away, away_count, is_away, rate,
    returning, quiet, fled, back,
):  # fmt: skip
    """Move whole people out of cells where they fear their rulers, and back where total control is below `quiet`, in place.

    `due` (cells,) carries the fraction of a person who is about to leave (or to return, if negative) to the next week;
    `away` lists the cells that anybody ever thought of leaving, is_away marks them. fled, back: people a country this
    week. Returns the new length of the list.
    """
    fled[:], back[:] = 0.0, 0.0
    for g in range(control.shape[0]):
        for k in range(active_count[g]):
            i = active_cells[g, k]
            due[i] += rate * control[g, i] * fear[g, i] * people[i]
            if not is_away[i] and due[i] > 0.0:
                is_away[i] = True
                away[away_count] = i
                away_count += 1
    for i in away[:away_count]:
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
    return away_count


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
    control, fear, people, home_people, total, due, country, active_cells, active_count, away, away_count, is_away, hosted,
    border_shares, displacement,
):  # fmt: skip
    """Move whole people out of cells and back for a week, and between countries; returns the new length of `away`."""
    p = displacement[0]
    fled, back = np.zeros(len(hosted)), np.zeros(len(hosted))
    away_count = flee(
        control, fear, people, home_people, total, due, country, active_cells, active_count, away, away_count, is_away,
        p.flight, p.returning, p.quiet, fled, back,
    )  # fmt: skip
    _cross_borders(hosted, border_shares, fled, back, p.abroad)
    return away_count
