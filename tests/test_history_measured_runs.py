"""Measured runs: each run once, one value or several, failures are told."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.batch.checksums import list_files
from experiments.batch.errors import StoreError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history.measured_runs import MeasuredRuns, number, run_at

LAYOUT = measured_layout("made up")
BASE = Run("synthetic_plane", "core_only", {"weeks": 4})


def take(result):
    return {"people": float(result.outcomes["people_core"])}


def take_and_fail(result):
    if result.seed == 1:
        raise RuntimeError("made up")
    return take(result)


def runs(count=3):
    return [run_at(BASE, {"territory.growth": 0.4}, seed) for seed in range(count)]


def test_a_run_copied_to_other_parameters_is_the_run_that_loading_it_gives():
    run = run_at(BASE, {"territory.growth": 0.4}, 2)
    assert run.run_hash == Run("synthetic_plane", "core_only", {"weeks": 4, "territory.growth": 0.4}, 2).run_hash


def measured(out, count=3, wanted=("people",), take=take, jobs=1, progress=None, fresh=False):
    """Values of so many runs, and the errors."""
    with Store(out, LAYOUT).open(about(LAYOUT.kind, ()), fresh) as store:
        batch = MeasuredRuns(store, jobs, progress)
        return batch.measure(runs(count), wanted, take), batch.errors


def test_runs_that_are_stored_are_not_made_again(tmp_path):
    measured(tmp_path, 2)
    seen = []
    first, _ = measured(tmp_path, progress=lambda progress: seen.append((progress.stored, progress.made)))
    assert seen == [(2, 0), (3, 1)]
    assert measured(tmp_path, take=None) == (first, {})  # nothing is called any more


def test_processes_measure_what_one_process_does(tmp_path):
    assert measured(tmp_path / "two", jobs=2) == measured(tmp_path / "one")


def test_a_run_that_fails_has_no_values_and_its_error_is_told_and_it_is_tried_again(tmp_path):
    values, errors = measured(tmp_path, take=take_and_fail)
    assert values[1] == {}
    assert list(errors) == [runs()[1].run_hash]
    assert "made up" in errors[runs()[1].run_hash]
    values, errors = measured(tmp_path)
    assert values[1]["people"] > 0
    assert errors == {}


def take_more(result):
    return {"more": 1.0, "course": result.rows[:, 0].tolist()}


def test_a_value_that_was_not_asked_for_before_is_measured_and_the_others_are_stored_still(tmp_path):
    measured(tmp_path, 1)
    values, _ = measured(tmp_path, 1, ("people", "more"), take_more)
    assert set(values[0]) == {"people", "more", "course"}
    assert values[0]["course"][-1] == values[0]["people"]
    assert len(values[0]["course"]) == 5
    assert number(values[0], "more") == 1.0
    assert np.isnan([number(values[0], "course"), number(values[0], "less")]).all()


def test_fewer_values_than_a_run_must_have_are_an_error(tmp_path):
    measured(tmp_path, 3, ("people", "more"), take_more)
    path = tmp_path / "measured.parquet"
    pq.write_table(pq.read_table(path).slice(0, 5), path)
    with pytest.raises(StoreError, match=r"measured\.parquet is damaged .* were written"):
        measured(tmp_path, 3)
    list_files(tmp_path, tmp_path.glob("*.parquet"))  # so that only the number of rows can tell
    with pytest.raises(StoreError, match=r"measured of run .* has 1 rows and 2 were stored"):
        measured(tmp_path, 3)


def test_fresh_forgets_and_a_file_in_the_way_is_refused(tmp_path):
    measured(tmp_path, 1)
    seen = []
    measured(tmp_path, 1, progress=seen.append, fresh=True)
    assert [each.made for each in seen] == [0, 1]
    blocked = tmp_path / "blocked"
    blocked.touch()
    with pytest.raises(StoreError, match="is a file"):
        measured(blocked)
