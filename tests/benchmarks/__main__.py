"""One table of how fast everything is: `uv run python -m tests.benchmarks [--quick] [--out FILE]`.

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
from tests.benchmarks.worlds import attitudes_of, spread_of, warm

COMMITTED = Path(__file__).with_name("results.json")
PEERS = ("mesa", "numba", "numpy", "agentpy", "mesa-frames", "jax")
TARGETS = {
    "week.1.0.median_ms": 0.3, "week.0.5.median_ms": 0.5, "week.0.25.median_ms": 6, "run.run_s": 0.15,
    "batch.thousand_runs_s": 100, "batch.warm_speedup": 1.85, "memory.after_12_runs_mb": 300, "cold.help_s": 0.3,
    "cold.first_run_s": 10, "cold.later_run_s": 2.5, "native.territory.ratio": 1.6, "native.attitudes.ratio": 1.6,
    "plain_mesa.ratio": 300,
}  # fmt: skip


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


def flat(tree, before=""):
    """Leaves of nested dicts by dotted names."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


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
    words.add_argument(
        "--out", type=Path, help="write the numbers to this file (committed: tests/benchmarks/results.json)"
    )
    chosen = words.parse_args()
    earlier = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    found = measure(chosen.quick)
    show(found, earlier)
    if chosen.out:
        chosen.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
