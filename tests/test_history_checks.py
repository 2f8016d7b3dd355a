"""Conclusions survive where the sign is the same and shown, and only there."""

import pandas as pd
import pytest

from experiments.batch.errors import PlanError
from experiments.history.checks import OUTCOMES, REFERENCE, Extent, check, conditions, judged
from experiments.points.ensemble import load_ensemble


def test_every_resolution_and_every_rival_finding_is_a_condition():
    names = list(conditions())
    assert {"0.25 degrees", "0.5 degrees", "1 degrees"} <= set(names)
    assert REFERENCE in names
    assert "rival network_healing" in names


def test_a_sign_survives_where_it_is_the_same_and_shown():
    rows = [
        {"condition": condition, "outcome": "x", "difference": difference, "low": 0.0, "high": 0.0, "p": p, "pairs": 9}
        for condition, difference, p in [
            (REFERENCE, 2.0, 0.0001), ("same", 1.0, 0.0001), ("turned", -1.0, 0.0001), ("lost", 1.0, 0.9),
        ]
    ]  # fmt: skip
    table = judged(pd.DataFrame(rows)).set_index("condition")
    assert table["survives"].to_dict() == {REFERENCE: "yes", "same": "yes", "turned": "no", "lost": "no"}
    assert table["sign"].to_dict() == {REFERENCE: 1, "same": 1, "turned": -1, "lost": 0}
    unshown = judged(pd.DataFrame([row | {"p": 0.9} for row in rows]))
    assert set(unshown["survives"]) == {""}  # where the reference shows nothing, nothing can survive


def test_a_check_runs_pairs_under_all_conditions_and_goes_on_from_what_is_stored(tmp_path):
    extent = Extent(members=3, weeks=3)
    table = check(load_ensemble(), extent, tmp_path)
    assert len(table) == len(conditions()) * len(OUTCOMES)
    assert (table["pairs"] == 3).all()
    ran = []
    pd.testing.assert_frame_equal(check(load_ensemble(), extent, tmp_path, progress=ran.append), table)
    assert len(ran) == 1
    with pytest.raises(PlanError, match="three members"):
        Extent(members=2)
