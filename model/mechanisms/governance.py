"""What states see and get: threat from attacks and from land held, training, border posts, militias."""

import numpy as np

from model import kernels
from model.state import State


def perceive(state: State) -> None:
    """Threat from the core's bloc, and unrest from all groups: raised by attacks and by people lost, fading (countries,)."""
    known = state.memory.get("alarm")  # what the threat came from, for the why-log
    if known is None:
        known = state.memory["alarm"] = np.zeros((2, len(state.countries)))
    kernels.perceive(
        state.organisation_records, state.country_records, state.stays, state.held, state.country_people(), known,
        state.parameters.government.record,
    )  # fmt: skip


def assist(state: State) -> None:
    """Apply the levers that allies use through governments: training, border posts, militias; help fades without them.

    Training adds to accuracy, or to effectiveness by the same step, as the policy says.
    """
    kernels.assist(
        state.country_records, state.doses, state.country_people(), "partner_aid" in state.on,
        state.scenario.policy.training == "effectiveness", "militia" in state.on,
        state.parameters.government.record,
    )  # fmt: skip
