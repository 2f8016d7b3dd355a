"""The results of a sweep on disk: rows of a design, of which some are stored together as one part.

    manifest.json     the design, its policies and scenarios as composed, digests, versions, command
    points.parquet    a row a point: its place in the unit cube, a column a factor
    runs.parquet      a row a run: row, point, scenario, policy, seed, factors, status, error, repeat, run_hash, outcomes
    series.parquet, events.parquet    where they are kept: of each run that was made, by its run_hash

The tables hold nothing that depends on when, where or how fast a run was made, so that the same design gives the same
bytes on one process, on many and on a cluster, undisturbed or killed and resumed.
"""

import json
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.batch.errors import StoreError
from experiments.batch.manifest import Manifest
from experiments.batch.outcome import Answer
from experiments.batch.row_index import opened, write_table
from experiments.batch.store import METADATA, ROW_COUNTS, SCHEMAS, Store, row_counts
from experiments.points.factors import Factor
from experiments.points.sampling import Floats
from experiments.sweep.design import Design
from experiments.sweep.plan import Plan, Row
from model.record import OUTCOMES

SECONDS_A_PART = 2.0  # what is not on the disk when a batch is killed: the runs in flight and those of so many seconds
ROWS_A_PART, BYTES_A_PART = 1000, 16 * 2**20
ELSEWHERE = "choose another --out (runs that are stored beside it are not made again), or add --fresh to replace them"
_KINDS = {"switch": pa.bool_(), "text": pa.string(), "number": pa.float64()}


def runs_schema(design: Design) -> pa.Schema:
    """Return the schema of a design's runs."""
    fields = [("row", pa.int64()), ("point", pa.int64()), ("scenario", pa.string()), ("policy", pa.string()),
              ("seed", pa.int64()), *((factor.key, _type(factor)) for factor in design.factors),
              ("status", pa.string()), ("error", pa.string()), ("repeat", pa.string()), ("run_hash", pa.string()),
              *((name, pa.int64()) for name in ROW_COUNTS.values()),
              *((name, pa.float64()) for name in OUTCOMES)]  # fmt: skip
    return pa.schema(fields, METADATA)


def _type(factor: Factor) -> pa.DataType:
    return pa.int64() if factor.whole and factor.kind == "number" else _KINDS[factor.kind]


class SweepStore(Store):
    """The results of one design in one folder."""

    order = ("row", "run_hash")

    def __init__(self, out: Any, plan: Plan) -> None:
        super().__init__(out)
        self.plan = plan
        keep = plan.design.head.keep
        self.schemas = {name: SCHEMAS[name] for name in ("series", "events") if name in keep}
        self.schemas |= {"runs": runs_schema(plan.design)}
        self.kept = frozenset(self.schemas) - {"runs"}
        self.newest = self.parts  # the last part
        self.waiting: dict[str, Answer] = {}  # answers that are not on the disk yet, by hash
        self._rows: list[tuple[Row, Answer]] = []
        self._tables: dict[str, list[pa.Table]] = {name: [] for name in self.schemas if name != "runs"}
        self._bytes, self._since = 0, monotonic()

    def key(self, name: str) -> str:
        """Return the column by which rows of a table are known."""
        return "row" if name == "runs" else "run_hash"

    def join(self, old: Manifest, new: Manifest) -> Manifest:
        """Return the manifest of a folder with results of this design. Raises StoreError where they are of another."""
        reasons = {
            "kind": "another kind",
            "schema_version": "another version of inkspot",
            "model_version": "another version of the model",
            "identity": "another design",
            "keep": "a design that keeps other tables",
        }
        differing = [words for key, words in reasons.items() if old.get(key) != new[key]]
        if differing:
            raise StoreError(f"{self.out} holds results of {differing[0]}: {ELSEWHERE}")
        return new | {"summary": old.get("summary", {})}

    def begin(self, manifest: Manifest, fresh: bool = False) -> None:
        """Make the folder ready; raises as `Store.begin` does."""
        super().begin(manifest, fresh)
        write_points(self.out, self.plan)

    def done_rows(self) -> npt.NDArray[np.bool_]:
        """Return which rows of the plan's maximum are stored and did not fail, (rows,)."""
        done = np.zeros(self.plan.total(self.plan.design.maximum), dtype=bool)
        for table in self.columns(("row", "status")):
            rows, states = table["row"].to_numpy(), table["status"].to_numpy()
            kept = rows[(states == "done") & (rows < len(done))]
            done[kept] = True
        return done

    def columns(self, names: Iterable[str]) -> Iterable[pa.Table]:
        """Yield some columns of the runs, file by file, group by group."""
        for file in self.files("runs"):
            with opened(file) as parquet:
                for group in range(parquet.num_row_groups):
                    yield parquet.read_row_group(group, columns=list(names))

    def hold(self, row: Row, answer: Answer) -> None:
        """Take a row's answer in without writing anything."""
        self._rows.append((row, answer))
        if answer.error:
            return
        if row.run.run_hash not in self.waiting:
            for name, table in answer.tables.items():
                self._tables[name].append(table)
                self._bytes += table.nbytes
        self.waiting[row.run.run_hash] = answer

    def add_row(self, row: Row, answer: Answer) -> bool:
        """Take a row's answer in; it is on the disk a little later. Return whether something was written now."""
        self.hold(row, answer)
        if self._bytes > BYTES_A_PART or len(self._rows) >= ROWS_A_PART or monotonic() - self._since > SECONDS_A_PART:
            return self.flush()
        return False

    def flush(self) -> bool:
        """Write what is not on the disk as a part; return whether there was any. Raises OSError where the disk is full."""
        if not self._rows:
            return False
        tables = {name: pa.concat_tables([self.schemas[name].empty_table(), *rows])
                  for name, rows in self._tables.items()}  # fmt: skip
        name = uuid4().hex
        self.write_part(name, tables | {"runs": self.held()})
        self.newest = self.parts / name
        self._rows, self.waiting, self._bytes, self._since = [], {}, 0, monotonic()
        self._tables = {name: [] for name in self._tables}
        return True

    def held(self) -> pa.Table:
        """Return the rows of runs that are not on the disk yet."""
        columns: dict[str, list[Any]] = {name: [] for name in self.schemas["runs"].names}
        missing = (float("nan"),) * len(OUTCOMES)
        for row, answer in self._rows:
            values: Mapping[str, Any] = {
                "row": row.number, "point": row.point, "scenario": row.arm.scenario_name,
                "policy": row.arm.policy_name, "seed": row.run.seed, **self.plan.values(row.point),
                "status": "failed" if answer.error else "done", "error": answer.error, "repeat": row.run.command,
                "run_hash": row.run.run_hash, **row_counts(answer.tables),
                **dict(zip(OUTCOMES, answer.outcomes or missing, strict=True)),
            }  # fmt: skip
            for name, value in values.items():
                columns[name].append(value)
        return pa.table(columns, schema=self.schemas["runs"])


def write_points(out: Any, plan: Plan) -> None:
    """Write the points of a plan into a results folder."""
    names = [factor.key for factor in plan.design.factors]
    schema = pa.schema([("point", pa.int64()), *((name, pa.float64()) for name in names)], METADATA)
    columns: dict[str, Any] = {"point": np.arange(len(plan.points))}
    columns |= {name: plan.points[:, position] for position, name in enumerate(names)}
    write_table(out / "points.parquet", schema, [pa.table(columns, schema=schema)])


def read_points(out: Any) -> tuple[list[str], Floats]:
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
        "sampling": design.sampling.model_dump(mode="json"),
        "stopping": design.stopping.model_dump(mode="json"),
    }
