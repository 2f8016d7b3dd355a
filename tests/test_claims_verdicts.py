"""Verdicts weigh an effect against the smallest that matters, and each says why."""

import numpy as np
import pytest
from test_claims_judge import claim_of, found, interior, outcome, pairs, peaked

from experiments.claims.rules import Rules
from experiments.claims.verdicts import outcome_reason, overall, reason, settle

ABSOLUTE = {"absolute": 2.0, "reason": "two people"}


def banded(expected, values, smallest=ABSOLUTE, **more):
    return settle([found(claim_of(outcome(expected, smallest=smallest, **more)), values)])[0]


@pytest.mark.parametrize(
    ("effect", "noise", "verdict"),
    [
        (4.0, 1.0, "supported"),
        (-4.0, 1.0, "contradicted"),
        (0.0, 0.5, "negligible"),
        (0.8, 0.1, "negligible"),  # the sign is shown, and too small to matter
        (-0.8, 0.1, "negligible"),
        (1.8, 0.7, "undetermined"),  # the sign is shown, and may matter or not
        (0.0, 20.0, "undetermined"),
    ],
)
def test_an_effect_is_held_against_the_smallest_that_matters(effect, noise, verdict):
    finding = banded("higher", pairs(effect, noise=noise))
    assert finding.verdict == verdict
    assert finding.smallest == 2.0
    inside = finding.low >= -2 and finding.high <= 2
    assert inside == (verdict == "negligible")


def test_the_same_sign_is_shown_but_open_in_size():
    finding = banded("higher", pairs(1.8, noise=0.7))
    assert finding.adjusted_p < 0.05
    assert finding.low < 2.0 < finding.high
    assert "whether it reaches the smallest relevant effect, 2 people, is open: more seeds" in outcome_reason(finding)


def test_a_relative_size_is_a_share_of_the_control_arms_mean():
    values = pairs(3.0)
    finding = banded("higher", values, {"relative": 0.05, "reason": "a twentieth"})
    assert finding.reference == pytest.approx(values["control"].mean())
    assert finding.smallest == pytest.approx(0.05 * values["control"].mean())
    assert finding.relative == pytest.approx(finding.mean / values["control"].mean())
    assert finding.arm_means == {arm: pytest.approx(each.mean()) for arm, each in values.items()}
    assert finding.verdict == "negligible"


def test_what_a_relative_effect_refers_to_follows_the_contrast():
    values = {arm: np.full(4, each) for arm, each in zip("abcd", (9.0, 3.0, 5.0, 7.0), strict=True)}
    four = claim_of(outcome("higher", contrast={"a": 1, "b": -1, "c": -1, "d": 1}), "abcd")
    assert found(four, values).reference == 4.0
    halves = claim_of(outcome("higher", contrast={"a": 1, "b": -0.5, "c": -0.5}), "abcd")
    assert found(halves, values).reference == 4.0  # by weight, whatever the weights add up to
    assert found(interior(), {arm: np.full(4, 1.0 + place) for place, arm in enumerate("abcde")}).reference == 3.0


def test_events_that_happened_in_no_pair_are_not_negligible_while_they_may_be_rare():
    none = {"treatment": [2.0] * 8, "control": [2.0] * 8}
    small = {"absolute": 0.25, "reason": "one in four"}
    assert 1 - 0.05 ** (1 / 8) > 0.25 > 1 - 0.05 ** (1 / 12)
    assert banded("lower", none, small).verdict == "undetermined"
    assert banded("lower", {arm: each * 2 for arm, each in none.items()}, small).verdict == "negligible"
    assert banded("lower", {"treatment": [0.5] * 8, "control": [0.5] * 8}, small).verdict == "negligible"


def test_a_low_maximum_is_negligible():
    claim = claim_of(outcome("interior_maximum", arms=list("abcde"), smallest=ABSOLUTE), "abcde")
    assert settle([found(claim, peaked(0.5, noise=0.1))])[0].verdict == "negligible"
    assert settle([found(claim, peaked(4.0))])[0].verdict == "supported"


@pytest.mark.parametrize(
    ("effect", "noise", "verdict"),
    [(0.1, 0.2, "supported"), (3.0, 0.2, "contradicted"), (-3.0, 0.2, "contradicted"), (1.0, 3.0, "undetermined")],
)
def test_where_no_difference_is_expected_one_beyond_the_margin_contradicts(effect, noise, verdict):
    assert banded("equal", pairs(effect, noise=noise), None, margin=1.0).verdict == verdict


def test_without_rules_no_effect_is_too_small():
    finding = settle([found(claim_of(outcome("higher")), pairs(0.05, noise=0.001))])[0]
    assert (finding.smallest, finding.verdict) == (0.0, "supported")


def test_a_claim_with_an_effect_too_small_to_matter_is_negligible_once_all_is_decided():
    good, bad = banded("higher", pairs(4)), banded("lower", pairs(4))
    small, open_ = banded("higher", pairs(0, noise=0.5)), banded("higher", pairs(0, noise=20))
    assert overall([good, small]) == overall([small, small]) == "negligible"
    assert overall([good, small, open_]) == "undetermined"
    assert overall([small, bad]) == "contradicted"


def test_every_verdict_names_the_outcome_that_decides_with_size_interval_and_smallest_effect():
    good = banded("higher", pairs(9), name="first")
    bad, small = banded("lower", pairs(4), name="second"), banded("higher", pairs(0, noise=0.5), name="third")
    open_ = banded("higher", pairs(0, noise=20), name="fourth")
    cases = {
        "first": (
            [good],
            "as expected, distinguishable from luck and not below the smallest relevant effect, 2 people",
        ),
        "second": ([good, bad, small], "the opposite of what is expected"),
        "third": ([good, small], "lies within the smallest relevant effect, 2 people, to both sides"),
        "fourth": ([good, small, open_], "not distinguishable from luck; it may exceed the smallest relevant effect"),
    }
    for name, (findings, words) in cases.items():
        said = reason(findings)
        assert said.startswith(name)
        assert words in said
    assert reason([]) == "Nothing was measured."
    assert "too few" in reason([banded("lower", {"treatment": [1.0], "control": [9.0]})])


def test_an_interval_off_zero_that_fails_among_many_tests_says_so():
    random = np.random.default_rng(8)
    planted = found(claim_of(outcome("higher")), pairs(1.2))
    noise = [found(claim_of(outcome("lower")), pairs(0, seed=int(random.integers(1 << 30)))) for _ in range(60)]
    finding = settle([planted, *noise])[0]
    assert finding.low > 0
    assert finding.verdict == "undetermined"
    assert "does not hold among all" in outcome_reason(finding)


def test_the_rules_of_a_ledger_are_found_by_unit_and_by_kind():
    rules = {"smallest": {"people": ABSOLUTE, "logarithm": {"absolute": 0.1, "reason": "r"}}}
    claim = claim_of({"measure": {"log": "people_core"}, "expected": "lower"})
    claim = claim.model_copy(update={"rules": Rules.model_validate(rules)})
    assert claim.smallest(claim.outcomes[0]).absolute == 0.1
