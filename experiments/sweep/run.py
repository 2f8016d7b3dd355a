"""Batch experiments: run a design and store its results in files that any tool can read.

    from experiments.sweep import load_design, sweep

    results = sweep(load_design("policy_question"), "results/mine", jobs=2)
    results.runs()                                 # DataFrame: a row a run, its factors and outcomes
    results.table("people_core", "sever_links")    # (points, replicates)

A script that asks for more than one job must do so under `if __name__ == "__main__":`, since new processes import it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.batch.engine import OnProgress, engine_of
from experiments.batch.manifest import about, named_model
from experiments.points.sampling import Floats
from experiments.sweep.design import Design
from experiments.sweep.design_file import load_design
from experiments.sweep.own_points import Points
from experiments.sweep.plan import Plan
from experiments.sweep.results import Results
from experiments.sweep.rounds import Rounds
from experiments.sweep.sheet import Table
from experiments.sweep.store import KIND, store_of, write_points, written
from experiments.sweep.table_design import load_points

__all__ = ["Design", "Plan", "load_design", "sweep"]


def sweep(
    design: Design,
    out: str | Path,
    jobs: int = 1,
    dask: str | None = None,
    points: "Floats | Points | Table | None" = None,
    progress: OnProgress | None = None,
    fresh: bool = False,
    reuse: bool = True,
    command: Sequence[str] = (),
) -> Results:
    """Run what is not stored yet and return the results.

    On `jobs` processes, or where `dask` is an address (or "local") on that cluster: the results are the same to the bit.
    `points` are run in place of those of the design's sampling: a table with a column a factor (a file, a DataFrame, a list
    of dicts), matched by name, or an array (points, factors) of shares in the unit cube. `reuse`: runs that are
    stored in folders beside `out` are not made again. `progress` is called with how far the sweep is.
    Stopped or killed, the same call resumes.

    Raises StoreError where `out` holds other results (`fresh` replaces them), is in use or the disk is full, PlanError for
    points that do not fit, UserError where there is no such cluster, ScenarioError where a point cannot be composed.
    """
    if points is not None and not isinstance(points, np.ndarray | Points):
        design, points = load_points(points, design)
    plan = Plan(design, points)
    with engine_of(jobs, dask) as engine:
        store, manifest = store_of(plan, out), describe(plan, command)
        with store.open(manifest, fresh):
            write_points(store.out, plan)
            Rounds(plan, store, engine, reuse, progress).complete(manifest)
    return Results(store.out)


def describe(plan: Plan, command: Sequence[str]) -> dict[str, Any]:
    """Return the manifest of a plan's results."""
    composed = [base.model_dump(mode="json") for base in plan.bases]
    arms = list(zip(plan.arms, plan.bases, composed, strict=True))
    return about(KIND, command) | {
        "identity": plan.digest,
        "keep": sorted(plan.design.head.keep),
        "design": written(plan.design),
        "points": len(plan.points),
        "digests": {f"{arm.scenario_name} {arm.policy_name}": base.digest for arm, base, _ in arms},
        "model": named_model(plan.design.head.model),
        "seeds": [plan.design.seed(replicate) for replicate in range(plan.design.maximum)],
        "policies": {arm.policy_name: tree.pop("policy") for arm, _, tree in arms},
        "scenarios": {arm.scenario_name: tree for arm, _, tree in arms},
    }
