"""Composing scenarios: parents, policies, overrides, switches, parameters, phases; and the JSON Schema of the files."""

import json
import pickle
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from model.scenario import (
    ScenarioError,
    check_file,
    json_schema,
    list_policies,
    list_scenarios,
    load_scenario,
    phase_weeks,
    policy_schema,
)
from model.scenario.declarations import declarations
from model.scenario.problems import Problem
from model.scenario.schema import LEVERS, Core, Phase
from model.scenario.shipped import FOLDER

SMALL = Path(__file__).parent / "mistakes" / "small.toml"
CENTRE = {"place": "Centre", "lat": 0.0, "lon": 0.0}
SHIPPED = sorted(path for path in FOLDER.glob("*.toml") if path.stem != "parameters")
POLICIES = sorted(FOLDER.glob("policies/*.toml"))
EARLIER = ("awakening_2006", "saudi_2003")  # over before the shipped policies, of 2014 and later, begin


def child(folder: Path, text: str, name: str = "child", extends: Any = str(SMALL)) -> Path:
    """Write a scenario that extends others."""
    path = folder / f"{name}.toml"
    path.write_text(f"[scenario]\nextends = {json.dumps(extends)}\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize("path", [*SHIPPED, *POLICIES], ids=lambda path: path.stem)
def test_a_shipped_file_has_no_problems_by_name_or_by_path(path: Path) -> None:
    assert check_file(path) == check_file(path.stem) == []


@pytest.mark.parametrize("name", [name for name in list_scenarios() if name not in EARLIER])
@pytest.mark.parametrize("policy", list_policies())
def test_every_shipped_scenario_of_their_years_loads_with_every_shipped_policy(name: str, policy: str) -> None:
    scenario = load_scenario(name, policy=policy)
    assert (scenario.name, scenario.policy.name) == (name, policy)


@pytest.mark.parametrize("name", EARLIER)
def test_a_scenario_of_earlier_years_refuses_policies_that_start_after_it(name: str) -> None:
    assert load_scenario(name, policy="no_intervention").policy.phases == {}
    with pytest.raises(ScenarioError, match="no phase of this policy falls within the scenario"):
        load_scenario(name, policy="core_only")


def test_the_lists_name_all_shipped_files_with_their_titles() -> None:
    assert set(list_scenarios(parts=True)) == {path.stem for path in SHIPPED}
    assert set(list_scenarios()) < set(list_scenarios(parts=True))
    assert set(list_policies()) == {path.stem for path in POLICIES}
    assert list_scenarios()["synthetic_plane"] == load_scenario("synthetic_plane").title


def test_without_arguments_the_baseline_is_loaded() -> None:
    assert load_scenario().name == "levant_2014"


def test_a_child_merges_tables_and_replaces_lists(tmp_path: Path) -> None:
    scenario = load_scenario(child(tmp_path, "[core]\nskill = 2.0\nholdings = []\n[groups.ansaru]\nfighters = 60\n"))
    parent = load_scenario(SMALL)
    assert scenario.core == parent.core.model_copy(update={"skill": 2.0, "holdings": []})
    assert scenario.groups["ansaru"] == parent.groups["ansaru"].model_copy(update={"fighters": 60})
    assert (scenario.name, scenario.title, scenario.weeks) == ("child", parent.title, parent.weeks)


def test_of_two_parents_the_later_prevails_and_a_common_grandparent_counts_once(tmp_path: Path) -> None:
    child(tmp_path, "[core]\nskill = 2.0\nprestige = 0.1\n", "first")
    child(tmp_path, "[core]\nprestige = 0.9\n", "second")
    both = load_scenario(child(tmp_path, "", extends=["first", "second.toml"]))
    assert (both.core.skill, both.core.prestige) == (2.0, 0.9)


def test_a_policy_is_the_scenarios_own_or_the_one_given_or_none_at_all(tmp_path: Path) -> None:
    assert load_scenario(SMALL).policy.name == "pressure"
    assert load_scenario(child(tmp_path, "")).policy.name == "pressure"
    assert load_scenario(SMALL, policy="no_intervention").policy.phases == {}
    bare = tmp_path / "bare.toml"
    bare.write_text(SMALL.read_text().replace('policy = "pressure.toml"\n', ""))
    assert load_scenario(bare).policy.name == "no_intervention"
    assert load_scenario(bare, policy=SMALL.with_name("pressure.toml")).policy.name == "pressure"


def test_a_policy_may_extend_another(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[policy]\nextends = "core_only"\nstrike_targeting = "leaders"\n')
    mine, parent = (load_scenario(policy=policy).policy for policy in (path, "core_only"))
    assert mine == parent.model_copy(update={"name": "mine", "strike_targeting": "leaders"})


def test_overrides_reach_every_kind_of_key_and_come_last() -> None:
    scenario = load_scenario(
        SMALL,
        overrides={
            "weeks": 12, "scenario.start": date(2014, 8, 4), "core.prestige": 0.9, "core.traffic": 2,
            "territory.growth": 0.3, "parameters.pledging.hazard": 0.2, "theatre.plane_rows": 20,
            "mechanisms.pledging.contagion": True, "rivals.lost_tips": False, "groups.boko_haram.conviction": 0.2,
            "policy.targeting": "random", "policy.phases.first.effort.basing": 0.25, "sources.core.skill": "a guess",
            "allies.outsider.diaspora.NGA": 7, "hubs.taliban": {**CENTRE, "name": "Taliban", "prestige": 0.5},
        },
    )  # fmt: skip
    parameters = scenario.parameters
    assert (scenario.weeks, scenario.start, scenario.core.prestige) == (12, date(2014, 8, 4), 0.9)
    assert (parameters["core"]["traffic"], parameters["theatre"]["plane_rows"]) == (2.0, 20.0)
    assert (parameters["territory"]["growth"], parameters["pledging"]["hazard"]) == (0.3, 0.2)
    assert (scenario.mechanisms["pledging.contagion"], scenario.rivals["lost_tips"]) == (True, False)
    assert scenario.groups["boko_haram"].conviction == 0.2
    assert scenario.policy.targeting == "random"
    assert scenario.policy.phases["first"].effort == {"strike_core": 0.5, "basing": 0.25}
    assert scenario.sources == {"core.skill": "a guess"}
    assert scenario.allies["outsider"].diaspora == {"NGA": 7.0}
    assert set(scenario.hubs) == {"al_qaeda", "taliban"}


def test_a_switch_turned_off_takes_its_parts_with_it_and_may_be_written_in_two_ways(tmp_path: Path) -> None:
    declared = declarations().mechanisms
    off = load_scenario(SMALL, overrides={"mechanisms.pledging": False, "mechanisms.pledging.contagion": True})
    assert {name for name, on in off.mechanisms.items() if not on} == {
        name for name in declared if name.partition(".")[0] == "pledging"
    }
    quoted = load_scenario(child(tmp_path, '[mechanisms]\n"pledging.ambition" = false\n', "a"))
    nested = load_scenario(child(tmp_path, "[mechanisms.pledging]\nambition = false\n", "b"))
    assert quoted.mechanisms == nested.mechanisms
    assert not nested.mechanisms["pledging.ambition"]


def test_everything_declared_is_there_with_its_declared_value_unless_the_files_say_otherwise() -> None:
    scenario, declared = load_scenario(SMALL), declarations()
    assert list(scenario.mechanisms) == list(declared.mechanisms)
    assert list(scenario.rivals) == list(declared.rivals)
    assert [name for name, on in scenario.mechanisms.items() if not on] == ["pledging.contagion"]
    assert [name for name, on in scenario.rivals.items() if on] == ["lost_tips"]
    expected = {
        (family, name): parameter.value
        for family, members in declared.parameters.items()
        for name, parameter in members.items()
    } | {("territory", "growth"): 0.4}
    assert expected == {
        (family, name): value for family, members in scenario.parameters.items() for name, value in members.items()
    }


def test_no_parameter_of_the_core_has_the_name_of_a_key_of_the_core() -> None:
    assert not set(declarations().parameters["core"]) & set(Core.model_fields)


def test_whole_numbers_pass_where_fractions_are_wanted_and_stay_equal() -> None:
    scenario = load_scenario(SMALL, overrides={"core.prestige": 1, "resolution": 1, "territory.strikes": 0.1})
    assert (scenario.core.prestige, scenario.resolution) == (1.0, 1.0)
    assert isinstance(scenario.resolution, float)
    assert scenario.governments["NGA"].capital == (0.0, 7.0)


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        (0, None, (0, 104)), (3, 5, (3, 5)), (date(2014, 6, 9), date(2014, 6, 23), (0, 2)),
        (date(2014, 6, 15), date(2014, 6, 16), (0, 1)), (date(2010, 1, 1), date(2015, 6, 8), (0, 52)),
        (date(2010, 1, 1), date(2011, 1, 1), (0, 0)), (200, None, (104, 104)), (10, 2000, (10, 104)),
    ],
)  # fmt: skip
def test_a_phase_covers_the_weeks_from_its_start_up_to_its_end(start: Any, end: Any, weeks: tuple[int, int]) -> None:
    assert phase_weeks(Phase(start=start, end=end, effort={}), load_scenario(SMALL)) == weeks


