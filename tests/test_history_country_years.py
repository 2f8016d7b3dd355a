"""Years of fighting are scored beside null models that know earlier lists only, and words say where the model loses."""

import numpy as np
import pytest

from experiments.history.country_years import Lists, score_years, year_lines
from experiments.history.target import SCENARIO
from model.scenario import load_scenario

LISTED = {2014: ("IRQ", "SYR", "LBN"), 2015: ("IRQ", "SYR", "NGA"), 2016: ("IRQ", "SYR", "LBY")}


@pytest.fixture(scope="module")
def lists():
    return Lists(load_scenario(SCENARIO), LISTED)


def test_null_models_know_nothing_of_the_year_itself_or_later(lists):
    said = lists.nulls(2016)
    assert (said["last_year"] == lists.truth(2015)).all()
    assert np.unique(said["base_rate"]) == pytest.approx([3 / 59])
    assert lists.nulls(2014) == {}
    other = Lists(lists.scenario, LISTED | {2016: ("AFG",), 2017: ("AFG",)})
    np.testing.assert_array_equal(other.nulls(2016)["lag_logistic"], said["lag_logistic"])
    assert said["lag_logistic"][lists.truth(2015)].min() > np.median(said["lag_logistic"])


def test_scores_and_expected_numbers_are_as_by_hand_and_losses_are_said(lists):
    truth = lists.truth(2016)
    right, wrong = {2016: truth.astype(float)}, {2016: np.full(59, 0.5)}
    table = score_years(lists, right, right, [2016], 2015).set_index("forecaster")
    assert table.loc["model", ["expected", "auc", "ap", "brier"]].tolist() == [3.0, 1.0, 1.0, 0.0]
    assert table.loc["last_year", "brier"] == pytest.approx(2 / 59)
    assert "beats or equals each null model" in year_lines(table.reset_index())[0]
    line = year_lines(score_years(lists, wrong, wrong, [2016], 2015))[0]
    assert "It loses to last year in AUC, AP, Brier, expected number" in line


def test_a_known_year_is_judged_by_the_runs_alone(lists):
    told, alone = {2015: lists.truth(2015).astype(float)}, {2015: np.full(59, 0.5)}
    line = year_lines(score_years(lists, told, alone, [2015], 2015))[0]
    assert "3.0 expected in sample, where the list itself was used; by the runs alone 29.5" in line
    assert "It loses to" in line
