"""An ally: which countries it takes on, how much it brings and where it builds bases.

What is done with its effort, and how it sees threats, is in `mechanisms/levers.py`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import kernels
from model.agents.state_agent import Foreseen, StateAgent
from model.state.fields import Floats

if TYPE_CHECKING:
    from model.simulation import Simulation


class Choice(NamedTuple):
    """What an ally decides: how far it takes each country on, (countries,), and what it brings."""

    taken_on: Floats
    effort: float


class Ally(Foreseen, StateAgent):
    """A Western or regional ally, or an outside power that reacts to provocation."""

    axis = "ally"
    names = "allies"

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model, row)
        self.config = list(model.config.allies.values())[row]
        start = self.config.start or model.config.start
        self.first_week = max(0, (start - model.config.start).days // 7)
        self.own_threat = self.config.threat
        self.near = np.array([iso3 in self.config.neighbours for iso3 in model.state.countries])
        kin = np.array([self.config.diaspora.get(iso3, 0.0) for iso3 in model.state.countries])
        self.kin = kin / max(kin.sum(), 1e-12)  # a guard

    @property
    def fighting(self) -> bool:
        """Whether it spends effort by the policy: its time has come, and it is no power that acts on its own account."""
        return self.config.kind != "outside_power" and self.first_week <= self.model.state.week

    def decide(self) -> None:
        """Bring its effort in when its time has come; an outside power acts on its own account."""
        if self.config.kind != "outside_power":
            self.model.state.ally_effort[self.row] = self.config.effort

    def choose(self) -> Choice:
        """Every `turn_weeks`: look at the provinces, weigh countries, and weigh how much to bring. Changes beliefs only."""
        return Choice(self.weigh_countries(self.look()), self.weigh_effort())

    def look(self) -> Floats:
        """See how strong provinces are in each country, and learn; return what it expects (countries,): see `look`."""
        return np.asarray(look([self])[0])

    def weigh_countries(self, expected: Floats) -> Floats:
        """Take on the countries that are worth most to it (countries,): see `weigh_countries`."""
        return np.asarray(weigh_countries([self], expected[None])[0])

    def weigh_effort(self) -> float:
        """Bring more after attacks at home and on its people, less the wearier it is of what it has spent.

        effort x (1 + resolve x (threat - threat at the start) - fatigue x weariness), between `least_effort` and
        `most_effort` of it; weariness rises by `tiring` a week with what is spent of the effort and fades by `rest`.
        """
        state = self.model.state
        p = state.parameters.allied
        spent, weariness = state.effort_spent / max(float(state.ally_effort.sum()), 1e-12), self.weariness  # a guard
        weariness += p.turn_weeks * (p.tiring * spent * (1 - weariness) - p.rest * weariness)
        state.weariness[self.row] = weariness
        will = 1 + p.resolve * (self.threat - self.own_threat) - p.fatigue * weariness
        return float(self.config.effort * min(max(will, p.least_effort), p.most_effort))

    def carry_out(self, choice: Choice) -> None:
        """Do as it has chosen; build bases where it may, in countries that it takes on; tell of a new main country."""
        state, before = self.model.state, int(self.taken_on.argmax())
        p = state.parameters.allied
        state.taken_on[self.row], state.ally_effort[self.row] = choice
        if self.near.any() and "allied.basing" in state.on:
            built = p.own_basing * p.turn_weeks / p.base_delay * choice.taken_on * self.near
            state.bases[self.row] = np.minimum(1.0, self.bases + built)
        main = int(choice.taken_on.argmax())
        if main != before and choice.taken_on[main] > choice.taken_on[before]:
            cause = f"{self.config.name} turned to the provinces that it saw there"
            state.note("taken_on", -1, cause, country=state.countries[main], causes={"strength seen": 1.0})

    def remove(self) -> None:
        """Leave the war: it brings no effort any more, and Mesa's sets forget it."""
        state = self.model.state
        if self in self.model.allies:
            self.model.allies.remove(self)
            self.ally_effort = self.outside_effort = 0.0
            state.note("removed", -1, f"{self.config.name} left the war", causes={"experiment": 1.0})
        self.keep_registered(False)


Ally.rules = {name: getattr(Ally, name) for name in ("choose", "look", "weigh_countries")}


def choose(allies: Sequence[Ally]) -> list[Choice]:
    """What allies decide, all on what all see now. Those without rules of their own look and weigh in one go."""
    usual = [ally for ally in allies if not ally.has_own_rules]
    taken_on = dict(zip(usual, weigh_countries(usual, look(usual)), strict=True)) if usual else {}
    return [Choice(taken_on[ally], ally.weigh_effort()) if ally in taken_on else ally.choose() for ally in allies]


def look(allies: Sequence[Ally]) -> Floats:
    """Allies see provinces with an error, and learn: belief and growth become what each expects (allies, countries).

    strength = sum over provinces of sqrt(fighters) + sqrt(people held) / people_root, the measure of attention.
    """
    state, rows = allies[0].model.state, np.array([ally.row for ally in allies])
    p, there = state.parameters.allied, np.empty(len(state.countries))
    kernels.strength_of_provinces(state.organisation_records, p.people_root, there)
    noise = 0.55 * p.observation_noise if "allied.observation" in state.on else 0.0  # as in `share_attention`
    luck = state.draws("ally.look", len(state.allies) * len(there)).reshape(-1, len(there))[rows]
    chance = np.minimum(np.maximum(luck, 1e-6), 1 - 1e-6)
    error = (chance / (1 - chance)) ** noise
    expected = np.empty(error.shape)
    kernels.learn(there, error, rows, state.belief, p.record, expected)
    return expected


def weigh_countries(allies: Sequence[Ally], expected: Floats) -> Floats:
    """How far allies take countries on (allies, countries), by what they expect there (allies, countries).

    Worth most are countries where provinces are strong, in reach, home of an ally's own people, begun, and not covered by
    others. It takes on those worth at least `least_worth` of the best, and shifts towards them by `shift`.
    """
    state, rows = allies[0].model.state, np.array([ally.row for ally in allies])
    expected, kin = np.array(expected, dtype=float), np.array([ally.kin for ally in allies])
    covered, chosen = np.zeros(expected.shape), np.empty(expected.shape)
    if state.scenario.policy.division == "divided":
        effort = state.ally_effort[rows][:, None]
        others = np.maximum(state.ally_effort.sum() - effort, 1e-12)  # a guard
        covered = (state.ally_effort @ state.taken_on - effort * state.taken_on[rows]) / others
    kernels.weigh_countries(
        expected, kin, covered, rows, state.bases, state.taken_on, "allied.basing" in state.on,
        state.parameters.allied.record, chosen,
    )  # fmt: skip
    return chosen