def test_a_copy_with_other_values_has_a_digest_of_its_own() -> None:
    first = load_scenario(SMALL)
    assert first.digest  # what it knows of itself must not be copied
    longer = first.model_copy(update={"weeks": first.weeks + 1})
    assert longer.digest == load_scenario(SMALL, overrides={"weeks": first.weeks + 1}).digest != first.digest
    assert first.model_copy().digest == first.digest
    phase = Phase(effort={"strike_core": 0.5})
    assert phase.parts
    assert phase.model_copy(update={"effort": {}}).parts == []


def test_the_digest_tells_scenarios_apart_and_is_the_same_for_the_same() -> None:
    first, again = load_scenario(SMALL), load_scenario(SMALL)
    assert first == again
    assert first.digest == again.digest
    assert len(first.digest) == 16
    variants = [{"weeks": 12}, {"territory.growth": 0.3}, {"policy.targeting": "random"}, {"rivals.lost_tips": False}]
    assert len({first.digest, *(load_scenario(SMALL, overrides=each).digest for each in variants)}) == 5


def test_a_scenario_is_frozen_and_survives_pickling() -> None:
    scenario = load_scenario(SMALL)
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert copy.digest == scenario.digest
    with pytest.raises(ValidationError):
        scenario.weeks = 3


