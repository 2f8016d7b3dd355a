"""People flee from rulers they fear, stay in their country or cross a land border, and return when control is gone.

Residents and displaced people together stay the same to the last person; births and deaths are left out.
"""

from model import kernels
from model.state import State


def move(state: State) -> None:
    """Move whole people out of cells and back for a week."""
    if "displacement" not in state.on:
        return
    p = state.parameters.displacement
    state.away_count = kernels.displace(
        state.control, state.fear, state.people, state.theatre.people, state.total, state.flight_due, state.country,
        state.active_cells, state.active_count, state.away, state.away_count, state.is_away, state.hosted,
        state.theatre.border_shares, p.record,
    )  # fmt: skip
