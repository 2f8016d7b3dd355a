"""The `inkspot` command as a user meets it."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli.main import app
from model.record import OUTCOMES

COMMAND = [sys.executable, "-m", "experiments.cli.main"]
ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "pandas", "pydantic", "mesa", "numba", "scipy", "matplotlib", "rich", "model", "multiprocessing")


def inkspot(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def started(words: Sequence[object], prepare: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*COMMAND, *(str(word) for word in words)], env=environment, preexec_fn=prepare, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def until(reached: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that other processes do."""
    for _ in range(2400):
        if reached():
            return
        assert process is None or process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def stored(out: Path) -> int:
    """Runs that are on the disk in parts."""
    return sum(len(pd.read_parquet(part, columns=["seed"])) for part in out.glob("parts/[0-9a-f]*/runs.parquet"))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_help_imports_nothing_heavy():
    code = "import sys; from experiments.cli.main import main; sys.argv = ['inkspot', '--help']\n"
    code += "try: main()\nexcept SystemExit as end: assert not end.code\n"
    code += f"print('imported:', sorted({set(HEAVY)} & set(sys.modules)))"
    text = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    assert "imported: []" in text
    for command in ("run", "compare", "check", "list", "describe"):
        assert re.search(rf"^  {command} +[A-Z]", text, re.MULTILINE), command


def test_a_run_and_its_tables_need_neither_pandas_nor_arrow(tmp_path):
    code = f"import sys; sys.argv = ['inkspot', 'run', 'synthetic_plane', '--weeks', '2', '--out', {str(tmp_path)!r}]\n"
    code += "from experiments.cli.main import main\ntry: main()\nexcept SystemExit as end: assert not end.code\n"
    code += "print('imported:', sorted({'pandas', 'pyarrow', 'networkx', 'numba'} & set(sys.modules)))"
    text = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    assert text.endswith("imported: ['numba']\n")


def test_a_run_explains_itself_and_leaves_its_results(tmp_path):
    code, text = inkspot(
        "run", "synthetic_plane", "--policy", "core_only", "--weeks", 30, "--seed", 0, "--out", tmp_path
    )
    assert code == 0
    assert text.startswith("A plane with a core in the middle\nWhat does each mechanism do")
    assert re.search(r"^2014-08-\d\d  Policy: .*Strikes in Iraq", text, re.MULTILINE)
    assert re.search(
        r"^2014-\d\d-\d\d  Western group refused the core in public\n +because the label", text, re.MULTILINE
    )
    assert re.search(r"^people held by the core +[\d.]+ million +[\d.]+ million +people", text, re.MULTILINE)
    assert "It is not a forecast" in text
    assert "Repeat this run with: inkspot run synthetic_plane --policy core_only --seed 0 --set weeks=30" in text
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"map.png", "series.csv", "events.csv", "manifest.json", "written.json", ".lock"}
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(tmp_path / "series.csv")) == 31
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["kind"], manifest["seeds"], manifest["scenario"]["weeks"]) == ("run", [0], 30)


def test_a_comparison_shows_differences_their_certainty_and_where_the_report_is(tmp_path):
    words = ("compare", "synthetic_plane", "--policies", "core_only,no_intervention", "--seeds", 3, "--jobs", 1)
    code, text = inkspot(*words, "--set", "weeks=20", "--out", tmp_path)
    assert code == 0
    assert "2 policies x 3 seeds = 6 runs on 1 process" in text
    assert re.search(r"^No intervention +\+[\d.]+\*", text, re.MULTILINE)
    assert "not distinguishable from luck with 3 seeds" in text
    assert "95%" in text
    assert text.rstrip().endswith(f"Report: {tmp_path / 'report.html'}")
    assert "<html" in (tmp_path / "report.html").read_text().lower()
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    assert list(runs["policy"]) == ["core_only"] * 3 + ["no_intervention"] * 3
    brought = runs.groupby("policy")[
        "effort_spent"
    ].mean()  # allies choose how much: not the 20 weeks that were planned
    assert brought["no_intervention"] == 0 < brought["core_only"]
    spent = f"Effort spent: {brought['core_only']:,.0f} weeks of the leading ally's"
    assert f"{spent}; a different amount under “No intervention” (0)." in text
    assert set(OUTCOMES) <= set(runs.columns)


def compared(out: Path, jobs: int) -> list[object]:
    words = ["compare", "synthetic_plane", "--policies", "core_only,sever_links", "--seeds", 8, "--jobs", jobs]
    return [*words, "--set", "weeks=160", "--out", out]  # longer than a part takes


