"""Batch experiments: a design is run, stored, and left so that anyone can read it.

    from experiments.sweep.run import load_design, sweep

    results = sweep(load_design("policy_question"), "results/mine", jobs=2)
    results.runs()                                 # DataFrame: a row a run, its factors and outcomes
    results.table("people_core", "sever_links")    # (points, replicates)

A script that asks for more than one job must do so under `if __name__ == "__main__":`, since new processes import it.
"""

from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from experiments.batch.dask import dask_engine
from experiments.batch.errors import UserError
from experiments.batch.manifest import about
from experiments.batch.workers import Engine, Processes
from experiments.points.sampling import Floats
from experiments.sweep.design import Design
from experiments.sweep.design_file import load_design
from experiments.sweep.plan import Plan
from experiments.sweep.results import Results
from experiments.sweep.rounds import Batch, Done, Progress
from experiments.sweep.store import SweepStore, written

__all__ = ["Design", "Done", "Plan", "load_design", "sweep"]


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

    Raises StoreError where `out` holds other results (`fresh` replaces them) or the disk is full, PlanError for points
    that do not fit, UserError where there is no such cluster, ScenarioError where a point cannot be composed.
    """
    plan = Plan(design, points)
    with _engine(jobs, dask) as engine:
        store = SweepStore(out, plan)
        manifest = describe(plan, command)
        store.begin(manifest, fresh)
        try:
            Batch(plan, store, reuse, progress or (lambda done: None)).complete(engine, manifest)
        except CancelledError:
            words = (
                f"lost the Dask cluster; finished runs are stored in {store.out}, and the same call goes on from there"
            )
            raise UserError(words) from None
    return Results(store.out)


def describe(plan: Plan, command: Sequence[str]) -> dict[str, Any]:
    """Return the manifest of a plan's results."""
    composed = [base.model_dump(mode="json") for base in plan.bases]
    arms = list(zip(plan.arms, plan.bases, composed, strict=True))
    return about("sweep", command) | {
        "identity": plan.digest,
        "keep": sorted(plan.design.head.keep),
        "design": written(plan.design),
        "points": len(plan.points),
        "digests": {f"{arm.scenario_name} {arm.policy_name}": base.digest for arm, base, _ in arms},
        "policies": {arm.policy_name: tree.pop("policy") for arm, _, tree in arms},
        "scenarios": {arm.scenario_name: tree for arm, _, tree in arms},
    }


def _engine(jobs: int, dask: str | None) -> AbstractContextManager[Engine | None]:
    """Give what runs are done on; None for this process."""
    if jobs < 1:
        raise ValueError(f"`jobs` must be 1 or more, got {jobs}")
    if dask is not None:
        return dask_engine(dask, jobs)
    return nullcontext(Processes(jobs) if jobs > 1 else None)
