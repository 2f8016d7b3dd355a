"""Displaced people: out of cells and back, and between countries."""

import numpy as np

from model.kernels.compiled import compiled, inlined
from model.kernels.people import flee


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
