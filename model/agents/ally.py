"""An ally: when it brings how much effort; what is done with it, and how it sees threats, is in `mechanisms/levers.py`."""

from typing import TYPE_CHECKING

import mesa

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

    def decide(self) -> None:
        """Bring its effort in when its time has come; an outside power acts on its own account."""
        if self.config.kind != "outside_power":
            self.model.state.ally_effort[self.row] = self.config.effort
