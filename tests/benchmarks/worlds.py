"""A world in the middle of a run, and the arguments of its territory kernel, for all forms that are compared."""

from dataclasses import dataclass

import numpy as np

from model import Simulation, load_scenario
from model.mechanisms import territory
from model.mechanisms.scale import acted_on, hostility

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
