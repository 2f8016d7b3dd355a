"""What organisations hold and where they are: sums over the cells, worked out anew when control has changed."""

from model import kernels
from model.state import State


def measure(state: State) -> None:
    """Sum what each organisation holds; where it holds nobody, it is where its headquarters are."""
    count = kernels.measure_holdings(
        state.organisation_records, state.control, state.support, state.fear, state.people, state.theatre.area_km2,
        state.country, state.active_cells, state.active_count, state.held, state.presence, state.stay_list,
    )  # fmt: skip
    state.stays = state.stay_list[:count]
