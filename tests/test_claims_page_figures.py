"""The figures of the ledger page stay inside their frames and have round ticks."""

import re

from made_up_claims import build

from experiments.claims.page_figures import Scale, forest


def test_marks_stay_inside_the_picture():
    for judgement in build().judgements.values():
        for position, finding in enumerate(judgement.findings):
            drawing = forest(finding, {name: found[position] for name, found in judgement.under.items()})
            across = [float(x) for x in re.findall(r'(?:c?x[12]?)="([-\d.]+)"', drawing)]
            assert 0 <= min(across) <= max(across) <= 360


def test_a_scale_has_round_ticks_within_it():
    scale = Scale(-3.3, 7.9, 12, 348)
    assert 0.0 in scale.ticks
    assert all(-3.3 <= tick <= 7.9 for tick in scale.ticks)
    assert scale(-3.3) == 12
    assert scale(7.9) == 348
