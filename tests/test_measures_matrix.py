"""Every policy against every other, on numbers whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from experiments.measures.matrix import fronts, matrix, tally

OUTCOMES = ("people_core", "displaced", "legitimacy")  # less, less, more is better
POLICIES = ["plain", "good", "mixed"]


def runs(seeds=12, noise=0.01):
    rng = np.random.default_rng(4)
    luck = rng.normal(size=(seeds, 3))
    shift = {"plain": (0, 0, 0), "good": (-1, -1, 1), "mixed": (-2, 1, 0)}
    rows = [
        {"policy": policy, "seed": seed, "status": "done"}
        | dict(zip(OUTCOMES, luck[seed] + shift[policy] + noise * rng.normal(size=3), strict=True))
        for policy in POLICIES
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def test_counts_of_better_and_worse_are_those_that_were_planted():
    contests = matrix(runs(), POLICIES, OUTCOMES)
    assert tally(contests, "good", "plain") == (3, 0)
    assert tally(contests, "plain", "good") == (0, 3)
    assert tally(contests, "mixed", "plain") == (1, 1)
    assert tally(contests, "mixed", "good") == (1, 2)


def test_a_contest_read_from_the_other_side_is_its_mirror():
    contests = matrix(runs(), POLICIES, OUTCOMES)
    assert len(contests) == 3 * 2 * len(OUTCOMES)
    mirrored = {"better": "worse", "worse": "better", "same": "same"}
    for (policy, other, outcome), here in contests.items():
        there = contests[other, policy, outcome]
        assert here.difference == -there.difference
        assert (here.low, here.high) == (-there.high, -there.low)
        assert there.verdict == mirrored[here.verdict]


def test_policies_that_differ_by_luck_only_are_not_told_apart():
    table = runs()
    for outcome in OUTCOMES:
        table[outcome] = np.random.default_rng(9).normal(size=len(table))
    assert {found.verdict for found in matrix(table, POLICIES, OUTCOMES).values()} == {"same"}


def test_the_front_leaves_out_what_is_dominated_and_says_how_surely():
    found = fronts(runs(), POLICIES, OUTCOMES)
    assert {name: each.on_front for name, each in found.items()} == {"plain": False, "good": True, "mixed": True}
    shares = {name: each.share for name, each in found.items()}
    assert shares == pytest.approx({"plain": 0, "good": 1, "mixed": 1})


def test_a_failed_run_takes_its_seed_out_of_the_front():
    table = runs()
    table.loc[(table["policy"] == "plain") & (table["seed"] == 0), "status"] = "failed"
    assert all(each.share >= 0 for each in fronts(table, POLICIES, OUTCOMES).values())
    table["status"] = "failed"
    assert all(np.isnan(each.share) for each in fronts(table, POLICIES, OUTCOMES).values())
