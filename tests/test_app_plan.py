"""The policy desk, the ensemble and what is taken away, without a browser."""

import html
import json
import re
from base64 import b64decode
from threading import Thread

import numpy as np
import pytest

from experiments.app.ensemble import SHOWN_MEASURES, Ensemble, answer, told
from experiments.app.exports import map_picture, policy_file, policy_toml, replay_html, scenario_toml, series_csv
from experiments.app.links import link, read_link
from experiments.app.page_report import charts_picture, report_html
from experiments.app.plan import Bar, arm_of, bars_of, check, room, share_of, spent, timeline_svg, week_of
from experiments.app.player import Player
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.app.uncertainty import AS_SET, FITTED, source_of, told_html
from experiments.batch.errors import UserError
from experiments.measures.language import evaluate
from experiments.measures.numbers import number
from experiments.points.ensemble import load_ensemble
from model.mechanisms import policy
from model.scenario import load_scenario
from model.simulation import Simulation

PLANE = Setting("synthetic_plane", 4, (Arm("no_intervention", {"weeks": 20}),))
BARS = [Bar("strike_core", 0, 10, 0.5), Bar("sever_links", 5, 20, 0.5)]


@pytest.fixture
def scenario():
    return PLANE.runs[0].composed


@pytest.fixture
def planned():
    """A session with a plan of its own, an assumption changed, and ten weeks computed."""
    session = Session()
    assert session.apply(PLANE)
    arm = arm_of(BARS, session.setting.arms[0], session.pair.first.scenario)
    assert session.apply(session.setting.with_arm(0, arm).override(0, "territory.growth", 0.3))
    session.show(10)
    return session


def test_a_plan_becomes_the_policy_of_the_run(scenario):
    arm = arm_of(BARS, PLANE.arms[0], scenario)
    assert bars_of(PLANE.with_arm(0, arm).runs[0].composed) == BARS


def test_a_shipped_policy_as_a_plan_is_the_same_policy():
    scenario = load_scenario("levant_2014", policy="comprehensive")
    arm = arm_of(bars_of(scenario), Arm("comprehensive"), scenario)
    planned = load_scenario("levant_2014", policy=arm.policy, overrides=dict(arm.overrides))
    one, two = (Simulation(each, seed=0).state for each in (scenario, planned))
    for one.week in (0, 8, 9, 40, 51):
        two.week = one.week
        one.ally_effort[:] = two.ally_effort[:] = 1.0
        np.testing.assert_allclose(policy.efforts(one).free, policy.efforts(two).free)


def test_the_budget_cannot_be_exceeded_in_any_week(scenario):
    over = [*BARS, Bar("diaspora", 9, 12, 0.1)]
    with pytest.raises(UserError, match=r"budget is exceeded: 110%.*2014-10-06"):
        check(over, scenario)
    assert room(BARS, 0, 20, 20) == 0
    assert room(BARS, 10, 20, 20) == 0.5
    assert spent(BARS, 20).tolist() == [0.5] * 5 + [1.0] * 5 + [0.5] * 10


@pytest.mark.parametrize(
    ("bar", "words"),
    [
        (Bar("strike_core", 5, 5, 0.1), "end must come after the start"),
        (Bar("strike_core", 0, 99, 0.1), "within the scenario"),
        (Bar("strike_core", 0, 5, 1.5), "at most 100%"),
        (Bar("strike_moon", 0, 5, 0.5), "no lever `strike_moon`"),
    ],
)
def test_a_bar_that_makes_no_sense_is_refused_in_words(scenario, bar, words):
    with pytest.raises(UserError, match=words):
        check([bar], scenario)


def test_dates_and_efforts_are_read_as_people_write_them(scenario):
    assert week_of("2014-08-18", scenario) == 2
    assert [share_of(text) for text in ("25", "25%", "12,5 %")] == [0.25, 0.25, 0.125]
    for wrong in ("tomorrow", "2031-01-01"):
        with pytest.raises(UserError):
            week_of(wrong, scenario)
    with pytest.raises(UserError, match="percentage"):
        share_of("a lot")


def test_the_picture_of_a_plan_names_its_levers_and_years(scenario):
    picture = timeline_svg(BARS, replace_weeks(scenario, 60))
    assert "Strike core" in picture
    assert "2015" in picture
    assert "nan" not in picture


