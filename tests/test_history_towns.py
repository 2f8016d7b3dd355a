"""Towns in a file of targets: which targets are made of them, and how they are scored."""

from datetime import date

import numpy as np
import pytest

from experiments.history.blocks import facts
from experiments.history.target import SCENARIO, load_targets
from experiments.history.towns import overall, own_towns, theatre_lines, theatre_scores
from experiments.measures.towns import was_held
from model.scenario import load_scenario
from model.scenario.problems import ScenarioError

IRAQ = """
[towns]
dates = [2014-12-31, 2015-12-31]

[towns.theatres.iraq]
title = "Iraq"
countries = ["IRQ"]
discrepancy = 0.1
correlation = 0.5
"""
LATER = """
[towns.held.2016-12-31]
core = ["mosul"]
state = ["ramadi"]
contested = ["hit"]
"""


def loaded(tmp_path, text):
    file = tmp_path / "towns.toml"
    file.write_text(text, encoding="utf-8")
    return load_targets(file)


def test_a_target_is_made_of_each_town_and_day_of_which_it_is_known_who_held_it(tmp_path):
    towns = loaded(tmp_path, IRAQ).towns
    assert (towns["town_mosul_2014_12"].low, towns["town_mosul_2015_12"].low) == (1, 1)
    assert (towns["town_tikrit_2014_12"].low, towns["town_tikrit_2015_12"].low) == (1, 0)
    assert "town_ramadi_2014_12" not in towns  # contested: neither hit nor miss
    assert towns["town_ramadi_2015_12"].low == 0
    assert towns["town_mosul_2014_12"].date == date(2014, 12, 31)
    assert {each.theatre for each in towns.values()} == {"iraq"}
    assert {each.use for each in towns.values()} == {"score"}


def test_a_theatre_is_fitted_as_one_number_and_its_towns_are_few_facts(tmp_path):
    made = loaded(tmp_path, IRAQ)
    assert list(made.fitted()) == ["towns_iraq"]
    assert made.targets["towns_iraq"].observed == 1.0
    towns = list(made.towns.values())
    assert 1.5 < facts(towns, made.groups) < 2
    assert facts([made.targets["towns_iraq"]], made.groups) == 1.0


def test_a_calibration_until_a_day_uses_the_towns_of_the_days_before(tmp_path):
    made = loaded(tmp_path, IRAQ)
    early = made.fitted(date(2015, 6, 30))["towns_iraq"]
    assert early.date == date(2014, 12, 31)
    assert "2014-12-31" in early.text
    assert "2015-12-31" not in early.text
    assert made.fitted(date(2014, 10, 1)) == {}
    assert made.fitted(date(2015, 12, 31)) == made.fitted()


def test_days_after_2015_need_reports_of_their_own_and_are_scored_but_not_fitted(tmp_path):
    later = IRAQ.replace("2015-12-31]", "2015-12-31, 2016-12-31]")
    with pytest.raises(ScenarioError, match=r"\[towns.held.2016-12-31\]` says who held what"):
        loaded(tmp_path, later)
    made = loaded(tmp_path, later + LATER)
    of_2016 = {name: each.low for name, each in made.towns.items() if each.date.year == 2016}
    assert of_2016 == {"town_mosul_2016_12": 1, "town_ramadi_2016_12": 0}
    assert "2016" not in made.targets["towns_iraq"].measure.text
    assert made.reported == {date(2016, 12, 31): {"mosul": "core", "ramadi": "state", "hit": "contested"}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"IRQ"', '"IRX"', 'ISO 3166 codes of countries on the map, got "IRX"'),
        ("discrepancy = 0.1", "", "missing `discrepancy`"),
        ("correlation = 0.5", "correlation = 2.0", "less than or equal to 1, got 2.0"),
        ("discrepancy = 0.1", 'by = "boko_hara"\ndiscrepancy = 0.1', "did you mean `boko_haram`?"),
        ("dates = [2014-12-31,", "dates = [2013-12-31,", "must be from 2014-06-09 to 2015-12-31"),
        ("[towns]", '[towns]\nheld = { 2015-12-31 = { core = ["mosl"] } }', "did you mean `mosul`?"),
        ("[towns]", '[towns]\nheld = { 2015-12-31 = { cor = ["mosul"] } }', "did you mean `core`?"),
        ("dates", "days", "did you mean `dates`?"),
    ],
)
def test_mistakes_in_towns_are_told(tmp_path, old, new, words):
    assert old in IRAQ
    with pytest.raises(ScenarioError) as error:
        loaded(tmp_path, IRAQ.replace(old, new, 1))
    assert words in str(error.value)


