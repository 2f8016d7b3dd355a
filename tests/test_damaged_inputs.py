"""Files of other kinds than text, truncated, replaced by noise or hand-made: one line each, never a traceback or a hang."""

import errno
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from experiments.batch import written
from experiments.batch.archive import archive
from experiments.batch.checksums import LIST, sealed
from experiments.batch.errors import StoreError, UserError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_data
from experiments.batch.outcome import Outcome
from experiments.batch.row_index import decoded
from experiments.batch.run import Run, identity
from experiments.batch.store import Store
from experiments.batch.written import note
from experiments.claims.ledger import read_ledger
from experiments.claims.plan import Extent, Plan
from experiments.claims.run import LAYOUT, runs_left
from experiments.claims.stored import stored_rows, told
from experiments.cli.plain_errors import plain_errors
from experiments.points.ensemble import ENSEMBLE, KEY, load_ensemble
from experiments.sweep.sheet import read_sheet
from model.scenario.maps import read_map, shipped_arrays

TRIALS = 60


def map_file(**changes: object) -> bytes:
    """A small map file, with changes."""
    said = {"format": "inkspot theatre 1", "codes": ["AAA", "BBB"], "line_kinds": ["coast"], "resolution": 1.0}
    cells = np.ones((2, 3))
    arrays = {
        "lat": np.array([1.5, 0.5]), "lon": np.array([0.5, 1.5, 2.5]), "country": np.array([[0, 0, 1], [0, -1, 1]], "i2"),
        "land": cells, "people": cells, "border_km": np.zeros((2, 2)), "line_points": np.zeros((3, 2)),
        "line_ends": np.array([3]), "about": np.array(json.dumps(said)),
    }  # fmt: skip
    stream = io.BytesIO()
    np.savez_compressed(stream, **(arrays | changes))
    return stream.getvalue()


def table_file(folder: Path, name: str) -> bytes:
    """A table of points, as Parquet or Excel writes it."""
    frame = pd.DataFrame({"territory.growth": [0.3, 0.4], "policy": ["core_only", "sever_links"]})
    frame.to_parquet(folder / name) if name.endswith("parquet") else frame.to_excel(folder / name, index=False)
    return (folder / name).read_bytes()


def damages(whole: bytes, luck: random.Random) -> bytes:
    """A file with its end cut off, a bit flipped, a stretch replaced by noise, or nothing but noise."""
    at, how = luck.randrange(len(whole)), luck.randrange(4)
    if how == 0:
        return whole[:at]
    if how == 1:
        return whole[:at] + bytes([whole[at] ^ (1 << luck.randrange(8))]) + whole[at + 1 :]
    return whole[:at] + luck.randbytes(30) + whole[at + 30 :] if how == 2 else luck.randbytes(at)


READERS: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "mine.npz": (read_map, ValueError),
    "grid.npz": (shipped_arrays, OSError),
    "points.parquet": (read_sheet, UserError),
    "points.xlsx": (read_sheet, UserError),
    "ensemble.parquet": (load_ensemble, UserError),
}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_refused_in_one_line_that_names_it_or_read(name, tmp_path):
    read, refusal = READERS[name]
    whole = {"ensemble.parquet": ENSEMBLE.read_bytes, "mine.npz": map_file, "grid.npz": map_file}.get(
        name, lambda: table_file(tmp_path, name)
    )()
    path, luck, refused = tmp_path / name, random.Random(1), list[str]()
    path.write_bytes(whole)
    read(path)
    for _ in range(TRIALS):
        path.write_bytes(damages(whole, luck))
        try:
            read(path)
        except refusal as error:
            refused.append(str(error))
    assert len(refused) > TRIALS / 4
    assert [words for words in refused if name not in words or "\n" in words] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"about": np.array("[]")},
        {"about": np.array("null")},
        {"land": np.ones((5, 5))},
        {"country": np.array([[0, 0, 7], [0, -1, 1]], "i2")},
        {"border_km": np.zeros((1, 2))},
        {"line_ends": np.array([3, 3])},
    ],
)
def test_a_map_whose_parts_do_not_fit_together_is_refused(changes, tmp_path):
    (tmp_path / "mine.npz").write_bytes(map_file(**changes))
    with pytest.raises(ValueError, match=r"mine\.npz: is no map of `inkspot theatre`, or damaged"):
        read_map(tmp_path / "mine.npz")


