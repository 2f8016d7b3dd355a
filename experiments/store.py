"""Results of a batch on disk: Parquet tables with a manifest, whole at any moment, and resumable.

    manifest.json     what was run: scenario and policies as composed, digests, versions, seeds, command
    runs.parquet      a row a run: policy and seed, status and error, outcomes
    series.parquet    a row a run and week            events.parquet    a row an event
    maps/HASH.npz     control at the end of the runs whose map is kept
    parts/HASH/       finished runs that are not in the tables yet

A run becomes a part when its folder is renamed into place, so that a batch that is killed loses no more than the runs in
flight. At the end parts are merged into the tables, each written beside the old one and renamed over it.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.atomic import UNFINISHED, sync_folder, write_whole
from experiments.errors import StoreError
from experiments.manifest import Manifest, joined
from experiments.runs import EndMap, RunOutcome
from model.record import OUTCOMES, SERIES

HASH = "[0-9a-f]" * 64
TableName = Literal["series", "events", "runs"]
NAMES: tuple[TableName, ...] = ("series", "events", "runs")  # in the order of writing; `runs` says what is stored

_RUN_KEYS = [("run_hash", pa.string()), ("policy", pa.string()), ("seed", pa.int64())]
SCHEMAS: dict[str, pa.Schema] = {
    "runs": pa.schema(
        [("scenario", pa.string()), ("policy", pa.string()), ("seed", pa.int64()), ("status", pa.string()),
         ("error", pa.string()), ("repeat", pa.string()), ("wall_seconds", pa.float64()), ("run_hash", pa.string()),
         *((name, pa.float64()) for name in OUTCOMES)]
    ),
    "series": pa.schema(
        [*_RUN_KEYS, ("week", pa.int64()), ("date", pa.date32()), *((name, pa.float64()) for name in SERIES)]
    ),
    "events": pa.schema(
        [*_RUN_KEYS, ("week", pa.int64()), ("date", pa.date32()), ("kind", pa.string()), ("organisation", pa.string()),
         ("other", pa.string()), ("country", pa.string()), ("amount", pa.float64()), ("cause", pa.string()),
         ("causes", pa.string())]
    ),
}  # fmt: skip


class Store:
    """The results in one folder. Methods that write raise OSError where the disk does."""

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
            manifest = joined(earlier, manifest, self.out)
        self.parts.mkdir(parents=True, exist_ok=True)
        for abandoned in self.parts.glob(f".{HASH}.*"):
            shutil.rmtree(abandoned)
        for abandoned in (*self.out.glob(f"*{UNFINISHED}"), *self.maps.glob(f"*{UNFINISHED}")):
            abandoned.unlink()
        self.write_manifest(manifest)

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
        unfinished = self.parts / f".{outcome.run_hash}.{os.getpid()}"
        unfinished.mkdir(parents=True)
        for name, table in _tables(outcome).items():
            write_whole(unfinished / f"{name}.parquet", _parquet(table))
        if outcome.end is not None:
            self.maps.mkdir(exist_ok=True)
            write_whole(self._map(outcome.run_hash), _npz(outcome.end))
        part = self.parts / outcome.run_hash
        if part.exists():  # it failed before
            _discard(part)
        os.replace(unfinished, part)
        sync_folder(self.parts)

    def finished(self) -> set[str]:
        """Return the hashes of stored runs that did not fail."""
        runs = self._read("runs")
        return set(runs.loc[runs["status"] == "done", "run_hash"])

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
        order = self._read("runs").sort_values(["scenario", "policy", "seed", "run_hash"])["run_hash"].tolist()
        for name in NAMES:
            frame = self._read(name)
            position = frame["run_hash"].map({run_hash: rank for rank, run_hash in enumerate(order)})
            frame = frame.iloc[np.argsort(position.to_numpy(), kind="stable")]
            write_whole(self.out / f"{name}.parquet", _parquet(_table(name, frame)))
        for part in parts:
            _discard(part)
        with suppress(OSError):
            self.parts.rmdir()

    def read(self, name: TableName, hashes: Sequence[str]) -> pd.DataFrame:
        """Return the rows of a table (parts included) for the given runs, in their order."""
        frame = self._read(name)
        position = frame["run_hash"].map({run_hash: rank for rank, run_hash in enumerate(hashes)})
        rows = frame[position.notna()]
        return rows.iloc[np.argsort(position.dropna().to_numpy(), kind="stable")].reset_index(drop=True)

    def _read(self, name: TableName) -> pd.DataFrame:
        """Return a table with its parts; a part replaces what the table says of its run."""
        parts = self._part_folders()
        try:
            tables = [pq.read_table(part / f"{name}.parquet", schema=SCHEMAS[name]) for part in parts]
            whole = self.out / f"{name}.parquet"
            if whole.exists():
                table = pq.read_table(whole, schema=SCHEMAS[name])
                newer = pa.array([part.name for part in parts], pa.string())
                tables.insert(0, table.filter(pc.invert(pc.is_in(table["run_hash"], value_set=newer))))
        except pa.ArrowInvalid as error:
            raise StoreError(
                f"a table in {self.out} is damaged ({error}): add --fresh to replace the results"
            ) from None
        frame: pd.DataFrame = pa.concat_tables([SCHEMAS[name].empty_table(), *tables]).to_pandas()
        return frame

    def _part_folders(self) -> list[Path]:
        return sorted(self.parts.glob(HASH))

    def _map(self, run_hash: str) -> Path:
        return self.maps / f"{run_hash}.npz"

    def _clear(self) -> None:
        for folder in (self.parts, self.maps):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        for name in ("manifest.json", "report.html", *(f"{table}.parquet" for table in NAMES)):
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
    return tables | {"runs": pa.Table.from_pylist([row], schema=SCHEMAS["runs"])}


def _table(name: str, frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame[SCHEMAS[name].names], schema=SCHEMAS[name], preserve_index=False)


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


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
