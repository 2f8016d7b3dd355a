"""How far claims are over all looks together, and how long the rest takes."""

import pytest
from test_claims_run import M01

from experiments.batch.engine import Progress
from experiments.claims.counting import Counting
from experiments.claims.ledger import load_ledger
from experiments.claims.plan import Extent, Plan
from experiments.claims.run import judge_claims, runs_left
from experiments.cli.screen import console
from experiments.cli.watch import SHORT, Watch


def test_batches_are_told_as_one_and_the_bound_comes_down():
    told = []
    counting = Counting(told.append)
    counting.expect(100, 4, bound=True)
    for made in range(11):
        counting(Progress(stored=2 + made, total=12, made=made))
    counting.expect(40, 14, bound=False)
    for made in range(4):
        counting(Progress(stored=20 + made, total=23, made=made, failed=int(made == 3)))
    assert [(each.stored, each.total, each.at_most) for each in told[:11]] == [
        (4 + made, 100, True) for made in range(11)
    ]
    assert [(each.stored, each.total, each.made, each.at_most) for each in told[11:]] == [
        (14 + made, 40, 10 + made, False) for made in range(4)
    ]
    assert told[-1].failed == 1


def test_without_expectations_progress_is_told_as_it_is():
    told = []
    Counting(told.append)(Progress(stored=3, total=9, made=1))
    assert told == [Progress(stored=3, total=9, made=1)]


def test_a_ledger_with_a_stopping_rule_never_counts_backwards_and_ends_where_all_is_done(tmp_path):
    (tmp_path / "my.toml").write_text(
        '[rules.seeds]\nlooks = [2, 3, 4]\nreason = "r"\n[rules.smallest]\n'
        '"people" = { absolute = 1e-6, reason = "all matters, so that nothing settles early" }\n' + M01
    )
    claims, told = load_ledger(tmp_path / "my.toml"), []
    extent = Extent(draws=2, rivals=True, off=True, by_rule=True)
    judge_claims(claims, extent, tmp_path / "out", progress=told.append)
    stored, totals = [each.stored for each in told], [each.total for each in told]
    assert stored == sorted(stored)
    assert totals == sorted(totals, reverse=True)
    assert told[0].at_most
    assert not told[-1].at_most
    assert told[-1].stored == told[-1].total == told[-1].made


def test_what_is_stored_is_not_counted_as_left_and_gives_the_pace(tmp_path):
    (tmp_path / "my.toml").write_text(M01, encoding="utf-8")
    claims = load_ledger(tmp_path / "my.toml")
    all_runs, missing, seconds = runs_left(Plan(claims, Extent(seeds=4)), tmp_path / "out")
    assert (all_runs, missing) == (8, 8)
    assert seconds != seconds  # nothing is known of this machine
    judge_claims(claims, Extent(seeds=2), tmp_path / "out")
    all_runs, missing, seconds = runs_left(Plan(claims, Extent(seeds=4)), tmp_path / "out")
    assert (all_runs, missing) == (8, 4)
    assert seconds > 0
    judge_claims(claims, Extent(seeds=4), tmp_path / "out")
    assert runs_left(Plan(claims, Extent(seeds=4)), tmp_path / "out") == (8, 0, 0)


@pytest.mark.parametrize(
    ("hours", "at_most", "words"), [(2.0, True, "; at most 2.0 hours left"), (0.1, False, "; about 6 minutes left")]
)
def test_what_is_left_is_said_at_the_pace_of_the_call(hours, at_most, words, monkeypatch):
    """The pace is that since the first runs were in: an hour of compiling before them comes once."""
    watch, now = Watch(console()), 3600.0
    monkeypatch.setattr("experiments.cli.watch.perf_counter", lambda: now)
    assert watch.remaining(Progress(stored=1, total=9, made=1)) == ""  # it has not begun
    watch(Progress(total=10))
    watch(Progress(stored=2, total=10, made=1))
    assert watch.remaining(Progress(stored=2, total=10, made=1)) == ""  # nothing has been timed
    now += hours * 3600
    assert watch.remaining(Progress(stored=6, total=10, made=5, at_most=at_most)) == words
    now = 3600.0 + SHORT / 2
    assert watch.remaining(Progress(stored=6, total=10, made=5)) == ""


def test_a_plan_of_the_same_claims_with_more_seeds_is_not_hashed_again_and_names_the_same_runs(monkeypatch):
    claims, extent = load_ledger(None, ["C14"]), Extent(draws=3, rivals=True)
    fewer, more = ({"C14": claims["C14"].model_copy(update={"seeds": seeds})} for seeds in (2, 4))
    alone, longest = Plan(fewer, extent), Plan(more, extent)
    hashed = []
    monkeypatch.setattr("experiments.claims.plan.run_hash", lambda recipe: hashed.append(recipe.seed) or "new")
    assert Plan(fewer, extent, longest).hashes == alone.hashes
    assert hashed == []
    longer = Plan(more, extent, alone)
    assert {key: longer.hashes[key] for key in alone.hashes} == alone.hashes
    assert min(hashed) == 2
