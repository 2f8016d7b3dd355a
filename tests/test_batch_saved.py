"""A saved run goes on to the same bits; a branch from it is that of the whole run; other files are refused in words."""

import json
import pickle
import zlib
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.batch.checksums import sealed
from experiments.batch.errors import UserError
from experiments.batch.run import Run
from experiments.batch.saved import save_run, saved_run
from experiments.cli.main import app
from model import Simulation

RUN = Run("synthetic_plane", "core_only", {"weeks": 20}, 4)
PLANE = ("synthetic_plane", "--policy", "core_only", "--weeks", 20, "--seed", 4)


def inkspot(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["run", *(str(word) for word in words)])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def tables(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in ("series.csv", "events.csv")]


@pytest.fixture
def saved(tmp_path):
    simulation = Simulation(RUN.composed, RUN.seed)
    for _ in range(7):
        simulation.step()
    save_run(RUN, simulation, tmp_path / "seven")
    return tmp_path / "seven"


def rewritten(path: Path, body: bytes | None = None, **changes: object) -> None:
    """Change a saved run as somebody would who knows the format."""
    line, _, old = path.read_bytes().partition(b"\n")
    body = old if body is None else body
    head = json.loads(line) | {"sha256": sha256(body).hexdigest()} | changes
    path.write_bytes(json.dumps(sealed(head)).encode() + b"\n" + body)


def test_a_saved_run_says_what_it_was_and_goes_on_to_the_same_bits(saved):
    found = saved_run(saved)
    assert (found.run, found.week) == (RUN, 7)
    assert found.simulation.run().series.equals(Simulation(RUN.composed, RUN.seed).run().series)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-5]), "is damaged"),
        (lambda path: path.write_text("name,value\n"), "is no saved run; make one with"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: rewritten(path, model_version="0.1+abc"), "was written with model_version 0.1+abc, not"),
        (lambda path: rewritten(path, numba="0.1"), "where bits may differ: save it anew with: inkspot run"),
        (lambda path: rewritten(path, digest="0" * 16), "have changed since"),
        (lambda path: rewritten(path, zlib.compress(pickle.dumps(print))), "it names builtins.print"),
        (lambda path: rewritten(path, zlib.compress(b"cmodel.simulation\nmesa\n.")), "it names model.simulation.mesa"),
    ],
)
def test_a_file_that_cannot_go_on_to_the_same_bits_is_refused_with_the_remedy(saved, change, words):
    change(saved)
    with pytest.raises(UserError) as caught:
        saved_run(saved)
    assert words in str(caught.value)


def test_the_command_saves_a_run_and_goes_on_from_it_unchanged_or_as_the_branch(tmp_path):
    code, said = inkspot(*PLANE, "--save-state", 7, tmp_path / "seven", "--out", tmp_path / "whole")
    assert code == 0, said
    assert "Saved as it stands in week 7" in said
    code, said = inkspot("--from", tmp_path / "seven", "--out", tmp_path / "on")
    assert code == 0, said
    assert tables(tmp_path / "on") == tables(tmp_path / "whole")
    then = ("--policy", "sever_links", "--set", "territory.growth=0.3")
    code, said = inkspot("--from", tmp_path / "seven", *then, "--out", tmp_path / "then")
    assert code == 0, said
    branch = ("--set", "branch.start=7", "--set", "branch.policy=sever_links", "--set", "branch.territory.growth=0.3")
    code, said = inkspot(*PLANE, *branch, "--out", tmp_path / "branch")
    assert code == 0, said
    assert tables(tmp_path / "then") == tables(tmp_path / "branch") != tables(tmp_path / "whole")
    one, two = (pd.read_csv(tmp_path / name / "series.csv") for name in ("whole", "then"))
    assert one[:8].equals(two[:8])
    assert "--set branch.start=7" in said.split("Repeat this run with:")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "groups.x.conviction=0.3"), "branch.groups: cannot change in mid-run"),
        (("--weeks", 30), "branch.weeks: cannot change in mid-run"),
        (("--seed", 9), "holds a run with the seed 4: leave 9 out"),
        (("levant_2015",), "holds a run with the scenario synthetic_plane"),
        (("--save-state", 3, "x"), "takes a week from 7 to 19"),
        (("--save-state", "soon", "x"), "got soon"),
    ],
)
def test_what_a_saved_run_cannot_do_is_refused_in_words(saved, words, said):
    code, output = inkspot("--from", saved, *words)
    assert code == 2
    assert said in output


def test_a_head_that_was_changed_since_is_damage_though_the_run_itself_is_whole(saved):
    line, _, body = saved.read_bytes().partition(b"\n")
    saved.write_bytes(line.replace(b'"seed": 4', b'"seed": 5') + b"\n" + body)
    with pytest.raises(UserError, match="is damaged"):
        saved_run(saved)
