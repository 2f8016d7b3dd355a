"""One call of a sweep: which rows are wanted, which are known already, what came of the others, and when it is enough."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from experiments.batch.errors import StoreError, UserError
from experiments.batch.manifest import Manifest
from experiments.batch.outcome import Answer, answer
from experiments.batch.reuse import Earlier, beside
from experiments.batch.run import model_version
from experiments.batch.workers import Engine, WorkerDied, supervised_chunks
from experiments.sweep.plan import Plan, Row
from experiments.sweep.stopping import Precision, next_replicates, outcome_values, precisions
from experiments.sweep.store import SweepStore

CHUNK_SECONDS = 1.0  # of work that is sent to a worker at a time
MOST_AT_ONCE = 256  # runs of a chunk
MEMORY = 0.2  # weight of the newest run in the mean time of a run


@dataclass(frozen=True)
class Done:
    """How far a sweep is. `stored`: rows that are there, of `total`, those of the replicates that are asked for by now.

    `made`, `reused`, `failed`: rows of this call that were run, were known from earlier results, and failed. `seconds`:
    what a run takes on the average, nan where none was made.
    """

    stored: int
    total: int
    made: int
    reused: int
    failed: int
    seconds: float


Progress = Callable[[Done], None]


class Batch:
    """The rows of a plan as they are stored. `known`: how precisely the mean of a stopping rule is known."""

    def __init__(self, plan: Plan, store: SweepStore, reuse: bool, report: Progress) -> None:
        self.plan, self.store, self.report = plan, store, report
        self.replicates = plan.design.replicates
        self.finished = store.done_rows()  # and later on: or tried in this call
        self.stored = 0
        self.made = self.reused = self.failed = 0
        self.seconds = 0.0
        self.known: list[Precision] = []
        self._flying: dict[str, list[Row]] = {}
        self._earlier = Earlier(plan.design.head.keep)
        for folder in [*(beside(store.out, store.manifest()) if reuse else []), store.out]:
            self._earlier.add_folder(folder)

    @property
    def done(self) -> Done:
        """How far this is."""
        total = self.plan.total(self.replicates)
        seconds = self.seconds / self.made if self.made else float("nan")
        return Done(self.stored, total, self.made, self.reused, self.failed, seconds)

    def complete(self, engine: Engine | None, manifest: Manifest) -> None:
        """Run what is wanted and leave whole tables, also when this is stopped. Raises StoreError if the disk is full."""
        try:
            self._run(engine)
        except StoreError:
            raise
        except BaseException:
            with suppress(StoreError):
                self._end(manifest)
            raise
        self._end(manifest)

    def _run(self, engine: Engine | None) -> None:
        design = self.plan.design
        while True:
            self._round(engine)
            if design.stopping.rule == "precision":
                outcome = str(design.stopping.outcome)
                tables = self.store.columns(("row", outcome))
                self.known = precisions(self.plan, outcome_values(self.plan, tables, outcome, self.replicates))
            more = next_replicates(design, self.replicates, self.known)
            if more == self.replicates:
                return
            self.replicates = more

    def _round(self, engine: Engine | None) -> None:
        """Run the rows of the replicates that are asked for by now."""
        wanted = self.finished[: self.plan.total(self.replicates)]
        numbers = np.flatnonzero(~wanted)
        self.stored = len(wanted) - len(numbers)
        self.report(self.done)
        rows = self._unknown(int(number) for number in numbers)
        with closing(self._answers(rows, len(numbers), engine)) as answers:
            for row, made in answers:
                self.made += 1
                self.seconds += made.seconds if made.seconds == made.seconds else 0.0
                for each in self._flying.pop(row.run.run_hash):
                    self._take(each, made)
        with self._disk():
            self.store.flush()

    def _answers(self, rows: Iterable[Row], count: int, engine: Engine | None) -> Generator[tuple[Row, Answer]]:
        work = partial(answer_row, self.store.kept, model_version())
        if engine is None:
            for row in rows:
                yield row, work(row)
            return
        pace = _Pace(engine, count)
        with closing(supervised_chunks(work, rows, engine, pace.size)) as answers:
            for row, made in answers:
                found = Answer(error=str(made)) if isinstance(made, WorkerDied) else made
                pace.saw(found.seconds)
                yield row, found

    def _unknown(self, numbers: Iterable[int]) -> Iterator[Row]:
        """Yield the rows that must be run; those that are known or under way are seen to here."""
        for row in self.plan.rows(numbers):
            run_hash = row.run.run_hash
            known = self.store.waiting.get(run_hash) or self._earlier.answer(run_hash)
            if known is not None:
                self.reused += 1
                self._take(row, known)
            elif run_hash in self._flying:
                self.reused += 1
                self._flying[run_hash].append(row)
            else:
                self._flying[run_hash] = [row]
                yield row

    def _take(self, row: Row, made: Answer) -> None:
        self.finished[row.number] = True
        self.stored += 1
        self.failed += bool(made.error)
        with self._disk():
            written = self.store.add_row(row, made)
        if written:
            self._earlier.add_tables(self.store.newest)
        self.report(self.done)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Turn what the disk refuses into words that say what is there and how to go on."""
        try:
            yield
        except OSError as error:
            stored = int(np.count_nonzero(self.store.done_rows()))
            total = self.plan.total(self.replicates)
            reason = os.strerror(error.errno) if error.errno else str(error)  # Arrow's own words repeat themselves
            raise StoreError(
                f"cannot write results in {self.store.out}: {reason}; {stored} of {total} runs are stored "
                "there and whole: make room, then the same command goes on from there"
            ) from error

    def _end(self, manifest: Manifest) -> None:
        with self._disk():
            self.store.flush()
            self.store.combine()
            earlier = self.store.manifest().get("summary", {})
            self.store.write_manifest(manifest | {"summary": self._summary(earlier)})

    def _summary(self, earlier: dict[str, Any]) -> dict[str, Any]:
        states = [state for table in self.store.columns(("status",)) for state in table["status"].to_pylist()]
        made = earlier.get("made", 0) + self.made
        seconds = earlier.get("made", 0) * (earlier.get("seconds_a_run") or 0.0) + self.seconds
        return {
            "runs": len(states), "failed": states.count("failed"), "replicates": self.replicates, "made": made,
            "reused": earlier.get("reused", 0) + self.reused, "seconds_a_run": seconds / made if made else None,
            "precision": [vars(each) | {"enough": each.enough} for each in self.known],
        }  # fmt: skip


class _Pace:
    """How many runs to send at a time: about a second's worth, fewer towards the end."""

    def __init__(self, engine: Engine, count: int) -> None:
        self.engine, self.left, self.seconds = engine, count, float("inf")

    def saw(self, seconds: float) -> None:
        """Learn how long a run took."""
        if seconds == seconds:
            known = self.seconds != float("inf")
            self.seconds = (1 - MEMORY) * self.seconds + MEMORY * seconds if known else seconds

    def size(self) -> int:
        """Return the number of runs of the next chunk."""
        fair = self.left // (2 * self.engine.width())
        wanted = int(CHUNK_SECONDS / self.seconds) if self.seconds > 0 else MOST_AT_ONCE
        size = max(1, min(wanted, fair, MOST_AT_ONCE))
        self.left -= size
        return size


def answer_row(keep: frozenset[str], version: str, row: Row) -> Answer:
    """Run a row, in a process of its own. Raises UserError where that has another version of the model than `version`."""
    if model_version() != version:
        words = "a worker has another version of inkspot than this process; give all the same, then the same command goes on"
        raise UserError(f"{words} ({model_version()} and {version})")
    return answer(keep, row.run)
