"""The static site: works from a disk without a network, whole, the same bytes twice; what it must not replace is refused."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from app_browser import Visit, complaints
from playwright.sync_api import expect

from experiments.app.lesson import lessons
from experiments.batch.errors import UserError
from experiments.claims.page import ORDER
from experiments.claims.stored import read_verdicts
from experiments.site.build import build_site, parts_of
from experiments.site.folder import MANIFEST, built, check_place
from experiments.site.lessons import grid_of
from experiments.site.plan import STEPS, SitePlan, gallery_of

WEEKS, MOST_BYTES = 6, 25_000_000
COMMAND = "inkspot site OUT --scenarios synthetic_plane"
COLUMNS = (
    "claim,outcome,condition,unit,mean,low,high,smallest,verdict,reason,claim_verdict,by_construction,"
    "draws,draws_hold,draws_failed\n"
)
VERDICTS = """C01,people held,stated,people,-5000,-6000,-4000,1000,supported,as expected,supported,,10,6,0
C01,,rival:lost_tips,,,,,,,,contradicted,,,,
C14,alignment,stated,1,0.2,0.1,0.3,0.05,contradicted,the opposite,contradicted,,10,10,0
"""


def plan():
    return SitePlan(gallery_of(["synthetic_plane"], ["core_only"]), weeks=WEEKS)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "verdicts.csv").write_text(COLUMNS + VERDICTS, encoding="utf-8")
    return build_site(plan(), folder / "out", COMMAND, claims=folder)


class DiskVisit(Visit):
    """A page of the site from the disk, the network off."""

    def __init__(self, browser, site, page, width=1500):
        self.context = browser.new_context(viewport={"width": width, "height": 1000}, offline=True)
        self._open(site.as_uri())
        self.page.goto(f"{site.as_uri()}/{page}")


@pytest.fixture
def visit(browser, site):
    opened = []

    def open_page(page, width=1500):
        opened.append(DiskVisit(browser, site, page, width))
        return opened[-1]

    yield open_page
    for each in opened:
        assert not each.outside
        assert not each.complaints
        each.close()


REPLAY = "replays/synthetic_plane.core_only.html"


def test_a_replay_plays_scrubs_and_switches_layers_from_the_disk(visit):
    seen = visit(REPLAY)
    seen.page.locator(".ink-date").wait_for()
    assert seen.colours(0)[0] > 5
    seen.until(lambda: seen.week() == 0, "the start")
    seen.page.locator(".ink-range").focus()
    seen.page.keyboard.press("End")
    seen.until(lambda: seen.week() == WEEKS, "the last week is shown")
    before = seen.colours(0)
    seen.page.get_by_role("button", name="Grievance").click()
    seen.until(lambda: seen.colours(0) != before, "the other layer is painted")
    seen.page.locator("[data-act=reset]").click()
    seen.page.locator("[data-act=play]").click()
    seen.until(lambda: seen.week() > 1, "weeks play")
    seen.until(lambda: seen.page.locator(".ink-chart svg").count() > 5, "charts")


def test_the_first_page_shows_an_embedded_replay(visit):
    seen = visit("index.html")
    frame = seen.page.frame_locator("iframe")
    frame.locator(".ink-date").wait_for()
    expect(frame.locator("footer")).to_be_hidden()
    divider = frame.get_by_role("slider", name="Divider between the two worlds")
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "52")
    frame.get_by_role("button", name="Difference", exact=True).click()
    frame.locator(".ink-title:visible", has_text="Difference: B: ").wait_for()
    frame.get_by_role("combobox", name="Find a group, country or place").fill("core")
    frame.get_by_role("option").first.click()
    frame.locator(".ink-search [role=status]", has_text="is shown").wait_for(state="attached")


@pytest.mark.parametrize("page", ["index.html", "gallery.html", "claims.html", "glossary.html", "about.html", REPLAY])
def test_a_page_fits_a_phone_and_says_what_it_is(visit, page):
    seen = visit(page, width=390)
    seen.page.locator("main").wait_for()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    text = seen.page.locator("body").inner_text()
    assert "A laboratory for assumptions, not a forecast" in text
    assert COMMAND in text
    assert "Model 0." in text


def test_the_claims_wall_shows_cards_and_orders_them(visit):
    seen = visit("claims.html")
    cards = seen.page.locator(".claim")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("C14")  # contradicted claims come first
    seen.page.locator("#order").select_option("fragility")
    seen.until(lambda: "C01" in cards.first.inner_text(), "the most fragile is first")
    expect(cards.first).to_contain_text("another verdict under 1 of 1 rival findings")
    seen.page.locator("#verdict").select_option("contradicted")
    seen.until(lambda: seen.page.locator(".claim:visible").count() == 1, "one verdict is left")


PAGES = ["index.html", "gallery.html", "claims.html", "glossary.html", "about.html", REPLAY]


@pytest.mark.parametrize("width", [1500, 390])
def test_axe_finds_nothing_serious_on_any_page_in_both_themes(visit, width):
    seen, found = visit("about.html", width), []
    folder = seen.page.url.removesuffix("about.html")
    for _ in range(2):
        for page in PAGES:
            seen.page.goto(folder + page)
            seen.page.locator("main").wait_for()
            seen.still()
            found += complaints(seen, f"{page}, {width} pixels wide")
        seen.page.goto(folder + "about.html")
        seen.page.locator("#theme").click()
    assert not found


def test_the_theme_can_be_chosen(visit):
    seen = visit("about.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = seen.page.evaluate(ground)
    seen.page.locator("#theme").click()
    seen.until(lambda: seen.page.evaluate(ground) != before, "another ground")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("href", "src") and value]


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """A site with one lesson, whose challenge has only the settings that it must have."""
    folder = tmp_path_factory.mktemp("taught")
    return build_site(SitePlan({}, ("pledges",), steps=1), folder / "out", "inkspot site OUT --lessons pledges")


def test_a_lesson_is_predicted_drawn_revealed_and_won_from_the_disk(browser, taught):
    visit = DiskVisit(browser, taught, "lessons/pledges.html")
    page, lesson = visit.page, lessons()["pledges"]
    reveal = page.get_by_role("button", name="Show what the model does")
    expect(reveal).to_be_disabled()
    page.get_by_role("button", name=lesson.prediction.words["higher"]).click()
    page.locator("#guess svg").press("End")
    page.locator("#guess svg").press("ArrowUp")
    expect(page.locator("#guess .ink-model")).to_have_count(0)
    reveal.click()
    expect(page.locator("#answer")).to_contain_text(lesson.prediction.wrong["higher"])
    expect(page.locator("#answer")).to_contain_text("Your line ends at")
    expect(page.locator("#guess .ink-model")).to_have_count(1)
    expect(page.locator("#map canvas").first).to_be_visible()
    slider, won = page.get_by_role("slider", name=lesson.challenge.knobs[0].title), page.locator("#score")
    page.get_by_role("button", name="Try it").click()
    expect(won).to_contain_text("not reached")
    at = grid_of(lesson.challenge, 1)[0].index(next(iter(lesson.challenge.winning.values())))
    slider.press("Home")
    for _ in range(at):
        slider.press("ArrowRight")
    page.get_by_role("button", name="Try it").click()
    expect(won).to_contain_text("Won.")
    page.get_by_role("link", name="Lessons", exact=True).first.click()
    expect(page.get_by_role("listitem").filter(has_text=lesson.title)).to_contain_text("won")
    assert visit.outside == []
    assert visit.complaints == []
    visit.context.close()


def test_sliders_have_their_ends_their_start_and_the_setting_that_wins():
    for lesson in lessons().values():
        for knob, settings in zip(lesson.challenge.knobs, grid_of(lesson.challenge, STEPS), strict=True):
            must = {knob.low, knob.high, knob.value, lesson.challenge.winning[knob.key]}
            assert must <= set(settings)
            assert settings == sorted(settings)
            assert len(settings) >= STEPS


def test_all_links_are_relative_and_lead_to_files(site):
    for path in site.rglob("*.html"):
        links = Links()
        links.feed(path.read_text(encoding="utf-8"))
        for link in links.found:
            if link.startswith(("data:", "#")):
                continue
            parts = urlsplit(link)
            assert not parts.scheme, link
            assert not link.startswith("/"), link
            assert (path.parent / parts.path).is_file(), f"{path.name}: {link}"


def test_a_site_is_small_and_names_no_place_of_this_machine(site, tmp_path):
    files = contents(site)
    assert sum(map(len, files.values())) < MOST_BYTES
    for name, content in files.items():
        assert str(site.parent).encode() not in content, name
        assert not re.search(rb"(fetch\(|https?://(?!www\.w3\.org/2000/svg))", content), name


def test_the_same_inputs_give_the_same_bytes_also_where_a_building_was_stopped(site, tmp_path, monkeypatch):
    out = tmp_path / "again"
    with monkeypatch.context() as patched:
        patched.setattr("experiments.site.build.site_files", lambda facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build_site(plan(), out, COMMAND, claims=site.parent)
    assert not out.exists()
    told = []
    build_site(plan(), out, COMMAND, claims=site.parent, progress=told.append)
    assert (told[-1].made, told[-1].reused) == (0, len(parts_of(plan())))
    assert contents(out) == contents(site)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_a_site_replaces_an_earlier_one_and_nothing_else(site, tmp_path):
    out = tmp_path / "out"
    with built(out) as place:
        place.write({"old.html": "x", MANIFEST: json.dumps({"made_by": "inkspot site"})})
    build_site(plan(), out, COMMAND)
    assert not (out / "old.html").exists()
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UserError, match="holds files that `inkspot site` did not make"):
        build_site(plan(), other, COMMAND)
    assert (other / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    with pytest.raises(UserError, match="is a file"):
        check_place(other / "thesis.txt")


def test_wrong_names_and_missing_verdicts_are_refused_in_words(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="did you mean `levant_2014`"):
        gallery_of(["levant_2015"], None)
    with pytest.raises(UserError, match="no shipped policy `core_onli`"):
        gallery_of(None, ["core_onli"])
    with pytest.raises(UserError, match=r"there is no verdicts\.csv"):
        read_verdicts(tmp_path)
    (tmp_path / "verdicts.csv").write_text("claim,verdict\nC01,supported\n", encoding="utf-8")
    with pytest.raises(UserError, match="is no table of verdicts: it lacks"):
        read_verdicts(tmp_path)
    monkeypatch.setattr("experiments.claims.stored.KEPT", tmp_path / "none.csv")
    assert read_verdicts(None) is None


def test_cards_know_every_verdict():
    assert set(ORDER) == {"contradicted", "negligible", "undetermined", "supported"}
