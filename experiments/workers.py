"""Work on several processes, where a process that dies takes nobody's work with it but its own.

A pool cannot say which task killed a process. All tasks in flight at that moment are suspects: they are done again one
at a time, so that only a task that kills its process twice, the second time alone, is blamed. Few are in flight.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from threading import Thread

IN_FLIGHT = 2  # tasks per process: one at work, one ready
THREADS = ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerDied(Exception):
    """The process that did a task ended before the task did, twice."""


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def supervised[Task, Answer](
    work: Callable[[Task], Answer], tasks: Iterable[Task], jobs: int, pool_of: Callable[[int], Executor] = open_pool
) -> Iterator[tuple[Task, Answer | WorkerDied]]:
    """Yield each task with what `work` made of it, in the order of completion; a deadly task comes with `WorkerDied`.

    `work` must be importable and its errors are raised here; `pool_of` returns anything with `submit` and `shutdown`.
    """
    waiting = iter(tasks)
    pool = pool_of(jobs)
    try:
        while True:
            suspects: list[Task] = []
            yield from _together(pool, work, waiting, IN_FLIGHT * jobs, suspects)
            if not suspects:
                return
            pool = _renewed(pool, pool_of, jobs)
            for task in suspects:
                answer = _alone(pool, work, task)
                if isinstance(answer, WorkerDied):
                    pool = _renewed(pool, pool_of, jobs)
                yield task, answer
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _renewed(pool: Executor, pool_of: Callable[[int], Executor], jobs: int) -> Executor:
    pool.shutdown(wait=True, cancel_futures=True)
    return pool_of(jobs)


def _together[Task, Answer](
    pool: Executor, work: Callable[[Task], Answer], waiting: Iterator[Task], width: int, suspects: list[Task]
) -> Iterator[tuple[Task, Answer]]:
    """Yield answers until nothing waits, or until the pool breaks: then `suspects` holds what was in flight."""
    flying: dict[Future[Answer], Task] = {}
    while True:
        while not suspects and len(flying) < width:
            try:
                task = next(waiting)
            except StopIteration:
                break
            try:
                flying[pool.submit(work, task)] = task
            except BrokenProcessPool:
                suspects.append(task)
        if not flying:
            return
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            task = flying.pop(future)
            try:
                answer = future.result()
            except BrokenProcessPool:
                suspects.append(task)
                continue
            yield task, answer


def _alone[Task, Answer](pool: Executor, work: Callable[[Task], Answer], task: Task) -> Answer | WorkerDied:
    try:
        return pool.submit(work, task).result()
    except BrokenProcessPool:
        return WorkerDied("the process that ran it was killed or crashed, twice")
