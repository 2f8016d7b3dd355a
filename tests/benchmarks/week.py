"""Where a week's time goes, what a week takes on three grids, and how its cost grows with cells and groups."""

import gc
from collections import defaultdict
from functools import partial
from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np

from model import load_scenario, simulation
from model.mechanisms import territory
from tests.benchmarks.worlds import warm

RESOLUTIONS = (1.0, 0.5, 0.25)
PHASES = {
    "timeline": ("apply_events",), "communication": ("exchange",), "alignment": ("update",), "loyalty": ("drift_away",),
    "links": ("carry",), "foreign_fighters": ("travel",), "violence": ("attack", "provoke"),
    "attrition": ("fight", "remove_extinct"),
    "stances": ("give_up", "remember"), "territory": ("spread",), "operations": ("lose",), "holdings": ("measure",),
    "viability": ("measure",), "resources": ("balance",), "attitudes": ("update", "update_legitimacy"),
    "displacement": ("move",), "diaspora": ("update",), "prestige": ("update",), "ink_spots": ("label",),
    "why_log": ("write",),
}  # fmt: skip


def weeks_of(turns=6, weeks=20):
    """Milliseconds of a week, least and median, by resolution; the grids take turns of 20 weeks on a shared machine."""
    running = {resolution: warm(resolution) for resolution in RESOLUTIONS}
    times = {resolution: [] for resolution in RESOLUTIONS}
    gc.collect()
    for turn in range(turns * len(RESOLUTIONS)):
        resolution = RESOLUTIONS[turn % len(RESOLUTIONS)]
        times[resolution] += _times(running[resolution].step, weeks)
    return {
        str(resolution): {
            "least_ms": min(values) * 1e3, "median_ms": median(values) * 1e3,
            "active_cells": int(running[resolution].state.active_count.sum()),
        }
        for resolution, values in times.items()
    }  # fmt: skip


def phases(resolution=0.5, rounds=100):
    """Milliseconds a week of each phase, median, slowest first, and of the whole week while they are being timed."""
    world, found, kept = warm(resolution), defaultdict(list), []
    for module, names in PHASES.items():
        owner = getattr(simulation, module)
        for name in names:
            kept.append((owner, name, getattr(owner, name)))
    deciding = ("allies_decide", "governments_decide", "groups_decide", "keep_agents")
    kept += [(world, name, getattr(world, name)) for name in deciding]
    kept += [(world.core, "decide", world.core.decide), (world.record, "write", world.record.write)]
    labels = [
        f"{getattr(owner, '__name__', type(owner).__name__.lower()).rsplit('.', 1)[-1]}.{name}"
        for owner, name, _ in kept
    ]
    for (owner, name, function), label in zip(kept, labels, strict=True):
        setattr(owner, name, _timed(function, found[label]))
    try:
        for _ in range(rounds):
            started = perf_counter()
            world.step()
            found["whole week"].append(perf_counter() - started)
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)
    table = {label: median(values) * 1e3 for label, values in found.items()}
    return dict(sorted(table.items(), key=lambda item: -item[1]))


def _timed(function, times):
    def timed(*arguments):
        started = perf_counter()
        answer = function(*arguments)
        times.append(perf_counter() - started)
        return answer

    return timed


def scaling(rounds=5):
    """Exponents of the cost of a week's territory in active cells x sub-steps, and of a whole week in groups, fitted."""
    worlds = [warm(resolution) for resolution in RESOLUTIONS]
    groups = [_with_groups(share) for share in (0.25, 0.5, 1.0)]
    cells = [int(world.state.active_count.sum()) * territory.sub_steps(world.state) for world in worlds]
    names = [len(world.state.names) for world in groups]
    spreading = [partial(territory.spread, world.state) for world in worlds]
    return {
        "active_cells_times_substeps": cells, "in_active_cells": _exponent(cells, _least(spreading, rounds)),
        "groups": names, "in_groups": _exponent(names, _least([world.step for world in groups], rounds)),
    }  # fmt: skip


def _with_groups(share):
    """The baseline with its first so many groups, without towns, of which each names its holders."""
    scenario = load_scenario("levant_2014", policy="core_only")
    left_out = [f"groups.{name}" for name in list(scenario.groups)[int(share * len(scenario.groups)) :]]
    left_out += [f"towns.{name}" for name in scenario.towns]
    return warm(**{f"{name}.present": False for name in left_out})


def _least(steps, turns):
    """The least seconds of each of several things, which take turns."""
    taken = [[] for _ in steps]
    for _ in range(turns):
        for step, times in zip(steps, taken, strict=True):
            times += _times(step, 10)
    return [min(times) for times in taken]


def _times(step, count):
    """Seconds of each of so many calls."""
    marks = [perf_counter()]
    for _ in range(count):
        step()
        marks.append(perf_counter())
    return [after - before for before, after in pairwise(marks)]


def _exponent(sizes, seconds):
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
