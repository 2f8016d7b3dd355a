"""A local armed group: pledge, refuse, stay, defect, secede; splinters."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

from model.mechanisms import pledging
from model.mechanisms.pledging import Decision
from model.state import Status

if TYPE_CHECKING:
    from model.simulation import Simulation


class LocalGroup(mesa.Agent):
    """One row of the organisations. Decides in the weeks in which `mechanisms.pledging` puts a decision before it."""

    model: "Simulation"

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model)
        self.row = row

    def decide(self, decision: Decision) -> "LocalGroup | None":
        """Take the decision that this week put before it; returns the faction that walked out, if one did."""
        if decision == Decision.PLEDGE:
            self.pledge()
        elif decision == Decision.REFUSE:
            self.refuse()
        elif decision == Decision.DEFECT:
            self.leave("defection", "leaving had paid for months")
        elif decision == Decision.SECEDE:
            self.leave("secession", "it had outgrown the core and no longer followed it")
        elif decision == Decision.SPLIT:
            return self.faction()
        return None

    def pledge(self) -> None:
        """Swear allegiance; the core answers in its own time."""
        state = self.model.state
        state.pledged[self.row] = True
        state.refused[self.row] = False
        self.note("pledge", "its leaders saw more in the core's label than in going on alone")

    def refuse(self) -> None:
        """Refuse in public, which binds it for the future."""
        self.model.state.refused[self.row] = True
        self.note("refusal", "the label was worth too little to it")

    def leave(self, kind: str, why: str) -> None:
        """End membership: the group is independent again."""
        state = self.model.state
        state.status[self.row] = Status.INDEPENDENT
        state.camp[self.row] = -1
        state.dissatisfied[self.row] = 0.0
        state.accepted_week[self.row] = -1
        self.note(kind, why)

    def note(self, kind: str, why: str) -> None:
        """Write a decision down with the terms of the utility that led to it."""
        state = self.model.state
        causes = pledging.causes(state, self.row)
        country = state.countries[state.home_country[self.row]]
        main = ", ".join(f"{name.replace('_', ' ')} {share:+.0%}" for name, share in list(causes.items())[:3])
        cause = f"{why} (utility {state.utility[self.row]:.2f}: {main})"
        state.note(kind, self.row, cause, other="core", country=country, causes=causes)

    def faction(self) -> "LocalGroup | None":
        """Found a splinter in a spare row: a part of the fighters and the money, closer to the core's creed."""
        state = self.model.state
        spare = len(state.names)
        if spare >= state.organisations:
            return None
        parameters = state.parameters.splintering
        for field in (
            state.home, state.home_country, state.conviction, state.ambition, state.need, state.own_brutality,
            state.brutality, state.skill, state.full_skill, state.own_alignment, state.own_activity, state.activity,
            state.media, state.support, state.fear,
        ):  # fmt: skip
            field[spare] = field[self.row]
        for stock in (state.local_fighters, state.foreign_fighters, state.treasury):
            part = np.floor(parameters.share * stock[self.row])
            stock[spare], stock[self.row] = part, stock[self.row] - part
        state.conviction[spare] = min(1.0, state.conviction[self.row] + parameters.zeal)
        state.present[spare], state.status[spare] = True, Status.INDEPENDENT
        state.parent[spare], state.hub[spare], state.camp[spare] = self.row, -1, -1
        parent = state.names[self.row]
        state.names.append(f"{parent}_splinter_{spare}")
        state.titles[state.names[spare]] = f"Splinter of {state.titles[parent]}"
        child = LocalGroup(self.model, spare)
        cause = f"a faction of {state.titles[parent]} saw more in the core's label; prestige was {state.prestige:.2f}"
        country = state.countries[state.home_country[spare]]
        state.note("splinter", spare, cause, other=parent, country=country, causes={"prestige": 1.0})
        return child
