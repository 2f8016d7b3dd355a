"""The judge's p-values against SciPy's, factor by factor: choices of an arm, two sides, margins, looks, few values."""

import numpy as np
import pytest
from scipy import stats
from test_claims_judge import claim_of, found, outcome

from experiments.claims.judge import Finding, find, mean_of
from experiments.claims.rules import Seeds
from experiments.claims.verdicts import bounds, decisive, outcome_reason, settle, settled, within
from experiments.measures.statistics import paired_difference

N = 9


def noise(*means, seed=3, spread=1.0):
    """Arms around means, (pairs,) each."""
    random = np.random.default_rng(seed)
    return [mean + spread * random.normal(0, 1, N) for mean in means]


def interior(arms):
    names = [f"a{k}" for k in range(len(arms))]
    claim = claim_of(outcome("interior_maximum", arms=names), names)
    return found(claim, dict(zip(names, arms, strict=True)))


def above(rise):
    return stats.ttest_1samp(rise, 0, alternative="greater").pvalue


@pytest.mark.parametrize("inner", [1, 2, 4])
def test_a_peak_is_paid_for_by_two_sides_and_by_the_number_of_arms_among_which_it_was_found(inner):
    arms = noise(0.0, *np.linspace(0.8, 1.3, inner), 0.1)
    ends = (arms[0], arms[-1])
    finding = interior(arms)
    best = min(max(above(arm - end) for end in ends) for arm in arms[1:-1])
    assert finding.mean > 0
    assert 0 < best < 1 / (2 * inner)
    assert finding.p == pytest.approx(2 * inner * best)
    rises = [min((arm - end for end in ends), key=np.mean) for arm in arms[1:-1]]
    assert finding.mean == pytest.approx(max(map(np.mean, rises)))


def test_an_arm_far_below_the_ends_is_no_sign_of_a_peak():
    arms = noise(0.0, -3.0, 0.6, 0.1)
    rises = [arms[2] - end for end in (arms[0], arms[3])]
    finding = interior(arms)
    assert finding.mean == pytest.approx(min(map(np.mean, rises)))
    assert finding.p == pytest.approx(min(1.0, 4 * max(map(above, rises))))
    assert 0.05 < finding.p < 1


@pytest.mark.parametrize("inner", [1, 3])
def test_against_a_peak_every_inner_arm_has_to_lie_below_an_end_at_twice_the_price(inner):
    arms = noise(1.0, *np.linspace(-1.2, -0.3, inner), 0.9)
    ends = (arms[0], arms[-1])
    finding = interior(arms)
    worst = max(min(above(end - arm) for end in ends) for arm in arms[1:-1])
    assert finding.mean < 0
    assert 0 < worst < 1 / 4
    assert finding.p == pytest.approx(4 * worst)


def test_one_pair_has_no_p_value_so_that_it_does_not_count_among_the_outcomes():
    alone = {"treatment": np.array([1.0]), "control": np.array([4.0])}
    for expected in ("lower", "higher"):
        assert np.isnan(found(claim_of(outcome(expected)), alone).p)


def test_no_p_value_is_above_one():
    assert interior(noise(0.0, 0.05, 0.04, 0.0)).p <= 1
    flat = {"treatment": np.arange(4.0), "control": np.arange(4.0)[::-1]}
    assert found(claim_of(outcome("lower")), flat).p <= 1


def test_a_peak_without_a_pair_is_unknown():
    finding = interior([np.full(N, np.nan)] * 3)
    assert finding.pairs == 0
    assert all(np.isnan([finding.mean, finding.low, finding.high]))
    assert not finding.p < 1


def trade_off(first, second):
    names = [f"a{k}" for k in range(len(first))]
    claim = claim_of(outcome("trade_off", second="pledges", arms=names), names)
    return found(claim, dict(zip(names, first, strict=True)), dict(zip(names, second, strict=True)))


def ranked(order):
    return [np.full(N, float(rank)) for rank in order]


def test_equal_correlations_over_few_arms_are_no_certainty():
    """rank correlation -1/2 in all of nine seeds over three arms: the normal distribution with variance 1 / (9 x 2)."""
    finding = trade_off(ranked([1, 2, 3]), ranked([3, 1, 2]))
    assert finding.mean == pytest.approx(-0.5)
    assert finding.p == pytest.approx(2 * stats.norm.sf(0.5 * np.sqrt(N * 2)))
    four = trade_off(ranked([1, 2, 3, 4]), ranked([2, 4, 1, 3]))
    assert four.mean == pytest.approx(0.0)
    assert four.p == 1.0


def test_a_seed_in_which_the_second_measure_is_unknown_in_an_arm_is_no_pair():
    second = ranked([3, 2, 1])
    second[1] = np.where(np.arange(N) < 4, np.nan, second[1])
    finding = trade_off(ranked([1, 2, 3]), second)
    assert finding.pairs == N - 4
    assert finding.mean == pytest.approx(-1)


