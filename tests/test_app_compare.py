"""Compare: plans side by side by the shared rules, a dated verdict, the link, the way to the map; claims as two worlds."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.app import claims_wall, comparing
from experiments.app.claim_stage import put_on
from experiments.app.claim_worlds import line_html, staged
from experiments.app.compare_page import link_of, table_html, verdicts_html
from experiments.app.comparing import COUNTED
from experiments.app.ensemble import Course, Ensemble
from experiments.app.links import read_link
from experiments.app.session import Session
from experiments.app.setting import Arm
from experiments.claims.arms import STATED, requested
from experiments.measures.smallest import smallest_of
from model.record import OUTCOMES

PLANE = "scenario=synthetic_plane&policy=core_only&set=weeks%3D24&week=9"


@pytest.fixture
def session():
    made = Session.opened(PLANE)
    made.show(9)
    return made


def planted(session, effort=30.0, **changes):
    """Runs of two plans on twelve seeds: the second differs by `changes`, the same on every seed."""
    ensemble = comparing.comparison(session.setting, [Arm("core_only"), Arm("sever_links")], 12, {})
    for seed in range(12):
        first = dict.fromkeys(COUNTED, 1000.0 + seed) | {comparing.COST: 30.0}
        second = (
            first | {name: first[name] + by + 0.1 * seed for name, by in changes.items()} | {comparing.COST: effort}
        )
        for arm, values in zip(ensemble.courses, (first, second), strict=True):
            arm[seed] = Course(
                np.zeros((1, 1)), {comparing.MEASURES[name].text: value for name, value in values.items()}, {}
            )
    return comparing.compared(ensemble)


def test_a_planted_effect_is_told_with_its_date_interval_seeds_and_cost(session):
    found = planted(session, people_core=-400.0, deaths=300.0)
    said = found.columns[1].verdict
    assert said.startswith(f"By {found.day:%-d %B %Y}: 1 outcome better: people under the core (lower by 399")
    assert "; 1 outcome worse: people killed in its attacks (higher by 300" in said
    assert len(said) < 250
    assert "on 12 of 12 seeds" in found.columns[1].cells["people_core"].words
    assert said.endswith("; costs about the same effort.")
    cells = found.columns[1].cells
    assert cells["deaths"].backfires == 12
    assert cells["people_core"].backfires == 0
    assert cells["displaced"].words == "the same on all 12 seeds"


def test_what_is_too_small_to_matter_is_not_told_as_better(session):
    found = planted(session, people_core=-20.0)
    cell = found.columns[1].cells["people_core"]
    assert cell.smallest == smallest_of("people_core", cell.effect.baseline_mean)
    assert cell.kind == "small" or cell.kind.startswith("slightly")
    assert "no difference that is known to matter" in found.columns[1].verdict


def test_plans_are_judged_at_the_end_or_in_the_week_shown_and_both_say_their_date(session):
    plans = [Arm(name, {"weeks": 24}) for name in ("core_only", "sever_links")]
    ensemble = comparing.comparison(session.setting, plans, 2, {})
    for seed in range(2):
        for arm, end in zip(ensemble.courses, (100.0, 300.0), strict=True):
            curves = {each.text: np.linspace(0.0, end + seed, 25) for each in comparing.MEASURES.values()}
            arm[seed] = Course(np.zeros((1, 1)), {key: float(values[-1]) for key, values in curves.items()}, curves)
    end, now = comparing.compared(ensemble), comparing.compared(ensemble, 12)
    assert (end.end, now.end) == (True, False)
    assert (end.day - now.day).days == 12 * 7
    assert [column.means["deaths"] for column in now.columns] == [50.25, 150.25]
    assert [column.means["deaths"] for column in end.columns] == [100.5, 300.5]
    assert f"Judged at the end of the run, {end.day:%-d %B %Y}" in verdicts_html(end)
    assert f"Judged in the week of the map, {now.day:%-d %B %Y}" in verdicts_html(now)


def test_another_cost_is_said(session):
    assert "costs 30 effort weeks more (+100%)" in planted(session, effort=60.0).columns[1].verdict
    assert "costs 20 effort weeks less" in planted(session, effort=10.0).columns[1].verdict


def test_names_from_users_are_escaped(session):
    found = planted(session, people_core=-400.0)
    columns = [replace(each, title="<script>") for each in found.columns]
    for html in (verdicts_html(replace(found, columns=columns)), table_html(replace(found, columns=columns))):
        assert "<script>" not in html


def test_plans_come_from_the_page_the_session_and_the_shipped_policies(session):
    assert [arm.policy for arm in comparing.plans_of(session)] == ["core_only", "sever_links"]
    session.branch("sever_links")
    titles = list(comparing.choices(session))
    assert any("from " in title and "Cut the links" in title for title in titles)
    assert "No intervention" in " ".join(titles)
    assert len(comparing.plans_of(session)) == 2


def test_the_link_holds_the_plans_and_the_worlds_of_the_page_stay(session):
    session.branch("sever_links")
    branch = session.setting.arms[1]
    worlds = session.pair
    comparing.choose(session, [Arm("core_only"), Arm("no_intervention"), branch, Arm("sever_links"), Arm("core_only")])
    assert session.pair is worlds
    read, _ = read_link(link_of(session))
    assert read.plans == session.setting.plans
    assert len(read.plans) == comparing.MOST_PLANS
    assert Session.opened(link_of(session)).setting.plans == read.plans
    assert session.choose_scenario("levant_2014")
    assert session.setting.plans == ()


def test_a_plan_goes_to_the_map_beside_the_first_and_a_branch_of_another_past_alone(session):
    session.branch("sever_links")
    branch = session.setting.arms[1]
    comparing.choose(session, [Arm("no_intervention"), Arm("sever_links"), branch])
    assert comparing.on_the_map(session, 1)
    assert [arm.policy for arm in session.setting.arms] == ["no_intervention", "sever_links"]
    assert comparing.on_the_map(session, 2)
    assert len(session.setting.arms) == 1
    assert session.pair.first.scenario.branch is not None
    assert len(session.setting.plans) == 3


def test_runs_that_are_known_are_not_run_again(session):
    known = {}
    first = Ensemble(
        session.setting, 2, measures=tuple(comparing.MEASURES.values()), names=(comparing.COST,), engine=1, known=known
    )
    first.run()
    assert comparing.compared(first).seeds == 2
    again = Ensemble(
        session.setting, 2, measures=tuple(comparing.MEASURES.values()), names=(comparing.COST,), engine=1, known=known
    )
    assert not list(again._tasks())
    assert again.done == 2


def test_a_claim_with_two_arms_is_two_worlds_as_its_experiment_runs_them_and_others_say_why_not():
    claims = claims_wall.ledger()
    two = {name: staged(claim) for name, claim in claims.items()}
    shown = [each for each in two.values() if not isinstance(each, str)]
    assert len(shown) > 40
    for found in shown[:3]:
        for arm, name in zip(found.setting.arms, found.arms, strict=True):
            policy, overrides = requested(found.claim, name, STATED)
            assert arm.policy == policy
            assert overrides.items() <= arm.overrides.items()
            assert arm.overrides["weeks"] == found.claim.weeks
    for words in (each for each in two.values() if isinstance(each, str)):
        assert "two" in words or "cannot" in words


def test_the_line_says_which_claim_is_on_the_stage_only_while_its_worlds_are(session):
    claims = claims_wall.ledger()
    found = next(each for each in map(staged, claims.values()) if not isinstance(each, str))
    assert put_on(session, found), session.error
    assert session.claim is found
    assert session.wanted == found.claim.weeks
    assert found.claim.id in line_html(found)
    assert "Look at:" in line_html(found)
    session.choose_policy(0, "no_intervention")
    assert session.claim.setting != session.setting


def test_the_wall_is_sorted_and_filtered():
    claims = claims_wall.ledger()
    cards = claims_wall.wall(claims)
    assert {card.id for card in cards} == set(claims)
    every = (claims_wall.ALL, claims_wall.EVERY)
    sizes = [
        card.size
        for card in claims_wall.found(cards, claims, "", *every, "largest effect first")
        if card.size is not None
    ]
    assert sizes == sorted(sizes, reverse=True)
    fragile = [card.fragility for card in claims_wall.found(cards, claims, "", *every, "most fragile first")]
    known = [each for each in fragile if each is not None]
    assert known == sorted(known, reverse=True)
    assert fragile[: len(known)] == known
    supported = claims_wall.found(cards, claims, "", claims_wall.ALL, "supported", "number")
    assert supported
    assert {card.verdict for card in supported} == {"supported"}
    assert [card.id for card in claims_wall.found(cards, claims, "pledges contagious", *every, "verdict")] == ["C01"]


def test_every_outcome_that_is_compared_has_a_better_direction():
    assert all(OUTCOMES[name].better for name in COUNTED)
