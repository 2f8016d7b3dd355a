"""`inkspot sweep` and `inkspot results` as a user meets them."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli.main import app
from experiments.measures.numbers import number
from experiments.points.sampling import METHODS
from experiments.sweep.design import shipped_designs
from experiments.sweep.design_file import load_design

ROOT = Path(__file__).parent.parent
DESIGN = """
[design]
title = "A small sweep"
question = "Does the command work?"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = 2
outcomes = ["people_core", "pledges"]
[uncertainties]
territory.growth = { low = 0.2, high = 0.6 }
[levers]
sever_links = { low = 0.0, high = 0.3, from = "strike_core" }
[sampling]
method = "sobol"
points = 4
"""


def inkspot(*words):
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


@pytest.fixture
def design(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.toml"
    path.write_text(DESIGN)
    return path


def test_a_dry_run_tells_runs_time_and_size_and_stores_nothing(design):
    code, text = inkspot("sweep", design, "--dry-run", "--jobs", 2)
    assert code == 0
    assert "small: 5 weeks; 4 points x 1 scenario x 2 policies x 2 replicates = 16 runs" in text
    assert re.search(r"^territory\.growth +uncertainty +0\.2 to 0\.6", text, re.MULTILINE)
    assert re.search(r"^sever_links +lever +0 to 0\.3, taken from strike_core", text, re.MULTILINE)
    assert re.search(r"Time: about \d+ s on 2 processes; [\d.e-]+ s a run, measured on one short run here", text)
    assert re.search(r"Size on disk: about \d+ kB in results/sweep-small-[0-9a-f]{6}", text)
    assert list(design.parent.iterdir()) == [design]


def test_a_sweep_is_run_and_summarised_and_its_time_is_remembered(design):
    code, text = inkspot("sweep", design, "--jobs", 1)
    assert code == 0
    (folder,) = Path("results").iterdir()
    assert f"Results: {folder}/runs.parquet (a row a run)" in text
    code, summary = inkspot("results", folder)
    assert code == 0
    assert "16 runs, 0 failed: 4 points, 1 x 2 scenarios and policies, 2 replicates" in summary
    runs = pd.read_parquet(folder / "runs.parquet")
    people = runs[runs["policy"] == "sever_links"]["people_core"]
    numbers = [number(value) for value in (people.mean(), people.std(), people.min(), people.max())]
    assert re.search(r"people_core +sever_links +" + " +".join(numbers) + " +people", summary)
    assert f'pd.read_parquet("{folder}/runs.parquet")' in summary
    assert "as measured in earlier runs of this design" in inkspot("sweep", design, "--dry-run")[1]
    assert "16 of 16 runs stored from an earlier call" in inkspot("sweep", design, "--jobs", 1)[1]
    text = inkspot("sweep", design, "--jobs", 1, "--out", Path("results") / "copy")[1]
    assert "16 of them were not run" in text


def test_a_sweep_on_a_local_dask_cluster_gives_the_same_bytes(design):
    for name, words in (("one", ["--jobs", 1]), ("dask", ["--dask", "local", "--jobs", 2])):
        assert inkspot("sweep", design, *words, "--no-reuse", "--out", name)[0] == 0
    one, dask = (Path(name, "runs.parquet").read_bytes() for name in ("one", "dask"))
    assert one == dask


@pytest.mark.parametrize("engine", [[], ["--dask", "local"]], ids=["processes", "dask"])
def test_control_c_leaves_whole_results_and_says_how_to_go_on(engine, design, tmp_path):
    design.write_text(DESIGN.replace("weeks = 5", "weeks = 60").replace("replicates = 2", "replicates = 20"))
    command = [
        sys.executable,
        "-m",
        "experiments.cli.main",
        "sweep",
        str(design),
        "--jobs",
        "2",
        "--out",
        "out",
        *engine,
    ]
    process = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), process_group=0,
    )  # fmt: skip
    while not list(Path("out").glob("parts/[0-9a-f]*")) and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: every process of the group hears it
    text = process.communicate(timeout=120)[0]
    assert process.returncode == 130, text
    assert "Traceback" not in text
    stored = int(re.search(r"Stopped: (\d+) of 160 runs are stored in out", text)[1])
    assert len(pd.read_parquet(Path("out") / "runs.parquet")) == stored >= 1
    assert "Resume with: inkspot sweep" in text


MISTAKES = [
    (["sweep", "policy_qestion"], "did you mean `policy_question`?"),
    (["sweep", "core_only"], "core_only: no such file, nor a shipped design"),
    (["sweep", "bad.toml"], "3 problems"),
    (["sweep", "small.toml", "--jobs", "0"], "--jobs"),
    (["sweep"], "name a design"),
    (["results", "nowhere"], "nowhere holds no results"),
    (["results", "small.toml"], "small.toml"),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES, ids=lambda value: " ".join(map(str, value))[:40])
def test_a_mistake_is_told_in_plain_words_with_exit_code_2(words, message, design):
    Path("bad.toml").write_text(DESIGN.replace("= 5", "= 0").replace("sobol", "sobel").replace("growth", "groth"))
    code, text = inkspot(*words)
    assert code == 2
    assert message in text
    assert "Traceback" not in text
    assert not Path("results").exists()


TINY = {
    "weeks = 104": "weeks = 2",
    "[design]": "[settings]\nresolution = 1.0\n[design]",
    "points = 128": "points = 2",
    "levels = 3": "levels = 2",
    "points = 10 ": "points = 2 ",
    "maximum = 40": "maximum = 2",
    "replicates = 8": "replicates = 1",
    "replicates = 2": "replicates = 1",
}


@pytest.mark.parametrize("name", sorted(shipped_designs()))
def test_a_shipped_design_runs_at_a_tiny_size(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = shipped_designs()[name].read_text(encoding="utf-8")
    for old, new in TINY.items():
        text = text.replace(old, new)
    text = text.replace('all = "declared"', 'prestige = "declared"').replace(
        "prestige.headlines = [0.0, 0.01, 0.05]\n", ""
    )
    Path(f"{name}.toml").write_text(text)
    design = load_design(Path(f"{name}.toml"))
    assert design.sampling.method in METHODS
    code, output = inkspot("sweep", f"{name}.toml", "--jobs", 1, "--out", "out")
    assert code == 0, output
    assert len(pd.read_parquet("out/runs.parquet")) >= design.runs


@pytest.mark.parametrize("name", sorted(shipped_designs()))
def test_a_dry_run_of_a_shipped_design_tells_what_it_costs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, text = inkspot("sweep", name, "--dry-run")
    assert code == 0
    assert f" = {load_design(name).runs} runs" in text
    assert "To run it: inkspot" in text


FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_guide_of_points_is_true(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "experiments" / "sweep" / "designs" / "POINTS.md").read_text(encoding="utf-8")
    blocks = dict(FENCED.findall(guide)[:-1])
    Path("points.csv").write_text(blocks["csv"])
    Path("mine.py").write_text(FENCED.findall(guide)[-1][1])
    names: dict[str, object] = {}
    exec(compile(blocks["python"], "experiments/sweep/designs/POINTS.md", "exec"), names)
    assert names["own"].shape == (1, 2)
    commands = [line.split("#")[0].split() for line in guide.splitlines() if line.startswith("    inkspot")]
    for _, *words in commands:
        if "mine.toml" not in words:
            words[words.index("--weeks") + 1] = "3"
            small = [word.replace("13,26", "1,2") for word in words]
            code, output = inkspot(*small, "--jobs", 1)
            assert code == 0, output
    assert len(commands) == 4


def test_the_guide_of_designs_is_true(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "experiments" / "sweep" / "designs" / "README.md").read_text(encoding="utf-8")
    blocks = FENCED.findall(guide)
    (example,) = [code for language, code in blocks if language == "toml"]
    small = example.replace("104 ", "2 ").replace("levant_2014", "synthetic_plane").replace("points = 64", "points = 2")
    small = small.replace("replicates = 4", "replicates = 1").replace("maximum = 32", "maximum = 2")
    Path("mine.toml").write_text(small)
    assert inkspot("sweep", "mine.toml", "--jobs", 1, "--out", "results/mine")[0] == 0
    names: dict[str, object] = {}
    for language, code in blocks:
        if language == "python":
            exec(compile(code, "experiments/sweep/designs/README.md", "exec"), names)
        elif language == "py":
            compile(code, "experiments/sweep/designs/README.md", "exec")
    assert dict(names["with_pandas"]) == dict(names["with_polars"].rows())
    assert set(names["with_duckdb"]["policy"]) == {"core_only", "sever_links"}
    assert names["points"].shape == (2, len(names["names"]))
    assert names["difference"].shape[0] == 2
    for name in shipped_designs():
        assert f"`{name}.toml`" in guide
