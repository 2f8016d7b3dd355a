"""The map in a real browser without a network: names by zoom, search, legend, fingers, size."""

import re

import pytest
from app_map import COARSE, MAP, box, map_visits, of
from playwright.sync_api import expect


@pytest.fixture
def visit(browser, address):
    with map_visits(browser, address) as opened:
        yield opened


def core_of(page, side=0):
    """Longitude and latitude of the core's headquarters."""
    _, _, lat, lon = of(page, f"{MAP}.frame.panes[{side}].organisations[0]")[:4]
    return lon, lat


# Names and what else has its place, once what was asked for is drawn.
LAID = f"""new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {{
    const {{ sheet }} = {MAP};
    done([sheet.names.placed, sheet.obstacles, sheet.width, sheet.height]);
}})))"""


def names(page):
    return of(page, f"{MAP}.sheet.names.placed")


def test_names_fade_in_by_zoom_and_none_lies_on_another(visit):
    page = visit(COARSE)
    page.page.get_by_role("button", name="Whole map").click()
    page.until(lambda: of(page, f"{MAP}.view.zoom") == 1, "the whole map")
    page.until(lambda: all(each["kind"] != "place" for each in names(page)), "no towns yet")
    page.until(lambda: any(each["kind"] == "core" for each in names(page)), "the core is named")
    page.page.get_by_role("button", name="Active region").click()
    page.until(lambda: sum(each["kind"] == "place" for each in names(page)) > 5, "towns are named")
    seen = set()
    for _ in range(5):
        placed, taken, width, height = of(page, LAID)
        seen |= {each["kind"] for each in placed}
        for at, one in enumerate(placed):
            assert one["x"] >= 0
            assert one["y"] >= 0
            assert one["x"] + one["width"] <= width
            assert one["y"] + one["height"] <= height
            assert 0 < one["alpha"] <= 1
            for other in [*placed[:at], *taken]:
                apart = (
                    one["x"] >= other["x"] + other["width"] or other["x"] >= one["x"] + one["width"]
                    or one["y"] >= other["y"] + other["height"] or other["y"] >= one["y"] + one["height"]
                )  # fmt: skip
                assert apart, (one, other)
        before = of(page, f"{MAP}.view.key")
        page.page.get_by_role("button", name="Zoom out").click()
        page.until(lambda before=before: of(page, f"{MAP}.view.key") != before, "farther")
    assert {"core", "country", "place"} <= seen


def test_a_name_is_found_by_keyboard_and_its_card_opens(visit):
    page = visit(COARSE)
    field = page.page.get_by_role("combobox", name="Find a group, country or place")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("yem")
    options = page.page.get_by_role("listbox", name="Found on the map").get_by_role("option")
    expect(options.first).to_have_text(re.compile("^Yemen"))
    expect(field).to_have_attribute("aria-expanded", "true")
    words = [each.inner_text() for each in options.all()]
    at = next(at for at, each in enumerate(words) if each.split() == ["Yemen", "country"])
    for _ in range(at):
        field.press("ArrowDown")
    assert page.page.locator(f"#{field.get_attribute('aria-activedescendant')}").inner_text().split()[0] == "Yemen"
    field.press("Enter")
    page.page.locator(".ink-card h3", has_text="Yemen").wait_for()
    frame, (x, y) = box(page, ".ink-pane"), page.point(47, 15.5)
    assert frame["x"] < x < frame["x"] + frame["width"]
    assert frame["y"] < y < frame["y"] + frame["height"]
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("no such place")
    page.until(lambda: "Nothing" in page.page.locator(".ink-search [role=status]").text_content(), "it is told")
    field.fill("raq")
    options.filter(has_text="Raqqa").first.click()
    page.page.locator(".ink-card h3", has_text="Raqqa").wait_for()
    card = page.page.locator(".ink-card").inner_text()
    assert "held by" in card
    assert "since" in card
    assert "people in its square" in card
    field.fill("core")
    field.press("Enter")
    page.page.locator(".ink-card h3", has_text="core").wait_for()
    left, right = page.point(*core_of(page))[0], frame["x"] + frame["width"] / 2
    assert left < right  # of the first world, so left of the divider
    week = page.week()
    field.press("Home")
    field.press("Escape")
    assert page.week() == week


