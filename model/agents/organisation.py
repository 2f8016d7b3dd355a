"""What the core and local groups have in common as agents: fighters, a place, an end."""

from typing import TYPE_CHECKING

import numpy as np

from model.agents.state_agent import StateAgent
from model.kernels.stances import stance_at
from model.mechanisms import attrition, holdings, stances, territory
from model.state import Stance
from model.state.start import place
from model.why import causes as reasons


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

    def take_turn(self) -> None:
        """Choose a stance by what the odds look like."""
        state = self.model.state
        if "stances" in state.on:
            terms = stances.odds(state, self.row)
            self.choose_stance(sum(terms.values()), terms)

    def choose_stance(self, odds: float, terms: dict[str, float]) -> None:
        """Expand above even odds, hold below; without land, go underground at bad odds and come back at good ones."""
        state, stance = self.model.state, self.stance
        chosen = stance_at(odds, int(stance), stances.hides(state, self.row), state.parameters.stances)
        if chosen == stance:
            return
        if chosen == Stance.UNDERGROUND:
            self.go_underground(terms)
        elif chosen == Stance.HOLD:
            self.take_stance(Stance.HOLD, "defensive_stance", terms)
        elif stance == Stance.UNDERGROUND:
            self.take_stance(Stance.EXPAND, "comeback", terms)
        else:
            self.take_stance(Stance.EXPAND, "offensive_stance", terms)

    def go_underground(self, terms: dict[str, float]) -> None:
        """Give up the land that is left, and hide."""
        self.take_stance(Stance.UNDERGROUND, "underground", terms)

    def take_stance(self, stance: Stance, kind: str, terms: dict[str, float]) -> None:
        """Adopt a stance and write it down with the odds that led to it, as shares."""
        state = self.model.state
        stances.adopt(state, self.row, stance)
        speaks = 1.0 if stance == Stance.EXPAND else -1.0
        causes = reasons.shares({name: speaks * term for name, term in terms.items()})
        cause = f"its odds looked {'good' if sum(terms.values()) > 0 else 'bad'}: {reasons.words(causes)}"
        state.note(kind, self.row, cause, country=self.country, amount=self.people_held, causes=causes)

    def remove(self) -> None:
        """Take the organisation out of the world: land, money and fighters are lost, and Mesa's sets forget it."""
        state = self.model.state
        if state.present[self.row]:
            cause = f"{self.title} was taken out of the world, with {reasons.counted(self.fighters, 'fighter')} and its land"
            state.note(
                "removed", self.row, cause, country=self.country, amount=self.fighters, causes={"experiment": 1.0}
            )
            attrition.end(state, self.row)
            territory.begin(state)
            holdings.measure(state)
        self.keep_registered(False)
