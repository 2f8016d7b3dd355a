"""How far a province's conduct follows the core's, and what that does to its brutality and targets.

Delivered: a += eta (a_core - a); silent: a -= drift (a - a_own), faster for groups that are strong by themselves
(principal-agent drift: Byman 2016; Shapiro 2013).
"""

import numpy as np

from model.fields import Floats
from model.mechanisms.scale import within
from model.state import CORE, State


def follow(state: State) -> None:
    """Move alignment, and with it brutality and the mix of effort, by one week."""
    parameters = state.parameters.alignment
    member = state.provinces
    fighters = state.fighters
    strength = fighters / (fighters + parameters.strong_fighters) if "alignment.autonomy" in state.on else 0.0
    pull = parameters.delivery * (parameters.target - state.alignment)
    slip = parameters.drift * (1 + parameters.autonomy * strength) * (state.alignment - state.own_alignment)
    change = np.where(state.delivered > 0, pull, -slip)
    state.alignment += np.where(member, change, 0.0)
    within(state.alignment, 0.0, 1.0)
    state.alignment[CORE] = 1.0
    followed = np.where(member, state.alignment, 0.0)
    if "nominal_pledges" in state.rivals:
        followed = np.zeros_like(followed)
    brutality = (1 - followed) * state.own_brutality + followed * state.own_brutality[CORE]
    state.brutality[:] = brutality + _outsiders(state) * (1 - brutality)
    wanted = state.activity[CORE] + state.directive
    wanted = wanted / wanted.sum(axis=1, keepdims=True)
    mix = (1 - followed)[:, None] * state.own_activity + followed[:, None] * wanted
    state.activity[1:] = mix[1:]
    state.directive *= 1 - parameters.directive_fading


def _outsiders(state: State) -> Floats:
    """Brutality added by foreign fighters, who show less restraint; a rival finding: only under central command."""
    if "brutality.foreign" not in state.on:
        return np.zeros(state.organisations)
    share = state.foreign_fighters / np.maximum(state.fighters, 1.0)
    command = state.alignment if "central_command" in state.rivals else 1.0
    return np.asarray(state.parameters.alignment.outsiders * share * command)