def test_an_error_survives_pickling_and_reads_as_its_problems() -> None:
    problem = Problem("a.toml", "weeks", 0, "1 to 2600", "", "a.toml, [scenario] weeks: must be 1 to 2600, got 0")
    error = pickle.loads(pickle.dumps(ScenarioError([problem, problem])))
    assert error.problems == (problem, problem)
    assert str(error).count(problem.message) == 2
    assert str(ScenarioError([problem])) == problem.message


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = child(tmp_path, "[core]\nskill = 2.0\n")
    assert load_scenario(path).core.skill == 2.0
    path.write_text(path.read_text().replace("2.0", "3.0"))
    assert load_scenario(path).core.skill == 3.0


def below(schema: dict[str, Any], key: str) -> dict[str, Any]:
    """The schema of a key of a table, empty where the table may not have it."""
    patterns = [each for pattern, each in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
    found = [schema.get("properties", {}).get(key), *patterns, schema.get("additionalProperties")]
    return next((each for each in found if isinstance(each, dict)), {})


def known(schema: dict[str, Any], node: Any, root: dict[str, Any]) -> bool:
    """Tell whether a value fits a schema, for the keywords that the exported schemas use."""
    if not schema:
        return False
    if "$ref" in schema:
        return known(root["definitions"][schema["$ref"].rpartition("/")[2]], node, root)
    if "anyOf" in schema:
        return any(known(option, node, root) for option in schema["anyOf"])
    kinds = {"object": dict, "array": list, "boolean": bool, "number": (int, float), "integer": int, "null": type(None)}
    kinds["string"] = date if schema.get("format") == "date" else str
    if not isinstance(node, kinds[schema["type"]]) or (isinstance(node, bool) and schema["type"] != "boolean"):
        return False
    if isinstance(node, dict):
        return all(known(below(schema, key), value, root) for key, value in node.items())
    if isinstance(node, list):
        items = schema["items"]
        each = items if isinstance(items, list) else [items] * len(node)
        return len(node) >= schema.get("minItems", 0) and all(map(known, each, node, [root] * len(node)))
    low, high = schema.get("minimum"), schema.get("maximum")
    in_range = (low is None or node >= low) and (high is None or node <= high)
    return in_range and ("enum" not in schema or node in schema["enum"])


@pytest.mark.parametrize("path", [*SHIPPED, *POLICIES, SMALL], ids=lambda path: path.stem)
def test_every_key_of_a_shipped_file_is_known_to_the_json_schema(path: Path) -> None:
    schema = policy_schema() if path in POLICIES else json_schema()
    assert known(schema, tomllib.loads(path.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize(
    "text",
    [
        "weeks = 3", "[scenario]\nweks = 3", "[scenario]\nweeks = 0", "[core]\nprestige = 2", "[groups.a]\nhubb = 'a'",
        "[mechanisms]\nnonsense = true", "[mechanisms.pledging]\nnonsense = true", "[rivals]\nlost_tips = 1",
        "[parameters.territory]\ngrowth = 40", "[parameters.nonsense]\n", "[phases.a]\n",
        "[governments.Irq]\n",
    ],
)  # fmt: skip
def test_what_the_json_schema_does_not_know_is_refused_by_it(text: str) -> None:
    assert not known(json_schema(), tomllib.loads(text), json_schema())


def test_the_json_schemas_are_json_of_draft_7_and_document_every_parameter_switch_and_lever() -> None:
    schema, declared = json_schema(), declarations()
    assert json.loads(json.dumps(schema)) == schema
    assert json.loads(json.dumps(policy_schema())) == policy_schema()
    assert schema["$schema"] == policy_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    for family, members in declared.parameters.items():
        for name, parameter in members.items():
            entry = schema["properties"]["parameters"]["properties"][family]["properties"][name]
            assert (entry["minimum"], entry["maximum"], entry["default"]) == (
                parameter.low,
                parameter.high,
                parameter.value,
            )
            assert parameter.meaning in entry["description"]
    assert set(declared.mechanisms) <= set(schema["properties"]["mechanisms"]["properties"])
    assert set(schema["properties"]["rivals"]["properties"]) == set(declared.rivals)
    assert "required" not in schema["definitions"]["Group"]
    phase = policy_schema()["definitions"]["Phase"]["properties"]
    assert tuple(phase["effort"]["propertyNames"]["enum"]) == (*LEVERS, "allies")
    assert tuple(declared.levers) == LEVERS
