"""In a real browser: nothing on the page says what is not so, at any speed and after any refusal."""

import re

import pytest
from app_browser import visits
from playwright.sync_api import expect

from experiments.app.map_view import script
from experiments.measures.numbers import chart_number

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only"


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, TWO) as opened:
        yield opened


def charted(page):
    """The week of the charts' cursor."""
    return int(page.page.locator(".ink-courses .ink-charts").get_attribute("data-week"))


# Run to a week; as soon as the page says so, press what shows a pause then: later, the run may be over.
STOPPED = """() => {
    const goal = document.querySelector(".ink-goal"), range = document.querySelector(".ink-range");
    const watch = new MutationObserver(() => {
        if (window.stopped || !goal.textContent.includes("week 200")) return;
        document.querySelector('[data-act="play"][aria-label^="Pause"]').click();
        window.stopped = true;
    });
    watch.observe(goal, { childList: true, characterData: true, subtree: true });
    range.value = 200;
    range.dispatchEvent(new Event("input"));
}"""


def running(page):
    """What the time line says while it runs to a week."""
    return page.page.locator(".ink-goal").inner_text()


TOLD = """() => new Promise((done) => {
    const seen = [], words = (where) => document.querySelector(where)?.textContent || "";
    const week = (where, form) => Number((words(where).match(form) || [])[1] || 0);  // a link to the start names none
    const look = () => {
        seen.push(
            document.querySelector(".ink-map").inkMap.frame.week, Number(document.querySelector(".ink-range").value),
            week(".ink-date", /week (\\d+)/), Number(document.querySelector(".ink-courses .ink-charts").dataset.week),
            week(".ink-downloads-words", /Maps show week (\\d+)\\./), week(".ink-downloads", /Report to week (\\d+)/),
            week(".ink-link", /week=(\\d+)/),
        );
        seen.length < 20 * 7 ? requestAnimationFrame(look) : done([...new Set(seen)]);
    };
    look();
})"""


def told(page):
    """The weeks that map, time line, charts, sentence, file and link tell in 20 frames."""
    return page.page.evaluate(TOLD)


def test_after_every_pause_at_full_speed_map_charts_link_and_files_are_of_one_week(visit):
    page = visit(f"{TWO}&set=weeks%3D900&set_b=weeks%3D900")
    page.panel("Downloads")
    page.page.locator(".ink-link").wait_for()
    page.page.get_by_label("Speed").select_option("0")
    button, weeks = page.page.locator('[data-act="play"]'), []
    for moment in range(5):
        start = page.week()
        button.click()
        page.until(lambda start=start, moment=moment: page.week() > start + moment, "weeks have played")
        button.click()
        page.page.locator('[data-act="play"][aria-label^="Play"]').wait_for()
        page.until(lambda: told(page) == [page.week()], "all agree and stay so")
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
    page.shows(page.week())


def test_a_run_to_a_week_can_be_stopped(visit):
    page = visit("/?scenario=levant_2014&set=resolution%3D1.0&week=0")
    page.page.evaluate(STOPPED)
    page.page.wait_for_function("window.stopped && !document.querySelector('.ink-map').inkMap.playing")
    page.until(lambda: not running(page), "it has stopped")
    assert page.week() < 200
    page.until(lambda: charted(page) == page.week(), "charts agree")


def test_charts_of_the_page_write_numbers_as_pictures_do(browser):
    page = browser.new_page()
    page.add_script_tag(content=script("palette.js", "elements.js", "plot.js"))
    values = [
        0,
        0.45,
        -0.2,
        1e-9,
        0.000474,
        0.00123,
        9.999,
        99.99,
        123.4,
        -6103,
        9999,
        58_049,
        999_600,
        1.25e6,
        -3.32e5,
        7.5e9,
    ]
    assert page.evaluate("(values) => values.map(chartNumber)", values) == [chart_number(value) for value in values]
    page.close()


def test_charts_of_an_ensemble_follow_the_week_and_seek(visit):
    page = visit("/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&set=weeks%3D16&set_b=weeks%3D16")
    page.panel("Uncertainty")
    page.select("Seeds", "4")
    page.page.get_by_role("button", name="Run the ensemble").click()
    page.page.locator(".ink-ensemble", has_text="finished: 8 of 8").wait_for()
    bands = page.page.locator(".ink-side .ink-charts")
    page.page.get_by_text("(week 16, the end of the run)").wait_for()
    page.until(lambda: bands.get_attribute("data-week") == "0", "the ensemble's charts show the week of the map")
    page.page.locator(".ink-range").evaluate("(range) => { range.value = 9; range.dispatchEvent(new Event('input')); }")
    page.until(lambda: page.week() == 9 and bands.get_attribute("data-week") == "9", "they follow")
    page.select("Results", "in the week shown")
    page.page.get_by_text("(week 9)").wait_for()
    plot = bands.locator(".ink-plot svg").first
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * 0.3, "y": box["height"] / 2})
    page.until(
        lambda: page.week() not in (0, 9) and bands.get_attribute("data-week") == str(page.week()), "a click seeks"
    )


