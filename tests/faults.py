"""Every file-system call of a small sweep, comparison, judgement and calibration fails once; resumed, results are the same.

uv run python -m tests.faults          # all calls, five ways each: some 20 minutes
uv run python -m tests.faults 10       # every tenth call

Ways: no room (ENOSPC), an error of the disk (EIO), an interruption (EINTR), a kill just before the call, one just after.
Each trial is a process of its own, forked when all loops are loaded. A failed call may end the batch only with words for
the user; what is left must be resumed by the same call to the same tables, maps and manifest, with nothing left over.

Measured on 27 November 2026: EIO at every one of 898 calls (sweep 219, comparison 236, judgement 181, calibration 262)
left no other results. Before that, all five ways at every call of the sweep and the first 139 of the comparison had found
one kind of fault: a folder of parts that could not be listed was taken for an empty one. Of 271 more over samples none did.
"""

import builtins
import errno
import io
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from experiments.batch.errors import UserError
from experiments.batch.run import Run
from experiments.claims.ledger import load_ledger
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.history.bench import Plan
from experiments.history.calibrate import calibrate
from experiments.history.ensemble import ensemble_of
from experiments.history.target import About, Target, Targets
from experiments.points.ensemble import write_ensemble
from experiments.sweep.design_file import load_design
from experiments.sweep.run import sweep
from tests.flips import DESIGN

WAYS = ("ENOSPC", "EIO", "EINTR", "kill before", "kill after")
CALLS = ("open", "mkdir", "rmdir", "unlink", "replace", "rename", "fsync", "scandir", "listdir", "stat", "readlink")
VOLATILE = ("wall_seconds",)  # columns that no two runs share
SAYING = ("written", "history", "command", "summary", "checksum")  # of a manifest, the same
FINE, WORDS, WRONG = 0, 3, 4  # exit codes of a trial: nothing noticed, told in words, a traceback


class Faults:
    """Counts the calls that concern a folder, and lets one of them fail."""

    def __init__(self, folder: Path, number: int = -1, way: str = "") -> None:
        self.folder, self.number, self.way, self.count = str(folder), number, way, 0

    def wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A call that fails when it is its turn."""

        def faulty(*arguments: Any, **named: Any) -> Any:
            if not self.concerns(arguments):
                return call(*arguments, **named)
            mine, self.count = self.count == self.number, self.count + 1
            if mine and self.way == "kill before":
                os.kill(os.getpid(), signal.SIGKILL)
            if mine and self.way in errno.errorcode.values():
                code = getattr(errno, self.way)
                raise OSError(code, os.strerror(code), str(arguments[0]))
            answer = call(*arguments, **named)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return faulty

    def concerns(self, arguments: tuple[Any, ...]) -> bool:
        """Whether a call is about the folder: a path below it, or an opened file of it."""
        for each in arguments[:2]:
            if isinstance(each, str | os.PathLike) and str(each).startswith(self.folder):
                return True
            if isinstance(each, int) and not isinstance(each, bool):
                try:
                    return os.path.realpath(f"/proc/self/fd/{each}").startswith(self.folder)
                except OSError:
                    return False
        return False

    def install(self) -> None:
        """Put the calls in place, for the rest of this process."""
        for name in CALLS:
            if name not in ("stat", "readlink"):
                setattr(os, name, self.wrapped(getattr(os, name)))
        opened = self.wrapped(builtins.open)
        builtins.open = io.open = opened  # type: ignore[assignment]  # the same call under both names
        begin, close, write = pq.ParquetWriter.__init__, pq.ParquetWriter.close, pq.ParquetWriter.write_table
        places: dict[int, Any] = {}

        def begun(writer: Any, where: Any, *arguments: Any, **named: Any) -> None:
            places[id(writer)] = where
            self.wrapped(lambda place: begin(writer, place, *arguments, **named))(where)

        def step(do: Callable[..., Any]) -> Callable[..., Any]:
            return lambda writer, *given, **named: self.wrapped(lambda _: do(writer, *given, **named))(
                places.get(id(writer), "")
            )

        pq.ParquetWriter.__init__, pq.ParquetWriter.close, pq.ParquetWriter.write_table = (
            begun,
            step(close),
            step(write),
        )


CLAIMS = """
[M01]
title = "A core without means shrinks"
statement = "Made up."
scenario = "synthetic_plane"
weeks = 3
treatment = { "core.local_fighters" = 1000 }
control = {}
[[M01.outcomes]]
measure = "fighters_core"
expected = "lower"
"""


def files(place: Path) -> None:
    """Write what the batches read."""
    (place / "faults.toml").write_text(DESIGN.replace("weeks = 4", "weeks = 3"), encoding="utf-8")
    (place / "claims.toml").write_text(CLAIMS, encoding="utf-8")


def swept(folder: Path) -> None:
    """The sweep."""
    design = folder.parent / "faults.toml"
    sweep(load_design(design), folder / "swept", reuse=False)


def compared(folder: Path) -> None:
    """The comparison."""
    compare(plan("synthetic_plane", ["core_only"], 2, {"weeks": 3}), folder / "compared")


def judged(folder: Path) -> None:
    """The judgement of two claims, with its tables."""
    claims = load_ledger(folder.parent / "claims.toml")
    judge_claims(claims, Extent(seeds=2), folder / "judged", tables=folder / "judged" / "tables")


def calibrated(folder: Path) -> None:
    """The calibration, with its ensemble."""
    plan = Plan(points=8, seeds=2, waves=1, final=6, members=6, effective=2,
                parameters=("territory.growth", "territory.clash"),
                base=Run("synthetic_plane", None, {"weeks": 3, "resolution": 1.0}))  # fmt: skip
    when = date(2014, 8, 18)
    reported = {
        "title": "made up", "date": when, "measure": "fighters_core", "low": 5000.0, "high": 6500.0, "unit": "people",
        "scale": "log", "error": 0.1, "discrepancy": 0.1, "source": "made up",
    }  # fmt: skip
    targets = Targets(About(title="made up", fitted_until=when), {"fighters": Target.model_validate(reported)}, {})
    found = calibrate(plan, folder / "calibrated", targets=targets)
    write_ensemble(ensemble_of(found), folder / "calibrated" / "ensemble.parquet")


BATCHES = {"sweep": swept, "compare": compared, "claims": judged, "calibrate": calibrated}


def forked(work: Callable[[], None]) -> int:
    """Do work in a process of its own; return its exit code, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        code = FINE
        try:
            work()
        except (UserError, OSError):
            code = WORDS
        except BaseException:
            sys.excepthook(*sys.exc_info())
            code = WRONG
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def contents(folder: Path) -> dict[str, Any]:
    """What is in a folder, as far as it must be the same."""
    found: dict[str, Any] = {}
    for path in sorted(path for path in folder.rglob("*") if not path.name.startswith(".lock")):
        name = str(path.relative_to(folder))
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            found[name] = table.drop_columns([each for each in VOLATILE if each in table.column_names]).to_pylist()
        elif path.suffix == ".npz":
            with np.load(path) as arrays:
                found[name] = {key: arrays[key].tobytes() for key in arrays.files}
        elif path.name == "manifest.json":
            content = json.loads(path.read_text(encoding="utf-8"))
            found[name] = {key: value for key, value in content.items() if key not in SAYING}
        else:
            found[name] = "there"
    return found


