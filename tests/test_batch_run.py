"""Runs and batches: the same bits however they are run, and failures that are rows."""

import multiprocessing
import os
import shlex
import signal
from functools import partial
from threading import Timer

import pandas as pd
import pytest

from experiments.batch.engine import Task, engine_of, outcome_of, outcomes, task_of
from experiments.batch.outcome import Outcome, RunData
from experiments.batch.run import Run, model_version, replicates
from experiments.batch.settings import parse_settings
from experiments.batch.take import take
from experiments.batch.workers import WorkerDied, supervised
from model import Simulation, load_scenario

PLANE = {"weeks": 8}


def batch(seeds: int = 2, **overrides: object) -> list[Run]:
    policies = ("core_only", "sever_links")
    return [
        run
        for policy in policies
        for run in replicates(Run("synthetic_plane", policy, PLANE | overrides), range(seeds))
    ]


def task(run: Run) -> Task[RunData]:
    return task_of(run, partial(take, ("series", "events"), run.seed == 0))


def made(runs: list[Run], jobs: int) -> list[Outcome[RunData]]:
    """What came of runs, in the order of policies and seeds."""
    found = [outcome for _, outcome in outcomes(map(task, runs), jobs, len(runs))]
    assert len(found) == len(runs)
    return sorted(found, key=lambda each: (str(each.run.scenario), str(each.run.policy), each.run.seed))


def assert_same(one: Outcome[RunData], other: Outcome[RunData]) -> None:
    assert (one.run.run_hash, one.status, one.error) == (other.run.run_hash, other.status, other.error)
    assert one.data.values == other.data.values
    for name in ("series", "events"):
        assert one.data.tables[name].equals(other.data.tables[name])
    assert (one.data.end_map is None) == (other.data.end_map is None)
    if one.data.end_map is not None:
        assert one.data.end_map.control.tobytes() == other.data.end_map.control.tobytes()
        assert (one.data.end_map.names, one.data.end_map.titles) == (
            other.data.end_map.names,
            other.data.end_map.titles,
        )


def test_a_run_has_the_same_bits_directly_serially_and_on_two_processes():
    runs = [*batch(), Run("levant_2014", "sever_links", {"weeks": 6, "resolution": 1.0}, seed=3)]
    for one, other in zip(made(runs, 1), made(runs, 2), strict=True):
        assert_same(one, other)
        direct = Simulation(
            load_scenario(one.run.scenario, one.run.policy, dict(one.run.overrides)), one.run.seed
        ).run()
        assert one.data.values == direct.outcomes
        series = one.data.tables["series"].to_pandas()
        pd.testing.assert_frame_equal(series, direct.series, check_exact=True)
        pd.testing.assert_frame_equal(one.data.tables["events"].to_pandas(), direct.events, check_dtype=False)


def test_the_map_is_kept_where_it_is_wanted():
    assert [outcome.data.end_map is not None for outcome in made(batch(), 1)] == [True, False, True, False]


def test_runs_are_identified_by_what_is_run():
    run = Run("synthetic_plane", "core_only", PLANE, seed=1)
    assert run.run_hash == Run("synthetic_plane", "core_only", dict(PLANE), seed=1).run_hash
    others = [
        Run("synthetic_plane", "core_only", PLANE, seed=2),
        Run("synthetic_plane", "sever_links", PLANE, seed=1),
        Run("synthetic_plane", "core_only", {"weeks": 9}, seed=1),
    ]
    assert len({run.run_hash, *(other.run_hash for other in others)}) == 4
    assert model_version().startswith("0.")


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (Run("synthetic_plane", "core_only", PLANE, seed=-1), "the seed must be a whole number of 0 or more"),
        (Run("synthetic_plane", "core_only", {"weeks": 0}), "weeks: must be 1 to 2600"),
        (Run("nowhere", "core_only"), "nowhere: no such file"),
    ],
)
def test_a_failed_run_is_a_row_with_its_error_seed_and_command(run, words):
    asked = task(run)
    outcome = outcome_of(asked)
    assert outcome.status == "failed"
    assert words in outcome.error
    assert "\n" not in outcome.error
    assert outcome.data is None
    assert outcome.repeat == run.command
    assert (asked.columns["policy"], asked.columns["seed"]) == ("core_only", run.seed)
    assert len(asked.columns["run_hash"]) == 64


def test_a_failed_run_stops_no_other():
    bad = Run("synthetic_plane", "core_only", PLANE, seed=-1)
    assert sorted(outcome.status for outcome in made([bad, *batch()], 2)) == ["done"] * 4 + ["failed"]


def test_the_command_of_a_run_repeats_it():
    run = Run(
        "synthetic_plane", "sever_links", {"weeks": 8, "rivals.lost_tips": True, "core.name": "A core, odd"}, seed=4
    )
    words = shlex.split(run.command)
    settings = [words[position + 1] for position, word in enumerate(words) if word == "--set"]
    again = Run(
        words[2], words[words.index("--policy") + 1], parse_settings(settings), int(words[words.index("--seed") + 1])
    )
    assert words[:2] == ["inkspot", "run"]
    assert again.run_hash == run.run_hash


def test_control_c_passes_through_a_run():
    run = Run("synthetic_plane", "core_only", {"weeks": 2600})
    outcome_of(task(Run("synthetic_plane", "core_only", PLANE)))  # the model is imported and its kernels are compiled
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a process that shares the tests out is deaf to it
    Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            outcome_of(task(run))
    finally:
        signal.signal(signal.SIGINT, before)


def test_less_than_one_job_is_refused():
    with pytest.raises(ValueError, match="`jobs` must be 1 or more, got 0"):
        engine_of(0)


def test_a_batch_completes_with_the_same_rows_when_a_worker_is_killed():
    runs = batch(seeds=6, weeks=40)
    found = []
    for _, outcome in outcomes(map(task, runs), 2, len(runs)):
        found.append(outcome)
        if len(found) == 2:
            victim = multiprocessing.active_children()[0]
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
    assert len(found) == len(runs)
    by_hash = {outcome.run.run_hash: outcome for outcome in found}
    for one in made(runs, 1):
        assert_same(one, by_hash[one.run.run_hash])


def deadly(result):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_run_that_kills_its_process_is_an_outcome_and_all_others_are_done():
    runs = batch(seeds=3)
    tasks = [Task(run, deadly if position == 2 else len_of_series) for position, run in enumerate(runs)]
    found = {task.run.run_hash: outcome for task, outcome in outcomes(tasks, 2, len(tasks))}
    states = [found[run.run_hash].status for run in runs]
    assert states == ["done", "done", "killed", "done", "done", "done"]
    killed = found[runs[2].run_hash]
    assert "was killed or crashed" in killed.error
    assert killed.repeat == runs[2].command


def len_of_series(result):
    return len(result.rows)


def test_only_a_task_that_kills_its_process_alone_is_blamed():
    harmless, deadly = signal.SIGWINCH, signal.SIGKILL
    tasks = [harmless, harmless, deadly, harmless, harmless]
    answers = list(supervised(signal.raise_signal, tasks, jobs=2))
    blamed = [task for task, answer in answers if isinstance(answer, WorkerDied)]
    assert blamed == [deadly]
    assert sorted(task for task, _ in answers) == sorted(tasks)
