"""A government: it joins the coalition; how it mobilises and cracks down is in `mechanisms/governance.py`."""

from typing import TYPE_CHECKING

import mesa

from model.why import causes as reasons

if TYPE_CHECKING:
    from model.simulation import Simulation


class Government(mesa.Agent):
    """One country. It is asked to decide once a month, in the weeks in which its threat makes it join."""

    model: "Simulation"

    def __init__(self, model: "Simulation", country: int) -> None:
        super().__init__(model)
        self.country = country

    def join(self) -> None:
        """Join the coalition against the core."""
        state = self.model.state
        state.coalition[self.country] = True
        state.note(
            "coalition", -1, f"the threat it perceived had risen to {state.threat[self.country]:.2f}",
            country=state.countries[self.country], causes=reasons.alarm(state, self.country),
        )  # fmt: skip
