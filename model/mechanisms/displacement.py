"""People flee from rulers they fear, stay in their country or cross a land border, and return when control is gone.

Residents and displaced people together stay the same to the last person; births and deaths are left out.
"""

from model import kernels
from model.state import State


def move(state: State) -> None:
    """Move whole people out of cells and back for a week."""
    if "displacement" not in state.on:
        return
    state.away_count = kernels.displace(
        state.cells, state.ground, state.away_cells, state.is_away, state.away_count, state.hosted,
        state.parameters.displacement.record,
    )  # fmt: skip
