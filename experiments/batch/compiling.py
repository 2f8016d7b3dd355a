"""The model's loops are compiled once, on first use, by all cores together; Numba keeps them on disk.

What to compile, and for which types, `loop_types.py` finds. The list is then dealt out to as many processes as there are
cores, and each compiles its share into Numba's cache on disk, from which every later process, workers included, only loads.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import numba
import numpy as np
from filelock import FileLock, Timeout
from numba.core import event
from numba.core.dispatcher import Dispatcher

from experiments.batch.cores import available_cores
from experiments.batch.loop_types import Job, trace
from experiments.batch.loops_cache import heal
from model import kernels
from model.kernels.stale import MARK

MOST_PROCESSES = 8  # beyond, loops that several others use are compiled too often
TELL_EVERY = 5.0  # seconds between two lines of progress
FIRST_ESTIMATE = 0.05  # share of the work after which the time left is estimated from the time taken
PLACE = ("NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS")  # settings that change where code is kept or run, not the code
FINISHED = "compiled "  # beginning of the line that a helping process writes after each function, with its name


@dataclass(frozen=True)
class Compiled:
    """What `ensure_compiled` did: how many loops were compiled by how many processes, and seconds."""

    loops: int
    processes: int
    seconds: float


def ensure_compiled(say: Callable[[str], None] | None = None) -> Compiled | None:
    """Compile the model's loops if that has not been done for this code, Numba and machine; None if it has.

    say: takes a line for the screen; by default lines go to the error stream.
    """
    heal(say)
    mark, say = _mark(), say or _to_screen
    if mark is None or mark.exists():
        return None
    with _alone(mark, say):  # of several first starts at once, one compiles and the others load
        return None if mark.exists() else _compile_all(mark, say)


@contextmanager
def _alone(mark: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock beside a mark, which is let go of when its process ends; say what is waited for."""
    lock = FileLock(mark.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("Another process is compiling the model's loops; waiting for it ...")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _compile_all(mark: Path, say: Callable[[str], None]) -> Compiled:
    """Compile the loops on all cores, saying how far that is, and write the mark."""
    started, processes = perf_counter(), min(available_cores(), MOST_PROCESSES)
    where = f"once on this machine, on {processes} cores"
    say(f"Compiling the model's loops, {where}. How long that takes is measured as it goes on ...")
    helpers = [_Helper() for _ in range(processes - 1)]
    jobs = trace()
    dealt = shares(jobs, processes)
    progress = Progress([_work(share) for share in dealt])
    with progress.told(say):
        for place, (helper, share) in enumerate(zip(helpers, dealt[1:], strict=True), start=1):
            with suppress(OSError):  # a helper that died leaves its share to the first run
                helper.send(share, partial(progress.done, place))
        compile_jobs(dealt[0], partial(progress.done, 0))
        for helper in helpers:
            helper.wait()
    mark.write_text("the model's loops are compiled for this code, Numba and machine\n")
    seconds = perf_counter() - started
    say(f"... done in {seconds:.0f} s; later runs start at once.")
    return Compiled(len(jobs), processes, seconds)


class Progress:
    """How much of each process's work is done, and how long the rest will take at the pace so far."""

    def __init__(self, work: list[dict[str, int]]) -> None:
        self.work, self.finished = work, [0] * len(work)  # bytes of each function, by its name; bytes of those done
        self.waiting = [dict(one) for one in work]

    def done(self, process: int, function: str) -> None:
        """Note that a process has compiled a function, or found it on disk."""
        self.finished[process] += self.waiting[process].pop(function, 0)

    def words(self, seconds: float) -> str:
        """Return how much is done after so many seconds and, as soon as that can be measured, how long the rest will take.

        The time left is seconds * (1 - share) / share, the share of all processes' work in bytes of Python code.
        """
        share = sum(self.finished) / (sum(sum(work.values()) for work in self.work) or 1)
        told = f"... {100 * share:.0f}% after {seconds:.0f} s"
        if share < FIRST_ESTIMATE:
            return told
        return f"{told}, about {5 * max(1, round(seconds * (1 - share) / share / 5))} s left"

    @contextmanager
    def told(self, say: Callable[[str], None]) -> Iterator[None]:
        """Say it every few seconds until the end."""
        over, started = Event(), perf_counter()

        def tell() -> None:
            while not over.wait(TELL_EVERY):
                say(self.words(perf_counter() - started))

        teller = Thread(target=tell, daemon=True, name="progress of compiling")
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()


def shares(jobs: list[Job], count: int) -> list[list[Job]]:
    """Deal jobs out to `count` processes, the longest first.

    A function that several jobs of a process call is compiled once there, so that such jobs come together: each goes where
    the longest share, and the mean of all, stay the shortest.
    """
    dealt: list[list[Job]] = [[] for _ in range(count)]
    known: list[dict[str, int]] = [{} for _ in range(count)]
    load = [0] * count
    for job in sorted(jobs, key=lambda job: -sum(_work([job]).values())):
        added = [sum((each | _work([job])).values()) - before for each, before in zip(known, load, strict=True)]
        then = [max(*load, load[place] + more) + (sum(load) + more) / count for place, more in enumerate(added)]
        place = then.index(min(then))
        dealt[place].append(job)
        known[place] |= _work([job])
        load[place] += added[place]
    return dealt


def compile_jobs(jobs: list[Job], done: Callable[[str], None] = lambda name: None) -> None:
    """Compile loops for the given types, or load them where they are on disk; `done` is told of each function by its name.

    Without Python's collector of cycles, which would take a tenth of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with event.install_listener("numba:compile", _Listener(done)):
            for job in jobs:
                getattr(kernels, job[0]).compile(job[1])
                for name in _work([job]):  # what was found on disk was not compiled
                    done(name)
    finally:
        if collecting:
            gc.enable()


class _Listener(event.Listener):  # type: ignore[misc]  # Numba ships no types
    """Tells of each function that Numba has compiled."""

    def __init__(self, done: Callable[[str], None]) -> None:
        self.done = done

    def on_start(self, event: event.Event) -> None:
        """Nothing is done yet."""

    def on_end(self, event: event.Event) -> None:
        """Tell of the function."""
        self.done(event.data["dispatcher"].py_func.__qualname__)


def _work(jobs: list[Job]) -> dict[str, int]:
    """Bytes of Python code of each function that jobs need: what compiling them takes, roughly."""
    found: dict[str, int] = {}
    for name, _ in jobs:
        _find(getattr(kernels, name), found)
    return found


def _find(loop: Dispatcher, found: dict[str, int]) -> None:
    function = loop.py_func
    if function.__qualname__ not in found:
        found[function.__qualname__] = len(function.__code__.co_code)
        for inner in map(function.__globals__.get, function.__code__.co_names):
            if isinstance(inner, Dispatcher):
                _find(inner, found)


class _Helper:
    """A process that compiles the share that it is sent."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "experiments.batch.compiling"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reader: Thread | None = None

    def send(self, share: list[Job], done: Callable[[str], None]) -> None:
        """Send the share; the process ends when it is done, and `done` is told of each function."""
        self.reader = Thread(target=self._read, args=(done,), daemon=True, name="reader of a compiling process")
        self.reader.start()
        if self.process.stdin is not None:
            with self.process.stdin as stream:
                pickle.dump(share, stream)

    def _read(self, done: Callable[[str], None]) -> None:
        for line in self.process.stdout or ():
            if line.startswith(FINISHED.encode()):
                done(line.decode().removeprefix(FINISHED).strip())

    def wait(self) -> None:
        """Wait for the end."""
        if self.reader:
            self.reader.join()
        self.process.wait()


def _mark() -> Path | None:
    """Return the file that says that all is compiled: beside Numba's own files, and named by the key that Numba goes by.

    That is what it knows each source by (the content; in earlier versions the time of its last change), processor, features
    and `NUMBA_*` settings. `kernels/stale.py` deletes marks together with Numba's files.
    """
    stats = getattr(kernels.advance_territory, "stats", None)
    if stats is None:  # compiling is switched off
        return None
    what = [numba.__version__, sys.version, np.__version__]
    what += [str(kernels.advance_territory.targetctx.codegen().magic_tuple())]  # as in Numba's index of compiled code
    what += sorted(
        f"{name}={value}" for name, value in os.environ.items() if name.startswith("NUMBA_") and name not in PLACE
    )
    what += sorted({_stamp(loop) for loop in vars(kernels).values() if isinstance(loop, Dispatcher)})
    return Path(stats.cache_path) / f"{MARK}{sha256(repr(what).encode()).hexdigest()[:16]}.txt"


def _stamp(loop: Any) -> str:
    """Return what Numba knows the source of a loop by."""
    return repr(loop._cache._impl.locator.get_source_stamp())


def _to_screen(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    heal()
    compile_jobs(pickle.load(sys.stdin.buffer), lambda name: print(FINISHED + name, flush=True))
