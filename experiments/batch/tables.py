"""The tables of results: their columns, and what differs between kinds of batches, as data.

Every kind has `runs`, a row a run, and says by `NAME_rows` there how many rows of table NAME a run must have.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from experiments.batch.manifest import SCHEMA_VERSION, Manifest, all_policies, latest
from model.record import OUTCOMES, SERIES, Outcome

METADATA = {"inkspot": json.dumps({"schema_version": SCHEMA_VERSION})}
COUNT = "_rows"  # ending of the columns of runs that say how many rows of another table a run has
IDENTITY = [("run_hash", pa.string()), ("policy", pa.string()), ("seed", pa.int64())]
STATUS = [("status", pa.string()), ("error", pa.string()), ("repeat", pa.string())]
COUNTS = [("series" + COUNT, pa.int64()), ("events" + COUNT, pa.int64())]
VALUES = [(name, pa.float64()) for name in OUTCOMES]

RUNS = pa.schema(
    [("scenario", pa.string()), ("policy", pa.string()), ("seed", pa.int64()), *STATUS, ("wall_seconds", pa.float64()),
     ("run_hash", pa.string()), *COUNTS, *VALUES],
    METADATA,
)  # fmt: skip
SERIES_TABLE = pa.schema(
    [*IDENTITY, ("week", pa.int64()), ("date", pa.date32()), *((name, pa.float64()) for name in SERIES)], METADATA
)
EVENTS_TABLE = pa.schema(
    [*IDENTITY, ("week", pa.int64()), ("date", pa.date32()), ("kind", pa.string()), ("organisation", pa.string()),
     ("other", pa.string()), ("country", pa.string()), ("amount", pa.float64()), ("cause", pa.string()),
     ("causes", pa.string())],
    METADATA,
)  # fmt: skip
PLACES_TABLE = pa.schema(
    [*IDENTITY, ("kind", pa.string()), ("place", pa.string()), ("measure", pa.string()), ("value", pa.float64())],
    METADATA,
)  # a few numbers of each country and group; stored by comparisons, see `places.py`
AT = "_at_"  # in the name of an outcome in a week before the end: people_core_at_26
ENDED = [("weeks_run", pa.float64()), ("stopped_by", pa.string())]  # of runs that may end early
BY_WEEK = {"series": SERIES_TABLE, "events": EVENTS_TABLE}  # tables that a batch may keep beside `runs`


@dataclass(frozen=True)
class Layout:
    """What the results of a kind of batch are: everything in which the kinds differ.

    `tables`: name -> schema, `runs` among them. `row_key`: the column by which rows of `runs` are known; `table_key`: that
    of the other tables. `order`: of the rows of runs. `same`: what an earlier manifest must say for results to join it,
    key -> what differs, in words. `join`: makes one manifest of an earlier and a new one. `other_files`: what is written
    beside the tables, deleted with them.
    """

    kind: str
    tables: Mapping[str, pa.Schema]
    order: Sequence[str]
    row_key: str = "run_hash"
    table_key: str = "run_hash"
    same: Mapping[str, str] = field(default_factory=dict)
    join: Callable[[Manifest, Manifest, object], Manifest] = latest
    other_files: Sequence[str] = ()

    @property
    def others(self) -> list[str]:
        """The names of the tables beside `runs`."""
        return [name for name in self.tables if name != "runs"]

    def key(self, name: str) -> str:
        """Return the column by which rows of a table are known."""
        return self.row_key if name == "runs" else self.table_key

    def count(self, name: str) -> str | None:
        """Return the column of runs that says how many rows of a table a run has, None where there is none."""
        column = name + COUNT
        return column if name != "runs" and column in self.tables["runs"].names else None

    def row_counts(self, tables: Mapping[str, pa.Table]) -> dict[str, int]:
        """Return the columns of runs that say how many rows a run has of each other table; 0 of what is not there."""
        counted = {name: self.count(name) for name in self.others}
        return {column: len(tables[name]) if name in tables else 0 for name, column in counted.items() if column}


def at_week(outcome: str, week: int) -> str:
    """Return the name of an outcome as if runs had ended after so many weeks."""
    return f"{outcome}{AT}{week}"


def declared_outcome(name: str) -> Outcome | None:
    """Return what is declared of an outcome, at the end or in a week; None where there is none of this name."""
    base, at, week = name.rpartition(AT)
    if at and base in OUTCOMES and week.isdigit():
        return replace(OUTCOMES[base], meaning=f"{OUTCOMES[base].meaning} after {week} weeks")
    return OUTCOMES.get(name)


def runs_table(schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table; a number that a row lacks is nan, a count 0, anything else empty."""
    columns = {}
    for name, kind in zip(schema.names, schema.types, strict=True):
        missing = float("nan") if pa.types.is_float64(kind) else 0 if name.endswith(COUNT) else None
        columns[name] = pa.array([row.get(name, missing) for row in rows], kind)
    return pa.table(columns, schema=schema)


def completed(table: pa.Table, schema: pa.Schema, columns: Mapping[str, Any]) -> pa.Table:
    """Return a table in the columns of `schema`; those that it lacks have the value of `columns` in every row."""
    arrays = [
        table[name] if name in table.column_names else pa.repeat(pa.scalar(columns[name], kind), len(table))
        for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return pa.table(arrays, schema=schema)


COMPARED = Layout(
    kind="batch",
    tables={**BY_WEEK, "places": PLACES_TABLE, "runs": RUNS},
    order=("scenario", "policy", "seed", "run_hash"),
    same={"scenario": "another scenario or other --set values", "model": "another --model, or another source of it"},
    join=all_policies,
    other_files=("report.html",),
)
