"""What states see and get: threat from attacks and from land held, training, border posts, militias."""

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Flags


def govern(state: State) -> Flags:
    """Move threat and unrest, what help does, mobilisation and posture; return who joins the coalition (countries,).

    Threat from the core's bloc, and unrest from all groups, are raised by attacks and by people lost, and fade. Allies help
    through governments: training, border posts, militias; training adds to accuracy, or to effectiveness by the same step,
    as the policy says. A quarter of the governments decide each week, unless they are at peace.
    """
    known = state.memory.get("alarm")  # what the threat came from, for the why-log
    if known is None:
        known = state.memory["alarm"] = np.zeros((2, len(state.countries)))
    joining, on = np.zeros(len(state.countries), dtype=np.bool_), state.on
    kernels.govern(
        state.organisation_records, state.country_records, state.stays, state.luck_of_countries, state.held,
        state.theatre.country_people, state.doses, known, state.week, "partner_aid" in on,
        state.scenario.policy.training == "effectiveness", "militia" in on, "government.posture" in on,
        "government.coalition" in on, state.parameters.government.record, joining,
    )  # fmt: skip
    return joining
