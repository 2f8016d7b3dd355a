"""Null models of counts know the past only; scores of made-up forecasts are as by hand, and losses are said."""

import numpy as np
import pandas as pd
import pytest

from experiments.history.forecasts.null_counts import History
from experiments.history.forecasts.scoring import loss_line, score_counts
from experiments.history.scores import crps

START = 433
PAST = np.arange(24)[:, None] * [1.0, 0.0] + [0.0, 5.0]  # one unit rises by 1 a month, one stays at 5


def counts(after):
    rows = np.vstack([PAST, after])
    return pd.DataFrame(rows, index=range(START - 24, START - 24 + len(rows)), columns=["a", "b"])


def history(after=((90.0, 7.0),), draws=24):
    return History.of(counts(after), START, draws)


def test_null_models_do_not_see_what_comes():
    for name, draws in history().samples(1).items():
        np.testing.assert_array_equal(draws, history(((0.0, 0.0), (3.0, 3.0))).samples(1)[name])


def test_each_null_model_does_what_it_says():
    said = history().samples(3)
    assert sorted(said) == ["base_rate", "conflictology", "last_observation", "trend", "zero"]
    assert all(draws.shape == (2, 24) for draws in said.values())
    assert sorted(said["conflictology"][0]) == sorted([*range(12, 24)] * 2)
    assert set(said["conflictology"][1]) == {5.0}
    assert set(said["last_observation"][0]) == {23.0}
    assert set(said["zero"].ravel()) == {0.0}
    assert set(said["trend"][0]) == {26.0}  # 23 three months ago, one more each
    np.testing.assert_array_equal(said["base_rate"][0], said["base_rate"][1])
    assert np.median(said["base_rate"]) == pytest.approx(8.5, abs=3.5)  # half 5, half 12 to 23


def test_what_needs_a_year_is_left_out_with_less():
    short = History(PAST[-3:], 10)
    assert sorted(short.samples(1)) == ["last_observation", "zero"]
    assert short.year_chances(np.zeros((2, 1)), 25) == {}
    assert short.month_chances(np.zeros((2, 1)), 25) is None
    assert sorted(History(PAST[:0], 10).samples(1)) == ["zero"]


def test_the_logistic_of_last_years_deaths_learns_that_wars_go_on():
    units = 40
    level = np.where(np.arange(units) < 8, 100.0, 0.0)
    past = History(np.tile(level, (24, 1)), 1)
    covariates = np.zeros((units, 2))
    months, years = past.month_chances(covariates, 25.0), past.year_chances(covariates, 25.0)
    assert months[:8].min() > 0.9 > 0.1 > months[8:].max()
    assert years["lag_logistic"][:8].min() > 0.6 > years["lag_logistic"][8:].max()
    assert years["last_year"].sum() == 8
    assert years["base_rate"][0] == pytest.approx(0.2)


def test_scores_are_means_over_units_and_months():
    after = [[90.0, 0.0], [0.0, 30.0]]
    rng = np.random.default_rng(0)
    samples = {START + month: np.floor(rng.lognormal(2, 2, (2, 24))) for month in (0, 1)}
    found = score_counts("made-up", iter(samples.items()), counts(after), START, 25.0, np.zeros((2, 1)))
    row = found.scores.set_index("forecaster").loc["model"]
    pairs = [(samples[START + month][unit], after[month][unit]) for month in (0, 1) for unit in (0, 1)]
    assert row["crps"] == pytest.approx(np.mean([crps(draws, seen) for draws, seen in pairs]))
    assert row["events"] == 2
    assert row["expected"] == pytest.approx(sum((draws >= 25).mean() for draws, _ in pairs))
    zero = found.scores.set_index("forecaster").loc["zero"]
    assert zero["crps"] == pytest.approx(30.0)  # (90 + 0 + 0 + 30) / 4
    assert zero["interval"] == pytest.approx(20 * 30.0)
    assert zero["ignorance"] == pytest.approx(-np.mean(np.log2([1 / 35, 25 / 35, 25 / 35, 1 / 35])))
    bins = found.bins[found.bins["forecaster"] == "zero"].set_index("bin")
    assert bins["count"].to_dict() == {"0": 2, "26-50": 1, "51-100": 1}
    assert bins["cover90"].to_dict() == {"0": 1.0, "26-50": 0.0, "51-100": 0.0}
    logistic = found.scores.set_index("forecaster").loc["lag_logistic"]
    assert np.isnan(logistic["crps"])
    assert 0 <= logistic["brier"] <= 1


def test_months_that_were_not_observed_are_not_scored():
    samples = {month: np.zeros((2, 5)) for month in (START, START + 1)}
    found = score_counts("made-up", iter(samples.items()), counts([[0.0, 0.0]]), START, 25.0)
    assert set(found.scores["count"]) == {2}


def test_losing_and_winning_are_said():
    right, wrong = {START: np.full((2, 24), [[90.0], [7.0]])}, {START: np.full((2, 24), 500.0)}
    seen = counts([[90.0, 7.0]])
    best = loss_line(score_counts("made-up", iter(right.items()), seen, START, 25.0).scores)
    assert best == "made-up: the model beats or equals every null model."
    worst = loss_line(score_counts("made-up", iter(wrong.items()), seen, START, 25.0).scores)
    assert "the model loses to zero in crps" in worst
    assert "conflictology in crps, interval" in worst
