"""Work on several processes, where a process that dies takes nobody's work with it but its own.

A pool cannot say which task killed a process. All tasks in flight at that moment are suspects: they are done again one
at a time, so that only a task that kills its process twice, the second time alone, is blamed. Few are in flight.

What the work is done on is an `Engine`: anything that opens something with `submit` (a pool of processes here, a Dask
cluster in `dask.py`) and knows by which errors it says that a worker died.
"""

import gc
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures import TimeoutError as NoAnswer
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from multiprocessing import resource_tracker
from threading import Thread, Timer
from time import monotonic
from typing import Any, Protocol

from experiments.batch import watchdog
from experiments.batch.watchdog import Watchdog, check_guarded, end_if_unguarded, kill_all, workers_of

IN_FLIGHT = 2  # tasks per process: one at work, one ready
KILLED = "the process that ran it was killed or crashed, twice (out of memory? fewer --jobs need less)"
HUNG = "the process that ran it gave no answer and was killed, twice"
GOING = 10.0  # seconds that processes without work have to end
ENDINGS = ("SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXCPU")  # of terminals, schedulers of clusters, limits
THREADS = ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerDied(Exception):
    """The process that did a task ended before the task did, twice."""


class Engine(Protocol):
    """What tasks are done on."""

    @property
    def deaths(self) -> tuple[type[BaseException], ...]:
        """The errors by which it says that a worker died under a task."""

    def open(self) -> Executor:
        """Return something with `submit` and `shutdown`; called again after a death."""

    def width(self) -> int:
        """Return how many tasks to keep in flight now."""


def open_pool(jobs: int) -> Executor:
    """Return a pool of `jobs` fresh processes (spawn: the same on every system, no inherited locks or threads)."""
    end_if_unguarded()
    _start_tracker()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=prepare)


def _start_tracker() -> None:
    """Start the process that looks after what processes share, deaf as they are: it inherits which signals are blocked.

    Else what a terminal sends to all ends it before the pool, and its successor prints what it does not know.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in ENDINGS])
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def limit_threads() -> None:
    """Have numerical libraries that are not yet imported use one thread, unless the user has set another number."""
    for name in THREADS:
        os.environ.setdefault(name, "1")


def prepare() -> None:
    """Make a new process ready: one thread for numbers, deaf to Ctrl-C (its parent hears it), the model imported."""
    be_deaf()
    limit_threads()
    traceback.print_exc = _print_or_say
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # nothing of what is imported is garbage: looking through it takes a tenth of the imports' time
    with suppress(Exception):  # what cannot be imported fails each run, with its error
        import_module("experiments.batch.loops_cache").heal()
        import_module("model.simulation")
    gc.freeze()  # what is imported stays: collecting the cycles of finished runs then costs next to nothing
    gc.enable()


def be_deaf() -> None:
    """Ignore Ctrl-C and what else the process that started this one hears and sees to; a terminal sends it to all."""
    for name in ("SIGINT", *ENDINGS[:-1]):  # the limit of processor time is this process's own
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _print_or_say(*given: Any, print_exc: Callable[..., None] = traceback.print_exc, **named: Any) -> None:
    """Print the error that ends a process, as `multiprocessing` does; of one without memory its users are told in words."""
    if isinstance(sys.exc_info()[1], MemoryError):
        print("a worker process had no memory left; what it was running is tried again alone", file=sys.stderr)
    else:
        print_exc(*given, **named)


def _end_with_parent() -> None:
    """End this process when its parent is killed: a pool's processes would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@dataclass(frozen=True)
class Processes:
    """An engine of so many processes on this machine."""

    jobs: int
    deaths: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def open(self) -> Executor:
        """Return a pool of fresh processes; what they would each compile is compiled before."""
        from experiments.batch.compiling import ensure_compiled  # Numba takes half a second

        ensure_compiled()
        return open_pool(self.jobs)

    def width(self) -> int:
        """Two tasks a process: one at work, one ready."""
        return IN_FLIGHT * self.jobs


def supervised[Task, Answer](
    work: Callable[[Task], Answer], tasks: Iterable[Task], jobs: Engine | int, dog: Watchdog | None = None
) -> Generator[tuple[Task, Answer | WorkerDied]]:
    """Yield each task with what `work` made of it, in the order of completion; a deadly task comes with `WorkerDied`.

    `jobs`: a number of processes, or another engine. `work` must be importable and its errors are raised here. Where this
    is stopped before its end, the workers are killed: what they run is given up, and nobody waits for it.
    """
    place, dog = Processes(jobs) if isinstance(jobs, int) else jobs, dog or Watchdog()
    waiting = iter(tasks)
    pool, whole = place.open(), False
    try:
        while True:
            suspects: list[Task] = []
            yield from _together(place, pool, work, waiting, suspects, dog)
            if not suspects:
                whole = True
                return
            pool = _renewed(place, pool)
            for task in suspects:
                answer = _alone(place, pool, work, task, dog)
                if isinstance(answer, WorkerDied):
                    pool = _renewed(place, pool)
                yield task, answer
    finally:
        close_pool(pool, GOING if whole else 0.0)


