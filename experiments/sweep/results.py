"""The results of a sweep, read from their folder: all of them, or one column at a time."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.batch.checksums import REPLACED
from experiments.batch.errors import StoreError, UserError
from experiments.batch.manifest import SCHEMA_VERSION
from experiments.batch.reader import Reader
from experiments.batch.row_index import RowIndex, opened
from experiments.batch.tables import AT
from experiments.points.sampling import Floats
from experiments.sweep.store import KIND, read_points
from model.scenario.problems import few, nearest

DESIGN: dict[str, type | tuple[type, ...]] = {
    "title": str, "scenarios": list, "policies": list, "factors": dict, "outcomes": (list, type(None)), "stopping": dict
}  # fmt: skip


class Results:
    """A results folder. Raises StoreError where there are no results of a sweep."""

    def __init__(self, out: str | Path) -> None:
        self.out = Path(out)
        self.reader = Reader(self.out)
        self.manifest = self.reader.manifest()
        if not self.manifest or not self.reader.files("runs"):
            raise StoreError(f"{self.out} holds no results")
        self.reader.check()
        if self.manifest["schema_version"] != SCHEMA_VERSION:
            words = "run the sweep again with --fresh, or read it with the version that wrote it"
            raise StoreError(f"{self.out} holds results of another version of inkspot: {words}")
        if self.manifest.get("kind") != KIND:
            report = self.out / "report.html"
            where = f"open {report}" if report.exists() else "`inkspot results` reads those of `inkspot sweep`"
            raise StoreError(f"{self.out} holds no sweep, but results of another kind: {where}")
        self._check_manifest()

    def _check_manifest(self) -> None:
        """Raise StoreError where the manifest lacks what a sweep's must say."""
        lacking = [key for key in ("design", "digests", "points", "keep") if key not in self.manifest]
        design = self.manifest.get("design", {})
        lacking += [f"design.{key}" for key, kind in DESIGN.items() if not isinstance(design.get(key), kind)]
        if lacking:
            file = self.out / "manifest.json"
            raise StoreError(f"{file} is damaged (nothing of use at {', '.join(lacking)}): {REPLACED}")

    @cached_property
    def _sample(self) -> tuple[list[str], Floats]:
        return read_points(self.out)

    @property
    def factors(self) -> list[str]:
        """Names of the factors, columns of `points`."""
        return self._sample[0]

    @property
    def points(self) -> Floats:
        """The points in the unit cube, (points, factors), in the order in which they were sampled."""
        return self._sample[1]

    @property
    def summary(self) -> dict[str, Any]:
        """What the last call said: runs, failed, made, reused, replicates, seconds_a_run, precision."""
        return dict(self.manifest.get("summary", {}))

    @property
    def seeds(self) -> list[int]:
        """The seeds of the replicates, in order."""
        return list(self.manifest.get("seeds") or range(int(self.summary.get("replicates", 1))))

    def __repr__(self) -> str:
        made = f"{self.summary.get('runs', '?')} runs, {self.summary.get('failed', '?')} failed"
        return f"Results({str(self.out)!r}: {made}; {len(self.points)} points, {len(self.factors)} factors)"

    @property
    def arms(self) -> list[tuple[str, str]]:
        """Scenarios and policies, (scenario, policy)."""
        return [(str(name).partition(" ")[0], str(name).partition(" ")[2]) for name in self.manifest["digests"]]

    def groups(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of runs a row group at a time, so that memory does not grow with their number."""
        files = self.reader.files("runs")
        wanted = None if columns is None else list(columns)
        if len(files) > 1:  # killed: what stands in a part may stand in the table too
            yield from self._row_index(files).groups(wanted)
            return
        with opened(files[0]) as parquet:
            for group in range(parquet.num_row_groups):
                yield parquet.read_row_group(group, columns=wanted)

    @staticmethod
    def _row_index(files: Sequence[Path]) -> RowIndex:
        with opened(files[0]) as parquet:
            index = RowIndex(parquet.schema_arrow, "row")
        for file in files:
            index.add(file)
        return index

    def runs(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a row a run, or only some of its columns."""
        frame: pd.DataFrame = pa.concat_tables(list(self.groups(columns))).to_pandas()
        return frame

    def table(
        self, outcome: str, policy: str | None = None, scenario: str | None = None, against: str | None = None
    ) -> Floats:
        """Return an outcome as (points, replicates), or its difference from the policy `against` on the same seeds.

        `policy` and `scenario` may be left out where there is only one. A value is nan where a run failed or is not there.
        Raises UserError for a name that the results do not have, or where differences would compare unlike spans of time.
        """
        if against is not None:
            self.check_comparable(outcome)
        names = (_one("scenario", scenario, [name for name, _ in self.arms]), _one("policy", policy, self._policies))
        values = self._values(outcome, *names)
        return values if against is None else values - self._values(
            outcome, names[0], _one("policy", against, self._policies)
        )  # fmt: skip

    @property
    def _policies(self) -> list[str]:
        return [name for _, name in self.arms]

    @property
    def stopped(self) -> dict[str, int]:
        """How many runs each condition stopped early, by its words; of none nothing."""
        if not self.manifest["design"].get("stop"):
            return {}
        found: dict[str, int] = {}
        for table in self.groups(["stopped_by"]):
            for words in table["stopped_by"].to_pylist():
                found |= {words: found.get(words, 0) + 1} if words else {}
        return found

    def check_comparable(self, outcome: str) -> None:
        """Raise UserError where some runs stopped early, so that this outcome covers other weeks in them than in others."""
        if not self.stopped or outcome == "weeks_run":
            return
        columns, week = ["status", "weeks_run"], outcome.rpartition(AT)[2] if AT in outcome else ""
        runs = self.runs(columns)
        spans = runs[runs["status"] == "done"]["weeks_run"]
        if spans.nunique() > 1 and not (week.isdigit() and spans.min() >= int(week)):
            raise UserError(
                f"{sum(self.stopped.values())} runs stopped early, so that {outcome} of different runs covers different "
                f"weeks and cannot be compared: compare weeks_run, or an outcome in a week that all runs reached "
                f"(--at {int(spans.min())} or earlier)"
            )

    def _values(self, outcome: str, scenario: str, policy: str) -> Floats:
        columns = ["point", "seed", "scenario", "policy", outcome]
        known = self.reader.files("runs")[0]
        with opened(known) as parquet:
            _one("outcome", outcome, parquet.schema_arrow.names)
        replicates = int(self.summary.get("replicates", 1))
        values = np.full((len(self.points), replicates), np.nan)
        places = {seed: place for place, seed in enumerate(self.seeds[:replicates])}
        for table in self.groups(columns):
            frame = table.to_pandas()
            rows = frame[(frame["scenario"] == scenario) & (frame["policy"] == policy)]
            rows = rows[rows["seed"].isin(places)]
            values[rows["point"].to_numpy(), rows["seed"].map(places).to_numpy()] = rows[outcome].to_numpy(dtype=float)
        return values


def _one(kind: str, name: str | None, names: Sequence[str]) -> str:
    """Return the name that is meant. Raises UserError where there is none of it, or none is given of several."""
    known = list(dict.fromkeys(names))
    if name is None and len(known) == 1:
        return known[0]
    if name in known:
        return name
    if name is None:
        raise UserError(f"say which {kind}: the results have {few(known)}")
    close = nearest(name, known)
    raise UserError(f"the results have no {kind} {name}; " + (f"did you mean {close}?" if close else few(known)))
