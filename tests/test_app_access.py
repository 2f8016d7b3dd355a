"""The page for everyone: axe finds nothing serious, focus is seen, charts and map are told in words, movement can be off."""

import re

import pytest
from app_browser import PANELS, complaints, visits
from playwright.sync_api import expect

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=5"
# Views, and what is there once one is shown.
VIEWS = {"Compare": ".ink-ensemble", "Lessons": ".ink-guess svg", "Claims": ".ink-claim", "Glossary": "dt"}
VIEWS["What this model is and is not"] = ".ink-text h2"
MENDED = ".v-select .v-input__slot[role], .ink-nav .v-btn--icon:not([aria-label])"
WRONG = """(mended) => {  // how often a frame that was drawn had a field inside of a button, or a button without a name
    window.wrong = 0;
    const look = () => requestAnimationFrame(look, (window.wrong += document.querySelectorAll(mended).length));
    look();
}"""
FOCUS = """() => {
    const own = document.activeElement;
    if (!own || own === document.body) return null;
    const seen = (each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || /rgb.* 2px/.test(style.boxShadow);
    };
    let shown = false;
    for (let each = own, up = 0; each && up < 5; each = each.parentElement, up += 1) shown = shown || seen(each);
    return [shown, own.outerHTML.slice(0, 120)];
}"""


@pytest.fixture
def visit(browser, address):
    """Open pages; `dark`: in dark colours."""
    with visits(browser, address, TWO) as made:

        def opened(query=TWO, dark=False, **options):
            page = made(query, **options)
            if dark:
                page.page.evaluate("localStorage.setItem(':solara:theme.variant', '\"dark\"')")
                page.page.reload()
                page.page.locator(".ink-map.ink-dark").wait_for()
                page.arrived()
            if "week=5" in query:
                page.shows(5)
            return page

        yield opened


def settled(page, *content):
    """Wait until what is to be looked at is there and nothing moves or fades: half-faded text has half its contrast."""
    for each in content:
        page.page.locator(each).first.wait_for()
    page.still()


def view_shown(page, view):
    """Open a view and wait for what is in it."""
    page.page.get_by_role("button", name=view, exact=True).first.click()
    settled(page, f'.ink-here:has-text("{view}")', VIEWS[view])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_any_tab(visit, dark):
    page = visit(dark=dark)
    found = []
    for side in PANELS:
        page.panel(side)
        found += complaints(page, side)
    for view in VIEWS:
        view_shown(page, view)
        found += complaints(page, view)
    assert found == []


def test_no_frame_shows_what_the_library_leaves_out(visit):
    page = visit()
    page.page.evaluate(WRONG, MENDED)
    page.page.locator('.v-tab:has-text("Uncertainty")').click()
    box = page.page.get_by_role("combobox", name="Seeds")
    box.press("Enter")
    page.page.locator(".menuable__content__active").wait_for()
    page.page.keyboard.press("Escape")
    for view in VIEWS:
        view_shown(page, view)
    assert page.page.evaluate("window.wrong") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1024, 390])
def test_axe_finds_nothing_serious_on_a_smaller_screen(visit, width, dark):
    page = visit(dark=dark, width=width)
    settled(page)
    found = complaints(page, "stage")
    for view in ("Compare", "Claims"):
        view_shown(page, view)
        found += complaints(page, view)
    assert found == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(visit, dark):
    page = visit(dark=dark)
    seed = page.page.get_by_label("Seed")
    seed.fill("seven")
    seed.press("Enter")
    page.page.locator(".ink-refused").wait_for()
    page.page.locator('[data-mark="fronts"]').click()
    page.page.get_by_role("button", name="Tables instead of charts").click()
    settled(page)
    found = complaints(page, "a refused value, tables, a mark switched off")
    page.page.locator('.v-tab:has-text("Assumptions")').click()
    page.page.get_by_role("slider", name="base mobility").press("End")
    page.page.get_by_role("slider", name="base mobility").press("Enter")
    page.page.locator(".ink-assumption.ink-changed").wait_for()
    density = page.page.get_by_role("textbox", name="half density")
    density.fill("many")
    density.press("Enter")
    page.page.locator(".ink-assumption .ink-refused", has_text="many").wait_for()
    settled(page)
    found += complaints(page, "a changed and a refused assumption")
    page.page.locator('.v-tab:has-text("Uncertainty")').click()
    page.page.get_by_role("combobox", name="Seeds").press("Enter")
    page.page.locator(".menuable__content__active").wait_for()
    settled(page)
    found += complaints(page, "an open list")
    damaged = visit("/?scenario=synthetic_plan", dark=dark)
    damaged.page.locator(".ink-error").wait_for()
    settled(damaged)
    assert [*found, *complaints(damaged, "an error")] == []