def close_pool(pool: Executor, patience: float) -> None:
    """Shut a pool down, and end those of its processes that are still there after so many seconds.

    A pool waits for its processes, which it asks to end: one that is stopped (SIGSTOP) would not hear that.
    """
    late = Timer(patience, kill_all, [pool])
    late.daemon = True
    try:
        late.start()
    except RuntimeError:  # no memory for a thread
        kill_all(pool)
    try:
        pool.shutdown(wait=True, cancel_futures=True)
    finally:
        late.cancel()


def deaths_of(place: Engine) -> tuple[type[BaseException], ...]:
    """Return the errors by which tasks become suspects: also of a worker that had no memory left to say what it found."""
    return (*place.deaths, MemoryError)


def _renewed(place: Engine, pool: Executor) -> Executor:
    close_pool(pool, 0.0)
    return place.open()


def _together[Task, Answer](
    place: Engine,
    pool: Executor,
    work: Callable[[Task], Answer],
    waiting: Iterator[Task],
    suspects: list[Task],
    dog: Watchdog,
) -> Iterator[tuple[Task, Answer]]:
    """Yield answers until nothing waits, or until a worker dies: then `suspects` holds what was in flight."""
    flying: dict[Future[Answer], Task] = {}
    since: dict[Future[Answer], float] = {}
    workers = workers_of(pool)
    while True:
        while not suspects and len(flying) < place.width():
            try:
                task = next(waiting)
            except StopIteration:
                break
            try:
                future = pool.submit(work, task)
                flying[future], since[future] = task, monotonic()
                workers = workers_of(pool) or workers
            except place.deaths:
                suspects.append(task)
        if not flying:
            if suspects:
                check_guarded(workers)
            return
        done = wait(flying, timeout=watchdog.LOOK_EVERY, return_when=FIRST_COMPLETED).done
        since = dict(zip(since, dog.look(pool, list(since.values())), strict=True))
        for future in done:
            task = flying.pop(future)
            dog.saw(monotonic() - since.pop(future))
            try:
                answer = future.result()
            except deaths_of(place):
                suspects.append(task)
                continue
            yield task, answer


def _alone[Task, Answer](
    place: Engine, pool: Executor, work: Callable[[Task], Answer], task: Task, dog: Watchdog
) -> Answer | WorkerDied:
    since, words = [monotonic()], KILLED
    try:
        future = pool.submit(work, task)
        while True:
            try:
                return future.result(timeout=watchdog.LOOK_EVERY)
            except NoAnswer:
                before, since = dog.kills, dog.look(pool, since)
                words = HUNG if dog.kills > before else words
    except deaths_of(place):
        return WorkerDied(words)


class _Chunks[Task]:
    """Tasks in lists of a size that may change; tasks of a blamed list come again one by one."""

    def __init__(self, tasks: Iterable[Task], size: Callable[[], int]) -> None:
        self._tasks, self._size = iter(tasks), size
        self.again: list[Task] = []

    def __iter__(self) -> "_Chunks[Task]":
        return self

    def __next__(self) -> list[Task]:
        if self.again:
            return [self.again.pop(0)]
        chunk = list(islice(self._tasks, max(1, self._size())))
        if not chunk:
            raise StopIteration
        return chunk


def supervised_chunks[Task, Answer](
    work: Callable[[Task], Answer],
    tasks: Iterable[Task],
    engine: Engine,
    size: Callable[[], int],
    dog: Watchdog | None = None,
) -> Generator[tuple[Task, Answer | WorkerDied]]:
    """Do as `supervised` does, but send `size()` tasks at a time, since sending costs; blame still falls on single tasks."""
    chunks = _Chunks(tasks, size)
    for chunk, answers in supervised(partial(_each, work), chunks, engine, dog):
        if not isinstance(answers, WorkerDied):
            yield from zip(chunk, answers, strict=True)
        elif len(chunk) == 1:
            yield chunk[0], answers
        else:
            chunks.again += chunk


def _each[Task, Answer](work: Callable[[Task], Answer], tasks: Iterable[Task]) -> list[Answer]:
    return [work(task) for task in tasks]
