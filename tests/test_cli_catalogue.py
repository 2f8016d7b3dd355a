"""`check`, `list`, `describe` and `--set`: names and values, explained and checked."""

import json
import re

import pytest
from typer.testing import CliRunner

from experiments.batch.errors import UserError
from experiments.batch.settings import parse_settings, parse_value, write_value
from experiments.cli.catalogue import describe
from experiments.cli.main import app
from model import load_scenario
from model.record import OUTCOMES
from model.scenario import list_policies, list_scenarios
from model.scenario.declarations import declarations
from model.scenario.schema import LEVERS


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


def test_everything_that_has_a_name_is_described():
    declared = declarations()
    scenario = load_scenario()
    names = [*list_scenarios(parts=True), *list_policies(), *LEVERS, *OUTCOMES, *declared.mechanisms, *declared.rivals]
    names += [f"{family}.{name}" for family, members in declared.parameters.items() for name in members]
    names += [*declared.parameters, *scenario.groups, *scenario.hubs, *scenario.governments, *scenario.allies]
    for name in names:
        assert describe(name)


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
