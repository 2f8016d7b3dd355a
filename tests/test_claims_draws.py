"""What draws from the ranges say of a claim, and what would change its verdict, on values whose answer is known."""

import numpy as np
import pytest
from scipy import stats

from experiments.claims.changes import LEAST_DRAWS, _differ, _middle, _p_of, separating, what_would_change
from experiments.claims.claim import Claim
from experiments.claims.judge import find
from experiments.claims.signs import share_of_draws
from experiments.claims.verdicts import settle
from experiments.points.draws import BLOCK, drawn, drawn_parameters
from experiments.points.ranges import is_wide


def claim_of(outcome, arms=()):
    """A claim of one outcome with a treatment and a control, or with these arms."""
    table = {"id": "C99", "file": "made up", "title": "t", "statement": "s", "weeks": 10, "outcomes": [outcome]}
    table |= {"arms": {name: {} for name in arms}} if arms else {"treatment": {}, "control": {}}
    return Claim.model_validate(table)


def outcome(expected, **more):
    return {"measure": "people_core", "expected": expected} | more


def found(claim, values, second=None):
    arrays = {arm: np.asarray(each, dtype=float) for arm, each in values.items()}
    others = second and {arm: np.asarray(each, dtype=float) for arm, each in second.items()}
    return find(claim, claim.outcomes[0], arrays, others)


def judged(claim, values, second=None):
    return settle([found(claim, values, second)])[0]


def pairs(effect, n=12, noise=1.0, seed=1):
    """A treatment that differs from its control by an effect, on shared luck and with noise of its own."""
    random = np.random.default_rng(seed)
    luck = random.normal(100, 10, n)
    return {"treatment": luck + effect + random.normal(0, noise, n), "control": luck + random.normal(0, noise, n)}


def interior():
    return claim_of(outcome("interior_maximum", arms=list("abcde")), "abcde")


def test_draws_are_counted_by_sign():
    claim = claim_of(outcome("lower"))
    values = {"treatment": np.array([1.0, 5.0, 3.0, np.nan, 1.0]), "control": np.array([2.0, 4.0, 3.0, 1.0, 9.0])}
    share = share_of_draws(claim, claim.outcomes[0], values)
    assert share.signs == ("holds", "reversed", "nothing", "failed", "holds")
    assert (share.count, share.holds, share.reversed_, share.nothing, share.failed) == (5, 2, 1, 1, 1)


def test_draws_of_other_expectations_are_counted_too():
    claim = claim_of(outcome("equal", margin=1.0))
    values = {"treatment": np.array([1.0, 5.0]), "control": np.array([2.0, 1.0])}
    assert share_of_draws(claim, claim.outcomes[0], values).signs == ("holds", "reversed")
    claim = interior()
    values = {
        arm: np.array(each, dtype=float)
        for arm, each in zip("abcde", ([1, 3], [2, 2], [3, 1], [2, 2], [1, 1]), strict=True)
    }
    assert share_of_draws(claim, claim.outcomes[0], values).signs == ("holds", "reversed")
    claim = claim_of(outcome("trade_off", second="fighters_core", arms=list("abc")), "abc")
    values = {arm: np.array([k, k], dtype=float) for k, arm in enumerate("abc")}
    second = {arm: np.array([-k, 1], dtype=float) for k, arm in enumerate("abc")}
    assert share_of_draws(claim, claim.outcomes[0], values, second).signs == ("holds", "nothing")


def drawn_values(rule, count=40, noise=0.05):
    """A statistic over real draws that follows a rule of their parameters, as a treatment against a control of 0."""
    random = np.random.default_rng(9)
    return {"treatment": np.array([rule(drawn(k)) for k in range(count)]) + random.normal(0, noise, count),
            "control": np.zeros(count)}  # fmt: skip


def test_a_parameter_that_turns_the_sign_is_named():
    claim = claim_of(outcome("higher"))
    share = share_of_draws(
        claim, claim.outcomes[0], drawn_values(lambda point: point["territory.self_enforcement"] - 0.6, noise=0)
    )
    (name, low, high), *_ = separating(share)
    assert name == "territory.self_enforcement"
    assert low[0] == 0
    assert high == (20, 20)
    findings = [judged(claim, pairs(3))]
    (sentence, *_) = what_would_change(claim, findings, {}, [share])
    assert "territory.self_enforcement" in sentence
    assert "in 0 of 20 draws in the lower half" in sentence


