"""One page over several scenarios says what turns and what holds."""

import re
from dataclasses import replace

import pytest
from made_up import Shifts, build

from experiments.report.overview import sentences, write_overview


@pytest.fixture(scope="module")
def pair():
    first = build(Shifts({"cut": {"people_provinces": -1.5, "deaths": -1.5}}))
    second = build(Shifts({"cut": {"people_provinces": 1.5, "deaths": -1.5}}))
    return [first, replace(second, scenario=second.scenario.model_copy(update={"name": "elsewhere"}))]


def said(pair):
    return sentences(pair)


def test_a_difference_that_turns_between_scenarios_is_said_first(pair):
    lines = said(pair)
    plane = "A plane with a core in the middle"  # both are called so
    assert lines[0].startswith(
        f"“Cut <b>links</b> & more” on people held by provinces: better in “{plane} (synthetic_plane)”"
    )
    assert lines[0].endswith(f"worse in “{plane} (elsewhere)”.")
    assert (
        "“Cut <b>links</b> & more” on people killed in attacks by the core's bloc: better in every scenario." in lines
    )


def test_where_nothing_turns_the_page_says_so(pair):
    assert said([pair[0], pair[0]])[0].startswith("No difference that is distinguishable from luck reverses")


def test_the_page_names_every_policy_and_links_to_every_report(pair, tmp_path):
    page = write_overview(pair, tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', page) == ["synthetic_plane/report.html", "elsewhere/report.html"]
    assert "Cut &lt;b&gt;links&lt;/b&gt;" in page
    assert all(name in page for name in ("Trade one for another", "Do about the same", "Placebo"))
    assert not re.search(r"<script|https?://", page)
