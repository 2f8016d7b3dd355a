"""Processes that stay: a server's visitors share them, so that nobody waits for a process to start and to load the model."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from threading import Lock, Thread
from typing import Any

from experiments.batch.workers import IN_FLIGHT, close_pool, prepare

WEEK = ("synthetic_plane", "comprehensive")  # as in compiling.py: small, and the policy uses every lever


@dataclass
class Warm:
    """An engine of `jobs` processes that are started once and outlive the batches that use them.

    A batch that ends or is cancelled takes its own waiting work along, nothing of others. Where a process dies, the next
    batch that opens the engine has new ones.
    """

    jobs: int
    deaths: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    _pool: Executor | None = None
    _lock: Any = field(default_factory=Lock)

    def start(self) -> Thread:
        """Start the processes in the background, and have them load the model and its compiled loops."""
        thread = Thread(target=self.open, daemon=True, name="inkspot workers")
        thread.start()
        return thread

    def open(self) -> Executor:
        """Return the processes as one batch sees them; they are started where they are not there, or have died."""
        from experiments.batch.compiling import ensure_compiled  # Numba takes half a second

        with self._lock:
            if self._pool is not None:
                try:
                    self._pool.submit(int)
                except BrokenProcessPool:
                    self._pool = None
            if self._pool is None:
                ensure_compiled()
                context = get_context("spawn")
                self._pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=warm_up)
                self._pool.submit(int)  # all are started with the first task
            return _Lent(self._pool)

    def width(self) -> int:
        """Two tasks a process: one at work, one ready."""
        return IN_FLIGHT * self.jobs

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            if self._pool is not None:
                close_pool(self._pool, 0.0)
                self._pool = None


def warm_up() -> None:
    """Make a new process ready, and simulate a week there, so that every compiled loop is loaded before the first run."""
    prepare()
    with suppress(Exception):  # what cannot be run fails each run, with its error
        load = import_module("model.scenario").load_scenario
        scenario, policy = WEEK
        import_module("model.simulation").Simulation(
            load(scenario, policy=policy, overrides={"weeks": 1}), seed=0
        ).run()


class _Lent(Executor):
    """Shared processes as one batch sees them: to shut it down cancels what this batch has waiting there."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._mine: set[Future[Any]] = set()

    def submit[**P, T](self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand work to the shared processes."""
        future = self._pool.submit(work, *args, **kwargs)
        self._mine.add(future)
        future.add_done_callback(self._mine.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what waits if asked for; the processes stay, and nobody waits for them."""
        for future in list(self._mine) if cancel_futures else []:
            future.cancel()
