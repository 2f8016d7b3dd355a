"""The core's standing: land won or lost, size, provinces, headlines; tarnish by rogue violence; forgetting."""

import numpy as np

from model import kernels
from model.state import CORE, State


def update(state: State) -> None:
    """Advance prestige, headlines and tarnish by a week.

    p += momentum x relative change of people held in a quarter / 13 - forgetting x p + size + provinces / 8 + attacks
    abroad - tarnish.
    """
    p, on = state.parameters.prestige, state.on
    regional, abroad, _, rogue = kernels.bloc_attacks(state.organisation_records)
    news = p.headline_attack * (abroad + p.regional_news * regional)
    state.headlines += news * (1 - min(1.0, state.headlines)) - p.headline_fading * state.headlines
    state.tarnish += p.tarnish_attack * rogue * max(0.0, 1 - state.tarnish) - p.tarnish_fading * state.tarnish
    held = float(state.people_held[CORE]) if state.core_alive else 0.0
    change = (held - state.people_before) / max(held, state.people_before, 1e5)
    state.people_before += (held - state.people_before) / 13.0
    if "brand" not in on:
        return
    gain = p.momentum * change / 13.0 + p.size * held / (held + p.size_people) * (1 - state.prestige)
    if "brand.affiliates" in on:
        gain += p.affiliates * np.count_nonzero(state.provinces) / 8.0 * (1 - state.prestige)
    if "brand.headlines" in on:
        gain += p.headlines * news * (1 - state.prestige)
    if "brand.tarnish" in on:
        gain -= p.tarnish * rogue * state.prestige
    if "sectarian.defender" in on:
        gain += p.defender * min(1.0, float(state.reprisals.sum()) / 10.0) * (1 - state.prestige)
    state.prestige = min(1.0, max(0.0, state.prestige * (1 - p.forgetting) + float(gain)))