def test_the_legend_tells_what_is_there_and_nothing_else(visit):
    page = visit("/?scenario=synthetic_plane&policy=no_intervention")
    legend = page.page.locator(".ink-legend")
    expect(legend).not_to_contain_text("provinces")
    expect(legend).not_to_contain_text("allied strikes")
    page = visit()
    legend = page.page.locator(".ink-legend")
    kinds = {each[1] for side in (0, 1) for each in of(page, f"{MAP}.frame.panes[{side}].organisations")}
    for kind, words in enumerate(("core", "independent groups", "provinces", "rival franchises")):
        found = legend.locator(".ink-kinds .ink-item", has_text=words).count()
        assert found == (kind in kinds), words
    expect(legend).to_contain_text("allied strikes")
    assert of(page, f"{MAP}.frame.panes.some((pane) => pane.partners.length)") == ("partners" in legend.inner_text())
    button = page.page.get_by_role("button", name="Legend")
    button.click()
    expect(legend).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    expect(legend).to_be_visible()


def test_the_legend_of_groups_scrolls_in_its_box(visit):
    page = visit(COARSE)
    page.page.get_by_label("a colour for each group").check()
    groups = page.page.get_by_role("group", name="Groups and their colours")
    groups.wait_for()
    page.until(lambda: groups.locator("[data-group]").count() > 15, "each group is there")
    assert groups.bounding_box()["height"] <= 160
    assert groups.evaluate("(each) => each.scrollHeight > each.clientHeight")
    groups.press("End")
    page.until(lambda: groups.evaluate("(each) => each.scrollTop") > 0, "the keyboard scrolls it")


def test_the_map_fills_the_height_of_its_container_and_redraws(visit):
    page = visit()
    for height in (500, 800):
        of(page, f"document.querySelector('.ink-ground').style.setProperty('--ink-map-height', '{height}px')")
        page.until(lambda height=height: abs(box(page, ".ink-map")["height"] - height) < 2, "it fills the height")
        fits = f"Math.abs({MAP}.sheet.canvas.height / {MAP}.sheet.ratio - {MAP}.sheet.element.clientHeight) < 2"
        page.until(lambda fits=fits: of(page, fits), "it is drawn in the new size")
        assert page.colours()[0] > 5


# Where the pane is, once it has not moved for some frames.
RESTING = """() => new Promise((done) => {
    let at = NaN, still = 0;
    const look = () => {
        const now = document.querySelector(".ink-pane").getBoundingClientRect().y;
        still = now === at ? still + 1 : 0;
        at = now;
        still > 5 ? done(true) : requestAnimationFrame(look);
    };
    look();
})"""


class Fingers:
    """Fingers on the screen, as the browser gets them."""

    def __init__(self, page):
        self.session = page.page.context.new_cdp_session(page.page)

    def send(self, kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def drag(self, *ways):
        """Move each finger from its first point to its second."""
        self.send("touchStart", *(start for start, _ in ways))
        for step in range(1, 9):
            share = step / 8
            moved = [(a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in ways]
            self.send("touchMove", *moved)
        self.send("touchEnd")


def test_fingers_pinch_pan_scroll_and_tap(visit):
    page = visit(width=390, height=700, has_touch=True)
    page.page.locator(".ink-pane").scroll_into_view_if_needed()
    fingers, frame = Fingers(page), box(page, ".ink-pane")
    x, y = frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] * 0.6
    key, top = of(page, f"{MAP}.view.key"), lambda: box(page, ".ink-pane")["y"]
    fingers.drag(((x, y), (x, y - 150)))
    page.until(lambda: top() < frame["y"] - 50, "the page scrolls: the map is not zoomed in")
    assert of(page, f"{MAP}.view.key") == key
    page.page.locator(".ink-tools").scroll_into_view_if_needed()
    page.page.wait_for_function(RESTING)
    frame, zoom = box(page, ".ink-pane"), of(page, f"{MAP}.view.zoom")
    x, y = frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] * 0.5
    fingers.drag(((x - 20, y), (x - 60, y)), ((x + 20, y), (x + 60, y)))
    page.until(lambda: of(page, f"{MAP}.view.zoom") > 1.5 * zoom, "two fingers zoom in")
    key = of(page, f"{MAP}.view.key")
    fingers.drag(((x, y), (x + 40, y - 60)))
    page.until(lambda: of(page, f"{MAP}.view.key") != key, "one finger moves the map")
    assert top() == frame["y"]
    page.page.get_by_role("button", name="Active region").tap()
    page.look(0)
    page.page.locator(".ink-pane").scroll_into_view_if_needed()
    page.page.touchscreen.tap(*page.point(*core_of(page)))
    page.until(lambda: of(page, f"{MAP}.selected && {MAP}.selected.what") == "organisation", "a tap selects")
