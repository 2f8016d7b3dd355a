"""A comparison place by place: what is stored of each run, differences by country and by province, tables and small maps."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up import POLICIES, SEEDS, build

from experiments.batch.places import COUNTRIES, GROUPS, PROVINCE, places_table
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.measures.places import COLUMNS, MEASURES
from experiments.report.answer import answer
from experiments.report.comparison import draw, render
from experiments.report.place_maps import place_maps
from experiments.report.places import place_part, where_words
from experiments.report.region import region_of
from model import Simulation
from model.scenario import load_scenario


def rows(shifts):
    """Made up: 100,000 people in the country under every policy, with luck shared by seeds; `shifts`: policy -> more."""
    rng = np.random.default_rng(3)
    luck, found = rng.normal(0, 2_000, SEEDS), []
    for policy in POLICIES:
        for seed in range(SEEDS):
            people = 100_000 + luck[seed] + rng.normal(0, 500) + shifts.get(policy, 0)
            values = {"people": people, "attacks": 20.0, "displaced": 0.0, "legitimacy": 0.5}
            found += [(policy, seed, "country", "AAA", measure, value) for measure, value in values.items()]
            values = {"people": people / 2, "fighters": 900.0, "attacks": 3.0, "province": float(seed % 2)}
            found += [(policy, seed, "group", "east", measure, value) for measure, value in values.items()]
            found += [(policy, seed, "group", "west", measure, 0.0) for measure in values]
    return pd.DataFrame(found, columns=COLUMNS)


@pytest.fixture(scope="module")
def evidence():
    return replace(build(), places=rows({"cut": 30_000, "trade": -30_000, "placebo": 2_000}))


def test_what_is_stored_of_places_is_what_the_run_recorded():
    result = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 6}), seed=2).run()
    stored = places_table(result).to_pandas().set_index(["kind", "place", "measure"])["value"]
    last = result.countries[result.countries["week"] == 6].set_index("country")
    assert stored["country", "AAA", "people"] == last.loc["AAA", "people_bloc"]
    assert stored["country", "AAA", "attacks"] == result.countries["attacks"].sum()
    east = result.organisations[result.organisations["organisation"] == "east"]
    assert stored["group", "east", "fighters"] == east["fighters"].iloc[-1]
    assert stored["group", "east", PROVINCE] == float(east["status"].iloc[-1] == "province")
    assert {(kind, measure) for kind, _, measure in stored.index} == {
        *(("country", name) for name in COUNTRIES), *(("group", name) for name in GROUPS), ("group", PROVINCE)
    }  # fmt: skip
    assert set(MEASURES) == {*(("country", name) for name in COUNTRIES), *(("group", name) for name in GROUPS)}


def test_a_comparison_keeps_places_and_older_results_without_them_say_so(tmp_path):
    batch = plan("synthetic_plane", ["core_only", "sever_links"], seeds=2, overrides={"weeks": 4})
    found = compare(batch, tmp_path)
    assert set(found.places["policy"]) == {"core_only", "sever_links"}
    assert ("country", "AAA", "people", "sever_links") in found.place_effects
    older = replace(found, places=found.places.iloc[:0])  # what a folder of an earlier version gives
    assert older.places.empty
    assert "Add --fresh" in place_part(older, ()).missing
    assert where_words(older, ()) == ""


def test_differences_in_places_are_paired_adjusted_and_weighed(evidence):
    found = evidence.place_effects
    worse, better = found["country", "AAA", "people", "cut"], found["country", "AAA", "people", "trade"]
    assert (worse.verdict, worse.weight) == ("worse", "matters")
    assert (better.verdict, better.weight) == ("better", "matters")
    assert found["country", "AAA", "people", "placebo"].weight == "small", "2,000 of 100,000 is no twentieth"
    assert ("group", "west", "people", "cut") not in found, "nothing ever happened there"
    assert all(each.adjusted_p >= each.p or np.isnan(each.p) for each in found.values())


def test_tables_by_country_and_by_province_have_titles_units_and_marks(evidence):
    part = place_part(evidence, ())
    first = part.tables[0]
    name = evidence.scenario.governments["AAA"].name
    assert (first.title, first.kind, first.unit) == (
        "People under the core and its provinces",
        "country",
        "people",
    )
    assert first.rows[0].title == name
    cells = dict(zip(evidence.others, first.rows[0].cells, strict=True))
    assert (cells["cut"].kind, cells["trade"].kind) == ("worse", "better")
    assert re.fullmatch(r"\+(29|30),\d{3}", cells["cut"].number)
    groups = [row for table in part.tables if table.kind == "group" for row in table.rows]
    assert {row.title for row in groups} == {"Eastern group"}
    assert groups[0].note == f"{name}; a province at the end of 50% of all runs"


def test_page_one_says_where_it_gets_worse_and_answers_for_the_places_that_the_question_names(evidence):
    name = evidence.scenario.governments["AAA"].name
    said = answer(evidence).where
    assert f"under “Cut <b>links</b> & more” {name} +" in said
    assert "Trade one" not in said, "it is better there"
    asked = replace(evidence, scenario=evidence.scenario.model_copy(update={"question": f"What becomes of {name}?"}))
    own = answer(asked).where
    assert f"under “Trade one for another” {name} −" in own
    assert f"under “Placebo” {name} +" in own
    assert "no difference that matters" in own


def test_small_maps_colour_what_is_told_and_only_that(evidence):
    images = place_maps(evidence, region_of(evidence).extent)
    assert set(images) == set(evidence.others)
    assert images["cut"].png != images["idle"].png
    assert list(images["cut"].data["place"]) == ["AAA"]
    assert {f"places-{policy}" for policy in evidence.others} <= set(draw(evidence).charts)


def test_the_page_has_the_part_on_places_with_titles_and_no_ids(evidence):
    page = render(evidence)
    part = page[page.index('<div id="places">') :]
    part = part[
        : part.index("</details>\n\n\n") if "</details>\n\n\n" in part else part.index('<div id="differences">')
    ]
    assert "Eastern group" in part
    assert "core_only" not in re.sub(r"<code>.*?</code>", "", part), "but for the names of files and commands"
    assert "By country and province" in page
