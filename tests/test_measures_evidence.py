"""What a comparison shows, on runs whose answer is known: differences within seeds, verdicts, regret, tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up import build, policy

from experiments.measures.evidence import EFFECT_COLUMNS, Evidence
from experiments.measures.robustness import mean_regret
from model.record import OUTCOMES
from model.scenario import load_scenario


def evidence(runs: pd.DataFrame) -> Evidence:
    policies = {name: policy(name, name.capitalize()) for name in runs["policy"].unique()}
    nothing = pd.DataFrame()
    seeds = sorted(runs["seed"].unique())
    return Evidence(
        load_scenario("synthetic_plane"), policies, "base", seeds, runs, nothing, nothing, {}, Path("nowhere"), 0.0
    )


def table_of_runs(people: dict[str, list[float]], failing: tuple[str, int] = ("", 0)) -> pd.DataFrame:
    rows = [
        {"policy": policy, "seed": seed, "status": "failed" if (policy, seed) == failing else "done",
         **dict.fromkeys(OUTCOMES, 1.0), "people_core": np.nan if (policy, seed) == failing else value}
        for policy, values in people.items() for seed, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_effects_are_differences_within_seeds():
    people = {"base": [1e6, 5e6, 9e6, 13e6], "small": [1.1e6, 5.2e6, 9.1e6, 13.2e6], "wide": [13e6, 9e6, 5e6, 1.1e6]}
    found = evidence(table_of_runs(people)).effects
    small, wide = found["small", "people_core"], found["wide", "people_core"]
    assert small.difference == pytest.approx(150_000)
    assert (small.mean, small.baseline_mean) == (pytest.approx(7.15e6), pytest.approx(7e6))
    assert small.low > 0
    assert (small.p_backfire, wide.p_backfire) == (1.0, 0.5)
    assert wide.verdict == "same"
    unchanged = found["small", "people_provinces"]
    assert (unchanged.difference, unchanged.adjusted_p, unchanged.verdict) == (0.0, 1.0, "same")
    assert "base" not in {policy for policy, _ in found}


def test_what_an_interval_alone_would_call_distinguishable_may_not_survive_the_adjustment():
    people = {"base": [0.0] * 6, "weak": [3.0, 1.0, -0.6, 2.0, 1.0, 2.0]}
    found = evidence(table_of_runs(people)).effects["weak", "people_core"]
    assert found.low > 0
    assert found.p < 0.05 < found.adjusted_p
    assert found.verdict == "same"


def test_a_failed_run_takes_its_pair_out_of_the_comparison():
    people = {"base": [1.0, 2.0, 3.0], "other": [2.0, 9.0, 4.0]}
    shown = evidence(table_of_runs(people, failing=("other", 1)))
    found = shown.effects["other", "people_core"]
    assert (found.pairs, found.difference, found.baseline_mean) == (2, 1.0, 2.0)
    by_policy = shown.regrets
    assert (by_policy["base", "people_core"], by_policy["other", "people_core"]) == (0.0, 1.0)


def test_regret_is_the_mean_distance_from_the_best_of_each_seed():
    table = pd.DataFrame({"a": [1.0, 4.0, 9.0], "b": [2.0, 3.0, np.nan]})
    assert dict(mean_regret(table, better=-1)) == {"a": 0.5, "b": 0.5}
    assert dict(mean_regret(table, better=1)) == {"a": 0.5, "b": 0.5}
    assert mean_regret(table, better=0).isna().all()


@pytest.fixture(scope="module")
def made_up():
    return build()


def test_tables_on_disk_hold_the_numbers_of_the_evidence(made_up):
    effects = made_up.effects_table()
    assert list(effects.columns) == EFFECT_COLUMNS
    assert len(effects) == len(made_up.effects) == len(made_up.others) * len(OUTCOMES)
    for row in effects.to_dict("records"):
        found = made_up.effects[row["policy"], row["outcome"]]
        assert (row["difference"], row["distinguishable_from_luck"]) == (found.difference, found.verdict != "same")
    regrets = made_up.regrets_table()
    assert (regrets["regret"].dropna() >= 0).all()
    assert len(regrets) == len(made_up.policies) * sum(outcome.better != 0 for outcome in OUTCOMES.values())


def test_a_policy_against_another_is_the_effect_where_the_other_is_the_baseline(made_up):
    for name in ("people_core", "people_provinces", "deaths"):
        effect, contest = made_up.effects["trade", name], made_up.contests["trade", "core_only", name]
        assert (effect.difference, effect.low, effect.high) == (contest.difference, contest.low, contest.high)


def test_a_number_is_worked_out_once(made_up):
    assert made_up.effects is made_up.effects
    assert made_up.formats is made_up.formats
