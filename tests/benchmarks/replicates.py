"""A replicate axis, or not: the costliest loops over many replicates in one compiled call, beside one call a replicate.

The loops are the model's own, on the arguments that they had in worlds of other seeds in the middle of a run. If all loops
gained what the costliest do, a week would take less by (1 - together / apart) x the share of the loops in it.
"""

import gc
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import numpy as np
from numba import njit
from numba.typed import List

from model import Simulation, kernels, load_scenario
from model.kernels.arguments import _Group
from tests.benchmarks.worlds import WARM_WEEKS

COSTLIEST = 3  # loops that are looked at


def replicates(count=12, rounds=30):
    """Milliseconds of the costliest loops by replicate: a call each, one call for all, two calls on two threads."""
    worlds = _worlds(count)
    shares = loops_of_a_week(worlds[0])
    found = {name: _loop(name, worlds, rounds) for name in list(shares["loops_ms"])[:COSTLIEST]}
    saved = max(0.0, float(np.mean([1.0 - each["together_ms"] / each["apart_ms"] for each in found.values()])))
    week, calls = shares["week_ms"], shares["calls"]
    return {
        "replicates": count, "week_ms": week, "calls_of_loops": calls, "share_of_loops": shares["share"],
        "loops": found, "saved_of_a_week": saved * shares["share"],
        "most_gained_by_two_threads": 1.0 / (1.0 - shares["share"] / 2),  # Amdahl: if all loops took half the time
        "union_of_active_cells": _union(worlds),
    }  # fmt: skip


def _worlds(count):
    scenario = load_scenario("levant_2014", policy="core_only", overrides={"weeks": 2600})
    worlds = [Simulation(scenario, seed=seed) for seed in range(count)]
    for world in worlds:
        for _ in range(WARM_WEEKS):
            world.step()
    return worlds


def _loops():
    return {name: each for name, each in vars(kernels).items() if hasattr(each, "py_func")}


def loops_of_a_week(world, weeks=60):
    """Milliseconds of a week and of each loop that Python calls in it, slowest first; how many calls, what share."""
    loops, taken, calls = _loops(), {}, 0

    def timed(name, loop):
        def call(*arguments):
            nonlocal calls
            calls += 1
            started = perf_counter()
            answer = loop(*arguments)
            taken[name] = taken.get(name, 0.0) + perf_counter() - started
            return answer

        return call

    gc.collect()
    try:
        for name, loop in loops.items():
            setattr(kernels, name, timed(name, loop))
        started = perf_counter()
        for _ in range(weeks):
            world.step()
        whole = perf_counter() - started
    finally:
        for name, loop in loops.items():
            setattr(kernels, name, loop)
    by_loop = {name: seconds / weeks * 1e3 for name, seconds in sorted(taken.items(), key=lambda item: -item[1])}
    return {
        "week_ms": whole / weeks * 1e3, "loops_ms": by_loop, "calls": calls / weeks,
        "share": sum(taken.values()) / whole,
    }  # fmt: skip


def _arguments(name, world):
    """What a loop is called with in this world's next week, as copies; the world goes on by a week."""
    loop, caught = _loops()[name], []

    def catch(*arguments):
        if not caught:
            caught.append(tuple(map(_copied, arguments)))
        return loop(*arguments)

    try:
        setattr(kernels, name, catch)
        while not caught:  # some loops run in some weeks only
            world.step()
    finally:
        setattr(kernels, name, loop)
    return caught[0]


def _copied(argument):
    if isinstance(argument, _Group):
        arrays = {key: value.copy() for key, value in vars(argument).items() if isinstance(value, np.ndarray)}
        return argument.replaced(**arrays)
    if isinstance(argument, tuple) and type(argument) is tuple:
        return tuple(map(_copied, argument))
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _arrays(argument):
    """All arrays of an argument, for comparing."""
    if isinstance(argument, np.ndarray):
        yield argument
    elif isinstance(argument, tuple):
        for each in argument:
            yield from _arrays(each)
    elif isinstance(argument, _Group):
        yield from (value for value in vars(argument).values() if isinstance(value, np.ndarray))


def over_all(loop):
    """A compiled call of a loop for all of a list of argument tuples."""

    @njit(nogil=True)
    def together(batch):
        for arguments in batch:
            loop(*arguments)

    return together


def _loop(name, worlds, rounds):
    loop = _loops()[name]
    together, start = over_all(loop), [_arguments(name, world) for world in worlds]
    half, taken = len(worlds) // 2, {"apart": [], "together": [], "threads": []}
    same = True
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds + 1):
            separate = [tuple(map(_copied, each)) for each in start]
            given = [tuple(map(_copied, each)) for each in start]
            batch = List(given)
            halves = [List([tuple(map(_copied, each)) for each in part]) for part in (start[:half], start[half:])]
            gc.collect()
            marks = [perf_counter()]
            for each in separate:
                loop(*each)
            marks.append(perf_counter())
            together(batch)
            marks.append(perf_counter())
            list(pool.map(together, halves))
            marks.append(perf_counter())
            for key, seconds in zip(taken, np.diff(marks), strict=True):
                taken[key].append(seconds / len(worlds) * 1e3)
            same = same and all(
                one.tobytes() == two.tobytes()
                for one, two in zip(_arrays(tuple(separate)), _arrays(tuple(given)), strict=True)
            )
    least = {f"{key}_ms": min(values[1:]) for key, values in taken.items()}  # the first compiles
    return least | {
        "gain": least["apart_ms"] / least["together_ms"],
        "gain_on_two_threads": least["apart_ms"] / least["threads_ms"], "same_bits": same,
    }  # fmt: skip


def _union(worlds):
    """How many times as many active cells the replicates have together as one has: what lanes over replicates would do."""
    active = [world.state.is_active for world in worlds]
    rows = min(len(each) for each in active)
    together = np.any([each[:rows] for each in active], axis=0).sum()
    return float(together / np.mean([each[:rows].sum() for each in active]))
