"""Whether verdicts can come out otherwise: where it is looked for, and that luck is not taken for it."""

from dataclasses import replace

import numpy as np
import pytest
from test_claims_construction import made
from test_claims_judge import found, pairs
from test_claims_run import M01
from test_claims_verdicts import banded

from experiments.claims.arms import Condition, requested
from experiments.claims.assumptions import assumed
from experiments.claims.construction import by_construction
from experiments.claims.ledger import load_ledger
from experiments.claims.otherwise import (
    FIRST_SEED,
    SEEDS,
    Probes,
    against,
    corners,
    count_words,
    counts,
    looked_elsewhere,
    places,
    ways,
)
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.claims.verdicts import settle
from experiments.points.draws import drawn, drawn_parameters

SIGNS = [1.0] * 20


@pytest.mark.parametrize(
    ("effect", "verdict"), [(-4.0, "contradicted"), (0.0, "negligible"), (4.0, ""), (1.8, "")], ids=str
)
def test_only_a_different_and_decided_verdict_is_one_that_comes_out_otherwise(effect, verdict):
    found_there = banded("higher", pairs(effect, n=SEEDS, noise=0.3 if verdict else 0.7))
    judgement = replace(made(SIGNS), elsewhere={"draw:3": [found_there]})
    assert [way.verdict for way in ways(judgement)] == [verdict] * bool(verdict)
    assert [way.words for way in ways(judgement)] == [f"{verdict} at draw:3, {SEEDS} pairs"] * bool(verdict)
    assert bool(by_construction(judgement)) == (not verdict)  # the mark goes where one comes out otherwise


def test_a_rival_finding_that_turns_a_verdict_counts_and_counts_add_up():
    turned, marked, neither = made(SIGNS, rival=-4.0), made(SIGNS), made([1.0, -1.0])
    assert [way.condition for way in ways(turned)] == ["rival:lost_tips"]
    marked = replace(marked, by_construction=by_construction(marked))
    assert counts([turned, marked, neither]) == (1, 1, 1)
    assert count_words([turned, marked, neither]).startswith("1 of 3 can come out otherwise, under a rival finding")


def test_the_draw_that_speaks_most_against_a_verdict_comes_first_and_then_the_one_that_its_parameters_predict():
    """The statistic follows one parameter, but in one draw by luck alone; that one is not what is predicted."""
    name = list(drawn_parameters())[3]
    values = np.array([drawn(draw)[name] for draw in range(40)])
    middle, spread = values.mean(), values.std()
    statistics = 1.0 + (values - middle) / spread
    lucky = int(np.argmax(statistics))
    statistics[lucky] = statistics.min() - 5.0
    first, second = against(made(list(statistics)))
    assert first == lucky
    assert values[second] < middle
    assert against(made(list(-statistics), effect=-4.0))[0] == lucky  # of a contradicted claim the other end
    assert against(replace(made(SIGNS), draws=[])) == ()


def test_a_supported_claim_is_probed_until_it_is_turned_and_no_longer():
    asked = []

    def judge(probes):
        asked.append(dict(probes.points))
        return {
            name: {point: [banded("higher", pairs(effect(name, turn), n=SEEDS))] for turn, point in enumerate(points)}
            for name, points in probes.points.items()
        }

    def effect(name, turn):
        return {"C01": -4.0, "C02": 4.0 if turn == 0 else -4.0, "C03": 4.0}[name]

    judgements = {name: made(list(np.linspace(-1, 3, 20))) for name in ("C01", "C02", "C03")}
    judgements["C04"] = made(SIGNS, rival=-4.0)
    looked = looked_elsewhere(judgements, "", judge)
    assert [sorted(points) for points in asked] == [["C01", "C02", "C03"]] * 4
    assert [len(asked[-1][name]) for name in ("C01", "C02", "C03")] == [1, 2, 4]
    assert [len(ways(each)) for each in looked.values()] == [1, 1, 0, 1]


def test_luck_alone_seldom_shows_that_a_verdict_comes_out_otherwise():
    """The same effect as stated at every point: draws differ by luck, and are chosen for speaking against it."""
    claims, wrong = 100, 0
    random = np.random.default_rng(3)
    for number in range(claims):
        judgement = made(list(random.normal(1.0, 2.0, 20)), effect=0.9)
        stated = replace(judgement, verdict="supported", under={})
        points = against(stated)
        there = settle([found(stated.claim, pairs(0.9, n=SEEDS, seed=1000 * number + point)) for point in points])
        wrong += bool(
            ways(
                replace(stated, elsewhere={f"draw:{point}": [each] for point, each in zip(points, there, strict=True)})
            )
        )
    assert wrong <= 0.05 * claims + 3


def test_probes_use_seeds_that_neither_draws_nor_stated_claims_use():
    claim = made(SIGNS).claim
    probes = Probes(points={claim.id: (Condition(draw=7),)})
    (condition,) = probes.conditions(claim)
    used = probes.pairs(claim, claim.outcomes[0], condition)
    assert [seed for _, seed in used] == list(range(FIRST_SEED, FIRST_SEED + SEEDS))
    assert {each.draw for each, _ in used} == {7}
    assert probes.drawn() == []


def test_looking_elsewhere_runs_resumes_and_is_in_the_tables(tmp_path):
    (tmp_path / "my.toml").write_text(M01, encoding="utf-8")
    claims = load_ledger(tmp_path / "my.toml")
    extent = Extent(seeds=4, draws=3, otherwise=True)
    told = []
    first = judge_claims(claims, extent, tmp_path / "out", progress=told.append)
    judgement = first.judgements["M01"]
    assert [len(each[0].statistic) for each in judgement.elsewhere.values()] == [SEEDS]
    text = (tmp_path / "out" / "verdicts.csv").read_text()
    assert next(iter(judgement.elsewhere)) in text
    again = judge_claims(claims, extent, tmp_path / "out", progress=told.append)
    assert told[-1].made == 0
    assert list(again.judgements["M01"].elsewhere) == list(judgement.elsewhere)


def test_corners_move_only_what_stands_behind_the_claims_mechanisms_to_the_ends_that_speak_against_it():
    """The statistic rises with one parameter behind the claim's mechanism, so its low end speaks against the claim."""
    claim = made(SIGNS).claim
    names = [str(each["name"]) for each in assumed(claim) if each["name"] in drawn_parameters()]
    values = np.array([drawn(draw)[names[0]] for draw in range(40)])
    judgement = made(list(1.0 + (values - values.mean()) / values.std()))
    first, second = (dict(each.values) for each in corners(judgement))
    spans = drawn_parameters()
    assert set(first) == set(names) == set(second)
    assert (first[names[0]], second[names[0]]) == spans[names[0]]
    assert all({first[name], second[name]} == set(spans[name]) for name in names)
    assert [each.label for each in corners(judgement)] == ["corner:against", "corner:opposite"]
    assert corners(replace(judgement, draws=[])) == ()
    assert places(judgement)[:2] == tuple(Condition(draw=draw) for draw in against(judgement))


def test_an_arm_at_a_corner_has_its_values_unless_the_claim_sets_them():
    claim = made(SIGNS).claim.model_copy(update={"settings": {"pledging.need": 0.3}})
    corner = Condition(corner="against", values=(("pledging.need", 0.9), ("pledging.hazard", 0.01)))
    _, overrides = requested(claim, "treatment", corner)
    assert overrides["pledging.need"] == 0.3
    assert overrides["pledging.hazard"] == 0.01
