"""The page's address follows what is shown; reload, back, forward, a link and a restart of the server bring it back."""

import re

import pytest
from app_browser import started, visits
from playwright.sync_api import expect

from experiments.app.page import SLUGS
from experiments.app.place import LOST, Place
from experiments.app.session import PANELS, Session

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=5"
MEAN = """(each) => each.getContext("2d").getImageData(0, 0, each.width, each.height).data
    .reduce((sum, value) => sum + value) / each.width / each.height / 4"""
MINE = b'[scenario]\ntitle = "Mine"\nextends = ["synthetic_plane"]\n'


def placed(query=""):
    return Place(Session.opened(query), query, SLUGS)


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, TWO) as made:

        def opened(query=TWO, **options):
            page = made(query, **options)
            if "week=5" in query:
                page.shows(5)
            return page

        yield opened


def query(page):
    return page.page.url.partition("?")[2]


def policy(page, name="Policy"):
    return page.page.get_by_role("combobox", name=name).get_attribute("title")


def has_policy(page, title, name="Policy"):
    """Wait until a policy of the page's sentence is of that title."""
    expect(page.page.get_by_role("combobox", name=name)).to_have_attribute("title", title)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_address_says_view_panel_charts_and_what_is_set(slug):
    place = placed("scenario=synthetic_plane&seed=7&week=5")
    place.view, place.session.panel = SLUGS[slug], PANELS[2]
    place.session.charts = (*place.session.charts[1:], place.session.charts[0])
    place.session.override("territory.growth", 0.4, [0])
    again = placed(place.query)
    assert again.query == place.query
    assert (again.view, again.session.panel, again.session.charts) == (
        place.view,
        place.session.panel,
        place.session.charts,
    )
    assert again.session.setting == place.session.setting


def test_an_address_of_plans_opens_them_and_the_map_beside_them_has_its_own():
    place = placed("scenario=synthetic_plane&plan=policy%3Dcore_only")
    assert (place.view, place.query) == ("Compare", "scenario=synthetic_plane&plan=policy%3Dcore_only")
    place.view = "Explore"
    assert placed(place.query).view == "Explore"


def test_an_uploaded_scenario_comes_back_within_the_visit_and_is_told_to_be_lost_after_it():
    place = placed("scenario=synthetic_plane")
    assert place.session.upload("mine.toml", MINE), place.session.error
    mine = place.query
    assert mine == "upload=yes"
    assert place.go("scenario=synthetic_plane")
    assert place.go(mine)
    assert place.session.pair.first.scenario.title == "Mine"
    after = placed(mine)
    assert after.session.error == LOST
    assert after.session.setting.shared


def test_an_address_that_cannot_be_opened_changes_nothing_and_says_why():
    place = placed("scenario=synthetic_plane&seed=7")
    assert not place.go("scenario=nowhere")
    assert "nowhere" in place.session.error
    assert place.session.setting.seed == 7


def test_settings_are_entries_of_the_history_and_back_and_forward_set_them(visit):
    page = visit()
    page.select("Policy", "Cut the links")
    page.until(lambda: "policy=sever_links" in query(page), "the address says the policy")
    page.panel("Policy")
    page.until(lambda: "panel=policy" in query(page), "and the panel")
    page.page.go_back()
    page.until(lambda: "panel" not in query(page) and not page.page.locator(".ink-drawer").count(), "no panel")
    has_policy(page, "Cut the links")
    page.page.go_back()
    page.until(lambda: policy(page) == "No intervention" and page.week() == 5, "the policy before, in its week")
    page.page.go_forward()
    page.until(lambda: policy(page) == "Cut the links", "forward again")
    page.page.get_by_role("button", name="Glossary").click()
    page.until(lambda: "view=glossary" in query(page), "another view")
    page.page.reload()
    page.page.locator("dt", has_text="ink spot").first.wait_for()
    page.page.get_by_role("button", name="Explore").click()
    page.until(lambda: "view" not in query(page), "the first view needs no word")
    page.until(lambda: policy(page) == "Cut the links", "the settings are still there")
    page.page.go_back()
    page.page.locator("dt", has_text="ink spot").first.wait_for()


def test_weeks_that_play_are_in_the_address_without_entries_of_the_history(visit):
    page = visit()
    entries = page.page.evaluate("history.length")
    page.page.locator('[data-act="play"]').click()
    page.until(lambda: page.week() > 12, "weeks have played")
    week = page.pause()
    page.until(lambda: f"week={week}&" in query(page) + "&", "the address has the week")
    assert page.page.evaluate("history.length") == entries
    page.page.reload()
    page.arrived()
    page.shows(week)
    has_policy(page, "Strike the core", "Compare with")


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "refused"])
def test_share_copies_the_short_link_and_shows_it(visit, allowed):
    page = visit(permissions=["clipboard-read", "clipboard-write"] if allowed else [])
    seed = page.page.get_by_label("Seed")
    seed.fill("7")
    seed.press("Enter")
    page.until(lambda: "seed=7" in query(page), "the address says the seed")
    if not allowed:
        page.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
        page.page.evaluate("() => { document.execCommand = () => false; }")
    page.page.get_by_role("button", name="Share").click()
    field = page.page.get_by_label("Link to the page as it is")
    page.until(lambda: field.input_value() == page.page.url, "the link of the page as it is")
    page.page.get_by_text("Copied. This link" if allowed else "Copy this link.").wait_for()
    if allowed:
        assert page.page.evaluate("navigator.clipboard.readText()") == page.page.url
    page.page.get_by_role("button", name="Close").click()
    field.wait_for(state="detached")


