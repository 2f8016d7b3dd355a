"""A world in the middle of a run, and the arguments of its loops over cells, for all forms that are compared."""

from dataclasses import dataclass

import numpy as np

from model import Simulation, load_scenario
from model.mechanisms import territory
from model.mechanisms.scale import acted_on, hostility
from model.state import COUNTRY_LEVERS

WARM_WEEKS = 60
WRITTEN = ("control", "active_cells", "active_count", "is_active", "total", "camp_control")  # by a week of spreading


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
    """The arguments of `kernels.spread` in order, by name."""

    arguments: dict

    def fresh(self):
        """Arguments of which those that a week writes are copies."""
        return {name: value.copy() if name in WRITTEN else value for name, value in self.arguments.items()}


def spread_of(simulation):
    """The arguments with which this simulation's next week would spread."""
    state = simulation.state
    p = state.parameters.territory
    rates = territory.flow(state)
    clash = p.clash * hostility(state) if acted_on(state) else np.zeros(len(state.present))
    return Spread({
        "control": state.control, "active_cells": state.active_cells, "active_count": state.active_count,
        "is_active": state.is_active, "camp": np.ascontiguousarray(state.camp), "neighbours": state.neighbours,
        "flow": rates, "total": state.total, "camp_control": state.camp_control,
        "power": territory.group_power(state), "compliance": p.compliance, "resistance": p.resistance,
        "support": state.support, "fear": state.fear, "state_power": territory.state_power(state),
        "reach": state.reach, "defence": state.defence, "grievance": state.grievance, "country": state.country,
        "offensive": state.offensive, "growth": p.growth, "self_enforcement": p.self_enforcement, "clash": clash,
        "steps": state.cache["flow"]["steps"], "cutoff": p.cutoff, "theta": np.zeros_like(state.theta),
        "change": np.zeros_like(state.change),
    })  # fmt: skip


@dataclass
class Attitudes:
    """The arguments of `kernels.update_support_and_fear` in order, by name."""

    arguments: dict

    def fresh(self):
        """Arguments of which those that a week writes are copies."""
        return {name: value.copy() if name in ("support", "fear") else value for name, value in self.arguments.items()}

    def ready(self):
        """What depends on organisations and countries alone, as the kernel works it out, for the C form."""
        o, n, p = self.arguments["organisations"], self.arguments["countries"], self.arguments["weights"][0]
        paid = o["treasury"] / (o["treasury"] + p["governing_funds"])
        win = p["governance"] * (o["activity"][:, 4] / 0.25) * (0.5 + 0.5 * paid)
        propaganda = p["propaganda"] * o["media"] * (1.0 - o["suppression"])
        fighters = np.maximum(o["local_fighters"] + o["foreign_fighters"], 1.0)
        foreignness = p["foreignness"] * (o["foreign_fighters"] / fighters)
        dislike = n["anti_foreign"]
        messengers = 1.0 - p["messengers"] * dislike
        persuasion = p["information"] * self.arguments["messages"] * (p["information_floor"] + dislike) * messengers
        recovery = p["recovery"] * n["legitimacy"] * n["effectiveness"]
        defended = p["defender"] * (n["reprisals"] / (n["reprisals"] + p["defender_reprisals"]))
        backlash, frighten = p["backlash"] * (o["brutality"] * o["brutality"]), p["fear"] * o["brutality"]
        bonus = (o["camp"] == 0)[:, None] * defended
        arrays = (win, propaganda, backlash, frighten, foreignness[:, None] * dislike, bonus, persuasion, recovery)
        return [*map(np.ascontiguousarray, arrays), float(p["grievance"]), float(p["fear_decay"])]


def attitudes_of(simulation):
    """The arguments with which this simulation's support and fear would move."""
    state = simulation.state
    return Attitudes({
        "organisations": state.organisation_records, "countries": state.country_records,
        "messages": state.doses[COUNTRY_LEVERS.index("information")], "control": state.control, "support": state.support,
        "fear": state.fear, "grievance": state.grievance, "constituency": state.theatre.constituency,
        "country": state.country, "active_cells": state.active_cells, "active_count": state.active_count,
        "weights": state.cache["attitudes"][-1],
    })  # fmt: skip
