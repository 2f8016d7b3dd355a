"""What many runs take beside the runs: 100,000 planned, stored and merged without being run; a Dask cluster in fact."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from experiments.batch import engine
from experiments.batch.dask import LOCAL
from experiments.batch.engine import engine_of, outcome_of
from experiments.sweep import rounds
from experiments.sweep.cost import estimate
from experiments.sweep.design_file import load_design
from experiments.sweep.rounds import Rounds
from experiments.sweep.run import Plan, describe
from experiments.sweep.store import store_of, tasks_of, write_points
from tests.benchmarks.scale import _apart, resident

DESIGN = """
[design]
title = "Throughput"
scenarios = ["levant_2014"]
policies = ["core_only", "sever_links"]
weeks = {weeks}
keep = ["runs"]
[uncertainties]
territory.growth = {{ low = 0.35, high = 0.55 }}
pledging.threshold = {{ low = 0.42, high = 0.52 }}
[sampling]
method = "latin_hypercube"
points = {points}
"""
COMPOSED = 20_000  # rows of a plan that are composed and hashed for timing; the others cost the same
CLUSTER = 2  # workers


def plan_of(folder, runs, weeks=104):
    """The plan of a sweep of so many runs."""
    path = Path(folder) / "design.toml"
    path.write_text(DESIGN.format(points=runs // 2, weeks=weeks))
    return Plan(load_design(path))


def many(runs=100_000, rows_a_part=1000):
    """What a sweep of `runs` takes in the process that plans and stores it; made in a process of its own."""
    return _apart(_many, runs, rows_a_part)


def _many(runs, rows_a_part):
    from experiments.batch import store as stores

    stores.ROWS_A_PART, stores.SECONDS_A_PART = rows_a_part, float("inf")
    with TemporaryDirectory() as folder:
        clock = process_time()
        plan = plan_of(folder, runs)
        about = describe(plan, ())
        found = {"runs": runs, "rows_a_part": rows_a_part, "sampling_s": process_time() - clock}
        composed, clock = min(runs, COMPOSED), process_time()
        for task in tasks_of(plan, range(composed), ()):
            last = task
        found["composing_ms_a_run"] = (process_time() - clock) / composed * 1e3
        found["planned_mb"] = resident("VmHWM")
        found["bytes_a_run"] = estimate(plan, Path(folder)).bytes
        return found | _stored(plan, about, Path(folder) / "out", outcome_of(last), runs)


def _stored(plan, about, out, answer, runs):
    """Store and merge an answer for every row, as if it had been run."""
    before = resident("VmRSS")
    rounds.tasks_of = _named
    engine.outcomes = lambda tasks, place, count, say=None: ((task, answer) for task in tasks)
    with store_of(plan, out).open(about) as store:
        write_points(store.out, plan)
        batch, clock = Rounds(plan, store, 1, reuse=False, progress=None), process_time()
        batch._run()
        between, parts = process_time(), len(store.part_folders())
        stored = resident("VmHWM")
        store.combine()
        merging = process_time() - between
    files = {path.name: path.stat().st_size for path in out.iterdir() if path.is_file()}
    return {
        "storing_ms_a_run": (between - clock) / runs * 1e3, "merging_ms_a_run": merging / runs * 1e3, "parts": parts,
        "stored_mb": stored, "merged_mb": resident("VmHWM"), "before_mb": before,
        "manifest_kb": files["manifest.json"] / 1024,
    }  # fmt: skip


def _named(plan, numbers, wanted):
    """The tasks of rows without composing them, each with a hash of its own."""
    run = next(plan.rows([0])).run
    for number in numbers:
        replicate, point, place = plan.place(number)
        arm = plan.arms[place]
        columns = {
            "row": number, "point": point, "scenario": arm.scenario_name, "policy": arm.policy_name, "seed": replicate,
            **plan.values(point), "run_hash": sha256(str(number).encode()).hexdigest(),
        }  # fmt: skip
        yield engine.Task(run, outcome_of, columns)


def cluster(runs=120, weeks=52):
    """Runs on a local Dask cluster of two workers: how many a second once both are at work, and what is beside a run."""
    with TemporaryDirectory() as folder:
        plan, arrivals, within = plan_of(folder, runs, weeks), [], []
        tasks = list(tasks_of(plan, range(runs), ()))
        started = perf_counter()
        with engine_of(CLUSTER, LOCAL) as place:
            opened = perf_counter() - started
            for _, outcome in engine.outcomes(tasks, place, runs):
                arrivals.append(perf_counter() - started)
                within.append(outcome.seconds)
    warm = runs // 4  # those before compile, import and load the map
    wall, taken = arrivals[-1] - arrivals[warm - 1], sum(within[warm:])
    return {
        "workers": CLUSTER, "runs": runs, "weeks": weeks, "cluster_ready_s": opened, "first_answer_s": arrivals[0],
        "runs_a_second": (runs - warm) / wall, "seconds_a_run": taken / (runs - warm),
        "busy": taken / (CLUSTER * wall), "beside_ms_a_run": max(0.0, CLUSTER * wall - taken) / (runs - warm) * 1e3,
    }  # fmt: skip


def million(found):
    """What a million runs of 240 weeks would take, worked out; `cores_fed`: by the one process that plans and stores."""
    run, plan, beside = found["run"]["run_least_s"], found["many_runs"], found["cluster"]["beside_ms_a_run"] / 1e3
    planner = sum(plan[f"{name}_ms_a_run"] for name in ("composing", "storing", "merging")) / 1e3
    return {
        "core_hours": 1e6 * (run + beside) / 3600, "disk_gb": plan["bytes_a_run"] * 1e6 / 1e9,
        "planner_hours": 1e6 * planner / 3600, "cores_fed": (run + beside) / planner,
    }  # fmt: skip
