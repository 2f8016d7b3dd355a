"""Results of a batch on disk: Parquet tables with a manifest, whole at any moment, and resumable.

    manifest.json     what was run: scenario and policies as composed, digests, versions, seeds, command
    runs.parquet      a row a run: policy and seed, status and error, outcomes
    series.parquet    a row a run and week            events.parquet    a row an event
    maps/HASH.npz     control at the end of the runs whose map is kept
    parts/NAME/       finished runs that are not in the tables yet

Runs become a part when its folder is renamed into place, so that a batch that is killed loses no more than the runs in
flight. At the end parts are merged into the tables, each written beside the old one and renamed over it; rows go from
file to file a few at a time, so that memory does not grow with the number of runs.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.batch.errors import StoreError
from experiments.batch.manifest import SCHEMA_VERSION, Manifest, joined
from experiments.batch.row_index import Shelf, decoded, opened, write_table
from experiments.batch.run import EndMap, RunOutcome
from experiments.batch.whole_files import UNFINISHED, sync_folder, write_whole
from model.record import OUTCOMES, SERIES

PART = "[0-9a-f]*"
TableName = Literal["series", "events", "runs"]
NAMES: tuple[TableName, ...] = ("series", "events", "runs")  # in the order of writing; `runs` says what is stored

METADATA = {"inkspot": json.dumps({"schema_version": SCHEMA_VERSION})}
ROW_COUNTS = {"series": "series_rows", "events": "events_rows"}  # columns of runs: how many rows of theirs are stored
_RUN_KEYS = [("run_hash", pa.string()), ("policy", pa.string()), ("seed", pa.int64())]
SCHEMAS: dict[str, pa.Schema] = {
    "runs": pa.schema(
        [("scenario", pa.string()), ("policy", pa.string()), ("seed", pa.int64()), ("status", pa.string()),
         ("error", pa.string()), ("repeat", pa.string()), ("wall_seconds", pa.float64()), ("run_hash", pa.string()),
         *((name, pa.int64()) for name in ROW_COUNTS.values()), *((name, pa.float64()) for name in OUTCOMES)],
        METADATA,
    ),
    "series": pa.schema(
        [*_RUN_KEYS, ("week", pa.int64()), ("date", pa.date32()), *((name, pa.float64()) for name in SERIES)],
        METADATA,
    ),
    "events": pa.schema(
        [*_RUN_KEYS, ("week", pa.int64()), ("date", pa.date32()), ("kind", pa.string()), ("organisation", pa.string()),
         ("other", pa.string()), ("country", pa.string()), ("amount", pa.float64()), ("cause", pa.string()),
         ("causes", pa.string())],
        METADATA,
    ),
}  # fmt: skip


class Store:
    """The results in one folder. Methods that write raise OSError where the disk does."""

    schemas: Mapping[str, pa.Schema] = SCHEMAS
    order: Sequence[str] = ("scenario", "policy", "seed", "run_hash")  # of the rows of runs

    def __init__(self, out: str | Path) -> None:
        self.out = Path(out)
        self.parts = self.out / "parts"
        self.maps = self.out / "maps"

    def begin(self, manifest: Manifest, fresh: bool = False) -> None:
        """Make the folder ready for a batch, keeping results that belong to it; `fresh` deletes earlier results.

        Raises StoreError where it holds other results: of another scenario, or another version of the model.
        """
        earlier = self.manifest()
        if earlier and fresh:
            self._clear()
        elif earlier:
            manifest = self.join(earlier, manifest)
        self.parts.mkdir(parents=True, exist_ok=True)
        for abandoned in self.parts.glob(".*"):
            shutil.rmtree(abandoned)
        for abandoned in (*self.out.glob(f"*{UNFINISHED}"), *self.maps.glob(f"*{UNFINISHED}")):
            abandoned.unlink()
        self.write_manifest(manifest)

    def join(self, old: Manifest, new: Manifest) -> Manifest:
        """Return the manifest of a folder with results of both. Raises StoreError where they do not belong together."""
        return joined(old, new, self.out)

    def key(self, name: str) -> str:
        """Return the column by which rows of a table are known."""
        return "run_hash"

    def manifest(self) -> Manifest:
        """Return the manifest, empty where there is none. Raises StoreError where it is none of ours."""
        path = self.out / "manifest.json"
        if not path.exists():
            return {}
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            content = None
        if not isinstance(content, dict) or "schema_version" not in content:
            raise StoreError(f"{path} was not written by inkspot, or is damaged: choose another --out")
        return content

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
        write_whole(self.out / "manifest.json", text.encode())

    def add(self, outcome: RunOutcome) -> None:
        """Store a run that has finished or failed as a part."""
        if outcome.end is not None:
            self.maps.mkdir(exist_ok=True)
            write_whole(self._map(outcome.run_hash), _npz(outcome.end))
        self.write_part(outcome.run_hash, _tables(outcome))

    def write_part(self, name: str, tables: Mapping[str, pa.Table]) -> None:
        """Store tables as the part called `name`, which replaces an earlier one. Raises OSError where the disk is full."""
        unfinished = self.parts / f".{name}.{os.getpid()}"
        try:
            unfinished.mkdir(parents=True)
            for table, rows in tables.items():
                write_table(unfinished / f"{table}.parquet", self.schemas[table], [rows])
            part = self.parts / name
            if part.exists():  # it failed before
                _discard(part)
            os.replace(unfinished, part)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        sync_folder(self.parts)

    def finished(self) -> set[str]:
        """Return the hashes of stored runs that did not fail."""
        return {str(key) for key in self._shelf("runs").done}

    def has_map(self, run_hash: str) -> bool:
        """Whether the map at the end of a run is stored."""
        return self._map(run_hash).exists()

    def map(self, run_hash: str) -> EndMap:
        """Return the map at the end of a run. Raises OSError where it was not kept."""
        with np.load(self._map(run_hash)) as stored:
            titles = dict(zip(stored["names"].tolist(), stored["titles"].tolist(), strict=True))
            return EndMap(stored["control"], tuple(stored["names"].tolist()), titles)

    def combine(self) -> None:
        """Merge the parts into the tables and delete them; killed at any point, it can be done again."""
        parts = self._part_folders()
        if not parts:
            return
        rows = self._rows_in_order()
        for name in NAMES:
            if name in self.schemas:
                self._merge(name, list(dict.fromkeys(rows[self.key(name)].to_pylist())))
        for part in parts:
            _discard(part)
        with suppress(OSError):
            self.parts.rmdir()

    def _merge(self, name: TableName, keys: Iterable[Any]) -> None:
        write_table(self.out / f"{name}.parquet", self.schemas[name], self._whole(name, keys))

    def _rows_in_order(self) -> pa.Table:
        """Return what identifies and orders the stored runs, in the order of their rows."""
        columns = [self._columns(file, self.order) for file in self.files("runs")]
        return pa.concat_tables(columns).sort_by([(name, "ascending") for name in self.order])

    @staticmethod
    def _columns(file: Path, names: Sequence[str]) -> pa.Table:
        with opened(file) as parquet:
            return decoded(file, parquet.read, list(names)).select(list(names)).replace_schema_metadata()

    def files(self, name: str) -> list[Path]:
        """Return the files that hold a table, later ones going before earlier ones: the merged one, then the parts."""
        whole = self.out / f"{name}.parquet"
        parts = [part / f"{name}.parquet" for part in self._part_folders()]
        return [*([whole] if whole.exists() else []), *(part for part in parts if part.exists())]

    def _shelf(self, name: str) -> Shelf:
        shelf = Shelf(self.schemas[name], self.key(name))
        for file in self.files(name):
            shelf.add(file)
        return shelf

    def read(self, name: TableName, hashes: Sequence[str]) -> pd.DataFrame:
        """Return the rows of a table (parts included) for the given runs, in their order."""
        rows = [self.schemas[name].empty_table(), *self._whole(name, hashes)]
        frame: pd.DataFrame = pa.concat_tables(rows).to_pandas()
        return frame

    def _whole(self, name: str, keys: Iterable[Any]) -> Iterator[pa.Table]:
        """Yield the rows of each key. Raises StoreError where a run has not as many as were stored of it."""
        shelf = self._shelf(name)
        counts = self._counts(ROW_COUNTS[name]) if name in ROW_COUNTS else {}
        for key in keys:
            rows = shelf.take(key)
            if len(rows) != counts.get(key, len(rows)):
                words = f"{name} of run {key} has {len(rows)} rows and {counts[key]} were stored"
                raise StoreError(f"a table in {self.out} is damaged ({words}): add --fresh to replace the results")
            yield rows

    def _counts(self, column: str) -> dict[str, int]:
        """Return how many rows of a table were stored of each run that is done."""
        counts: dict[str, int] = {}
        for file in self.files("runs"):
            table = self._columns(file, ("run_hash", "status", column))
            done = table.filter(pc.equal(table["status"], "done"))
            counts.update(zip(done["run_hash"].to_pylist(), done[column].to_pylist(), strict=True))
        return counts

    def _part_folders(self) -> list[Path]:
        return sorted(self.parts.glob(PART))

    def _map(self, run_hash: str) -> Path:
        return self.maps / f"{run_hash}.npz"

    def _clear(self) -> None:
        for folder in (self.parts, self.maps):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        for name in ("manifest.json", "report.html", "points.parquet", *(f"{table}.parquet" for table in NAMES)):
            (self.out / name).unlink(missing_ok=True)


def _tables(outcome: RunOutcome) -> dict[str, pa.Table]:
    """Return a run's rows of each table."""
    run = outcome.run
    keys: dict[str, Any] = {"run_hash": outcome.run_hash, "policy": outcome.policy, "seed": run.seed}
    row = keys | {
        "scenario": outcome.scenario, "status": outcome.status, "error": outcome.error, "repeat": run.command,
        "wall_seconds": outcome.wall_seconds, **dict.fromkeys(OUTCOMES, np.nan), **outcome.outcomes,
    }  # fmt: skip
    frames = {"series": outcome.series, "events": outcome.events}
    tables = {
        name: SCHEMAS[name].empty_table() if frame is None else _table(name, frame.assign(**keys))
        for name, frame in frames.items()
    }
    row |= row_counts(tables)
    return tables | {"runs": pa.Table.from_pylist([row], schema=SCHEMAS["runs"])}


def row_counts(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """Return the columns of runs that say how many rows of series and events there are of a run; 0 of what is not kept."""
    return {column: len(tables[name]) if name in tables else 0 for name, column in ROW_COUNTS.items()}


def _table(name: str, frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame[SCHEMAS[name].names], schema=SCHEMAS[name], preserve_index=False)


def _npz(end: EndMap) -> bytes:
    buffer = BytesIO()
    titles = [end.titles.get(name, name) for name in end.names]
    np.savez_compressed(buffer, control=end.control, names=np.array(end.names), titles=np.array(titles))
    return buffer.getvalue()


def _discard(part: Path) -> None:
    """Delete a part: renamed first, so that a half-deleted one is never taken for a whole one."""
    gone = part.with_name(f".{part.name}.{os.getpid()}.gone")
    os.replace(part, gone)
    shutil.rmtree(gone)
