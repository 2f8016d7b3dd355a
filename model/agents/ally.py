"""An ally: how much effort it brings, where it builds bases, which provinces it attends to."""

from math import exp
from typing import TYPE_CHECKING

import mesa
import numpy as np

from model.fields import Floats
from model.state import CORE, State

if TYPE_CHECKING:
    from model.simulation import Simulation


class Ally(mesa.Agent):
    """A Western or regional ally, or an outside power that reacts to provocation."""

    model: "Simulation"

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model)
        self.row = row
        self.config = list(model.config.allies.values())[row]
        start = self.config.start or model.config.start
        self.first_week = max(0, (start - model.config.start).days // 7)

    def decide(self, abroad: float, basing: float) -> None:
        """Update its threat perception from attacks abroad; extend its bases by the dose of basing, with delay."""
        state = self.model.state
        parameters = state.parameters.allied
        threat = float(state.ally_threat[self.row])
        state.ally_threat[self.row] = threat * (1 - parameters.calming)
        if abroad > 0:
            state.ally_threat[self.row] += (1 - threat) * (1 - exp(-parameters.alarm * abroad))
        if basing > 0 and "allied.basing" in state.on:
            for iso3 in self.config.neighbours:
                k = state.countries.index(iso3)
                state.bases[self.row, k] = min(1.0, state.bases[self.row, k] + basing / parameters.base_delay)

    def effort(self) -> float:
        """Effort of this week at the policy's disposal; an outside power acts on its own account."""
        active = self.config.kind != "outside_power" and self.model.state.week >= self.first_week
        return self.config.effort if active else 0.0

    def pressure(self) -> float:
        """Effort that an outside power brings to bear on the core by itself: as far as it has been provoked."""
        if self.config.kind != "outside_power":
            return 0.0
        return self.config.effort * float(self.model.state.provocation[self.row])


def attend(state: State) -> None:
    """Share attention among the core's provinces as seen from outside, by the policy's rule, into `attention`.

    Observed strength = strength x exp(noise). A group without the label draws less attention the more the label counts;
    with noise, groups that merely emulate the core draw some.
    """
    parameters = state.parameters.allied
    member = state.provinces
    candidates = state.present & (member | (~state.refused & (state.conviction >= 0.5)))
    candidates[CORE] = False
    salience = parameters.salience if "targeting.salience" in state.on else 0.0
    noise = parameters.observation_noise if "allied.observation" in state.on else 0.0
    label = np.where(member, 1.0, (1 - salience) * min(1.0, 2 * noise))
    weight = label * candidates * _strength(state) * _error(state, noise)
    if "allied.allocation" not in state.on or state.scenario.policy.allocation == "fixed":
        weight = label * candidates
    total = float(weight.sum())
    state.attention[:] = weight / total if total > 0 else 0.0


def _error(state: State, noise: float) -> Floats:
    """Multiplicative error of observation: log-logistic with scale `noise` (0: none)."""
    draws = np.clip(state.draws("observation"), 1e-6, 1 - 1e-6)
    return np.asarray((draws / (1 - draws)) ** (0.55 * noise))


def _strength(state: State) -> Floats:
    strength = np.sqrt(state.fighters) + np.sqrt(state.people_held) / 10
    if state.scenario.policy.allocation != "adaptive":
        return np.asarray(strength)
    kept = state.cache.setdefault("people_seen", state.people_held.copy())
    growth = np.clip((state.people_held - kept) / np.maximum(kept, 1e4), -0.5, 2.0)
    kept += (state.people_held - kept) / 13.0
    return np.asarray(strength * (1 + 2 * growth))
