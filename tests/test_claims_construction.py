"""The mark by construction, on made-up draws and switches: where no other verdict could come out, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from test_claims_judge import claim_of, outcome, pairs
from test_claims_verdicts import banded

from experiments.claims.construction import by_construction
from experiments.claims.judge import Judgement
from experiments.claims.signs import share_of_draws

LEAST = 20


def made(signs, rival=4.0, off=0.0, effect=4.0, **keys):
    """A judgement whose draws have these statistics, with a rival finding and with its mechanisms off."""
    claim = claim_of(outcome("higher")).model_copy(update={"mechanisms": ["aid"], "rivals": ["lost_tips"]} | keys)
    stated = banded("higher", pairs(effect))
    share = share_of_draws(claim, claim.outcomes[0], {"treatment": np.array(signs), "control": np.zeros(len(signs))})
    return Judgement(
        claim=claim, verdict=stated.verdict, findings=[stated], under={"lost_tips": [banded("higher", pairs(rival))]},
        off=[banded("higher", pairs(off))], off_verdict="undetermined", draws=[share],
    )  # fmt: skip


def test_a_sign_that_never_comes_out_otherwise_and_vanishes_with_its_mechanism_is_by_construction():
    said = by_construction(made([1.0] * LEAST))
    assert "all of 20 draws and under 1 rival finding" in said
    assert "vanished with its own mechanisms off" in said
    assert by_construction(made([-1.0] * LEAST, effect=-4.0, rival=-4.0))


@pytest.mark.parametrize(
    "judgement",
    [
        made([1.0] * (LEAST - 1)),
        made([1.0] * LEAST + [-1.0]),
        made([1.0] * LEAST + [0.0]),
        made([1.0] * LEAST, rival=-4.0),
        made([1.0] * LEAST, off=4.0),
        made([1.0] * LEAST, effect=0.0),
        replace(made([1.0] * LEAST), under={}),
        replace(made([1.0] * LEAST), off=[]),
        replace(made([1.0] * LEAST), draws=[]),
    ],
    ids=[
        "few draws",
        "reversed",
        "nothing",
        "rival",
        "stands without",
        "undetermined",
        "no rivals",
        "no off",
        "no draws",
    ],
)
def test_one_way_out_is_enough_to_leave_the_mark_away(judgement):
    assert by_construction(judgement) == ""


def test_a_declared_reason_adds_the_mark_and_cannot_take_it_away():
    assert by_construction(made([-1.0] * LEAST, by_construction="The contest is so.")) == "The contest is so."
    assert by_construction(made([1.0] * LEAST, by_construction="So.")).endswith("off. So.")
    assert by_construction(made([1.0] * LEAST, by_construction=""))


def test_a_mean_of_the_other_sign_under_a_rival_finding_is_a_way_out_even_if_it_decides_nothing():
    open_ = banded("higher", pairs(-1.8, noise=0.7))
    assert (open_.verdict, open_.mean < 0) == ("undetermined", True)
    assert by_construction(replace(made([1.0] * LEAST), under={"lost_tips": [open_]})) == ""


def test_every_outcome_needs_draws_of_its_own():
    one = made([1.0] * LEAST)
    under = {name: found * 2 for name, found in one.under.items()}
    two = replace(one, findings=one.findings * 2, under=under, off=one.off * 2, draws=one.draws * 2)
    assert by_construction(two)
    assert by_construction(replace(two, draws=one.draws)) == ""


@pytest.mark.parametrize(("rival", "marked"), [(0.2, True), (1.5, False), (-1.5, False)])
def test_where_no_difference_is_expected_one_under_a_rival_finding_is_a_way_out(rival, marked):
    def equal(effect, noise):
        return banded("equal", pairs(effect, noise=noise), None, margin=1.0)

    claim = claim_of(outcome("equal", margin=1.0)).model_copy(update={"rivals": ["lost_tips"]})
    share = share_of_draws(claim, claim.outcomes[0], {"treatment": np.zeros(LEAST), "control": np.zeros(LEAST)})
    stated, other = equal(0.1, 0.2), equal(rival, 3.0)
    assert (stated.verdict, other.verdict) == ("supported", "undetermined")
    judgement = Judgement(claim, "supported", [stated], under={"lost_tips": [other]}, draws=[share])
    assert bool(by_construction(judgement)) == marked


def test_rival_findings_and_points_are_counted_in_words():
    one = made([1.0] * LEAST)
    two = replace(one, under=one.under | {"lost_letters": one.under["lost_tips"]})
    assert "under 2 rival findings" in by_construction(two)
    point = one.under["lost_tips"]
    assert "and at 1 point chosen against it" in by_construction(replace(one, elsewhere={"a": point}))
    assert "and at 2 points chosen against it" in by_construction(replace(one, elsewhere={"a": point, "b": point}))
    assert "chosen against" not in by_construction(one)
