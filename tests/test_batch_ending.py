"""How a batch ends when it is not left in peace: Ctrl-C once and twice, SIGTERM, stopped, hung and greedy workers."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
import traceback
from pathlib import Path
from threading import Timer

import pandas as pd
import pytest

from experiments.batch import watchdog, workers
from experiments.batch.engine import Task, outcomes
from experiments.batch.run import Run, replicates
from experiments.batch.watchdog import GUARD, Watchdog
from experiments.batch.workers import HUNG, KILLED, WorkerDied, supervised

ROOT = Path(__file__).parent.parent
DESIGN = """
[design]
title = "Long"
scenarios = ["synthetic_plane"]
policies = ["core_only"]
weeks = 200
replicates = 2000
[settings]
resolution = 1.0
"""
TWICE = """
    import sys, time
    from pathlib import Path
    from experiments.cli.screen import console
    from experiments.cli.watch import stoppable
    with stoppable(console(), Path("here"), ["inkspot", "sweep"]):
        try:
            print("ready", flush=True)
            time.sleep(600)
        except KeyboardInterrupt:
            print("stopping", flush=True)
            time.sleep(600)
"""
UNGUARDED = """
    from experiments.batch.engine import run_all
    from experiments.batch.manifest import about
    from experiments.batch.measured import measured_layout, measured_task
    from experiments.batch.run import Run
    from experiments.batch.store import Store

    def take(result):
        return {"weeks": 1.0}

    layout = measured_layout("weeks")
    tasks = [measured_task(Run("synthetic_plane", "core_only", {"weeks": 2}, seed), ["weeks"], take) for seed in (0, 1)]
    with Store("out", layout).open(about(layout.kind, ["script"])) as store:
        run_all(tasks, store, 2)
"""
WAITED_FOR_TWICE = """
    import multiprocessing, os, threading
    from experiments.batch.errors import UserError
    from experiments.batch.watchdog import UNGUARDED, check_guarded

    process = multiprocessing.get_context("fork").Process(target=os._exit, args=(UNGUARDED,))
    process.start()
    os.waitpid(process.pid, 0)
    threading.Timer(0.2, setattr, [process._popen, "returncode", UNGUARDED]).start()
    try:
        check_guarded([process])
    except UserError:
        print("known")
