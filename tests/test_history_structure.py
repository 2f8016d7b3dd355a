"""Which conclusion survives what, and what a fit narrows: known answers on made-up runs, and a small real test."""

import numpy as np
import pandas as pd
import pytest

from experiments.batch.errors import PlanError
from experiments.history.narrowing import NARROWS, SAME, WIDENS, narrowing, orders, ratio
from experiments.history.structure import (
    CHANNEL,
    FITTED,
    FORM,
    OUTCOMES,
    PAIRS,
    POLICIES,
    PRIOR,
    REFERENCE,
    RESOLUTION,
    RIVAL,
    Condition,
    Extent,
    conditions,
    measure,
    prior,
)
from experiments.history.structure_page import page
from experiments.history.structure_words import kinds_table, markdown, narrowing_lines, survival_lines
from experiments.history.survival import APPEARS, LOST, NONE, REVERSED, SURVIVES, judged, survival, verdict
from experiments.points.ensemble import load_ensemble
from experiments.points.ranges import declared
from model.scenario.declarations import declarations
from model.state import CHANNELS

PAIR = ("sever_links", "core_only")


def made_up(effects, spreads=(1.0, 1.0), members=12, draws=60):
    """Runs in which `sever_links` changes every outcome by `effects[condition]` (2 where not named), and nothing else does.

    `spreads`: standard deviation of that effect over draws of the prior and of the ensemble.
    """
    rng = np.random.default_rng(4)
    found = {}
    for name in conditions():
        luck = 100 + rng.normal(size=(members, 1, len(OUTCOMES)))
        noise = 0.1 * rng.normal(size=luck.shape)
        found[name] = dict.fromkeys(POLICIES, luck) | {"sever_links": luck + effects.get(name, 2.0) + noise}
    for name, deviation in zip((PRIOR, FITTED), spreads, strict=True):
        luck = 100 + rng.normal(size=(draws, 2, len(OUTCOMES)))
        effect = 2.0 + deviation * rng.normal(size=(draws, 1, len(OUTCOMES))) + 0.1 * rng.normal(size=luck.shape)
        found[name] = dict.fromkeys(POLICIES, luck) | {"sever_links": luck + effect}
    return found


def of_pair(table, outcome="people_core"):
    mine = table[(table["policy"] == PAIR[0]) & (table["against"] == PAIR[1]) & (table["outcome"] == outcome)]
    return mine.set_index("condition" if "condition" in mine else "outcome")


def test_conditions_are_maps_forms_rivals_and_every_channel_at_nothing_and_at_double():
    kinds = pd.Series({name: each.kind for name, each in conditions().items()})
    assert (kinds.iloc[0], kinds.index[0]) == (REFERENCE, REFERENCE)
    assert (kinds == RESOLUTION).sum() == 2
    assert list(kinds[kinds == FORM].index) == ["territory.form diffusion"]
    assert (kinds == RIVAL).sum() == len(declarations().rivals)
    weights = {f"links.{name} {at}" for name in CHANNELS for at in ("0", "double")}
    idle = {"links.orders 0", "links.orders double"}  # as declared, orders ask for nothing: this would change nothing
    assert weights & set(kinds.index) == weights - idle
    assert all("links.escalation" in each.values for name, each in conditions().items() if "orders" in name)


def test_a_weight_is_doubled_from_the_members_own_and_stays_in_its_range():
    double = Condition(CHANNEL, doubled=("links.skill",))
    assert double.changes({})["links.skill"] == 2 * declared("links.skill").value
    assert double.changes({"links.skill": 0.1})["links.skill"] == pytest.approx(0.2)
    assert double.changes({"links.skill": 0.9})["links.skill"] == declared("links.skill").high
    assert conditions()["links.skill 0"].changes({"links.skill": 0.9, "a": 1.0}) == {"links.skill": 0.0, "a": 1.0}


