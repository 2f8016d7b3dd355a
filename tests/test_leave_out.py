"""What a scenario leaves out: tables by `present = false`, whole countries for speed; what refers to them is told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli.main import app
from model import Simulation, load_scenario
from model.scenario import ScenarioError, check_file

ABSENT = {  # table: a name of it, and what must go with it
    "hubs": ("unused", []),
    "allies": ("france", []),
    "partners": ("peshmerga", []),
    "towns": ("mosul", []),
    "areas": ("iraq_basra", []),
    "timeline": ("new", []),
    "governments": ("BFA", []),
    "groups": ("isgs", []),
}
EVENT = "[timeline.new]\ndate = 2015-01-05\nkind = 'prestige'\namount = 0.1\nmeaning = 'm'\n"
REFERENCES = {  # what refers to a table that is left out: the tables, the key that is told, the one that is gone
    "a group's hub": ("[hubs.al_qaeda]\npresent = false", "groups.aqim.hub", "al_qaeda"),
    "a town's country": ("[governments.NGA]\npresent = false", "towns.bama.country", "NGA"),
    "an area's country": ("[governments.NGA]\npresent = false", "areas.nigeria_north.country", "NGA"),
    "a group's country": ("[governments.NGA]\npresent = false", "groups.boko_haram.country", "NGA"),
    "who held a town": ("[groups.boko_haram]\npresent = false", "towns.bama.held.0.by", "boko_haram"),
    "an event's target": ("[groups.boko_haram]\npresent = false\n[timeline.new]\ndate = 2015-01-05\nkind = 'brutality'\n"
                          "target = 'boko_haram'\namount = 0.1\nmeaning = 'm'", "timeline.new.target", "boko_haram"),
    "an own list": ("[governments.BFA]\npresent = false\n[allies.france]\nreach = ['BFA']", "allies.france.reach.0", "BFA"),
}  # fmt: skip


def written(folder: Path, text: str, header: str = "") -> Path:
    path = folder / "less.toml"
    path.write_text(f"[scenario]\nextends = 'levant_2014'\n{header}\n{text}\n")
    return path


@pytest.mark.parametrize("table", ABSENT)
def test_a_table_of_every_kind_can_be_left_out(table: str, tmp_path: Path) -> None:
    name, _ = ABSENT[table]
    parent = tmp_path / "parent.toml"
    hub = "[hubs.unused]\nname = 'Taliban'\nplace = 'Quetta'\nlat = 30.2\nlon = 67.0\nprestige = 0.3\n"
    parent.write_text(f"[scenario]\nextends = 'levant_2014'\nweeks = 40\n{EVENT}{hub}")
    child = tmp_path / "child.toml"
    child.write_text(f"[scenario]\nextends = 'parent.toml'\n[{table}.{name}]\npresent = false\n")
    assert name in getattr(load_scenario(parent), table)
    assert check_file(child) == []
    scenario = load_scenario(child)
    left = getattr(scenario, table)
    assert name not in left or not left[name].present
    Simulation(load_scenario(child, overrides={"weeks": 3}), seed=1).run()


@pytest.mark.parametrize("what", REFERENCES)
def test_what_refers_to_a_table_that_is_left_out_is_told_with_the_remedy(what: str, tmp_path: Path) -> None:
    text, key, gone = REFERENCES[what]
    problems = {problem.key: problem.message for problem in check_file(written(tmp_path, text))}
    assert f"{gone} is left out" in problems[key]
    assert "leave this out too, with present = false" in problems[key]


def test_a_policy_that_names_what_is_left_out_is_told(tmp_path: Path) -> None:
    policy = tmp_path / "aimed.toml"
    policy.write_text("[policy]\ntitle = 't'\nmeaning = 'm'\n[phases.one]\neffort = { strike_provinces.BFA = 0.2 }\n"
                      "[phases.two]\neffort = { allies.france.strike_core = 0.2 }\n")  # fmt: skip
    path = written(tmp_path, "[governments.BFA]\npresent = false\n[allies.france]\npresent = false")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, policy=policy)
    assert ["is left out" in problem.message for problem in caught.value.problems] == [True, True]
    policy.write_text(policy.read_text() + "present = false\n[phases.three]\neffort = { strike_core = 0.2 }\n")
    child = tmp_path / "child.toml"
    child.write_text("[policy]\nextends = 'aimed.toml'\ntitle = 't'\n[phases.one]\npresent = false\n")
    assert check_file(child) == []
    assert list(load_scenario(path, policy=child).policy.phases) == ["three"]


def test_a_name_that_is_not_there_and_a_value_that_is_none_are_told(tmp_path: Path) -> None:
    problems = check_file(written(tmp_path, "[towns.mosl]\npresent = false\n[allies.france]\npresent = 'no'"))
    assert [problem.nearest for problem in problems] == ["", "mosul"] or [p.nearest for p in problems] == ["mosul", ""]
    assert any("there is nothing of this name to leave out; did you mean `mosul`?" in each.message for each in problems)
    assert any("must be true or false" in each.message for each in problems)


def test_a_run_restricted_to_some_countries_runs_and_says_what_is_left_out(tmp_path: Path) -> None:
    scenario = load_scenario("levant_2014", overrides={"countries": ["SYR", "IRQ", "NGA", "NER"], "weeks": 8})
    assert set(scenario.governments) == {"SYR", "IRQ", "NGA", "NER"}
    assert {group.country for group in scenario.groups.values()} <= set(scenario.governments)
    assert len(scenario.left_out["governments"]) == 55
    assert "Egypt" in scenario.left_out["governments"]
    result = Simulation(scenario, seed=3).run()
    assert result.series["people_core"].iloc[-1] > 0
    path = written(tmp_path, "", 'countries = ["SYR", "IRQ"]')
    said = CliRunner().invoke(app, ["check", str(path)]).output
    assert "Restricted to Iraq, Syria. Left out: 57 countries, 22 groups" in said
    assert load_scenario("levant_2014", overrides={"countries": "SYR,IRQ"}).digest == load_scenario(
        "levant_2014", overrides={"countries": ["SYR", "IRQ"]}
    ).digest  # fmt: skip


def test_what_waits_for_or_aims_at_a_left_out_country_is_left_out_and_said(tmp_path: Path) -> None:
    policy = tmp_path / "aimed.toml"
    policy.write_text("[policy]\ntitle = 't'\nmeaning = 'm'\n[phases.far]\neffort = { strike_provinces.NGA = 0.2 }\n"
                      "[phases.near]\nwhen = 'lost:Mosul'\neffort = { strike_core = 0.2, strike_provinces.NGA = 0.1 }\n"
                      "[phases.waiting]\nwhen = 'lost:Gwoza'\neffort = { strike_core = 0.2 }\n")  # fmt: skip
    scenario = load_scenario("levant_2014", policy, {"countries": ["SYR", "IRQ"]})
    assert list(scenario.policy.phases) == ["near"]
    assert scenario.policy.phases["near"].effort == {"strike_core": 0.2}
    assert scenario.left_out["phases"] == ["far", "waiting"]


@pytest.mark.parametrize(
    ("countries", "says"),
    [
        (["XXX"], 'must be a name of [governments], got "XXX"'),
        ([], "must be a list of countries"),
        (["NGA"], "leave the core without headquarters"),
    ],
)
def test_a_restriction_that_makes_no_sense_is_told(countries: list[str], says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("levant_2014", overrides={"countries": countries})
    assert says in str(caught.value)


def test_without_either_nothing_is_left_out() -> None:
    assert load_scenario("levant_2014").left_out == {}
