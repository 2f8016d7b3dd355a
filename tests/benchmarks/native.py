"""The model's two loops over cells beside the same in C, built where gcc exists, taken in turn from the same start."""

import ctypes
import shutil
import subprocess
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

import numpy as np

from model import kernels

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")


def build(name):
    """The C function of `name`.c beside this file, or None without gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    library = Path(mkdtemp()) / f"{name}.so"
    subprocess.run(
        [compiler, *FLAGS, str(Path(__file__).with_name(f"{name}.c")), "-o", str(library), "-lm"], check=True
    )
    return getattr(ctypes.CDLL(str(library)), name)


def call(function, sizes, arguments):
    """A call of the C function with whole numbers `sizes` and then `arguments`, ready to be made."""
    ready = [ctypes.c_int64(each) for each in sizes]
    for value in arguments:
        if isinstance(value, np.ndarray):
            assert value.flags.c_contiguous
            ready.append(ctypes.c_void_p(value.ctypes.data))
        else:
            ready.append(ctypes.c_int64(value) if isinstance(value, int) else ctypes.c_double(value))
    return lambda: function(*ready)


def territory(spread, rounds=60):
    """Milliseconds of a week's spreading in C and compiled by Numba, and their ratio; None without gcc."""
    function = build("spread")

    def turn():
        in_c, ours = spread.fresh(), spread.fresh()
        sizes = [*in_c.cells.control.shape, len(in_c.cells.camp_control), in_c.spreading.offensive.shape[1]]
        return call(function, sizes, in_c.in_c().values()), lambda: kernels.spread(*ours.arguments()), in_c, ours

    return None if function is None else _compare(turn, ("control",), rounds)


def attitudes(moving, rounds=200):
    """Milliseconds of a week of support and fear in C and compiled by Numba, and their ratio; None without gcc."""
    function = build("attitudes")

    def turn():
        in_c, ours = moving.fresh(), moving.fresh()
        arguments = [*moving.ready(), *in_c.in_c()]
        sizes = [*in_c.cells.control.shape, len(in_c.countries)]
        return call(function, sizes, arguments), lambda: kernels.update_support_and_fear(*ours.arguments()), in_c, ours

    return None if function is None else _compare(turn, ("support", "fear"), rounds)


def _compare(turn, written, rounds):
    """Time the two calls that `turn` gives, in turn, and compare what they have written."""
    times = {"c": [], "numba": []}
    worst = 0.0
    for _ in range(rounds):
        c, numba, in_c, ours = turn()
        started = perf_counter()
        c()
        between = perf_counter()
        numba()
        times["c"].append(between - started)
        times["numba"].append(perf_counter() - between)
        worst = max(
            worst, *(float(np.abs(getattr(in_c.cells, name) - getattr(ours.cells, name)).max()) for name in written)
        )
    found = {f"{name}_ms": median(values) * 1e3 for name, values in times.items()}
    ratios = [b / a for a, b in zip(times["c"], times["numba"], strict=True)]
    return found | {
        "ratio": median(ratios),
        "ratio_of_best": min(times["numba"]) / min(times["c"]),
        "largest_difference": worst,
    }
