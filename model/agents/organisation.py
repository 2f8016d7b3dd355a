"""What the core and local groups have in common as agents: fighters, a place, an end."""

from typing import TYPE_CHECKING

import numpy as np

from model.agents.state_agent import StateAgent
from model.mechanisms import attrition, holdings, territory
from model.state.start import place


class Organisation(StateAgent):
    """One row of the organisations, with a property for each of their fields."""

    axis = "organisation"
    names = "names"
    if TYPE_CHECKING:
        local_fighters: float
        foreign_fighters: float

    @property
    def title(self) -> str:
        """Its name as reports write it."""
        return self.model.state.titles[self.name]

    @property
    def fighters(self) -> float:
        """Local and foreign fighters together; setting them keeps the share of foreign ones."""
        return float(self.local_fighters + self.foreign_fighters)

    @fighters.setter
    def fighters(self, number: float) -> None:
        share = self.foreign_fighters / max(self.fighters, 1.0)
        foreign = float(np.rint(number * share))
        self.local_fighters, self.foreign_fighters = np.rint(number) - foreign, foreign

    @property
    def country(self) -> str:
        """Code of the country of its headquarters."""
        return str(self.model.state.countries[self.home_country])

    @property
    def position(self) -> tuple[float, float]:
        """Latitude and longitude of its headquarters, in degrees; setting them moves it to the nearest cell."""
        theatre = self.model.state.theatre
        return float(theatre.lat[self.home]), float(theatre.lon[self.home])

    @position.setter
    def position(self, latitude_longitude: tuple[float, float]) -> None:
        state = self.model.state
        place(state, self.row, state.theatre.nearest_cell(*latitude_longitude))

    def remove(self) -> None:
        """Take the organisation out of the world: land, money and fighters are lost, and Mesa's sets forget it."""
        state = self.model.state
        if state.present[self.row]:
            cause = f"{self.title} was taken out of the world, with {self.fighters:,.0f} fighters and its land"
            state.note(
                "removed", self.row, cause, country=self.country, amount=self.fighters, causes={"experiment": 1.0}
            )
            attrition.end(state, self.row)
            territory.begin(state)
            holdings.measure(state)
        self.keep_registered(False)
