"""Regret, worst cases and the value of information on tables small enough to work out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.measures.robustness import (
    choices,
    flips,
    front,
    partial_information,
    payoff,
    perfect_information,
    regret,
    robustness,
)

TABLE = pd.DataFrame({"bold": [10.0, 0.0, 9.0, 1.0], "safe": [4.0, 4.0, 4.0, 4.0]})


def test_regret_is_what_hindsight_would_have_gained():
    assert regret(TABLE)["bold"].tolist() == [0, 4, 0, 3]
    assert regret(TABLE)["safe"].tolist() == [6, 0, 5, 0]


def test_rules_of_choice_need_not_agree():
    table = robustness(TABLE, wanted=3)
    assert table.loc["bold", "mean"] == 5
    assert table.loc["safe", "worst"] == 4
    assert table["satisfices"].to_dict() == {"bold": 0.5, "safe": 1.0}
    assert table["worst_regret"].to_dict() == {"bold": 4, "safe": 6}
    assert choices(table) == {"mean": "bold", "maximin": "safe", "minimax_regret": "bold", "satisficing": "safe"}


def test_what_is_wanted_counts_as_reached_and_without_a_wish_the_median_of_all_payoffs_is_wanted():
    assert robustness(TABLE, wanted=4)["satisfices"].to_dict() == {"bold": 0.5, "safe": 1.0}
    assert np.median(TABLE) == 4
    assert robustness(TABLE)["satisfices"].to_dict() == {"bold": 0.5, "safe": 1.0}
    assert robustness(TABLE)["best"].to_dict() == {"bold": 0.5, "safe": 0.5}


def test_the_ninetieth_percentile_of_regret_is_near_its_worst_and_not_near_its_best():
    short = np.arange(11.0)
    table = robustness(pd.DataFrame({"behind": -short, "ahead": np.zeros(11)}))
    assert table.loc["behind", ["mean_regret", "regret_90", "worst_regret"]].tolist() == [5, 9, 10]
    assert (table.loc["ahead", ["mean_regret", "regret_90", "worst_regret"]] == 0).all()


def test_who_is_as_good_everywhere_and_better_somewhere_dominates():
    payoffs = pd.DataFrame({"a": [1.0, 2.0, 0.0], "b": [3.0, 3.0, 9.0]}, index=["beaten", "better", "other"])
    assert front(payoffs) == ["better", "other"]


def test_a_future_in_which_a_policy_is_unknown_does_not_count():
    damaged = TABLE.copy()
    damaged.loc[0, "bold"] = np.nan
    assert (robustness(damaged)["futures"] == 3).all()


def test_an_outcome_of_which_less_is_better_becomes_a_payoff_by_its_sign():
    assert payoff(TABLE, -1).loc[0, "bold"] == -10


def test_perfect_information_is_worth_the_mean_regret_of_the_best_policy():
    assert perfect_information(TABLE) == pytest.approx((10 + 4 + 9 + 4) / 4 - 5)
    best = regret(TABLE).mean().min()
    assert perfect_information(TABLE) == pytest.approx(best)


def test_only_the_factor_that_decides_is_worth_knowing():
    rng = np.random.default_rng(5)
    factors = pd.DataFrame(rng.random((4000, 3)), columns=["decides", "matters to both", "idle"])
    common = 5 * factors["matters to both"]
    payoffs = pd.DataFrame({"a": common + factors["decides"] - 0.5, "b": common})
    worth = partial_information(payoffs, factors)
    assert worth["decides"] == pytest.approx(1 / 8, abs=0.01)  # E max(u - 1/2, 0) with u uniform
    assert worth["decides"] <= perfect_information(payoffs) + 1e-12
    assert worth[["matters to both", "idle"]].max() < 0.005


def test_a_factor_whose_middle_decides_is_worth_knowing_too():
    """The gain 1 - 12 (u - 1/2)^2 is 0 on average and above it within 1 / sqrt(12) of the middle."""
    factor = np.linspace(0, 1, 400)
    payoffs = pd.DataFrame({"a": 1 - 12 * (factor - 0.5) ** 2, "b": np.zeros(400)})
    far = 1 / np.sqrt(12)
    worth = partial_information(payoffs, pd.DataFrame({"u": factor}))["u"]
    assert worth == pytest.approx(2 * (far - 4 * far**3), abs=0.04)  # chance is taken off


def test_the_factor_that_flips_a_ranking_is_named_first():
    rng = np.random.default_rng(6)
    factors = pd.DataFrame(rng.random((300, 3)), columns=["a", "b", "c"])
    table = flips(factors["b"] - 0.5, factors)
    assert table.loc[0, "factor"] == "b"
    assert bool(table.loc[0, "flips"])
    assert table.loc[0, ["low", "high"]].tolist() == [0, 1]
    assert table["decisive"].tolist() == [True, False, False]


def test_correlations_are_spearmans_and_p_values_are_adjusted_for_the_number_of_factors():
    rng = np.random.default_rng(12)
    factors = pd.DataFrame(rng.random((30, 6)), columns=list("abcdef"))
    difference = pd.Series(np.exp(3 * factors["a"]) + rng.normal(size=30))
    table = flips(difference, factors).set_index("factor").loc[list("abcdef")]
    tests = [stats.spearmanr(difference, factors[name]) for name in factors]
    assert table["correlation"].tolist() == pytest.approx([each.statistic for each in tests])
    exact = [stats.pearsonr(stats.rankdata(difference), stats.rankdata(factors[name])).pvalue for name in factors]
    assert table["adjusted_p"].tolist() == pytest.approx(stats.false_discovery_control(exact))


def test_of_many_idle_factors_hardly_ever_one_is_named_or_worth_anything():
    rng = np.random.default_rng(8)
    factors = pd.DataFrame(rng.random((40, 200)), columns=[f"f{k}" for k in range(200)])
    payoffs = pd.DataFrame(rng.normal(size=(40, 2)), columns=["a", "b"])
    assert flips(payoffs["a"] - payoffs["b"], factors)["decisive"].sum() <= 1
    worth = partial_information(payoffs, factors.iloc[:, :30])
    assert worth.median() < 0.05 * perfect_information(payoffs)


def test_a_factor_that_does_not_vary_flips_nothing():
    factors = pd.DataFrame({"fixed": np.ones(30)})
    assert flips(pd.Series(np.arange(30.0) - 15), factors).empty
    assert partial_information(TABLE, pd.DataFrame({"fixed": np.ones(4)}))["fixed"] == 0


def test_no_factor_is_worth_more_than_knowing_everything_or_less_than_nothing():
    five = pd.DataFrame({"a": [1.1, -0.2, -0.5, -1.2, -1.8], "b": [1.8, -0.2, -0.4, 1.8, 0.1]})
    fitted = partial_information(five, pd.DataFrame({"order": np.arange(5.0)}))["order"]
    assert fitted == perfect_information(five)  # a curve through five points says more than there is to say
    rng = np.random.default_rng(11)
    for _ in range(3):
        payoffs = pd.DataFrame(rng.normal(size=(6, 2)), columns=["a", "b"])
        worth = partial_information(payoffs, pd.DataFrame(rng.random((6, 2)), columns=["p", "q"]))
        assert ((worth >= 0) & (worth <= perfect_information(payoffs))).all()


def test_a_difference_of_two_values_has_a_ranking_that_flips_and_one_of_a_single_value_has_none():
    factors = pd.DataFrame({"a": np.arange(30.0)})
    difference = pd.Series(np.where(factors["a"] < 15, -1.0, 1.0))
    assert flips(difference, factors)["factor"].tolist() == ["a"]
    assert len(flips(difference * 0 + 1, factors)) == 0
