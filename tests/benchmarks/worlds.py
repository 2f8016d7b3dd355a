"""A world in the middle of a run, and the arguments of its loops over cells, for all forms that are compared."""

from dataclasses import dataclass, replace

import numpy as np

from model import Simulation, load_scenario
from model.kernels.arguments import Cells, Forces, Ground, Spreading
from model.mechanisms import territory
from model.mechanisms.scale import hostility
from model.state import COUNTRY_LEVERS

WARM_WEEKS = 60
WRITTEN = ("control", "active", "active_count", "is_active", "total", "camp_control")  # by a week of spreading


def warm(resolution=0.5, weeks=2600, scenario="levant_2014", **overrides):
    """A simulation of a shipped scenario after 60 weeks."""
    chosen = load_scenario(
        scenario, policy="core_only", overrides={"resolution": resolution, "weeks": weeks} | overrides
    )
    simulation = Simulation(chosen, seed=1)
    for _ in range(WARM_WEEKS):
        simulation.step()
    return simulation


@dataclass
class Spread:
    """The arguments of `kernels.spread`."""

    cells: Cells
    ground: Ground
    forces: Forces
    spreading: Spreading
    steps: int
    territory: np.ndarray

    def fresh(self):
        """The same, of which what a week writes are copies."""
        written = {name: getattr(self.cells, name).copy() for name in WRITTEN}
        return replace(self, cells=self.cells.replaced(**written))

    def arguments(self):
        """Those of the kernel, in order."""
        return self.cells, self.ground, self.forces, self.spreading, self.steps, self.territory

    def in_c(self):
        """Those of the C form, in order, by name."""
        cells, forces, spreading, p = self.cells, self.forces, self.spreading, self.territory[0]
        return {
            "control": cells.control, "active_cells": cells.active, "active_count": cells.active_count,
            "is_active": cells.is_active, "camp": forces.camp, "neighbours": self.ground.neighbours,
            "flow": spreading.flow, "total": cells.total, "camp_control": cells.camp_control, "power": forces.group,
            "compliance": float(p["compliance"]), "resistance": float(p["resistance"]), "support": cells.support,
            "fear": cells.fear, "state_power": forces.state, "reach": cells.reach, "defence": cells.defence,
            "grievance": cells.grievance, "country": self.ground.country, "offensive": spreading.offensive,
            "growth": float(p["growth"]), "self_enforcement": float(p["self_enforcement"]), "clash": forces.clash,
            "steps": self.steps, "cutoff": float(p["cutoff"]), "theta": spreading.theta, "change": spreading.change,
        }  # fmt: skip


def spread_of(simulation):
    """The arguments with which this simulation's next week would spread."""
    state = simulation.state
    p, flow = state.parameters.territory, territory.flow(state)
    forces = Forces(
        np.ascontiguousarray(state.camp), territory.group_power(state), territory.state_power(state),
        state.militia.copy(), p.clash * hostility(state), 0.5, *np.zeros((2, len(state.camp))),
        np.ascontiguousarray(state.camp), *np.zeros((2, len(state.camp))),
    )  # fmt: skip
    scratch = Spreading(
        flow, state.offensive, *(np.zeros_like(each) for each in (state.theta, state.change, state.power))
    )
    return Spread(state.cells, state.ground, forces, scratch, territory.sub_steps(state), p.record)


@dataclass
class Attitudes:
    """The arguments of `kernels.update_support_and_fear`."""

    organisations: np.ndarray
    countries: np.ndarray
    messages: np.ndarray
    cells: Cells
    ground: Ground
    switches: np.ndarray
    attitudes: np.ndarray

    def fresh(self):
        """The same, of which what a week writes are copies."""
        written = {name: getattr(self.cells, name).copy() for name in ("support", "fear")}
        return replace(self, cells=self.cells.replaced(**written))

    def arguments(self):
        """Those of the kernel, in order."""
        return (
            self.organisations, self.countries, self.messages, self.cells, self.ground, self.switches, self.attitudes
        )  # fmt: skip

    def in_c(self):
        """Those of the C form that are arrays over cells, in order."""
        cells, ground = self.cells, self.ground
        return [
            cells.control, cells.support, cells.fear, cells.grievance, ground.constituency, ground.country, cells.active,
            cells.active_count,
        ]  # fmt: skip

    def ready(self):
        """What depends on organisations and countries alone, as the kernel works it out, for the C form."""
        o, n, p = self.organisations, self.countries, self.attitudes[0]
        paid = o["treasury"] / (o["treasury"] + p["governing_funds"])
        win = p["governance"] * (o["activity"][:, 4] / 0.25) * (0.5 + 0.5 * paid)
        propaganda = p["propaganda"] * o["media"] * (1.0 - o["suppression"])
        fighters = np.maximum(o["local_fighters"] + o["foreign_fighters"], 1.0)
        foreignness = p["foreignness"] * (o["foreign_fighters"] / fighters)
        dislike = n["anti_foreign"]
        messengers = 1.0 - p["messengers"] * dislike
        persuasion = p["information"] * self.messages * (p["information_floor"] + dislike) * messengers
        recovery = p["recovery"] * n["legitimacy"] * n["effectiveness"]
        defended = p["defender"] * (n["reprisals"] / (n["reprisals"] + p["defender_reprisals"]))
        backlash, frighten = p["backlash"] * (o["brutality"] * o["brutality"]), p["fear"] * o["brutality"]
        bonus = (o["camp"] == 0)[:, None] * defended
        arrays = (win, propaganda, backlash, frighten, foreignness[:, None] * dislike, bonus, persuasion, recovery)
        return [*map(np.ascontiguousarray, arrays), float(p["grievance"]), float(p["fear_decay"])]


def attitudes_of(simulation):
    """The arguments with which this simulation's support and fear would move."""
    state = simulation.state
    messages = state.doses[COUNTRY_LEVERS.index("information")]
    return Attitudes(
        state.organisation_records, state.country_records, messages, state.cells, state.ground, state.switches,
        state.parameters.attitudes.record,
    )  # fmt: skip
