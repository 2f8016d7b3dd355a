"""One way to run many runs: here, on processes or on a Dask cluster; with or without a store; always resumable.

    with store.open(manifest, fresh):
        run_all([task_of(run, take) for run in runs], store, jobs)

The results are the same to the bit whatever they run on and in whatever order they finish.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from experiments.batch.dask import dask_engine
from experiments.batch.ends import run_until_stop
from experiments.batch.errors import UserError
from experiments.batch.outcome import Outcome, RunData
from experiments.batch.own_model import same_model
from experiments.batch.reuse import StoredRuns
from experiments.batch.run import Run, error_words, identity, model_version
from experiments.batch.store import Store
from experiments.batch.watchdog import Say, Watchdog
from experiments.batch.workers import Engine, Processes, WorkerDied, supervised_chunks

if TYPE_CHECKING:
    from model.record import Result

CHUNK_SECONDS = 1.0  # of work that is sent to a worker at a time
MOST_AT_ONCE = 256  # runs of a chunk
MEMORY = 0.2  # weight of the newest run in the mean time of a run


@dataclass(frozen=True, eq=False)
class Task[Data]:
    """A run to be made. `take`: an importable function of its result, what is wanted of it.

    `columns`: those of its row of `runs` that say what it is. `with_map`: whether `take` gives the map at the end.
    """

    run: Run
    take: "Callable[[Result], Data]"
    columns: Mapping[str, Any] = field(default_factory=dict)
    with_map: bool = False


def task_of[Data](run: Run, take: "Callable[[Result], Data]", with_map: bool = False) -> Task[Data]:
    """Return a task whose row says scenario, policy, seed and hash of the run."""
    return Task(run, take, identity(run), with_map)


@dataclass(frozen=True)
class Progress:
    """How far a batch is: of `total` runs that are asked for by now, `stored` are there.

    `made`, `reused`, `failed`: runs of this call that were run, were known from earlier results, and failed. `seconds`:
    what a run takes on the average, nan where none was made. `at_most`: the total is a bound, which may come down.
    `notes`: sentences that users should read, in the order in which they came.
    """

    stored: int = 0
    total: int = 0
    made: int = 0
    reused: int = 0
    failed: int = 0
    seconds: float = float("nan")
    at_most: bool = False
    notes: tuple[str, ...] = ()


OnProgress = Callable[[Progress], None]  # is told how far a batch is, after every run


def engine_of(jobs: int, dask: str | None = None) -> AbstractContextManager[Engine | int]:
    """Give what runs are made on: this process (1), `jobs` processes, or the Dask cluster at an address (or "local").

    Raises ValueError where `jobs` is below 1, UserError where there is no such cluster.
    """
    if jobs < 1:
        raise ValueError(f"`jobs` must be 1 or more, got {jobs}")
    return dask_engine(dask, jobs) if dask is not None else nullcontext(jobs)


def run_all(
    tasks: Sequence[Task[RunData]],
    store: Store,
    engine: Engine | int = 1,
    progress: OnProgress | None = None,
    more: int = 0,
) -> Progress:
    """Run the tasks that an open store does not hold yet, and store what came of them; return how far it got.

    `more`: runs of the batch that are known to be stored, beside the tasks. Raises as `Batch.run` does.
    """
    finished = store.finished()
    waiting = [task for task in tasks if not store.holds(task.columns, finished, task.with_map)]
    batch = Batch(store, engine, progress)
    batch.run(waiting, len(waiting), len(tasks) + more)
    return batch.progress


class Batch:
    """Tasks on their way into an open store; `run` may be called several times, when more are wanted.

    `known`: stored runs that need not be made again. Tasks of the same key, of which the first is not done yet, are run
    once.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine | int = 1,
        progress: OnProgress | None = None,
        known: StoredRuns | None = None,
    ) -> None:
        self.store, self.engine, self.known = store, engine, known
        self._tell = progress or (lambda progress: None)
        self.progress = Progress(notes=tuple(store.notes))
        self._seconds = 0.0
        self._flying: dict[Any, list[Task[RunData]]] = {}

    def note(self, words: str) -> None:
        """Have users told something."""
        self.progress = replace(self.progress, notes=(*self.progress.notes, words))

    def say(self, words: str) -> None:
        """Have users told something at once."""
        self.note(words)
        self._tell(self.progress)

    def run(self, tasks: Iterable[Task[RunData]], count: int, total: int) -> None:
        """Run `count` tasks; with them `total` are stored. Raises StoreError where the disk is full.

        Raises UserError where the cluster is lost.
        """
        self.store.guard.total = total
        self.progress = replace(self.progress, stored=total - count, total=total)
        self._tell(self.progress)
        before = self.store.taken
        try:
            with closing(outcomes(self._unknown(tasks), self.engine, count, self.say)) as answers:
                for task, outcome in answers:
                    self._made(task, outcome)
        except CancelledError:
            words = f"lost the Dask cluster; finished runs are stored in {self.store.out}. {self.store.guard.resume}"
            raise UserError(words) from None
        except KeyboardInterrupt:  # it may come when a run was stored and has not been told
            stored = total - count + self.store.taken - before
            if stored != self.progress.stored:
                self.progress = replace(self.progress, stored=stored)
                self._tell(self.progress)
            raise
        self.store.flush()

    def _made(self, task: Task[RunData], outcome: Outcome[RunData]) -> None:
        made = self.progress.made + 1
        self._seconds += outcome.seconds if outcome.seconds == outcome.seconds else 0.0
        self.progress = replace(self.progress, made=made, seconds=self._seconds / made)
        for each in self._flying.pop(self._key(task)):
            self._store(each, outcome)

    def _unknown(self, tasks: Iterable[Task[RunData]]) -> Iterator[Task[RunData]]:
        """Yield the tasks that must be run; those that are known or under way are seen to here."""
        for task in tasks:
            key = self._key(task)
            data = self.store.unwritten.get(key)
            if data is None and self.known is not None:
                data = self.known.data(key)
            if data is not None:
                self.progress = replace(self.progress, reused=self.progress.reused + 1)
                self._store(task, Outcome(task.run, "done", data))
            elif key in self._flying:
                self.progress = replace(self.progress, reused=self.progress.reused + 1)
                self._flying[key].append(task)
            else:
                self._flying[key] = [task]
                yield task

    def _key(self, task: Task[RunData]) -> Any:
        return task.columns[self.store.layout.table_key]

    def _store(self, task: Task[RunData], outcome: Outcome[RunData]) -> None:
        written = self.store.add(task.columns, replace(outcome, run=task.run))
        if written and self.known is not None:
            self.known.add_tables(self.store.newest)
        failed = self.progress.failed + (outcome.status != "done")
        self.progress = replace(self.progress, stored=self.progress.stored + 1, failed=failed)
        self._tell(self.progress)


