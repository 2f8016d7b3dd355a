"""The HTML ledger says what the judgements say, leads with what is contradicted, and asks nothing of the network."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from made_up_claims import DRAWS, SEEDS, VERDICTS, build, without_doubts

from experiments.claims.assumptions import assumed
from experiments.claims.page import ORDER, render, write_page
from experiments.claims.page_figures import course, forest, strip
from experiments.claims.page_words import SYMBOLS, effect
from experiments.measures.numbers import number
from model.scenario.declarations import declarations

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Checks that every tag is closed in turn, and keeps addresses and what is closed by the summary of which claim."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.addresses, self.claims = [], [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.addresses += [given[key] for key in ("src", "href", "action", "srcset", "xlink:href") if key in given]
        if tag == "details" and given.get("class") == "claim":
            self.claims.append(given["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def words(page):
    """The page as a reader sees it, without style, script, pictures and tags."""
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>|<[^>]*>", " ", page, flags=re.S)
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(written, meant)
    return " ".join(text.split())


def part(page, name):
    """One claim's part of the page."""
    start = page.index(f'<details class="claim" id="{name}">')
    return page[start : page.index('<p class="small">Command to repeat it:</p>', start) + 200]


@pytest.fixture(scope="module")
def ledgered():
    return build()


@pytest.fixture(scope="module")
def page(ledgered):
    return render(ledgered)


def test_the_page_is_well_formed_and_asks_nothing_of_the_network(page):
    reader = read(page)
    assert reader.addresses
    assert all(address.startswith(("#", "data:")) for address in reader.addresses)
    assert not re.search(r"<link|@import|<iframe|<script[^>]+src|url\(|https?://|fetch\(|XMLHttpRequest", page)


def test_links_within_the_page_lead_somewhere_and_ids_are_unique(page):
    reader = read(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert {address[1:] for address in reader.addresses if address.startswith("#")} <= set(reader.ids)


def test_every_claim_is_there_once_and_what_is_contradicted_comes_first(page, ledgered):
    claims = read(page).claims
    assert sorted(claims) == sorted(ledgered.judgements)
    verdicts = [ledgered.judgements[name].verdict for name in claims]
    assert verdicts == sorted(verdicts, key=ORDER.index)
    assert ORDER[0] == verdicts[0] == "contradicted"
    sections = [read(page).ids.index(name) for name in ("contradictions", "overview", "claims")]
    assert sections == sorted(sections)


def test_the_verdicts_of_the_made_up_ledger_are_those_planted(ledgered):
    assert {name: each.verdict for name, each in ledgered.judgements.items()} == VERDICTS


def test_counts_are_those_of_the_judgements(page):
    seen = words(page)
    for verdict in ORDER:
        assert f"{SYMBOLS[verdict]} {list(VERDICTS.values()).count(verdict)} {verdict}" in seen
    lead = (
        "Of 6 claims put to the test, the model contradicts 1 , supports 4, finds the effect of 0 too small to matter"
    )
    assert f"{lead}, and leaves 1 undetermined" in seen


def test_effects_intervals_and_pairs_are_those_of_the_findings(page, ledgered):
    for name, judgement in ledgered.judgements.items():
        seen = words(part(page, name))
        for finding in judgement.findings:
            assert f"{finding.name}: {effect(finding)}; expected" in seen
            assert number(finding.low) in seen
            assert number(finding.high) in seen
            assert f"{finding.pairs} pairs, adjusted p " in seen
        assert f"{SEEDS} paired seeds, {len(judgement.claim.used_arms)} arms" in seen


def test_a_claim_opens_to_all_that_stands_behind_it(page, ledgered):
    seen, claim = words(part(page, "C01")), ledgered.judgements["C01"].claim
    for text in (claim.statement, claim.find_by, claim.section, claim.why, "60 weeks of", "levant_2014", "core_only",
                 "without the mechanism: pledges of nearby groups make further pledges more likely",
                 "mechanisms.pledging.contagion = false", "as it is", "in all arms distance over which the influence of "
                 "another group's pledge falls by 63%: 3000 km instead of 2200",
                 "What would change the verdict", "With sovereign subordinates", "inkspot claims C01"):  # fmt: skip
        assert text in seen
    assert "What would change the verdict" in words(part(page, "R3"))
    assert "Tsvetovat and Carley 2005" in words(part(page, "R3"))


def test_rival_findings_and_ablations_are_told_with_their_verdicts(page, ledgered):
    judgement = ledgered.judgements["C01"]
    seen = words(part(page, "C01"))
    for rival, found in judgement.under.items():
        assert (
            f"with {rival.replace('_', ' ')}: {SYMBOLS[found[0].verdict]} {found[0].verdict} {effect(found[0])}" in seen
        )
    assert f"with its own mechanisms off: ? undetermined {effect(judgement.off[0])}" in seen
    assert "C01 Pledges are contagious : ✗ contradicted ; with rivals.sovereign_subordinates ✓ supported" in words(page)


def test_a_claim_supported_with_its_mechanisms_off_is_pointed_out(page, ledgered):
    defects = [name for name, each in ledgered.judgements.items() if each.off_verdict == "supported"]
    assert defects
    assert f"Something else supports them: {', '.join(defects)}" in words(page)


def test_draws_are_told_and_drawn_one_bar_each(page, ledgered):
    share = ledgered.judgements["C02"].draws[0]
    seen = part(page, "C02")
    told = f"the sign holds in {share.holds} of {share.count - share.failed} draws"
    assert told in words(seen)
    assert f"nothing happens in {share.nothing}" in words(seen)
    assert "1 more could not be measured" in words(seen)
    drawn = {
        kind: len(re.findall(f'class="{kind}"', strip(share))) for kind in ("holds", "reversed", "nothing", "failed")
    }
    assert drawn == {
        "holds": share.holds,
        "reversed": share.reversed_,
        "nothing": share.nothing,
        "failed": share.failed,
    }
    assert sum(drawn.values()) == DRAWS


def test_assumptions_have_value_range_and_source(page, ledgered):
    claim = ledgered.judgements["C01"].claim
    rows = {row["name"]: row for row in assumed(claim)}
    assert set(rows) == {"pledging.contagion", "pledging.contagion_km"}
    assert rows["pledging.contagion_km"]["value"] == 3000.0
    declared = declarations().parameters["pledging"]["contagion"]
    seen = words(part(page, "C01"))
    assert f"pledging.contagion {declared.value:g} {declared.low:g} to {declared.high:g} {declared.unit}" in seen
    assert declared.source in seen
    arms = {row["name"]: row["arms"] for row in assumed(ledgered.judgements["C45"].claim)}
    assert arms["half_effort.information"] == {"libya_without": 1.0}


def test_what_comes_from_the_ledger_is_escaped(page):
    assert "<b>likelier</b>" not in page
    assert "&lt;b&gt;likelier&lt;/b&gt; &amp; sooner" in page
    assert "ValueError: &lt;boom&gt;" in page


def test_pictures_are_well_formed_and_hold_every_pair(page, ledgered):
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.S)
    findings = [finding for each in ledgered.judgements.values() for finding in each.findings]
    assert len(drawings) >= 2 * len(findings)
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).get("aria-label")
    for finding in findings:
        assert forest(finding, {}).count('class="dot"') == finding.pairs


