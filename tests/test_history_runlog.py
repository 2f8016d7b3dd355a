"""A log of runs: each run once, half a line is passed over, failures are told."""

import pytest

from experiments.batch.errors import StoreError
from experiments.batch.run import Run
from experiments.history.runlog import RunLog, run_at

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


def test_runs_that_are_stored_are_not_made_again_also_after_a_kill(tmp_path):
    first = RunLog(tmp_path).measure(runs(), ["people"], take)
    text = (tmp_path / "measured.jsonl").read_bytes()
    (tmp_path / "measured.jsonl").write_bytes(text[:-20])  # killed while writing the last line
    seen = []
    again = RunLog(tmp_path).measure(runs(), ["people"], take, progress=lambda done, total: seen.append(done))
    assert seen == [2, 3]
    assert again == first
    assert RunLog(tmp_path).measure(runs(), ["people"], None) == first  # nothing is called any more


def test_processes_measure_what_one_process_does(tmp_path):
    assert RunLog(tmp_path / "two").measure(runs(), ["people"], take, 2) == RunLog(tmp_path / "one").measure(
        runs(), ["people"], take
    )


def test_a_run_that_fails_has_no_values_and_its_error_is_told_and_it_is_tried_again(tmp_path):
    log = RunLog(tmp_path)
    values = log.measure(runs(), ["people"], take_and_fail)
    assert values[1] == {}
    assert "made up" in next(iter(log.errors.values()))
    assert RunLog(tmp_path).measure(runs(), ["people"], take)[1]["people"] > 0


def test_a_value_that_was_not_asked_for_before_is_measured_and_the_others_are_kept(tmp_path):
    RunLog(tmp_path).measure(runs(1), ["people"], take)
    values = RunLog(tmp_path).measure(runs(1), ["people", "more"], lambda result: {"more": 1.0})
    assert set(values[0]) == {"people", "more"}


def test_fresh_forgets_and_a_file_in_the_way_is_refused(tmp_path):
    RunLog(tmp_path).measure(runs(1), ["people"], take)
    assert RunLog(tmp_path, fresh=True).known == {}
    blocked = tmp_path / "blocked"
    blocked.touch()
    with pytest.raises(StoreError, match="is a file"):
        RunLog(blocked)
