"""Files of results that are flipped, cut, deleted, replaced or edited by hand: told in a sentence with a remedy."""

import json
import shutil
from contextlib import suppress

import pyarrow.parquet as pq
import pytest
from flips import DESIGN, files, folders, shown, trials

from experiments.batch.checksums import LIST, admit, read_list
from experiments.batch.errors import StoreError
from experiments.batch.manifest import read_manifest
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import sweep


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished sweep, a finished comparison, and one that was killed."""
    return folders(tmp_path_factory.mktemp("made"))


@pytest.fixture
def place(made, tmp_path):
    """Copies of them, by name."""
    for folder in made:
        shutil.copytree(folder, tmp_path / folder.name)
    (tmp_path / "flips.toml").write_text(DESIGN)
    return tmp_path


def swept(place, name="swept", reuse=False, progress=None):
    return sweep(load_design(place / "flips.toml"), place / name, reuse=reuse, progress=progress)


def compared(place, name):
    return compare(plan("synthetic_plane", ["core_only"], 2, {"weeks": 4}), place / name)


def test_a_flipped_bit_is_told_or_changes_nothing(tmp_path):
    found = list(trials(tmp_path, 60, seed=2015))
    assert {answer for *_, answer in found} <= {"told", "nothing changed"}, found
    kinds = {file.name if file.suffix != ".npz" else "map" for file, *_ in found}
    assert kinds == {
        *(f"{name}.parquet" for name in ("runs", "series", "events", "places", "points")),
        "manifest.json",
        LIST,
        "map",
    }


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def garbage(path):
    path.write_bytes(b"PAR1 nothing of use PAR1")


def another(path):
    pq.write_table(pq.read_table(path).slice(1), path)


DAMAGE = {"deleted": lambda path: path.unlink(), "cut": cut, "garbage": garbage, "another": another}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", ["runs", "series", "events"])
def test_a_damaged_table_is_told_by_whoever_reads_or_resumes(how, name, place):
    path = place / "swept" / f"{name}.parquet"
    DAMAGE[how](path)
    for use in (lambda: Results(place / "swept"), lambda: swept(place)):
        with pytest.raises(StoreError, match=rf"{path} is damaged \(it .*\): put a copy of it back, or .*--fresh"):
            use()
    DAMAGE[how](place / "compared" / f"{name}.parquet")
    with pytest.raises(StoreError, match=rf"{name}.parquet is damaged"):
        compared(place, "compared")


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", ["runs", "series"])
def test_a_damaged_part_is_told_and_its_runs_are_made_again_when_it_is_deleted(how, name, place):
    part = min((place / "killed" / "parts").iterdir())
    DAMAGE[how](part / f"{name}.parquet")
    words = rf"{name}.parquet is damaged .*delete the folder {part}, and the same command makes its 1 runs again"
    with pytest.raises(StoreError, match=words):
        compared(place, "killed")
    shutil.rmtree(part)
    assert list(compared(place, "killed").runs["status"]) == ["done", "done"]
    assert shown(place / "killed")[0][:2] == shown(place / "compared")[0][:2]


def test_a_list_that_is_deleted_and_tables_without_a_manifest_are_told(place):
    (place / "swept" / LIST).unlink()
    with pytest.raises(StoreError, match=f"{LIST} is damaged .it was deleted"):
        Results(place / "swept")
    (place / "compared" / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"holds results but no manifest.json"):
        compared(place, "compared")


@pytest.mark.parametrize("name", ["series.parquet", "manifest.json"])
def test_a_damaged_neighbour_is_passed_over_with_a_line(name, place):
    whole, notes = Results(place / "swept").runs(), []
    path = place / "swept" / name
    path.write_bytes(path.read_bytes().replace(path.read_bytes()[200:210], b"0123456789", 1))
    again = swept(place, "next", reuse=True, progress=lambda progress: notes.extend(progress.notes))
    assert f"Its runs are not used again: {path} is damaged" in notes[0] or "was not written by inkspot" in notes[0]
    assert again.summary["reused"] == 0
    assert again.runs().equals(whole)


def test_a_neighbour_of_other_versions_is_passed_over_with_a_line(place):
    path, notes = place / "swept" / "manifest.json", []
    content = {key: value for key, value in json.loads(path.read_text()).items() if key != "checksum"}
    content["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(content))
    again = swept(place, "next", reuse=True, progress=lambda progress: notes.extend(progress.notes))
    assert "swept are not used again, since bits may differ: numpy 1.0, here" in notes[0]
    assert again.summary["reused"] == 0


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [None], {"a": 1}])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_manifest_that_is_edited_by_hand_is_told_or_is_as_good(value, sealed, place):
    for folder in ("swept", "compared"):
        path = place / folder / "manifest.json"
        text = path.read_text()
        for key in json.loads(text):
            content = json.loads(text) | {key: value}
            if value is None:
                del content[key]
            if not sealed:
                content.pop("checksum", None)
            path.write_text(json.dumps(content))
            with suppress(StoreError):
                shown(place / folder)
        path.write_text(text)


def test_folders_of_earlier_versions_are_read_say_that_they_cannot_be_checked_and_are_checked_from_then_on(place):
    out, notes = place / "swept", []
    whole = shown(out)[0]
    (out / LIST).unlink()
    path = out / "manifest.json"
    path.write_text(json.dumps(read_manifest(out)))
    assert "whether files were damaged cannot be told" in shown(out)[3]
    swept(place, progress=lambda progress: notes.extend(progress.notes))
    assert "is of an earlier version: whether its files were damaged cannot be told" in notes[0]
    assert shown(out)[0] == whole
    another(out / "series.parquet")
    with pytest.raises(StoreError, match=r"series.parquet is damaged"):
        Results(out)


def test_a_kill_between_a_file_and_its_entry_leaves_a_folder_that_is_read(place):
    out = place / "swept"
    new = place / "new.parquet"
    pq.write_table(pq.read_table(out / "runs.parquet"), new, compression="snappy")
    admit(out / "runs.parquet", new)
    whole = shown(out)[0]
    new.replace(out / "runs.parquet")
    assert shown(out)[0] == whole
    assert len(read_list(out)["runs.parquet"]) == 2
    swept(place)
    assert len(read_list(out)["runs.parquet"]) == 1
    assert shown(out)[0] == whole
    assert len(files(out)) == 6
