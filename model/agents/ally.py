"""An ally: when it brings how much effort; what is done with it, and how it sees threats, is in `mechanisms/levers.py`."""

from typing import TYPE_CHECKING

from model.agents.state_agent import StateAgent

if TYPE_CHECKING:
    from model.simulation import Simulation


class Ally(StateAgent):
    """A Western or regional ally, or an outside power that reacts to provocation."""

    axis = "ally"
    names = "allies"

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model, row)
        self.config = list(model.config.allies.values())[row]
        start = self.config.start or model.config.start
        self.first_week = max(0, (start - model.config.start).days // 7)

    def decide(self) -> None:
        """Bring its effort in when its time has come; an outside power acts on its own account."""
        if self.config.kind != "outside_power":
            self.model.state.ally_effort[self.row] = self.config.effort

    def remove(self) -> None:
        """Leave the war: it brings no effort any more, and Mesa's sets forget it."""
        state = self.model.state
        if self in self.model.allies:
            self.model.allies.remove(self)
            self.ally_effort = self.outside_effort = 0.0
            state.note("removed", -1, f"{self.config.name} left the war", causes={"experiment": 1.0})
        self.keep_registered(False)
