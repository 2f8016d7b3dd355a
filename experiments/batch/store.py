"""Results of a batch on disk, of every kind: Parquet tables with a manifest, whole at any moment, and resumable.

    manifest.json     the kind, what was run, digests, versions, the command
    runs.parquet      a row a run: what it was, status, error, the command that repeats it, numbers of rows, values
    series.parquet, events.parquet, measured.parquet    rows of runs, by kind (see `tables.py`)
    maps/HASH.npz     control at the end of the runs whose map is wanted
    parts/NAME/       tables of finished runs that are not merged yet
    .lock             held by the process that writes (see `lock.py`)

Runs become a part when its folder is renamed into place, so that a batch that is killed loses the runs of the last seconds.
At the end parts are merged into the tables, each written beside the old one and renamed over it; rows go from file to file
a few at a time, so that memory does not grow with the number of runs.
"""

import os
import shutil
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from experiments.batch.checksums import LIST, REPLACED, SEAL, adopt, arrays_digest, list_files, settle
from experiments.batch.errors import StoreError, UserError
from experiments.batch.guard import Guard
from experiments.batch.lock import Held, locked
from experiments.batch.manifest import Manifest, check_same, differences, refusal, remembered, write_manifest
from experiments.batch.outcome import EndMap, Outcome, RunData
from experiments.batch.reader import Reader
from experiments.batch.row_index import write_table
from experiments.batch.tables import COMPARED, Layout, completed, runs_table
from experiments.batch.whole_files import UNFINISHED, entries, sync_folder, write_whole

SECONDS_A_PART = 2.0  # what a kill loses: the runs in flight and those that ended in so many seconds before
ROWS_A_PART, BYTES_A_PART = 1000, 16 * 2**20
OLD_FILES = ("measured.jsonl", "headline.runs.jsonl")  # of inkspot 0.2
TABLES = ("series", "events", "places", "measured", "points", "runs")  # of all kinds


