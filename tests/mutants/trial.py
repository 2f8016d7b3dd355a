"""What tests run and how long they take; trials of mutants, each in a fork of the process that collected the tests."""

import gc
import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from _pytest.runner import runtestprotocol

from tests.mutants.as_python import STATES
from tests.mutants.swap import swap

ROOT = Path(__file__).parents[2]
MONITOR = 4  # a number of `sys.monitoring` that no tool claims
WALL_FOR_CPU = 20  # seconds on the clock for a second of processor: machines are shared
BROKEN, OTHERWISE = "the module does not work at all, or takes too long", 255
PATIENCE = 10  # tests of one file that take too long
MEMORY = 6 * 2**30


class TooSlow(Exception):
    """A test took more seconds of processor than tests of mutants may take."""


def _fork(work, cpu):
    """Do work in a process of its own; return the code that it ended with, -1 if it took too long."""
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        try:
            gc.disable()
            os.setsid()
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os._exit(work())
        finally:
            os._exit(70)
    end, status = time.monotonic() + WALL_FOR_CPU * cpu, None
    while status is None and time.monotonic() < end:
        found, status_now = os.waitpid(process, os.WNOHANG)
        status = status_now if found else None
        time.sleep(0.01)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    if status is None:
        os.waitpid(process, 0)
        return -1
    return os.waitstatus_to_exitcode(status)


def _failed(item, following=None):
    """Run a test; return whether it failed."""
    return any(report.failed for report in runtestprotocol(item, nextitem=following, log=False))


def _measure(items, modules, most, out):
    """Write of each test that passes in time how long it takes and which lines of the modules it runs."""
    ours, seen = {str(ROOT / module): module for module in modules}, {}
    events = sys.monitoring

    def line(code, number):
        if module := ours.get(code.co_filename):
            seen.setdefault(module, set()).add(number)
        return events.DISABLE

    def stop(*_):
        raise TooSlow

    events.use_tool_id(MONITOR, "mutants")
    events.register_callback(MONITOR, events.events.LINE, line)
    events.set_events(MONITOR, events.events.LINE)
    signal.signal(signal.SIGPROF, stop)
    slow = 0
    with out.open("a") as file:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if slow == PATIENCE:  # the file is not for this
                _write(file, item, most, {})
                continue
            seen.clear()
            events.restart_events()
            signal.setitimer(signal.ITIMER_PROF, most)
            start = time.process_time()
            failed = _failed(item, following)
            seconds = time.process_time() - start
            signal.setitimer(signal.ITIMER_PROF, 0)
            lines = {} if failed else {module: sorted(numbers) for module, numbers in seen.items()}
            slow += failed and seconds >= most
            _write(file, item, seconds, lines)
    return 0


@cache
def digest(path):
    """What a file's measurements are valid for: its content."""
    return sha256((ROOT / path).read_bytes()).hexdigest()[:8]


def _write(file, item, seconds, lines):
    valid = {path: digest(path) for path in (str(item.path.relative_to(ROOT)), *lines)}
    told = {"test": item.nodeid, "seconds": round(seconds, 3), "lines": lines, "valid": valid}
    file.write(json.dumps(told) + "\n")
    file.flush()


def make_states(items):
    """Make the states in the middle of runs that the fixture `midway` gives, where they are not kept yet."""
    first = {item.callspec.params["midway"]: item for item in items if "midway" in getattr(item, "fixturenames", ())}
    for name, item in first.items():
        if not (Path(os.environ[STATES]) / f"{name}.pickle").exists():
            _fork(lambda item=item: _failed(item), 300)


def _read(out):
    """Measurements of tests and modules that are as they were."""
    all_known = map(json.loads, out.read_text().splitlines() if out.exists() else ())
    return {each["test"]: each for each in all_known if all(digest(path) == was for path, was in each["valid"].items())}


def measured(items, modules, most, out):
    """Return of each test (by its name) the seconds, `most` at most, and the lines of modules; measured once, by file."""
    known, by_file = _read(out), {}
    for item in items:
        if item.nodeid not in known:
            by_file.setdefault(item.path, []).append(item)
    for path, group in by_file.items():
        print(f"measuring {len(group)} tests of {path.name}", flush=True)
        while group:
            _fork(lambda group=group: _measure(group, modules, most, out), 40)
            known = (
                {each["test"]: each for each in map(json.loads, out.read_text().splitlines())} if out.exists() else {}
            )
            left = [item for item in group if item.nodeid not in known]
            if left:  # the first of them ended the process
                with out.open("a") as file:
                    file.write(json.dumps({"test": left[0].nodeid, "seconds": most, "lines": {}}) + "\n")
                left = left[1:]
            group = left
    return {each["test"]: each for each in map(json.loads, out.read_text().splitlines())}


def killer(module, source, items, cpu):
    """The first of at most 200 tests that fails when a module has this source; `BROKEN` without one, None if all pass."""
    name = module.removesuffix(".py").replace("/", ".")

    def work():
        with suppress(Exception):
            swap(name, source)
            for n, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
                if _failed(item, following):
                    return n + 1
            return 0
        return OTHERWISE

    code = _fork(work, cpu)
    if code == 0:
        return None
    return items[code - 1].nodeid if 0 < code <= len(items) else BROKEN
