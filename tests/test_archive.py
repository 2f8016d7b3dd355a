"""`inkspot archive`: a supplement from which the runs are made again, with the same results, and the same bytes twice."""

import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.batch.archive import archive, own_files
from experiments.batch.errors import UserError
from experiments.batch.lock import locked
from experiments.cli import run as running
from experiments.cli.main import app
from experiments.compare.comparison import compare
from experiments.compare.planning import plan

PARENT = "[scenario]\nextends = 'synthetic_plane'\nweeks = 8\n[core]\nprestige = 0.6\n"
CHILD = "[scenario]\nextends = 'parent.toml'\ntitle = 'Mine'\n"
POLICY = "[policy]\nextends = 'core_only'\ntitle = 'Mine'\n"
DESIGN = ("[design]\ntitle = 't'\nquestion = 'q'\nscenarios = ['mine.toml']\npolicies = ['core_only', 'own.toml']\n"
          "replicates = 2\noutcomes = ['people_core']\n[uncertainties]\nterritory.growth = { low = 0.3, high = 0.5 }\n"
          "[sampling]\nmethod = 'full_factorial'\nlevels = 2\n")  # fmt: skip
FILES = {"parent.toml": PARENT, "mine.toml": CHILD, "own.toml": POLICY, "design.toml": DESIGN}
CALLS = {
    "run": ["run", "study/mine.toml", "--policy", "study/own.toml", "--seed", "3", "--out", "results"],
    "compare": ["compare", "study/mine.toml", "--policies", "core_only,study/own.toml", "--seeds", "2", "--jobs", "1",
                "--out=results"],
    "sweep": ["sweep", "study/design.toml", "--jobs", "1", "--out", "results"],
}  # fmt: skip
COMPARED = {"run": "series.csv", "compare": "runs.parquet", "sweep": "runs.parquet"}


