"""An edited policy has a name of its own wherever it is told: nothing passes for a shipped policy that is not one."""

import json
import re
from dataclasses import replace

import pytest

from experiments.app.exports import policy_file, policy_toml, replay_html, scenario_toml, series_csv, stem
from experiments.app.links import link, read_link
from experiments.app.page_report import report_html
from experiments.app.plan import Bar, bars_of
from experiments.app.plan_names import edited, named, planned, renamed, slug, taken_back
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError
from model.scenario import list_policies

PLANE = Setting("synthetic_plane", 1, (Arm("sever_links"),))


def bars(setting, index=0):
    return bars_of(setting.runs[index].composed)


def with_strikes(setting, effort, index=0):
    """Strikes on the core from the first of its bars changed to another effort."""
    found = bars(setting, index)
    at = next(number for number, bar in enumerate(found) if bar.lever == "strike_core")
    return planned(setting, index, [*found[:at], replace(found[at], effort=effort), *found[at + 1 :]])


def policy(setting, index=0):
    return setting.runs[index].composed.policy


def test_an_edited_policy_is_called_by_what_was_changed():
    found = with_strikes(PLANE, 0.2)
    assert policy(found).title == "Cut the links, edited: strike core 20% (was 40%) until December 2014"
    assert re.fullmatch(r"sever_links_edited_[0-9a-f]{4}", policy(found).name)
    assert policy(found).meaning.startswith("Edited from “Cut the links”: strike core 20% (was 40%)")
    assert policy(found).source.startswith("edited on the page of inkspot app, from the policy sever_links")
    more = planned(found, 0, [*bars(found), Bar("information", 0, 3, 0.01)])
    assert policy(more).title.endswith(" and 1 more")
    assert "information 1% in August 2014" in policy(more).meaning or "information 1% until" in policy(more).meaning


def test_a_lever_taken_away_and_one_added_are_said():
    found = planned(PLANE, 0, [bar for bar in bars(PLANE) if bar.lever != "train_partners"])
    assert "without train partners (core)" in policy(found).meaning
    none = Setting("synthetic_plane", 0, (Arm("no_intervention"),))
    weeks = none.runs[0].composed.weeks
    assert policy(planned(none, 0, [Bar("basing", 0, weeks, 0.5)])).title == "No intervention, edited: basing 50%"


def test_what_is_edited_back_is_the_policy_again():
    back = planned(with_strikes(PLANE, 0.2), 0, bars(PLANE))
    assert back == PLANE
    assert taken_back(with_strikes(PLANE, 0.2), 0) == PLANE


def test_other_plans_have_other_names_and_files_and_the_same_plan_the_same():
    two = PLANE.with_arm(1, Arm("sever_links"))
    two = with_strikes(with_strikes(two, 0.2), 0.3, index=1)
    names = {policy(two, index).name for index in (0, 1)}
    titles = {policy(two, index).title for index in (0, 1)}
    assert len(names) == len(titles) == 2
    session = Session()
    assert session.apply(two)
    assert len({policy_file(world) for world in session.pair.worlds}) == 2
    assert policy(with_strikes(PLANE, 0.2)).name in names
    assert {slug(name) for name in names} == names


def test_a_plan_is_renamed_and_keeps_its_name_when_it_is_edited_again():
    mine = renamed(with_strikes(PLANE, 0.2), 0, "  Pressure   first ")
    assert policy(mine).title == "Pressure first"
    assert policy(mine).name.startswith("pressure_first_")
    again = with_strikes(mine, 0.1)
    assert policy(again).title == "Pressure first"
    assert policy(again).name != policy(mine).name
    assert "strike core 10% (was 40%)" in policy(again).meaning
    assert named(again) == again


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "letter or a digit"),
        ("x" * 81, "at most 80"),
        ("Cut the LINKS", "another policy"),
        ("Strike the core", "another"),
    ],
)
def test_a_name_that_misleads_is_refused(title, words):
    assert list_policies()["core_only"] == "Strike the core"
    with pytest.raises(UserError, match=words):
        renamed(with_strikes(PLANE, 0.2), 0, title)


def test_two_worlds_cannot_have_one_name():
    two = renamed(with_strikes(with_strikes(PLANE.with_arm(1, Arm("core_only")), 0.2), 0.3, 1), 0, "Mine")
    with pytest.raises(UserError, match="another policy is called “mine”"):
        renamed(two, 1, "mine")


def test_a_link_that_changes_a_shipped_policy_does_not_pass_for_it():
    query = "scenario=synthetic_plane&policy=core_only&set=policy.targeting%3Dbrokers"
    session = Session.opened(query)
    assert session.titles == ["Strike the core, edited: targeting brokers"]
    assert session.policy_title(0) == session.titles[0]
    assert session.pair.first.scenario.policy.name.startswith("core_only_edited_")
    assert session.error == ""
    again, _ = read_link(session.link)
    assert again == session.setting


def test_all_that_leaves_the_page_has_the_plans_name(tmp_path):
    session = Session()
    assert session.apply(with_strikes(PLANE, 0.2))
    session.show(3)
    title, name = policy(session.setting).title, policy(session.setting).name
    world, shown = session.pair.first, session.shown
    assert session.titles == [title]
    assert session.policy_title(0) == title
    assert name in stem(shown.worlds)
    assert name in world.provenance
    rows = series_csv(shown).splitlines()
    assert rows[1].startswith(f'A,{name},"{title}",')
    assert policy_file(world) == f"{name}.toml"
    assert f'policy = "{name}.toml"' in scenario_toml(world)
    assert json.dumps(title) in policy_toml(world)
    report = report_html(session, shown)
    assert f"<b>{title}</b>: Edited from “Cut the links”" in report
    assert "policy.phases" not in report.split("How to repeat it")[0]
    assert "No intervention" not in re.sub(r'src="[^"]*"', "", report)
    data = json.loads(re.search(r"const DATA = (.*);\n", replay_html(session, shown))[1].replace("<\\/", "</"))
    assert data["theatre"]["titles"] == data["charts"]["names"] == [title]
    assert name in data["provenance"][0]
    setting, _ = read_link(link(session.setting, 3))
    assert policy(setting).title == title


def test_the_rules_of_a_policy_stay_when_its_levers_are_edited():
    for name in list_policies():
        setting = Setting("levant_2014", 0, (Arm(name),))
        if not bars(setting):
            continue
        one, two = policy(setting), policy(planned(setting, 0, bars(setting)[:-1]))
        assert [getattr(one, rule) for rule in ("targeting", "training", "division", "allocation", "on_top")] == [
            getattr(two, rule) for rule in ("targeting", "training", "division", "allocation", "on_top")
        ]
        assert edited(setting, 0) is None


def test_another_scenario_takes_the_policy_that_a_plan_was_edited_from():
    session = Session()
    assert session.apply(with_strikes(PLANE.with_arm(1, Arm("sever_links")), 0.2, index=1))
    assert session.choose_scenario("levant_2014")
    assert session.titles[1] == "Cut the links"