def replace_weeks(scenario, weeks):
    return scenario.model_copy(update={"weeks": weeks})


def test_a_link_says_a_plan(planned):
    setting, _ = read_link(link(planned.setting, 3))
    assert setting == planned.setting
    assert setting.runs[0].composed.digest == planned.pair.first.scenario.digest


def test_downloaded_scenario_and_policy_run_to_the_same_numbers(planned, tmp_path):
    world = planned.pair.first
    (tmp_path / "mine.toml").write_text(scenario_toml(world), encoding="utf-8")
    (tmp_path / policy_file(world)).write_text(policy_toml(world), encoding="utf-8")
    again = load_scenario(tmp_path / "mine.toml")
    assert again.digest == world.scenario.digest
    world.advance(world.weeks)
    assert Simulation(again, seed=world.run.seed).run().outcomes == world.outcomes()


def test_the_baseline_downloads_as_one_file(tmp_path):
    world = Session().pair.first
    (tmp_path / "mine.toml").write_text(scenario_toml(world), encoding="utf-8")
    assert load_scenario(tmp_path / "mine.toml").digest == world.scenario.digest


def test_an_uploaded_scenario_is_run_and_a_bad_one_refused_in_words(planned):
    content = scenario_toml(Session().pair.first).encode()
    assert not planned.upload("bad.toml", content.replace(b"weeks = 240", b"weeks = -4"))
    assert "weeks" in planned.error
    assert not planned.upload("huge.toml", b"#" * 600_000)
    assert not planned.upload("no.toml", b"\x00\xff not toml")
    assert "no.toml" in planned.error
    assert planned.upload("good.toml", content)
    assert planned.link == ""


def test_the_series_have_a_row_a_week_and_world(planned):
    lines = series_csv(planned.shown).splitlines()
    assert lines[0].startswith("world,policy,policy_title,week,date,people_core")
    assert len(lines) == 12


def test_maps_are_pictures_of_the_week(planned):
    assert map_picture(planned.pair.first, 3, "png").startswith(b"\x89PNG")
    assert b"<svg" in map_picture(planned.pair.first, 3, "svg")[:600]


def test_a_replay_holds_every_week_and_asks_for_nothing(planned):
    page = replay_html(planned, planned.shown)
    assert not re.search(r"(?:src|href)=[\"']?https?:", page)
    data = json.loads(re.search(r"const DATA = (.*);\n", page)[1].replace("<\\/", "</"))
    assert [header["week"] for header, _ in data["frames"]] == list(range(11))
    runs = np.frombuffer(b64decode(data["frames"][3][1][1]), dtype=np.uint8).reshape(-1, 2)
    np.testing.assert_array_equal(np.repeat(runs[:, 1], runs[:, 0]), planned.pair.first.field(3, "control"))


def test_a_wrong_setting_changes_nothing_but_the_message(planned):
    before = planned.setting
    assert not planned.override("territory.growth", 99.0, [0])
    assert "territory.growth" in planned.error
    assert planned.setting == before


def test_an_ensemble_pairs_seeds_and_says_what_they_tell():
    arms = (Arm("no_intervention", {"weeks": 12}), Arm("no_intervention", {"weeks": 12, "core.prestige": 0.9}))
    ensemble = Ensemble(Setting("synthetic_plane", 0, arms), seeds=3)
    ensemble.run()
    assert (ensemble.done, ensemble.over, ensemble.paired) == (6, True, [0, 1, 2])
    findings = told(ensemble, ["first", "second"])
    assert all(each.effect.low <= each.effect.difference <= each.effect.high for each in findings)
    assert all(min(each.regrets) >= 0 for each in findings if each.effect.outcome != "alignment")
    charts = ensemble.bands(["first", "second"])["charts"]
    assert all(len(chart["difference"]["low"]) == 13 for chart in charts)
    json.dumps(charts, allow_nan=False)


def test_worlds_that_are_the_same_are_not_told_apart():
    ensemble = Ensemble(Setting("synthetic_plane", 0, (Arm(None, {"weeks": 4}),) * 2), seeds=2)
    ensemble.run()
    assert "No difference between these two worlds is distinguishable from luck" in told_html(
        answer(ensemble, ["a", "b"])
    )


