"""The map in a real browser without a network: the divider of two worlds, their difference, the first view."""

import pytest
from app_map import LEVANT, MAP, box, map_visits, of
from playwright.sync_api import expect


@pytest.fixture
def visit(browser, address):
    with map_visits(browser, address) as opened:
        yield opened


def divider(page):
    return page.page.get_by_role("slider", name="Divider between the two worlds")


def core_of(page, side=0):
    """Longitude and latitude of the core's headquarters."""
    _, _, lat, lon = of(page, f"{MAP}.frame.panes[{side}].organisations[0]")[:4]
    return lon, lat


def test_the_divider_is_dragged_and_moved_by_keys_and_says_where_it_is(visit):
    page = visit()
    frame, slider = box(page, ".ink-pane"), divider(page)
    expect(slider).to_have_attribute("aria-valuenow", "50")
    middle = frame["y"] + frame["height"] * 0.7
    page.page.mouse.move(frame["x"] + frame["width"] / 2, middle)
    page.page.mouse.down()
    page.page.mouse.move(frame["x"] + frame["width"] * 0.25, middle, steps=4)
    page.page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "25")
    week = page.week()
    for key, percent in (("ArrowRight", 27), ("PageUp", 37), ("ArrowLeft", 35), ("Home", 0), ("End", 100)):
        slider.press(key)
        expect(slider).to_have_attribute("aria-valuenow", str(percent))
    words = "A: No intervention on the left 100% of the map, B: Strike the core on the right"
    expect(slider).to_have_attribute("aria-valuetext", words)
    assert page.week() == week  # the arrows step through weeks elsewhere on the map


def test_each_half_shows_its_own_world(visit):
    page = visit()
    page.look(0)
    first = page.colours()
    page.look(1)
    second = page.colours()
    assert first != second
    divider(page).press("Home")
    for _ in range(5):
        divider(page).press("PageUp")
    assert page.colours() not in (first, second)


@pytest.mark.parametrize("width", [1500, 390])
def test_titles_stand_on_their_own_sides_and_are_never_clipped(visit, width):
    page = visit(width=width)
    frame, slider = box(page, ".ink-pane"), divider(page)
    slider.press("Home")
    for _ in range(11):
        at = frame["x"] + frame["width"] * int(slider.get_attribute("aria-valuenow")) / 100
        for letter, left, right in (("A", frame["x"], at), ("B", at, frame["x"] + frame["width"])):
            title = page.page.locator(f'.ink-title[data-world="{letter}"]')
            if title.is_visible():
                found = title.bounding_box()
                assert left <= found["x"] < found["x"] + found["width"] <= right, (letter, at)
                assert title.evaluate("(each) => each.scrollWidth <= each.clientWidth + 1")
                assert title.inner_text().startswith(letter)
            else:
                assert right - left < 110, letter
        slider.press("PageUp")


def test_tooltips_and_cards_are_of_the_side_that_was_clicked(visit):
    page = visit()
    lon, lat = core_of(page)
    for side, words in ((0, "No intervention"), (1, "Strike the core")):
        page.look(side)
        page.page.mouse.move(*page.point(lon, lat))
        expect(page.page.locator(".ink-side-of")).to_have_text(f"in {'AB'[side]}: {words}")
        page.page.mouse.click(*page.point(lon, lat))
        page.page.locator(".ink-card", has_text=words).wait_for()
        assert of(page, f"{MAP}.selected") == {"what": "organisation", "id": 0, "pane": side}


