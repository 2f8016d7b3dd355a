"""Verdicts on made-up values whose answer is known: planted effects are found, and noise is not taken for an effect."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from experiments.claims.claim import Claim
from experiments.claims.judge import find
from experiments.claims.verdicts import overall, settle

NOISE_CLAIMS = 200


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


@pytest.mark.parametrize(
    ("expected", "effect", "verdict"),
    [
        ("lower", -3, "supported"),
        ("lower", 3, "contradicted"),
        ("higher", 3, "supported"),
        ("higher", -3, "contradicted"),
        ("lower", 0, "undetermined"),
        ("higher", 0, "undetermined"),
    ],
)
def test_a_planted_effect_is_found_with_its_sign(expected, effect, verdict):
    values = pairs(effect)
    finding = judged(claim_of(outcome(expected)), values)
    assert finding.verdict == verdict
    difference = values["treatment"] - values["control"]
    test = ttest_1samp(difference, 0)
    interval = test.confidence_interval(0.95)
    assert finding.mean == pytest.approx(difference.mean())
    assert (finding.low, finding.high, finding.p) == pytest.approx((interval.low, interval.high, test.pvalue))
    assert finding.pairs == 12


def test_runs_that_agree_in_all_decide_nothing():
    finding = judged(claim_of(outcome("lower")), {"treatment": [4.0] * 8, "control": [4.0] * 8})
    assert (finding.mean, finding.p, finding.verdict) == (0.0, 1.0, "undetermined")


@pytest.mark.parametrize(("n", "verdict"), [(2, "undetermined"), (5, "undetermined"), (6, "supported")])
def test_a_count_that_differs_by_one_in_every_pair_is_no_certainty_in_few_pairs(n, verdict):
    finding = judged(claim_of(outcome("higher")), {"treatment": np.arange(n) + 1, "control": np.arange(n)})
    assert finding.p == 2.0 ** (1 - n)
    assert finding.verdict == verdict


def test_one_pair_decides_nothing():
    assert judged(claim_of(outcome("lower")), {"treatment": [1.0], "control": [9.0]}).verdict == "undetermined"
    assert judged(claim_of(outcome("lower")), {"treatment": [np.nan], "control": [9.0]}).pairs == 0


def test_a_pair_in_which_a_run_failed_does_not_count():
    values = pairs(-3)
    values["treatment"][[0, 5]] = np.nan
    values["control"][7] = np.nan
    finding = judged(claim_of(outcome("lower")), values)
    kept = [1, 2, 3, 4, 6, 8, 9, 10, 11]
    assert finding.statistic == pytest.approx((values["treatment"] - values["control"])[kept])
    assert len(finding.values["control"]) == 12


def test_a_contrast_may_be_a_difference_of_differences():
    weights = {"a": 1, "b": -1, "c": -1, "d": 1}
    claim = claim_of(outcome("higher", contrast=weights), "abcd")
    random = np.random.default_rng(2)
    values = {arm: random.normal(0, 1, 10) + shift for arm, shift in zip("abcd", (9, 3, 4, 5), strict=True)}
    finding = judged(claim, values)
    assert finding.statistic == pytest.approx(values["a"] - values["b"] - values["c"] + values["d"])
    assert finding.verdict == "supported"


def test_a_treatment_by_itself_is_compared_with_a_number():
    table = {"id": "C99", "file": "made up", "title": "t", "statement": "s", "weeks": 10}
    claim = Claim.model_validate(table | {"outcomes": [outcome("lower", against=1.0)]})
    values = {"treatment": np.array([0.5, 0.6, 0.7, 0.55])}
    finding = judged(claim, values)
    assert finding.mean == pytest.approx(values["treatment"].mean() - 1)
    assert finding.verdict == "supported"


@pytest.mark.parametrize(
    ("effect", "margin", "verdict"),
    [
        (0.2, 5, "supported"),
        (-0.2, 5, "supported"),
        (9, 5, "contradicted"),
        (-9, 5, "contradicted"),
        (5, 5, "undetermined"),
    ],
)
def test_equality_is_shown_by_an_interval_within_the_margin_and_refuted_by_one_outside(effect, margin, verdict):
    finding = judged(claim_of(outcome("equal", margin=margin)), pairs(effect))
    assert finding.verdict == verdict
    inside = -margin < finding.low and finding.high < margin
    outside = finding.low > margin or finding.high < -margin
    assert (inside, outside) == (verdict == "supported", verdict == "contradicted")


def test_noise_is_no_proof_of_equality():
    assert judged(claim_of(outcome("equal", margin=1.0)), pairs(0, noise=20)).verdict == "undetermined"


def peaked(height, n=12, noise=1.0, seed=3):
    """Five arms, the middle one higher by `height`."""
    random = np.random.default_rng(seed)
    luck = random.normal(100, 10, n)
    return {arm: luck + random.normal(0, noise, n) + height * (arm == "c") for arm in "abcde"}


def interior():
    return claim_of(outcome("interior_maximum", arms=list("abcde")), "abcde")


def test_a_planted_maximum_in_between_is_found():
    finding = judged(interior(), peaked(3))
    assert finding.verdict == "supported"
    assert finding.mean == pytest.approx(3, abs=1)


def test_a_slope_has_no_maximum_in_between():
    rising = {arm: each + 3 * "abcde".index(arm) for arm, each in peaked(0).items()}
    assert judged(interior(), rising).verdict == "contradicted"
    falling = {arm: each - 3 * "abcde".index(arm) for arm, each in peaked(0).items()}
    assert judged(interior(), falling).verdict == "contradicted"


def test_a_dip_is_no_maximum():
    assert judged(interior(), peaked(0, noise=0.1)).verdict == "undetermined"
    dipped = {arm: each - 3 * (arm in "bcd") for arm, each in peaked(0).items()}
    assert judged(interior(), dipped).verdict == "contradicted"


def test_an_opposite_course_of_two_measures_is_a_trade_off():
    claim = claim_of(outcome("trade_off", second="fighters_core", arms=list("abcde")), "abcde")
    random = np.random.default_rng(4)
    first = {arm: np.arange(6) + 2 * "abcde".index(arm) + random.normal(0, 0.5, 6) for arm in "abcde"}
    assert judged(claim, first, {arm: -each for arm, each in first.items()}).verdict == "supported"
    assert judged(claim, first, first).verdict == "contradicted"
    assert judged(claim, first, {arm: np.ones(6) for arm in first}).pairs == 0


def noise_of(kind, random):
    arms = {arm: random.normal(0, 1, 8) for arm in "abcde"}
    if kind == "interior_maximum":
        return found(interior(), arms)
    if kind == "trade_off":
        claim = claim_of(outcome("trade_off", second="fighters_core", arms=list("abcde")), "abcde")
        return found(claim, arms, {arm: random.normal(0, 1, 8) for arm in "abcde"})
    if kind == "counts":
        return found(claim_of(outcome("lower")), {arm: random.poisson(1.0, 8) for arm in ("treatment", "control")})
    values = {"treatment": arms["a"] + (1 if kind == "equal" else 0), "control": arms["b"]}
    return found(claim_of(outcome(kind, **({"margin": 1.0} if kind == "equal" else {}))), values)


@pytest.mark.parametrize("kind", ["lower", "counts", "equal", "interior_maximum", "trade_off"])
def test_among_noise_alone_hardly_any_claim_is_decided(kind):
    """If nothing is true every decision is false: Benjamini and Hochberg allow one among 200 claims in 5% of ledgers."""
    random = np.random.default_rng(5)
    ledgers = 25
    wrong = 0
    for _ in range(ledgers):
        findings = settle([noise_of(kind, random) for _ in range(NOISE_CLAIMS)])
        wrong += any(finding.verdict != "undetermined" for finding in findings)
    assert wrong <= 0.05 * ledgers + 3 * np.sqrt(0.05 * 0.95 * ledgers)


@pytest.mark.parametrize("kind", ["lower", "counts", "equal", "interior_maximum", "trade_off"])
def test_single_p_values_of_noise_are_below_one_in_twenty_in_one_of_twenty_at_most(kind):
    random = np.random.default_rng(6)
    p = np.array([noise_of(kind, random).p for _ in range(1000)])
    assert np.mean(p < 0.05) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


def test_among_true_and_false_claims_one_discovery_in_twenty_is_false():
    random = np.random.default_rng(7)
    shares = []
    for _ in range(40):
        findings = settle([
            found(claim_of(outcome("higher")), pairs(3 * (k % 2), 8, seed=int(random.integers(1 << 30)))) for k in range(60)
        ])  # fmt: skip
        decided = [k for k, finding in enumerate(findings) if finding.verdict != "undetermined"]
        assert len(decided) > 20
        shares.append(np.mean([k % 2 == 0 for k in decided]))
    assert np.mean(shares) < 0.05


def test_a_p_value_is_adjusted_for_all_that_is_judged_together():
    planted = found(claim_of(outcome("higher")), pairs(1.2))
    alone = settle([planted])[0]
    random = np.random.default_rng(8)
    among = settle([planted, *(noise_of("lower", random) for _ in range(60))])[0]
    assert alone.adjusted_p == planted.p < among.adjusted_p


def test_a_claim_is_supported_if_all_outcomes_are_and_contradicted_if_one_is():
    good = judged(claim_of(outcome("higher")), pairs(3))
    bad = judged(claim_of(outcome("lower")), pairs(3))
    open_ = judged(claim_of(outcome("lower")), pairs(0))
    assert overall([good, good]) == "supported"
    assert overall([good, open_]) == "undetermined"
    assert overall([good, open_, bad]) == "contradicted"
    assert overall([]) == "undetermined"