def test_a_trade_off_in_one_seed_decides_nothing():
    finding = trade_off(*([np.array([float(rank)]) for rank in order] for order in ([1, 2, 3], [3, 2, 1])))
    assert finding.mean == pytest.approx(-1)
    assert not finding.p < 1


def equality(difference, margin):
    values = {"treatment": difference, "control": np.zeros(len(difference))}
    return found(claim_of(outcome("equal", margin=margin)), values)


@pytest.mark.parametrize(("mean", "margin"), [(0.2, 1.0), (-0.4, 1.2), (0.0, 0.8)])
def test_equality_has_schuirmanns_two_one_sided_tests(mean, margin):
    (values,) = noise(mean)
    low = stats.ttest_1samp(values, -margin, alternative="greater").pvalue
    high = stats.ttest_1samp(values, margin, alternative="less").pvalue
    assert abs(values.mean()) < margin
    assert equality(values, margin).p == pytest.approx(min(1.0, 2 * max(low, high)))


@pytest.mark.parametrize("mean", [2.0, -2.5])
def test_inequality_is_a_mean_beyond_the_margin(mean):
    (values,) = noise(mean)
    beyond = stats.ttest_1samp(np.sign(mean) * values, 1.0, alternative="greater").pvalue
    assert equality(values, 1.0).p == pytest.approx(2 * beyond)


def test_equality_of_one_pair_is_open_and_of_pairs_without_spread_certain():
    assert not equality(np.array([0.1]), 1.0).p < 1
    assert equality(np.full(3, 0.1), 1.0).p == 0
    assert equality(np.full(3, 0.1), 1.0).smallest == 1.0


def test_a_count_that_differs_by_the_same_in_all_pairs_has_the_p_value_of_its_signs_and_other_numbers_none():
    counts = found(claim_of(outcome("lower")), {"treatment": np.zeros(5), "control": np.full(5, 2.0)})
    assert counts.p == 2.0**-4
    sizes = found(claim_of(outcome("lower")), {"treatment": np.full(5, 0.25), "control": np.full(5, 2.0)})
    assert sizes.p == 0
    changing = found(claim_of(outcome("lower")), {"treatment": np.arange(5) + 0.5, "control": np.arange(5) + 2.0})
    assert changing.p == 0  # whole differences of numbers that are none


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_a_look_pays_its_share_with_its_p_value_and_its_interval(share):
    (values,) = noise(0.8)
    claim = claim_of(outcome("higher"))
    arrays = {"treatment": values, "control": np.zeros(N)}
    finding = find(claim, claim.outcomes[0], arrays, share=share)
    test = stats.ttest_1samp(values, 0)
    interval = test.confidence_interval(1 - 0.05 * share)
    assert finding.p == pytest.approx(min(1.0, test.pvalue / share))
    assert (finding.low, finding.high) == pytest.approx((interval.low, interval.high))


def test_one_pair_has_no_interval_at_any_look():
    claim = claim_of(outcome("higher"))
    finding = find(claim, claim.outcomes[0], {"treatment": np.array([2.0]), "control": np.array([1.0])}, share=0.5)
    assert finding.mean == 1
    assert np.isnan(finding.low)


def test_looks_share_the_five_percent_and_follow_one_another():
    seeds = Seeds(looks=[4, 8, 20], reason="r")
    assert [seeds.share(each) for each in (4, 8, 20)] == [4 / 32, 8 / 32, 20 / 32]
    assert seeds.share(5) == 1
    assert [seeds.after(each) for each in (1, 4, 7, 8, 20)] == [4, 8, 8, 20, None]


@pytest.mark.parametrize("looks", [[1, 4], [4, 4], [8, 4], [0]])
def test_looks_that_do_not_rise_from_two_are_refused(looks):
    with pytest.raises(ValueError, match="each larger than the one before"):
        Seeds(looks=looks, reason="r")


def test_two_seeds_are_the_fewest_of_a_look():
    assert Seeds(looks=[2, 3], reason="r").looks == [2, 3]


def finding(low, high, smallest, p=0.001, expected="higher", statistic=(0.1, 0.2, 0.4)):
    """A finding by hand, judged by itself."""
    claim = claim_of(outcome(expected, **({"margin": smallest} if expected == "equal" else {})))
    made = Finding(claim.outcomes[0], "name", "unit", {"treatment": np.array([0.5])}, np.array(statistic),
                   (low + high) / 2, low, high, p, smallest=smallest)  # fmt: skip
    return settle([made])[0]


@pytest.mark.parametrize(
    ("low", "high", "smallest", "p", "verdict"),
    [
        (1.0, 3.0, 2.0, 0.01, "supported"),  # as large as the smallest that matters
        (1.0, 2.9, 2.0, 0.01, "undetermined"),
        (-3.0, -1.0, 2.0, 0.01, "contradicted"),
        (-2.0, 2.0, 2.0, 0.9, "negligible"),  # the interval ends where relevance begins
        (-2.1, 2.0, 2.0, 0.9, "undetermined"),
        (-2.0, 2.1, 2.0, 0.9, "undetermined"),
        (0.1, 0.3, 0.0, 0.01, "supported"),
        (0.1, 0.3, 0.0, 0.2, "undetermined"),
    ],
)
def test_verdicts_at_the_limits(low, high, smallest, p, verdict):
    assert finding(low, high, smallest, p).verdict == verdict


