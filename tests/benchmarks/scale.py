"""How cost grows in cells, organisations and runs, a map of 0.1 degrees in fact, memory over thousands of runs."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np

from experiments.batch.cores import available_cores
from experiments.batch.engine import outcomes, task_of
from experiments.batch.run import Run, replicates
from experiments.batch.take import take
from model import Simulation, load_scenario
from tests.benchmarks.worlds import warm

DEGREES = 40  # a plane of so many degrees on each side
GRIDS = (1.0, 0.5, 0.25, 0.1)
YEAR, TIMED = 52, 12  # weeks that are run, and those of them, the last, that are timed


def growth(rounds=5, counts=(100, 300, 1000)):
    """Processor milliseconds of a week by cells and by organisations, and of batches by runs, each with its exponent."""
    planes = {str(degrees): _apart(year_on_a_plane, degrees) for degrees in GRIDS}
    region = {str(degrees): _weeks(warm(degrees), rounds) for degrees in (1.0, 0.5, 0.25)}
    cells = [each["cells"] for each in planes.values()]
    copies = {copy: _weeks(with_groups(copy), rounds) for copy in (1, 2, 4)}
    batches = {count: _batch(count) for count in counts}
    return {
        "planes": planes, "in_cells_of_a_plane": exponent(cells, [each["week_ms"] for each in planes.values()]),
        "region": region, "in_cells_of_the_region": _fitted(region, "cells"),
        "organisations": {str(copy): each for copy, each in copies.items()},
        "in_organisations": _fitted(copies, "organisations"),
        "batches_s": {str(count): seconds for count, seconds in batches.items()},
        "in_runs": exponent(list(batches), list(batches.values())),
    }  # fmt: skip


def year_on_a_plane(degrees):
    """A year of weeks on a synthetic plane of 40 by 40 degrees: processor time of its last weeks, and memory in MB."""
    side = round(DEGREES / degrees)
    sizes = {"resolution": degrees, "theatre.plane_rows": side, "theatre.plane_columns": side}
    simulation = Simulation(load_scenario("synthetic_plane", overrides=sizes | {"weeks": YEAR}), seed=1)
    started = process_time()
    while simulation.week < YEAR - TIMED:
        simulation.step()
    between = process_time()
    simulation.run()
    week, active = (process_time() - between) / TIMED * 1e3, int(simulation.state.active_count.sum())
    return {"cells": side * side, "active_pairs": active, "week_ms": week, "memory_mb": resident("VmHWM"),
            "year_s": process_time() - started}  # fmt: skip


def with_groups(copies):
    """The baseline after some weeks, with each of its groups so many times, and without towns, which name their holders."""
    scenario = load_scenario("levant_2014", policy="core_only", overrides={"weeks": 2600})
    groups = dict(scenario.groups)
    for copy in range(2, copies + 1):
        groups |= {
            f"{name}_{copy}": each.model_copy(update={"parent": None, "name": f"{each.name} {copy}"})
            for name, each in scenario.groups.items()
        }
    simulation = Simulation(scenario.model_copy(update={"groups": groups, "towns": {}}), seed=1)
    for _ in range(60):
        simulation.step()
    return simulation


def _weeks(simulation, rounds):
    taken = []
    for _ in range(rounds):
        started = process_time()
        for _ in range(10):
            simulation.step()
        taken.append((process_time() - started) / 10 * 1e3)
    state = simulation.state
    return {"week_ms": min(taken), "cells": state.control.shape[1], "organisations": len(state.names),
            "active_pairs": int(state.active_count.sum())}  # fmt: skip


def short_runs(count):
    """So many tasks of four weeks on the plane, composed once."""
    runs = replicates(Run("synthetic_plane", None, {"weeks": 4}), range(count))
    return [task_of(run, partial(take, (), False)) for run in runs]


def _batch(count):
    started = process_time()
    for _ in outcomes(short_runs(count), 1, count):
        pass
    return process_time() - started


def memory_of_workers(count=2000, marks=4):
    """Resident MB of the workers, the largest, after each quarter of `count` short runs."""
    jobs, found = available_cores(), {}
    for number, (_, outcome) in enumerate(outcomes(short_runs(count), max(2, jobs), count), start=1):
        assert outcome.status == "done", outcome.error
        if number % (count // marks) == 0:
            workers = [each.pid for each in multiprocessing.active_children()]
            found[str(number)] = max((resident("VmRSS", pid) for pid in workers), default=float("nan"))
    first, *_, last = found.values()
    return {"after_runs_mb": found, "growth_kb_a_run": (last - first) * 1024 / (count - count // marks)}


def resident(kind="VmRSS", process="self"):
    """Resident memory of a process in MB: now, or the most there was (`VmHWM`)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # ended, or no Linux
        return float("nan")
    return next((int(line.split()[1]) for line in lines if line.startswith(kind)), float("nan")) / 1024


def _apart(work, *arguments):
    """Do something in a fresh process, whose memory is then its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _fitted(found, size):
    return exponent([each[size] for each in found.values()], [each["week_ms"] for each in found.values()])


def exponent(sizes, times):
    """The slope of times over sizes, both as logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
