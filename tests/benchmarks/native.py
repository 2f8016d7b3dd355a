"""The C form of the territory kernel, built where gcc exists, and its time against the model's, taken in turn."""

import ctypes
import shutil
import subprocess
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

import numpy as np

from model import kernels

SOURCE = Path(__file__).with_name("spread.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")


def build():
    """The C function, or None without gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    library = Path(mkdtemp()) / "spread.so"
    subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return ctypes.CDLL(str(library)).spread


def call(function, arguments):
    """A call of the C function, ready to be made."""
    groups, size = arguments["control"].shape
    sizes = [groups, size, len(arguments["camp_control"]), arguments["offensive"].shape[1]]
    ready = [ctypes.c_int64(each) for each in sizes]
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            assert value.flags.c_contiguous, name
            ready.append(ctypes.c_void_p(value.ctypes.data))
        else:
            ready.append(ctypes.c_int64(value) if isinstance(value, int) else ctypes.c_double(value))
    return lambda: function(*ready)


def compare(spread, rounds=60):
    """Milliseconds of a week's spreading in C and compiled by Numba, taken in turn from the same start; None without gcc."""
    function = build()
    if function is None:
        return None
    times = {"c": [], "numba": []}
    worst = 0.0
    for _ in range(rounds):
        in_c, ours = spread.fresh(), spread.fresh()
        made = call(function, in_c)
        started = perf_counter()
        made()
        between = perf_counter()
        kernels.spread(*ours.values())
        times["c"].append(between - started)
        times["numba"].append(perf_counter() - between)
        worst = max(worst, float(np.abs(in_c["control"] - ours["control"]).max()))
    found = {f"{name}_ms": median(values) * 1e3 for name, values in times.items()}
    ratios = [b / a for a, b in zip(times["c"], times["numba"], strict=True)]
    return found | {
        "ratio": median(ratios),
        "ratio_of_best": min(times["numba"]) / min(times["c"]),
        "largest_difference": worst,
    }
