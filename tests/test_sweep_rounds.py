"""Sweeps that are killed, that fill the disk, and that are large: nothing lost, nothing doubled, nothing half."""

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.batch.checksums import list_files
from experiments.sweep.results import Results
from experiments.sweep.run import load_design, sweep

ROOT = Path(__file__).parent.parent
KILLS = 10
RUNS = 1000
DESIGN = f"""
[design]
title = "Many short runs"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = {RUNS // 20}
keep = ["runs", "series"]
[settings]
resolution = 1.0
theatre.plane_rows = 10.0
theatre.plane_columns = 10.0
[uncertainties]
territory.growth = {{ low = 0.2, high = 0.6 }}
[sampling]
method = "latin_hypercube"
points = 10
"""
SCRIPT = """
    import resource, sys
    from experiments.batch import store
    from experiments.sweep.run import load_design, sweep

    design, out, seconds, limit = sys.argv[1:]
    store.SECONDS_A_PART = float(seconds)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    sweep(load_design(design), out, reuse=False)
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder with a design of a thousand short runs."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "many.toml").write_text(DESIGN)
    return folder


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def stored(out):
    return sum(len(pd.read_parquet(file, columns=["row"])) for file in out.glob("parts/[0-9a-f]*/runs.parquet"))


def killed_at_a_random_moment(process, out, luck):
    """Kill -9, most often after a part more is there, else soon after the start."""
    before, patient = stored(out), luck.random() < 0.8
    while patient and stored(out) == before and process.is_alive():
        time.sleep(0.02)
    time.sleep(luck.uniform(0.0, 0.5))
    process.kill()
    process.join()
    assert process.exitcode in (-9, 0)


def test_a_thousand_runs_killed_ten_times_and_resumed_are_those_of_an_undisturbed_batch(work, tmp_path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["experiments.sweep.run", "model.simulation"])
    luck, out, design = random.Random(2016), tmp_path / "killed", load_design(work / "many.toml")
    found = [0]
    for kill in range(KILLS):
        process = processes.Process(target=sweep, args=(design, out, 2 if kill == 4 else 1), kwargs={"reuse": False})
        process.start()
        killed_at_a_random_moment(process, out, luck)
        found.append(RUNS if (out / "runs.parquet").exists() else stored(out))
        assert found[-1] >= found[-2]
    assert sum(0 < count < RUNS for count in found) >= 3
    resumed = sweep(design, out, reuse=False)
    undisturbed = sweep(design, tmp_path / "whole", jobs=2, reuse=False)
    assert list(resumed.runs(["row"])["row"]) == list(range(RUNS))
    assert contents(out) == contents(undisturbed.out)
    assert {path.name for path in out.iterdir()} == {*contents(out), "manifest.json", "checksums.json", ".lock"}


@pytest.fixture(scope="module")
def fewer(work):
    """The same with 240 runs, and their undisturbed results."""
    folder = work / "fewer"
    folder.mkdir()
    (folder / "many.toml").write_text(DESIGN.replace(f"replicates = {RUNS // 20}", "replicates = 12"))
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    return folder, sweep(load_design(folder / "many.toml"), folder / "whole", reuse=False)


@pytest.mark.parametrize("at_the_end", [False, True], ids=["before the first part", "when parts are merged"])
def test_a_full_disk_leaves_whole_results_and_says_how_to_go_on(at_the_end, fewer, tmp_path):
    """The system refuses files over a size: a part with all runs, or only the table that small parts are merged into."""
    folder, whole = fewer
    out, size = tmp_path / "out", (whole.out / "series.parquet").stat().st_size
    manifest = (whole.out / "manifest.json").stat().st_size
    limit, seconds = (int(0.8 * size), 0.1) if at_the_end else (manifest + 500, 60.0)
    command = [sys.executable, folder / "script.py", folder / "many.toml", out, seconds, limit]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(map(str, command), env=environment, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode != 0
    there = 240 if at_the_end else 0
    words = f"cannot write results in {out}: File too large; {there} of 240 runs are stored there and whole"
    assert words in done.stderr
    assert stored(out) == there
    assert not list(out.rglob("*.unfinished"))
    resumed = sweep(load_design(folder / "many.toml"), out, reuse=False)
    assert contents(out) == contents(whole.out)
    assert resumed.summary["made"] == 240 - there


def test_results_are_those_of_every_row_once_when_a_merge_was_cut_short(fewer, tmp_path):
    _, whole = fewer
    out = tmp_path / "out"
    shutil.copytree(whole.out, out)
    part = out / "parts" / "0123456789abcdef"  # what was merged already and not yet deleted
    part.mkdir(parents=True)
    for name in ("runs", "series"):
        shutil.copy(whole.out / f"{name}.parquet", part)
    list_files(part, part.iterdir())
    runs = Results(out).runs()
    pd.testing.assert_frame_equal(runs.sort_values("row", ignore_index=True), whole.runs(), check_exact=True)
    np.testing.assert_array_equal(
        Results(out).table("people_core", "sever_links"), whole.table("people_core", "sever_links")
    )


MERGE = """
    import sys

    import numpy as np
    import pyarrow as pa

    from experiments.batch import row_index
    from experiments.batch.outcome import Outcome, RunData
    from experiments.batch.tables import SERIES_TABLE
    from experiments.sweep.run import Plan, describe, load_design
    from experiments.sweep.store import store_of, tasks_of
    from model.record import OUTCOMES, SERIES

    row_index.HELD_BYTES = 32 * 2**20  # below what the runs take: as shipped, it would hold them all
    plan = Plan(load_design(sys.argv[1]))
    tasks = list(tasks_of(plan, range(int(sys.argv[3])), ()))
    weeks, luck = 261, np.random.default_rng(1)
    with store_of(plan, sys.argv[2]).open(describe(plan, ())) as store:
        for task in tasks[::2] + tasks[1::2]:
            columns = {name: luck.random(weeks) for name in SERIES} | {"week": range(weeks), "date": [None] * weeks}
            columns |= {"run_hash": [task.run.run_hash] * weeks, "policy": ["p"] * weeks, "seed": [task.run.seed] * weeks}
            table = pa.table(columns, schema=SERIES_TABLE)
            data = RunData(dict.fromkeys(OUTCOMES, 0.0), {"series": table})
            store.add(task.columns, Outcome(task.run, "done", data))
    print(pa.default_memory_pool().max_memory())
"""


def test_merging_takes_no_more_memory_for_more_runs(work, tmp_path):
    """Runs of five years hold 100 kB of series each: those of 750, three times those of 250, are never held at once."""
    script = tmp_path / "merge.py"
    script.write_text(textwrap.dedent(MERGE))
    peaks = []
    for count in (250, 750):
        command = [sys.executable, str(script), str(work / "many.toml"), str(tmp_path / str(count)), str(count)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        peaks.append(int(found.stdout))
    assert peaks[1] < 1.25 * peaks[0]