def test_draws_that_failed_are_left_out_with_their_own_parameters_and_fewer_than_ten_name_nothing():
    claim, name = claim_of(outcome("higher")), "territory.self_enforcement"
    values = drawn_values(lambda point: point[name] - 0.6, noise=0)
    values["treatment"][:10] = np.nan
    ((_, low, high),) = [
        each for each in separating(share_of_draws(claim, claim.outcomes[0], values)) if each[0] == name
    ]
    assert low[1] + high[1] == 30
    assert (low[0], high[0]) == (0, high[1])
    for count in (LEAST_DRAWS - 1, LEAST_DRAWS):
        few = drawn_values(lambda point: point[name] - 0.6, count=count, noise=0)
        named = [each[0] for each in separating(share_of_draws(claim, claim.outcomes[0], few))]
        assert named == ([] if count < LEAST_DRAWS else [name])


def test_half_of_the_draws_lie_in_the_lower_half_of_every_range_also_of_wide_ones():
    wide = [name for name, (low, high) in drawn_parameters().items() if is_wide(low, high)]
    assert wide
    for name in drawn_parameters():
        assert sum(drawn(draw)[name] > _middle(name) for draw in range(BLOCK)) == BLOCK / 2


def test_a_parameter_that_moves_the_size_and_never_the_sign_is_not_named():
    claim = claim_of(outcome("higher"))
    values = drawn_values(lambda point: 9.0 + point["territory.self_enforcement"], noise=0)
    assert separating(share_of_draws(claim, claim.outcomes[0], values)) == []


def test_p_values_of_rank_correlations_are_those_of_scipy():
    random = np.random.default_rng(4)
    first, second = random.normal(size=(2, 20))
    test = stats.spearmanr(first, second)
    assert _p_of(np.array([test.statistic, -test.statistic]), 20).tolist() == pytest.approx([test.pvalue] * 2)


def test_noise_names_no_parameter():
    claim = claim_of(outcome("higher"))
    named = 0
    for seed in range(30):
        random = np.random.default_rng(seed)
        values = {"treatment": random.normal(0, 1, 40), "control": np.zeros(40)}
        named += bool(separating(share_of_draws(claim, claim.outcomes[0], values)))
    assert named <= 5


def test_what_would_change_the_verdict_is_told_or_that_nothing_was_found():
    claim = claim_of(outcome("higher"))
    findings = [judged(claim, pairs(3))]
    sure = share_of_draws(claim, claim.outcomes[0], {"treatment": np.ones(12), "control": np.zeros(12)})
    assert what_would_change(claim, findings, {"lost_tips": "contradicted"}, []) == [
        "With lost tips (rivals.lost_tips) it is contradicted."
    ]
    (nothing,) = what_would_change(claim, findings, {"lost_tips": "supported"}, [sure])
    assert nothing.startswith("None was found among 1 rival finding and 12 draws")
    mixed = share_of_draws(
        claim, claim.outcomes[0], {"treatment": np.array([1.0, -1.0, 1.0, 1.0]), "control": np.zeros(4)}
    )
    (reversed_,) = what_would_change(claim, findings, {}, [mixed])
    assert reversed_.startswith("The sign is reversed in 1 of 4 draws")
    failed = share_of_draws(
        claim, claim.outcomes[0], {"treatment": np.array([1.0, -1.0, np.nan, 1.0]), "control": np.zeros(4)}
    )
    (reversed_,) = what_would_change(claim, findings, {}, [failed])
    assert reversed_.startswith("The sign is reversed in 1 of 3 draws")  # a draw that failed is none
    (unasked,) = what_would_change(claim, findings, {}, [])
    assert "leave out --quick" in unasked


@pytest.mark.parametrize(
    ("low", "high", "differ"),
    [((2, 10), (5, 10), True), ((5, 10), (2, 10), True), ((4, 10), (5, 10), False), ((20, 100), (5, 10), True),
     ((50, 100), (5, 10), False), ((0, 0), (5, 10), False)],
)  # fmt: skip
def test_halves_differ_where_their_shares_do_by_a_fifth_whatever_their_sizes(low, high, differ):
    assert _differ(low, high) == differ
