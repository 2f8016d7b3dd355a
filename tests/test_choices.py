"""A mechanism with several forms: a choice among options, in scenarios, overrides, schemas, runs, studies and words."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from experiments.claims.page_words import override
from experiments.cli.catalogue import describe
from experiments.report.assumptions import assumptions
from experiments.sweep.design_file import load_design
from model.scenario import json_schema, load_scenario
from model.scenario.declarations import Mechanism, declarations
from model.state import State
from model.theatre import load_theatre

NAME = "territory.form"
DECLARED = declarations().choices[NAME]
PLANE = "synthetic_plane"


@pytest.mark.parametrize("option", DECLARED.options)
def test_an_option_is_chosen_in_a_file_or_by_an_override_and_reaches_the_state(option, tmp_path: Path):
    path = tmp_path / "chosen.toml"
    path.write_text(f'[scenario]\nextends = "{PLANE}"\n[mechanisms.territory]\nform = "{option}"\n', encoding="utf-8")
    written = load_scenario(path)
    assert written.mechanisms[NAME] == load_scenario(PLANE, overrides={f"mechanisms.{NAME}": option}).mechanisms[NAME]
    state = State(written, load_theatre(written), 0)
    assert state.choices == {NAME: option}
    assert bool(state.switches["territory_form_diffusion"][0]) == (option == "diffusion")
    assert NAME not in state.on
    assert (NAME, option) in [(row.name, row.on) for row in assumptions(written).mechanisms]


def test_a_choice_has_its_default_and_stays_when_its_family_is_switched_off():
    off = load_scenario(PLANE, overrides={"mechanisms.territory": False})
    assert load_scenario(PLANE).mechanisms[NAME] == off.mechanisms[NAME] == DECLARED.default


def test_a_choice_needs_a_default_among_its_options():
    with pytest.raises(ValidationError, match="default among its options"):
        Mechanism.model_validate(DECLARED.model_dump() | {"default": "sideways"})
    with pytest.raises(ValidationError, match="default among its options"):
        Mechanism(meaning="a switch", default="sideways")


def test_the_json_schema_lists_the_options_as_a_key_and_in_a_table():
    properties = json_schema()["properties"]["mechanisms"]["properties"]
    assert (properties[NAME]["enum"], properties[NAME]["default"]) == (list(DECLARED.options), DECLARED.default)
    nested = [part for part in properties["territory"]["anyOf"] if "properties" in part]
    assert nested[0]["properties"]["form"] == properties[NAME]


def test_it_is_described_with_its_options_and_varied_over_them(tmp_path: Path):
    entry = next(each for each in describe(NAME) if each.name == NAME)
    assert dict(entry.rows).items() >= DECLARED.options.items()
    other = next(option for option in DECLARED.options if option != DECLARED.default)
    assert ("choose", f"--set mechanisms.{NAME}={other}") in entry.rows
    claim = SimpleNamespace(scenario=PLANE, policy=None)
    assert DECLARED.options[other] in override(f"mechanisms.{NAME}", other, claim)[0]
    path = tmp_path / "design.toml"
    path.write_text(
        f'[design]\ntitle = "Forms"\nquestion = "Which?"\nscenarios = ["{PLANE}"]\npolicies = ["core_only"]\n'
        "weeks = 6\nreplicates = 1\n"
        f'[uncertainties]\nmechanisms.{NAME} = "declared"\n[sampling]\nmethod = "full_factorial"\n',
        encoding="utf-8",
    )
    factor = load_design(path).factors[0]
    assert (factor.key, set(factor.spread.values)) == (f"mechanisms.{NAME}", set(DECLARED.options))
