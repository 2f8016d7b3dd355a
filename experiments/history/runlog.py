"""Runs of which a few numbers are kept: a line a run, written when it ends, known by the hash of what was run.

    measured.jsonl    {"hash": ..., "seconds": ..., "values": {measure: number or list}} or {"hash": ..., "error": ...}

The hash is that of `Run.run_hash`: scenario as composed, seed and version of the model. A batch that is killed loses only
the runs in flight; half a line at the end is passed over. Tables of sweeps hold neither organisations nor countries, which
the targets need, so that this log stands beside them.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch.errors import StoreError
from experiments.batch.run import Run, attempt
from experiments.batch.workers import Processes, WorkerDied, supervised_chunks
from experiments.sweep.plan import with_parameters

if TYPE_CHECKING:
    from model.record import Result

FILE = "measured.jsonl"
CHUNK = 8  # runs that are sent to a process at a time
Values = dict[str, Any]
Take = Callable[["Result"], Values]  # what is kept of a run; importable, since processes call it
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What came of a run: its values, or the error."""

    values: Values
    error: str = ""
    seconds: float = float("nan")


class RunLog:
    """The measured runs of one folder. Raises OSError where it cannot be written."""

    def __init__(self, out: str | Path, fresh: bool = False) -> None:
        self.out = Path(out)
        self.path = self.out / FILE
        if self.out.exists() and not self.out.is_dir():
            raise StoreError(f"{self.out} is a file: choose another --out")
        self.out.mkdir(parents=True, exist_ok=True)
        if fresh:
            self.path.unlink(missing_ok=True)
        self.known: dict[str, Values] = {}
        self.errors: dict[str, str] = {}
        for line in self._lines():
            if "values" in line:
                self.known.setdefault(line["hash"], {}).update(line["values"])

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                with suppress(ValueError):  # the last line of a batch that was killed
                    line = json.loads(text)
                    if isinstance(line, dict) and "hash" in line:
                        yield line

    def measure(
        self, runs: Sequence[Run], wanted: Iterable[str], take: Take, jobs: int = 1, progress: Progress | None = None
    ) -> list[Values]:
        """Return the values of each run; those of which `wanted` is not known yet are run, on `jobs` processes.

        A run that fails has no values, and its error is in `errors` by its hash.
        """
        names = frozenset(wanted)
        waiting = {run.run_hash: run for run in runs if not names <= self.known.get(run.run_hash, {}).keys()}
        done, report = len(runs) - len(waiting), progress or (lambda done, total: None)
        report(done, len(runs))
        self._mend()
        with self.path.open("a", encoding="utf-8") as file:
            for run, made in _made(list(waiting.values()), take, jobs):
                self._keep(run.run_hash, made)
                line = {"hash": run.run_hash, "seconds": round(made.seconds, 3)}
                line |= {"error": made.error} if made.error else {"values": made.values}
                file.write(json.dumps(line) + "\n")
                file.flush()
                done += 1
                report(done, len(runs))
            os.fsync(file.fileno())
        return [self.known.get(run.run_hash, {}) for run in runs]

    def _keep(self, run_hash: str, made: Made) -> None:
        if made.error:
            self.errors[run_hash] = made.error
        else:
            self.known.setdefault(run_hash, {}).update(made.values)

    def _mend(self) -> None:
        """End a line that a killed batch left half written, so that the next one stands for itself."""
        if self.path.exists() and self.path.stat().st_size:
            with self.path.open("rb+") as file:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")


def _made(runs: Sequence[Run], take: Take, jobs: int) -> Iterator[tuple[Run, Made]]:
    work = partial(run_and_take, take)
    if jobs == 1:
        for run in runs:
            yield run, work(run)
        return
    with closing(supervised_chunks(work, runs, Processes(jobs), lambda: CHUNK)) as answers:
        for run, made in answers:
            yield run, Made({}, str(made)) if isinstance(made, WorkerDied) else made


def run_and_take(take: Take, run: Run) -> Made:
    """Run to the end and take the values; a run that fails is an error in words, never an exception."""
    values, error, seconds = attempt(run, take)
    return Made({}, error, seconds) if values is None else Made(values, "", seconds)


def run_at(base: Run, overrides: Mapping[str, Any], seed: int) -> Run:
    """Return a run of a scenario at other parameters; composed by copying where only parameters and rivals differ."""
    run = Run(base.scenario, base.policy, {**base.overrides, **overrides}, seed)
    composed = with_parameters(base.composed, overrides)
    if composed is not None:
        vars(run)["composed"] = composed
    return run
