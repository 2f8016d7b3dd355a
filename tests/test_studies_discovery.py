"""Boxes and scores that are planted are found; where nothing is planted nothing is claimed."""

import numpy as np
import pandas as pd
import pytest

from experiments.studies.discovery import _quasi_p, feature_scores, find_box


def futures(seed, count=300, names="abcde"):
    return pd.DataFrame(np.random.default_rng(seed).random((count, len(names))), columns=list(names))


def test_a_planted_box_is_found_with_its_two_factors():
    factors = futures(1)
    box = find_box(factors, (factors["a"] > 0.6) & (factors["b"] < 0.5))
    assert {limit.factor for limit in box.limits} == {"a", "b"}
    assert box.density > 0.75
    assert box.coverage > 0.9
    assert "a is above" in box.words
    assert "b is below" in box.words


def test_the_numbers_of_a_box_are_those_of_its_inside():
    factors = futures(2)
    cases = (factors["c"] > 0.7).to_numpy()
    box = find_box(factors, cases)
    inside = box.inside(factors)
    assert box.density == pytest.approx(cases[inside].mean())
    assert box.coverage == pytest.approx(cases[inside].sum() / cases.sum())
    assert box.mass == pytest.approx(inside.mean())
    assert f"{cases.sum()} of 300 futures" in box.words


def test_where_cases_fall_by_chance_hardly_ever_a_box_is_claimed():
    rng = np.random.default_rng(7)
    claimed = sum(bool(find_box(futures(seed, 150), rng.random(150) < 0.3).limits) for seed in range(12))
    assert claimed <= 2


@pytest.mark.parametrize("cases", [0, 3, 298, 300])
def test_with_too_few_cases_of_either_kind_nothing_is_claimed(cases):
    happened = np.arange(300) < cases
    box = find_box(futures(3), happened)
    assert box.limits == ()
    assert ("none of the futures" in box.words) == (cases == 0)


def test_feature_scores_rank_factors_by_what_they_explain():
    factors = futures(4)
    table = feature_scores(factors, 2 * factors["a"] - factors["b"], repeats=3)
    assert table["factor"].tolist()[:2] == ["a", "b"]
    assert table["score"].sum() == pytest.approx(1)
    assert table.set_index("factor").loc["b", "correlation"] < -0.3


def test_a_restriction_is_doubted_by_the_chance_of_as_many_cases_in_it_or_more():
    factors, happened = pd.DataFrame({"a": np.arange(10.0)}), np.arange(10) < 5
    assert _quasi_p(factors, happened, [("a", 0.0, 4.0)], 0) == pytest.approx(0.5**5)
    assert _quasi_p(factors, happened, [("a", 5.0, 9.0)], 0) == 1.0  # one that keeps all cases out explains none
    assert _quasi_p(factors, happened, [("a", 20.0, 30.0)], 0) == 1.0
