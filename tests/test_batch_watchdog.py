"""When workers are killed: stopped or hung for too long, by the task that is longest under way; never for our own sleep."""

import os
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.batch import watchdog
from experiments.batch.errors import UserError
from experiments.batch.watchdog import (
    FIRST,
    GUARD,
    LEAST,
    LOOK_EVERY,
    STOPPED,
    TIMES,
    UNGUARDED,
    Watchdog,
    check_guarded,
)
from experiments.batch.workers import WorkerDied, close_pool, open_pool, supervised


@dataclass
class Worker:
    """What the watchdog uses of a process: it counts how often it is killed."""

    pid: int
    exitcode: int | None = None
    killed: int = 0

    def kill(self):
        self.killed += 1

    def join(self, timeout):
        pass


@dataclass
class Shift:
    """A watchdog with two workers, a clock that is turned by hand, and the workers that are stopped."""

    now: float = 1000.0
    stopped: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.workers = [Worker(1), Worker(2)]
        self.pool = SimpleNamespace(_processes={worker.pid: worker for worker in self.workers})

    def after(self, seconds, since):
        """Look once a second for so long; return since when tasks are under way."""
        for _ in range(seconds):
            self.now += LOOK_EVERY
            since = self.dog.look(self.pool, since)
        return since

    @property
    def kills(self):
        return [worker.killed for worker in self.workers]


@pytest.fixture
def shift(monkeypatch):
    found = Shift()
    monkeypatch.setattr(watchdog, "monotonic", lambda: found.now)
    monkeypatch.setattr(watchdog, "is_stopped", lambda pid: pid in found.stopped)
    found.dog = Watchdog(found.told.append, _looked=found.now)
    return found


def test_a_task_may_take_many_times_the_longest_so_far_never_less_than_two_minutes_and_at_first_half_an_hour():
    dog = Watchdog()
    assert dog.deadline == FIRST
    dog.saw(LEAST / TIMES / 2)
    assert dog.deadline == LEAST
    dog.saw(LEAST)
    dog.saw(1.0)  # a short one after it changes nothing
    assert dog.deadline == TIMES * LEAST


def test_the_task_that_is_longest_under_way_decides_whether_one_hangs(shift):
    shift.dog.saw(0.001)
    since = [shift.now, shift.now + 60]
    assert shift.after(int(LEAST), since) == since  # up to the deadline nothing happens
    assert shift.kills == [0, 0]
    again = shift.after(1, since)
    assert (shift.kills, shift.dog.kills) == ([1, 1], 1)
    assert again == [shift.now] * 2  # what is tried again has all its time
    assert "gave no answer for 120 s" in shift.told[-1]
    shift.after(int(LEAST), again)
    assert shift.dog.kills == 1


def test_without_a_task_under_way_nothing_hangs(shift):
    shift.dog.saw(0.001)
    assert shift.after(500, []) == []
    assert shift.dog.kills == 0


def test_a_worker_is_killed_that_is_stopped_for_too_long_and_told_of_once_before(shift):
    since = [shift.now]
    shift.stopped = {2}
    shift.after(int(STOPPED) + 1, since)
    assert shift.dog.kills == 0
    assert shift.told == ["Worker process 2 is stopped: it is killed in 20 s if it does not go on."]
    assert shift.after(1, since) == [shift.now]
    assert (shift.dog.kills, shift.kills) == (1, [1, 1])


def test_a_worker_that_goes_on_in_time_has_all_its_time_again(shift):
    since = [shift.now]
    for _ in range(3):
        shift.stopped = {1}
        shift.after(int(STOPPED) - 2, since)
        shift.stopped = set()
        shift.after(1, since)
    assert shift.dog.kills == 0


def test_after_we_were_asleep_ourselves_all_clocks_start_anew(shift):
    shift.dog.saw(0.001)
    shift.stopped = {1}
    since = shift.after(int(STOPPED) - 1, [shift.now])
    shift.now += 10_000  # as after Ctrl-Z: workers were stopped with us
    assert shift.dog.look(shift.pool, since) == [shift.now]
    shift.after(int(STOPPED) - 1, [shift.now])
    assert shift.dog.kills == 0


def test_only_the_exit_code_of_an_unguarded_script_is_taken_for_one():
    check_guarded([Worker(1, 0), Worker(2, 1), Worker(3, -9), Worker(4, None)])
    with pytest.raises(UserError, match="must do so under") as caught:
        check_guarded([Worker(1, 0), Worker(2, UNGUARDED)])
    assert str(caught.value) == GUARD


def test_a_process_that_a_signal_stopped_is_told_from_one_that_runs_and_from_none():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        runs = watchdog.is_stopped(process.pid)
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        stopped = watchdog.is_stopped(process.pid)
        process.kill()  # before anything is asserted: nobody waits for a stopped process
    assert (runs, stopped) == (False, Path("/proc").exists())
    assert not watchdog.is_stopped(process.pid)


def half_a_message(begun):
    """Begin to answer, and never end: what a worker leaves that is killed while it writes."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["result_queue"]._writer._send(struct.pack("!i", 1000))
    Path(begun).touch()
    threading.Event().wait()


def test_a_worker_that_is_killed_while_it_writes_its_answer_is_not_waited_for(tmp_path):
    pool, begun = open_pool(1), tmp_path / "begun"
    pool.submit(half_a_message, str(begun))
    while not begun.exists():
        threading.Event().wait(0.1)
    closing = threading.Thread(target=close_pool, args=(pool, 0.0), daemon=True)
    closing.start()
    closing.join(60)
    assert not closing.is_alive()


def once_half_a_message(begun):
    """Leave half an answer the first time, and answer the second time."""
    if not Path(begun).exists():
        half_a_message(begun)
    return "whole"


def test_half_an_answer_of_a_worker_that_the_watchdog_kills_does_not_keep_a_batch_from_going_on(tmp_path, monkeypatch):
    monkeypatch.setattr(watchdog, "FIRST", 3.0)
    found = list(supervised(once_half_a_message, [str(tmp_path / "begun")], 1))
    assert [answer for _, answer in found if not isinstance(answer, WorkerDied)] == ["whole"]
