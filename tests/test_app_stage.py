"""The stage in a real browser: one screen without scrolling, its sentence, charts beside the map, drawer and sheet."""

import re

import pytest
from app_browser import visits
from playwright.sync_api import expect

from experiments.app.chart_view import HEADLINES, SHOWN, TITLES

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=5"
OVERLAP = """() => {
    const boxes = [...document.querySelectorAll(".ink-header, .ink-top, .ink-ground, .ink-courses, .ink-side, .ink-time")]
        .map((each) => [each.className, each.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
    const met = (one, two) => Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
        Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1;
    return boxes.flatMap(([name, one], at) =>
        boxes.slice(at + 1).filter(([, two]) => met(one, two)).map(([other]) => [name, other]));
}"""
PARTS = ".ink-sentence, .ink-acts, .ink-what-if, .ink-ground, .ink-courses .ink-plot, .ink-side"
OUTSIDE = """(parts) => [...document.querySelectorAll(parts)]
    .map((each) => [each.className, each.getBoundingClientRect()])
    .filter(([, box]) => box.right > innerWidth + 1 || box.bottom > innerHeight + 1).map(([name]) => name)"""
SCROLLED = """() => [...document.querySelectorAll("html, body, .solara-content-main, .solara-content-main *")]
    .filter((each) => each.contains(document.querySelector(".ink-stage")) && each.scrollHeight > each.clientHeight + 1)
    .map((each) => each.className)"""


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, TWO) as made:

        def opened(query=TWO, **size):
            page = made(query, **size)
            if "week=5" in query:
                page.shows(5)
            return page

        yield opened


@pytest.mark.parametrize(("width", "height"), [(1500, 900), (1024, 768)])
def test_all_of_it_is_on_one_screen_and_nothing_lies_on_something_else(visit, width, height):
    page = visit(width=width, height=height)
    page.still()
    assert page.page.evaluate(SCROLLED) == []
    assert page.page.evaluate(OUTSIDE, PARTS) == []
    assert page.page.evaluate(OVERLAP) == []
    parts = (".ink-sentence", ".ink-acts", ".ink-what-if button")
    middles = [box["y"] + box["height"] / 2 for box in (page.page.locator(part).bounding_box() for part in parts)]
    rows = [round(middle / 20) for middle in middles]
    assert len(set(rows)) == (1 if width > 1400 else 2), "the strip is one row, or two where there is little room"
    ground = page.page.locator(".ink-ground").bounding_box()
    for panel in ("Policy", "Assumptions", "Uncertainty", "Downloads"):
        page.page.locator(f'.v-tab:has-text("{panel}")').click()
        page.page.locator(".ink-drawer").wait_for()
        assert page.page.evaluate(OVERLAP) == []
        assert page.page.locator(".ink-ground").bounding_box() == ground
        expect(page.page.locator('.ink-courses [data-chart="people_core"] svg')).to_be_visible()


def test_the_sentence_says_what_is_set_and_its_menus_set_it(visit):
    page = visit()
    said = [each.get_attribute("title") for each in page.page.locator(".ink-sentence select").all()]
    assert said == ["A plane with a core in the middle", "No intervention", "Strike the core"]
    page.select("Compare with", "nothing else")
    page.until(lambda: page.page.locator(".ink-key .ink-item").count() == 1, "one world")
    seed = page.page.get_by_label("Seed")
    seed.fill("7")
    seed.press("Enter")
    page.page.get_by_role("button", name="Undo").click()
    page.until(lambda: seed.input_value() == "0", "the seed is taken back")
    page.page.get_by_role("button", name="Redo").click()
    page.until(lambda: seed.input_value() == "7", "and put again")
    page.select("Policy", "Cut the links")
    page.select("Scenario", "A province driven out of its town")
    policy = page.page.get_by_role("combobox", name="Policy")
    page.until(lambda: policy.get_attribute("title").endswith("(its own)"), "another scenario")
    title = re.compile("^A province driven out")
    expect(page.page.get_by_role("combobox", name="Scenario")).to_have_attribute("title", title)
    expect(page.page.get_by_role("button", name="Redo")).to_be_disabled()


def test_menus_are_used_with_the_keyboard(visit):
    page = visit()
    menu = page.page.get_by_role("combobox", name="Compare with")
    menu.focus()
    page.page.keyboard.press("Home")
    page.until(lambda: page.page.locator(".ink-key .ink-item").count() == 1, "the first choice is one world")
    expect(menu).to_be_focused()


