"""Policies in futures where the stated values are wrong: every policy at points drawn from the ranges of all parameters.

Point and luck of draw k are the same under all policies, so that regrets are within futures. What comes of it: how each
policy does at its worst, which one each rule of choice would pick, which assumption turns the ranking of two policies,
and what it would be worth to know it.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from experiments.batch.manifest import describe
from experiments.batch.run import Run, RunOutcome, execute
from experiments.batch.store import Store
from experiments.compare.comparison import Plan
from experiments.measures.futures import Futures
from experiments.points.draws import drawn, drawn_parameters, fitted_words

DRAWN = "points drawn (Latin hypercubes) from the ranges of all"
GIVEN = "members of a non-implausible ensemble (one that reports do not rule out), which varies"
Progress = Callable[[int, int, RunOutcome | None], None]


def runs_of(batch: Plan, points: Sequence[Mapping[str, float]]) -> list[Run]:
    """Return every policy of a comparison at every point, future by future; what the user overrides is not drawn."""
    stated = [runs[0] for runs in batch.runs.values()]
    return [
        Run(run.scenario, run.policy, dict(point) | dict(run.overrides), seed=draw)
        for draw, point in enumerate(points)
        for run in stated
    ]


def explore(
    batch: Plan,
    draws: int,
    out: Path,
    jobs: int = 1,
    progress: Progress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
    source: str = "",
) -> Futures:
    """Run what `out` does not hold yet and return all of it; resumable like a comparison.

    `source`: what futures are drawn from, see `points/draws.py`: the declared ranges, or a posterior ensemble.

    Raises StoreError where `out` holds other results, UserError where `source` is no ensemble, OSError.
    """
    futures = [drawn(draw, source) for draw in range(draws)]
    runs, stated = runs_of(batch, futures), {name: each[0].composed for name, each in batch.runs.items()}
    store = Store(out)
    store.begin(describe("batch", stated, range(len(futures)), command), fresh)
    stored = store.finished()
    waiting = [run for run in runs if run.run_hash not in stored]
    done, report = len(runs) - len(waiting), progress or (lambda done, total, outcome: None)
    report(done, len(runs), None)
    try:
        for outcome in execute(waiting, jobs):
            store.add(outcome)
            done += 1
            report(done, len(runs), outcome)
    finally:
        store.combine()
    factors = pd.DataFrame(futures, columns=list(drawn_parameters(source)))
    policies = {name: scenario.policy for name, scenario in stated.items()}
    found_runs = store.read("runs", [run.run_hash for run in runs])
    return Futures(found_runs, factors, policies, batch.baseline, GIVEN if source else DRAWN, fitted_words(source))
