"""Dask as an engine: a cluster that is already there, by its address, or a local one of worker processes.

Dask is the extra `inkspot[cluster]`; it is imported when it is asked for. Tasks are supervised as on a pool of processes:
a task whose worker died is a suspect and done again alone, so that only a task that kills its worker alone is blamed.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from experiments.batch.errors import UserError
from experiments.batch.workers import IN_FLIGHT, be_deaf

LOCAL = "local"
RETRIES = 2  # of a task that raised an error, such as a lost connection
ASKED_EVERY = 2.0  # seconds between questions for the number of workers, which may grow
CONNECTING = "20s"
TOLD, MOST_TOLD = ("python", "dask", "distributed", "numpy"), 6  # versions that must agree; differences that are named


@dataclass
class DaskEngine:
    """A Dask client as something to do tasks on."""

    client: Any
    deaths: tuple[type[BaseException], ...]
    _asked: float = field(default=float("-inf"), init=False)
    _width: int = field(default=IN_FLIGHT, init=False)

    def open(self) -> Executor:
        """Return an executor on the cluster; the cluster restarts its workers itself."""
        return _OnCluster(self.client.get_executor(pure=False, retries=RETRIES))

    def width(self) -> int:
        """Return twice the number of the workers' threads, as last seen; at least two, which wait for the first worker."""
        if monotonic() - self._asked > ASKED_EVERY:
            threads = sum(self.client.nthreads().values())
            self._width, self._asked = IN_FLIGHT * max(1, threads), monotonic()
        return self._width


class _OnCluster(Executor):
    """Dask's executor with the `shutdown` of the standard library."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def submit(self, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = self.inner.submit(*arguments, **named)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.inner.shutdown(wait=wait and not cancel_futures)


@contextmanager
def dask_engine(address: str, jobs: int) -> Iterator[DaskEngine]:
    """Give an engine on the scheduler at `address`, or on a local cluster of `jobs` workers for "local".

    Raises UserError where Dask is not installed or nothing answers at the address.
    """
    try:
        import dask  # an extra, and slow to import
        from distributed import Client, KilledWorker, LocalCluster  # the same
    except ImportError:
        raise UserError("--dask needs Dask: pip install 'inkspot[cluster]'") from None
    if address == LOCAL:
        _compile_before()
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 0}),  # blame is laid here, not by the scheduler
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",  # nobody else's: whoever reaches a scheduler can run code
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            client.register_plugin(_deafness())
            yield DaskEngine(client, (KilledWorker,))
        return
    try:
        client = Client(address, timeout=CONNECTING)
    except Exception as error:  # a scheduler of another version makes any error while both greet each other
        words = "start one of this version with `dask scheduler`, or use --dask local"
        raise UserError(f"no Dask scheduler answers at {address} ({' '.join(str(error).split())}): {words}") from None
    with client:
        check_versions(client.get_versions())
        yield DaskEngine(client, (KilledWorker,))


def check_versions(found: Mapping[str, Any]) -> None:
    """Raise UserError where scheduler or workers have other versions than this process, with who has which.

    `found`: as Dask's `Client.get_versions` returns it. Tasks are code, which other versions cannot read; and NumPy decides
    about bits of results.
    """
    places = {"the scheduler": found.get("scheduler") or {}} | (found.get("workers") or {})
    here = found["client"]["packages"]
    wrong: dict[str, None] = {}
    for place, about in places.items():
        packages = about.get("packages", {})
        for name in TOLD:
            theirs, ours = _short(name, packages.get(name)), _short(name, here.get(name))
            if theirs != ours:
                wrong[f"{place} has {name} {theirs or 'not at all'}, here it is {ours}"] = None
    if wrong:
        listed, more = list(wrong)[:MOST_TOLD], len(wrong) - MOST_TOLD
        words = "; ".join(listed) + (f"; and {more} more" if more > 0 else "")
        raise UserError(f"the Dask cluster has other versions than this process: {words}. Install the same everywhere")


def _short(name: str, version: str | None) -> str:
    """Return a version; of Python the first two numbers, since tasks are read by all of 3.12."""
    return ".".join(str(version or "").split(".")[:2]) if name == "python" else version or ""


def _compile_before() -> None:
    """Compile what this machine's workers would each compile for themselves; workers elsewhere do, when first used."""
    from experiments.batch.compiling import ensure_compiled  # Numba takes half a second

    ensure_compiled()


def _deafness() -> Any:
    """Return what makes this machine's workers, also those to come, deaf to Ctrl-C: a terminal sends it to all processes."""
    from distributed import WorkerPlugin  # an extra, and slow to import

    class Deaf(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
        name = "deaf"

        def setup(self, worker: Any) -> None:
            be_deaf()

    return Deaf()
