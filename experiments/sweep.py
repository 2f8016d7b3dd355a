"""Batch experiments: a design is run, stored, and left so that anyone can read it.

    from experiments.sweep import load_design, sweep

    swept = sweep(load_design("policy_question"), "results/mine", jobs=2)
    swept.runs                                   # DataFrame: a row a run, its factors and outcomes
    swept.table("people_core", "sever_links")    # (points, replicates)

A script that asks for more than one job must do so under `if __name__ == "__main__":`, since new processes import it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from experiments.answers import Answer, answer
from experiments.cluster import dask_engine
from experiments.design import Design, load_design
from experiments.earlier import Earlier, beside
from experiments.errors import StoreError
from experiments.manifest import about
from experiments.results import Results
from experiments.sampling import Floats
from experiments.stopping import Precision, next_replicates, outcome_values, precisions
from experiments.sweep_plan import Plan, Row
from experiments.sweep_store import SweepStore, written
from experiments.workers import Engine, Processes, WorkerDied, supervised_chunks

__all__ = ["Design", "Done", "load_design", "sweep"]

CHUNK_SECONDS = 1.0  # of work that is sent to a worker at a time
MOST_AT_ONCE = 256  # runs of a chunk


@dataclass(frozen=True)
class Done:
    """How far a sweep is. `stored`: rows that are there, `total`: rows of the replicates that are asked for by now.

    `made`, `reused`, `failed`: rows of this call that were run, were known from earlier results, and failed.
    """

    stored: int = 0
    total: int = 0
    made: int = 0
    reused: int = 0
    failed: int = 0


Progress = Callable[[Done], None]


def sweep(
    design: Design,
    out: str | Path,
    jobs: int = 1,
    dask: str | None = None,
    points: Floats | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    reuse: bool = True,
    command: Sequence[str] = (),
) -> Results:
    """Run what is not stored yet and return the results.

    On `jobs` processes, or where `dask` is an address (or "local") on that cluster: the results are the same to the bit.
    `points` (points, factors) in the unit cube are run in place of those of the design's sampling. `reuse`: runs that are
    stored in folders beside `out` are not made again. Stopped or killed, the same call goes on from there.

    Raises StoreError where `out` holds other results (`fresh` replaces them) or cannot be written, PlanError for points
    that do not fit, UserError where there is no such cluster, ScenarioError where a point cannot be composed.
    """
    plan = Plan(design, points)
    store = SweepStore(out, plan)
    manifest = describe(plan, command)
    store.begin(manifest, fresh)
    batch = _Batch(plan, store, reuse, progress or (lambda done: None))
    with _engine(jobs, dask) as engine:
        try:
            batch.run(engine)
        except OSError as error:
            raise batch.no_room(error) from error
        finally:
            batch.end(manifest)
    return Results(store.out)


def describe(plan: Plan, command: Sequence[str]) -> dict[str, Any]:
    """Return the manifest of a plan's results."""
    composed = [base.model_dump(mode="json") for base in plan.bases]
    arms = zip(plan.arms, plan.bases, strict=True)
    return about("sweep", command) | {
        "identity": plan.digest,
        "keep": sorted(plan.design.head.keep),
        "design": written(plan.design),
        "points": len(plan.points),
        "digests": {f"{arm.scenario_name} {arm.policy_name}": base.digest for arm, base in arms},
        "policies": {arm.policy_name: tree.pop("policy") for arm, tree in zip(plan.arms, composed, strict=True)},
        "scenarios": {arm.scenario_name: tree for arm, tree in zip(plan.arms, composed, strict=True)},
    }


def _engine(jobs: int, dask: str | None) -> AbstractContextManager[Engine | None]:
    """Give what runs are done on; None for this process."""
    if jobs < 1:
        raise ValueError(f"`jobs` must be 1 or more, got {jobs}")
    if dask is not None:
        return dask_engine(dask, jobs)
    return nullcontext(Processes(jobs) if jobs > 1 else None)


class _Pace:
    """How many runs to send at a time: about a second's worth, fewer towards the end."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.seconds, self.left = engine, float("inf"), 0

    def saw(self, seconds: float) -> None:
        """Learn how long a run took."""
        if seconds == seconds:
            self.seconds = seconds if self.seconds == float("inf") else 0.8 * self.seconds + 0.2 * seconds

    def size(self) -> int:
        """Return the number of runs of the next chunk."""
        fair = self.left // (2 * self.engine.width())
        return max(1, min(int(CHUNK_SECONDS / max(self.seconds, 1e-6)), fair, MOST_AT_ONCE))


class _Batch:
    """One call of `sweep`: which rows are wanted, which are known, what came of them."""

    def __init__(self, plan: Plan, store: SweepStore, reuse: bool, report: Progress) -> None:
        self.plan, self.store, self.report = plan, store, report
        self.started, self.seconds = perf_counter(), 0.0
        self.finished = store.done_rows()
        self.flying: dict[str, list[Row]] = {}
        self.made = self.reused = self.failed = self.stored = 0
        self.replicates = self._first()
        self.known: list[Precision] = []
        self.earlier = Earlier(plan.design.head.keep)
        if reuse:
            for folder in beside(store.out, store.manifest()):
                self.earlier.add_folder(folder)
        self.earlier.add_folder(store.out)

    def _first(self) -> int:
        """Replicates to begin with: those of the design, or as many whole ones as an earlier call got to."""
        each = self.plan.total(1)
        whole = next((k for k in range(len(self.finished) // each) if not self.finished[k * each :][:each].any()),
                     self.plan.design.maximum)  # fmt: skip
        return max(self.plan.design.replicates, whole) if self.plan.design.stopping.rule == "precision" else (
            self.plan.design.replicates
        )

    def run(self, engine: Engine | None) -> None:
        """Run replicates until there are enough."""
        design = self.plan.design
        self.replicates = design.replicates
        while True:
            self._round(engine)
            self.store.flush()
            if design.stopping.rule == "precision":
                outcome = str(design.stopping.outcome)
                tables = self.store.columns(("row", outcome))
                self.known = precisions(self.plan, outcome_values(self.plan, tables, outcome, self.replicates))
            more = next_replicates(design, self.replicates, self.known)
            if more == self.replicates:
                return
            self.replicates = more
