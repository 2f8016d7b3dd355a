"""What organisations hold and where they are: sums over the cells, worked out anew when control has changed."""

from model import kernels
from model.state import State


def measure(state: State) -> None:
    """Sum what each organisation holds; where it holds nobody, it is where its headquarters are."""
    count = kernels.measure_holdings(
        state.organisation_records, state.cells, state.ground, state.held, state.presence, state.stay_list
    )
    state.stays = state.stay_list[:count]
