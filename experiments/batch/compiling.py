"""The model's loops are compiled once, on first use, by all cores together; Numba keeps them on disk.

What to compile is found by running a week uncompiled: each loop is noted with the types that it is called with. The
list is then dealt out to as many processes as there are cores, and each compiles its share into Numba's cache on disk,
from which every later process, workers included, only loads.
"""

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
from numba.core.dispatcher import Dispatcher

from experiments.batch.cores import available_cores
from experiments.batch.loops_cache import heal
from model import kernels
from model.kernels.stale import MARK

MOST_PROCESSES = 8  # beyond, loops that several others use are compiled too often
TELL_EVERY = 10.0  # seconds between two lines of progress
FIRST_ESTIMATE = 0.05  # share of the work after which the time left is estimated from the time taken
WORLD = ("synthetic_plane", "comprehensive")  # small, and the policy uses every lever
WEEK = {"weeks": 1}
PLACE = ("NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS")  # settings that change where code is kept or run, not the code
FINISHED = "compiled one"  # the line that a helping process writes after each loop

type Job = tuple[str, tuple[Any, ...]]  # name in `kernels`, types of its arguments


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
    progress = Progress([[_work(job) for job in share] for share in dealt])
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

    def __init__(self, work: list[list[int]]) -> None:
        self.work, self.finished = work, [0] * len(work)
        self.started = perf_counter()

    def done(self, process: int) -> None:
        """Note that a process has compiled one more loop."""
        self.finished[process] += 1

    def words(self, seconds: float) -> str:
        """Return how much is done after so many seconds and, as soon as that can be measured, how long the rest will take.

        The time left is seconds * (1 - share) / share, the share of all processes' work: the largest loops come first, and a
        process that is in the middle of one would seem to be much further behind.
        """
        total = sum(map(sum, self.work)) or 1
        share = sum(sum(work[:count]) for count, work in zip(self.finished, self.work, strict=True)) / total
        told = f"... {100 * share:.0f}% after {seconds:.0f} s"
        if share < FIRST_ESTIMATE:
            return told
        return f"{told}, about {5 * max(1, round(seconds * (1 - share) / share / 5))} s left"

    @contextmanager
    def told(self, say: Callable[[str], None]) -> Iterator[None]:
        """Say it every ten seconds until the end."""
        over = Event()

        def tell() -> None:
            while not over.wait(TELL_EVERY):
                say(self.words(perf_counter() - self.started))

        teller = Thread(target=tell, daemon=True, name="progress of compiling")
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()


def trace() -> list[Job]:
    """Return each loop that the model calls with the types of its arguments, by running a week uncompiled."""
    # Mesa takes a second, and all is compiled already in nearly every call
    from model.scenario import load_scenario  # as above
    from model.simulation import Simulation  # as above
    from model.state import LAND_TERMS  # as above
    from model.why.losses import of_land, of_provinces  # as above

    scenario, policy = WORLD
    called: dict[Job, None] = {}
    with _uncompiled(called):
        simulation = Simulation(load_scenario(scenario, policy=policy, overrides=WEEK), seed=1)
        simulation.run()
        state = simulation.state
        cells: Any = state.active_cells[0, :1]
        of_land(state, 0, cells, np.zeros(len(LAND_TERMS)))  # otherwise only where land is lost
        of_provinces(state)
    return list(called)


def shares(jobs: list[Job], count: int) -> list[list[Job]]:
    """Deal jobs out to `count` processes, the longest first, each to the one with the least to do."""
    dealt: list[list[Job]] = [[] for _ in range(count)]
    load = [0] * count
    for job in sorted(jobs, key=lambda job: -_work(job)):
        place = load.index(min(load))
        dealt[place].append(job)
        load[place] += _work(job)
    return dealt


def compile_jobs(jobs: list[Job], done: Callable[[], None] = lambda: None) -> None:
    """Compile loops for the given types, or load them where they are on disk; `done` is called after each."""
    for name, types in jobs:
        getattr(kernels, name).compile(types)
        done()


def _work(job: Job) -> int:
    return _length(getattr(kernels, job[0]), set())


def _length(loop: Dispatcher, seen: set[str]) -> int:
    """Bytes of Python code of a loop and of all that it calls: what compiling it takes, roughly."""
    function = loop.py_func
    if function.__qualname__ in seen:
        return 0
    seen.add(function.__qualname__)
    inner = (function.__globals__.get(name) for name in function.__code__.co_names)
    return len(function.__code__.co_code) + sum(_length(one, seen) for one in inner if isinstance(one, Dispatcher))


class _Helper:
    """A process that compiles the share that it is sent."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "experiments.batch.compiling"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reader: Thread | None = None

    def send(self, share: list[Job], done: Callable[[], None]) -> None:
        """Send the share; the process ends when it is done, and `done` is called after each loop."""
        self.reader = Thread(target=self._read, args=(done,), daemon=True, name="reader of a compiling process")
        self.reader.start()
        if self.process.stdin is not None:
            with self.process.stdin as stream:
                pickle.dump(share, stream)

    def _read(self, done: Callable[[], None]) -> None:
        for line in self.process.stdout or ():
            if line.startswith(FINISHED.encode()):
                done()

    def wait(self) -> None:
        """Wait for the end."""
        if self.reader:
            self.reader.join()
        self.process.wait()


@contextmanager
def _uncompiled(called: dict[Job, None]) -> Iterator[None]:
    """Have the model's loops run as plain Python, and note those that it calls from outside in `called`."""
    modules = [module for name, module in sys.modules.items() if name.startswith("model.kernels.")]
    kept = [
        (module, name, loop)
        for module in [*modules, kernels]
        for name, loop in vars(module).items()
        if isinstance(loop, Dispatcher)
    ]
    for module, name, loop in kept:
        setattr(module, name, _noted(name, loop, called) if module is kernels else loop.py_func)
    try:
        yield
    finally:
        for module, name, loop in kept:
            setattr(module, name, loop)


def _noted(name: str, loop: Dispatcher, called: dict[Job, None]) -> Callable[..., Any]:
    def plain(*arguments: Any) -> Any:
        called[name, tuple(numba.typeof(each) for each in arguments)] = None
        return loop.py_func(*(_with_attributes(each) for each in arguments))

    return plain


def _field(row: Any, name: str) -> Any:
    """A field as an attribute, also where every row of NumPy has an attribute of that name."""
    fields = np.void.__getattribute__(row, "dtype").fields or {}
    return row.getfield(*fields[name][:2]) if name in fields else np.record.__getattribute__(row, name)


_ROW: Any = type("_Row", (np.record,), {"__getattribute__": _field})


def _with_attributes(value: Any) -> Any:
    if isinstance(value, tuple):
        members = (_with_attributes(each) for each in value)
        return type(value)(*members) if hasattr(value, "_fields") else tuple(members)
    named = isinstance(value, np.ndarray) and value.dtype.names
    return value.view(np.dtype((_ROW, value.dtype))) if named else value


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
    compile_jobs(pickle.load(sys.stdin.buffer), lambda: print(FINISHED, flush=True))