def trial(batch: str, number: int, way: str, place: Path, sound: Any) -> str:
    """Let one call fail in one way, resume, and return what is wrong: nothing, as it should be."""
    folder = place / f"{batch}-{number}-{way.replace(' ', '-')}"
    folder.mkdir()

    def faulty() -> None:
        Faults(folder, number, way).install()
        BATCHES[batch](folder)

    code = forked(faulty)
    if code not in (FINE, WORDS, -signal.SIGKILL):
        return f"the batch ended with code {code}"
    if forked(lambda: BATCHES[batch](folder)) != FINE:
        return "the same call does not resume it"
    found = json.dumps(contents(folder), default=str, sort_keys=True)
    return "" if found == sound else "what is there after resuming is not the same"


def trials(batch: str, place: Path, step: int = 1, first: int = 0) -> Iterator[tuple[int, str, str]]:
    """Let every `step`-th call of a batch fail, the ways by turns (with a step of 1 all); yield call, way, what is wrong."""
    files(place)
    sound_place = place / f"{batch}-sound"
    sound_place.mkdir()
    counted = Faults(sound_place)
    reader, writer = os.pipe()

    def count() -> None:
        counted.install()
        BATCHES[batch](sound_place)
        os.write(writer, str(counted.count).encode())

    if forked(count) != FINE:
        raise RuntimeError(f"{batch} does not run")
    calls, sound = int(os.read(reader, 20)), json.dumps(contents(sound_place), default=str, sort_keys=True)
    for turn, number in enumerate(range(first, calls, step)):
        for way in WAYS if step == 1 else (WAYS[turn % len(WAYS)],):
            yield number, way, trial(batch, number, way, place, sound)


def warm() -> None:
    """Load all that is loaded once."""
    with tempfile.TemporaryDirectory() as name:
        files(Path(name))
        for batch in BATCHES.values():
            (Path(name) / "out").mkdir(exist_ok=True)
            batch(Path(name) / "out")


def main(step: int) -> int:
    """Try; print what is wrong."""
    warm()
    bad = made = 0
    with tempfile.TemporaryDirectory() as name:
        for batch in BATCHES:
            for number, way, wrong in trials(batch, Path(name), step):
                made, bad = made + 1, bad + bool(wrong)
                if wrong:
                    print(f"{batch}, call {number}, {way}: {wrong}", flush=True)
    print(f"{made} faults, {bad} of them with other results")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
