"""The same week of spreading as a student would write it in Mesa: one object a cell, all groups in a list on it."""

from statistics import median
from time import perf_counter

import mesa
import numpy as np

from model import kernels


class Cell(mesa.Agent):
    """A cell: control of each group in it; looks at its four neighbours."""

    def __init__(self, model, number, control):
        super().__init__(model)
        self.number, self.control, self.after = number, control, control

    def step(self):
        """Fill `after`, control one sub-step later."""
        self.after = [self.next(group) if self.touched(group) else 0.0 for group in range(len(self.control))]

    def touched(self, group):
        """Whether the group is in this cell or in one beside it."""
        return self.control[group] > 0 or any(other.control[group] > 0 for other in self.neighbours)

    def next(self, group):
        """Control of one group one sub-step later."""
        a, i, c = self.model.arguments, self.number, self.control[group]
        camp = a["camp"][group]
        total = sum(self.control)
        friends = c if camp < 0 else sum(self.control[h] for h in self.model.members[camp])
        theta, w = self.theta(group), a["self_enforcement"]
        spread = sum(rate * (cell.control[group] - c) for rate, cell in zip(a["flow"][i], self.neighbours, strict=True))
        net = (1 - w) * (1 - 2 * theta) + w * (friends - theta)
        rate = a["growth"] * max(0.0, 1 - total) * net - a["offensive"][group, self.country]
        rate -= a["clash"][group] * max(0.0, total - friends)
        value = c + (spread + c * rate) / a["steps"]
        return 0.0 if value < a["cutoff"] else min(value, 1.0)

    def theta(self, group):
        """The state's share of the contest."""
        a, i = self.model.arguments, self.number
        support, fear = a["support"][group, i], a["fear"][group, i]
        state = a["state_power"][self.country] * a["reach"][i] * (1 - a["grievance"][i] / 2) + a["defence"][i]
        state += a["resistance"] * (1 - support) ** 2 * (1 - fear)
        both = state + a["power"][group] * (0.5 + support + a["compliance"] * fear)
        return state / both if both > 0 else 0.5

    def advance(self):
        """Take over what `step` found."""
        self.control = self.after


class World(mesa.Model):
    """All cells; a step is a week."""

    def __init__(self, arguments):
        super().__init__()
        self.arguments = arguments
        camps = range(len(arguments["camp_control"]))
        self.members = [np.flatnonzero(arguments["camp"] == camp).tolist() for camp in camps]
        control = arguments["control"].T.tolist()
        self.cells = [Cell(self, number, row) for number, row in enumerate(control)]
        for cell in self.cells:
            cell.neighbours = [self.cells[n] for n in arguments["neighbours"][cell.number]]
            cell.country = int(arguments["country"][cell.number])

    def step(self):
        """A week."""
        for _ in range(self.arguments["steps"]):
            self.agents.do("step")
            self.agents.do("advance")


def compare(spread, rounds=2):
    """Seconds of a week in plain Mesa, milliseconds compiled, their ratio, and the largest difference in control."""
    plain, ours = [], []
    for _ in range(rounds):
        world, ours_alone = World(spread.fresh().in_c()), spread.fresh()
        started = perf_counter()
        world.step()
        between = perf_counter()
        kernels.spread(*ours_alone.arguments())
        plain.append(between - started)
        ours.append(perf_counter() - between)
    control = np.array([cell.control for cell in world.cells]).T
    worst = float(np.abs(control - ours_alone.cells.control).max())
    return {
        "mesa_s": median(plain),
        "numba_ms": median(ours) * 1e3,
        "ratio": median(plain) / median(ours),
        "largest_difference": worst,
    }