"""


def started(folder, *command):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, *map(str, command)], cwd=folder, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hear_hang_ups)  # fmt: skip


def children(parent):
    """The worker processes of a batch."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def hear_hang_ups():
    """Tests may run under nohup, which has all that they start ignore SIGHUP."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1])
def test_a_batch_that_is_stopped_says_what_it_waits_for_what_is_stored_and_how_to_resume(number, tmp_path):
    (tmp_path / "long.toml").write_text(DESIGN)
    process = started(tmp_path, "-m", "experiments.cli.main", "sweep", "long.toml", "--jobs", "2", "--out", "out")
    while not list(tmp_path.glob("out/parts/[0-9a-f]*")) and process.poll() is None:
        time.sleep(0.05)
    for worker in [process.pid, *children(process.pid)] if number != signal.SIGTERM else [process.pid]:
        os.kill(worker, number)  # as a terminal and a cluster's scheduler do
    text, errors = process.communicate()
    assert process.returncode == 130, errors
    assert "Stopping: runs at work are given up; waiting only until finished runs are merged." in text
    stored = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert f"Stopped: {len(stored)} of 2000 runs are stored in out." in text
    assert "Resume with: inkspot sweep long.toml --jobs 2 --out out" in text
    assert not (tmp_path / "out" / "parts").exists()
    assert "Traceback" not in errors


def test_the_second_control_c_ends_at_once_whatever_the_first_waits_for(tmp_path):
    process = started(tmp_path, "-c", textwrap.dedent(TWICE))
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    while process.stdout.readline() != "stopping\n":
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "Ended at once: what is stored in here is whole, unmerged parts too. Resume with: inkspot sweep" in errors


def answers(work, tasks, told):
    return dict(supervised(work, tasks, 2, Watchdog(told.append)))


def test_a_stopped_worker_is_told_killed_and_its_task_blamed_and_no_other(monkeypatch):
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(watchdog, "STOPPED", 0.5)
    told = []
    found = answers(signal.raise_signal, [signal.SIGWINCH, signal.SIGSTOP, signal.SIGURG], told)
    assert {task: str(answer) for task, answer in found.items() if answer is not None} == {signal.SIGSTOP: HUNG}
    assert set(found) == {signal.SIGWINCH, signal.SIGSTOP, signal.SIGURG}
    assert any("is stopped: it is killed in" in words for words in told)
    assert any("what it was running is tried again alone" in words for words in told)


def stops_or_dies(task):
    if task == "stops":
        signal.raise_signal(signal.SIGSTOP)
    elif task == "dies":
        time.sleep(0.5)
        os._exit(1)


def test_a_stopped_worker_does_not_keep_a_batch_from_going_on_after_another_one_has_died(monkeypatch):
    """The pool would wait for ever for the stopped one, which it asks to end and which does not hear."""
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(watchdog, "STOPPED", 3.0)
    found = answers(stops_or_dies, ["stops", "dies", "neither"], [])
    assert {task: str(answer) for task, answer in found.items()} == {"stops": HUNG, "dies": KILLED, "neither": "None"}


def idle_and_stopped(seconds):
    """Answer, and be stopped a little later: a process that is asked to end waits for its threads."""
    Timer(seconds, os.kill, [os.getpid(), signal.SIGSTOP]).start()


def test_workers_that_are_stopped_when_all_is_done_are_not_waited_for(monkeypatch):
    monkeypatch.setattr(workers, "GOING", 2.0)
    assert list(supervised(idle_and_stopped, [0.5], 1)) == [(0.5, None)]


def test_a_worker_that_goes_on_in_time_is_left_alone():
    dog, told = Watchdog(), []
    dog.say = told.append
    assert dog.look(object(), [1.0, 2.0])  # an engine without processes of its own
    assert told == []


def test_a_task_that_takes_far_longer_than_all_before_is_killed_tried_again_alone_and_blamed(monkeypatch):
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(watchdog, "LEAST", 1.0)
    monkeypatch.setattr(watchdog, "TIMES", 0.0)
    told = []
    found = answers(time.sleep, [0.0, 600.0], told)
    assert found[0.0] is None
    assert isinstance(found[600.0], WorkerDied)
    assert str(found[600.0]) == HUNG
    assert len([words for words in told if "A run gave no answer for 1 s" in words]) == 2


def greedy(result):
    limit = 2**31 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return len(bytearray(2**40))


def modest(result):
    return len(result.rows)


def test_a_run_without_memory_is_a_failed_outcome_with_words_and_the_batch_goes_on():
    runs = replicates(Run("synthetic_plane", "core_only", {"weeks": 3}), range(4))
    tasks = [Task(run, greedy if run.seed == 1 else modest) for run in runs]
    found = {task.run.seed: outcome for task, outcome in outcomes(tasks, 2, len(tasks))}
    assert found[1].status == "failed"
    assert found[1].error.startswith("MemoryError")
    assert [found[seed].status for seed in (0, 2, 3)] == ["done"] * 3


def out_of_memory(task):
    if task == "large":
        raise MemoryError
    return task


def test_an_answer_that_no_memory_was_left_for_is_blamed_on_its_task_alone():
    found = dict(supervised(out_of_memory, ["small", "large"], 2))
    assert found["small"] == "small"
    assert "out of memory?" in str(found["large"])


def test_a_batch_ends_well_where_there_is_no_memory_for_one_more_thread(monkeypatch):
    def none_left(timer):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Timer, "start", none_left)
    assert list(supervised(abs, [-1], 1)) == [(-1, 1)]


def ends_without_memory(task):
    """What a process does that has no memory left to take its next task."""
    try:
        raise MemoryError
    except MemoryError:
        traceback.print_exc()
    os._exit(1)


def test_a_worker_that_ends_for_lack_of_memory_says_so_and_prints_no_traceback(capfd):
    assert [str(answer) for _, answer in supervised(ends_without_memory, ["task"], 1)] == [KILLED]
    errors = capfd.readouterr().err
    assert "a worker process had no memory left" in errors
    assert "Traceback" not in errors


def test_a_script_without_a_guard_gets_one_sentence(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(UNGUARDED))
    process = started(tmp_path, "script.py")
    text, errors = process.communicate()
    assert process.returncode != 0
    assert errors.strip().splitlines()[-1].endswith(GUARD), errors
    assert errors.count("Traceback") == 1
    assert text == ""


def test_how_a_process_ended_is_known_where_another_thread_was_told_and_has_not_written_it_down(tmp_path):
    """A pool's own thread waits for its processes, too; under load a quarter of their ends was not known."""
    process = started(tmp_path, "-c", textwrap.dedent(WAITED_FOR_TWICE))
    text, errors = process.communicate()
    assert (text, errors) == ("known\n", "")