def inkspot(words: list[str], folder: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "experiments.cli.main", *words], cwd=folder, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def in_process(words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The same without a process of its own, in the folder where we are."""
    monkeypatch.setattr(sys, "argv", ["inkspot", *words])  # which results remember as their command
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    return ran.output


def values(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    return table.drop(columns=[name for name in ("repeat", "wall_seconds") if name in table.columns])


@pytest.mark.parametrize("kind", CALLS)
def test_from_the_archive_the_same_results_are_made_again(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    for name, text in FILES.items():
        (tmp_path / "study" / name).write_text(text)
    in_process(CALLS[kind], monkeypatch)
    said = in_process(["archive", "results", "supplement.zip"], monkeypatch)
    assert "supplement.zip" in said
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(tmp_path / "supplement.zip") as packed:
        names = packed.namelist()
        packed.extractall(elsewhere)
    assert {"README.md", "SHA256SUMS", "scenario.json", "versions.json"} <= set(names)
    assert {"inputs/mine.toml", "inputs/parent.toml", "inputs/own.toml"} <= set(names)
    assert "results/manifest.json" in names
    assert ("results/report.html" in names) == (kind == "compare")
    readme = (elsewhere / "README.md").read_text()
    (line,) = [line.strip() for line in readme.splitlines() if line.startswith("    inkspot ")]
    for name in FILES:  # the archive is enough
        (tmp_path / "study" / name).unlink()
    inkspot(shlex.split(line)[1:], elsewhere)
    before, after = (values(elsewhere / folder / COMPARED[kind]) for folder in ("results", "again"))
    pd.testing.assert_frame_equal(before, after)
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=elsewhere)
    assert sums.returncode == 0


def test_the_same_folder_gives_the_same_bytes_and_no_path_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("[scenario]\nextends = 'synthetic_plane'\nweeks = 4\n")
    in_process(["run", "mine.toml", "--out", "results"], monkeypatch)
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    assert archive(Path("results"), one) == archive(Path("results"), two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as packed:
        assert all(str(tmp_path) not in packed.read(name).decode(errors="ignore") for name in packed.namelist())


def test_what_cannot_be_archived_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="holds no results"):
        archive(tmp_path, tmp_path / "x.zip")
    (tmp_path / "mine.toml").write_text("[scenario]\nextends = 'synthetic_plane'\nweeks = 4\n")
    in_process(["run", "mine.toml", "--out", "results"], monkeypatch)
    with pytest.raises(UserError, match=r"an archive ends in \.zip"):
        archive(tmp_path / "results", tmp_path / "x.tar")
    (tmp_path / "mine.toml").unlink()
    refused = CliRunner().invoke(app, ["archive", "results", "x.zip"])
    assert refused.exit_code == 2
    assert "archive from the folder where it was run" in refused.output


def test_files_that_files_name_are_found_with_a_map(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[scenario]\nextends = ['b', 'levant_2014']\ntheatre = 'm.npz'\n")
    (tmp_path / "b.toml").write_text("[scenario]\npolicy = 'p'\n")
    (tmp_path / "p.toml").write_text("[policy]\n")
    (tmp_path / "m.npz").write_bytes(b"x")
    (tmp_path / "unused.toml").write_text("")
    found = own_files(["inkspot", "run", str(tmp_path / "a.toml")])
    assert [path.name for path in found] == ["a.toml", "b.toml", "m.npz", "p.toml"]


def test_a_damaged_file_is_not_archived(tmp_path: Path) -> None:
    compared = compare(plan("synthetic_plane", ["core_only"], 1, {"weeks": 3}), tmp_path / "compared").out
    done = CliRunner().invoke(app, ["run", "synthetic_plane", "--weeks", "2", "--out", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    files = [*compared.rglob("*.parquet"), *compared.rglob("*.npz"), *compared.glob("*.json")]
    files += [tmp_path / "run" / name for name in ("series.csv", "events.csv", "map.png", "manifest.json")]
    assert {path.suffix for path in files} == {".parquet", ".npz", ".json", ".csv", ".png"}
    for path in (path for path in files if path.name != ".lock.json"):
        whole, folder = path.read_bytes(), compared if compared in path.parents else tmp_path / "run"
        broken = bytearray(whole)
        broken[len(broken) // 2] ^= 4
        path.write_bytes(broken)
        with pytest.raises(UserError, match=r"damaged|changed"):
            archive(folder, tmp_path / "out.zip")
        path.write_bytes(whole)
    assert not (tmp_path / "out.zip").exists()
    inner = compared / "inner"
    shutil.copytree(compared, inner)
    (inner / "manifest.json").write_text((inner / "manifest.json").read_text().replace("core_only", "core_onlx"))
    with pytest.raises(UserError, match="manifest"):
        archive(compared, tmp_path / "out.zip")
    shutil.rmtree(inner)
    (compared / "runs.parquet").unlink()
    with pytest.raises(UserError, match="it was deleted or moved"):
        archive(compared, tmp_path / "out.zip")


def test_a_folder_that_a_process_writes_into_is_not_archived(tmp_path: Path) -> None:
    out = compare(plan("synthetic_plane", ["core_only"], 1, {"weeks": 2}), tmp_path / "compared").out
    with locked(out), pytest.raises(UserError, match="is in use by process"):
        archive(out, tmp_path / "out.zip")
    (out / ".lock.json").write_text("left by a process that was killed")
    assert not [name for name in archive(out, tmp_path / "out.zip") if ".lock" in name]


def test_a_run_whose_folder_is_replaced_meanwhile_writes_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, run = tmp_path / "out", running.run_until_stop

    def replaced(*given: Any) -> Any:
        out.rename(tmp_path / "moved")
        out.mkdir()
        return run(*given)

    monkeypatch.setattr(running, "run_until_stop", replaced)
    done = CliRunner().invoke(app, ["run", "synthetic_plane", "--weeks", "2", "--out", str(out)])
    assert done.exit_code == 2
    assert "was deleted, moved or replaced by somebody else while this run was made" in done.output
    assert list(out.iterdir()) == []
