"""A government: mobilise, crack down or tolerate, join the coalition."""

from typing import TYPE_CHECKING

import mesa

from model import reasons

if TYPE_CHECKING:
    from model.simulation import Simulation


DECIDES_EVERY = 4  # weeks


def a_month_of(rate: float) -> float:
    """Share that a weekly rate moves between two decisions: 1 - (1 - rate)^4."""
    return 1.0 - (1.0 - rate) ** DECIDES_EVERY


class Government(mesa.Agent):
    """One country. Decides every four weeks, if there is something to decide about."""

    model: "Simulation"

    def __init__(self, model: "Simulation", country: int) -> None:
        super().__init__(model)
        self.country = country

    def decide(self, draw: float) -> None:
        """Mobilise by threat, move posture between its own and a crackdown, join the coalition by chance."""
        state = self.model.state
        parameters = state.parameters.government
        k = self.country
        threat = float(state.threat[k])
        base = parameters.base_mobilisation
        wanted = base + (1 - base) * min(1.0, 2 * float(state.unrest[k]))
        state.mobilisation[k] += a_month_of(parameters.mobilising) * (wanted - float(state.mobilisation[k]))
        if "government.posture" in state.on:
            hard = float(state.own_posture[k])
            hard += parameters.hardening * float(state.unrest[k]) * (1 - hard)
            state.posture[k] += a_month_of(parameters.posture_speed) * (hard - float(state.posture[k]))
        joins = "government.coalition" in state.on and not state.coalition[k]
        if joins and draw < a_month_of(parameters.joining * threat):
            self.join(threat)

    def join(self, threat: float) -> None:
        """Join the coalition against the core."""
        state = self.model.state
        state.coalition[self.country] = True
        state.note(
            "coalition", -1, f"the threat it perceived had risen to {threat:.2f}",
            country=state.countries[self.country], causes=reasons.alarm(state, self.country),
        )  # fmt: skip
