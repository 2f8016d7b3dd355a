"""Every claim's experiment runs, none stands without its own mechanisms, and rivals change what their sources report."""

import pytest

from experiments.batch.cores import available_cores
from experiments.claims.ledger import read_ledger
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.measures.statistics import LEVEL

SEEDS, RIVAL_SEEDS = 3, 8
LEDGER = read_ledger()  # whose experiments test_claims_shipped.py composes
CLAIMS = [name for name in LEDGER if name.startswith("C")]
RIVALS = [name for name in LEDGER if name.startswith("R")]


class Ablated(Extent):
    """Several seeds without a claim's mechanisms; of the world with them, which is only to run and be measured, one."""

    def pairs(self, claim, outcome, condition):
        pairs = super().pairs(claim, outcome, condition)
        return pairs if condition.off or outcome.across == "draws" else pairs[:1]


def judged(names, extent, tmp_path_factory):
    claims = {name: LEDGER[name] for name in names}
    out = tmp_path_factory.mktemp("claims")
    return judge_claims(claims, extent, out, jobs=min(2, available_cores())).judgements


@pytest.fixture(scope="module")
def ablated(tmp_path_factory):
    return judged(CLAIMS, Ablated(seeds=SEEDS, off=True), tmp_path_factory)


@pytest.fixture(scope="module")
def rivals(tmp_path_factory):
    return judged(RIVALS, Extent(seeds=RIVAL_SEEDS), tmp_path_factory)


@pytest.mark.parametrize("name", CLAIMS)
def test_the_experiment_of_a_claim_runs_and_measures_something(name, ablated):
    judgement = ablated[name]
    assert not judgement.failures
    assert any(finding.pairs for finding in judgement.findings)


@pytest.mark.parametrize("name", CLAIMS)
def test_no_claim_stays_supported_without_its_own_mechanisms(name, ablated):
    """Of outcomes that should be equal nothing can be asked: without a mechanism they are."""
    findings = [finding for finding in ablated[name].off if finding.outcome.expected != "equal"]
    assert not findings or any(finding.verdict != "supported" for finding in findings)


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_finding_changes_outcomes_in_the_direction_of_its_source(name, rivals):
    """The sign is asked for as before there was a smallest relevant effect: what is too small to matter has one, too."""
    judgement = rivals[name]
    assert not judgement.failures
    signs = {"lower": -1, "higher": 1}
    shown = [
        finding for finding in judgement.findings
        if finding.verdict == "supported"
        or (finding.adjusted_p < LEVEL and finding.mean * signs.get(finding.outcome.expected, 0) > 0)
    ]  # fmt: skip
    assert shown, [(finding.name, finding.mean, finding.low, finding.high) for finding in judgement.findings]
