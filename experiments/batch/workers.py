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
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from threading import Thread
from typing import Protocol

IN_FLIGHT = 2  # tasks per process: one at work, one ready
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
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=prepare)


def limit_threads() -> None:
    """Have numerical libraries that are not yet imported use one thread, unless the user has set another number."""
    for name in THREADS:
        os.environ.setdefault(name, "1")


def prepare() -> None:
    """Make a new process ready: one thread for numbers, deaf to Ctrl-C (its parent hears it), the model imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_threads()
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):  # what cannot be imported fails each run, with its error
        import_module("model.simulation")
    gc.freeze()  # what is imported stays: collecting the cycles of finished runs then costs next to nothing


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
    work: Callable[[Task], Answer], tasks: Iterable[Task], jobs: Engine | int
) -> Generator[tuple[Task, Answer | WorkerDied]]:
    """Yield each task with what `work` made of it, in the order of completion; a deadly task comes with `WorkerDied`.

    `jobs`: a number of processes, or another engine. `work` must be importable and its errors are raised here.
    """
    place = Processes(jobs) if isinstance(jobs, int) else jobs
    waiting = iter(tasks)
    pool = place.open()
    try:
        while True:
            suspects: list[Task] = []
            yield from _together(place, pool, work, waiting, suspects)
            if not suspects:
                return
            pool = _renewed(place, pool)
            for task in suspects:
                answer = _alone(place, pool, work, task)
                if isinstance(answer, WorkerDied):
                    pool = _renewed(place, pool)
                yield task, answer
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _renewed(place: Engine, pool: Executor) -> Executor:
    pool.shutdown(wait=True, cancel_futures=True)
    return place.open()


def _together[Task, Answer](
    place: Engine, pool: Executor, work: Callable[[Task], Answer], waiting: Iterator[Task], suspects: list[Task]
) -> Iterator[tuple[Task, Answer]]:
    """Yield answers until nothing waits, or until a worker dies: then `suspects` holds what was in flight."""
    flying: dict[Future[Answer], Task] = {}
    while True:
        while not suspects and len(flying) < place.width():
            try:
                task = next(waiting)
            except StopIteration:
                break
            try:
                flying[pool.submit(work, task)] = task
            except place.deaths:
                suspects.append(task)
        if not flying:
            return
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            task = flying.pop(future)
            try:
                answer = future.result()
            except place.deaths:
                suspects.append(task)
                continue
            yield task, answer


def _alone[Task, Answer](
    place: Engine, pool: Executor, work: Callable[[Task], Answer], task: Task
) -> Answer | WorkerDied:
    try:
        return pool.submit(work, task).result()
    except place.deaths:
        return WorkerDied("the process that ran it was killed or crashed, twice")


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
    work: Callable[[Task], Answer], tasks: Iterable[Task], engine: Engine, size: Callable[[], int]
) -> Generator[tuple[Task, Answer | WorkerDied]]:
    """Do as `supervised` does, but send `size()` tasks at a time, since sending costs; blame still falls on single tasks."""
    chunks = _Chunks(tasks, size)
    for chunk, answers in supervised(partial(_each, work), chunks, engine):
        if not isinstance(answers, WorkerDied):
            yield from zip(chunk, answers, strict=True)
        elif len(chunk) == 1:
            yield chunk[0], answers
        else:
            chunks.again += chunk


def _each[Task, Answer](work: Callable[[Task], Answer], tasks: Iterable[Task]) -> list[Answer]:
    return [work(task) for task in tasks]
