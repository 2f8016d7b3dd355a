"""`--model` of the command line: a subclass runs, is told, and its runs are never taken for those of another model."""

import pandas as pd
import pytest
from test_batch_own_model import HELPER, MINE, forget
from test_cli_sweep import inkspot

from experiments.batch.manifest import read_manifest

SMALL = ("--policies", "core_only", "--weeks", "3")


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "helper.py").write_text(HELPER)
    (tmp_path / "points.csv").write_text("territory.growth\n0.3\n0.5\n")
    forget()
    yield tmp_path
    forget()


def sweep(out, *more):
    return inkspot(
        "sweep", "--points", "points.csv", "--scenario", "synthetic_plane", *SMALL, "--jobs", 1, "--out", out, *more
    )


def test_a_sweep_of_ones_own_model_is_resumed_but_never_mixed_with_another(mine):
    assert sweep("r/stock")[0] == 0
    code, text = sweep("r/mine", "--model", "mine:Peaceful")
    assert code == 0
    assert "Model: mine:Peaceful" in text
    stock, own = (pd.read_parquet(f"r/{name}/runs.parquet") for name in ("stock", "mine"))
    assert (stock["attacks_state"] > 0).all()
    assert (own["attacks_state"] == 0).all()
    assert not set(stock["run_hash"]) & set(own["run_hash"])
    assert own["repeat"].str.endswith("--model mine:Peaceful").all()
    assert own["weeks_run"].tolist() == [3.0, 3.0]
    assert "2 of 2 runs stored from an earlier call" in sweep("r/mine", "--model", "mine:Peaceful")[1]
    for more in ((), ("--model", "mine.py:Peaceful")):
        code, text = sweep("r/mine", *more)
        assert code == 2
        assert "holds results of another --model, or another source of it" in text
    (mine / "helper.py").write_text(HELPER + "\n# changed\n")
    forget()
    assert "another source of it" in sweep("r/mine", "--model", "mine:Peaceful")[1]
    assert sweep("r/again", "--model", "mine:Peaceful")[0] == 0
    assert read_manifest(mine / "r/again")["summary"]["reused"] == 0
    assert read_manifest(mine / "r/again")["model"] != read_manifest(mine / "r/mine")["model"]


def test_a_comparison_takes_a_model_and_a_list_of_seeds(mine):
    words = ("compare", "synthetic_plane", *SMALL, "--seeds", "2,7", "--jobs", 1, "--out", "c")
    code, text = inkspot(*words, "--model", "mine:Peaceful")
    assert code == 0, text
    assert "model mine:Peaceful" in text
    runs = pd.read_parquet("c/runs.parquet")
    assert runs["seed"].tolist() == [2, 7]
    assert (runs["attacks_state"] == 0).all()
    code, text = inkspot(*words)
    assert code == 2
    assert "another --model" in text


def test_a_run_stops_by_a_condition_under_ones_own_model_and_says_both(mine):
    words = (
        "run",
        "synthetic_plane",
        "--weeks",
        6,
        "--model",
        "mine.py:Peaceful",
        "--stop",
        "people_core > 1",
        "--out",
        "r",
    )
    code, text = inkspot(*words)
    assert code == 0, text
    assert "Stopped after 1 of 6 weeks: people_core > 1" in text
    assert "--stop 'people_core > 1' --model mine.py:Peaceful" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "--model", "mine:Peacful"), "mine has no Peacful; did you mean Peaceful"),
        (("run", "--stop", "people_cor < 3"), "did you mean people_core"),
        (("sweep", "--model", "mien:A", "policy_question"), "there is no module mien"),
        (("sweep",), "give a table with --points FILE"),
        (("sweep", "--points", "nowhere.csv"), "there is no file nowhere.csv"),
        (("sweep", "--points", "mine.py"), "a table of points is one of .csv"),
        (("sweep", "--points", "points.csv", "--seeds", "5-1", "--at", "0"), "2 problems"),
    ],
)
def test_a_mistake_is_told_in_words(words, message, mine):
    code, text = inkspot(*words)
    assert code == 2
    assert message in text
