"""Measured values as a kind of results: of each run some numbers, or one number a week or country.

    runs.parquet        a row a task: a run and what is measured of it, status, number of values
    measured.parquet    a row a task and measure: the value, or the list of values

A run of which more is measured later is another task of the same `run_hash`; values are looked up by that hash.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from experiments.batch.engine import Task
from experiments.batch.outcome import RunData
from experiments.batch.reader import Reader
from experiments.batch.run import Run, identity
from experiments.batch.tables import COUNT, METADATA, STATUS, Layout

if TYPE_CHECKING:
    from model.record import Result

type Value = float | list[float]
type Key = tuple[str, str, int | None]  # run hash, measure, horizon in weeks (None: the whole run)

RUNS = pa.schema(
    [("scenario", pa.string()), ("policy", pa.string()), ("seed", pa.int64()), ("condition", pa.string()), *STATUS,
     ("wall_seconds", pa.float64()), ("task", pa.string()), ("run_hash", pa.string()), ("measured" + COUNT, pa.int64())],
    METADATA,
)  # fmt: skip
MEASURED = pa.schema(
    [("task", pa.string()), ("run_hash", pa.string()), ("measure", pa.string()), ("horizon", pa.int64()),
     ("value", pa.float64()), ("values", pa.list_(pa.float64()))],
    METADATA,
)  # fmt: skip


def measured_layout(kind: str) -> Layout:
    """Return what the results of a kind of batch are of which only measured values are stored."""
    tables = {"measured": MEASURED, "runs": RUNS}
    order = ("scenario", "policy", "seed", "task")
    return Layout(kind=kind, tables=tables, order=order, row_key="task", table_key="task")


def task_hash(run_hash: str, wanted: Iterable[object]) -> str:
    """Return what identifies a run and what is measured of it."""
    return sha256(f"{run_hash} {sorted(map(str, wanted))}".encode()).hexdigest()


def measured_data(values: Iterable[tuple[str, int | None, Value]]) -> RunData:
    """Return measures, horizons and values as the rows that a store takes."""
    columns: dict[str, list[Any]] = {"measure": [], "horizon": [], "value": [], "values": []}
    for measure, horizon, value in values:
        row = (measure, horizon, None, value) if isinstance(value, list) else (measure, horizon, value, None)
        for column, entry in zip(columns.values(), row, strict=True):
            column.append(entry)
    schema = pa.schema([each for each in MEASURED if each.name in columns])
    return RunData(tables={"measured": pa.table(columns, schema=schema)})


def take_values(take: "Callable[[Result], Mapping[str, Value]]", result: "Result") -> RunData:
    """Return what `take` makes of a result, values by name, as the rows that a store takes."""
    return measured_data((name, None, value) for name, value in take(result).items())


def measured_task(run: Run, names: Iterable[str], take: "Callable[[Result], Mapping[str, Value]]") -> Task[RunData]:
    """Return the task of measuring values of these names; `take` is importable and returns them by name."""
    return Task(run, partial(take_values, take), identity(run) | {"task": task_hash(run.run_hash, names)})


def measured_values(results: Reader) -> dict[Key, Value]:
    """Return all stored values. Raises StoreError where a run has not as many as were stored of it."""
    tables = [MEASURED.empty_table(), *results.rows("measured", results.finished())]
    columns = pa.concat_tables(tables).to_pydict()
    keys = zip(columns["run_hash"], columns["measure"], columns["horizon"], strict=True)
    values = zip(columns["value"], columns["values"], strict=True)
    return {
        key: value if several is None else several for key, (value, several) in zip(keys, values, strict=True)
    }  # fmt: skip
