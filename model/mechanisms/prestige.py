"""The core's standing: land won or lost, size, provinces, headlines; tarnish by rogue violence; forgetting."""

from model import kernels
from model.mechanisms.scale import adjusted_parameters
from model.state import State
from model.state.fields import Records


def update(state: State) -> None:
    """Advance prestige, headlines and tarnish by a week.

    p += momentum x relative change of people held / memory - forgetting x p + size + provinces / 8 + attacks
    abroad - tarnish. What is switched off weighs nothing.
    """
    level, state.headlines, state.tarnish, state.people_before = kernels.update_prestige(
        state.organisation_records, state.country_records, state.prestige, state.headlines, state.tarnish,
        state.people_before, state.core_alive, adjusted_parameters(state, "prestige", _weights),
    )  # fmt: skip
    if "brand" in state.on:
        state.prestige = level


def _weights(state: State) -> Records:
    """The parameters of prestige, with nothing for what is switched off."""
    on, weights = state.on, state.parameters.prestige.record.copy()
    if "brand.affiliates" not in on:
        weights["affiliates"] = 0.0
    if "brand.headlines" not in on:
        weights["headlines"] = 0.0
    if "brand.tarnish" not in on:
        weights["tarnish"] = 0.0
    if "sectarian.defender" not in on:
        weights["defender"] = 0.0
    return weights