def test_axe_finds_nothing_serious_on_a_card_a_lesson_and_a_claim(visit):
    page = visit()
    west, east, south, north = page.page.evaluate("document.querySelector('.ink-map').inkMap.theatre.extent")
    page.page.mouse.click(*page.point(west + 0.6 * (east - west), south + 0.4 * (north - south)))
    page.page.locator(".ink-card").wait_for()
    settled(page)
    found = complaints(page, "a card")
    page.page.get_by_role("button", name="Claims").click()
    page.page.get_by_role("button", name="Show the experiment").first.click()
    page.page.get_by_text("Why this tests the claim").first.wait_for()
    settled(page)
    found += complaints(page, "a claim")
    assert found == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_beside_a_branch_and_in_a_comparison(visit, dark):
    page = visit("/?scenario=synthetic_plane&policy=core_only&set=weeks%3D12", dark=dark)
    page.page.get_by_role("button", name="What if from here").click()
    page.page.get_by_role("button", name="Branch from").wait_for()
    settled(page)
    found = complaints(page, "what if from here")
    page.page.get_by_role("button", name="Compare", exact=True).click()
    page.page.locator(".ink-ensemble", has_text="finished: 12 of 12 seeds").wait_for()
    page.page.locator(".ink-columns").wait_for()
    settled(page)
    assert [*found, *complaints(page, "a comparison")] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_focus_is_seen_wherever_the_keyboard_leads(visit, dark):
    page = visit(dark=dark)
    places = []
    page.page.emulate_media(reduced_motion="reduce")  # the focus is shown at once
    for side in ("Card", "Policy", "Downloads"):
        page.panel(side)
        page.page.mouse.click(2, 2)  # the keyboard starts from the top
        for _ in range(120):
            page.page.keyboard.press("Tab")
            found = page.page.evaluate(FOCUS)
            if found is None:
                break
            places.append(found)
    assert len(places) > 120
    assert [html for shown, html in places if not shown] == []


def test_a_list_is_used_with_the_keyboard_and_told_as_a_combobox(visit):
    page = visit()
    page.page.locator('.v-tab:has-text("Uncertainty")').click()
    box = page.page.get_by_role("combobox", name="Seeds")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("Enter")
    page.page.locator(".menuable__content__active").wait_for()
    page.until(lambda: box.get_attribute("aria-expanded") == "true", "the list is told to be open")
    page.until(lambda: box.get_attribute("aria-controls"), "the list is named")
    expect(page.page.locator(f"#{box.get_attribute('aria-controls')}")).to_be_visible()
    page.page.keyboard.press("Escape")
    page.until(lambda: box.get_attribute("aria-expanded") == "false", "the list is told to be closed")


def test_a_chart_is_read_and_moved_with_the_keyboard(visit):
    page = visit()
    chart = page.page.get_by_role("slider", name="People held by the core")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("week 5: No intervention: "))
    for key, week in (("ArrowLeft", 4), ("Home", 0), ("ArrowRight", 1), ("End", 5)):
        chart.press(key)
        page.until(lambda week=week: page.week() == week, f"week {week} after {key}")
        page.until(lambda week=week: chart.get_attribute("aria-valuenow") == str(week), f"week {week} is told")
    expect(chart).to_be_focused()


