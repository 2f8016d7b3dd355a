"""How many seeds are enough: known answers of the coefficient of variation, and of what seeds add to a fit's variance."""

import numpy as np
import pytest

from experiments.history import trace
from experiments.history.stability import SIZES, stable_from, table, variation
from experiments.history.target import load_targets
from model import odd


def test_the_coefficient_is_the_standard_deviation_over_the_mean():
    assert variation(np.array([8.0, 12.0])) == pytest.approx(np.sqrt(8) / 10)
    assert np.isnan(variation(np.array([-1.0, 1.0])))


def test_an_outcome_is_stable_from_the_size_after_which_nothing_moves():
    assert stable_from([0.5, 0.31, 0.30, 0.32, 0.31]) == 8
    assert stable_from([0.30, 0.31, 0.30, 0.32, 0.31]) == 4


def test_a_coefficient_that_still_moves_at_the_end_is_not_stable():
    assert stable_from([0.1, 0.2, 0.3, 0.4, 0.5]) is None


def test_more_seeds_add_less_to_the_variance_and_none_without_chance():
    targets = load_targets().targets
    name = "area_2015_01"
    sample = np.exp(np.random.default_rng(1).normal(11, 0.5, SIZES[-1]))
    few, many = (table({name: sample}, targets, seeds)["seeds_share"][0] for seeds in (2, 8))
    assert 0 < many < few < 1 / 3  # v / 2 of v / 2 + v alone is a third
    assert table({name: np.full(SIZES[-1], 9e4)}, targets, 4)["seeds_share"][0] == 0


def test_too_few_runs_are_refused():
    with pytest.raises(ValueError, match="64 runs are needed, got 3"):
        table({"area_2015_01": np.ones(3)}, load_targets().targets, 4)


def test_the_tables_of_trace_are_those_of_the_code_and_of_the_stored_results():
    text = trace.DOCUMENT.read_text(encoding="utf-8")
    fresh = odd.tables_in(text, trace.tables(), trace.DOCUMENT.name)
    assert not odd.changes(text, fresh), "python -m experiments.history.trace renews them"


def test_every_stored_result_has_its_place_in_trace_and_the_eight_elements_stand_in_order():
    text = trace.DOCUMENT.read_text(encoding="utf-8")
    assert sorted(odd.marked(text)) == sorted(trace.tables())
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert [heading[3] for heading in headings] == list("12345678")