@pytest.mark.parametrize(
    ("low", "high", "smallest", "p", "enough"),
    [
        (2.0, 9.0, 2.0, 0.01, True),  # wholly beyond
        (-9.0, -2.0, 2.0, 0.01, True),
        (1.9, 9.0, 2.0, 0.01, False),
        (2.0, 9.0, 2.0, 0.5, False),  # luck
        (-1.0, 1.0, 2.0, 0.9, True),  # decided, and as precise as relevance
        (-1.1, 1.1, 2.0, 0.9, False),
        (1.5, 3.5, 2.0, 0.9, False),  # precise, but across the limit and undecided
        (0.5, 0.9, 0.0, 0.9, False),
        (0.5, 0.9, 0.0, 0.01, True),
    ],
)
def test_more_seeds_stop_to_matter_at_the_limits(low, high, smallest, p, enough):
    assert settled(finding(low, high, smallest, p)) is enough


def test_an_interval_of_rare_events_is_as_wide_as_what_so_many_pairs_cannot_rule_out():
    none = finding(0.0, 0.0, 0.5, 1.0, statistic=(0.0,) * 5)
    assert bounds(none) == (0.0, 0.0)  # its values are no counts
    counts = Finding(**vars(none) | {"values": {"treatment": np.zeros(5), "control": np.array([0.0, np.nan])}})
    rare = 1 - 0.05 ** (1 / 5)
    assert bounds(counts) == pytest.approx((-rare, rare))
    assert within(counts) is (rare <= 0.5)
    alone = Finding(**vars(counts) | {"statistic": np.zeros(1)})
    assert bounds(alone) == (0.0, 0.0)


def test_means_are_those_of_what_is_known():
    assert mean_of(np.array([1.0, np.nan, 3.0])) == 2
    assert np.isnan(mean_of(np.array([np.nan])))


def test_a_relative_effect_is_a_share_of_what_is_subtracted_whatever_its_sign():
    claim = claim_of(outcome("lower"))
    made = found(claim, {"treatment": [-3.0, -3.5], "control": [-2.0, -2.0]})
    assert made.reference == -2
    assert made.relative == pytest.approx(-1.25 / 2)
    assert np.isnan(found(claim, {"treatment": [1.0, 1.5], "control": [0.0, 0.0]}).relative)
    ends = interior([np.array([1.0, 2.0]), np.array([5.0, 6.0]), np.array([4.0, 6.0])])
    assert ends.reference == pytest.approx((1.5 + 5.0) / 2)
    assert made.arm_means == {"treatment": -3.25, "control": -2.0}


def test_the_words_of_a_verdict_follow_its_numbers():
    near = outcome_reason(finding(-0.5, 2.0, 0.0, p=0.3))
    assert "not distinguishable from luck" in near
    assert "excludes" not in near
    for low, high in ((0.1, 2.0), (-2.0, -0.1)):
        assert "its own interval excludes 0" in outcome_reason(finding(low, high, 0.0, p=0.3))
    assert "too few for an interval" in outcome_reason(finding(1.0, 2.0, 0.0, statistic=(1.5,)))
    assert "whether it reaches" in outcome_reason(finding(0.5, 2.0, 1.5, p=0.01))


@pytest.mark.parametrize(("reference", "told"), [(2.0, True), (0.2, True), (0.1, False), (float("nan"), False)])
def test_a_share_of_next_to_nothing_is_not_told(reference, told):
    made = Finding(**vars(finding(1.0, 3.0, 0.0)) | {"reference": reference})
    assert ("%" in outcome_reason(made)) is told


def test_what_decides_is_the_weakest_support_the_surest_contradiction_or_the_first_that_is_open():
    strong, weak = finding(8.0, 12.0, 1.0), finding(4.0, 6.0, 1.0)
    assert decisive([strong, weak]) == 1
    assert decisive([weak, strong]) == 0
    assert decisive([finding(8.0, 12.0, 4.0), finding(4.0, 6.0, 1.0)]) == 0  # against what matters of each
    likely, sure = finding(-6.0, -4.0, 1.0, p=0.02), finding(-12.0, -8.0, 1.0, p=0.001)
    assert decisive([strong, likely, sure]) == 2
    assert decisive([sure, strong, likely]) == 0
    assert decisive([strong, finding(-9.0, 9.0, 1.0, p=0.9), finding(-0.1, 0.1, 1.0, p=0.9)]) == 1
    assert decisive([strong, finding(-0.1, 0.1, 1.0, p=0.9)]) == 1


def test_whole_numbers_that_differ_by_the_same_have_the_p_value_of_their_signs_by_themselves():
    assert paired_difference([3.0] * 4, [1.0] * 4).p == 2.0**-3
    assert paired_difference([3.5] * 4, [1.0] * 4).p == 0
    assert paired_difference([3.0] * 4, [3.0] * 4).p == 1
