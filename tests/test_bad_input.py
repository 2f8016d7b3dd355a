"""Mistakes in scenario and policy files: each is refused in words that say where, what, what is allowed, what is meant.

The mistakes are listed in `mistakes/mistakes.toml`, a line each; `mistakes/small.toml` and `pressure.toml` are the valid
files that they spoil.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from model.scenario import Problem, ScenarioError, check_file, load_scenario
from model.scenario.schema import Scenario

FOLDER = Path(__file__).parent / "mistakes"
HERE, THERE = "small.toml", "pressure.toml"
SCENARIO, POLICY = (FOLDER.joinpath(name).read_text(encoding="utf-8") for name in (HERE, THERE))

UNWRITABLE: list[dict[str, Any]] = [
    {"name": "no core", "text": SCENARIO[: SCENARIO.index("[core]")] + SCENARIO[SCENARIO.index("[hubs") :], "key": "core",
     "says": ["[core]: missing; a scenario needs this table"]},
    {"name": "impossible date", "text": SCENARIO.replace("2014-06-09", "2014-06-31"), "says": ["broken TOML", "line 9"]},
    {"name": "policy as a scenario", "text": POLICY, "says": ["is a policy, not a scenario"]},
    {"name": "giant number", "text": f"[scenario]\nweeks = {'9' * 5000}\n", "says": ["broken TOML", "digits"]},
    {"name": "endless nesting", "text": f"[scenario]\nweeks = {'[' * 100_000}", "says": ["nested too deeply"]},
    {"name": "not UTF-8", "text": b"[scenario]\nname = 'caf\xe9'\n", "says": ["line 2 is not UTF-8"]},
    {"name": "override with nothing", "set": "weeks", "to": None, "key": "weeks",
     "says": ["a whole number from 1 to 2600, got nothing"]},
    {"name": "override with a giant", "set": "territory.growth", "to": 10**400, "key": "parameters.territory.growth",
     "says": ["must be 0.1 to 0.8"]},
]  # fmt: skip
LISTED = tomllib.loads(FOLDER.joinpath("mistakes.toml").read_text(encoding="utf-8"))
MISTAKES = [*(mistake for kind in LISTED.values() for mistake in kind), *UNWRITABLE]


def write(folder: Path, mistake: dict[str, Any] | None = None) -> Path:
    """Write the valid pair of files with a mistake in them; return the scenario's path."""
    mistake = mistake or {}
    texts: dict[str, str | bytes] = {HERE: SCENARIO, THERE: POLICY}
    file = mistake.get("file", HERE)
    if "text" in mistake:
        texts[file] = mistake["text"]
    elif "old" in mistake:
        valid = {HERE: SCENARIO, THERE: POLICY}[file]
        assert mistake["old"] in valid
        texts[file] = valid.replace(mistake["old"], mistake["new"], 1)
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / HERE