def test_of_an_uploaded_scenario_the_page_says_that_no_address_holds_it(visit, tmp_path):
    page = visit()
    (tmp_path / "mine.toml").write_bytes(MINE)
    page.panel("Downloads")
    page.page.get_by_label("Choose a scenario file").set_input_files(tmp_path / "mine.toml")
    page.page.get_by_text("which no address can hold").wait_for()
    expect(page.page.get_by_role("button", name="Share")).to_be_disabled()
    page.until(lambda: query(page) == "upload=yes&panel=downloads", "the address names no file")
    page.page.reload()
    page.page.locator(".ink-error", has_text="cannot hold an uploaded scenario").wait_for()


def test_a_server_that_was_killed_and_started_again_is_found_with_week_and_settings(browser):
    with started() as (port, _, process), visits(browser, f"http://localhost:{port}", TWO) as made:
        page = made()
        page.shows(5)
        page.select("Policy", "Cut the links")
        page.until(lambda: "policy=sever_links" in query(page), "the address says the policy")
        page.until(lambda: page.week() == 5, "the week again")
        process.kill()
        process.wait(30)
        page.page.locator(".ink-gone", has_text="The server does not answer").wait_for()
        page.page.evaluate("window.before = true")
        with started(port=port):
            page.page.wait_for_function("!window.before && window.inkspotFrames > 0")
            page.until(lambda: page.week() == 5, "the week is back")
            has_policy(page, "Cut the links")
            expect(page.page.locator(".ink-gone")).to_have_count(0)
            page.complaints[:] = [each for each in page.complaints if not re.search("WebSocket|ERR_CONNECTION", each)]
            page.page.goto("about:blank")


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_presenting_hides_all_but_map_charts_and_time_axis_until_it_is_ended(visit, way):
    page = visit()
    page.page.get_by_role("button", name="Present", exact=True).click()
    for hidden in (".ink-header", ".ink-top", ".ink-side", ".ink-tools", ".ink-chart-tools"):
        page.page.locator(hidden).first.wait_for(state="hidden")
    for shown in (".ink-pane canvas", ".ink-range", '[data-chart="people_core"] svg'):
        expect(page.page.locator(shown).first).to_be_visible()
    page.still()
    assert page.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.page.keyboard.press("ArrowRight")  # the map has the keys
    page.until(lambda: page.week() == 6, "the next week")
    end = page.page.get_by_role("button", name="End presentation")
    expect(end).to_be_visible()
    page.page.keyboard.press("Escape") if way == "Escape" else end.click()
    page.page.locator(".ink-top").wait_for()
    expect(end).to_have_count(0)
    page.until(
        lambda: page.page.evaluate("document.activeElement.textContent") == "Present", "the button has the focus"
    )


@pytest.mark.parametrize(("width", "dark"), [(1500, False), (1024, True), (390, False)])
def test_all_of_it_is_printed_on_paper_without_what_can_only_be_clicked(visit, width, dark):
    page = visit(width=width)
    if dark:
        page.page.evaluate("localStorage.setItem(':solara:theme.variant', '\"dark\"')")
        page.page.reload()
        page.page.locator(".ink-map.ink-dark").wait_for()
        page.arrived()
        page.shows(5)
    ground = page.page.locator(".ink-pane canvas").bounding_box()
    page.page.mouse.click(ground["x"] + 0.25 * ground["width"], ground["y"] + ground["height"] / 2)
    page.page.locator(".ink-card").wait_for()
    sheets = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type */Page\b", sheets)) == 2  # the stage, and the card
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    boxes = {}
    for part in ("h2", ".ink-paper-map canvas", ".ink-paper-charts svg", ".ink-legend", ".ink-dates", ".ink-card"):
        box = boxes[part] = page.page.locator(f".ink-paper {part}").first.bounding_box()
        assert min(box["width"], box["height"]) > 0, part
    wide, high = 1047, 718  # pixels of A4 across without margins
    assert wide / 4 < boxes[".ink-paper-map canvas"]["width"] < wide
    assert boxes[".ink-dates"]["y"] < high
    light = page.page.locator(".ink-paper canvas").first.evaluate(MEAN)
    assert light > 150, "paper is light"
    said = page.page.locator(".ink-paper h2").inner_text()
    assert said == "A plane with a core in the middle under No intervention compared with Strike the core with seed 0."
    for control in (".ink-nav", ".ink-acts", ".ink-tools", ".ink-zoom", ".v-tabs-bar"):
        expect(page.page.locator(control).first).to_be_hidden()
    page.page.emulate_media(media="screen")
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.page.locator(".ink-paper")).to_have_count(0)
    expect(page.page.locator(".ink-stage")).to_be_visible()
