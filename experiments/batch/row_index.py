"""One table that is spread over many Parquet files: rows are found by their key, and never all held at once."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.checksums import admit, check_file, read_list
from experiments.batch.errors import StoreError, one_line
from experiments.batch.whole_files import written_whole

HELD_BYTES = 256 * 2**20  # of row groups that are kept decoded, so that neighbours are not read twice
BYTES_A_COLUMN = 1024  # of a table, whatever is in it
FRESH = "add --fresh to replace the results"
GROUP_CELLS = 500_000  # values of a row group that is written: some megabytes, whatever the number of columns


class Place(NamedTuple):
    """Where rows of a key stand together: file, row group, first row and the one after the last."""

    file: int
    group: int
    start: int
    stop: int


class RowIndex:
    """Where the rows of several files of one schema are, by the value of a column.

    A key has a list of places, since row groups end after so many rows, wherever a run may end. A key that is met again in
    a later file is found there only, but one whose run is done never gives way to one that failed.
    """

    def __init__(self, schema: pa.Schema, key: str = "run_hash") -> None:
        self.schema, self.key = schema, key
        self.files: list[Path] = []
        self._places: dict[Hashable, list[Place]] = {}
        self._done: set[Hashable] = set()
        self._held: OrderedDict[tuple[int, int], pa.Table] = OrderedDict()
        self._bytes = 0  # of what is held: adding up thousands of small tables for each row took minutes

    def add(self, file: Path, wanted: Sequence[str] = ("done", "failed")) -> None:
        """Take a file in; of one with a column `status` the rows whose status is wanted. Raises StoreError if damaged."""
        number = len(self.files)
        self.files.append(file)
        with opened(file) as parquet:
            columns = [name for name in (self.key, "status") if name in parquet.schema_arrow.names]
            found: dict[Hashable, list[Place]] = {}
            for group in range(parquet.num_row_groups):
                table = decoded(file, parquet.read_row_group, group, columns)
                for key, status, place in self._spans(number, group, table):
                    if status not in wanted or (status == "failed" and key in self._done):
                        continue
                    found.setdefault(key, []).append(place)
                    if status == "done":
                        self._done.add(key)
        self._places |= found

    def _spans(self, number: int, group: int, table: pa.Table) -> Iterator[tuple[Hashable, str, Place]]:
        """Yield the stretches of equal keys in a row group: key, status of the first row, place."""
        keys = table[self.key].to_pylist()
        states = table["status"].to_pylist() if "status" in table.column_names else ["done"] * len(keys)
        start = 0
        for position in range(1, len(keys) + 1):
            if position == len(keys) or keys[position] != keys[start]:
                yield keys[start], states[start], Place(number, group, start, position)
                start = position

    def __contains__(self, key: Hashable) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def keys(self) -> Iterable[Any]:
        """The keys that there are."""
        return self._places.keys()

    @property
    def done(self) -> set[Hashable]:
        """The keys of rows that did not fail."""
        return self._done

    def count(self, key: Hashable) -> int:
        """Return how many rows a key has."""
        return sum(each.stop - each.start for each in self._places.get(key, ()))

    def take(self, key: Hashable) -> pa.Table:
        """Return the rows of a key, none where it is not there. Raises StoreError where the file is damaged."""
        return self.take_all([key])

    def take_all(self, keys: Iterable[Hashable]) -> pa.Table:
        """Return the rows of keys one after another. Raises StoreError where a file is damaged.

        They are copies: a slice would keep its whole row group in memory, and thousands of them each a group of its own.
        Rows of a group are taken together: a table of one row takes 100 KB, and a millisecond to make.
        """
        spans: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        length = 0
        for each in chain.from_iterable(self._places.get(key, ()) for key in keys):
            spans.setdefault((each.file, each.group), []).append((each.start, each.stop, length))
            length += each.stop - each.start
        tables, order = [self.schema.empty_table()], np.empty(length, dtype=np.int64)
        done = 0
        for group, found in spans.items():
            rows = np.concatenate([np.arange(start, stop) for start, stop, _ in found])
            places = np.concatenate([np.arange(to, to + stop - start) for start, stop, to in found])
            tables.append(self._group(*group).take(pa.array(rows)))
            order[places] = np.arange(done, done + len(rows))
            done += len(rows)
        taken = pa.concat_tables(tables)
        return taken if len(spans) < 2 or (order == np.arange(length)).all() else taken.take(pa.array(order))

    def groups(self, columns: Sequence[str] | None) -> Iterator[pa.Table]:
        """Yield some columns of the rows that count, those that no later file replaces, a row group at a time."""
        spans: dict[tuple[int, int], list[Place]] = {}
        for place in chain.from_iterable(self._places.values()):
            spans.setdefault((place.file, place.group), []).append(place)
        for (number, group), places in sorted(spans.items()):
            with opened(self.files[number]) as parquet:
                table = decoded(self.files[number], parquet.read_row_group, group, columns)
            counts = np.zeros(len(table), dtype=bool)
            for place in places:
                counts[place.start : place.stop] = True
            yield table.filter(pa.array(counts))

    def _group(self, number: int, group: int) -> pa.Table:
        held = self._held.get((number, group))
        if held is not None:
            self._held.move_to_end((number, group))
            return held
        with opened(self.files[number]) as parquet:
            table = decoded(self.files[number], parquet.read_row_group, group, self.schema.names)
        held = self._held[number, group] = decoded(self.files[number], self._typed, table)
        self._bytes += _size(held)
        while len(self._held) > 1 and self._bytes > HELD_BYTES:
            self._bytes -= _size(self._held.popitem(last=False)[1])
        return held

    def _typed(self, table: pa.Table) -> pa.Table:
        return table.select(self.schema.names).cast(self.schema)


def _size(table: pa.Table) -> int:
    """Return about what a table takes in memory: of a few rows each column takes more than what is in it."""
    return int(table.nbytes + BYTES_A_COLUMN * table.num_columns)


def opened(file: Path) -> pq.ParquetFile:
    """Open a Parquet file. Raises StoreError where it is damaged, or not the one that was written."""
    check_file(file)
    return decoded(file, pq.ParquetFile, file.absolute())  # Arrow takes a:b for an address, but not /a:b


def decoded(file: Path, read: Any, *arguments: Any) -> Any:
    """Return what `read` makes of the arguments. Raises StoreError, naming `file`, where that cannot be."""
    try:
        return read(*arguments)
    except MemoryError:  # of which Arrow has a kind of its own
        raise
    except OSError as error:
        if error.errno:
            raise
        raise _not_decoded(file, error) from None
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise _not_decoded(file, error) from None


def _not_decoded(file: Path, error: Exception) -> StoreError:
    """Return the error of a file that cannot be decoded: damage, but where it was compared with what was written.

    Whoever lacks memory must not be told to replace results that are whole.
    """
    if file.name in (read_list(file.parent) or {}):
        words = f"{file} is as it was written, and cannot be read ({one_line(error)})"
        return StoreError(f"{words}: free memory or processes, or ask for fewer --jobs; if that does not help, {FRESH}")
    return StoreError(f"a table in {file.parent} is damaged ({file.name}: {one_line(error)}): {FRESH}")


def write_table(path: Path, schema: pa.Schema, tables: Iterable[pa.Table], listed: bool = False) -> None:
    """Write tables one after another as one file, whole or not at all, in row groups that depend on the rows only.

    `listed`: in the folder's checksums. Raises OSError where the disk is full.
    """
    rows = max(1, GROUP_CELLS // len(schema))
    ready = admit if listed else None
    with (
        written_whole(path, ready) as unfinished,
        pq.ParquetWriter(unfinished.absolute(), schema, compression="zstd") as writer,
    ):
        for group in _groups(schema, tables, rows):
            writer.write_table(group, row_group_size=rows)


def _groups(schema: pa.Schema, tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the same rows in tables of `rows` rows, the last one shorter."""
    waiting: list[pa.Table] = []
    count = 0
    for table in tables:
        waiting.append(table)
        count += len(table)
        while count >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows).combine_chunks()
            waiting, count = [whole.slice(rows)], count - rows
    if count:
        yield pa.concat_tables([schema.empty_table(), *waiting]).combine_chunks()