def test_several_scenarios_get_a_folder_each_and_one_page(tmp_path):
    words = ("synthetic_plane,essay_2016", "--policies", "core_only,sever_links", "--seeds", "2", "--set", "weeks=6")
    code, text = inkspot("compare", *words, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 0, text
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for scenario in ("synthetic_plane", "essay_2016"):
        assert f'href="{scenario}/report.html"' in page
        assert (tmp_path / "out" / scenario / "report.html").exists()
        assert len(pd.read_parquet(tmp_path / "out" / scenario / "runs.parquet")) == 4


def test_a_batch_that_is_killed_takes_its_workers_along_and_goes_on_to_the_same_results(tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = started(compared(killed, 2))
    until(lambda: stored(killed) >= 1, process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = stored(killed)
    assert len(children) >= 2
    until(lambda: not any(alive(int(child)) for child in children))
    code, text = inkspot(*compared(killed, 1))
    assert code == 0
    assert f"{there} of 16 runs stored from an earlier call" in text
    assert inkspot(*compared(whole, 1))[0] == 0
    for name in ("runs", "series", "events"):
        resumed, direct = (pd.read_parquet(out / f"{name}.parquet") for out in (killed, whole))
        columns = [column for column in direct if column != "wall_seconds"]
        pd.testing.assert_frame_equal(resumed[columns], direct[columns], check_exact=True)


def test_control_c_leaves_whole_results_and_says_how_to_go_on(tmp_path):
    process = started(compared(tmp_path, 2), lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    until(lambda: stored(tmp_path) >= 1, process)
    process.send_signal(signal.SIGINT)
    text = process.communicate(timeout=120)[0]
    assert process.returncode == 130, text
    assert "Traceback" not in text
    told = int(re.search(r"Stopped: (\d+) of 16 runs are stored", text)[1])
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == told >= 1
    assert "Resume with: inkspot compare synthetic_plane" in text


WRONG = "governments without a cell"


def test_runs_that_fail_are_told_with_the_command_that_repeats_them(tmp_path, monkeypatch):
    scenario = tmp_path / "elsewhere.toml"
    scenario.write_text('[scenario]\nextends = "synthetic_plane"\nweeks = 5\n')
    monkeypatch.setattr("model.simulation.load_theatre", Mock(side_effect=ValueError(WRONG)))
    words = ("compare", scenario, "--policies", "core_only", "--seeds", 2, "--jobs", 1, "--out", tmp_path / "out")
    code, text = inkspot(*words)
    assert code == 1
    assert f"Failed: core_only, seed 1: ValueError: {WRONG}" in text
    assert f"again: inkspot run {scenario} --policy core_only --seed 1" in text
    assert list(pd.read_parquet(tmp_path / "out" / "runs.parquet")["status"]) == ["failed"] * 2
    code, text = inkspot("run", scenario, "--out", tmp_path / "run")
    assert (code, "Traceback" in text) == (2, False)
    assert WRONG in text


MISTAKES: list[tuple[list[object], str]] = [
    (["run", "levant_2041"], "did you mean `levant_2014`?"),
    (["run", ""], "is a directory"),
    (["run", "--policy", "sever_link"], "did you mean `sever_links`?"),
    (["run", "--set", "territory.growt=0.4"], "did you mean `growth`?"),
    (
        ["run", "--set", "territory.growth"],
        "--set needs key=value, as in --set territory.growth=0.4, got 'territory.growth'",
    ),
    (["run", "--set", "=3"], "--set needs key=value"),
    (["run", "--set", "core.prestige=2", "--weeks", "0"], "2 problems"),
    (["run", "--weeks", "many"], "Invalid value for '--weeks'"),
    (["run", "--seed", "-1"], "--seed"),
    (["compare", "--jobs", "0"], "--jobs"),
    (["compare", "--seeds", "0"], "--seeds takes a number of seeds"),
    (["compare", "--policies", ","], "at least one policy"),
    (["compare", "--policies", "core_only,nobody"], "nobody: no such file, nor a shipped policy"),
    (["compare", "--policies", "core_only", "--baseline", "adaptive"], "the baseline adaptive is none of the policies"),
    (["check"], "name a file to check"),
    (["check", "nowhere.toml"], "nowhere.toml"),
    (["check", "--schema", "lesson"], "schema of `scenario` or of `policy` files, got 'lesson'"),
    (["describe", "boko_harm"], "did you mean boko_haram?"),
    (["describe", ""], "`inkspot list` shows what there is"),
    (["sweeep"], "sweeep"),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES, ids=lambda value: " ".join(map(str, value))[:40])
def test_a_mistake_is_told_in_plain_words_with_exit_code_2(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, text = inkspot(*words)
    assert code == 2
    assert message in text
    assert "Traceback" not in text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_folder_that_cannot_be_made_is_told(command, tmp_path):
    (tmp_path / "file").write_text("")
    code, text = inkspot(command, "synthetic_plane", "--set", "weeks=5", "--out", tmp_path / "file" / "results")
    assert (code, "Traceback" in text) == (2, False)
    assert f"cannot make the folder {tmp_path / 'file' / 'results'}: Not a directory: choose another --out" in text


def test_a_full_disk_is_told(tmp_path):
    small = ["run", "synthetic_plane", "--weeks", 5, "--out", tmp_path]
    process = started(small, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
    text = process.communicate(timeout=120)[0]
    assert process.returncode == 2, text
    assert "inkspot: " in text
    assert "Traceback" not in text


def test_results_are_never_mixed_or_overwritten_unasked(tmp_path):
    words = ["compare", "synthetic_plane", "--policies", "core_only", "--seeds", 1, "--jobs", 1, "--out", tmp_path]
    assert inkspot(*words, "--set", "weeks=5")[0] == 0
    code, text = inkspot(*words, "--set", "weeks=6")
    assert code == 2
    assert "add --fresh to replace them" in text
    code, text = inkspot("run", "synthetic_plane", "--weeks", 5, "--out", tmp_path)
    assert (code, "holds results of a batch" in text) == (2, True)
    assert inkspot(*words, "--set", "weeks=6", "--fresh")[0] == 0
    assert list(pd.read_parquet(tmp_path / "series.parquet")["week"]) == list(range(7))


def test_check_takes_designs_and_list_names_them(tmp_path):
    shipped = ROOT / "experiments/sweep/designs/link_resilience.toml"
    code, text = inkspot("check", shipped)
    assert code == 0
    assert text.endswith(f"{shipped}: ok\n")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(shipped.read_text(encoding="utf-8").replace("method =", "metod ="), encoding="utf-8")
    code, text = inkspot("check", wrong)
    assert code == 2
    assert "metod" in text
    assert "method" in text
    assert "link_resilience  " in inkspot("list")[1]
