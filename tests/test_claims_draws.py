"""What draws from the ranges say of a claim, and what would change its verdict, on values whose answer is known."""

import numpy as np

from experiments.claims.changes import separating, what_would_change
from experiments.claims.claim import Claim
from experiments.claims.judge import find
from experiments.claims.signs import share_of_draws
from experiments.claims.verdicts import settle
from experiments.points.draws import drawn


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
    (unasked,) = what_would_change(claim, findings, {}, [])
    assert "leave out --quick" in unasked
