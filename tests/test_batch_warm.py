"""Processes that stay: batches share them, a batch that ends leaves them, one that dies is replaced."""

import os
import time

import pytest

from experiments.batch.warm import Warm
from experiments.batch.workers import WorkerDied, supervised


@pytest.fixture(scope="module")
def warm():
    engine = Warm(1)
    yield engine
    engine.close()


def pid(task):
    return os.getpid()


def doing(task):
    if task == "die":
        os._exit(1)
    return os.getpid()


def slow(seconds):
    time.sleep(seconds)
    return seconds


def test_batches_share_one_process_that_outlives_them(warm):
    one = [answer for _, answer in supervised(pid, range(3), warm)]
    two = [answer for _, answer in supervised(pid, range(3), warm)]
    assert len({*one, *two}) == 1
    assert one[0] != os.getpid()


def test_a_dead_process_is_blamed_on_its_task_and_replaced(warm):
    answers = dict(supervised(doing, ["one", "die", "two"], warm))
    assert isinstance(answers["die"], WorkerDied)
    assert {type(answers["one"]), type(answers["two"])} == {int}
    assert next(supervised(pid, [1], warm))[1] > 0


def test_a_batch_that_is_given_up_takes_its_own_work_along_only(warm):
    first, second = warm.open(), warm.open()
    running = first.submit(slow, 0.5)
    while not running.running():
        time.sleep(0.01)
    waiting = [first.submit(slow, 0.5) for _ in range(4)]  # the pool takes one or two ahead
    others = second.submit(slow, 0.0)
    first.shutdown(cancel_futures=True)
    assert all(each.cancelled() for each in waiting[2:])
    assert running.result(60) == 0.5
    assert others.result(60) == 0.0


def test_a_warm_process_has_the_model_loaded(warm):
    (answer,) = (answer for _, answer in supervised(loaded, [0], warm))
    assert answer == (True, True)


def loaded(task):
    import sys  # of the process that does the task

    from model import kernels  # as above

    return "model.simulation" in sys.modules, bool(kernels.advance_fronts.signatures)
