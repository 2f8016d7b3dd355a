"""The core: what it sends its provinces, whom it accepts, where it goes when its land is lost."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.agents.organisation import Organisation
from model.mechanisms import attrition, links, resources, stances
from model.state import CORE, Stance, Status
from model.state.fields import Floats
from model.state.start import place
from model.why import causes as reasons
from model.why import losses

if TYPE_CHECKING:
    from model.simulation import Simulation


class Core(Organisation):
    """Organisation 0. Decides every week while it is alive."""

    def __init__(self, model: "Simulation", row: int = CORE) -> None:
        super().__init__(model, row)

    def remove(self) -> None:
        """End the core, with all that it holds."""
        super().remove()
        self.model.state.core_alive = False
        self.model.state.pledged[:] = False

    def decide(self) -> None:
        """Answer pledges, choose traffic, give orders, send aid; move or die when its land is gone."""
        state = self.model.state
        if not state.core_alive:
            return
        if stances.due(state, CORE):
            self.take_turn()
        self.answer_pledges()
        parameters, momentum = state.parameters.core, self.momentum()
        kernels.direct_provinces(state.organisation_records, momentum, state.switches, parameters.record)
        share = parameters.aid_share * (parameters.setback_aid if momentum < -parameters.setback else 1.0)
        fighters = parameters.fighters_share * float(state.foreign_fighters[CORE])
        resources.send_aid(state, share * float(state.treasury[CORE]), fighters)
        if links.loses(state):
            links.prepare_retreat(state, self.refuge())
        self.survive()

    def momentum(self) -> float:
        """Relative change of the people held against a quarter ago."""
        return links.momentum(self.model.state)

    def answer_pledges(self) -> None:
        """Accept a pledge after a lag that grows as the link gets worse: days by courier, a year without a link."""
        state = self.model.state
        parameters = state.parameters.core
        pledged = state.pledged.nonzero()[0].tolist()
        draws = state.draws("acceptance") if pledged else ()
        for row in pledged:
            quality = float(state.quality[row])
            lag = parameters.best_lag + parameters.worst_lag * (1 - quality) ** parameters.lag_power
            if draws[row] < 1 / max(1.0, lag):  # a guard: a probability is at most 1
                self.accept(row, lag, quality)

    def accept(self, row: int, lag: float, quality: float) -> None:
        """Make a local group a province."""
        state = self.model.state
        state.pledged[row] = False
        state.status[row] = Status.PROVINCE
        state.camp[row] = 0
        state.hub[row], state.hub_tie[row] = -1, 0.0
        state.accepted_week[row] = state.week
        state.alignment[row] = max(state.own_alignment[row], state.parameters.pledging.start_alignment)
        state.trust[row] = 1.0
        country = state.countries[state.home_country[row]]
        cause = f"its pledge came over a link on which an answer takes about {reasons.counted(lag, 'week')}"
        causes = reasons.answer(state, quality)
        state.note("acceptance", row, cause, other="core", country=country, causes=causes)

    def survive(self) -> None:
        """Without land it ends if hardly any fighters are left, and otherwise moves to its best refuge among provinces."""
        state = self.model.state
        parameters = state.parameters.core
        if state.people_held[CORE] > parameters.last_stand or state.week < parameters.settling:
            return
        if state.fighters[CORE] < parameters.last_fighters and links.haven(state):
            self.move("it had neither land nor enough fighters left")
        if state.fighters[CORE] < parameters.last_fighters:
            self.die()
            return
        if state.stance[CORE] == Stance.UNDERGROUND:
            return  # who hides does not move about
        self.move(f"it held fewer than {parameters.last_stand:,.0f} people")

    def move(self, why: str) -> bool:
        """Move to where people were sent ahead, or to the best refuge among provinces elsewhere; return whether it moved."""
        state, haven = self.model.state, links.haven(self.model.state)
        refuge = haven or self.refuge()
        stays = refuge == 0 or (state.home[CORE] == state.home[refuge] and not haven)
        if stays or "core.relocation" not in state.on:
            return False
        place(state, CORE, int(state.home[refuge]))
        name = state.titles[state.names[refuge]]
        causes = reasons.refuge(state, self.refuges(), refuge)
        cause = f"{why}; {name} was its best-linked strong province"
        if haven:
            people, money = links.take_back(state, haven)
            there = f"{reasons.counted(people, 'person', 'people')} and {reasons.counted(money, 'USD', 'USD')}"
            causes, cause = {"prepared": 1.0}, f"{why}; {there} were there, sent ahead"
        state.note("relocation", CORE, cause, other=state.names[refuge], causes=causes)
        if "stances" in state.on:
            stances.adopt(state, CORE, Stance.MOVE)
        return True

    def go_underground(self, terms: dict[str, float]) -> None:
        """Move to a province if it holds more than the core still does, or hardly anything is left; or go underground."""
        state = self.model.state
        held = float(state.people_held[CORE])
        leaves = held < max(float(state.people_held[self.refuge()]), state.parameters.core.last_stand)
        many = state.fighters[CORE] >= state.parameters.core.last_fighters  # with fewer it ends
        if not (many and leaves and self.move("its land was lost")):
            super().go_underground(terms)

    def die(self) -> None:
        """The core is no more: its land, money and fighters are lost, and pledges that wait for it lapse."""
        state = self.model.state
        causes = losses.of_fighters(state, CORE)
        why = f"it had neither land nor enough fighters left; losses of its last quarter: {reasons.words(causes)}"
        state.note("core_dead", CORE, why, causes=causes)
        state.core_alive = False
        attrition.end(state, CORE)
        state.pledged[:] = False

    def refuge(self) -> int:
        """Row of the best province to hide in; 0 if there is none."""
        worth = self.refuges()
        best = int(worth.argmax())
        return best if worth[best] > 0 else 0

    def refuges(self) -> Floats:
        """Worth of each province as a place to hide in: link quality times people held (organisations,)."""
        state = self.model.state
        people = state.people_held + state.parameters.core.refuge_people
        return np.asarray(state.provinces * (state.quality * people))
