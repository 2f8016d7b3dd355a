"""Sweeps that are killed, that fill the disk, and that are large: nothing lost, nothing doubled, nothing half."""

import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pandas as pd
import pytest

from experiments.sweep import load_design, sweep

ROOT = Path(__file__).parent.parent
KILLS = 10
RUNS = 1000
DESIGN = f"""
[design]
title = "Many short runs"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 2
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
    import sys
    from experiments import sweep_store
    from experiments.sweep import load_design, sweep

    sweep_store.SECONDS_A_PART = 0.2
    if __name__ == "__main__":
        design, out, jobs = sys.argv[1:4]
        print("started", flush=True)
        sweep(load_design(design), out, int(jobs), reuse=False)
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder with a design of a thousand short runs and a script that runs it."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "many.toml").write_text(DESIGN)
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    return folder


def started(work, out, jobs, prepare=None):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(work / "script.py"), str(work / "many.toml"), str(out), str(jobs)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepare
    )


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def stored(out):
    return sum(len(pd.read_parquet(file, columns=["row"])) for file in out.glob("parts/[0-9a-f]*/runs.parquet"))


def kill_when_some_more_are_stored(process, out, luck):
    """Kill at a random moment, most often after some parts more are there."""
    before, patient = stored(out), luck.random() < 0.8
    while patient and stored(out) == before and process.poll() is None:
        time.sleep(0.02)
    time.sleep(luck.uniform(0.0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_thousand_runs_killed_ten_times_and_resumed_are_those_of_an_undisturbed_batch(work, tmp_path):
    luck, out = random.Random(2016), tmp_path / "killed"
    found = [0]
    for kill in range(KILLS):
        process = started(work, out, jobs=2 if kill % 5 == 4 else 1)
        process.stdout.readline()
        kill_when_some_more_are_stored(process, out, luck)
        whole = (out / "runs.parquet").exists()
        found.append(RUNS if whole else stored(out))
        assert found[-1] >= found[-2]
    assert 0 < found[-1]
    resumed = sweep(load_design(work / "many.toml"), out, reuse=False)
    undisturbed = sweep(load_design(work / "many.toml"), tmp_path / "whole", reuse=False)
    assert list(resumed.runs(["row"])["row"]) == list(range(RUNS))
    assert contents(out) == contents(undisturbed.out)
    assert {path.name for path in out.iterdir()} == {*contents(out), "manifest.json"}


@pytest.fixture(scope="module")
def fewer(work):
    """The same with 240 runs, and their undisturbed results."""
    folder = work / "fewer"
    folder.mkdir()
    (folder / "many.toml").write_text(DESIGN.replace(f"replicates = {RUNS // 20}", "replicates = 12"))
    (folder / "script.py").write_text((work / "script.py").read_text())
    return folder, sweep(load_design(folder / "many.toml"), folder / "whole", reuse=False)


@pytest.mark.parametrize("at_the_end", [False, True], ids=["before the first part", "when parts are merged"])
def test_a_full_disk_leaves_whole_results_and_says_how_to_go_on(at_the_end, fewer, tmp_path):
    """The system refuses files over a size: every part, or only the table that all parts are merged into."""
    folder, whole = fewer
    out, size = tmp_path / "out", (whole.out / "series.parquet").stat().st_size
    limit = int(0.8 * size) if at_the_end else (whole.out / "manifest.json").stat().st_size + 500
    process = started(folder, out, 1, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    errors = process.communicate(timeout=300)[1]
    assert process.returncode != 0
    there = 240 if at_the_end else 0
    assert f"cannot write results in {out}: File too large; {there} of 240 runs are stored there and whole" in errors
    assert stored(out) == there
    assert not list(out.rglob("*.unfinished"))
    resumed = sweep(load_design(folder / "many.toml"), out, reuse=False)
    assert contents(out) == contents(whole.out)
    assert resumed.summary["made"] == 240 - there


MERGE = """
    import sys

    import numpy as np
    import pyarrow as pa

    from experiments.answers import Answer
    from experiments.store import SCHEMAS
    from experiments.sweep import Plan, load_design
    from experiments.sweep_store import SweepStore
    from model.record import OUTCOMES, SERIES

    store = SweepStore(sys.argv[2], Plan(load_design(sys.argv[1])))
    store.parts.mkdir(parents=True)
    rows = list(store.plan.rows(range(int(sys.argv[3]))))
    weeks, luck = 261, np.random.default_rng(1)
    for row in rows[::2] + rows[1::2]:
        columns = {name: luck.random(weeks) for name in SERIES} | {"week": range(weeks), "date": [None] * weeks}
        columns |= {"run_hash": [row.run.run_hash] * weeks, "policy": ["p"] * weeks, "seed": [row.run.seed] * weeks}
        table = pa.table(columns, schema=SCHEMAS["series"])
        store.add_row(row, Answer(tuple(0.0 for _ in OUTCOMES), tables={"series": table}))
    store.flush()
    store.combine()
    print(pa.default_memory_pool().max_memory())
"""


def test_merging_takes_no_more_memory_for_more_runs(work, tmp_path):
    """Three hundred runs of five years hold 30 MB of series, nine hundred 90: neither is ever held at once."""
    script = tmp_path / "merge.py"
    script.write_text(textwrap.dedent(MERGE))
    peaks = []
    for count in (300, 900):
        command = [sys.executable, str(script), str(work / "many.toml"), str(tmp_path / str(count)), str(count)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        peaks.append(int(found.stdout))
    assert peaks[1] < 1.25 * peaks[0]
