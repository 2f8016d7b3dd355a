"""README's table, made of the committed `results.json`: one place of what is shown, in which words, and what is aimed at."""

import json
from pathlib import Path

COMMITTED, GUIDE = Path(__file__).with_name("results.json"), Path(__file__).with_name("README.md")
START, END = "<!-- made of results.json -->", "<!-- end -->"
ROWS = [  # what is measured; its numbers by name, with what is aimed at
    ("a week at 1.0 / 0.5 / 0.25 degrees, all agents, recorded, median, ms",
     {"week.1.0.median_ms": 0.3, "week.0.5.median_ms": 0.5, "week.0.25.median_ms": 2}),
    ("the same, least", {"week.1.0.least_ms": None, "week.0.5.least_ms": None, "week.0.25.least_ms": None}),
    ("a run of 240 weeks at 0.5 degrees, s: median / least", {"run.run_s": 0.15, "run.run_least_s": None}),
    ("building a world, ms", {"run.build_ms": None}),
    ("1,000 stored runs on two processes, worked out from fewer, s", {"batch.thousand_runs_s": 100}),
    ("runs on two processes / on two threads, times as fast as one after the other",
     {"batch.warm_speedup": 1.85, "batch.threads_speedup": None}),
    ("a worker ready, s / its memory after 1 and after 12 runs, MB",
     {"memory.ready_s": 0.8, "memory.after_one_run_mb": 250, "memory.after_12_runs_mb": 250}),
    ("`inkspot --help` / the first `inkspot run` ever, with its map / a later one, s",
     {"cold.help_s": 0.15, "cold.first_run_s": 12, "cold.later_run_s": 2.5}),
    ("`inkspot compare`: its first line, s", {"cold.compare_line_s": 1.5}),
    ("exponents of time: in active cells x sub-steps / in groups / in runs",
     {"scaling.in_active_cells": 1, "scaling.in_groups": 1, "scaling.in_runs": 1}),
    ("land without fronts (a rival form of territory) / the same in C (`gcc -O3 -march=native`, same bits)",
     {"native.territory.ratio": 1.6}),
    ("support and fear / the same in C (likewise)", {"native.attitudes.ratio": 1.6}),
    ("plain Mesa, an object a cell / land without fronts", {"plain_mesa.ratio": 300}),
    ("the same rule on whole arrays / land without fronts: NumPy / JAX, compiled",
     {"frameworks.numpy_ratio": None, "frameworks.jax_ratio": None}),
    ("JAX: a step, ms, alone / of a batch of eight in one call; compiling, s",
     {f"frameworks.jax.{name}": None for name in ("least_ms", "a_replicate_of_a_batch_ms", "compiling_s")}),
    ("a week on a plane of 40 degrees at 1.0 / 0.5 / 0.25 / 0.1 degrees (160,000 cells), ms of processor time",
     {f"growth.planes.{degrees}.week_ms": None for degrees in ("1.0", "0.5", "0.25", "0.1")}),
    ("the same at 0.1 degrees: a year of weeks, s / memory, MB",
     {"growth.planes.0.1.year_s": None, "growth.planes.0.1.memory_mb": None}),
    ("exponents of a week: in cells of the plane / of the region / in organisations; of a batch in runs",
     {"growth.in_cells_of_a_plane": None, "growth.in_cells_of_the_region": None, "growth.in_organisations": None,
      "growth.in_runs": 1}),
    ("memory of a worker after 500 / 1,000 / 1,500 / 2,000 short runs, MB",
     {f"memory_of_workers.after_runs_mb.{runs}": None for runs in (500, 1000, 1500, 2000)}),
    ("100,000 runs of a sweep without the runs: composing / storing / merging, ms each",
     {f"many_runs.{name}_ms_a_run": None for name in ("composing", "storing", "merging")}),
    ("the same: memory when all are merged, MB / manifest, KB",
     {"many_runs.merged_mb": 2000, "many_runs.manifest_kb": None}),
    ("Dask, two workers here: runs of 52 weeks a second / ms beside each run / share of the time at work",
     {"cluster.runs_a_second": None, "cluster.beside_ms_a_run": None, "cluster.busy": None}),
]  # fmt: skip
TARGETS = {name: target for _, numbers in ROWS for name, target in numbers.items() if target is not None}


def flat(tree, before=""):
    """Leaves of nested dicts by dotted names."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _words(value):
    return "-" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"


def table(found):
    """Return the lines of README's table of the numbers of a measurement."""
    known, where = dict(flat(found)), found["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in where["packages"].items())
    lines = [
        f"{where['processor']}, {where['cores']} cores (shared), load {where['load']:.1f} to "
        f"{where['load_at_the_end']:.1f}. Python {where['python']}, {packages}.",
        "", "| what | measured | aimed at |", "|---|---|---|",
    ]  # fmt: skip
    for what, numbers in ROWS:
        measured = " / ".join(_words(known.get(name)) for name in numbers)
        lines.append(f"| {what} | {measured} | {' / '.join(map(_words, numbers.values()))} |")
    return "\n".join(lines)


def written(guide, found):
    """Return the text of the guide with the table of a measurement."""
    before, rest = guide.split(START)
    return f"{before}{START}\n\n{table(found)}\n\n{END}{rest.split(END)[1]}"


def renew(found):
    """Write a measurement and the table of it."""
    COMMITTED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8"), found), encoding="utf-8")
