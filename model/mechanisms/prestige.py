"""The core's standing: land won or lost, size, provinces, headlines; tarnish by rogue violence; forgetting."""

from model import kernels
from model.state import State


def update(state: State) -> None:
    """Advance prestige, headlines and tarnish by a week.

    p += momentum x relative change of people held / memory - forgetting x p + size + provinces / 8 + attacks
    abroad - tarnish. What is switched off weighs nothing.
    """
    level, state.headlines, state.tarnish, state.people_before = kernels.update_prestige(
        state.organisation_records, state.country_records, state.prestige, state.headlines, state.tarnish,
        state.people_before, state.core_alive, state.switches, state.parameters.prestige.record,
        state.parameters.links.record,
    )  # fmt: skip
    if "brand" in state.on:
        state.prestige = level
