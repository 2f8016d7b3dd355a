"""The model's loops are compiled once, on first use, by all cores together; Numba keeps them on disk.

What to compile, and for which types, `loop_types.py` finds. The list is then dealt out to as many processes as there are
cores (`compiling_work.py`), and each compiles its share into Numba's cache on disk, from which every later process, the one
that asked and workers included, only loads. What makes that fast is in `link_only.py`.
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
from multiprocessing import util
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

import numba
import numpy as np
from filelock import FileLock, Timeout
from numba.core import event
from numba.core.dispatcher import Dispatcher

from experiments.batch.compiling_work import Dealing, Progress, efforts, work
from experiments.batch.cores import available_cores
from experiments.batch.link_only import link_only
from experiments.batch.loop_types import Job, loop_named, loops, trace
from experiments.batch.loops_cache import heal
from model import kernels
from model.kernels.stale import MARK

MOST_PROCESSES = 8  # beyond, loops that several others use are compiled too often
PLACE = ("NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS")  # settings that change where code is kept or run, not the code
FINISHED = b"compiled "  # beginning of the line that a helping process writes after each function, with its name
READY = b"ready"  # the line that it writes when it can take a job


@dataclass(frozen=True)
class Compiled:
    """What `ensure_compiled` did: how many loops were compiled by how many processes, and seconds."""

    loops: int
    processes: int
    seconds: float


def ensure_compiled(say: Callable[[str], None] | None = None, bar: bool = False) -> Compiled | None:
    """Compile the model's loops if that has not been done for this code, Numba and machine; None if it has.

    say: takes a line for the screen; by default lines go to the error stream. bar: where that is a terminal, which nobody
    else writes to meanwhile, how far it is moves in one line.
    """
    bar = bar and sys.stderr.isatty()
    heal(say)
    mark, say = _mark(), say or _to_screen
    if mark is None or mark.exists():
        return None
    with _alone(mark, say):  # of several first starts at once, one compiles and the others load
        return None if mark.exists() else _compile_all(mark, say, bar)


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


def _compile_all(mark: Path, say: Callable[[str], None], bar: bool) -> Compiled:
    """Compile the loops on all cores, saying how far that is, and write the mark."""
    started, processes = perf_counter(), min(available_cores(), MOST_PROCESSES)
    where = f"once on this machine, on {processes} cores"
    say(f"Compiling the model's loops, {where}. How long that takes is measured as it goes on ...")
    helpers = [_Helper() for _ in range(processes)]
    jobs = trace()
    dealing, progress = Dealing(jobs, processes), Progress(efforts(jobs))
    with progress.shown() if bar else progress.told(say):
        for place, helper in enumerate(helpers):
            helper.start({name for name, _ in jobs}, partial(dealing.next_for, place), progress.done)
        for helper in helpers:
            helper.wait()
    mark.write_text("the model's loops are compiled for this code, Numba and machine\n")
    seconds = perf_counter() - started
    say(f"... done in {seconds:.0f} s; later runs start at once.")
    return Compiled(len(jobs), processes, seconds)


def compile_jobs(jobs: list[Job], done: Callable[[str], None] = lambda name: None) -> None:
    """Compile loops for the given types, or load them where they are on disk; `done` is told of each function by its name.

    Without Python's collector of cycles, which would take a tenth of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with event.install_listener("numba:compile", _Listener(done)):
            for job in jobs:
                loop_named(job[0]).compile(job[1])
                for name in work([job]):  # what was found on disk was not compiled
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


class _Helper:
    """A process that compiles the jobs that it is sent, one after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(_helping(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.sender: Thread | None = None

    def start(self, called: set[str], take: Callable[[], Job | None], done: Callable[[str], None]) -> None:
        """Have it compile all jobs that `take` gives. called: names of all loops that Python calls.

        `done` is told of each function.
        """
        self.sender = Thread(
            target=self._send, args=(called, take, done), daemon=True, name="sender of loops to compile"
        )
        self.sender.start()

    def _send(self, called: set[str], take: Callable[[], Job | None], done: Callable[[str], None]) -> None:
        assert self.process.stdin
        with suppress(OSError), self.process.stdin as stream:  # if it dies, the first run compiles what is missing
            pickle.dump(called, stream)
            stream.flush()
            for line in self.process.stdout or ():
                if line.startswith(FINISHED):
                    done(line.removeprefix(FINISHED).decode().strip())
                elif line.startswith(READY):
                    job = take()
                    pickle.dump(job, stream)
                    stream.flush()

    def wait(self) -> None:
        """Wait for the end."""
        if self.sender:
            self.sender.join()
        self.process.wait()


def _helping() -> list[str]:
    """Return the command of a helping process, which has the flags of this one and finds the same packages.

    Flags such as -OO change the code that is compiled, and a folder where users stand may hold an `experiments` of theirs.
    """
    flags: list[str] = util._args_from_interpreter_flags()  # type: ignore[attr-defined]  # as new workers get them
    code = f"import sys; sys.path[:] = {sys.path!r}; from experiments.batch.compiling import help_out; help_out()"
    return [sys.executable, *flags, "-c", code]


def help_out() -> None:
    """Compile the jobs that come in until there are no more, telling of each function and when the next may come.

    Where the process that asked was killed, this one ends, too.
    """
    heal()
    try:
        called = pickle.load(sys.stdin.buffer)
        with link_only([loop_named(name) for name in called], loops()):
            while True:
                _tell(READY)
                job: Job | None = pickle.load(sys.stdin.buffer)
                if job is None:
                    return
                compile_jobs([job], lambda name: _tell(FINISHED + name.encode()))
    except (EOFError, BrokenPipeError):
        os._exit(1)  # without a word: what waits to be written cannot be


def _tell(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _mark() -> Path | None:
    """Return the file that says that all is compiled: beside Numba's own files, and named by the key that Numba goes by.

    That is what it knows each loop by (its source, in earlier versions the time of its last change, and its bytecode),
    processor, features and `NUMBA_*` settings. `kernels/stale.py` deletes marks together with Numba's files.
    """
    stats = getattr(kernels.advance_territory, "stats", None)
    if stats is None:  # compiling is switched off
        return None
    what = [numba.__version__, sys.version, np.__version__]
    what += [str(kernels.advance_territory.targetctx.codegen().magic_tuple())]  # as in Numba's index of compiled code
    what += sorted(
        f"{name}={value}" for name, value in os.environ.items() if name.startswith("NUMBA_") and name not in PLACE
    )
    what += sorted({_known_by(loop) for loop in vars(kernels).values() if isinstance(loop, Dispatcher)})
    return Path(stats.cache_path) / f"{MARK}{sha256(repr(what).encode()).hexdigest()[:16]}.txt"


def _known_by(loop: Any) -> str:
    """Return what Numba knows a loop by: its source, and its bytecode, which is another one under `python -O`."""
    return f"{loop._cache._impl.locator.get_source_stamp()!r} {loop.py_func.__code__.co_code.hex()}"


def _to_screen(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
