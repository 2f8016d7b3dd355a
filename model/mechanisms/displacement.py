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
    kernels.settle(state.hosted, state.border_shares(), fled, back, p.abroad)
