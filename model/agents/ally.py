"""An ally: how much effort it brings, where it builds bases, which provinces it attends to."""

from math import exp
from typing import TYPE_CHECKING

import mesa
import numpy as np

from model import kernels
from model.state import State

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
        self.neighbours = [model.state.countries.index(iso3) for iso3 in self.config.neighbours]

    def decide(self, abroad: float, basing: float) -> None:
        """Update its threat perception from attacks abroad; extend its bases by the dose of basing, with delay."""
        state = self.model.state
        parameters = state.parameters.allied
        threat = float(state.ally_threat[self.row])
        state.ally_threat[self.row] = threat * (1 - parameters.calming)
        if abroad > 0:
            state.ally_threat[self.row] += (1 - threat) * (1 - exp(-parameters.alarm * abroad))
        if basing > 0 and "allied.basing" in state.on:
            bases = state.bases[self.row]
            bases[self.neighbours] = np.minimum(1.0, bases[self.neighbours] + basing / parameters.base_delay)

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

    Observed strength is strength times an error. A group without the label draws less attention the more the label counts;
    with noise, groups that merely emulate the core draw some.
    """
    parameters, allocation = state.parameters.allied, state.scenario.policy.allocation
    seen = state.cache.get("people_seen")
    if seen is None:
        seen = state.cache["people_seen"] = state.people_held.copy()
    kernels.attend(
        state.organisation_records, seen, state.draws("observation"),
        parameters.salience if "targeting.salience" in state.on else 0.0,
        parameters.observation_noise if "allied.observation" in state.on else 0.0,
        "allied.allocation" in state.on and allocation != "fixed", allocation == "adaptive",
    )  # fmt: skip
