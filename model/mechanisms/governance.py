"""What states see and get: threat from attacks and from land held, training, border posts, militias."""

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Flags


def govern(state: State) -> Flags:
    """Move threat and unrest, what help does, mobilisation and posture; return who joins the coalition (countries,).

    Threat from the core's bloc, and unrest from all groups, are raised by attacks and by people lost, and fade. Allies help
    through governments: training, border posts, militias; training adds to accuracy, or to effectiveness by the same step,
    as the policy says. Governments decide in turn, each once in `turn_weeks`, unless they are at peace.
    """
    joining = kernels.govern(
        state.organisation_records, state.country_records, state.stays, state.luck_of_countries, state.held, state.ground,
        state.doses, state.week, state.switches, state.parameters.government.record,
    )  # fmt: skip
    return np.asarray(joining)
