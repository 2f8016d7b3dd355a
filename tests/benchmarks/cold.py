"""Cold starts: help, the first run ever (with an empty kernel cache), later runs, comparing; in processes of their own."""

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter


def starts(rounds=5, first=True):
    """Seconds of `inkspot --help`, of the first `inkspot run`, of a later one, all with maps; of `compare` to a line."""
    with TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": f"{folder}/kernels"}
        run = ["run", "levant_2014", "--out", f"{folder}/run"]
        helping = [_seconds(["--help"], os.environ) for _ in range(rounds)]
        found = {"help_s": median(helping), "help_least_s": min(helping)}
        if first:
            found["first_run_s"] = _seconds(run, environment)
        else:
            _seconds(run, os.environ)
        later = [_seconds(run, environment if first else os.environ) for _ in range(3)]
        found["compare_line_s"] = median(_first_line(["compare", "--out", f"{folder}/compare"]) for _ in range(rounds))
    return found | {"later_run_s": median(later), "later_run_least_s": min(later)}


def _seconds(words, environment):
    started = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "experiments.cli.main", *words], check=True, capture_output=True, env=environment
    )
    return perf_counter() - started


def _first_line(words):
    started = perf_counter()
    command = [sys.executable, "-m", "experiments.cli.main", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        took = perf_counter() - started
        process.kill()
    return took