def test_sweeps_show_the_means_of_their_arms_in_order(page, ledgered):
    finding = ledgered.judgements["C17"].findings[0]
    drawing = course("payoff", "1", finding.values, ["n0", "n2", "n4", "n8"], True)
    assert drawing.count('class="mean"') == 4
    assert [drawing.index(f">{arm}<") for arm in ("n0", "n2", "n4", "n8")] == sorted(
        drawing.index(f">{arm}<") for arm in ("n0", "n2", "n4", "n8")
    )
    means = [float(np.mean(finding.values[arm])) for arm in ("n0", "n2")]
    assert f"n0 {number(means[0])}; n2 {number(means[1])}" in drawing
    assert "rank correlation of" in words(part(page, "C17"))


def test_a_quick_look_says_what_it_left_out(ledgered):
    bare = render(without_doubts(ledgered))
    read(bare)
    seen = words(bare)
    assert "Rival findings were left out of this run" in seen
    assert "Not searched for in this run." in seen
    assert "not run" in seen
    assert "Over parameter draws" not in seen
    assert "inkspot claims C01 --seeds 4 --draws 0 --no-rivals --quick" in seen


def test_empty_sections_are_said_to_be_empty():
    supported = render(build(["C02"]))
    read(supported)
    seen = words(supported)
    assert "None of the 1 claims: nothing distinguishable" in seen
    assert "No claim is contradicted." in seen
    assert "No claim is undetermined." in seen
    assert "No verdict changes under" not in seen
    nothing = render(build([]))
    read(nothing)
    assert "Of 0 claims put to the test" in words(nothing)


def test_an_outcome_that_was_never_measured_is_told_as_such(ledgered):
    judgement = ledgered.judgements["C02"]
    gone = {arm: np.full(SEEDS, np.nan) for arm in judgement.findings[0].values}
    empty = replace(judgement.findings[0], values=gone, statistic=np.array([]), mean=np.nan, low=np.nan, high=np.nan,
                    p=np.nan, adjusted_p=np.nan, verdict="undetermined")  # fmt: skip
    unmeasured = replace(judgement, findings=[empty], verdict="undetermined", off=[], off_verdict="")
    page = render(replace(ledgered, judgements={"C02": unmeasured}))
    read(page)
    assert "pledges made: not measured; expected higher" in words(page)
    assert "Nothing could be measured." in page


def test_multiple_testing_and_limits_are_stated(page, ledgered):
    seen = words(page)
    tests = sum(len(each.findings) for each in ledgered.judgements.values())
    assert f"{tests} outcomes were judged together" in seen
    assert "Benjamini and Hochberg" in seen
    assert "not a forecast" in seen
    assert "does not make it true of the world" in seen


def test_the_page_works_without_its_script(page):
    without = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert '<div class="filter" role="group" aria-label="Show claims by verdict" hidden>' in without
    assert not re.search(r'<details class="claim"[^>]*hidden|<section class="verdicts"[^>]*hidden', without)


def test_a_headline_experiment_in_the_folder_is_included_and_none_is_missed(ledgered, tmp_path):
    folder = tmp_path / "headline"
    folder.mkdir()
    (folder / "headline.json").write_text(
        '{"title": "It backfires in 7 of 9 worlds", "second": "S.", "third": "T.",'
        ' "sentences": ["Of 72 <i>comparisons</i>"], "command": "inkspot headline --points 9", "model_version": "another"}'
    )
    (folder / "headline.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    path = write_page(ledgered, tmp_path)
    page = path.read_text(encoding="utf-8")
    read(page)
    assert "It backfires in 7 of 9 worlds" in words(page)
    assert "Of 72 <i>comparisons</i>" in words(page)
    assert "run with another version of the model" in words(page)
    assert "data:image/svg+xml;base64," in page
    assert 'id="headline"' not in render(ledgered)


def test_the_page_is_written_where_it_is_asked_for_and_is_the_same_each_time(ledgered, page, tmp_path):
    path = write_page(ledgered, tmp_path)
    assert path == tmp_path / "ledger.html"
    assert path.read_text(encoding="utf-8") == page
    assert write_page(ledgered, tmp_path / "other.html") == tmp_path / "other.html"
