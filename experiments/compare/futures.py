"""Policies in futures where the stated values are wrong: every policy at points drawn from the ranges of all parameters.

Draw k has the same point and the same seeds under all policies, so that regrets are within futures. With two seeds or more
luck can be told from what parameters do. What the futures show is worked out in `measures/futures.py`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.batch.engine import OnProgress, run_all, task_of
from experiments.batch.manifest import describe
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.batch.tables import BY_WEEK
from experiments.batch.take import take
from experiments.compare.planning import Plan
from experiments.measures.futures import Futures
from experiments.points.draws import drawn, drawn_parameters, fitted_words

DRAWN = "points drawn (Latin hypercubes) from the ranges of all"
NEXT_SEED = 100_000  # between the seeds of one draw: a draw's seeds are the same however many draws are asked for
GIVEN = "members of a non-implausible ensemble (one that reports do not rule out), which varies"


def runs_of(batch: Plan, points: Sequence[Mapping[str, float]], repeat: int = 0) -> list[Run]:
    """Return every policy of a comparison at every point, future by future; what the user overrides is not drawn.

    `repeat`: of the seeds of each future, the first (0), the second ...
    """
    stated = [runs[0] for runs in batch.runs.values()]
    return [
        Run(run.scenario, run.policy, dict(point) | dict(run.overrides), draw + NEXT_SEED * repeat, model=run.model)
        for draw, point in enumerate(points)
        for run in stated
    ]


def explore(
    batch: Plan,
    draws: int,
    out: Path,
    jobs: int = 1,
    progress: OnProgress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
    source: str = "",
    seeds: int = 1,
) -> Futures:
    """Run what `out` does not hold yet and return all of it; resumable as a comparison is.

    `source`: what futures are drawn from, see `points/draws.py`: the declared ranges, or an ensemble. `seeds`: how many
    runs each policy has in each future.

    Raises StoreError where `out` holds other results or cannot be written, UserError where `source` is no ensemble.
    """
    futures = [drawn(draw, source) for draw in range(draws)]
    stated = {name: each[0].composed for name, each in batch.runs.items()}
    repeats = [runs_of(batch, futures, repeat) for repeat in range(seeds)]
    tasks = [task_of(run, partial(take, tuple(BY_WEEK), False)) for runs in repeats for run in runs]
    with Store(out).open(describe("batch", stated, range(len(futures)), command, batch.model), fresh) as store:
        run_all(tasks, store, jobs, progress)
    factors = pd.DataFrame(futures, columns=list(drawn_parameters(source)))
    policies = {name: scenario.policy for name, scenario in stated.items()}
    first, *others = (store.read("runs", [run.run_hash for run in runs]) for runs in repeats)
    again = [runs.assign(seed=runs["seed"] % NEXT_SEED) for runs in others]
    words = GIVEN if source else DRAWN
    return Futures(first, factors, policies, batch.baseline, words, fitted_words(source), tuple(again))
