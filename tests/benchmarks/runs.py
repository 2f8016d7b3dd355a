"""What runs and batches take: a run of 240 weeks, many runs on one and on more processes, memory of a worker."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from experiments.batch.cores import available_cores
from experiments.batch.engine import outcome_of, outcomes, task_of
from experiments.batch.run import Run
from experiments.batch.tables import BY_WEEK
from experiments.batch.take import take
from model import Simulation, load_scenario

WEEKS = 240


def asked(run):
    """A run as `compare` asks for it."""
    return task_of(run, partial(take, tuple(BY_WEEK), False))


def run_one(run):
    """Run here, as `compare` would."""
    return outcome_of(asked(run))


def one_run(rounds=5):
    """Milliseconds of building a simulation, and seconds of running it."""
    scenario = load_scenario("levant_2014", policy="core_only", overrides={"weeks": WEEKS})
    built, run = [], []
    for _ in range(rounds):
        started = perf_counter()
        simulation = Simulation(scenario, seed=1)
        between = perf_counter()
        simulation.run()
        built.append(between - started)
        run.append(perf_counter() - between)
    return {"build_ms": median(built) * 1e3, "run_s": median(run), "run_least_s": min(run)}


def batch(count):
    """Seconds of `count` runs of the baseline on one process and on all cores (their start included and apart)."""
    runs = [Run("levant_2014", "core_only", {"weeks": WEEKS}, seed) for seed in range(count)]
    jobs = available_cores()
    run_one(runs[0])
    started = perf_counter()
    for run in runs:
        run_one(run)
    alone, started = perf_counter() - started, perf_counter()
    arrivals = [perf_counter() - started for _ in outcomes(map(asked, runs), jobs, count)]
    rate = (len(arrivals) - jobs) / (arrivals[-1] - arrivals[jobs - 1]) if len(arrivals) > jobs else float("nan")
    thousand = arrivals[jobs - 1] + (1000 - jobs) / rate
    return {
        "runs": count, "processes": jobs, "one_process_s": alone, "all_cores_s": arrivals[-1],
        "first_answer_s": arrivals[0], "warm_speedup": rate * alone / count, "thousand_runs_s": thousand,
    }  # fmt: skip


def threads(count=16):
    """How many times faster `count` runs are on as many threads as there are cores than one after the other.

    The loops let go of Python's lock; what is between them does not. Processes: `warm_speedup` of `batch`.
    """
    runs = [Run("levant_2014", "core_only", {"weeks": WEEKS}, seed) for seed in range(count)]
    run_one(runs[0])
    started = perf_counter()
    for run in runs:
        run_one(run)
    alone, started = perf_counter() - started, perf_counter()
    with ThreadPoolExecutor(available_cores()) as pool:
        list(pool.map(run_one, runs))
    return alone / (perf_counter() - started)


def scaling(counts=(4, 8, 16)):
    """Exponent of the time of a batch on one process in the number of runs."""
    seconds = []
    for count in counts:
        started = perf_counter()
        for seed in range(count):
            run_one(Run("levant_2014", "core_only", {"weeks": 60}, seed))
        seconds.append(perf_counter() - started)
    return float(np.polyfit(np.log(counts), np.log(seconds), 1)[0])


def memory(count=12):
    """Seconds until a worker of its own is ready; its largest resident memory in MB, after one run and after `count`."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from experiments.batch.workers import prepare

    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=prepare) as pool:
        started = perf_counter()
        pool.submit(int).result()
        ready = perf_counter() - started
        sizes = [pool.submit(_run_and_measure, seed).result() for seed in range(count)]
    return {"ready_s": ready, "after_one_run_mb": sizes[0], f"after_{count}_runs_mb": sizes[-1]}


def _run_and_measure(seed):
    run_one(Run("levant_2014", "core_only", {"weeks": WEEKS}, seed))
    lines = Path("/proc/self/status").read_text().splitlines()  # getrusage would count the parent's memory, too
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