def tip(page, side, lon, lat):
    """The words of the tooltip at a place, of a world or of the difference."""
    page.look(side)
    page.page.mouse.move(*page.point(lon, lat))
    words = page.page.locator(".ink-tip").inner_text().splitlines()
    if side == 2:
        return words or [""]
    return words[1:] if words[:1] == [("in A: No intervention", "in B: Strike the core")[side]] else [""]


def test_tooltips_name_what_they_measure_in_every_layer(visit):
    page = visit(f"{TWO}&week=30")
    page.shows(30)
    west, east, south, north = page.page.evaluate("document.querySelector('.ink-map').inkMap.theatre.extent")

    def at(x, y):  # shares of the map's sides
        return west + x * (east - west), north - y * (north - south)

    page.until(lambda: len(tip(page, 0, *at(0.483, 0.483))) > 3, "the core is told")
    core = tip(page, 0, *at(0.483, 0.483))
    assert core[1] == "core"
    assert core[2].startswith("fighters: ")
    assert core[3].startswith("people whom it holds: ")
    measured = {
        "control": (r"share of this place under control of Core: \d+%", r"control by the core and its provinces: .*"),
        "support": (r"people who support the core or one of its provinces: \d+%", r"support for the core or .*"),
        "fear": (r"people who obey the core or one of its provinces out of fear: \d+%", r"obedience out of fear: .*"),
        "grievance": (
            r"grievance against the state, from 0 to 1: [01]\.\d\d",
            r"grievance against the state, from 0 to 1: .*",
        ),
        "population": (r"people per km² at present: [\d.,]+", r"people per km²: .*"),
    }
    ends = r"(no difference above .*|(higher|lower) by .* in the second world than in the first|.* times as many in the .*)"
    for layer, (words, difference) in measured.items():
        page.page.locator(f'[data-layer="{layer}"]').click()
        page.page.locator(f'[data-layer="{layer}"][aria-pressed="true"]').wait_for()
        page.until(lambda words=words: re.fullmatch(words, tip(page, 0, *at(0.55, 0.45))[-1]), f"{layer} is named")
        page.until(
            lambda told=difference: re.fullmatch(told, tip(page, 2, *at(0.55, 0.45))[-1]), "its difference is, too"
        )
        said = tip(page, 2, *at(0.55, 0.45))[-1]
        assert re.fullmatch(ends, said.split(": ", 1)[1])
    title = page.page.locator('[data-chart="people_core"] .ink-now').get_attribute("title")
    assert re.match(
        r"People held by the core \(people\), week 30\. No intervention: [\d.]+ m; Strike the core: ", title
    )


def test_a_colour_for_each_group_has_a_legend_of_the_groups(visit):
    page = visit(f"{TWO}&week=3")
    page.shows(3)
    expect(page.page.locator(".ink-legend", has_text="independent groups")).to_have_count(1)
    page.page.get_by_label("a colour for each group").check()
    groups = page.page.locator(".ink-legend [data-group]")
    page.until(lambda: groups.count() >= 3, "each group has its colour")
    colours = groups.locator(".ink-swatch").evaluate_all("(all) => all.map((each) => each.style.background)")
    assert len(set(colours)) == len(colours)
    expect(page.page.locator(".ink-legend")).not_to_contain_text("independent groups")
    page.page.get_by_label("a colour for each group").uncheck()
    page.page.locator(".ink-legend", has_text="independent groups").wait_for()


def test_armies_fronts_and_partners_of_the_second_world_are_on_its_map(visit):
    page = visit("/?scenario=levant_2014&policy_b=core_only&set=resolution%3D1.0&set_b=resolution%3D1.0&week=58")
    page.shows(58)
    for mark in ("fronts", "operations", "garrisons", "partners"):
        before = page.colours(1)
        page.page.locator(f'[data-mark="{mark}"]').click()
        page.page.locator(f'[data-mark="{mark}"][aria-pressed="false"]').wait_for()
        assert page.colours(1) != before, mark
