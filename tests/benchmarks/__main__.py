"""One table of how fast everything is: `uv run python -m tests.benchmarks [--quick] [--only NAMES] [--renew]`.

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
from tests.benchmarks import cold, many_runs, native, plain_mesa, replicates, runs, scale, week, whole_arrays
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


def _native(quick):
    simulation = warm(0.5)
    world, minds = spread_of(simulation), attitudes_of(simulation)
    kernels.spread(*world.fresh().arguments())
    kernels.update_support_and_fear(*minds.fresh().arguments())
    return {"territory": native.territory(world), "attitudes": native.attitudes(minds)}


def _batch(quick):
    return runs.batch(8 if quick else 40) | {"threads_speedup": runs.threads(4 if quick else 16)}


SECTIONS = {
    "native": _native,
    "plain_mesa": lambda quick: plain_mesa.compare(spread_of(warm(0.5))),
    "frameworks": lambda quick: whole_arrays.frameworks(spread_of(warm(0.5)), 5 if quick else 20),
    "week": lambda quick: week.weeks_of(2 if quick else 6),
    "phases_ms": lambda quick: week.phases(),
    "scaling": lambda quick: week.scaling() | {"in_runs": runs.scaling((2, 4) if quick else (4, 8, 16))},
    "growth": lambda quick: scale.growth(2, (20, 40)) if quick else scale.growth(),
    "run": lambda quick: runs.one_run(3 if quick else 7),
    "replicates": lambda quick: replicates.replicates(*((4, 5) if quick else (12, 30))),
    "batch": _batch,
    "memory": lambda quick: runs.memory(),
    "memory_of_workers": lambda quick: scale.memory_of_workers(200 if quick else 2000),
    "many_runs": lambda quick: many_runs.many(2000 if quick else 100_000),
    "cluster": lambda quick: many_runs.cluster(16 if quick else 120),
    "cold": lambda quick: cold.starts(3, first=not quick),
}  # fmt: skip


def measure(quick, only, earlier):
    """What is named of everything, by name; the rest as it was measured earlier, each with the load at that time."""
    found = {name: earlier[name] for name in ("machine", "million", *SECTIONS) if name in earlier}
    before, now = earlier.get("machine", {}), machine()
    found["machine"] = now | {"load_at_the_end": None, "loads": before.get("loads", {})}
    found["machine"]["packages"] = before.get("packages", {}) | now["packages"]  # of what was measured earlier, too
    ensure_compiled()
    for name in only:
        print(f"{name} ...", flush=True)
        load = os.getloadavg()[0]
        found[name] = SECTIONS[name](quick)
        found["machine"]["loads"][name] = [load, os.getloadavg()[0]]
    found["machine"]["load_at_the_end"] = os.getloadavg()[0]
    if {"many_runs", "cluster"} <= set(only) and "run" in found:
        found["million"] = many_runs.million(found)
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
    words.add_argument(
        "--only", default=",".join(SECTIONS), help="names of what is measured, with commas; the rest stays"
    )
    chosen = words.parse_args()
    only = chosen.only.split(",")
    if unknown := [name for name in only if name not in SECTIONS]:
        words.error(f"there is no {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    earlier = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    found = measure(chosen.quick, only, earlier)
    show(found, earlier)
    if chosen.renew:
        renew(found)


if __name__ == "__main__":
    main()
