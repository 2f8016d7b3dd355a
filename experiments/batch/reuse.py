"""What has been run already, in this results folder and in those beside it: it is not run again.

There is no cache to keep or to clear: earlier results are the cache. A run is known by its hash, which holds the composed
scenario and policy, the seed and the version of the model; folders of another version of the model, of numpy or numba, or
of another kind of machine or processor, are passed over, since bits may differ. Deleting a folder forgets its runs.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa

from experiments.batch.checksums import GONE, damaged, missing
from experiments.batch.errors import StoreError
from experiments.batch.manifest import Manifest, differences, read_manifest
from experiments.batch.outcome import RunData
from experiments.batch.reader import PART
from experiments.batch.row_index import RowIndex, opened
from experiments.batch.tables import BY_WEEK, COUNT, COUNTS, VALUES

FOUND = pa.schema([("run_hash", pa.string()), *COUNTS, *VALUES])


class StoredRuns:
    """The data of stored runs by hash: outcomes, `more` columns, and series and events where these are wanted."""

    def __init__(self, tables: Collection[str], more: Sequence[tuple[str, pa.DataType]] = ()) -> None:
        self._more = [name for name, _ in more]
        self._schema = pa.schema([*FOUND, *(pa.field(*each) for each in more)])
        self._runs = RowIndex(self._schema)
        self._tables = {name: RowIndex(schema) for name, schema in BY_WEEK.items() if name in tables}
        self.folders: list[Path] = []
        self.passed_over: list[str] = []  # why, a sentence each

    def __len__(self) -> int:
        return len(self._runs)

    def add_folder(self, folder: Path) -> None:
        """Take in the tables of a results folder and its parts; a damaged one is passed over."""
        places = [folder, *sorted((folder / "parts").glob(PART))]
        taken = [self.add_tables(place) for place in places]
        if any(taken):
            self.folders.append(folder)

    def add_tables(self, place: Path) -> bool:
        """Take in the tables that lie in a folder; return whether there was anything of use."""
        runs = place / "runs.parquet"
        try:
            gone = missing(place)
            if gone:
                raise damaged(place / gone[0], GONE)
            if not runs.exists() or not all((place / f"{name}.parquet").exists() for name in self._tables):
                return False
            with opened(runs) as parquet:
                if not set(self._schema.names) <= set(parquet.schema_arrow.names):  # of a kind that keeps no outcomes
                    return False
            for name, index in self._tables.items():
                index.add(place / f"{name}.parquet")
            self._runs.add(runs, wanted=("done",))
        except (StoreError, OSError) as error:
            self.passed_over.append(f"Its runs are not used again: {error}")
            return False
        return True

    def data(self, run_hash: str) -> RunData | None:
        """Return the data of the run with this hash, None where it is not known whole."""
        if run_hash not in self._runs:
            return None
        try:
            row = self._runs.take(run_hash)
            values = {name: row[name][0].as_py() for name in (*(name for name, _ in VALUES), *self._more)}
            tables = {name: index.take(run_hash) for name, index in self._tables.items()}
            whole = all(len(table) == row[name + COUNT][0].as_py() for name, table in tables.items())
            return RunData(values, tables) if whole else None
        except (StoreError, OSError):  # deleted or damaged since
            return None


def beside(out: Path, manifest: Manifest) -> tuple[list[Path], list[str]]:
    """Return the results folders beside `out`, and one below those, whose runs may stand for runs of `manifest`.

    Beside them a sentence for each folder that is passed over though it is of the same model.
    """
    around = out.absolute().parent
    found = sorted(path.parent for pattern in ("*/manifest.json", "*/*/manifest.json") for path in around.glob(pattern))
    folders, notes = [], []
    for folder in found:
        if folder != out.absolute():
            try:
                other = read_manifest(folder)
            except StoreError as error:
                notes.append(f"Its runs are not used again: {error}")
                continue
            except OSError:
                continue
            if all(other.get(key) == manifest[key] for key in ("schema_version", "model_version")):
                unlike = differences(other, manifest)
                if unlike:
                    notes.append(f"Runs in {folder} are not used again, since bits may differ: {unlike}.")
                else:
                    folders.append(folder)
    return folders, notes