def test_tables_have_the_numbers_of_the_charts(visit):
    page = visit()
    now = page.page.locator('[data-chart="people_core"] .ink-now').inner_text()
    page.page.get_by_role("button", name="Tables instead of charts").click()
    table = page.page.locator('[data-chart="people_core"] table')
    expect(table.locator("tbody tr")).to_have_count(6)
    rows = table.locator("tbody tr").all()
    assert [row.locator("th").inner_text() for row in rows] == [str(week) for week in range(6)]
    cells = [each.inner_text() for each in table.locator('tr[aria-current="date"] td').all()]
    assert " | ".join(cells[1:3]) == now
    assert [each.inner_text() for each in table.locator("thead th").all()][-1] == "difference"
    page.page.locator('[data-act="back"]').click()
    page.until(lambda: table.locator('tr[aria-current="date"] th').inner_text() == "4", "the week shown is marked")
    page.page.get_by_role("button", name="Tables instead of charts").click()
    page.page.locator('[data-chart="people_core"] svg').wait_for()


def test_the_week_is_told_to_a_screen_reader_but_not_in_every_frame(visit):
    page = visit()
    said = page.page.locator(".ink-said")
    expect(said).to_have_attribute("role", "status")
    page.until(lambda: "week 5 of " in said.text_content(), "the week is told")
    assert "No intervention: the core holds " in said.text_content()
    page.page.evaluate(
        """() => {
            window.told = [];
            const said = document.querySelector(".ink-said");
            const note = () => window.told.push(said.textContent);
            new MutationObserver(note).observe(said, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.page.locator('[data-act="play"]').click()
    page.until(lambda: page.week() >= 30, "weeks have played")
    week = page.pause()
    page.until(lambda: f"week {week} of " in said.text_content(), "the week where it stopped is told")
    assert 1 <= len(page.page.evaluate("window.told")) <= 8
    live = page.page.locator("output, [aria-live=polite], [aria-live=assertive]").count()
    assert live == 0  # besides the one of the map and its note, which are of role status


def test_nothing_moves_for_those_who_want_no_movement(visit):
    page = visit()
    page.page.emulate_media(reduced_motion="reduce")
    page.page.locator('.v-tab:has-text("Uncertainty")').click()
    page.page.get_by_role("combobox", name="Seeds").press("Enter")
    page.page.locator(".menuable__content__active").wait_for()
    slowest = page.page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("*")].map((each) => {
            const style = getComputedStyle(each);
            return Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat));
        }))"""
    )
    assert slowest < 0.001


def test_the_page_can_be_used_at_twice_its_size(visit):
    page = visit(width=640, height=400)
    page.page.evaluate("document.documentElement.style.fontSize = '32px'")
    page.still()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 640


def test_a_scenario_is_chosen_with_a_button_and_a_foreign_file_in_it_is_refused(visit, tmp_path):
    page = visit()
    page.page.locator('.v-tab:has-text("Downloads")').click()
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('[scenario]\ntitle = "Mine"\nextends = ["synthetic_plane"]\n')
    bad.write_text('[scenario]\ntitle = "Mine"\nextends = ["/etc/passwd"]\n')
    field = page.page.get_by_label("Choose a scenario file")
    field.set_input_files(bad)
    page.page.locator(".ink-error", has_text="may name shipped files only").wait_for()
    field.set_input_files(good)
    page.page.locator(".ink-error").wait_for(state="detached")
    page.page.get_by_text("Links work for shipped scenarios only").wait_for()
    expect(page.page.locator(".solara-file-drop")).to_contain_text("at most 500 kB")


def test_a_hidden_tab_pauses_and_says_so(visit):
    page = visit()
    page.page.locator('[data-act="play"]').click()
    page.until(lambda: page.week() > 6, "weeks play")
    hide = """(hidden) => {  // a Chromium without a screen hides no tab: this is what one with a screen tells the page
        Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.page.evaluate(hide, True)
    page.page.locator('[data-act="play"][aria-label^="Play"]').wait_for()
    page.page.evaluate(hide, False)
    note = page.page.locator(".ink-note")
    expect(note).to_have_text("Paused while this tab was hidden. Play goes on from here.")
    week = page.week()
    page.page.locator('[data-act="step"]').click()
    page.page.locator('[data-act="play"]').click()
    page.until(lambda: page.week() > week + 2, "play goes on")
    expect(note).to_have_text("")