def test_the_difference_is_a_layer_with_two_colours_of_its_own_told_in_words(visit):
    page = visit()
    button = page.page.get_by_role("button", name="Difference", exact=True)
    page.page.locator(".ink-map").focus()
    page.page.keyboard.press("6")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(divider(page)).to_be_hidden()
    title = "Difference: B: Strike the core, minus A: No intervention"
    expect(page.page.locator(".ink-title:visible")).to_have_text(title)
    legend = page.page.locator(".ink-legend")
    expect(legend).to_contain_text("Control by the core and its provinces")
    expect(legend).to_contain_text("violet: less in B: Strike the core")
    expect(legend).to_contain_text("yellow-green: more in B: Strike the core")
    expect(page.page.locator("[data-mark]")).to_have_count(0)
    shades = of(page, f"[0, 64, 128, 255].map((byte) => {MAP}.tables.difference[byte])")
    assert len(set(shades)) == 4
    page.page.locator('[data-layer="grievance"]').click()
    page.page.locator(".ink-legend", has_text="Grievance against the state").wait_for()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(divider(page)).to_be_visible()


def test_worlds_on_different_grids_say_so_and_are_compared_by_the_divider(visit):
    page = visit(f"{LEVANT}&set_b=resolution%3D0.5&week=4")
    expect(page.page.locator(".ink-note")).to_contain_text("different grids")
    expect(page.page.get_by_role("button", name="Difference", exact=True)).to_be_disabled()
    lon, lat = core_of(page)
    for side in (0, 1):
        divider(page).press("Home" if side else "End")
        page.page.mouse.move(*page.point(lon + 1.2, lat - 1.5))
        words = page.page.locator(".ink-tip")
        expect(words).to_contain_text(f"in {'AB'[side]}")
        assert words.inner_text().splitlines()[1] in ("Iraq", "Syria")
        assert page.colours()[0] > 20
    rows = of(page, f"{MAP}.panes.map((pane) => [pane.grid.rows, pane.values.field.length === pane.grid.cells.length])")
    assert rows[1][0] == 2 * rows[0][0]
    assert rows[0][1]
    assert rows[1][1]


def test_the_map_opens_on_the_active_region_and_the_whole_map_is_one_click_away(visit):
    page = visit(f"{LEVANT}&week=3")
    view, scale = of(page, f"{MAP}.view.state"), of(page, f"{MAP}.view.zoom")
    assert scale > 3
    frame = box(page, ".ink-pane")
    x, y = page.point(*core_of(page))
    assert frame["x"] < x < frame["x"] + frame["width"]
    assert frame["y"] < y < frame["y"] + frame["height"]
    page.page.get_by_role("button", name="Whole map").click()
    page.until(lambda: of(page, f"{MAP}.view.zoom") == 1, "the whole map")
    page.page.mouse.dblclick(frame["x"] + frame["width"] - 120, frame["y"] + frame["height"] - 40)
    page.until(lambda: of(page, f"{MAP}.view.state") == view, "the first view again")
    for key, seen in (("+", "zoom > 4"), ("-", "zoom < 99"), ("0", "zoom === 1")):
        page.page.locator(".ink-map").focus()
        page.page.keyboard.press(key)
        page.until(lambda seen=seen: of(page, f"{MAP}.view.{seen}"), key)
    for name in ("Active region", "Zoom in", "Zoom out"):
        before = of(page, f"{MAP}.view.key")
        page.page.get_by_role("button", name=name).click()
        page.until(lambda before=before: of(page, f"{MAP}.view.key") != before, name)
    before = of(page, f"{MAP}.view.key")
    page.page.locator(".ink-map").focus()
    page.page.keyboard.press("Shift+ArrowRight")
    page.until(lambda: of(page, f"{MAP}.view.key") != before, "shift and arrow move the map")
    assert page.week() == 3


def test_the_view_stays_where_it_is_when_a_policy_changes(visit):
    page = visit(f"{LEVANT}&week=3")
    page.page.get_by_role("button", name="Zoom in").click()
    before = of(page, f"{MAP}.view.state")
    page.select("Compare with", "Cut the links")
    page.page.locator(".ink-swipe").wait_for()
    page.until(lambda: of(page, f"{MAP}.frame !== null"), "the new worlds")
    assert of(page, f"{MAP}.view.state") == before
