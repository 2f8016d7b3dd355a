"""A partner on the ground: an organisation of the state's side that fights where its people live or where it is sent."""

from typing import TYPE_CHECKING

from model.agents.army import Army
from model.agents.state_agent import StateAgent

if TYPE_CHECKING:
    from model.simulation import Simulation


class Partner(Army, StateAgent):
    """A militia, a tribal force or a contingent; it decides as a government's army does, about its own sectors."""

    axis = "army"
    names = "armies"

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model, row)
        self.config = model.config.partners[self.name]

    @property
    def title(self) -> str:
        """Its name for readers."""
        return self.config.name

    def remove(self) -> None:
        """Disband: it sends nobody any more, and Mesa's sets forget it."""
        if self in self.model.partners:
            self.model.partners.remove(self)
            self.stand_down()
            self.model.state.standing[self.row] = False
            self.model.state.note("removed", -1, f"{self.title} disbanded", causes={"experiment": 1.0})
        self.keep_registered(False)
