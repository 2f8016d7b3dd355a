"""People flee from rulers they fear, stay in their country or cross a land border, and return when control is gone.

Residents and displaced people together stay the same to the last person; births and deaths are left out.
"""

from model import kernels
from model.state import State


def begin(state: State) -> None:
    """What is held at the start was fought for before: nobody flees from it now."""
    state.total_before[:] = state.total


def move(state: State) -> None:
    """Move whole people out of cells and back for a week.

    Where a front passes, people are about to leave: f x brutality of who rules there x change of control x people. Control
    is that of all groups. Half of a cell taken and half of it retaken count alike: people flee from fighting, whoever wins.
    """
    if "displacement" not in state.on:
        return
    state.away_count = kernels.displace(
        state.organisation_records, state.cells, state.ground, state.total_before, state.away_cells, state.is_away,
        state.away_count, state.hosted, state.switches, state.parameters.displacement.record,
    )  # fmt: skip