def test_a_conclusion_survives_is_lost_or_is_reversed():
    assert [verdict(sign, 1) for sign in (1, 0, -1)] == [SURVIVES, LOST, REVERSED]
    assert [verdict(sign, -1) for sign in (1, 0, -1)] == [REVERSED, LOST, SURVIVES]
    assert [verdict(sign, 0) for sign in (1, 0, -1)] == [APPEARS, NONE, APPEARS]


def test_signs_need_p_values_that_are_small_for_their_number():
    keys = {
        "policy": "a",
        "against": "b",
        "effort": "",
        "outcome": "x",
        "kind": "k",
        "base": 1.0,
        "agree": 1.0,
        "pairs": 9,
    }
    rows = [
        keys | {"condition": name, "difference": difference, "low": 0.0, "high": 0.0, "p": p}
        for name, difference, p in [
            (REFERENCE, 2.0, 0.0001), ("same", 1.0, 0.0001), ("turned", -1.0, 0.0001), ("lost", 1.0, 0.9),
            ("barely", 1.0, 0.045),
        ]
    ]  # fmt: skip
    found = judged(pd.DataFrame(rows)).set_index("condition")["verdict"].to_dict()
    assert found == {REFERENCE: SURVIVES, "same": SURVIVES, "turned": REVERSED, "lost": LOST, "barely": LOST}
    assert set(judged(pd.DataFrame([row | {"p": 0.9} for row in rows]))["verdict"]) == {NONE}


def test_planted_losses_and_reversals_are_found_where_they_are_and_told():
    table = survival(made_up({"1 degrees": 0.0, "links.skill 0": -2.0}))
    found = of_pair(table)
    assert found.loc["1 degrees", "verdict"] == LOST
    assert found.loc["links.skill 0", "verdict"] == REVERSED
    others = found.drop(index=["1 degrees", "links.skill 0"])
    assert set(others["verdict"]) == {SURVIVES}
    assert found.loc[REFERENCE, "difference"] == pytest.approx(2.0, abs=0.1)
    assert set(table.loc[table["policy"] == "cut_only", "verdict"]) == {NONE}
    line = next(each for each in survival_lines(table) if "people core" in each)
    assert f"survives {len(found) - 3} of {len(found) - 1} conditions; lost under 1 degrees (x 0.0)" in line
    assert line.endswith("; reversed under links.skill 0 (x −1.0).")
    assert any("cut_only against no_intervention (alone): no conclusion" in each for each in survival_lines(table))
    kinds = (
        kinds_table(table)
        .set_index(["pair", "outcome"])
        .loc[("sever_links against core_only (instead)", "people core")]
    )
    assert (kinds["sign"], kinds[RESOLUTION], kinds[FORM]) == ("+", "1 of 2", "1 of 1")
    assert kinds[CHANNEL].endswith(", 1 reversed")


def test_a_fit_that_halves_the_spread_narrows_and_one_that_does_not_is_said_to_do_nothing():
    table = narrowing(made_up({}, spreads=(2.0, 0.5)))
    row = of_pair(table).loc["people_core"]
    assert row["verdict"] == NARROWS
    assert row["ratio_low"] < 0.25 < row["ratio_high"] < 1
    assert row["prior_sd"] == pytest.approx(2.0, rel=0.3)
    assert row["prior_signed"] < row["ensemble_signed"] == 1
    assert row["prior_distinguishable"] == "distinguishable from luck, not from ignorance of parameters"
    assert row["ensemble_distinguishable"] == "distinguishable from luck and from ignorance of parameters"
    assert row["prior_parameters"] > 0.9  # planted: 4 against 0.01
    assert row["ratio_parameters"] == pytest.approx(0.25, rel=0.3)  # planted: 0.5 / 2, whatever the luck
    assert abs(row["shift"]) < 1
    same = of_pair(narrowing(made_up({}, spreads=(1.0, 1.0))))
    assert same.loc["people_core", "verdict"] == SAME
    wide = narrowing_lines(narrowing(made_up({}, spreads=(0.5, 2.0))), orders(made_up({})))
    assert wide[0].startswith("sever_links against core_only (instead): the fit widens ")
    assert ratio(np.ones(5), np.ones(5))["verdict"] == SAME
    assert ratio(np.arange(50.0) * 3, np.arange(50.0))["verdict"] == WIDENS


