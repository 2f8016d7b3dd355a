"""What states see and get: threat from attacks and from land held, training, border posts, militias."""

import numpy as np

from model.mechanisms.scale import saturate
from model.state import State


def perceive(state: State) -> None:
    """Threat from the core's bloc, and unrest from all groups: raised by attacks and by people lost, fading (countries,)."""
    p = state.parameters.government
    people = state.country_people()
    lost = state.held[state.camp == 0].sum(axis=0) / people
    alarm = saturate(p.alarm_attacks * state.attacks_in + p.alarm_territory * lost)
    parts = np.stack([p.alarm_attacks * state.attacks_in, p.alarm_territory * lost])
    known = state.memory.setdefault("alarm", np.zeros_like(parts))  # what the threat came from, for the why-log
    known += p.attention * np.where(alarm > state.threat, 1.0, p.complacency) * (parts - known)
    state.threat += p.attention * (alarm - state.threat) * np.where(alarm > state.threat, 1.0, p.complacency)
    attacks = state.attacks[:, 0] @ state.presence
    alarm = saturate(p.alarm_attacks * attacks + p.alarm_territory * state.held.sum(axis=0) / people)
    state.unrest += p.attention * (alarm - state.unrest) * np.where(alarm > state.unrest, 1.0, p.complacency)


def assist(state: State) -> None:
    """Apply the levers that allies use through governments: training, border posts, militias; help fades without them.

    Training adds to accuracy, or to effectiveness by the same step, as the policy says.
    """
    p = state.parameters.government
    training, borders, militias = state.doses[1], state.doses[3], state.doses[4]
    if "partner_aid" in state.on:
        state.training += (
            p.training_gain * training * (p.training_most - state.training) - p.training_loss * state.training
        )
        if state.scenario.policy.training == "effectiveness":
            state.effectiveness[:] = state.own_effectiveness + state.training
    state.border_control[:] = state.own_border_control + (1 - state.own_border_control) * p.border_gain * borders
    if "militia" in state.on:
        gap = 1 / (1 + state.effectiveness * 1000 * state.forces / state.country_people() / p.militia_gap)
        state.militia += p.militia_gain * (p.militia_most * militias * gap - state.militia)
