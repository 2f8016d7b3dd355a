"""In a real browser: nothing on the page says what is not so, at any speed and after any refusal."""

import re

import pytest
from app_browser import Visit, chromium, server

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only"


@pytest.fixture(scope="module")
def address():
    with server() as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser, address):
    """Open pages; at the end nothing was asked for elsewhere and nothing was complained about."""
    visits = []

    def opened(query=TWO, **size):
        visits.append(Visit(browser, address, query, **size))
        return visits[-1]

    yield opened
    for each in visits:
        assert (each.outside, each.complaints) == ([], [])
        each.close()


def charted(page):
    """The week of the charts' cursor."""
    return int(page.page.locator(".ink-courses .ink-charts").get_attribute("data-week"))


def running(page):
    """What the time line says while it runs to a week."""
    return page.page.locator(".ink-goal").inner_text()


def told(page):
    """The week as map, charts, time line, sentence and link tell it, 50 ms after they were asked for."""
    page.page.wait_for_timeout(50)
    sentence, link = page.page.locator(".ink-downloads-words").inner_text(), page.page.locator(".ink-link").inner_text()
    told = re.search(r"Maps show week (\d+)\.", sentence)[1], re.search(r"week=(\d+)", link)[1]
    return [page.week(), charted(page), int(page.page.locator(".ink-range").input_value()), *map(int, told)]


def test_after_every_pause_at_full_speed_map_charts_link_and_files_are_of_one_week(visit):
    page = visit(f"{TWO}&set=weeks%3D900&set_b=weeks%3D900")
    page.page.locator('.v-tab:has-text("Downloads")').click()
    page.page.get_by_label("Speed").select_option("0")
    button, weeks = page.page.locator('[data-act="play"]'), []
    for moment in range(12):
        start = page.week()
        button.click()
        page.until(lambda start=start, moment=moment: page.week() > start + moment % 5, "weeks have played")
        button.click()
        page.until(
            lambda: len({tuple(told(page)) for _ in range(6)}) == 1 == len(set(told(page))), "all agree and stay so"
        )
        weeks.append(page.week())
    assert len(set(weeks)) == len(weeks)


def test_the_hand_on_the_time_line_runs_past_what_is_computed_and_the_knob_tells_the_maps_week(visit):
    page = visit()
    box = page.page.locator(".ink-range").bounding_box()
    y, at = box["y"] + box["height"] / 2, lambda share: box["x"] + 9 + share * (box["width"] - 18)
    page.page.mouse.move(at(0), y)
    page.page.mouse.down()
    for share in (0.1, 0.3, 0.4):
        page.page.mouse.move(at(share), y)
    page.page.mouse.up()
    total = int(page.label().split(" of ")[1].split()[0])
    page.until(lambda: abs(page.week() - 0.4 * total) <= 2 and not running(page), "it has run there")
    assert page.page.locator(".ink-range").input_value() == str(page.week())
    page.until(lambda: charted(page) == page.week(), "charts agree")


def test_a_run_to_a_week_can_be_stopped(visit):
    page = visit("/?scenario=levant_2014&set=resolution%3D1.0&week=0")
    page.page.locator(".ink-range").evaluate(
        "(range) => { range.value = 200; range.dispatchEvent(new Event('input')); }"
    )
    page.page.locator(".ink-goal", has_text="week 200").wait_for()
    page.page.locator('[data-act="play"]').click()  # it shows a pause
    page.until(lambda: not running(page), "it has stopped")
    assert page.week() < 200
    page.until(lambda: charted(page) == page.week(), "charts agree")
