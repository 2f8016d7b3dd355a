"""Policies side by side: every policy meets every seed, and differences from a baseline are taken seed by seed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from experiments.batch.engine import OnProgress, Task, run_all, task_of
from experiments.batch.manifest import describe
from experiments.batch.outcome import RunData
from experiments.batch.reader import Reader
from experiments.batch.store import Store
from experiments.batch.tables import BY_WEEK
from experiments.batch.take import take
from experiments.compare.planning import Plan
from experiments.measures.evidence import Evidence


def tasks(batch: Plan) -> list[Task[RunData]]:
    """Return all runs in turn with what is taken of each: outcomes, series, events, places, and one map a policy."""
    first = {id(runs[0]) for runs in batch.runs.values()}
    return [
        task_of(run, partial(take, (*BY_WEEK, "places"), id(run) in first), id(run) in first) for run in batch.in_turn
    ]


def compare(
    batch: Plan,
    out: str | Path,
    jobs: int = 1,
    progress: OnProgress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
) -> Evidence:
    """Run what `out` does not hold yet, store it there, and compare.

    `progress` is called with how far the batch is. Stopped by Ctrl-C, whole results are left in `out`, and the same call
    resumes. Raises StoreError where `out` holds other results (`fresh` replaces them), is in use, or cannot be written.
    """
    started = perf_counter()
    scenarios = {name: runs[0].composed for name, runs in batch.runs.items()}
    seeds = [run.seed for run in batch.runs[batch.baseline]]
    with Store(out).open(describe("batch", scenarios, seeds, command, batch.model), fresh) as store:
        run_all(tasks(batch), store, jobs, progress)
    return collect(batch, store, perf_counter() - started)


def collect(batch: Plan, store: Reader, seconds: float) -> Evidence:
    """Return what a batch shows whose runs are stored."""
    scenarios = {name: runs[0].composed for name, runs in batch.runs.items()}
    hashes = [run.run_hash for runs in batch.runs.values() for run in runs]
    first = {name: replicated[0].run_hash for name, replicated in batch.runs.items()}
    return Evidence(
        scenario=scenarios[batch.baseline],
        policies={name: scenario.policy for name, scenario in scenarios.items()},
        baseline=batch.baseline,
        seeds=[run.seed for run in batch.runs[batch.baseline]],
        runs=store.read("runs", hashes),
        series=store.read("series", hashes),
        events=store.read("events", hashes),
        places=store.read("places", hashes),
        ends={name: store.map(run_hash) for name, run_hash in first.items() if store.has_map(run_hash)},
        out=store.out,
        seconds=seconds,
    )