def test_brier_scores_are_of_chances_against_what_was_held_and_a_null_in_which_nothing_changes(tmp_path):
    towns = loaded(tmp_path, IRAQ).towns
    truth = {name: each.low for name, each in towns.items()}
    assert overall(theatre_scores(towns, truth))[0] == 0.0
    assert overall(theatre_scores(towns, {name: 1 - low for name, low in truth.items()}))[0] == 1.0
    assert overall(theatre_scores(towns, dict.fromkeys(towns, 0.5)))[0] == 0.25
    two = theatre_scores(towns, {"town_tikrit_2014_12": 0.8, "town_tikrit_2015_12": 0.8})
    assert two["brier"].tolist() == pytest.approx([0.04, 0.64])
    assert two["held"].tolist() == [1, 0]
    fallujah = theatre_scores(towns, {"town_fallujah_2015_12": 1.0})  # held at the start and still
    assert (fallujah["brier"][0], fallujah["unchanged"][0]) == (0.0, 0.0)
    assert np.isnan(overall(theatre_scores(towns, {}))[0])


OWN = """
[targets.mosul_later]
title = "Mosul"
date = 2030-01-01
measure = { town = "mosul" }
low = 0
high = 0
unit = "chance"
error = 0.1
discrepancy = 0.5
source = "made up"
"""


def test_a_town_that_a_file_asks_for_by_itself_is_a_chance_too(tmp_path):
    scenario = load_scenario(SCENARIO)
    made = own_towns(loaded(tmp_path, OWN).targets, scenario)
    (only,) = made.values()
    assert (only.town, only.low, only.date.year) == ("mosul", 0.0, 2030)
    assert theatre_scores(made, {"mosul_later": 0.3})["brier"].tolist() == pytest.approx([0.09])
    assert own_towns(load_targets().targets, scenario) == {}


def test_words_name_theatres_in_which_nothing_changing_is_better(tmp_path):
    towns = loaded(tmp_path, IRAQ).towns
    assert theatre_lines(theatre_scores(towns, {})) == []
    assert "It loses nowhere." in theatre_lines(theatre_scores(towns, {n: each.low for n, each in towns.items()}))[0]
    assert (
        "It loses in iraq." in theatre_lines(theatre_scores(towns, {n: 1 - each.low for n, each in towns.items()}))[0]
    )


def test_shipped_towns_are_judged_on_four_days_and_nowhere_after_2015():
    towns = load_targets().towns
    assert len({each.date for each in towns.values()}) == 4
    assert max(each.date for each in towns.values()) <= date(2015, 12, 31)
    assert len(towns) > 200
    assert facts(list(towns.values()), load_targets().groups) < 30


# Single facts with day or month, as the press and the coalition gave them (AFP, Reuters, IHS, Long War Journal).
FACTS = [
    ("raqqa", date(2014, 1, 14), "core", True), ("mosul", date(2014, 6, 10), "core", True),
    ("kobani", date(2015, 1, 26), "state", True), ("tikrit", date(2015, 3, 31), "state", True),
    ("ramadi", date(2015, 5, 17), "core", True), ("palmyra", date(2015, 5, 21), "core", True),
    ("derna", date(2015, 6, 20), "core", False), ("sirte", date(2015, 6, 30), "core", True),
    ("tal_abyad", date(2015, 6, 30), "core", False), ("ramadi", date(2015, 12, 28), "state", True),
    ("fallujah", date(2015, 12, 31), "core", True), ("sinjar", date(2015, 11, 13), "core", False),
    ("baiji", date(2015, 10, 31), "state", True), ("damasak", date(2015, 7, 31), "boko_haram", True),
    ("bulo_marer", date(2014, 8, 30), "state", True), ("bardhere", date(2015, 7, 22), "shabaab", False),
    ("madagali", date(2014, 12, 31), "boko_haram", True), ("madagali", date(2015, 3, 31), "state", True),
    ("barawe", date(2014, 10, 6), "shabaab", False), ("diinsoor", date(2015, 7, 24), "shabaab", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "day", "by", "held"), FACTS, ids=lambda value: str(value))
def test_towns_agree_with_key_events(name, day, by, held):
    assert was_held(load_scenario(SCENARIO).towns[name], day, by) is held