def test_a_pipe_or_a_device_for_a_map_or_a_table_is_refused_and_not_read_for_ever(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    for name in ("pipe.npz", "zero.npz"):
        with pytest.raises(ValueError, match="it is a device or a pipe"):
            read_map(tmp_path / name)
    os.mkfifo(tmp_path / "verdicts.csv")
    with pytest.raises(OSError, match="it is a device or a pipe"):
        note([tmp_path / "verdicts.csv"])


@pytest.mark.parametrize("change", ["a list", "text for numbers"])
def test_an_ensemble_of_wrong_types_is_refused(change, tmp_path):
    table = pq.read_table(ENSEMBLE)
    said = json.loads(table.schema.metadata[KEY])
    if change == "a list":
        table = table.replace_schema_metadata({KEY: json.dumps(list(said))})
    else:
        place = table.column_names.index(said["parameters"][0])
        table = table.set_column(place, said["parameters"][0], pa.array(["much"] * len(table)))
        table = table.replace_schema_metadata({KEY: json.dumps(said)})
    pq.write_table(table, tmp_path / "mine.parquet")
    with pytest.raises(UserError, match=r"mine\.parquet is no ensemble"):
        load_ensemble(tmp_path / "mine.parquet")


def stored(folder: Path) -> Path:
    """A folder of results of claims, with one run."""
    store = Store(folder, LAYOUT)
    with store.open(about(LAYOUT.kind, ["inkspot", "claims"])):
        run = Run("synthetic_plane", None, {"weeks": 2})
        columns = identity(run) | {"task": "a", "scenario": "synthetic_plane", "policy": "", "seed": 0}
        store.add(columns, Outcome(run, "done", measured_data([("people_core", None, 1.0)]), seconds=1.0))
    return folder


def test_an_archive_of_results_whose_list_was_deleted_is_refused(tmp_path):
    folder = stored(tmp_path / "results")
    (folder / LIST).unlink()
    with pytest.raises(StoreError, match=r"checksums\.json is damaged \(it was deleted\)"):
        archive(folder, tmp_path / "out.zip")


@pytest.mark.parametrize("files", [[], {"runs.parquet": 3}, {"runs.parquet": [{}]}, {"runs.parquet": ["x"]}, None])
def test_a_list_of_the_right_seal_and_the_wrong_form_is_damage(files, tmp_path):
    folder = stored(tmp_path / "results")
    (folder / LIST).write_text(json.dumps(sealed({"files": files})))
    with pytest.raises(StoreError, match=r"checksums\.json is damaged"):
        Store(folder, LAYOUT).finished()


def test_what_claims_still_lack_is_not_counted_from_damaged_results(tmp_path):
    folder = stored(tmp_path / "results")
    claims = {"C01": read_ledger()["C01"]}
    assert runs_left(Plan(claims, Extent(seeds=2)), folder)[2] > 0
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "runs.parquet").write_bytes(b"PAR1 noise PAR1")
    with pytest.raises(StoreError, match=r"runs\.parquet"):
        runs_left(Plan(claims, Extent(seeds=2)), folder)


VERDICT = "claim,condition,claim_verdict,pairs,outcome,verdict\nC01,stated,supported,8,people,supported\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"claim,condition\nC01,stated\n", "is no table of verdicts"),
        (b"a,b\n1,2\n", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_page_and_a_description_say_that_stored_verdicts_cannot_be_read_and_go_on(content, words, tmp_path):
    path = tmp_path / "claims-mine" / "verdicts.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError, match=words):
        stored_rows("C01", tmp_path)
    ((word, said),) = told("C01", tmp_path)
    assert (word, words in said) == ("last verdict", True)


def test_a_table_that_another_process_is_just_writing_is_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "claims" / "verdicts.csv"
    path.parent.mkdir()
    path.write_text(VERDICT)
    note([path])
    path.write_text(VERDICT.replace("supported", "undetermined"))  # and its list is not written yet

    def passes(seconds: float) -> None:
        note([path])

    monkeypatch.setattr(written, "sleep", passes)
    assert told("C01", tmp_path)[0][1].startswith("undetermined, 8 pairs")


def test_verdicts_that_are_deleted_while_they_are_looked_for_are_not_missed(tmp_path):
    for name in ("claims", "claims-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "verdicts.csv").write_text(VERDICT)
    (tmp_path / "claims" / "verdicts.csv").unlink()
    (tmp_path / "claims" / "verdicts.csv").symlink_to(tmp_path / "gone")
    assert stored_rows("C01", tmp_path)[0] == tmp_path / "claims-old"
    shutil.rmtree(tmp_path / "claims-old")
    assert told("C01", tmp_path) == []


@pytest.mark.parametrize(
    "error", [MemoryError("no room"), pa.ArrowMemoryError("no room"), OSError("ZSTD_DCtx create failed")]
)
def test_whoever_lacks_memory_is_not_told_to_replace_results_that_are_whole(error, tmp_path):
    folder = stored(tmp_path / "results")

    def read() -> None:
        raise error

    with pytest.raises(
        (MemoryError, StoreError), match=r"no room|is as it was written, and cannot be read.*free memory or processes"
    ):
        decoded(folder / "runs.parquet", read)
    (folder / LIST).unlink()
    if isinstance(error, OSError):
        with pytest.raises(StoreError, match="is damaged"):
            decoded(folder / "runs.parquet", read)


def test_a_broken_pipe_to_another_process_is_told_and_one_of_the_output_is_not(capfd):
    with pytest.raises(typer.Exit) as ended, plain_errors():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    assert ended.value.exit_code == 2
    assert "a process that this one started has died (Broken pipe)" in capfd.readouterr().err
    reading, writing = os.pipe()
    os.close(reading)
    out = os.dup(1)
    os.dup2(writing, 1)
    try:
        with pytest.raises(BrokenPipeError), plain_errors():
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    finally:
        os.dup2(out, 1)
        os.close(out)
        os.close(writing)