def test_the_charts_beside_the_map_are_chosen_and_all_can_be_seen(visit):
    page = visit()
    charts = page.page.locator(".ink-courses .ink-chart")

    def shown():
        return charts.evaluate_all("(all) => all.map((each) => each.dataset.chart)")

    assert shown() == list(HEADLINES)
    page.page.get_by_label("Chart 2").select_option(label=TITLES["prestige"])
    page.until(lambda: shown() == [HEADLINES[0], "prestige", HEADLINES[2]], "another chart")
    page.page.get_by_label("Chart 1").select_option(label=TITLES["prestige"])
    page.until(lambda: shown() == ["prestige", HEADLINES[0], HEADLINES[2]], "a chart that is shown changes places")
    page.page.get_by_role("button", name="All charts").click()
    page.until(lambda: shown() == list(SHOWN), "all charts")
    page.page.get_by_role("button", name="All charts").click()
    page.until(lambda: shown() == ["prestige", HEADLINES[0], HEADLINES[2]], "the chosen ones again")


def test_the_pointer_tells_the_values_of_a_week_and_a_click_goes_there(visit):
    page = visit(f"{TWO}&set=weeks%3D16&set_b=weeks%3D16")
    page.still()
    plot = page.page.locator('[data-chart="people_core"] .ink-plot')
    told = page.page.locator('[data-chart="people_core"] .ink-hover')

    def at(share):
        box = plot.bounding_box()
        return {"x": 50 + share * (box["width"] - 60), "y": box["height"] / 3}

    def tells(share, *words):
        plot.hover(position=at(share))
        return all(each in told.inner_text() for each in words)

    page.until(lambda: tells(0.25, "week 4", "Strike the core: "), "the values of a week are told")
    page.until(lambda: tells(0.9, "not computed yet"), "a week ahead is told")
    plot.click(position=at(0.25))
    page.until(lambda: page.week() == 4, "the week under the pointer")


def test_an_ensemble_lays_bands_behind_the_charts_until_the_settings_change(visit):
    page = visit("/?scenario=synthetic_plane&set=weeks%3D8")
    page.panel("Uncertainty")
    page.select("Seeds", "4")
    page.page.get_by_role("button", name="Run the ensemble").click()
    page.panel("Card")  # it runs on
    band = page.page.locator('.ink-courses [data-chart="people_core"] .band')
    band.wait_for(state="attached")
    expect(page.page.locator(".ink-courses .ink-bands")).to_contain_text("middle 80% of 4 seeds")
    page.panel("Uncertainty")
    page.page.locator(".ink-ensemble", has_text="finished: 4 of 4").wait_for()
    seed = page.page.get_by_label("Seed", exact=True)
    seed.fill("3")
    seed.press("Enter")
    band.wait_for(state="detached")


def test_turning_points_are_pinned_on_the_charts_and_told(visit):
    page = visit("/?scenario=levant_2014&set=resolution%3D1.0&week=40")
    page.shows(40)
    pins = page.page.locator('[data-chart="people_core"] .pin')
    page.until(lambda: pins.count() > 0, "turning points")
    told = page.page.locator('[data-chart="people_core"] .ink-hover')

    def pointed_at():
        pin = pins.last.bounding_box()
        for y in (pin["y"] - 8, pin["y"] - 4):
            page.page.mouse.move(pin["x"] + pin["width"] / 2, y)
        return re.search("core accepted|lost|split", told.inner_text())

    page.until(pointed_at, "the turning point is told")


def test_a_phone_has_the_map_first_and_cards_in_a_sheet(visit):
    page = visit("/?scenario=synthetic_plane&week=5", width=390, height=844)  # one world: no divider where the core is
    page.still()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    panels = page.page.locator(".ink-side")
    expect(panels).to_be_hidden()
    page.page.get_by_role("button", name="Show cards and panels").click()
    panels.wait_for()
    page.panel("Policy")
    page.page.locator(".ink-plan").wait_for()
    page.page.get_by_role("button", name="Show the map").click()
    panels.wait_for(state="hidden")
    page.still()
    core = page.page.evaluate("document.querySelector('.ink-map').inkMap.frame.panes[0].organisations[0]")
    sheet = page.page.locator(".ink-right").bounding_box()
    assert page.page.locator(".ink-time").bounding_box()["height"] < 160
    layers = [each.bounding_box()["y"] for each in page.page.locator(".ink-tools .ink-layer").all()]
    assert len(set(layers)) == 1, "the layers are one row"
    for part in (".ink-pane", '[data-act="play"]', ".ink-sentence"):  # map and play bar come first, above the sheet
        box = page.page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= sheet["y"] + 1, part
    page.page.mouse.click(*page.point(core[3], core[2]))
    page.page.locator(".ink-card").wait_for()
    expect(panels).to_be_visible()
