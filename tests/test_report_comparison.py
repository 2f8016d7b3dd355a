"""The report says what the data say, and nothing of the network."""

import base64
import re
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from made_up import POLICIES, Shifts, build, reported
from matplotlib.image import imread

from experiments.measures.evidence import COUNTED
from experiments.report.comparison import render, write_report
from experiments.report.comparison_tables import effort
from experiments.report.findings import findings, phrase
from model.record import OUTCOMES


@pytest.fixture(scope="module")
def evidence():
    return reported()[0]


@pytest.fixture(scope="module")
def page():
    return reported()[1]


def images(page, kind):
    return [base64.b64decode(text) for text in re.findall(rf'src="data:image/{re.escape(kind)};base64,([^"]+)"', page)]


def words(page):
    """The page as a reader sees it, without style, pictures and tags."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
    return " ".join(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#39;", "'").split())


def found_for(evidence, name):
    return next(found for found in findings(evidence).policies if found.name == name)


def test_the_report_asks_nothing_of_the_network(page):
    addresses = re.findall(r"(?:src|href|action|poster|srcset)\s*=\s*[\"']([^\"']*)", page) + re.findall(
        r"url\(([^)]*)", page
    )
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert not re.search(r"<script|<link|@import|<iframe", page)


def test_pictures_inside_the_report_ask_nothing_of_the_network_either(page):
    for image in images(page, "svg+xml"):
        text = image.decode()
        used = re.findall(r"(?:xlink:href|href|src)=\"([^\"]*)\"", text) + re.findall(r"url\(([^)]*)\)", text)
        assert all(address.startswith(("#", "data:")) for address in used)


def test_every_policy_and_every_outcome_is_named(page, evidence):
    seen = words(page)
    for each in evidence.policies.values():
        assert each.title in seen
        assert each.meaning in seen
    for outcome in OUTCOMES.values():
        assert outcome.meaning in seen


def test_what_comes_from_files_is_escaped(page):
    assert "<b>links</b>" not in page
    assert "Cut &lt;b&gt;links&lt;/b&gt; &amp; more" in page


def test_the_answer_follows_the_data(evidence):
    found = found_for(evidence, "cut")
    assert [effect.outcome for effect in found.counted("better")] == ["people_provinces"]
    assert "people held by provinces" in found.summary
    assert found.summary.startswith("Better than “Strike the core”")
    assert "alignment" in {effect.outcome for effect in found.effects["changed"]}


def test_the_wording_flips_when_the_sign_of_an_effect_flips():
    flipped = build(Shifts({"cut": {"people_provinces": 1.5}}))
    found = found_for(flipped, "cut")
    assert found.summary.startswith("Worse than “Strike the core” on people held by provinces")
    sentences = dict(findings(flipped).outcomes)
    assert re.match(r"higher under “Cut <b>links</b> & more” \(\+0\.[4567]", sentences["People held by provinces"])
    assert "Better than" not in " ".join(findings(flipped).overview)


def test_a_trade_off_is_called_a_trade_off_and_both_sides_are_named(evidence):
    found = found_for(evidence, "trade")
    assert found.summary.startswith("A trade-off")
    assert "better on people held by provinces; worse on people held by the core" in found.summary
    assert any(
        "Trade one" in line and "but raises people held by the core" in line for line in findings(evidence).conflicts
    )


def test_what_cannot_be_told_is_said(evidence, page):
    found = found_for(evidence, "idle")
    assert (
        found.summary
        == "No difference from “Strike the core” is distinguishable from luck at this number of seeds, on any outcome."
    )
    same = sum(effect.verdict == "same" for effect in evidence.effects.values())
    assert f"{same} of {len(evidence.effects)} differences" in words(page)
    assert "not distinguishable" in words(page).lower()


def test_a_policy_that_should_not_work_is_held_against_doing_nothing(evidence):
    assert "As expected: no detectable improvement" in found_for(evidence, "placebo").caution
    helping = build(Shifts({"placebo": {"deaths": -2.0}}))
    assert "Unexpected: it is better than “No intervention” on people killed" in found_for(helping, "placebo").caution


def test_no_policy_is_called_the_best(page):
    assert not re.search(r"\bthe best policy\b(?! of each seed)|\bbest policy is\b|\bwinner\b", words(page))


def test_the_frontier_holds_what_nothing_beats_on_both_means(evidence):
    names = ("people_core", "people_provinces")
    means = evidence.runs.groupby("policy")[list(names)].mean()
    leading = evidence.frontier(names)
    assert "cut" in leading
    assert "trade" not in leading or means.loc["trade", names[1]] < means.loc["cut", names[1]]
    for name in leading:
        assert not ((means < means.loc[name]).all(axis=1)).any()


def test_an_effect_in_words_has_amount_interval_and_evidence(evidence):
    words = phrase(evidence, evidence.effects["cut", "people_provinces"])
    assert re.fullmatch(
        r"people held by provinces lower by 0\.\d+ million "
        r"\(95% interval −0\.\d+ to −0\.\d+ million; strong evidence: 12 of 12 pairs of runs agree\)",
        words,
    )


def test_numbers_are_written_in_a_scale_that_can_be_read(evidence):
    written = evidence.formats["people_core"]
    assert written.unit == "million"
    assert written.number(4_000_000).startswith("4.0")
    assert written.signed(-500_000).startswith("−0.5")
    assert written.signed(500_000).startswith("+0.5")
    assert written.signed(1.0).strip("0.") == "", "nothing is not signed"
    assert written.number(float("nan")) == "–"
    assert evidence.formats["attacks_state"].divisor == 1


def test_pictures_are_there_and_not_blank(page, evidence):
    drawings = images(page, "svg+xml")
    assert len(drawings) == len(COUNTED) + 2 + 2 + len(evidence.policies) + 1
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).tag.endswith("svg")
        assert drawing.count(b"<path") > 20
    maps = images(page, "png")
    assert len(maps) == len(evidence.policies) + 2, "page one has a pair of them"
    for image in maps:
        pixels = imread(BytesIO(image))[..., :3]
        assert pixels.std() > 0.05
        assert (np.ptp(pixels, axis=-1) > 0.3).any(), "some pixels have a colour"
    assert all(text for text in re.findall(r'<img [^>]*alt="([^"]*)"', page))
    assert len(page) < 4_000_000


def test_failed_runs_are_listed_with_how_to_repeat_them(evidence, page):
    runs = evidence.runs.copy()
    runs.loc[runs.index[-1], ["status", "error"]] = ["failed", "ValueError: <boom>"]
    failed = replace(evidence, runs=runs)
    told = render(failed)
    assert "1 of 72 runs failed" in words(told)
    assert "ValueError: &lt;boom&gt;" in told
    assert runs["repeat"].iloc[-1] in told
    assert "Failed runs" not in page


def test_assumptions_limits_and_reproduction_are_stated(page, evidence):
    seen = words(page)
    for part in ("territory.growth", "pledging.contagion", "network_healing", "no forecast", "not calibrated",
                 evidence.scenario.digest, "Seeds 0 to 11", "inkspot compare synthetic_plane --policies core_only,cut,",
                 "made up throughout"):  # fmt: skip
        assert part in seen


def test_two_policies_with_one_seed_make_a_report_without_intervals(evidence):
    some = ["core_only", "cut"]
    runs = evidence.runs[evidence.runs["policy"].isin(some) & (evidence.runs["seed"] == 0)]
    small = replace(
        evidence,
        policies={name: POLICIES[name] for name in some},
        seeds=[0],
        runs=runs,
        series=evidence.series[evidence.series["seed"] == 0],
        events=evidence.events.iloc[:0],
    )
    seen = words(render(small))
    assert "at least two seeds" in seen
    assert "No group pledged in any run" in seen


def test_one_policy_alone_has_nothing_to_be_compared_with(evidence):
    runs = evidence.runs[evidence.runs["policy"] == "core_only"]
    alone = replace(evidence, policies={"core_only": POLICIES["core_only"]}, runs=runs)
    assert "nothing to compare" in words(render(alone))


def test_unequal_cost_is_pointed_out(evidence):
    runs = evidence.runs.copy()
    runs["effort_spent"] = np.where(runs["policy"] == "no_intervention", 0.0, 200.0)
    said = effort(replace(evidence, runs=runs))
    assert "Not all policies spend the same allied effort: the baseline spends 200" in said
    assert "but “No intervention” 0" in said
    runs["effort_spent"] = 200.0
    assert effort(replace(evidence, runs=runs)).startswith("All policies spend the same allied effort (200")


def test_the_report_is_written_where_it_is_asked_for_and_is_the_same_each_time(evidence, page, tmp_path):
    path = write_report(evidence, tmp_path / "report.html")
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8") == page


def test_every_chart_lies_beside_the_report_as_svg_png_and_numbers(evidence, tmp_path):
    write_report(evidence, tmp_path / "report.html")
    folder = tmp_path / "figures"
    names = {path.stem for path in folder.glob("*.svg")}
    assert {"difference-people_core", "course-cut", "pledges-all"} <= names
    for name in names:
        assert imread(folder / f"{name}.png").ndim == 3
        assert len(pd.read_csv(folder / f"{name}.csv")) > 0
    assert {f"map-{policy}" for policy in POLICIES} <= {path.stem for path in folder.glob("*.png")}
    course = pd.read_csv(folder / "course-cut.csv")
    assert (course["people_core_10"] <= course["people_core_90"]).all()


def test_a_policy_that_brings_more_effort_says_so_in_its_title_and_its_findings(evidence):
    more = evidence.policies["no_intervention"].model_copy(update={"on_top": True})
    runs = evidence.runs.copy()
    runs["effort_spent"] = np.where(runs["policy"] == "no_intervention", 300.0, 200.0)
    dear = replace(evidence, runs=runs, policies={**evidence.policies, "no_intervention": more})
    found = next(each for each in findings(dear).policies if each.name == "no_intervention")
    assert found.title.endswith("(more effort)")
    assert "(more effort)" in dear.title("no_intervention")
    assert found.summary.endswith("It spends +50% effort.")
    runs["effort_spent"] = np.where(runs["policy"] == "no_intervention", 204.0, 200.0)
    near = replace(evidence, runs=runs)
    assert effort(near).startswith("All policies spend about the same allied effort")
    assert not near.cost("no_intervention")
