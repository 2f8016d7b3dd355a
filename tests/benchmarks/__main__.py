"""One table of how fast everything is: `uv run python -m tests.benchmarks [--quick] [--renew]`.

Ratios and machine facts in one run, compared with the last committed `results.json`. Nothing is asserted.
"""

import argparse
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiments.batch.compiling import ensure_compiled
from model import kernels
from tests.benchmarks import cold, native, plain_mesa, runs, week
from tests.benchmarks.table import COMMITTED, TARGETS, flat, renew
from tests.benchmarks.worlds import attitudes_of, spread_of, warm

PEERS = ("mesa", "numba", "numpy", "agentpy", "mesa-frames", "jax")


def machine():
    """What it was measured on."""
    installed = {}
    for name in PEERS:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    model = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": model[0] if model else platform.processor(), "cores": os.cpu_count(),
        "load": os.getloadavg()[0], "python": platform.python_version(), "packages": installed,
    }  # fmt: skip


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def measure(quick):
    """Everything, by name."""
    found = {"machine": machine()}
    ensure_compiled()
    simulation = warm(0.5)
    world, minds = spread_of(simulation), attitudes_of(simulation)
    kernels.spread(*world.fresh().arguments())
    kernels.update_support_and_fear(*minds.fresh().arguments())
    found["native"] = {"territory": native.territory(world), "attitudes": native.attitudes(minds)}
    found["plain_mesa"] = plain_mesa.compare(world)
    found["week"] = week.weeks_of(2 if quick else 6)
    found["phases_ms"] = week.phases()
    found["scaling"] = week.scaling() | {"in_runs": runs.scaling((2, 4) if quick else (4, 8, 16))}
    found["run"] = runs.one_run(3 if quick else 7)
    found["batch"] = runs.batch(8 if quick else 40)
    found["batch"]["threads_speedup"] = runs.threads(4 if quick else 16)
    found["memory"] = runs.memory()
    found["cold"] = cold.starts(3, first=not quick)
    found["machine"]["load_at_the_end"] = os.getloadavg()[0]
    return found


def show(found, earlier):
    """Print a row a number: now, its target, the committed one and the ratio to it."""
    known = dict(flat(earlier))
    print(f"{'':44}{'now':>12}{'target':>10}{'committed':>12}{'ratio':>8}")
    for name, value in flat(found):
        if isinstance(value, bool | int | float):
            target, old = TARGETS.get(name), known.get(name)
            numeric = isinstance(old, int | float) and old
            print(
                f"{name:44}{value:12.4g}{'' if target is None else target:>10}"
                f"{f'{old:.4g}' if numeric else '':>12}{f'{value / old:.2f}' if numeric else '':>8}"
            )
        else:
            print(f"{name:44}  {value}")


def main():
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--quick", action="store_true", help="fewer rounds, no compiling: about half a minute")
    words.add_argument("--renew", action="store_true", help="write the numbers and README's table; on an idle machine")
    chosen = words.parse_args()
    earlier = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    found = measure(chosen.quick)
    show(found, earlier)
    if chosen.renew:
        renew(found)


if __name__ == "__main__":
    main()
