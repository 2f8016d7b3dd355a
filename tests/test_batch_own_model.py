"""A model of the user's own: imported by name, known by its source, never mixed with the model as shipped."""

import sys

import numpy as np
import pytest

from experiments.batch.ends import parse_condition, run_until_stop, stopped_by
from experiments.batch.engine import outcome_of, outcomes, task_of
from experiments.batch.errors import UserError
from experiments.batch.own_model import load_model, model_name, model_source
from experiments.batch.run import Run
from model import Simulation

MINE = """
from helper import nobody
from model import Simulation
from model.mechanisms import violence

class Peaceful(Simulation):
    instead = {violence.attack: nobody}

class Other:
    pass
"""
HELPER = "def nobody(state):\n    return None\n"
SMALL = {"weeks": 4}


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with the user's module and one that it imports, as the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "helper.py").write_text(HELPER)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    for name in [name for name in sys.modules if name in ("mine", "helper") or name.startswith("inkspot_user_")]:
        del sys.modules[name]
    load_model.cache_clear()
    model_source.cache_clear()


def attacks(result):
    return {"attacks": float(result.series["attacks_state"].sum())}


@pytest.mark.parametrize("name", ["mine:Peaceful", "mine.py:Peaceful"])
def test_a_model_is_run_by_its_name_here_and_by_workers(name, mine):
    runs = [Run("synthetic_plane", None, SMALL, seed, model=each) for seed in (0, 1) for each in (name, "")]
    here = [outcome_of(task_of(run, attacks)) for run in runs]
    assert [outcome.error for outcome in here] == [""] * 4
    assert [outcome.data["attacks"] > 0 for outcome in here] == [False, True, False, True]
    there = {task.run: outcome.data for task, outcome in outcomes([task_of(run, attacks) for run in runs], 2, 4)}
    assert there == {outcome.run: outcome.data for outcome in here}


def test_the_hash_of_a_run_knows_the_source_of_its_model_and_of_what_that_imports(mine):
    def fresh():
        forget()
        return Run("synthetic_plane", None, SMALL, model="mine:Peaceful").run_hash

    stock, first, again = Run("synthetic_plane", None, SMALL).run_hash, fresh(), fresh()
    assert stock != first == again
    (mine / "helper.py").write_text(HELPER + "\n# another version\n")
    assert fresh() != first
    (mine / "helper.py").write_text(HELPER)
    assert fresh() == first
    (mine / "mine.py").write_text(MINE + "\nX = 1\n")
    assert fresh() != first


def test_a_class_is_named_as_workers_import_it(mine):
    import mine as module

    assert model_name(module.Peaceful) == "mine:Peaceful"
    assert model_name(Simulation) == model_name("") == model_name(None) == ""

    class Local(Simulation):
        pass

    with pytest.raises(UserError, match="made within a function"):
        model_name(Local)


MISTAKES = {
    "mine": "names no class: give --model as module:Class or file.py:Class",
    "mine:Peacful": "mine has no Peacful; did you mean Peaceful",
    "mine:Other": "is no subclass of model.Simulation",
    "mien:Peaceful": "there is no module mien",
    "nowhere.py:Peaceful": "there is no file",
    "broken:Peaceful": "broken cannot be imported: ZeroDivisionError",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_model_that_is_none_is_told_in_words(name, mine):
    (mine / "broken.py").write_text("1 / 0\n")
    with pytest.raises(UserError, match=MISTAKES[name].replace("(", r"\(")):
        Run("synthetic_plane", None, SMALL, model=name)


def test_a_worker_with_another_source_is_refused(mine):
    run = Run("synthetic_plane", None, SMALL, model="mine:Peaceful", source="0" * 16)
    with pytest.raises(UserError, match="a worker has another version of mine:Peaceful"):
        outcome_of(task_of(run, attacks))


def test_values_of_numpy_give_the_same_hash_and_command_as_those_of_python():
    values = {"weeks": 4, "territory.growth": 0.5, "rivals.lost_tips": True, "groups.east.fighters": 900}
    numpy = {"weeks": np.int64(4), "territory.growth": np.float64(0.5), "rivals.lost_tips": np.bool_(True),
             "groups.east.fighters": np.array(900)}  # fmt: skip
    mine, theirs = Run("synthetic_plane", None, values, 3), Run("synthetic_plane", None, numpy, np.int32(3))
    assert (mine.run_hash, mine.command, mine) == (theirs.run_hash, theirs.command, theirs)
    assert type(theirs.seed) is int


def test_a_run_stops_after_the_week_in_which_a_condition_holds():
    run = Run("synthetic_plane", None, {"weeks": 8})
    whole = Simulation(run.composed).run()
    people = whole.series["people_core"]
    limit = float(people.iloc[3])
    words = f"people_core {'<=' if people.iloc[3] < people.iloc[0] else '>='} {limit!r}"
    stopped = run_until_stop(Simulation(run.composed), [words])
    holds = [parse_condition(words).holds(value) for value in people]
    first = next(week for week in range(1, 9) if holds[week])
    assert len(stopped.rows) - 1 == first <= 3
    assert stopped.outcomes == whole.outcomes_at(first)
    assert stopped_by(stopped, [words]) == words
    assert stopped_by(whole, ["people_core < 0"]) == ""


def test_a_total_is_compared_as_a_total():
    run = Run("synthetic_plane", None, {"weeks": 8})
    deaths = Simulation(run.composed).run().series["attacks_state"].cumsum()
    stopped = run_until_stop(Simulation(run.composed), [f"attacks_state >= {deaths.iloc[4]}"])
    assert len(stopped.rows) - 1 == int((deaths >= deaths.iloc[4]).idxmax())


@pytest.mark.parametrize(("text", "message"), [
    ("people_core", "is no condition to stop: write it as OUTCOME < VALUE"),
    ("people_cor < 3", "did you mean people_core"),
    ("people_core < many", "is no condition"),
])  # fmt: skip
def test_a_condition_that_is_none_is_told_in_words(text, message):
    with pytest.raises(UserError, match=message):
        parse_condition(text)


def test_runs_that_may_stop_differ_in_hash_and_command():
    plain, ending = Run("synthetic_plane"), Run("synthetic_plane", stop=("people_core < 100000",))
    assert plain.run_hash != ending.run_hash
    assert ending.command.endswith("--stop 'people_core < 100000'")
