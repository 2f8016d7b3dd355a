"""How numbers are written for readers."""

import numpy as np
import pytest

from experiments.measures.numbers import (
    NumberFormat,
    amount,
    chart_number,
    difference_words,
    format_of,
    number,
    percent,
)
from model.record import OUTCOMES


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"), (-0.00001, "0"), (3.0, "3"), (0.5, "0.500"), (0.01234, "0.0123"), (12.345, "12.3"), (-1.5, "−1.50"),
        (123.6, "124"), (12_345.0, "12,345"), (999_999.7, "1,000,000"), (4e6, "4 million"), (10_740_000.0, "10.7 million"),
        (999_900_000.0, "1,000 million"), (-2.5e9, "−2.5 billion"), (np.nan, "–"), (np.inf, "–"),
    ],
)  # fmt: skip
def test_a_number_has_three_significant_digits(value, words):
    assert number(value) == words


def test_signs_are_true_and_nothing_has_none():
    assert [number(value, signed=True) for value in (2.0, -2.0, 0.0, 0.00001)] == ["+2", "−2", "0", "0"]


def test_units_that_say_nothing_are_left_out():
    assert amount(2.0, "weeks") == "2 weeks"
    assert amount(0.25, "1", signed=True) == "+0.250"
    assert (percent(0.256), percent(np.nan)) == ("26%", "–")


def test_numbers_of_one_outcome_share_their_decimals():
    people = NumberFormat("million", 1e6, 2)
    assert (people.number(1_416_000), people.signed(337_000), people.signed(-4.0)) == ("1.42", "+0.34", "0.00")
    assert (people.amount(-1e6), people.change(1e6), people.interval(0, 2e6)) == (
        "−1.00 million", "+1.00 million", "0.00 to 2.00",
    )  # fmt: skip


def test_the_scale_follows_from_the_largest_value_and_decimals_from_the_intervals():
    found = format_of(OUTCOMES["people_core"], np.array([1e6, np.nan, 4e6]), [2e5, np.nan, 0.0])
    assert (found.unit, found.divisor, found.decimals) == ("million", 1e6, 2)
    assert format_of(OUTCOMES["attacks_state"], np.array([30.0]), []).unit == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.45, "0.45"), (0.000474, "0.000474"), (1e-9, "0"), (0.0, "0"), (-0.0, "0"), (12, "12"), (6103.4, "6,103"),
        (58_049, "58 k"), (58_149, "58.1 k"), (1_250_000, "1.25 m"), (2.5e9, "2.5 bn"), (-243_000, "−243 k"), (-0.2, "−0.2"),
        (float("nan"), "–"),
    ],
)  # fmt: skip
def test_numbers_beside_a_chart_are_short_and_have_no_prefix_below_one(value, words):
    assert chart_number(value) == words


def test_a_difference_says_its_sign_once():
    assert difference_words(-243_000, -332_000, -154_000) == "lower by 243,000 (interval −332,000 to −154,000)"
    assert difference_words(0.2, -0.1, 0.5) == "higher by 0.200 (interval −0.100 to 0.500)"
    written = NumberFormat("million", 1e6, 2)
    words = difference_words(-2.4e6, -3.3e6, -1.5e6, written, "95% interval", "; strong evidence")
    assert words == "lower by 2.40 million (95% interval −3.30 to −1.50 million; strong evidence)"
