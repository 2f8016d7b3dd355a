"""The stopping rule: how many seeds a claim gets, and that looking several times decides nothing falsely too often."""

import numpy as np
import pytest
from test_claims_judge import claim_of, found, outcome, pairs
from test_claims_run import M01

from experiments.claims.judge import find
from experiments.claims.ledger import load_ledger, shipped_rules
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.claims.verdicts import settle, settled

RULE = shipped_rules().seeds
EXPERIMENTS = 1000
BAND = {"absolute": 0.5, "reason": "half a standard deviation"}
NONE = {"absolute": 1e-9, "reason": "every size matters"}


def looked(effect, corrected, seed, smallest):
    """The verdicts at every look at unit noise around an effect, and which of them is the one at which it stops."""
    random = np.random.default_rng(seed)
    claim = claim_of(outcome("higher", smallest=smallest))
    luck = random.normal(effect, 1, RULE.looks[-1])
    verdicts, stopped = [], None
    for count in RULE.looks:
        values = {"treatment": luck[:count], "control": np.zeros(count)}
        arrays = {arm: np.asarray(each) for arm, each in values.items()}
        from_rule = RULE.share(count) if corrected else 1.0
        finding = settle([find_with(claim, arrays, from_rule)])[0]
        verdicts.append(finding.verdict)
        stopped = finding.verdict if stopped is None and settled(finding) else stopped
    return verdicts, stopped or verdicts[-1]


def find_with(claim, arrays, share):
    return find(claim, claim.outcomes[0], arrays, None, share)


def rate(effect, wrong, corrected=True, any_look=False, smallest=BAND):
    """The share of experiments that end (or are at any look) with a wrong verdict."""
    count = 0
    for seed in range(EXPERIMENTS):
        verdicts, final = looked(effect, corrected, seed, smallest)
        count += any(each in wrong for each in verdicts) if any_look else final in wrong
    return count / EXPERIMENTS


ALLOWED = 0.05 + 2 * np.sqrt(0.05 * 0.95 / EXPERIMENTS)
DECIDED = ("supported", "contradicted")


def test_noise_is_decided_in_less_than_one_of_twenty_claims_even_at_any_look():
    assert rate(0.0, DECIDED) < 0.05
    assert rate(0.0, DECIDED, any_look=True, smallest=NONE) < 0.05
    assert rate(0.0, DECIDED, corrected=False, any_look=True, smallest=NONE) > ALLOWED  # so the correction is needed


def test_an_effect_that_matters_is_called_negligible_in_less_than_one_of_twenty():
    assert rate(0.5, ("negligible", "contradicted"), any_look=True) < 0.05


def test_an_interval_over_all_looks_is_wider_and_its_p_value_larger():
    claim, values = claim_of(outcome("higher")), pairs(2.0)
    plain, shared = found(claim, values), find_with(claim, values, 0.1)
    assert shared.low < plain.low < plain.high < shared.high
    assert shared.p == pytest.approx(min(1.0, plain.p / 0.1))
    assert shared.low + shared.high == pytest.approx(plain.low + plain.high)


@pytest.mark.parametrize(
    ("effect", "noise", "stops"),
    [(0.0, 0.1, True), (5.0, 0.5, True), (0.6, 0.05, True), (0.6, 0.6, False), (0.0, 5.0, False), (0.47, 0.15, False)],
)
def test_a_claim_stops_where_it_is_decided_and_precise_or_wholly_beyond(effect, noise, stops):
    finding = settle([found(claim_of(outcome("higher", smallest=BAND)), pairs(effect, noise=noise))])[0]
    assert settled(finding) is stops


def test_a_sure_claim_stops_at_the_first_look_and_its_share_is_counted(tmp_path):
    path = tmp_path / "my.toml"
    looks = '[rules.seeds]\nlooks = [2, 4]\nreason = "r"\n'
    open_ = M01.replace("[M01", "[M02").replace("M01.", "M02.").replace("1000", "3990").replace("shrinks", "stays")
    tight = open_ + 'smallest = { absolute = 1e-9, reason = "never precise" }\n'
    path.write_text(looks + M01 + tight, encoding="utf-8")
    done = judge_claims(load_ledger(path), Extent(by_rule=True), tmp_path / "out").judgements
    sure = done["M01"].findings[0]
    assert done["M02"].findings[0].pairs == 4 or settled(done["M02"].findings[0])
    assert sure.pairs == 4 or settled(sure)
    fixed = judge_claims(load_ledger(path), Extent(seeds=sure.pairs), tmp_path / "out").judgements["M01"].findings[0]
    assert sure.p == pytest.approx(min(1.0, fixed.p * 6 / sure.pairs))
