"""What governments and partners have in common: a force that is sent to sectors, builds up, attacks and holds."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model.mechanisms import operations
from model.state import Operation
from model.state.fields import Floats, Indices
from model.why import causes as reasons

if TYPE_CHECKING:
    from model.simulation import Simulation


class View(NamedTuple):
    """What an army sees of its sectors, with an error: people at stake, and the odds of its main effort there."""

    soldiers: float  # of average worth, that it can send
    held: Floats  # (own sectors,): people under armed groups
    exposed: Floats  # (own sectors,): people next to their land
    odds: (
        Floats  # (own sectors,): power that its main effort would bring together, against the groups' power in defence
    )
    terms: Floats  # (4, own sectors): own, others' and strikes' parts of that power, and the groups' power


class Army:
    """Row `row` of the armies. Decides once in `turn_weeks`; classes with it say to which sectors it goes, how willingly."""

    model: "Simulation"
    row: int
    sectors: Indices
    willing: Floats  # (own sectors,)

    def command(self, strength: float) -> None:
        """Look, end an operation that is won or lost, choose the next, and send the force where it is needed."""
        state = self.model.state
        view = self.look(strength)
        if view is None:
            self.stand_down()
            return
        if state.operation_phase[self.row] != Operation.NONE:
            self.go_on(view)
        if state.operation_phase[self.row] == Operation.NONE:
            self.choose(view)
        self.send(view)

    def look(self, strength: float) -> View | None:
        """What it sees of its sectors; None where nothing is at stake, or it has nobody to send."""
        state = self.model.state
        p = state.parameters
        held, exposed = state.sector_held[self.sectors], state.sector_exposed[self.sectors]
        soldiers = strength * float(state.readiness[self.row])
        if soldiers < 1 or not (held.any() or exposed.any()):
            return None
        people = np.maximum(held, exposed) + p.territory.district
        own = 1000 * soldiers * p.operations.main_effort * self.willing / people
        others = np.maximum(0.0, state.massed[self.sectors] - 1000 * state.deployed[self.row, self.sectors] / people)
        luck = state.draws("army.odds", len(state.readiness))[self.row]
        error = np.exp(p.operations.odds_error * (2 * luck - 1))
        air = state.sector_air[self.sectors]
        power = p.territory.entrenched * np.maximum(state.sector_strength[self.sectors], 1e-6)  # a guard
        odds = (own + others) * air / power * error
        return View(soldiers, held, exposed, odds, np.stack([own, others, (own + others) * (air - 1), power]))

    def choose(self, view: View) -> None:
        """Choose the sector of the next main effort: the one with most to win among those where it dares to attack."""
        state = self.model.state
        p = state.parameters.operations
        worth = np.where(view.held >= p.least_people, np.sqrt(view.held) * view.odds / (1 + view.odds), 0.0)
        worth[view.odds < p.daring] = 0.0
        best = int(np.argmax(worth))
        if worth[best] > 0:
            self._begin(Operation.BUILD_UP, int(self.sectors[best]))

    def go_on(self, view: View) -> None:
        """Attack once the build-up is over and the odds are good enough; end an attack that is won or has failed."""
        state = self.model.state
        p = state.parameters.operations
        sector = int(state.operation[self.row])
        here = int(np.searchsorted(self.sectors, sector))
        state.operation_weeks[self.row] += int(p.turn_weeks)
        weeks, odds = int(state.operation_weeks[self.row]), float(view.odds[here])
        if state.operation_phase[self.row] == Operation.BUILD_UP:
            if odds < p.give_up or view.held[here] < p.least_people:
                self.stand_down()
            elif weeks >= p.build_up and odds >= p.daring:
                state.operation_people[self.row] = view.held[here]
                self._begin(Operation.ATTACK, sector)
                why = f"its odds were {odds:.1f} to 1 after a build-up of {weeks} weeks"
                state.note("offensive", -1, **self._account(view, here, why))
        elif view.held[here] <= p.won * state.operation_people[self.row]:
            state.garrison[self.row, sector] = p.garrison_weeks
            freed = float(state.operation_people[self.row] - view.held[here])
            why = f"{freed:,.0f} people there changed hands in {weeks} weeks"
            state.note("offensive_won", -1, **self._account(view, here, why))
            self.stand_down()
        elif odds < p.give_up or weeks >= p.longest:
            why = "its odds had fallen" if odds < p.give_up else f"it had made too little way in {weeks} weeks"
            state.note("offensive_lost", -1, **self._account(view, here, f"{why}: {odds:.1f} to 1"))
            self.stand_down()

    def send(self, view: View) -> None:
        """Divide the force: the main effort (growing through the build-up), garrisons, and the rest by people exposed."""
        state = self.model.state
        p = state.parameters.operations
        garrison = state.garrison[self.row]
        sent = np.zeros(len(self.sectors))
        kept = garrison[self.sectors] > 0
        if kept.any():
            sent += min(p.garrison_share, p.most_garrisons / kept.sum()) * kept
            garrison[self.sectors] = np.maximum(0.0, garrison[self.sectors] - p.turn_weeks)
        if state.operation_phase[self.row] != Operation.NONE:
            here = int(np.searchsorted(self.sectors, state.operation[self.row]))
            ready = state.operation_weeks[self.row] / p.build_up
            building = state.operation_phase[self.row] == Operation.BUILD_UP
            sent[here] += p.main_effort * (min(1.0, ready) if building else 1.0)
        weight = self.willing * np.sqrt(view.exposed)
        if weight.any():
            sent += max(0.0, 1.0 - sent.sum()) * weight / weight.sum()
        state.deployed[self.row, self.sectors] = view.soldiers * self.willing * sent

    def stand_down(self) -> None:
        """End the operation; the force goes where people are exposed."""
        state = self.model.state
        state.operation[self.row] = -1
        state.operation_phase[self.row], state.operation_weeks[self.row] = Operation.NONE, 0
        state.operation_people[self.row] = 0.0
        state.deployed[self.row, self.sectors] = 0.0

    def _begin(self, phase: Operation, sector: int) -> None:
        state = self.model.state
        state.operation[self.row] = sector
        state.operation_phase[self.row], state.operation_weeks[self.row] = phase, 0

    def _account(self, view: View, here: int, why: str) -> dict[str, Any]:
        """What an event of a campaign says: where, why, and what spoke for and against it, the parts of the odds."""
        state = self.model.state
        own, others, air, groups = (float(term) for term in view.terms[:, here])
        causes = reasons.shares({"own_forces": own, "other_forces": others, "strikes": air, "armed_groups": -groups})
        place = operations.place(state, int(self.sectors[here]))
        country = state.countries[state.theatre.sector_country[self.sectors[here]]]
        cause = f"{self.title} near {place}: {why}; {reasons.words(causes)}"
        return {"cause": cause, "country": country, "amount": float(view.held[here]), "causes": causes}

    @property
    def title(self) -> str:
        """Its name for readers."""
        raise NotImplementedError
