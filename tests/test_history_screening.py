"""A screening finds what moves a target, tells it from luck, and runs nothing twice."""

import numpy as np
import pytest
from made_up_history import SETTINGS, planted_targets

from experiments.batch.errors import PlanError
from experiments.batch.run import Run
from experiments.history.screening import ranked, screen
from experiments.history.space import FITTED


def test_what_moves_a_target_comes_first_and_luck_is_not_significant():
    rng = np.random.default_rng(1)
    points = rng.random((200, 5))
    values = np.column_stack([np.exp(5 * points[:, 2]) - points[:, 0], rng.random(200), np.ones(200)])
    table = ranked(values, points, ["moved", "luck", "constant"], list("abcde"))
    moved = table[table["target"] == "moved"]
    assert moved["parameter"].tolist()[:1] == ["c"]
    assert moved["correlation"].iloc[0] > 0.9
    assert moved["adjusted_p"].iloc[0] < 1e-6
    assert (table.loc[table["target"] == "luck", "adjusted_p"] > 0.05).all()
    assert "constant" not in set(table["target"])


def test_a_screening_of_runs_finds_travellers_and_stops_nowhere(tmp_path):
    targets, base = planted_targets(seeds=range(1)), Run("levant_2014", None, SETTINGS)
    found = screen(targets, 40, tmp_path, base=base)
    first = found[found["target"] == "inflow_1"].iloc[0]
    assert first["parameter"] == "foreign_fighters.base"
    assert first["fitted"] == ("foreign_fighters.base" in FITTED)
    ran = []
    screen(targets, 40, tmp_path, base=base, progress=lambda each: ran.append((each.stored, each.total)))
    assert ran == [(40, 40)]


def test_too_few_draws_are_refused(tmp_path):
    with pytest.raises(PlanError, match="10 or more"):
        screen(planted_targets(seeds=range(1)), 9, tmp_path)
