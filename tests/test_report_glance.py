"""Page one of a report answers by looking: marks, three paragraphs, a pair of maps, A4 with page numbers, a PDF."""

import os
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from app_browser import complaints
from made_up import POLICIES, Shifts, build, reported

from experiments.batch.errors import UserError
from experiments.measures.evidence import COUNTED
from experiments.measures.smallest import shipped_smallest, smallest_of, weight
from experiments.report import pdf
from experiments.report.answer import answer
from experiments.report.comparison import beside_baseline
from experiments.report.glance import glance, kind_of, leaders, told
from experiments.report.region import named_countries, region_of
from experiments.report.words import any_of
from model.scenario import load_scenario


@pytest.fixture(scope="module")
def evidence():
    return reported()[0]


@pytest.fixture(scope="module")
def page():
    return reported()[1]


def first(page):
    return page[page.index('<header class="first">') : page.index("</header>")]


def row(found, policy):
    return next(row for row in found.rows if row.name == policy)


def test_what_matters_is_decided_by_the_ledgers_rules_and_nowhere_else(evidence):
    rule = shipped_smallest()["people"]
    assert evidence.smallest["people_core"] == rule.relative * evidence.means["core_only", "people_core"]
    assert smallest_of("people_core", 10.0) == rule.absolute
    assert smallest_of("link_money", float("nan")) == 0.0


def test_a_difference_matters_where_it_is_told_from_luck_and_large_enough():
    assert weight(-3.0, -4.0, -2.0, True, 2.5) == "matters"
    assert weight(-3.0, -4.0, -2.0, True, 3.5) == "open"
    assert weight(-3.0, -4.0, -2.0, True, 4.0) == "small"
    assert weight(-3.0, -7.0, 1.0, False, 2.5) == "open"
    assert weight(-0.1, -0.2, 0.1, False, 0.0) == "open", "without a rule nothing is too small"


def test_a_mark_joins_luck_and_size():
    assert kind_of("better", "matters") == "better"
    assert kind_of("worse", "open") == "slightly-worse"
    assert kind_of("better", "small") == "slightly-better"
    assert kind_of("same", "small") == "small"
    assert kind_of("same", "open") == "open"


def test_the_matrix_has_a_mark_for_each_policy_and_counted_outcome_in_shape_and_words(evidence, page):
    found, seen = glance(evidence), first(page)
    assert found.heads[0].label == "people under the core"
    assert seen.count("<svg") == len(evidence.others) * len(COUNTED)
    column = COUNTED.index("people_provinces")
    mark = row(found, "cut").marks[column]
    assert mark.kind == "better"
    assert mark.low < mark.middle < mark.high < 50 - mark.band
    assert mark.number.startswith("−0.")
    assert re.fullmatch(r"−1\d%", mark.share)
    assert "▼" in seen
    assert "better by an amount that matters" in seen


def test_marks_stay_on_their_axis(evidence):
    for each in glance(evidence).rows:
        for mark in each.marks:
            assert 4 - 1e-9 <= min(mark.low, 50 - mark.band) <= max(mark.high, 50 + mark.band) <= 96 + 1e-9


def test_who_gains_most_is_named_with_those_whose_lag_is_luck(evidence):
    assert set(leaders(evidence, "people_provinces")) == {"cut", "trade"}
    assert leaders(evidence, "people_core") == []
    apart = build(Shifts({"cut": {"people_provinces": -3.0}, "trade": {"people_provinces": -1.0}}))
    assert leaders(apart, "people_provinces") == ["cut"]


def test_the_answer_says_what_helps_what_it_costs_and_how_sure_it_is(evidence):
    found = answer(evidence)
    assert "“Trade one for another” or “Cut <b>links</b> & more” lowers people under its provinces (−0." in found.helps
    assert "“Trade one for another” raises people under the core (+0." in found.costs
    assert "not clearly worse" in found.costs
    assert "distinguishable from luck with 12 paired seeds" in found.luck
    assert "Not tested" in found.ignorance


def test_the_answer_turns_when_an_effect_turns(evidence):
    turned = answer(build(Shifts({"cut": {"people_provinces": 1.5}})))
    assert turned.helps == "Against “Strike the core”, no policy improves a counted outcome by an amount that matters."
    assert "“Cut <b>links</b> & more” raises people under its provinces" in turned.costs


def test_an_effect_too_small_to_matter_is_no_help(evidence):
    small = build(Shifts({"cut": {"people_provinces": -0.3}}))
    assert small.effects["cut", "people_provinces"].verdict == "better"
    assert told(small, "cut", ["slightly-better"]) == ["people_provinces"]
    assert "no policy improves" in answer(small).helps


def test_one_policy_has_nothing_to_tell(evidence):
    runs = evidence.runs[evidence.runs["policy"] == "core_only"]
    alone = replace(evidence, policies={"core_only": POLICIES["core_only"]}, runs=runs)
    assert "nothing to compare it with" in answer(alone).helps
    assert glance(alone).rows == []
    assert beside_baseline(alone) == ""


def test_details_are_one_click_away_and_their_links_lead_somewhere(page):
    links = set(re.findall(r'href="#(\w+)"', page))
    assert {"words", "numbers", "maps", "repeat"} <= links
    for name in links:
        assert f'id="{name}"' in page
    assert page.count('<details class="part">') >= 9


def test_a_question_that_names_a_country_is_shown_on_that_country():
    about = load_scenario("awakening_2006")
    assert "IRQ" in named_countries(about.model_copy(update={"title": "A war in Iraq", "question": ""}))
    assert named_countries(about.model_copy(update={"title": "Iraqis abroad", "question": "?"})) == ()


def test_the_region_holds_the_named_country_and_not_the_whole_theatre(evidence):
    scenario = load_scenario("levant_2014", overrides={"resolution": 1.0, "weeks": 4})
    asked = replace(evidence, scenario=scenario.model_copy(update={"question": "What would happen in Mali?"}), ends={})
    region = region_of(asked)
    west, east, south, north = region.extent
    assert region.named == ("MLI",)
    assert not region.whole
    assert west < -8 < 0 < east < 15
    assert south < 12 < 20 < north
    assert east - west < 40


def test_a_pdf_without_a_browser_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(UserError, match="install Chromium or Google Chrome"):
        pdf.browser()
    monkeypatch.setenv(pdf.NAMED, "no-such-browser")
    with pytest.raises(UserError, match="no-such-browser, which is no program here"):
        pdf.browser()


def test_the_pdf_is_of_a4_pages_with_page_one_by_itself(page, tmp_path):
    try:
        pdf.browser()
    except UserError as error:  # `.ci/run` installs one and insists on it
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the PDF is printed by a browser: {error}")
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    content = pdf.write_pdf(path).read_bytes()
    assert content.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} <= {(594, 841), (595, 842), (595, 841), (594, 842)}
    assert len(boxes) > 3


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_report_at_any_width(page, tmp_path, browser, colours):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    context = browser.new_context(color_scheme=colours, offline=True)
    seen = SimpleNamespace(page=context.new_page())
    seen.page.goto((tmp_path / "report.html").as_uri())
    found = []
    for width in (1500, 390):
        seen.page.set_viewport_size({"width": width, "height": 1000})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        found += complaints(seen, f"{colours}, {width} pixels wide")
    context.close()
    assert not found


def test_of_many_alternatives_a_sentence_names_two_and_how_many_more():
    assert any_of(["a"]) == "a"
    assert any_of(["a", "b", "c"]) == "a, b or c"
    assert any_of(["a", "b", "c", "d", "e"]) == "a, b or 3 more"
