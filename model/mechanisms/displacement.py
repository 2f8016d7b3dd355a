"""People flee from rulers they fear, stay in their country or cross a land border, and return when control is gone.

Residents and displaced people together stay the same to the last person; births and deaths are left out.
"""

import numpy as np

from model import kernels
from model.state import State


def move(state: State) -> None:
    """Move whole people out of cells and back for a week."""
    if "displacement" not in state.on:
        return
    p = state.parameters.displacement
    fled, back = np.zeros(len(state.countries)), np.zeros(len(state.countries))
    state.away_count = kernels.flee(
        state.control, state.fear, state.people, state.theatre.people, state.total, state.flight_due, state.country,
        state.active_cells, state.active_count, state.away, state.away_count, state.is_away, p.flight, p.returning,
        p.quiet, fled, back,
    )  # fmt: skip
    abroad = np.floor(p.abroad * fled[:, None] * state.border_shares())
    state.hosted += abroad
    own = np.arange(len(fled))
    state.hosted[own, own] += fled - abroad.sum(axis=1)
    at_home = np.minimum(back, state.hosted[own, own])
    state.hosted[own, own] -= at_home
    for origin in np.flatnonzero(back > at_home):
        _bring_back(state, int(origin), float(back[origin] - at_home[origin]))


def _bring_back(state: State, origin: int, people: float) -> None:
    """Once nobody is left who was displaced at home, those abroad return, the largest host's first."""
    for host in np.argsort(-state.hosted[origin], kind="stable"):
        coming = min(people, float(state.hosted[origin, host]))
        state.hosted[origin, host] -= coming
        people -= coming
        if people == 0:
            return
