"""What batches cost: `uv run pytest -n 0 tests/benchmarks/bench_batches.py -s`. Nothing is asserted; use a quiet machine.

Two hundred runs of the shipped scenario over 104 weeks, on one process and on two; and what planning, sending and storing
take beside the runs themselves.
"""

import os
from time import perf_counter, process_time

import pytest

from experiments.batch import engine
from experiments.batch.engine import outcome_of
from experiments.sweep.design_file import load_design
from experiments.sweep.rounds import Rounds
from experiments.sweep.run import Plan, describe, sweep
from experiments.sweep.store import store_of, tasks_of, write_points

RUNS, WEEKS = 200, 104
DESIGN = f"""
[design]
title = "Throughput"
scenarios = ["levant_2014"]
policies = ["core_only", "sever_links"]
weeks = {WEEKS}
keep = KEEP
[uncertainties]
territory.growth = {{ low = 0.35, high = 0.55 }}
pledging.threshold = {{ low = 0.42, high = 0.52 }}
[sampling]
method = "latin_hypercube"
points = {RUNS // 2}
"""


def design_of(folder, keep, points=RUNS // 2):
    path = folder / "throughput.toml"
    path.write_text(DESIGN.replace("KEEP", keep).replace(f"points = {RUNS // 2}", f"points = {points}"))
    return load_design(path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_two_hundred_runs(jobs, tmp_path):
    design = design_of(tmp_path, '["runs"]')
    started = perf_counter()
    sweep(design, tmp_path / "out", jobs=jobs, reuse=False)
    seconds = perf_counter() - started
    load = os.getloadavg()[0]
    print(f"\n{design.runs} runs on {jobs}: {seconds:.1f} s, {design.runs / seconds:.2f} runs/s, load {load:.1f}")


@pytest.mark.parametrize("keep", ['["runs"]', '["runs", "series", "events"]'])
def test_what_storing_takes_beside_the_runs(keep, tmp_path, monkeypatch):
    design = design_of(tmp_path, keep, points=20)
    plan = Plan(design)
    tasks = list(tasks_of(plan, range(design.runs), [name for name in design.head.keep if name != "runs"]))
    answers = {}
    for task in tasks[:1] + tasks:  # the first compiles
        clock, wall = process_time(), perf_counter()
        found = outcome_of(task)
        answers[task.run.run_hash] = (found, process_time() - clock, perf_counter() - wall)
    running = [sum(each[place] for each in answers.values()) for place in (1, 2)]

    def made(tasks, place, count):
        return ((task, answers[task.run.run_hash][0]) for task in tasks)

    monkeypatch.setattr(engine, "outcomes", made)
    clock, wall = process_time(), perf_counter()
    with store_of(plan, tmp_path / "out").open(describe(plan, ())) as store:
        write_points(store.out, plan)
        Rounds(plan, store, 1, reuse=True, progress=None).complete(describe(plan, ()))
    beside = [process_time() - clock, perf_counter() - wall]
    shares = [f"{one / whole:.1%}" for one, whole in zip(beside, running, strict=True)]
    print(f"\n{design.runs} runs keeping {keep}: beside them {shares[0]} of their CPU time, {shares[1]} of wall")
