"""People flee from rulers they fear, stay in their country or cross a land border, and return when control is gone.

Residents and displaced people together stay the same to the last person; births and deaths are left out.
"""

from model import kernels
from model.state import State


def begin(state: State) -> None:
    """What is held at the start was fought for before: nobody flees from it now."""
    state.total_before[:] = state.total


def move(state: State) -> None:
    """Move whole people out of cells and back for a week."""
    if "displacement" not in state.on:
        return
    if "displacement.fronts" in state.on:
        _flee_from_fronts(state)
    state.away_count = kernels.displace(
        state.cells, state.ground, state.away_cells, state.is_away, state.away_count, state.hosted,
        state.parameters.displacement.record,
    )  # fmt: skip


def _flee_from_fronts(state: State) -> None:
    """Where a front passes, people are about to leave: f x brutality of who rules there x change of control x people.

    Control is that of all groups. Half of a cell taken and half of it retaken count alike: people flee from fighting,
    whoever wins.
    """
    state.away_count = kernels.flee_from_fronts(
        state.organisation_records, state.cells, state.total_before, state.away_cells, state.is_away, state.away_count,
        state.parameters.displacement.record,
    )  # fmt: skip
