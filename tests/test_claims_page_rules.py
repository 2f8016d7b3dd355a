"""The HTML ledger shows the rules that were fixed before the runs, and why each verdict follows from them."""

from dataclasses import replace
from datetime import date

import pytest
from made_up_claims import build
from test_claims_page import part, read, words

from experiments.claims.page import render
from experiments.claims.rules import LogEntry, Rules
from experiments.measures.numbers import number


@pytest.fixture(scope="module")
def ledgered():
    return build()


@pytest.fixture(scope="module")
def page(ledgered):
    return render(ledgered)


def test_every_card_says_why_and_shows_the_mean_of_each_arm(page, ledgered):
    for name, judgement in ledgered.judgements.items():
        seen = words(part(page, name))
        assert f"Why {judgement.verdict}. {judgement.reason}" in seen
        for finding in judgement.findings:
            for arm, mean in finding.arm_means.items():
                assert f"{arm} {number(mean)}" in seen


def test_rules_and_logged_changes_are_shown(ledgered):
    rules = Rules.model_validate({
        "smallest": {"events": {"relative": 0.1, "absolute": 0.25, "reason": "A tenth."}},
        "seeds": {"looks": [8, 16], "reason": "Until it is precise."},
    })  # fmt: skip
    entry = LogEntry.model_validate({"date": date(2026, 1, 2), "claim": "C02", "change": "Shorter.", "reason": "Seen."})
    judgement = ledgered.judgements["C02"]
    claim = judgement.claim.model_copy(update={"rules": rules, "log": [entry], "arms_kind": "by fiat"})
    marked = replace(judgement, claim=claim, by_construction="Nothing else can happen.")
    page = render(replace(ledgered, judgements={"C02": marked}))
    read(page)
    seen = words(page)
    for text in ("events 10% of the control arms' mean, at least 0.25 A tenth.", "2026-01-02, C02: Shorter. Seen.",
                 "after 8, 16 seeds. Until it is precise.", "By construction. Nothing else can happen.",
                 "Arms: by fiat (a state of the world is set by decree"):  # fmt: skip
        assert text in seen
