"""Runs and batches: the same bits however they are run, and failures that are rows."""

import multiprocessing
import os
import shlex
import signal
from threading import Timer

import pandas as pd
import pytest

from experiments.batch.run import Run, RunOutcome, execute, model_version, replicates, run_one
from experiments.batch.settings import parse_settings
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


def in_order(outcomes: list[RunOutcome]) -> list[RunOutcome]:
    return sorted(outcomes, key=lambda each: (each.policy, each.run.seed))


def assert_same(one: RunOutcome, other: RunOutcome) -> None:
    assert (one.run_hash, one.status, one.error, one.outcomes) == (
        other.run_hash,
        other.status,
        other.error,
        other.outcomes,
    )
    pd.testing.assert_frame_equal(one.series, other.series, check_exact=True)
    pd.testing.assert_frame_equal(one.events, other.events, check_exact=True)
    assert (one.end is None) == (other.end is None)
    if one.end is not None:
        assert one.end.control.tobytes() == other.end.control.tobytes()
        assert (one.end.names, one.end.titles) == (other.end.names, other.end.titles)


def test_a_run_has_the_same_bits_directly_serially_and_on_two_processes():
    runs = [*batch(), Run("levant_2014", "sever_links", {"weeks": 6, "resolution": 1.0}, seed=3)]
    serial = in_order(list(execute(runs, jobs=1)))
    parallel = in_order(list(execute(runs, jobs=2)))
    assert len(serial) == len(parallel) == len(runs)
    for one, other in zip(serial, parallel, strict=True):
        assert_same(one, other)
        direct = Simulation(
            load_scenario(one.run.scenario, one.run.policy, dict(one.run.overrides)), one.run.seed
        ).run()
        assert one.outcomes == direct.outcomes
        pd.testing.assert_frame_equal(one.series, direct.series, check_exact=True)


def test_the_map_of_the_first_replicate_alone_is_kept():
    outcomes = list(execute(batch(), jobs=1))
    assert [outcome.end is not None for outcome in outcomes] == [True, False, True, False]


def test_runs_are_identified_by_what_is_run():
    run = Run("synthetic_plane", "core_only", PLANE, seed=1)
    assert run.run_hash == Run("synthetic_plane", "core_only", dict(PLANE), seed=1, keep_map=True).run_hash
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
        (Run("synthetic_plane", "core_only", PLANE, seed=-1), "expected non-negative integer"),
        (Run("synthetic_plane", "core_only", {"weeks": 0}), "weeks: must be 1 to 2600"),
        (Run("nowhere", "core_only"), "nowhere: no such file"),
    ],
)
def test_a_failed_run_is_a_row_with_its_error_seed_and_command(run, words):
    outcome = run_one(run)
    assert outcome.status == "failed"
    assert words in outcome.error
    assert "\n" not in outcome.error
    assert outcome.outcomes == {}
    assert (outcome.policy, outcome.run.seed) == ("core_only", run.seed)
    assert len(outcome.run_hash) == 64


def test_a_failed_run_stops_no_other():
    bad = Run("synthetic_plane", "core_only", PLANE, seed=-1)
    outcomes = list(execute([bad, *batch()], jobs=2))
    assert sorted(outcome.status for outcome in outcomes) == ["done"] * 4 + ["failed"]


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
    run_one(Run("synthetic_plane", "core_only", PLANE))  # the model is imported and its kernels are compiled
    Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run_one(run)


def test_less_than_one_job_is_refused():
    with pytest.raises(ValueError, match="`jobs` must be 1 or more, got 0"):
        list(execute(batch(), jobs=0))


def test_a_batch_completes_with_the_same_rows_when_a_worker_is_killed():
    runs = batch(seeds=6, weeks=40)
    expected = in_order(list(execute(runs, jobs=1)))
    outcomes = []
    for outcome in execute(runs, jobs=2):
        outcomes.append(outcome)
        if len(outcomes) == 2:
            victim = multiprocessing.active_children()[0]
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
    assert len(outcomes) == len(runs)
    for one, other in zip(expected, in_order(outcomes), strict=True):
        assert_same(one, other)


def test_only_a_task_that_kills_its_process_alone_is_blamed():
    harmless, deadly = signal.SIGWINCH, signal.SIGKILL
    tasks = [harmless, harmless, deadly, harmless, harmless]
    answers = list(supervised(signal.raise_signal, tasks, jobs=2))
    blamed = [task for task, answer in answers if isinstance(answer, WorkerDied)]
    assert blamed == [deadly]
    assert sorted(task for task, _ in answers) == sorted(tasks)
