"""What is asked of runs and taken of them: seeds, conditions to stop, what identifies a run, outcomes and dates of weeks."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.batch import run as module
from experiments.batch.ends import parse_condition, stopped_by
from experiments.batch.errors import UserError
from experiments.batch.measured import measured_data, task_hash
from experiments.batch.run import Run, replicates
from experiments.batch.settings import parsed_seeds
from experiments.batch.take import events_table, series_table, take_of_sweep
from model import Simulation, load_scenario

PLANE = {"weeks": 6}


@pytest.fixture(scope="module")
def result():
    return Simulation(load_scenario("synthetic_plane", "core_only", PLANE), 1).run()


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("3", [0, 1, 2]), ("1,5,9", [1, 5, 9]), ("10-12", [10, 11, 12]), ("7-7", [7]), (" 2 , 4-5 ", [2, 4, 5])],
)
def test_seeds_are_counted_from_zero_listed_or_spans_with_both_ends(text, seeds):
    assert list(parsed_seeds(text)) == seeds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,3", "a seed twice"),
        ("1-3,2", "a seed twice"),
        *((text, "takes a number") for text in ("0", "5-3", "-1", "")),
    ],
)
def test_seeds_that_are_none_or_come_twice_are_refused(text, words):
    with pytest.raises(UserError, match=words):
        parsed_seeds(text)


def test_a_condition_holds_on_its_side_and_at_its_value_where_it_says_so():
    held = {sign: [parse_condition(f"deaths {sign} 5").holds(value) for value in (4.0, 5.0, 6.0)]
            for sign in ("<", "<=", ">", ">=")}  # fmt: skip
    assert held == {"<": [True, False, False], "<=": [True, True, False],
                    ">": [False, False, True], ">=": [False, True, True]}  # fmt: skip


def test_of_several_conditions_the_first_that_holds_is_told():
    ended = SimpleNamespace(outcomes={"deaths": 9.0, "people_core": 1.0})
    assert stopped_by(ended, ["deaths < 5", "people_core < 2", "deaths > 5"]) == "people_core < 2"
    assert stopped_by(ended, ["deaths < 5"]) == ""


def test_whatever_changes_a_run_changes_what_it_is_known_by():
    run = Run("synthetic_plane", "core_only", PLANE, 1)
    others = [
        Run("synthetic_plane", "core_only", PLANE, 2),
        Run("synthetic_plane", "core_only", PLANE, 1, stop=("deaths > 5",)),
        Run("synthetic_plane", "core_only", PLANE, 1, stop=("deaths > 6",)),
        Run("synthetic_plane", "core_only", PLANE, 1, model="mine:Model", source="abc"),
        Run("synthetic_plane", "core_only", PLANE, 1, model="mine:Model", source="abd"),
    ]
    assert len({each.run_hash for each in (run, *others)}) == 1 + len(others)
    assert [each.seed for each in replicates(run, [5, 9])] == [5, 9]
    assert all(each.composed is run.composed for each in replicates(run, [5, 9]))


def test_the_version_of_the_model_is_of_all_its_code_and_maps_and_not_of_their_names(tmp_path, monkeypatch):
    files = [tmp_path / name for name in ("model/a.py", "model/deep/b.py", "scenarios/theatres/map.npz")]
    for number, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(number))
    monkeypatch.setattr(module, "resources", SimpleNamespace(files=lambda folder: tmp_path / folder))
    versions = [module.model_version.__wrapped__()]
    for file in files:
        before = file.read_text()
        file.write_text("other")
        versions.append(module.model_version.__wrapped__())
        file.write_text(before)
    assert len(set(versions)) == 1 + len(files)
    files[1].rename(tmp_path / "model" / "c.py")
    assert module.model_version.__wrapped__() == versions[0]


def test_a_task_is_known_by_its_run_and_by_what_is_measured_in_any_order():
    assert task_hash("run", ["a", "b"]) == task_hash("run", ["b", "a"])
    assert len({task_hash(*each) for each in (("run", ["a", "b"]), ("run", ["a", "c"]), ("other", ["a", "b"]))}) == 3


def test_a_measured_value_is_a_number_or_a_list_of_them():
    table = measured_data([("one", 4, 1.5), ("many", None, [1.0, 2.0])]).tables["measured"].to_pydict()
    assert table == {
        "measure": ["one", "many"],
        "horizon": [4, None],
        "value": [1.5, None],
        "values": [None, [1.0, 2.0]],
    }


def test_outcomes_in_a_week_are_those_of_a_run_that_ends_there_and_weeks_beyond_the_end_have_none(result):
    at = {"people_core_at_2": 2, "people_core_at_6": 6, "people_core_at_7": 7, "deaths_at_2": 2}
    values = take_of_sweep((), at, ["people_core >= 0"], True, result).values
    short = Simulation(load_scenario("synthetic_plane", "core_only", {"weeks": 2}), 1).run().outcomes
    assert values["people_core_at_2"] == short["people_core"]
    assert values["deaths_at_2"] == short["deaths"]
    assert values["people_core_at_6"] == values["people_core"] == result.outcomes["people_core"]
    assert "people_core_at_7" not in values
    assert (values["weeks_run"], values["stopped_by"]) == (6.0, "people_core >= 0")
    assert "weeks_run" not in take_of_sweep((), at, [], False, result).values


def test_a_row_of_a_table_is_dated_by_its_week(result):
    start = result.scenario.start
    for table in (series_table(result).to_pydict(), events_table(result).to_pydict()):
        assert table["week"]
        assert table["date"] == [start + timedelta(days=7 * week) for week in table["week"]]
    assert series_table(result)["week"].to_pylist() == list(range(7))
    assert np.array_equal(series_table(result)["people_core"].to_numpy(), result.series["people_core"].to_numpy())