def test_an_ensemble_of_fitted_values_takes_a_member_a_seed_and_leaves_what_was_changed():
    arms = (Arm(None, {"weeks": 8}), Arm(None, {"weeks": 8, "territory.mass": 0.3}))
    ensemble = Ensemble(Setting("synthetic_plane", 0, arms), 2, source=source_of(FITTED))
    ensemble.run()
    shipped = load_ensemble()
    point = shipped.points[shipped.drawn(1)]
    for overrides, courses in zip((point, point | {"territory.mass": 0.3}), ensemble.courses, strict=True):
        result = Simulation(load_scenario("synthetic_plane", overrides=overrides | {"weeks": 8}), seed=1).run()
        assert courses[1].measured == {each.text: evaluate(each, result) for each in SHOWN_MEASURES.values()}
    findings = told(ensemble, ["a", "b"])
    text = told_html(answer(ensemble, ["a", "b"]))
    assert "the shipped ensemble" in text
    known = sum(each.known for each in findings)
    assert (
        f"{known} of {len(findings)} are distinguishable from ignorance of parameters (90% range over ten members or more)"
        in text
    )
    assert all("The 90% range over members is" in each.words for each in findings)
    assert source_of(AS_SET) == ""


def test_a_cancelled_ensemble_keeps_what_is_done():
    ensemble = Ensemble(Setting("synthetic_plane", 0, (Arm(None, {"weeks": 4}),)), seeds=50)
    ensemble.run(lambda: ensemble.cancel() if ensemble.done >= 2 else None)
    assert ensemble.over
    assert 2 <= ensemble.done < 50


class Wall:
    """A screen that draws at once, or never."""

    def __init__(self, answers=True):
        self.answers, self.weeks, self.player = answers, [], None

    def show(self, number, header, buffers):
        self.weeks.append(header["week"])
        if self.answers:
            Thread(target=self.player.drawn, args=(number,)).start()

    def say_playing(self, playing):
        self.playing = playing


def player_on(wall):
    session = Session()
    session.apply(PLANE)
    wall.player = Player(session.pair, wall, lambda shown: None)
    wall.player.speed = 0
    return wall.player


def test_playing_shows_every_week_once_and_ends():
    wall = Wall()
    player = player_on(wall)
    player.seek(0)
    player.play()
    player._thread.join(30)
    assert wall.weeks == list(range(21))
    assert not player.playing
    assert not wall.playing


def test_a_screen_that_does_not_answer_is_not_flooded_and_pauses(monkeypatch):
    monkeypatch.setattr("experiments.app.player.PATIENCE", 0.01)
    wall = Wall(answers=False)
    player = player_on(wall)
    player.seek(0)
    player.play()
    player._thread.join(30)
    assert wall.weeks == [0]
    assert not player.playing


def test_a_closed_page_leaves_no_thread():
    player = player_on(Wall())
    player.speed = 2
    player.play()
    player.close()
    player._thread.join(10)
    assert not player.running
    player.play()
    assert not player.playing


def test_a_report_holds_the_numbers_of_the_page_and_no_answer_that_nobody_asked_for(planned):
    text = report_html(planned, planned.shown)
    assert "What follows is one run with one seed." in text
    assert re.search(r"<td>territory\.growth</td><td class=\"n\">0\.3</td>\s*<td>0\.1 to 0\.8 1/week", text)
    held = planned.pair.first.outcomes()["people_core"]
    assert f'<td>people held by the core, in that week</td><td class="n">{number(held)}</td>' in text
    assert planned.pair.first.run.command in html.unescape(text)


def test_a_report_answers_with_the_ensemble_of_its_settings_only(planned):
    planned.choose_policy(1, "core_only")
    planned.ensemble = Ensemble(planned.setting, 2)
    planned.ensemble.run()
    assert "over 2 paired seeds" in report_html(planned, planned.shown)
    planned.override("territory.growth", 0.5, [0])
    assert "over 2 paired seeds" not in report_html(planned, planned.shown)


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_charts_are_a_picture_of_their_own(kind, start, planned):
    assert charts_picture(planned, planned.shown, kind).startswith(start)