def test_orders_of_policies_are_compared_by_kendalls_tau():
    measured = made_up({})
    for side, sign in ((PRIOR, 1), (FITTED, -1)):
        measured[side] = {policy: np.full((3, 2, len(OUTCOMES)), sign * at) for at, policy in enumerate(POLICIES)}
    found = orders(measured).set_index("outcome")
    assert found["tau"].tolist() == pytest.approx([-1.0] * len(OUTCOMES))
    assert found.loc["deaths", "prior"] == " < ".join(POLICIES)
    measured[FITTED] = measured[PRIOR]
    assert orders(measured)["tau"].tolist() == pytest.approx([1.0] * len(OUTCOMES))
    assert "The order of policies is the same under prior and ensemble on people core" in " ".join(
        narrowing_lines(narrowing(made_up({})), orders(measured))
    )


def test_the_prior_is_the_declared_ranges_of_the_fitted_parameters():
    names = load_ensemble().parameters
    points = prior(names, 20)
    assert len(points) == 20
    for name in names:
        values = [point[name] for point in points]
        assert declared(name).low <= min(values) < max(values) <= declared(name).high
    assert prior(names, 20) == points


@pytest.fixture
def few(monkeypatch):
    """Only some conditions, at one degree, so that a real test is short."""
    kept = {
        name: each for name, each in conditions().items() if each.kind in (FORM, RIVAL) or name == "links.skill double"
    }
    coarse = {"resolution": 1.0}
    found = {REFERENCE: Condition(REFERENCE, coarse)} | {
        name: Condition(each.kind, {**each.settings, **coarse}, each.values, each.doubled)
        for name, each in kept.items()
    }
    for module in ("structure", "survival"):
        monkeypatch.setattr(f"experiments.history.{module}.conditions", lambda: found)
    return found


def test_all_is_run_in_pairs_and_what_is_stored_is_not_run_again(few, tmp_path):
    extent, ensemble, seen = Extent(3, 3, 2, 2), load_ensemble(), []
    measured = measure(ensemble, extent, tmp_path, progress=seen.append)
    assert set(measured) == {*few, FITTED, PRIOR}
    assert measured[REFERENCE]["essay"].shape == (3, 1, len(OUTCOMES))
    assert measured[PRIOR]["essay"].shape == (3, 2, len(OUTCOMES))
    assert not any(np.isnan(each).any() for policies in measured.values() for each in policies.values())
    count = seen[-1].total
    seen.clear()
    again = measure(ensemble, extent, tmp_path, progress=seen.append)
    assert [(each.made, each.stored) for each in seen] == [(0, count)]
    np.testing.assert_array_equal(again[FITTED]["cut_only"], measured[FITTED]["cut_only"])
    table, narrowed = survival(measured), narrowing(measured)
    assert len(table) == len(few) * len(PAIRS) * len(OUTCOMES)
    assert len(narrowed) == len(PAIRS) * len(OUTCOMES)
    lines = survival_lines(table), narrowing_lines(narrowed, orders(measured))
    assert markdown("H", ["a"], table, narrowed, lines).count("| essay against core_only (on top) |") == 2 * len(
        OUTCOMES
    )
    assert "<h2>essay against core_only (on top)</h2>" in page("H", ["a"], table, lines[0])


@pytest.mark.parametrize(
    ("size", "says"), [((2,), "members must be 3"), ((3, 2), "draws must be 3"), ((3, 3, 1), "seeds must be 2")]
)
def test_an_extent_that_shows_nothing_is_refused(size, says):
    with pytest.raises(PlanError, match=says):
        Extent(*size)