def outcomes[Data](
    tasks: Iterable[Task[Data]], engine: Engine | int, count: int, say: Say = lambda words: None
) -> Generator[tuple[Task[Data], Outcome[Data]]]:
    """Yield each task with what came of its run, as it finishes: in order where `engine` is 1, this process.

    `engine`: a number of processes, or another engine. `count`: how many tasks there are, for sending them in portions.
    `say` is told of workers that are stopped or hang.

    A script that asks for processes must do so under `if __name__ == "__main__":`, since new processes import it.
    """
    if engine == 1:
        for task in tasks:
            yield task, outcome_of(task)
        return
    place = Processes(engine) if isinstance(engine, int) else engine
    pace, work = _Pace(place, count), partial(_attempt, model_version())
    with closing(supervised_chunks(work, tasks, place, pace.size, Watchdog(say))) as answers:
        for task, answer in answers:
            outcome: Outcome[Data]
            if isinstance(answer, WorkerDied):
                outcome = Outcome(task.run, "killed", None, str(answer))
            else:
                outcome = _outcome(task, *answer)
            pace.saw(outcome.seconds)
            yield task, outcome


def outcome_of[Data](task: Task[Data]) -> Outcome[Data]:
    """Run a task here. A run that fails is an outcome with its error, never an exception (but Ctrl-C passes)."""
    return _outcome(task, *_attempt(model_version(), task))


def _outcome[Data](task: Task[Data], data: Data | None, error: str, seconds: float) -> Outcome[Data]:
    return Outcome(task.run, "failed" if error else "done", data, error, seconds)


def _attempt[Data](version: str, task: Task[Data]) -> tuple[Data | None, str, float]:
    """Run a task; return what it takes of the result, an error in one line, and seconds of the run.

    Raises UserError where this process has another version of the model than `version`, or of the user's own.
    """
    if model_version() != version:
        words = "a worker has another version of inkspot than this process; give all the same version and resume"
        raise UserError(f"{words} ({model_version()} and {version})")
    run = task.run
    model, started = same_model(run.model, run.source), perf_counter()
    try:
        scenario = vars(run).get("composed") or replace(run).composed  # a copy's: tasks outlive their runs
        started = perf_counter()
        simulation = model(scenario, seed=run.seed)
        result = run_until_stop(simulation, run.stop)
        seconds = perf_counter() - started
        del simulation.state, simulation.record  # agents and model refer to each other: free the arrays now
        return task.take(result), "", seconds
    except Exception as error:
        return None, error_words(error), perf_counter() - started


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
