"""A rival hub: it defends its hold on franchises that the core's label tempts."""

from math import floor
from typing import TYPE_CHECKING

import numpy as np

from model.agents.state_agent import StateAgent
from model.kernels.compiled import PROVINCE
from model.mechanisms import stances
from model.state.fields import Floats
from model.why import causes as reasons


class Hub(StateAgent):
    """One rival centre. Once a month it looks at its franchises, and spends money, prestige and offices on the tempted."""

    axis = "hub"
    names = "hubs"
    if TYPE_CHECKING:
        treasury: float
        prestige: float

    @property
    def title(self) -> str:
        """Its name as reports write it."""
        return self.model.config.hubs[self.name].name

    def take_turn(self) -> None:
        """Collect a month's gifts; defend the franchises that matter most among those that look tempted."""
        state = self.model.state
        if "rival_hub.defends" not in state.on or not stances.due(state, self.row):
            return
        p = state.parameters.rival_hub
        state.hub_treasury[self.row] = floor(self.treasury + p.budget * self.prestige)
        temptations = self.temptations()
        if not temptations.any():  # in most months
            return
        worth = temptations * state.hub_tie * np.sqrt(state.fighters)
        tempted = worth.nonzero()[0]
        for row in tempted[(-worth[tempted]).argsort(kind="stable")][: int(p.at_once)].tolist():
            self.defend(row)

    def temptations(self) -> Floats:
        """How far each franchise looks past what alarms the hub, (organisations,), seen with an error.

        That is utility + lead x (prestige of the core - the hub's, if positive) x ambition - (threshold - alert).
        """
        state = self.model.state
        p, pledging = state.parameters.rival_hub, state.parameters.pledging
        found = np.zeros(len(state.present))
        mine = (state.hub == self.row).nonzero()[0].tolist()
        rows = [row for row in mine if state.present[row] and not state.pledged[row] and state.status[row] != PROVINCE]
        if not rows:
            return found
        luck = np.minimum(np.maximum(state.draws("hub.sight")[rows], 1e-9), 1 - 1e-9)  # a guard
        outshone = p.lead * max(0.0, state.prestige - self.prestige) * state.ambition[rows]
        seen = state.utility[rows] + outshone + p.noise * np.log(luck / (1 - luck)) - (pledging.threshold - p.alert)
        found[rows] = np.maximum(seen, 0.0)
        return found

    def defend(self, row: int) -> None:
        """Pay what the treasury can, which lowers need; back it in public, which costs prestige; give leaders offices.

        All of it works through the tie that there is: a hub reaches those best who are close to it.
        """
        state = self.model.state
        p, tie = state.parameters.rival_hub, float(state.hub_tie[row])
        asked = p.aid * float(state.fighters[row])
        paid = float(min(self.treasury, floor(asked)))
        state.hub_treasury[self.row] -= paid
        state.treasury[row] += paid
        state.account("usd_hub", paid)
        state.need[row] *= 1 - p.relief * tie * paid / max(asked, 1.0)  # a guard
        state.hub_tie[row] += p.backing * self.prestige * tie * (1 - tie)
        state.hub_prestige[self.row] *= 1 - p.price
        state.ambition[row] *= 1 - p.offices * tie
        causes = reasons.membership(state, row, "pledge")
        title = state.titles[state.names[row]]
        cause = f"{title} was drawn to the core: {reasons.words(causes)}"
        country = state.countries[state.home_country[row]]
        state.note("defence", row, cause, other=self.name, country=country, amount=paid, causes=causes)

    def remove(self) -> None:
        """End the hub: its name and money are worth nothing any more, and Mesa's sets forget it."""
        if self in self.model.hubs:
            self.model.hubs.remove(self)
            self.prestige = self.treasury = 0.0
            self.model.state.note("removed", -1, f"{self.title} was taken out of the world", causes={"experiment": 1.0})
        self.keep_registered(False)
