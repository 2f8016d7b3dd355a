"""A branch on the page: the past of the first world, whatever becomes of that; link, undo, files and report know it."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.app import exports, page_report
from experiments.app.branching import without_branch
from experiments.app.links import link, read_link
from experiments.app.plan import bars_of
from experiments.app.plan_names import planned, renamed
from experiments.app.session import Session
from experiments.app.uploads import Upload
from experiments.batch.errors import UserError
from model import Simulation, load_scenario

PLANE = "scenario=synthetic_plane&policy=core_only&set=weeks%3D24&week=9"


@pytest.fixture
def session():
    made = Session.opened(PLANE)
    made.show(9)
    assert made.branch("sever_links"), made.error
    made.show(24)
    return made


def parting(session):
    """The first week in which the two worlds differ."""
    one, two = (world.result().rows for world in session.pair.worlds)
    return int(np.flatnonzero((one != two).any(axis=1))[0])


def test_the_second_world_is_the_first_up_to_the_week_and_says_from_when_on_it_is_not(session):
    assert parting(session) == 10
    day = f"{session.pair.first.date(9):%-d %B %Y}"
    assert session.titles == [session.pair.first.scenario.policy.title, f"From {day}: Cut the links"]
    assert session.policy_title(1) == session.titles[1]


def test_a_link_says_the_branch_and_undo_takes_it_back(session):
    setting, week = read_link(link(session.setting, session.week))
    assert (setting, week) == (session.setting, session.week)
    assert session.walk(lambda history: history.undo())
    assert len(session.setting.arms) == 1


def test_a_link_and_an_upload_name_shipped_policies_only(session):
    for key in ("branch.policy", "branch.policy.extends"):
        with pytest.raises(UserError, match="not shipped"):
            read_link(f"set=branch.start%3D3&set={key}%3D/etc/passwd")
    with pytest.raises(UserError, match="as a whole"):
        read_link('set=branch%3D{policy%3D"/etc/passwd"}')
    for written in ('policy = "/etc/passwd"', 'policy = { extends = ["/etc/passwd"] }'):
        with pytest.raises(UserError, match="not shipped"):
            Upload("x.toml", f"[scenario]\n[branch]\nstart = 3\n{written}\n".encode()).check()


def test_the_past_follows_the_first_world(session):
    assert session.choose_policy(0, "no_intervention")
    assert session.override("territory.growth", 0.3, [0, 1])
    session.show(24)
    assert parting(session) == 10
    assert session.pair.worlds[1].scenario.parameters["territory"]["growth"] == 0.3


def test_an_assumption_or_a_plan_of_the_second_world_changes_only_what_comes_after(session):
    assert session.override("territory.growth", 0.3, [1]), session.error
    assert session.pair.worlds[1].scenario.branch.parameters == {"territory": {"growth": 0.3}}
    assert session.titles[1].endswith("Cut the links, 1 value changed")
    bars = bars_of(session.pair.worlds[1].scenario.later)
    changed = planned(session.setting, 1, [replace(bars[0], effort=0.1), *bars[1:]])
    assert session.apply(changed), session.error
    session.show(24)
    assert parting(session) == 10
    assert "edited: " in session.titles[1]
    assert session.pair.worlds[0].scenario.policy == session.pair.worlds[1].scenario.policy
    assert session.apply(renamed(session.setting, 1, "My turn")), session.error
    assert "My turn" in session.titles[1]
    assert read_link(link(session.setting))[0] == session.setting
    taken = planned(session.setting, 1, bars_of(session.pair.worlds[1].scenario))
    assert taken == session.setting


def test_the_bars_of_a_branch_are_the_first_policys_and_then_the_seconds(session):
    one, two = session.pair.worlds
    bars = bars_of(two.scenario)
    assert {bar.lever for bar in bars if bar.end <= 9} == {bar.lever for bar in bars_of(one.scenario)}
    assert all(bar.start >= 9 for bar in bars if bar.end > 9)
    assert any(bar.start == 9 for bar in bars)


def test_what_cannot_be_branched_is_said(session):
    session.show(24)
    assert not session.branch("core_only")
    assert "the run ends in this week" in session.error
    only = replace(session.setting, arms=session.setting.arms[1:])
    assert session.apply(only)
    assert not session.branch("core_only")
    assert "can change its course once" in session.error
    back = without_branch(only, 0)
    assert session.apply(back)
    assert session.titles == [session.pair.first.scenario.policy.title]


def test_another_policy_in_the_second_world_ends_the_branch(session):
    assert session.choose_policy(1, "no_intervention")
    assert session.pair.worlds[1].scenario.branch is None


def test_files_repeat_the_branch_to_the_bit_and_the_report_tells_both_policies(session, tmp_path):
    assert session.override("territory.growth", 0.3, [1])
    session.show(24)
    world = session.pair.worlds[1]
    assert exports.is_shipped(world)
    (tmp_path / "mine.toml").write_text(exports.scenario_toml(world))
    again = load_scenario(tmp_path / "mine.toml")
    assert np.array_equal(Simulation(again, world.run.seed).run().rows, world.result().rows)
    csv = exports.series_csv(session.shown)
    assert "core_only-from-" in csv
    assert "-vs-" in exports.stem(session.pair.worlds)
    report = page_report.report_html(session, session.shown)
    assert "(up to" in report
    assert report.count("Cut the links") > 2
    assert "territory.growth" in report
