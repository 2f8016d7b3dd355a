"""What governments and partners have in common: a force that is sent to sectors, builds up, attacks and holds."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from model.agents.state_agent import Foreseen
from model.kernels.operations import VERDICTS, Marching, verdict
from model.mechanisms import operations
from model.state import Operation
from model.state.fields import Floats
from model.why import causes as reasons

if TYPE_CHECKING:
    from model.simulation import Simulation


class View(NamedTuple):
    """What an army sees of its sectors, each (own sectors,)."""

    sectors: npt.NDArray[np.unsignedinteger[Any]]
    held: Floats  # people under armed groups
    odds: Floats  # power that its main effort would bring together, against the groups' power in defence, with an error
    own: Floats  # its own part of that power
    others: Floats  # and that of others who are there


class Army(Foreseen):
    """Row `row` of the armies. Decides once in `turn_weeks`, if it has an operation or dares one.

    A subclass may decide by other rules: `choose` returns the sector to attack next, `judge` what becomes of an operation.
    """

    model: "Simulation"
    row: int

    def command(self, seen: Marching) -> None:
        """End an operation that is won or lost, or take its next step; without one, choose the next."""
        state = self.model.state
        mine = slice(seen.starts[self.row], seen.starts[self.row + 1])
        sectors = seen.sectors[mine]
        view = View(sectors, state.sector_held[sectors], seen.odds[mine], seen.own[mine], seen.others[mine])
        if self.phase != Operation.NONE:
            self.go_on(view)
        if self.phase == Operation.NONE:
            sector = self.choose(view)
            if sector >= 0:
                self._begin(Operation.BUILD_UP, sector)

    @property
    def phase(self) -> int:
        """What it does in the sector of its main effort, an `Operation`."""
        return int(self.model.state.operation_phase[self.row])

    def choose(self, view: View) -> int:
        """The sector of the next main effort, -1 for none: the one with most to win among those where it dares to attack.

        What there is to win is sqrt(people) x odds / (1 + odds).
        """
        state = self.model.state
        p = state.parameters.operations
        dared = ((view.held >= p.least_people) & (view.odds >= p.daring)).nonzero()[0]  # mostly one or two of dozens
        if not len(dared):
            return -1
        held, odds = view.held[dared], view.odds[dared]
        worth = np.sqrt(held) * odds / (1 + odds)
        best = worth.argmax()
        return int(view.sectors[dared[best]]) if worth[best] > 0 else -1

    def judge(self, view: View, here: int) -> str:
        """What becomes of an operation: attack, wait, give_up, won, failed or late; by `kernels.operations.verdict`."""
        state = self.model.state
        weeks, before = int(state.operation_weeks[self.row]), float(state.operation_people[self.row])
        odds, held = float(view.odds[here]), float(view.held[here])
        return VERDICTS[verdict(self.phase, weeks, odds, held, before, state.parameters.operations)]

    def go_on(self, view: View) -> None:
        """Carry out what was judged: begin the attack, or end the operation."""
        state = self.model.state
        p = state.parameters.operations
        sector = int(state.operation[self.row])
        here = int(view.sectors.searchsorted(sector))
        self.wait()
        weeks, odds = int(state.operation_weeks[self.row]), float(view.odds[here])
        what = self.judge(view, here)
        if what == "attack":
            state.operation_people[self.row] = view.held[here]
            self._begin(Operation.ATTACK, sector)
            why = f"its odds were {odds:.1f} to 1 after a build-up of {reasons.counted(weeks, 'week')}"
            state.note("offensive", -1, **self._account(view, here, why))
        elif what == "won":
            state.garrison[self.row, sector] = p.garrison_weeks
            freed = float(state.operation_people[self.row] - view.held[here])
            why = (
                f"{reasons.counted(freed, 'person', 'people')} there changed hands in {reasons.counted(weeks, 'week')}"
            )
            state.note("offensive_won", -1, **self._account(view, here, why))
        elif what in ("failed", "late"):
            late = f"it had made too little way in {reasons.counted(weeks, 'week')}, and its odds were"
            why = f"{'its odds had fallen to' if what == 'failed' else late} {odds:.1f} to 1"
            state.note("offensive_lost", -1, **self._account(view, here, why))
        if what not in ("attack", "wait"):
            self.stand_down()

    def wait(self) -> None:
        """Let the weeks of a turn pass."""
        state = self.model.state
        state.operation_weeks[self.row] += int(state.parameters.operations.turn_weeks)

    def stand_down(self) -> None:
        """End the operation."""
        state = self.model.state
        state.operation[self.row] = -1
        state.operation_phase[self.row], state.operation_weeks[self.row] = Operation.NONE, 0
        state.operation_people[self.row] = 0.0

    def _begin(self, phase: Operation, sector: int) -> None:
        state = self.model.state
        state.operation[self.row] = sector
        state.operation_phase[self.row], state.operation_weeks[self.row] = phase, 0

    def _account(self, view: View, here: int, why: str) -> dict[str, Any]:
        """What an event of a campaign says: where, why, and what spoke for and against it, the parts of the odds."""
        state, sector = self.model.state, int(view.sectors[here])
        own, others, air = float(view.own[here]), float(view.others[here]), float(state.sector_air[sector])
        groups = state.parameters.territory.entrenched * float(state.sector_strength[sector])
        terms = {"own_forces": own, "other_forces": others, "strikes": (own + others) * (air - 1)}
        causes = reasons.shares(terms | {"armed_groups": -groups})
        country = state.countries[state.theatre.sector_country[sector]]
        place = operations.place(state, sector)
        return {
            "cause": f"{self.title} near {place}: {why} ({reasons.words(causes)})", "army": self.title, "other": place,
            "country": country, "amount": float(view.held[here]), "causes": causes,
        }  # fmt: skip

    @property
    def title(self) -> str:
        """Its name for readers."""
        raise NotImplementedError


Army.rules = {name: getattr(Army, name) for name in ("command", "go_on", "judge")}
