"""One trial: the tests of a module in a process of their own, forked from one that has loaded what others wrote."""

import os
import resource
import shlex
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

OURS = ("model", "experiments", "scenarios")
WALL_FOR_CPU = 10  # seconds on the clock for a second of processor: machines are shared
MEMORY = 4 * 2**30


def _child(copy, tests, report, keep):
    """Run tests in a copy of the repository, and end this process with their exit code."""
    os.setsid()
    with report.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    os.environ["PYTHONPATH"] = str(copy)  # of processes that tests start
    sys.dont_write_bytecode = not keep
    sys.argv = ["pytest"]
    code = 0
    for words in tests:
        options = ["-n", "0", "-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:randomly"]
        code = pytest.main([*options, "-p", "tests.mutants.as_python", *shlex.split(words)])
        if code:
            break
    loaded = [name for name in sys.modules if name.partition(".")[0] not in (*OURS, "tests", "__main__")]
    report.with_suffix(".modules").write_text("\n".join(name for name in loaded if not name.startswith("test_")))
    sys.stdout.flush()
    os._exit(int(code))


def run(copy, tests, report, cpu, keep=False):
    """Return whether tests passed, and the seconds of processor that they took; too long is not passed.

    `cpu`: seconds that they may take; `keep`: whether Python's compiled files of the copy are kept.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = os.fork()
    if process == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            _child(Path(copy), tests, Path(report), keep)
        finally:
            os._exit(70)
    end, status = time.monotonic() + WALL_FOR_CPU * cpu, None
    while status is None and time.monotonic() < end:
        found, status_now = os.waitpid(process, os.WNOHANG)
        status = status_now if found else None
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    if status is None:
        os.waitpid(process, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return status == 0, spent


def preload(report):
    """Import what a trial had to import and others wrote, so that the next ones need not."""
    for name in Path(report).with_suffix(".modules").read_text().splitlines():
        with suppress(Exception):
            import_module(name)
