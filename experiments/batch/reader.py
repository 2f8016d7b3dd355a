"""Reading a results folder: its manifest, its tables with the parts that are not merged yet, its maps."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.batch.checksums import GONE, LIST, SEAL, arrays_digest, check_file, damaged, read_list
from experiments.batch.errors import StoreError, one_line
from experiments.batch.manifest import Manifest, read_manifest
from experiments.batch.outcome import EndMap
from experiments.batch.row_index import RowIndex, decoded, opened
from experiments.batch.tables import COMPARED, Layout
from experiments.batch.whole_files import entries

if TYPE_CHECKING:  # a worker reads no tables
    import pandas as pd

PART = "[0-9a-f]*"
ROWS_TOGETHER = 1000  # of several runs, that are read at a time


class Reader:
    """The results in one folder, as far as they are on the disk. Damaged files raise StoreError."""

    def __init__(self, out: str | Path, layout: Layout = COMPARED) -> None:
        self.out, self.layout = Path(out), layout
        self.parts = self.out / "parts"
        self.maps = self.out / "maps"

    def manifest(self) -> Manifest:
        """Return the manifest, empty where there is none. Raises StoreError where it is none of ours."""
        return read_manifest(self.out)

    def files(self, name: str) -> list[Path]:
        """Return the files that hold a table: the merged one, then the parts; rows of later ones replace earlier ones."""
        files = [place / f"{name}.parquet" for place in (self.out, *self.part_folders())]
        return [file for file in files if self._there(file)]

    def _there(self, file: Path) -> bool:
        """Whether a table is there. Raises StoreError where it is not and was: its runs are, or it is in the checksums."""
        if file.exists():
            return True
        runs = file.with_name("runs.parquet")
        known = read_list(file.parent)
        listed = known is not None and file.name in known and None not in known[file.name]
        if listed or (file.stem in self.layout.others and self.layout.count(file.stem) and runs.exists()):
            raise damaged(file, GONE, known)
        return False

    @property
    def unchecked(self) -> bool:
        """Whether the tables are of a version of inkspot that kept no checksums: they cannot be checked."""
        return bool(entries(self.out, "*.parquet")) and not (self.out / LIST).exists()

    def check(self, but: Collection[str] = ()) -> None:
        """Raise StoreError where any file of results is not as it was written; `but`: files that do not matter."""
        for place in (self.out, *self.part_folders()):
            listed = {place / name for name in read_list(place) or {} if name not in but}
            there = {file for file in entries(place, "*.parquet") if file.stem in self.layout.tables}
            for file in sorted(listed | there):
                check_file(file)

    def part_folders(self) -> list[Path]:
        """Return the folders of the parts that are not merged yet."""
        return entries(self.parts, PART)

    def finished(self) -> set[Any]:
        """Return the row keys of stored runs that are done."""
        return self._index("runs").done

    def failures(self) -> dict[Any, tuple[str, str]]:
        """Return error and repeating command of each stored run that failed and was not done since, by row key."""
        failed: dict[Any, tuple[str, str]] = {}
        for table in self.columns((self.layout.row_key, "status", "error", "repeat")):
            keys, states, *words = (column.to_pylist() for column in table.columns)
            failed |= {key: (error, repeat) for key, state, error, repeat in zip(keys, states, *words, strict=True)
                       if state == "failed"}  # fmt: skip
        done = self.finished() if failed else set()
        return {key: words for key, words in failed.items() if key not in done}

    def columns(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of runs, row group by row group; a row that is in a part too comes twice."""
        for file in self.files("runs"):
            with opened(file) as parquet:
                for group in range(parquet.num_row_groups):
                    yield decoded(file, parquet.read_row_group, group, list(names)).replace_schema_metadata()

    def read(self, name: str, keys: Iterable[Any]) -> "pd.DataFrame":
        """Return the rows of a table for the given keys, in their order. Raises StoreError where a run lacks rows."""
        rows = [self.layout.tables[name].empty_table(), *self.rows(name, keys)]
        frame: pd.DataFrame = pa.concat_tables(rows).to_pandas()
        return frame

    def rows(self, name: str, keys: Iterable[Any]) -> Iterator[pa.Table]:
        """Yield the rows of the keys, some thousand at a time: of runs one a key, of other tables as many as were stored.

        Raises StoreError where they are not as many. A set has no order of its own: its rows come as they lie in the
        files, so that each part of a file is read once.
        """
        index, counts = self._index(name), self._counts(name)
        if isinstance(keys, set):
            ordered = index.keys()
            there = [key for key in ordered if key in keys]
            keys = [*there, *keys.difference(there)]
        together: list[Any] = []
        length = 0
        for key in keys:
            rows = index.count(key)
            expected = 1 if name == "runs" else counts.get(key, rows)
            if rows != expected:
                words = f"{name} of run {key} has {rows} rows and {expected} were stored"
                raise StoreError(f"a table in {self.out} is damaged ({words}): add --fresh to replace the results")
            together.append(key)
            length += rows
            if length >= ROWS_TOGETHER:
                yield index.take_all(together)
                together, length = [], 0
        if together:
            yield index.take_all(together)

    def _index(self, name: str) -> RowIndex:
        index = RowIndex(self.layout.tables[name], self.layout.key(name))
        for file in self.files(name):
            index.add(file)
        return index

    def _counts(self, name: str) -> dict[Any, int]:
        """Return how many rows of a table were stored of each run that is done."""
        column, counts = self.layout.count(name), dict[Any, int]()
        if column is not None:
            for table in self.columns([self.layout.table_key, "status", column]):
                done = table.filter(pc.equal(table["status"], "done"))
                counts.update(zip(done[self.layout.table_key].to_pylist(), done[column].to_pylist(), strict=True))
        return counts

    def holds(self, columns: Mapping[str, Any], finished: set[Any], with_map: bool = False) -> bool:
        """Whether a run is stored, and its map where that is wanted. `finished`: as `finished()` returns it."""
        there = columns[self.layout.row_key] in finished
        return there and (not with_map or self.has_map(columns[self.layout.table_key]))

    def has_map(self, key: Hashable) -> bool:
        """Whether the map at the end of a run is stored."""
        return self.map_file(key).exists()

    def map(self, key: Hashable) -> EndMap:
        """Return the map at the end of a run. Raises OSError where it is not stored, StoreError where it is damaged."""
        file = self.map_file(key)
        try:
            with np.load(file) as stored:
                arrays = {name: stored[name] for name in stored.files}
            seal = arrays.pop(SEAL, None)
            if seal is not None and str(seal) != arrays_digest(arrays):
                raise ValueError("its contents are not those that were written")
            names = tuple(arrays["names"].tolist())
            return EndMap(arrays["control"], names, dict(zip(names, arrays["titles"].tolist(), strict=True)))
        except (FileNotFoundError, PermissionError, MemoryError):
            raise
        except Exception as error:  # zip, zlib and NumPy have a kind of error each for every kind of damage
            raise StoreError(
                f"{file} is damaged ({one_line(error)}): delete it, and the same command makes its run again"
            ) from None

    def map_file(self, key: Hashable) -> Path:
        """Return where the map of a run is stored, or would be."""
        return self.maps / f"{key}.npz"
