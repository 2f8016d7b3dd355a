"""Users' mistakes become one line, quickly: huge numbers, deep nesting, endless files, far dates, thousands of tables."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from experiments.batch.dask import check_versions, dask_engine
from experiments.batch.errors import UserError
from experiments.cli.check import file_problems
from experiments.cli.main import app
from experiments.cli.plain_errors import FAULT, RAISE
from model.scenario import ScenarioError, check_file, load_scenario
from model.scenario.shipped import FILE

KINDS = {
    "scenario": '[scenario]\nextends = "levant_2014"\n', "policy": '[policy]\ntitle = "T"\nmeaning = "M"\n',
    "design": '[design]\ntitle = "T"\nscenarios = ["levant_2014"]\npolicies = ["core_only"]\n',
    "targets": '[targets.a]\ntitle = "T"\n', "ledger": '[C900]\ntitle = "T"\n',
    "lesson": 'title = "T"\n[prediction]\n[challenge]\n',
}  # fmt: skip
ODD = {
    "a number of 5,000 digits": (f"x = {'9' * 5000}\n", "digits"),
    "deep nesting": (f"x = {'[' * 50_000}{']' * 50_000}\n", "nested too deeply"),
    "a key of a million parts": ("a." * 1_000_000 + "a = 1\n", "parts or more"),
    "a word of a hundred thousand letters": ("a" * 100_000, "broken TOML"),
    "50 MB": ("# " + "x" * 50_000_000, "larger than 5 MB"),
    "numerals of other scripts": ("x = ٣\n", "broken TOML"),
    "a year of other numerals": ("x = ٢٠١٥-01-01\n", "broken TOML"),
    "a date that is none": ("x = 2014-02-31\n", "broken TOML"),
    "bytes that are no text": ("\udcff\udcfe", "line 3 is not UTF-8"),
}


def told(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts_are_refused_in_one_line_in_every_kind_of_file(kind: str, odd: str, tmp_path: Path) -> None:
    text, words = ODD[odd]
    (tmp_path / "odd.toml").write_bytes((KINDS[kind].splitlines()[0] + "\n\n" + text).encode(errors="surrogateescape"))
    (problem,) = file_problems(str(tmp_path / "odd.toml"))
    assert words in problem.message
    assert "\n" not in problem.message


@pytest.mark.parametrize(
    ("kind", "table"),
    [("scenario", "groups.g"), ("scenario", "timeline.t"), ("policy", "phases.p"), ("ledger", "C1"),
     ("targets", "targets.t"), ("targets", "groups.g"), ("scenario", "zz"), ("design", "uncertainties.u")],
)  # fmt: skip
def test_the_work_of_reading_grows_with_the_number_of_tables_not_with_its_square(kind, table, tmp_path):
    def calls(count: int) -> int:
        lines = [f"[{table}{number}]" for number in range(10_000, 10_000 + count)]
        (tmp_path / "many.toml").write_text(KINDS[kind] + "\n".join(lines), encoding="utf-8")
        made = 0

        def note(*_: object) -> None:
            nonlocal made
            made += 1

        sys.setprofile(note)
        try:
            problems = file_problems(str(tmp_path / "many.toml"))
        finally:
            sys.setprofile(None)
        assert len(problems) >= count if count < 2000 else any("entries; at most" in each.message for each in problems)
        return made

    calls(2)  # what is read or imported once only
    few, some, many = calls(10), calls(100), calls(1000)
    assert many - some < 15 * (some - few)
    calls(20_000)


def test_devices_pipes_and_circles_of_links_are_refused_and_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    (tmp_path / "circle.toml").symlink_to(tmp_path / "circle.toml")
    for name in ("pipe.toml", "zero.toml"):
        (problem,) = check_file(tmp_path / name)
        assert "device or a pipe" in problem.message
        for words in (["run", tmp_path / name], ["sweep", tmp_path / name], ["claims", "--ledger", tmp_path / name],
                      ["run", "--from", tmp_path / name], ["compare", "--ensemble", tmp_path / name, "--draws", 1],
                      ["backtest", "--targets", tmp_path / name], ["forecast", "--score", tmp_path / name]):  # fmt: skip
            code, text = told(*words)
            assert (code, "device or a pipe" in text or "no ensemble" in text) == (2, True), text
    assert told("check", tmp_path / "circle.toml")[0] == 2
    assert told("run", tmp_path / "circle.toml")[0] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["forecast", "--to", "9999-12-31"], "--to must be a date from 1900-01-01 to 2100-01-01"),
        (["backtest", "--to", "9999-12-31"], "--to must be a date from 1900-01-01 to 2100-01-01"),
        (["backtest", "--to", "2099-01-01"], "--to must be a date from 2014-06-16 to 2064-04-07"),
        (["calibrate", "--until", "0001-01-01"], "--until must be a date from 1900-01-01"),
        (["backtest", "--from", "٢٠١٥-01-01"], "--from must be a date such as 2015-12-31"),
        (["run", "--set", "start=9999-12-31"], "start: must be a date from 1900-01-01"),
        (["run", "--set", f"weeks={'9' * 5000}"], "weeks: must be a whole number from 1 to 2600"),
        (["run", "--set", f"weeks={'[' * 5000}"], "weeks: must be a whole number from 1 to 2600"),
    ],
)
def test_far_dates_and_odd_settings_are_refused(words, said):
    code, text = told(*words)
    assert code == 2
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    "key", ["allies.coalition.effort", "policy.phases.a.delay", "policy.phases.a.effort.strike_core"]
)
def test_a_number_of_hundreds_of_digits_is_refused_wherever_numbers_are_added(key):
    allies = load_scenario("levant_2014").allies
    ally = next(name for name, each in allies.items() if each.kind != "outside_power")
    phase = {"policy.phases.a": {"effort": {"strike_core": 0.5}, "when": "core_falls"}} if "phases" in key else {}
    with pytest.raises(ScenarioError):
        load_scenario("levant_2014", overrides=phase | {key.replace("coalition", ally): int("9" * 400)})


def test_a_broken_file_of_parameters_is_named(monkeypatch):
    monkeypatch.setattr("model.scenario.shipped.FILE", FILE.parent / "no_such.toml")
    from model.scenario import shipped

    assert "install inkspot anew" in shipped.read.__wrapped__()[1]


def test_a_dask_cluster_of_other_versions_is_named(monkeypatch):
    here = {"python": "3.12.1.final.0", "dask": "2026.1.0", "distributed": "2026.1.0", "numpy": "2.1.0"}
    same = {"client": {"packages": here}, "scheduler": {"packages": here | {"python": "3.12.9.final.0"}}, "workers": {}}
    check_versions(same)
    other = same | {"workers": {"tcp://a": {"packages": here | {"dask": "2025.1.0", "numpy": "2.3.0"}}}}
    with pytest.raises(UserError, match=r"tcp://a has dask 2025.1.0, here it is 2026.1.0; tcp://a has numpy 2.3.0"):
        check_versions(other)

    def greet(*_: object, **__: object) -> None:
        raise RuntimeError("cannot\nread")

    fake = SimpleNamespace(Client=greet, KilledWorker=Exception, LocalCluster=None)
    monkeypatch.setitem(__import__("sys").modules, "distributed", fake)
    with (
        pytest.raises(UserError, match=r"no Dask scheduler answers at tcp://x \(cannot read\)"),
        dask_engine("tcp://x", 1),
    ):
        pass


def test_a_fault_of_ours_is_one_line_with_a_report_in_a_file(monkeypatch, tmp_path):
    def fail(*_: object) -> None:
        raise KeyError("surprise\n\x1b[31m")

    monkeypatch.setattr("experiments.cli.describe.show_names", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, text = told("list")
    (report,) = tmp_path.glob("inkspot-fault-*.txt")
    assert (code, text.count("\n")) == (FAULT, 1)
    assert str(report) in text
    assert "Traceback" in report.read_text(encoding="utf-8")
    monkeypatch.setenv(RAISE, "1")
    assert isinstance(CliRunner().invoke(app, ["list"]).exception, KeyError)


def test_control_c_while_a_command_is_still_being_loaded_is_answered_in_a_word():
    words = [sys.executable, "-c", "import experiments.cli; raise KeyboardInterrupt"]
    done = subprocess.run(words, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "\nStopped.\n")
    assert done.returncode == -signal.SIGINT
