"""How the work of compiling the model's loops is divided among processes, and how much of it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import perf_counter

from numba.core.dispatcher import Dispatcher
from rich import progress as bars
from rich.console import Console
from rich.progress import BarColumn, TextColumn

from experiments.batch.loop_types import Job, loop_named

TELL_EVERY = 5.0  # seconds between two lines of progress
MOVE_EVERY = 0.5  # seconds between two moves of a bar
LOOP = 500  # bytes of code that take as long as what each loop takes beside its code: its machine code and its file
FIRST_ESTIMATE = 0.05  # share of the work after which the time left is estimated from the time taken


def work(jobs: list[Job]) -> dict[str, int]:
    """Bytes of Python code of each function that jobs need: what compiling them takes, roughly."""
    found: dict[str, int] = {}
    for name, _ in jobs:
        _find(loop_named(name), found)
    return found


def efforts(jobs: list[Job]) -> dict[str, int]:
    """What compiling each function takes, in bytes of Python code: as `work`, and a constant for each loop of the jobs.

    Without that constant the time left was a third of what it took in the end, since the small loops come last.
    """
    called = {name for name, _ in jobs}
    return {name: size + LOOP * (name in called) for name, size in work(jobs).items()}


def _find(loop: Dispatcher, found: dict[str, int]) -> None:
    function = loop.py_func
    if function.__qualname__ not in found:
        found[function.__qualname__] = len(function.__code__.co_code)
        for inner in map(function.__globals__.get, function.__code__.co_names):
            if isinstance(inner, Dispatcher):
                _find(inner, found)


def shares(jobs: list[Job], count: int) -> list[list[Job]]:
    """Deal jobs out to `count` processes, the longest first.

    A function that several jobs of a process call is compiled once there, so that such jobs come together: each goes where
    the longest share, and the mean of all, stay the shortest.
    """
    dealt: list[list[Job]] = [[] for _ in range(count)]
    known: list[dict[str, int]] = [{} for _ in range(count)]
    load = [0] * count
    for job in sorted(jobs, key=lambda job: -sum(work([job]).values())):
        added = [sum((each | work([job])).values()) - before for each, before in zip(known, load, strict=True)]
        then = [max(*load, load[place] + more) + (sum(load) + more) / count for place, more in enumerate(added)]
        place = then.index(min(then))
        dealt[place].append(job)
        known[place] |= work([job])
        load[place] += added[place]
    return dealt


class Dealing:
    """Hands jobs to processes one by one: to each those of its share, then the last of the longest share that is left."""

    def __init__(self, jobs: list[Job], count: int) -> None:
        self.left, self.lock = shares(jobs, count), Lock()

    def next_for(self, process: int) -> Job | None:
        """Return the next job, None if all are handed out."""
        with self.lock:
            if self.left[process]:
                return self.left[process].pop(0)
            longest = max(self.left, key=lambda share: sum(work(share).values()))
            return longest.pop() if longest else None


class Progress:
    """How much of the work is done, and how long the rest will take at the pace so far."""

    def __init__(self, functions: dict[str, int]) -> None:
        self.total, self.waiting = sum(functions.values()), dict(functions)  # effort for each function, by its name

    def done(self, function: str) -> None:
        """Note that a process has compiled a function, or found it on disk."""
        self.waiting.pop(function, None)

    def share(self) -> float:
        """Return the share of the work that is done."""
        return 1.0 - sum(dict(self.waiting).values()) / (self.total or 1)

    def words(self, seconds: float) -> str:
        """Return how much is done after so many seconds and, as soon as that can be measured, how long the rest will take.

        The time left is seconds * (1 - share) / share.
        """
        share = self.share()
        told = f"... {100 * share:.0f}% after {seconds:.0f} s"
        if share < FIRST_ESTIMATE:
            return told
        return f"{told}, about {5 * max(1, round(seconds * (1 - share) / share / 5))} s left"

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show a bar with it on the error stream, which is a terminal, until the end."""
        columns = BarColumn(), TextColumn("{task.description}", markup=False)
        with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=1.0)
            with self.told(lambda words: bar.update(task, completed=self.share(), description=words), MOVE_EVERY):
                yield

    @contextmanager
    def told(self, say: Callable[[str], None], every: float | None = None) -> Iterator[None]:
        """Say it every few seconds until the end."""
        over, started, pause = Event(), perf_counter(), every or TELL_EVERY

        def tell() -> None:
            while not over.wait(pause):
                say(self.words(perf_counter() - started))

        teller = Thread(target=tell, daemon=True, name="progress of compiling")
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()
