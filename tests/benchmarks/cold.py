"""Cold starts: help, the first run ever (with an empty kernel cache), later runs; in processes of their own."""

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter


def starts(rounds=5, first=True):
    """Seconds of `inkspot --help`, of the first `inkspot run` and of a later one, each with its map."""
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
    return found | {"later_run_s": median(later), "later_run_least_s": min(later)}


def _seconds(words, environment):
    started = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "experiments.cli.main", *words], check=True, capture_output=True, env=environment
    )
    return perf_counter() - started
