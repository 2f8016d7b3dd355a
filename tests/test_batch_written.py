"""What is made of runs is checked when it is read; versions and machines are remembered; names can be those of files."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.batch.errors import StoreError
from experiments.batch.lock import locked
from experiments.batch.manifest import about, read_manifest, write_manifest
from experiments.batch.measured import measured_layout
from experiments.batch.spreadsheets import safe
from experiments.batch.store import Store
from experiments.batch.written import LIST, checked, note
from experiments.claims.headline.files import stored_headline
from experiments.claims.stored import read_verdicts
from experiments.claims.summary import KEPT, STABILITY
from experiments.cli.main import app
from experiments.history.steps import Steps
from experiments.points.ensemble import ENSEMBLE, load_ensemble
from experiments.site.folder import PARTS, Workplace
from experiments.site.gallery import Made
from model.scenario import ScenarioError, check_file, load_scenario


@pytest.mark.parametrize("file", [KEPT, STABILITY, ENSEMBLE], ids=lambda file: file.name)
def test_shipped_files_are_as_they_were_written(file):
    """After a change on purpose: python -m experiments.batch.written FILE"""
    assert file.name in json.loads((file.parent / LIST).read_text(encoding="utf-8"))["files"]
    assert checked(file) == file


def spoilt(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_damaged_table_of_verdicts_or_ensemble_is_named(tmp_path):
    for file in (KEPT, ENSEMBLE):
        for path in (file, file.parent / LIST):
            shutil.copy(path, tmp_path / path.name)
        copy = tmp_path / file.name
        read = (lambda: read_verdicts(tmp_path)) if file is KEPT else (lambda copy=copy: load_ensemble(copy))
        assert len(read())
        spoilt(copy)
        with pytest.raises(StoreError, match=f"{file.name} is damaged .* put a copy of it back, or make it anew"):
            read()
        (tmp_path / LIST).write_text("{}")
        with pytest.raises(StoreError, match=r"written\.json is damaged"):
            read()
        (tmp_path / LIST).unlink()


def test_a_damaged_headline_is_named_and_other_ends_of_lines_are_no_damage(tmp_path):
    for name, text in (("headline.json", '{\n"sentences": ["one"]}\n'), ("headline.svg", "<svg>\n</svg>\n")):
        (tmp_path / name).write_text(text, newline="")
    note([tmp_path / "headline.json", tmp_path / "headline.svg"])
    (tmp_path / "headline.svg").write_text("<svg>\r\n</svg>\r\n", newline="")
    found = stored_headline(tmp_path)
    assert found is not None
    assert found["sentences"] == ["one"]
    (tmp_path / "headline.json").write_text('{\n"sentences": ["two"]}\n', newline="")
    with pytest.raises(StoreError, match=r"headline.json is damaged"):
        stored_headline(tmp_path)
    assert stored_headline(tmp_path / "none") is None


def test_versions_of_the_first_call_stay_and_others_are_told_and_remembered(tmp_path):
    layout = measured_layout("peaks")
    first = about("peaks", ["first"])
    for manifest in (first, about("peaks", ["again"])):
        with Store(tmp_path, layout).open(manifest) as store:
            assert store.notes == []
    other = about("peaks", ["other"])
    other["versions"] |= {"numpy": "9.9.9"}
    other["platform"] |= {"machine": "abacus"}
    with Store(tmp_path, layout).open(other) as store:
        (words,) = store.notes
    assert "here 9.9.9" in words
    assert "here abacus" in words
    found = read_manifest(tmp_path)
    assert (found["versions"], found["command"]) == (first["versions"], "other")
    assert [each["command"] for each in found["history"]] == ["first", "other"]
    with Store(tmp_path, layout).open(about("peaks", ["third"]), fresh=True) as store:
        assert [each["command"] for each in read_manifest(tmp_path)["history"]] == ["third"]


def test_a_manifest_without_a_history_gets_one(tmp_path):
    layout = measured_layout("peaks")
    with Store(tmp_path, layout).open(about("peaks", ["first"])):
        pass
    manifest = read_manifest(tmp_path)
    del manifest["history"]
    write_manifest(tmp_path, manifest)
    other = about("peaks", ["other"])
    other["versions"] |= {"numba": "9"}
    with Store(tmp_path, layout).open(other):
        pass
    assert [each["command"] for each in read_manifest(tmp_path)["history"]] == ["first", "other"]


def test_a_run_into_a_folder_that_is_held_is_refused(tmp_path):
    with locked(tmp_path):
        done = CliRunner().invoke(app, ["run", "synthetic_plane", "--weeks", "2", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "is in use by process" in done.output
    assert not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "", "x" * 101, "a\nb", "a\\b", "C:x"])
def test_names_that_no_file_can_have_are_told_before_any_run(name, tmp_path):
    for key in ("name", "policy.name"):
        with pytest.raises(ScenarioError, match="a name that a file can have"):
            load_scenario("synthetic_plane", overrides={key: name})
    text = f'[policy]\ntitle = "T"\nmeaning = "M"\nname = {json.dumps(name)}\n'
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    assert any("a name that a file can have" in each.message for each in check_file(tmp_path / "policy.toml"))


def test_no_cell_name_or_index_of_a_csv_is_a_formula_and_numbers_stay_as_they_are():
    frame = pd.DataFrame(
        {"=a": ["@x", "y"], "b": np.array([-0.1, 2], dtype=np.float32), "c": [-1, 2]}, index=["+i", "j"]
    )
    frame.index.name = "key"
    plain = frame.set_axis(["'=a", "b", "c"], axis=1).to_csv().replace("@x", "'@x").replace("+i", "'+i")
    assert safe(frame).to_csv() == plain


def test_no_flipped_bit_changes_a_kept_step_of_a_calibration(tmp_path):
    steps = Steps(tmp_path, "start")
    made = steps.take("wave_1", ["points"], lambda: {"found": np.arange(5.0), "more": np.eye(2)})
    (file,) = tmp_path.rglob("*.npz")
    whole, again = file.read_bytes(), []
    for position in range(0, 8 * len(whole), 7):
        broken = bytearray(whole)
        broken[position // 8] ^= 1 << position % 8
        file.write_bytes(broken)
        resumed = Steps(tmp_path, "start").take("wave_1", ["points"], lambda: again.append(1) or made)
        assert {name: array.tolist() for name, array in resumed.items()} == {
            name: array.tolist() for name, array in made.items()
        }
    assert again
    file.write_bytes(whole)
    assert Steps(tmp_path, "start").take("wave_1", ["points"], dict).keys() == made.keys()


@pytest.mark.parametrize("change", [str.lower, lambda text: text[:-5], lambda text: "[1, 2]", lambda text: "{}"])
def test_a_kept_part_of_a_site_that_was_changed_is_made_again(change, tmp_path):
    (tmp_path / PARTS).mkdir()
    place, part = Workplace(tmp_path), Made({"page.html": "An Answer"}, {"mean": 1.5})
    place.keep("page", "of this", part)
    assert place.made("page", "of this") == part
    assert place.made("page", "of that") is None
    (file,) = (tmp_path / PARTS).iterdir()
    file.write_text(change(file.read_text()))
    assert place.made("page", "of this") is None
