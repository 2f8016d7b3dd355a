"""What a batch counts and sends: failures of every kind, runs that are known or asked for twice, and sizes of portions."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from test_batch_store import columns, made, opened

from experiments.batch import engine
from experiments.batch.engine import MEMORY, MOST_AT_ONCE, Batch, Progress, Task, run_all
from experiments.batch.errors import UserError
from experiments.batch.outcome import Outcome
from experiments.batch.run import Run


def asked(seed):
    return Task(Run("synthetic_plane", "core_only", seed=seed), len, columns("core_only", seed))


@pytest.fixture
def answered(monkeypatch):
    """Give runs the outcomes that the test has for their seeds, in the place of running them; return which were asked."""
    seeds = []

    def answer(outcomes):
        def outcome_of(task):
            seeds.append(task.run.seed)
            return outcomes.get(task.run.seed) or made("core_only", task.run.seed)[1]

        monkeypatch.setattr(engine, "outcome_of", outcome_of)
        return seeds

    return answer


def broken(seed, status):
    return Outcome(Run("synthetic_plane", "core_only", seed=seed), status, None, "it broke")


def test_whatever_is_not_done_is_counted_as_failed_stored_as_failed_and_tried_again(tmp_path, answered):
    asked_for = answered({1: broken(1, "failed"), 2: broken(2, "killed")})
    tasks = [asked(seed) for seed in range(4)]
    with opened(tmp_path) as store:
        got = run_all(tasks, store)
        assert (got.made, got.failed, got.stored, got.total, got.reused) == (4, 2, 4, 4, 0)
        assert got.seconds == pytest.approx(0.25 * 2 / 4)  # seconds of a run that broke are not known
        assert store.finished() == {columns("core_only", seed)["run_hash"] for seed in (0, 3)}
        assert set(store.failures()) == {columns("core_only", seed)["run_hash"] for seed in (1, 2)}
    answered({})
    with opened(tmp_path) as store:
        again = run_all(tasks, store)
        assert (again.made, again.failed, again.stored, again.total) == (2, 0, 4, 4)
        assert store.failures() == {}
    assert asked_for == [0, 1, 2, 3, 1, 2]


def test_what_is_stored_beside_the_tasks_counts_and_is_told_from_the_first_word_on(tmp_path, answered):
    answered({})
    told = []
    with opened(tmp_path) as store:
        run_all([asked(0)], store, progress=told.append, more=3)
        run_all([asked(0), asked(1)], store, progress=told.append, more=2)
    assert [(each.stored, each.total, each.made) for each in told] == [(3, 4, 0), (4, 4, 1), (3, 4, 0), (4, 4, 1)]


def test_a_run_that_is_asked_for_twice_is_made_once_and_stored_for_both(tmp_path, answered):
    seeds = answered({})
    with opened(tmp_path) as store:
        batch = Batch(store)
        batch.run([asked(0), asked(0), asked(1)], 3, 3)
        assert (batch.progress.made, batch.progress.reused, batch.progress.stored) == (2, 1, 3)
    assert seeds == [0, 1]


@dataclass
class Wide:
    """An engine of which only the width matters."""

    tasks: int

    def width(self):
        return self.tasks


def test_portions_are_a_second_of_work_and_never_more_than_a_fair_share_of_what_is_left():
    pace = engine._Pace(Wide(2), 101)
    assert pace.size() == 1  # nothing is known of how long a run takes
    pace.saw(0.05)
    sizes, left = [], 100
    while left:
        assert pace.left == left
        sizes.append(pace.size())
        assert sizes[-1] <= max(1, left / 4)
        left -= sizes[-1]
    assert sizes[0] == 20
    assert sizes[-1] == 1
    assert all(later <= earlier for earlier, later in pairwise(sizes))


@pytest.mark.parametrize(("seconds", "size"), [(30.0, 1), (1e-9, MOST_AT_ONCE), (0.0, MOST_AT_ONCE), (0.01, 100)])
def test_slow_runs_are_sent_one_by_one_and_quick_ones_not_without_limit(seconds, size):
    pace = engine._Pace(Wide(1), 1_000_000)
    pace.saw(seconds)
    pace.saw(float("nan"))  # of a process that died
    assert pace.size() == size


def test_the_pace_is_a_mean_in_which_the_newest_run_weighs_little():
    pace = engine._Pace(Wide(1), 10)
    for seconds in (1.0, 2.0):
        pace.saw(seconds)
    assert pace.seconds == pytest.approx(1.0 + MEMORY)


def test_a_worker_of_another_version_of_the_model_runs_nothing():
    with pytest.raises(UserError, match="another version of inkspot"):
        engine._attempt("0.0+other", replace(asked(0), run=Run("synthetic_plane", "core_only", {"weeks": 1})))


def test_progress_without_runs_knows_no_seconds():
    assert np.isnan(Progress().seconds)


@pytest.mark.parametrize("written", [False, True])
def test_a_run_that_was_stored_when_ctrl_c_came_is_told_as_stored(written, tmp_path, answered, monkeypatch):
    answered({})
    told = []

    def batch():
        with opened(tmp_path) as store:
            monkeypatch.setattr(store, "add", partial(stopped, store, store.add))
            run_all([asked(seed) for seed in range(5)], store, progress=told.append, more=7)

    def stopped(store, take_in, given, outcome):
        take_in(given, outcome)
        if written:
            store.flush()
        if outcome.run.seed == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch()
    assert (told[-1].stored, told[-1].total) == (10, 12)
    with opened(tmp_path) as store:
        assert len(store.finished()) == 3
