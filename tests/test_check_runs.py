"""What a check passes runs: governments without land, planes without room, numbers that are none, reports before the run."""

import re
from pathlib import Path
from typing import Any

import pytest

from experiments.app.lesson import FOLDER as LESSONS
from experiments.cli.check import file_problems
from experiments.history.target import TARGETS
from model.scenario import ScenarioError, load_scenario
from model.theatre import load_theatre

LESSON = (LESSONS / "after_the_fall.toml").read_text(encoding="utf-8")
PARAMETERS = ("plane_rows", "plane_columns", "plane_latitude")


def government(**more: Any) -> dict[str, Any]:
    return next(iter(load_scenario("synthetic_plane").governments.values())).model_dump() | more


def refusal(name: str, **overrides: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name, overrides=overrides)
    (problem,) = caught.value.problems
    return problem.message


def test_a_government_without_land_on_the_map_is_refused_and_on_a_plane_it_may_have_any_code():
    overrides = {"governments.ATA": government(name="Antarctica", capital=(-80.0, 0.0))}
    assert "governments.ATA: has no land on the map" in refusal("levant_2014", **overrides)
    overrides = {"governments.ATA": government(), "groups.east.country": "ATA"}  # the eastern stripe
    load_theatre(load_scenario("synthetic_plane", overrides=overrides))


def test_a_plane_has_a_column_for_each_government_and_fits_on_the_globe():
    codes = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH", "III")
    west = [
        {"place": "West", "lat": 0.0, "lon": -4.5}
    ]  # on land of every map below; of the groups' country nothing is left
    nine = {f"governments.{code}": government() for code in codes} | {"groups.east.present": False}
    nine |= {"groups.west.present": False, "core.headquarters": west}
    nine |= {"core.holdings": [west[0] | {"radius_km": 250.0, "control": 0.9}]}
    for theatre, columns, wrong in (
        ("plane", 10, ""),
        ("islands", 10, "lies wholly in the middle, where nobody lives (islands)"),
        ("islands", 60, ""),
    ):
        overrides = nine | {
            "resolution": 1.0,
            "theatre": theatre,
            "theatre.plane_columns": columns,
            "theatre.plane_rows": 10,
        }
        if wrong:
            assert wrong in refusal("synthetic_plane", **overrides)
        else:
            assert set(load_theatre(load_scenario("synthetic_plane", overrides=overrides)).country) == set(range(9))
    high = {"theatre.plane_latitude": 60.0, "theatre.plane_rows": 300}
    assert "plane_rows: must be 4..116 here, got 300" in refusal("synthetic_plane", **high)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("key", ["worst", "best", "low", "high", "value", "margin", "total", "axis"])
def test_no_number_of_a_lesson_may_be_none(key: str, number: str, tmp_path: Path) -> None:
    old = r"axis = \[0" if key == "axis" else rf"\b{key} = [-0-9.e]+"
    new = f"axis = [{number}" if key == "axis" else f"{key} = {number}"
    text, found = re.subn(old, new, LESSON, count=1)
    assert found
    (tmp_path / "lesson.toml").write_text(text)
    assert any("finite" in each.message for each in file_problems(str(tmp_path / "lesson.toml")))


def test_a_goal_whose_best_is_its_worst_is_refused(tmp_path):
    (tmp_path / "lesson.toml").write_text(LESSON.replace("best = 5.9e6", "best = 7.3e6"))
    (problem,) = file_problems(str(tmp_path / "lesson.toml"))
    assert "must have a `best` that differs from its `worst`" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("date = 2015-06-30", "date = 2013-06-30", "or later, when runs of levant_history begin"),
        ("2014 = [", "2013 = [", "2014 or later, when runs of levant_history begin"),
        ("2014 = [", '"²⁰¹⁴" = [', "must be a year, as 2015"),
        ("2014 = [", '"٢٠١٤" = [', "must be a year, as 2015"),
    ],
)
def test_reports_of_before_the_run_or_in_other_numerals_are_refused(old, new, words, tmp_path):
    text = TARGETS.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "targets.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(words in each.message for each in file_problems(str(tmp_path / "targets.toml")))