class Store(Reader):
    """The results in one folder. Writing raises StoreError where the disk is full, with what is stored and how to resume."""

    def __init__(self, out: str | Path, layout: Layout = COMPARED) -> None:
        super().__init__(out, layout)
        self.newest = self.parts  # the last part written
        self.unwritten: dict[Hashable, RunData] = {}  # what is not on the disk yet, by table key
        self._rows: dict[Hashable, dict[str, Any]] = {}  # of runs that are not on the disk yet, by row key
        self._tables: dict[Hashable, dict[str, pa.Table]] = {}  # of the same runs, by table key and name
        self._written, self._bytes, self._since = 0, 0, monotonic()  # rows on the disk, bytes that are not, since when
        self._opened: Guard | None = None
        self.notes: list[str] = []  # what users should be told of the folder

    @property
    def guard(self) -> Guard:
        """What is known of the folder while it is open."""
        if self._opened is None:
            raise RuntimeError(f"the store in {self.out} is not open")
        return self._opened

    @contextmanager
    def open(self, manifest: Manifest, fresh: bool = False) -> Iterator["Store"]:
        """Hold the folder for a batch: earlier results that belong to it stay, `fresh` deletes them; merge at the end.

        Raises StoreError where another process writes into it, or where it holds other results: of another kind,
        scenario, design or version; later where the folder or a part of it is deleted or moved by somebody else.
        """
        with locked(self.out) as held:
            self._begin(manifest, fresh, held)
            try:
                yield self
            except StoreError:
                raise
            except BaseException as end:
                self._combine_after(end)
                raise
            else:
                self.combine()
            finally:
                self._opened = None

    def _combine_after(self, end: BaseException) -> None:
        """Merge the parts of a batch that was stopped; where that fails too, users are told both."""
        try:
            self.combine()
        except StoreError as error:
            if isinstance(end, KeyboardInterrupt | UserError):
                raise StoreError(f"{str(end) or 'stopped'}; {error}") from end

    def _begin(self, manifest: Manifest, fresh: bool, held: Held) -> None:
        earlier = self.manifest()
        old = [name for name in OLD_FILES if (self.out / name).exists()]
        if fresh:
            self._clear()
        elif old:
            raise refusal(self.out, f"inkspot 0.2, which cannot be read any more ({old[0]})")
        elif earlier:
            check_same(earlier, manifest, self.out, self.layout.same)
            manifest = self.layout.join(earlier, manifest, self.out)
            if [place for place in (self.out, *self.part_folders()) if adopt(place)]:
                self.notes.append(
                    f"{self.out} is of an earlier version: whether its files were damaged cannot be told."
                )
            if unlike := differences(earlier, manifest):
                self.notes.append(
                    f"Results in {self.out} were begun with {unlike}: last bits of runs may differ from there on."
                )
            settle(self.out)
            self.check(self.layout.other_files)
        elif self.files("runs"):
            raise StoreError(f"{self.out} holds results but no manifest.json: {REPLACED}")
        for abandoned in entries(self.parts, ".*"):
            shutil.rmtree(abandoned)
        for abandoned in (*entries(self.out, f"*{UNFINISHED}"), *entries(self.maps, f"*{UNFINISHED}")):
            abandoned.unlink()
        self._opened = Guard(self, held, str(manifest.get("command", "")))
        self.write_manifest(remembered({} if fresh else earlier, manifest))

    def _clear(self) -> None:
        for folder in (self.parts, self.maps):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        tables = [f"{table}.parquet" for table in reversed(TABLES)]  # runs first: they say what is stored
        names = (*tables, *OLD_FILES, *self.layout.other_files, LIST, "manifest.json")
        for name in names:
            (self.out / name).unlink(missing_ok=True)

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self.guard.check_place()
        with self.guard.disk():
            write_manifest(self.out, manifest)

    def add(self, columns: Mapping[str, Any], outcome: Outcome[RunData]) -> bool:
        """Take in what came of a run, on the disk a little later; return whether something was written now.

        `columns`: those of its row that say what was run.
        """
        key, data = columns[self.layout.table_key], outcome.data or RunData()
        if data.end_map is not None:
            self.guard.check_place()
            with self.guard.disk():
                self.maps.mkdir(exist_ok=True)
                write_whole(self.map_file(key), _npz(data.end_map))
        row: dict[str, Any] = {
            "status": "done" if outcome.status == "done" else "failed", "error": outcome.error,
            "repeat": outcome.repeat, "wall_seconds": outcome.seconds, **columns, **data.values,
            **self.layout.row_counts(data.tables),
        }  # fmt: skip
        if outcome.status == "done" and key not in self.unwritten:
            self._add_tables(columns, data)
            self.unwritten[key] = data
        earlier = self._rows.get(columns[self.layout.row_key])
        if (
            earlier is None or earlier["status"] == "failed"
        ):  # last: Ctrl-C may come before, and a row counts tables' rows
            self._rows[columns[self.layout.row_key]] = row
        if self._bytes > BYTES_A_PART or len(self._rows) >= ROWS_A_PART or monotonic() - self._since > SECONDS_A_PART:
            return self.flush()
        return False

    def _add_tables(self, columns: Mapping[str, Any], data: RunData) -> None:
        wanted = {name: table for name, table in data.tables.items() if name in self.layout.others}
        self._tables[columns[self.layout.table_key]] = {
            name: completed(table, self.layout.tables[name], columns) for name, table in wanted.items()
        }
        self._bytes += sum(table.nbytes for table in wanted.values())

    @property
    def taken(self) -> int:
        """How many rows of runs were taken in since the store was made, right at any moment, also as Ctrl-C comes."""
        return self._written + len(self._rows)

    def flush(self) -> bool:
        """Write what is not on the disk as a part; return whether there was any."""
        if not self._rows:
            return False
        name = uuid4().hex
        stored = {row[self.layout.table_key] for row in self._rows.values()}
        whole = [tables for key, tables in self._tables.items() if key in stored]
        tables = {name: pa.concat_tables([self.layout.tables[name].empty_table(),
                                          *(tables[name] for tables in whole if name in tables)])
                  for name in self.layout.others}  # fmt: skip
        runs = runs_table(self.layout.tables["runs"], list(self._rows.values()))
        self.guard.check_place()
        with self.guard.adding(name):
            with self.guard.disk():
                self._write_part(name, tables | {"runs": runs})
            self.newest = self.parts / name
            now, written = monotonic(), self._written + len(self._rows)
            self._written, self._rows, self.unwritten, self._bytes, self._since = written, {}, {}, 0, now
            self._tables = {}
        return True

    def _write_part(self, name: str, tables: Mapping[str, pa.Table]) -> None:
        unfinished = self.parts / f".{name}.{os.getpid()}"
        try:
            self.parts.mkdir(exist_ok=True)
            unfinished.mkdir()
            for table, rows in tables.items():
                write_table(unfinished / f"{table}.parquet", self.layout.tables[table], [rows])
            list_files(unfinished, [unfinished / f"{table}.parquet" for table in tables])
            os.replace(unfinished, self.parts / name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            with suppress(OSError):
                self.parts.rmdir()
            raise
        sync_folder(self.parts)

    def combine(self) -> None:
        """Merge the parts into the tables and delete them; killed at any point, it can be done again."""
        self.flush()
        self.guard.check()
        with self.guard.disk():
            if parts := self.part_folders():
                keys = self._row_keys()
                for name in (*self.layout.others, "runs"):  # runs last: they say what is stored
                    wanted = dict.fromkeys(keys[self.layout.key(name)].to_pylist())
                    schema = self.layout.tables[name]
                    write_table(self.out / f"{name}.parquet", schema, self.rows(name, wanted), listed=True)
            for part in parts:
                _discard(part)
                self.guard.expected.discard(part.name)
            settle(self.out)
            with suppress(OSError):  # also where a batch that was killed had deleted the last part
                self.parts.rmdir()

    def _row_keys(self) -> pa.Table:
        """Return what identifies and orders the stored runs, in the order of their rows."""
        layout = self.layout
        names = list(dict.fromkeys((*layout.order, layout.row_key, layout.table_key)))
        return pa.concat_tables(self.columns(names)).sort_by([(name, "ascending") for name in layout.order])


def _npz(end: EndMap) -> bytes:
    buffer = BytesIO()
    titles = [end.titles.get(name, name) for name in end.names]
    arrays: dict[str, Any] = {"control": end.control, "names": np.array(end.names), "titles": np.array(titles)}
    np.savez_compressed(buffer, **(arrays | {SEAL: np.array(arrays_digest(arrays))}))
    return buffer.getvalue()


def _discard(part: Path) -> None:
    """Delete a part: renamed first, so that a half-deleted one is never taken for a whole one."""
    gone = part.with_name(f".{part.name}.{os.getpid()}.gone")
    os.replace(part, gone)
    shutil.rmtree(gone)
