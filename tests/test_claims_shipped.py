"""The shipped ledger walked: every claim and rival finding is there, every switch is used, every experiment is sound."""

from collections import Counter

import pytest

from experiments.claims.arms import STATED, Condition, Recipe, requested, run_hash
from experiments.claims.assumptions import assumed
from experiments.claims.ledger import load_ledger
from model.scenario.declarations import declarations

CLAIMS = [f"C{number:02}" for number in range(1, 68)]
QUOTED = 55  # later claims have no quotation to be found by: what they test is told in our own words
RIVALS = [f"R{number}" for number in range(1, 9)]


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


def test_the_ledger_has_every_claim_of_the_essay_and_every_rival_finding_in_order(ledger):
    assert list(ledger) == [*CLAIMS, *RIVALS]


def test_every_entry_says_what_its_verdict_takes_for_granted(ledger):
    without = {claim.id for claim in ledger.values() if not assumed(claim)}
    assert without == {
        "R1",
        "C63",
    }  # pledges in name only: a switch without numbers; a label that a policy's lever follows


def test_every_mechanism_that_bears_on_claims_carries_one(ledger):
    used = {name for claim in ledger.values() for name in claim.mechanisms}
    used |= {claim.switch.removeprefix("mechanisms.") for claim in ledger.values()}
    assert {name for name, each in declarations().mechanisms.items() if each.claims} <= used


def test_declarations_and_ledger_agree_on_which_claims_a_mechanism_bears_on(ledger):
    for name, mechanism in declarations().mechanisms.items():
        assert set(mechanism.claims) <= set(ledger), name
        carried = [
            claim.id for claim in ledger.values() if name in claim.mechanisms or claim.switch == f"mechanisms.{name}"
        ]
        assert set(carried) & set(mechanism.claims) or not (carried or mechanism.claims), (
            f"{name}: declared {mechanism.claims}, carried {carried}"
        )


def test_every_rival_finding_is_a_claim_of_its_own_and_bears_on_others(ledger):
    own = {claim.switch for claim in ledger.values()}
    borne = {name for claim in ledger.values() for name in claim.rivals}
    for name in declarations().rivals:
        assert f"rivals.{name}" in own
        assert name in borne


def test_every_claim_says_where_it_is_from_and_why_the_experiment_tests_it(ledger):
    for name, claim in ledger.items():
        assert claim.why, name
        assert claim.source if name in RIVALS else claim.section, name
        assert bool(claim.find_by) == (name in CLAIMS[:QUOTED]), name
        assert claim.statement.endswith("."), name


def test_no_two_claims_have_a_title_or_a_statement_in_common(ledger):
    for words in ([claim.title for claim in ledger.values()], [claim.statement for claim in ledger.values()]):
        assert max(Counter(words).values()) == 1


def test_arms_that_are_compared_are_different_runs(ledger):
    for name, claim in ledger.items():
        hashes = {run_hash(Recipe(claim, arm, STATED, 0)) for arm in claim.used_arms}
        assert len(hashes) == len(claim.used_arms), name


def test_a_rival_finding_changes_every_experiment_that_it_bears_on(ledger):
    for name, claim in ledger.items():
        for rival in claim.rivals:
            for arm in claim.used_arms:
                stated, under = (requested(claim, arm, condition) for condition in (STATED, Condition(rival=rival)))
                assert stated != under, (name, rival, arm)


def test_no_claim_sets_all_arms_to_what_it_switches_off(ledger):
    """Else its own mechanism would be off as stated, and there would be nothing to take away."""
    for name, claim in ledger.items():
        off = [f"mechanisms.{each}" for each in claim.mechanisms]
        assert not any(claim.settings.get(key) is False for key in off), name
