"""Measured values on disk: whole at any moment, resumable, shared by all claims that use the same runs.

    manifest.json       what was measured, with which versions
    measured.parquet    a row a run, measure and horizon: the value, or the error of the run that failed
    parts/              rows that are not in the table yet

Rows are written in parts every few runs, so that a batch that is killed loses no more than those; at the end parts are
merged into the table. Runs are known by a hash that holds the version of the model: another version, other rows.
"""

import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.errors import StoreError
from experiments.batch.run import model_version
from experiments.batch.whole_files import UNFINISHED, write_whole
from experiments.claims.arms import Task

KIND = "claims"
RUNS_A_PART, SECONDS_A_PART = 20, 10.0
SCHEMA = pa.schema(
    [("run_hash", pa.string()), ("scenario", pa.string()), ("policy", pa.string()), ("seed", pa.int64()),
     ("condition", pa.string()), ("measure", pa.string()), ("horizon", pa.int64()), ("value", pa.float64()),
     ("status", pa.string()), ("error", pa.string()), ("repeat", pa.string()), ("wall_seconds", pa.float64()),
     ("model_version", pa.string())]
)  # fmt: skip
Key = tuple[str, str, int]  # run hash, measure, horizon


@dataclass(frozen=True)
class Answer:
    """What came of a task: its values in the order of `wanted`, or the error."""

    values: tuple[float, ...] = ()
    error: str = ""
    seconds: float = float("nan")


@dataclass(frozen=True)
class Failure:
    """A run that failed: why, and the command that repeats it."""

    error: str
    repeat: str


class Measured:
    """The measured values of one folder. Methods that write raise OSError where the disk does."""

    def __init__(self, out: str | Path) -> None:
        self.out = Path(out)
        self.parts = self.out / "parts"
        self.table = self.out / "measured.parquet"
        self.values: dict[Key, float] = {}
        self.failures: dict[str, Failure] = {}
        self._rows: list[dict[str, Any]] = []
        self._runs, self._written, self._part = 0, monotonic(), 0

    def begin(self, fresh: bool = False) -> None:
        """Make the folder ready and read what it holds; `fresh` deletes it. Raises StoreError where it is no ledger's."""
        manifest = self.manifest()
        if manifest and manifest.get("kind") != KIND:
            raise StoreError(f"{self.out} holds results of another kind: choose another --out")
        if fresh:
            shutil.rmtree(self.parts, ignore_errors=True)
            self.table.unlink(missing_ok=True)
        self.parts.mkdir(parents=True, exist_ok=True)
        for abandoned in (*self.out.glob(f"*{UNFINISHED}"), *self.parts.glob(f"*{UNFINISHED}")):
            abandoned.unlink()
        version = model_version()
        for row in self._read().to_pylist():
            if row["status"] == "done" and row["model_version"] == version:
                self.values[row["run_hash"], row["measure"], row["horizon"]] = row["value"]

    def manifest(self) -> dict[str, Any]:
        """Return the manifest, empty where there is none. Raises StoreError where it is damaged."""
        path = self.out / "manifest.json"
        if not path.exists():
            return {}
        with suppress(ValueError):
            content = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                return content
        raise StoreError(f"{path} was not written by inkspot, or is damaged: choose another --out")

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest."""
        text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"
        write_whole(self.out / "manifest.json", text.encode())

    def add(self, task: Task, answer: Answer) -> None:
        """Keep what came of a task; it is on the disk after a few more."""
        failed = bool(answer.error)
        values = [float("nan")] * len(task.wanted) if failed else answer.values
        if failed:
            self.failures[task.run_hash] = Failure(answer.error, task.run.command)
        for (measure, horizon), value in zip(task.wanted, values, strict=True):
            if not failed:
                self.values[task.run_hash, measure.text, horizon] = value
            self._rows.append({
                "run_hash": task.run_hash, "scenario": str(task.run.scenario), "policy": task.run.policy or "",
                "seed": task.run.seed, "condition": task.condition, "measure": measure.text, "horizon": horizon,
                "value": value, "status": "failed" if failed else "done", "error": answer.error,
                "repeat": task.run.command if failed else "", "wall_seconds": answer.seconds,
                "model_version": model_version(),
            })  # fmt: skip
        self._runs += 1
        if self._runs >= RUNS_A_PART or monotonic() - self._written > SECONDS_A_PART:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are not on the disk as a part."""
        if self._rows:
            self._part += 1
            name = f"{os.getpid()}-{self._part:06d}-{self._rows[0]['run_hash'][:12]}.parquet"
            write_whole(self.parts / name, _parquet(self._rows))
        self._rows, self._runs, self._written = [], 0, monotonic()

    def combine(self) -> None:
        """Merge the parts into the table and delete them; killed at any point, it can be done again."""
        self.flush()
        parts = self._part_files()
        if parts:
            write_whole(self.table, _parquet(self._read().to_pylist()))
            for part in parts:
                part.unlink()
        with suppress(OSError):
            self.parts.rmdir()

    def _part_files(self) -> list[Path]:
        return sorted(self.parts.glob("*.parquet"), key=lambda part: (part.stat().st_mtime_ns, part.name))

    def _read(self) -> pa.Table:
        """Return table and parts, the last row of a run's measure only."""
        try:
            files = [*([self.table] if self.table.exists() else []), *self._part_files()]
            rows: dict[Key, dict[str, Any]] = {}
            for file in files:
                for row in pq.read_table(file, schema=SCHEMA).to_pylist():
                    rows[row["run_hash"], row["measure"], row["horizon"]] = row
        except pa.ArrowInvalid as error:
            raise StoreError(
                f"a table in {self.out} is damaged ({error}): add --fresh to replace the results"
            ) from None
        return pa.Table.from_pylist(list(rows.values()), schema=SCHEMA)


def _parquet(rows: Iterable[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), sink, compression="zstd")
    return bytes(sink.getvalue())