def refusal(
    path: str | Path, policy: str | None = None, overrides: dict[str, Any] | None = None
) -> tuple[Problem, ...]:
    """The problems for which a scenario is refused."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, policy, overrides)
    return caught.value.problems


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_refused_with_file_key_what_is_allowed_and_what_is_meant(
    mistake: dict[str, Any], tmp_path: Path
) -> None:
    path = write(tmp_path, mistake)
    overrides = {mistake["set"]: mistake["to"]} if "set" in mistake else {}
    problems = refusal(path, overrides=overrides)
    (problem,) = [each for each in problems if each.key == mistake.get("key", "")]
    file = "override" if overrides else str(tmp_path / mistake.get("file", HERE))
    nearest = mistake.get("nearest", "")
    assert problem.file == file
    assert problem.message.startswith(file)
    assert "\n" not in problem.message
    assert problem.nearest == nearest
    for words in (*mistake["says"], *([f"did you mean `{nearest}`?"] if nearest else [])):
        assert words in problem.message


@pytest.mark.parametrize("scenario", ["levant_2014", "core_collapse"])
def test_the_shipped_region_has_three_resolutions(scenario: str) -> None:
    (problem,) = refusal(scenario, overrides={"resolution": 0.4})
    assert problem.message == "override resolution: must be one of 0.25, 0.5, 1.0, got 0.4"


def test_at_least_forty_kinds_of_mistakes_are_tried_under_names_of_their_own() -> None:
    assert len(MISTAKES) >= 40
    assert len({mistake["name"] for mistake in MISTAKES}) == len(MISTAKES)


def test_the_files_that_the_mistakes_spoil_are_valid(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert isinstance(load_scenario(path), Scenario)
    assert check_file(path) == check_file(tmp_path / THERE) == []


def test_all_mistakes_in_all_files_are_reported_at_once(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "child.toml").write_text(
        '[scenario]\nname = "child"\nextends = "small"\nweks = 3\n[core]\nprestige = 7\n[groups.ansaru]\nhub = "isis"\n'
    )
    path.write_text(SCENARIO.replace("skill = 1.5", 'skill = "much"').replace("growth = 0.4", "growth = 9"))
    (tmp_path / THERE).write_text(POLICY.replace("sever_links", "sever_link"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / "child.toml", overrides={"weeks": 0, "territory.strikez": 1})
    found = {(Path(problem.file).name, problem.key) for problem in caught.value.problems}
    assert found == {
        ("child.toml", "weks"), ("child.toml", "core.prestige"), ("child.toml", "groups.ansaru.hub"),
        ("small.toml", "core.skill"), ("small.toml", "parameters.territory.growth"),
        ("pressure.toml", "policy.phases.second.effort.sever_link"),
        ("override", "weeks"), ("override", "parameters.territory.strikez"),
    }  # fmt: skip
    assert len(caught.value.problems) == len(found)
    assert str(caught.value).startswith("8 problems\n")
    assert all(problem.message in str(caught.value) for problem in caught.value.problems)


def test_a_mistake_is_laid_to_the_file_that_wrote_the_key_last(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small.toml"\n[core]\nprestige = 2\nskill = 2.0\n')
    (problem,) = check_file(child)
    assert (problem.file, problem.key, problem.value) == (str(child), "core.prestige", 2)
    (tmp_path / HERE).write_text(SCENARIO.replace("treasury = 1e8", "treasury = -1"))
    assert [Path(problem.file).name for problem in check_file(child)] == ["child.toml", "small.toml"]


def test_a_group_that_a_child_misspells_is_told_from_a_new_one(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small"\n[groups.boko_harem]\nconviction = 0.2\n')
    (problem,) = check_file(child)
    assert problem.key == "groups.boko_harem"
    assert problem.nearest == "boko_haram"
    assert "missing `place`, `lat`, `lon`, `name`, `country`" in problem.message


def test_a_circle_of_parents_names_the_chain(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.toml").write_text(f'[scenario]\nextends = "{parent}"\n')
    problem = check_file(tmp_path / "a.toml")[0]
    chain = " -> ".join(str(tmp_path / f"{name}.toml") for name in "abca")
    assert (problem.file, problem.key) == (str(tmp_path / "c.toml"), "extends") or chain in problem.message
    assert any(chain in each.message for each in check_file(tmp_path / "a.toml"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("levant_2041", "did you mean `levant_2014`?"),
        ("scenarios/levant_2041.toml", "did you mean `levant_2014`?"),
        ("core_only", "is a policy, not a scenario"),
        ("no/such/file.toml", "no such file, nor a shipped scenario; shipped: awakening_2006"),
        ("parameters", "no such file"),
        ("x" * 5000, "no such file"),
        ("null\0byte", "no such file"),
        (".", "is a directory"),
    ],
)
def test_a_scenario_that_is_not_there_is_named_with_the_nearest_shipped_one(name: str, words: str) -> None:
    (problem,) = refusal(name)
    assert problem.message.startswith(name)
    assert words in problem.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("core_onyl", "did you mean `core_only`?"),
        ("levant_2014", "is a scenario, not a policy"),
        (".", "is a directory"),
    ],
)
def test_a_policy_that_is_not_there_is_named_with_the_nearest_shipped_one(
    name: str, words: str, tmp_path: Path
) -> None:
    (problem,) = refusal(write(tmp_path), policy=name)
    assert problem.message.startswith(name)
    assert words in problem.message


def test_a_policy_without_a_phase_in_the_scenario_is_refused_but_a_shortened_run_is_not(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_scenario(path, overrides={"weeks": 2}).weeks == 2
    late = (
        POLICY.replace("2014-08-04", "2018-08-04")
        .replace("end = 2015-01-05\n", "")
        .replace("start = 40", "start = 140")
    )
    late = late.replace("strike_core = 0.4", "strike_core = 0.0")
    (tmp_path / THERE).write_text(late)
    (problem,) = check_file(path)
    assert problem.file == str(tmp_path / THERE)
    assert "no phase of this policy falls within the scenario, 2014-06-09 to 2016-06-05" in problem.message
    assert check_file(tmp_path / THERE) == []


def test_an_inherited_event_may_lie_outside_the_weeks_and_an_own_one_may_not(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = "small"\nstart = 2014-08-11\n')
    assert check_file(child) == []
    child.write_text(child.read_text() + "[timeline.shock]\ndate = 2014-08-05\n")
    assert [problem.key for problem in check_file(child)] == ["timeline.shock.date"]


def test_a_shown_mistake_in_a_part_does_not_hide_behind_what_the_part_lacks(tmp_path: Path) -> None:
    part = tmp_path / "part.toml"
    part.write_text('[scenario]\nrunnable = false\n[groups.a]\ncountry = "NGA"\nhub = "elsewhere"\n')
    assert check_file(part) == []
    part.write_text(part.read_text() + "ambition = 3\n")
    assert [problem.key for problem in check_file(part)] == ["groups.a.ambition"]


def test_a_partners_home_must_hold_land_of_its_countries() -> None:
    home = {"place": "Ankara", "lat": 39.9, "lon": 32.9, "radius_km": 60.0}
    (problem,) = refusal("levant_2014", overrides={"partners.ypg.homelands": [home]})
    assert problem.key == "partners.ypg.homelands.0"
    assert "Ankara at latitude 39.9, longitude 32.9 lies 525 km from the nearest land of SYR" in problem.message
    assert "correct the place or its country" in problem.message
    home["radius_km"] = 1000.0
    assert load_scenario("levant_2014", overrides={"partners.ypg.homelands": [home]}).partners["ypg"].soldiers


def test_partners_of_countries_that_a_scenario_leaves_out_do_not_break_it(tmp_path: Path) -> None:
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('[scenario]\nname = "child"\nextends = ["small", "partners_2014"]\n')
    assert check_file(child) == []
    child.write_text(child.read_text() + '[partners.ypg]\ncountries = ["SYR"]\n')
    assert [problem.key for problem in check_file(child)] == ["partners.ypg.countries.0"]


def test_overrides_that_contradict_one_another_are_refused(tmp_path: Path) -> None:
    problems = refusal(write(tmp_path), overrides={"core": 3, "core.prestige": 0.5})
    assert any("contradicts another override" in problem.message for problem in problems)


def test_phases_in_weeks_are_compared_even_without_a_scenario(tmp_path: Path) -> None:
    text = '[policy]\ntitle = "T"\nmeaning = "M"\n[phases.a]\nend = 5\neffort = { basing = 0.8 }\n'
    path = tmp_path / "policy.toml"
    path.write_text(f"{text}[phases.b]\nstart = 3\neffort = {{ basing = 0.4 }}\n")
    assert ["in week 3 must add up to at most 1, got 1.2 (a + b)" in each.message for each in check_file(path)] == [
        True
    ]


@pytest.mark.parametrize(
    "noise", ["", "a", "[a", "a = [", "[policy]", "[scenario]\nextends = []", "policy = 3", "\ufeff"]
)
def test_whatever_is_in_a_file_checking_it_gives_problems(noise: str, tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_text(noise, encoding="utf-8")
    assert check_file(path)
