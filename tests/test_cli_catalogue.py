"""`check`, `list`, `describe` and `--set`: names and values, explained and checked."""

import json
import re

import pytest
import typer
from typer.testing import CliRunner

from experiments.app.lesson import lessons
from experiments.app.texts import GLOSSARY
from experiments.batch.errors import UserError
from experiments.batch.settings import parse_settings, parse_value, write_value
from experiments.claims.ledger import read_ledger
from experiments.cli.catalogue import KINDS, describe
from experiments.cli.main import app
from experiments.history.target import load_targets
from experiments.sweep.design import shipped_designs
from model import load_scenario
from model.record import OUTCOMES
from model.scenario import list_policies, list_scenarios
from model.scenario.declarations import declarations
from model.scenario.schema import LEVERS
from model.state.arrays import fields
from model.theatre import theatre_places
from model.why.kinds import EVENT_KINDS


def inkspot(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def test_every_shipped_file_is_ok():
    code, text = inkspot("check", *list_scenarios(), *list_policies())
    assert code == 0
    assert text.count(": ok\n") == len(list_scenarios()) + len(list_policies())


def test_all_problems_of_a_file_are_printed(tmp_path):
    damaged = tmp_path / "mine.toml"
    damaged.write_text('[scenario]\nextends = "synthetic_plane"\nweeks = 0\n[core]\nprestige = 2.0\n')
    code, text = inkspot("check", "synthetic_plane", damaged)
    assert code == 2
    assert "synthetic_plane: ok" in text
    assert "weeks: must be 1 to 2600, got 0" in text
    assert "prestige: must be 0 to 1, got 2.0" in text


@pytest.mark.parametrize("words", [[], ["scenario"], ["policy"]])
def test_the_schema_is_json(words):
    code, text = inkspot("check", "--schema", *words)
    assert code == 0
    assert json.loads(text)["$schema"].startswith("http://json-schema.org/")


def test_everything_that_has_a_name_is_listed():
    code, text = inkspot("list")
    assert code == 0
    declared = declarations()
    names = [*list_scenarios(), *list_policies(), *LEVERS, *OUTCOMES]
    for name in [*names, *declared.mechanisms, *declared.rivals, *declared.parameters]:
        assert re.search(rf"^{re.escape(name)} ", text, re.MULTILINE), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_every_name_of_every_kind_is_listed_and_described(kind):
    text = " ".join(inkspot("list")[1].split())
    assert kind.title in text
    for each in kind.names():
        assert each.name in text
        for name in each.names:
            assert each.name in [entry.name for entry in describe(name)], name


def test_what_the_code_and_the_files_declare_is_among_the_names():
    known = {name for kind in KINDS for each in kind.names() for name in each.names}
    declared = declarations()
    names = [*list_scenarios(parts=True), *list_policies(), *LEVERS, *OUTCOMES, *declared.mechanisms, *declared.rivals]
    names += [f"{family}.{name}" for family, members in declared.parameters.items() for name in members]
    names += [*declared.parameters, *fields(), *EVENT_KINDS, *lessons(), *shipped_designs(), *GLOSSARY]
    names += [*read_ledger(), *load_targets().targets, *(place.name for place in theatre_places())]
    for scenario in map(load_scenario, list_scenarios()):
        for table in (scenario.groups, scenario.hubs, scenario.governments, scenario.allies, scenario.timeline):
            names += [*table, *(each.name for each in table.values() if hasattr(each, "name"))]
        names += [place.place for group in scenario.groups.values() for place in (group, *group.holdings)]
        names += [*scenario.areas, *(area.place for area in scenario.areas.values())]
    assert set(names) <= known, set(names) - known


@pytest.mark.parametrize("name", typer.main.get_group(app).commands)
def test_every_command_is_described(name):
    for words in (name, f"inkspot {name}"):
        code, text = inkspot("describe", words)
        assert code == 0
        assert f"{name}  command" in text
        assert f"inkspot {name} --help" in text


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Boko Haram", "boko_haram"), ("boko haram", "boko_haram"), ("c14", "C14"), ("iraq", "IRQ"), ("IRQ", "IRQ"),
     ("United States", "united_states"), ("mosul", "Mosul"), ("groups.nusra", "nusra"), ("growth", "territory.growth")],
)  # fmt: skip
def test_a_name_is_found_by_id_title_code_and_in_small_letters(typed, name):
    assert name in [entry.name for entry in describe(typed)]


@pytest.mark.parametrize(
    ("typed", "near"), [("terrtory.growth", "territory.growth"), ("C014", "C14"), ("Boku Haram", "boko_haram"),
                        ("sevr_links", "sever_links")]
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest_ones(typed, near):
    with pytest.raises(UserError, match=re.escape(near)):
        describe(typed)


def test_a_parameter_is_described_by_value_range_unit_meaning_and_source():
    for name in ("territory.self_enforcement", "self_enforcement", "parameters.territory.self_enforcement"):
        code, text = inkspot("describe", name)
        assert code == 0
        assert re.search(
            r"how strongly existing control.*value +0\.5 *\nrange +0\.3 to 0\.9.*source +.*Kalyvas", text, re.DOTALL
        )


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.4", 0.4), ("104", 104), ("true", True), ("brokers", "brokers"), ('"104"', "104"), ("[1, 2]", [1, 2]),
     ("1 = 2", "1 = 2"), ("a=b", "a=b"), ("1e9", 1e9), ("a, b", "a, b"), ("x\ny=1", "x\ny=1")],
)  # fmt: skip
def test_a_setting_is_a_toml_literal_or_text_and_is_written_as_it_is_read(text, value):
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)
    assert parse_value(write_value(value)) == value


def test_a_later_setting_wins_and_bad_ones_are_refused():
    assert parse_settings(["weeks=5", "weeks=6", "policy.targeting = brokers"]) == {
        "weeks": 6,
        "policy.targeting": "brokers",
    }
    with pytest.raises(UserError, match="got 'weeks='"):
        parse_settings(["weeks="])
