"""What the results of a sweep are, as data for `batch/store.py`: their columns, their tasks, and their points.

    manifest.json     the design, its policies and scenarios as composed, digests, versions, command
    points.parquet    a row a point: its place in the unit cube, a column a factor
    runs.parquet      a row a run: row, point, scenario, policy, seed, factors, status, error, repeat, run_hash, outcomes
    series.parquet, events.parquet    where they are wanted: of each run that was made, by its run_hash

The tables hold nothing that depends on when, where or how fast a run was made, so that the same design gives the same
bytes on one process, on many and on a cluster, undisturbed or killed and resumed.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.batch.engine import Task
from experiments.batch.manifest import Manifest
from experiments.batch.outcome import RunData
from experiments.batch.reader import Reader
from experiments.batch.row_index import opened, write_table
from experiments.batch.store import Store
from experiments.batch.tables import BY_WEEK, COUNTS, ENDED, METADATA, STATUS, VALUES, Layout, at_week
from experiments.batch.take import take_of_sweep
from experiments.points.factors import Factor
from experiments.points.sampling import Floats
from experiments.sweep.design import Design
from experiments.sweep.plan import Plan
from model.record import OUTCOMES

KIND = "sweep"
_TYPES = {"switch": pa.bool_(), "text": pa.string(), "number": pa.float64()}


def runs_schema(design: Design) -> pa.Schema:
    """Return the schema of a design's runs."""
    fields = [("row", pa.int64()), ("point", pa.int64()), ("scenario", pa.string()), ("policy", pa.string()),
              ("seed", pa.int64()), *((factor.key, _type(factor)) for factor in design.factors), *STATUS,
              ("run_hash", pa.string()), *COUNTS, *VALUES, *more_columns(design)]  # fmt: skip
    return pa.schema(fields, METADATA)


def at_columns(design: Design) -> dict[str, int]:
    """Return the columns of outcomes in weeks before the end, name -> week."""
    names = design.head.outcomes or list(OUTCOMES)
    return {at_week(name, week): week for week in design.head.at or () for name in names}


def more_columns(design: Design) -> list[tuple[str, pa.DataType]]:
    """Return the columns of values beside the outcomes: those in chosen weeks, and how far runs came that may end early."""
    ended = ENDED if design.stop or design.head.model else []
    return [*((name, pa.float64()) for name in at_columns(design)), *ended]


def _type(factor: Factor) -> pa.DataType:
    return pa.int64() if factor.whole and factor.kind == "number" else _TYPES[factor.kind]


def layout(design: Design) -> Layout:
    """Return what the results of a design are."""
    wanted: dict[str, pa.Schema] = {name: schema for name, schema in BY_WEEK.items() if name in design.head.keep}
    return Layout(
        kind=KIND,
        tables={**wanted, "runs": runs_schema(design)},
        order=("row", "run_hash"),
        row_key="row",
        same={
            "model": "another --model, or another source of it",
            "identity": "another design",
            "keep": "a design that keeps other tables",
        },
        join=_with_summary,
        other_files=("points.parquet",),
    )


def _with_summary(old: Manifest, new: Manifest, folder: object) -> Manifest:
    return new | {"summary": old.get("summary", {})}


def store_of(plan: Plan, out: str | Path) -> Store:
    """Return the store of a plan's results."""
    return Store(out, layout(plan.design))


def tasks_of(plan: Plan, numbers: Iterable[int], wanted: Iterable[str]) -> Iterator[Task[RunData]]:
    """Yield the tasks of the rows of these numbers, composed one by one. `wanted`: tables beside `runs`."""
    design = plan.design
    ended = bool(design.stop or design.head.model)
    taking = partial(take_of_sweep, tuple(wanted), at_columns(design), design.stop, ended)
    for row in plan.rows(numbers):
        columns = {
            "row": row.number, "point": row.point, "scenario": row.arm.scenario_name, "policy": row.arm.policy_name,
            "seed": row.run.seed, **plan.values(row.point), "run_hash": row.run.run_hash,
        }  # fmt: skip
        yield Task(row.run, taking, columns)


def done_rows(results: Reader, plan: Plan) -> npt.NDArray[np.bool_]:
    """Return which rows of the plan's maximum are stored and did not fail, (rows,)."""
    done = np.zeros(plan.total(plan.design.maximum), dtype=bool)
    for table in results.columns(("row", "status")):
        rows, states = table["row"].to_numpy(), table["status"].to_numpy()
        done[rows[(states == "done") & (rows < len(done))]] = True
    return done


def write_points(out: Path, plan: Plan) -> None:
    """Write the points of a plan into a results folder."""
    names = [factor.key for factor in plan.design.factors]
    schema = pa.schema([("point", pa.int64()), *((name, pa.float64()) for name in names)], METADATA)
    columns: dict[str, Any] = {"point": np.arange(len(plan.points))}
    columns |= {name: plan.points[:, position] for position, name in enumerate(names)}
    write_table(out / "points.parquet", schema, [pa.table(columns, schema=schema)], listed=True)


def read_points(out: Path) -> tuple[list[str], Floats]:
    """Return the names of the factors of a results folder and its points in the unit cube, (points, factors)."""
    with opened(out / "points.parquet") as parquet:
        table = parquet.read()
    names = table.column_names[1:]
    if not names:
        return [], np.zeros((len(table), 0))
    return names, np.column_stack([table[name].to_numpy() for name in names])


def written(design: Design) -> dict[str, Any]:
    """Return a design as the manifest holds it."""
    factors = {
        factor.key: {"role": factor.role, "values": factor.words, "kind": factor.kind} for factor in design.factors
    }
    return {
        "name": design.name,
        **design.head.model_dump(mode="json"),
        "settings": json.loads(json.dumps(dict(design.settings), default=str)),
        "factors": factors,
        "table": design.table,
        "sampling": design.sampling.model_dump(mode="json"),
        "stopping": design.stopping.model_dump(mode="json"),
    }
