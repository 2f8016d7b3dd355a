"""Worker processes that give no answer: stopped, hung, or started by a script that forgot its guard.

A stopped process (SIGSTOP) is seen by its state; a hung one by a task that takes far longer than any before. Both are
killed, so that what they were doing becomes a suspect as after any death.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from experiments.batch.errors import UserError

LOOK_EVERY = 1.0  # seconds between two looks at the workers
STOPPED = 20.0  # seconds that a worker may be stopped
HALF = 2.0  # seconds after which a reader whose writers are dead is taken to wait for the other half of a message
FIRST, LEAST, TIMES = (
    1800.0,
    120.0,
    30.0,
)  # a task may take: at first; at least; as a multiple of the longest one so far
ASLEEP = 5.0  # seconds of a look after which all of us were asleep, as after Ctrl-Z: clocks start anew
ENDING = 5.0  # seconds that a process which has closed its pipes may take to end
UNGUARDED = 78  # exit code of a new process that imports a script without a guard
GUARD = (
    'a script that asks for more than one process must do so under `if __name__ == "__main__":`, since new processes '
    "import it"
)

type Say = Callable[[str], None]


@dataclass
class Watchdog:
    """Looks after the workers of a batch; `say` is told what it finds."""

    say: Say = field(default=lambda words: None)
    longest: float = 0.0
    kills: int = 0
    _looked: float = field(default_factory=monotonic)
    _stopped: dict[int, float] = field(default_factory=dict)

    def saw(self, seconds: float) -> None:
        """Learn how long a task was under way."""
        self.longest = max(self.longest, seconds)

    @property
    def deadline(self) -> float:
        """Seconds that a task may be under way."""
        return max(LEAST, TIMES * self.longest) if self.longest else FIRST

    def look(self, pool: Executor, since: list[float]) -> list[float]:
        """Kill the workers of a pool where one is stopped or a task of those that are under way `since` then hangs.

        Return since when tasks are under way: from now on where this process itself was asleep.
        """
        now, workers = monotonic(), workers_of(pool)
        asleep, self._looked = now - self._looked > LOOK_EVERY + ASLEEP, now
        if asleep or not workers:
            self._stopped.clear()
            return [now] * len(since)
        stopped = {worker.pid for worker in workers if worker.pid and is_stopped(worker.pid)}
        self._stopped = {pid: self._stopped.get(pid, now) for pid in stopped}
        for pid, first in self._stopped.items():
            if first == now:
                self.say(f"Worker process {pid} is stopped: it is killed in {STOPPED:.0f} s if it does not go on.")
        late = [first for first in self._stopped.values() if now - first > STOPPED]
        if late:
            self.say("A stopped worker process was killed; what it was running is tried again alone.")
            self._kill(pool)
            return [now] * len(since)
        if since and now - min(since) > self.deadline:
            self.say(
                f"A run gave no answer for {self.deadline:.0f} s: the workers were killed, and what they ran is tried again."
            )
            self._kill(pool)
            return [now] * len(since)
        return since

    def _kill(self, pool: Executor) -> None:
        self.kills += 1
        kill_all(pool)


def workers_of(pool: Executor) -> list[BaseProcess]:
    """Return the processes of a pool of our own, none of other engines, which look after theirs."""
    processes: dict[int, Any] = getattr(pool, "_processes", None) or {}  # public only as kill_workers of Python 3.14
    return list(processes.values())


def kill(workers: list[BaseProcess]) -> None:
    """End processes at once, also stopped ones."""
    for worker in workers:
        with suppress(OSError, ValueError):
            worker.kill()


def kill_all(pool: Executor) -> None:
    """End the processes of a pool at once, and the thread that reads their answers where that would wait on.

    One that is killed in the middle of a message leaves half of it: while anybody could still write, its reader waits. So
    our own end of their pipe is closed, unless the reader has ended: then the pool closes both ends itself.
    """
    kill(workers_of(pool))
    reader: Thread | None = getattr(pool, "_executor_manager_thread", None)  # the standard library has no call for it
    if reader is not None:
        reader.join(HALF)
        if reader.is_alive():
            pool._result_queue._writer.close()  # type: ignore[attr-defined]  # as above


def is_stopped(pid: int) -> bool:
    """Whether a process is stopped by a signal, where the system says so."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[:1] == ["T"]


def end_if_unguarded() -> None:
    """End this process where it is a new worker that is importing a script which starts a batch when imported."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(UNGUARDED)


def check_guarded(workers: list[BaseProcess]) -> None:
    """Raise UserError where workers ended as `end_if_unguarded` ends them."""
    if any(_exit_code(worker) == UNGUARDED for worker in workers):
        raise UserError(GUARD)


def _exit_code(worker: BaseProcess) -> int | None:
    """Return how a process ended, None where it still runs after a while.

    The pool's own thread waits for it, too: where that was told of the end and has not written it down yet, a process
    that has ended still gives None (118 of 500 that were tried under load).
    """
    until = monotonic() + ENDING
    worker.join(timeout=ENDING)
    while worker.exitcode is None and monotonic() < until:
        sleep(0.01)
    return worker.exitcode
