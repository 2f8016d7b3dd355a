"""A local armed group: pledge, refuse, stay, defect, secede; splinters."""

from typing import TYPE_CHECKING

import numpy as np

from model.agents.organisation import Organisation
from model.agents.state_agent import Foreseen
from model.mechanisms import loyalty
from model.mechanisms.pledging import Decision
from model.state import CORE, Loyalty, Status
from model.state.start import local_activity, place
from model.why import causes as reasons

if TYPE_CHECKING:
    from model.simulation import Simulation


class LocalGroup(Foreseen, Organisation):
    """One row of the organisations. Decides in the weeks in which `mechanisms.pledging` puts a decision before it."""

    def take_turn(self) -> None:
        """Choose a stance, and as a province how to deal with the core."""
        super().take_turn()
        state = self.model.state
        if "loyalty" in state.on and int(state.status[self.row]) == Status.PROVINCE:
            self.choose_loyalty(float(state.discontent[self.row]) + loyalty.error(state, self.row))

    def choose_loyalty(self, discontent: float) -> None:
        """Obey while staying is worth enough; bargain, then hedge, as it gets worth less. Leaving is drawn every week."""
        state = self.model.state
        chosen = loyalty.choice(state, self.row, discontent)
        if chosen == int(state.loyalty[self.row]):
            return
        loyalty.settle(state, self.row, chosen)
        if chosen == Loyalty.OBEY:
            self.note("obedience", "belonging seemed worth enough to it again")
        elif chosen == Loyalty.BARGAIN:
            self.note("bargain", "belonging seemed worth less to it, and it was strong enough to ask for more")
        else:
            self.note("hedge", "belonging seemed worth hardly more to it than leaving")

    def decide(self, decision: Decision) -> "LocalGroup | None":
        """Take the decision that this week put before it; returns the faction that walked out, if one did."""
        if decision == Decision.PLEDGE:
            self.pledge()
        elif decision == Decision.REFUSE:
            self.refuse()
        elif decision == Decision.DEFECT:
            self.leave("defection", "staying had been worth little for months")
        elif decision == Decision.SECEDE:
            self.leave("secession", "it no longer followed the core")
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
        """End membership, which is a refusal in public: the group is independent again."""
        state = self.model.state
        state.status[self.row] = Status.INDEPENDENT
        state.camp[self.row] = -1
        state.refused[self.row] = True
        state.accepted_week[self.row] = -1
        state.activity[self.row] = state.own_activity[self.row]  # from this day it acts of its own accord
        loyalty.settle(state, self.row, Loyalty.OBEY)
        state.sheltered[self.row] = state.reserve[self.row] = 0.0
        if not state.core_alive:
            why = f"the core was no more, and no word had come for {reasons.counted(float(state.silence[self.row]), 'week')}"
        self.note(kind, why)

    def note(self, kind: str, why: str) -> None:
        """Write a decision down with the terms of the utility that led to it."""
        state = self.model.state
        causes = reasons.membership(state, self.row, kind)
        country = state.countries[state.home_country[self.row]]
        cause = f"{why}: {reasons.words(causes)}"
        state.note(kind, self.row, cause, other="core", country=country, causes=causes)

    def faction(self) -> "LocalGroup | None":
        """Found a splinter closer to the core's creed, out of a rival hub's franchise."""
        state = self.model.state
        child = self.part(state.parameters.splintering.zeal)
        if child is not None:
            cause = f"a faction of {state.titles[state.names[self.row]]} saw more in the core's label"
            state.note(
                "splinter",
                child.row,
                cause,
                other=self.name,
                country=self.country,
                causes=reasons.walkout(state, self.row),
            )
        return child

    def quarrel(self) -> "LocalGroup | None":
        """Commanders of a province fall out, and some go their own way, outside the core's camp."""
        state = self.model.state
        child = self.part(0.0)
        if child is not None:
            trust, prestige = float(state.trust[self.row]), state.prestige if state.core_alive else 0.0
            cause = "the core's backing no longer held its commanders together"
            weak = max(0.0, 1 - prestige / state.parameters.links.cohesion_prestige)
            terms = {"lost_trust": 1 - trust, "weak_core": weak, "rivalry_of_leaders": 1e-9}
            causes = reasons.shares(terms)
            state.note("split", child.row, cause, other=self.name, country=self.country, causes=causes)
        return child

    def part(self, zeal: float) -> "LocalGroup | None":
        """Part of the fighters and the money leaves and is a group in a spare row, if there is one."""
        state = self.model.state
        spare = len(state.names)
        if spare >= state.organisations:
            return None
        for field in (
            state.home, state.home_country, state.conviction, state.ambition, state.need, state.own_brutality,
            state.brutality, state.skill, state.full_skill, state.own_alignment, state.own_activity, state.media,
            state.support, state.fear,
        ):  # fmt: skip
            field[spare] = field[self.row]
        state.activity[spare] = state.own_activity[spare]  # those who left a province follow no orders
        for stock in (state.local_fighters, state.foreign_fighters, state.treasury):
            part = np.floor(state.parameters.splintering.share * stock[self.row])
            stock[spare], stock[self.row] = part, stock[self.row] - part
        state.conviction[spare] = min(1.0, state.conviction[self.row] + zeal)
        state.present[spare], state.status[spare] = True, Status.INDEPENDENT
        state.parent[spare], state.hub[spare], state.camp[spare] = self.row, -1, -1
        parent = state.names[self.row]
        state.names.append(f"{parent}_splinter_{spare}")
        state.titles[state.names[spare]] = f"Splinter of {state.titles[parent]}"
        return self.model.local_group_class(self.model, spare)


LocalGroup.rules = {name: getattr(LocalGroup, name) for name in ("take_turn", "choose_stance", "choose_loyalty")}


def found(model: "Simulation", country: int, founders: float) -> LocalGroup | None:
    """Found a cell of returnees in a spare row, in the country's capital: men of the core's creed without means."""
    state = model.state
    row = len(state.names)
    if row >= state.organisations:
        return None
    parameters = state.parameters.foreign_fighters
    place(state, row, int(state.theatre.capital_cell[country]))
    state.present[row], state.status[row] = True, Status.INDEPENDENT
    state.hub[row] = state.camp[row] = -1
    state.local_fighters[row] = founders
    state.returnees[country] -= founders
    state.account("fighters_founding", founders)
    state.conviction[row] = parameters.cell_conviction
    state.need[row] = state.skill[row] = state.full_skill[row] = 1.0
    state.own_brutality[row] = state.brutality[row] = state.own_brutality[CORE]
    state.own_alignment[row] = state.parameters.pledging.own_alignment * parameters.cell_conviction
    state.own_activity[row] = state.activity[row] = local_activity(state, row)
    iso3 = state.countries[country]
    name = f"returnees_{iso3.lower()}_{row}"
    state.names.append(name)
    state.titles[name] = f"Returnees in {state.scenario.governments[iso3].name}"
    back = reasons.counted(float(state.returnees[country] + founders), "traveller")
    cause = f"{back} who had come back from the core found no group to join"
    state.note("founding", row, cause, country=iso3, amount=founders, causes={"returnees": 1.0})
    return model.local_group_class(model, row)
