"""The page in a real browser without a network: it draws, it plays, every control does what it says."""

import re

import pytest
from app_browser import visits
from playwright.sync_api import expect

from experiments.app.chart_view import HEADLINES

PLANE = "/?scenario=synthetic_plane&policy=no_intervention"
TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=5"


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, PLANE) as opened:
        yield opened


def test_the_real_map_is_drawn_in_colours(visit):
    page = visit("/")
    colours, _ = page.colours()
    assert colours > 50
    assert page.page.title() == "Inkspot"
    assert page.week() == 0


def test_weeks_play_pause_step_and_go_back(visit):
    page = visit()

    def press(name):
        page.page.locator(f'[data-act="{name}"]').click()

    page.page.get_by_label("Speed").select_option("0")
    press("play")
    page.until(lambda: page.week() >= 4, "weeks have played")
    week, frames = page.pause(), page.page.evaluate("window.inkspotFrames")
    for layer in ("fear", "grievance", "support"):  # answered by a frame each, of the same week, and there are no more
        page.page.locator(f'[data-layer="{layer}"]').click()
        page.page.locator(f'[data-layer="{layer}"][aria-pressed="true"]').wait_for()
    assert (page.week(), page.page.evaluate("window.inkspotFrames")) == (week, frames + 3)
    press("step")
    page.until(lambda: page.week() == week + 1, "a step on")
    press("back")
    page.until(lambda: page.week() == week, "a step back")
    press("reset")
    page.until(lambda: page.week() == 0, "the start")


def test_the_keyboard_plays_steps_and_switches_layers(visit):
    page = visit()
    page.page.locator(".ink-map").focus()
    page.page.keyboard.press("ArrowRight")
    page.until(lambda: page.week() == 1, "right arrow steps")
    page.page.keyboard.press("ArrowLeft")
    page.until(lambda: page.week() == 0, "left arrow steps back")
    page.page.keyboard.press("4")
    page.page.locator('[data-layer="grievance"][aria-pressed="true"]').wait_for()
    page.page.keyboard.press(" ")
    page.until(lambda: page.week() >= 2, "space plays")
    page.page.keyboard.press(" ")


def test_the_keyboard_works_on_the_time_axis_and_the_map_goes_along(visit):
    page = visit(TWO)
    page.shows(5)
    page.page.get_by_role("button", name="One week back").focus()
    page.page.keyboard.press("Home")
    page.until(lambda: page.week() == 0, "the start")
    page.page.keyboard.press("End")
    page.until(lambda: page.week() == 5, "the last week computed")
    page.page.keyboard.press("ArrowLeft")
    page.page.locator(".ink-said", has_text="week 4 of").wait_for(state="attached")
    page.page.locator(".ink-map").focus()
    page.page.keyboard.press("End")
    page.until(lambda: page.week() == 5, "the same key on the map")


def test_the_speed_that_was_chosen_stays_with_other_worlds(visit):
    page = visit()
    page.page.get_by_label("Speed").select_option("0")
    page.select("Compare with", "Cut the links")
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 2, "two worlds and their difference")
    expect(page.page.get_by_label("Speed")).to_have_value("0")


def test_every_layer_shows_another_picture(visit):
    page = visit(TWO)
    page.shows(5)
    seen = set()
    for layer in ("control", "support", "fear", "grievance", "population"):
        page.page.locator(f'[data-layer="{layer}"]').click()
        page.page.locator(f'[data-layer="{layer}"][aria-pressed="true"]').wait_for()
        seen.add(round(page.colours()[1], 3))
    assert len(seen) == 5


def test_marks_of_the_ground_are_switched_off_and_on_by_the_legend(visit):
    page = visit("/?scenario=levant_2014&set=resolution%3D1.0&week=40")
    page.shows(40)
    before = page.colours()
    marks = [each.get_attribute("data-mark") for each in page.page.locator("[data-mark]").all()]
    assert {"fronts", "operations", "partners", "links", "groups"} <= set(marks)
    for mark in marks:
        page.page.locator(f'[data-mark="{mark}"]').click()
        page.page.locator(f'[data-mark="{mark}"][aria-pressed="false"]').wait_for()
    assert page.colours() != before
    for mark in marks:
        page.page.locator(f'[data-mark="{mark}"]').click()
    assert page.colours() == before


def test_a_link_opens_two_worlds_with_their_difference_in_its_week(visit):
    page = visit(TWO)
    page.shows(5)
    expect(page.page.locator(".ink-title[data-world]:visible")).to_have_count(2)
    expect(page.page.get_by_role("button", name="Difference", exact=True)).to_be_enabled()
    expect(page.page.locator(".ink-chart")).to_have_count(len(HEADLINES))
    page.panel("Downloads")
    expect(page.page.locator(".ink-link")).to_have_attribute("href", re.compile("policy_b=core_only$"))


def test_scrubbing_shows_a_computed_week_and_runs_to_one_that_is_not(visit):
    page = visit(TWO)
    page.shows(5)

    def scrub(week):
        drag = "(range, week) => { range.value = week; range.dispatchEvent(new Event('input')); }"
        page.page.locator(".ink-range").evaluate(drag, week)

    scrub(2)
    page.until(lambda: page.week() == 2, "week 2")
    scrub(90)
    page.until(lambda: page.week() == 90, "the week is computed and shown")
    expect(page.page.locator(".ink-range")).to_have_value("90")


def test_a_click_on_the_map_opens_a_card(visit):
    page = visit()
    _, _, lat, lon = page.page.evaluate("document.querySelector('.ink-map').inkMap.frame.panes[0].organisations[0]")[:4]
    core = page.point(lon, lat)
    page.page.mouse.click(*core)
    page.page.locator(".ink-card h3", has_text="Core").wait_for()
    page.page.mouse.click(*page.point(lon + 1, lat - 3))
    page.page.locator(".ink-card h3", has_text="Plane").wait_for()
    page.page.mouse.move(*core)
    expect(page.page.locator(".ink-tip:visible")).to_contain_text("fighters")


def test_another_policy_to_compare_with_makes_a_second_world_and_undo_takes_it_back(visit):
    page = visit()
    page.select("Compare with", "Cut the links")
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 2, "two worlds and their difference")
    page.page.get_by_role("button", name="Undo").click()
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 0, "one world again")
    page.page.get_by_role("button", name="Redo").click()
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 2, "two worlds again")
    page.page.get_by_role("button", name="Reset").click()
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 0, "the start")


def test_an_assumption_is_changed_and_a_wrong_one_is_refused_in_words(visit):
    page = visit()
    page.panel("Assumptions")
    page.page.get_by_label("Search assumptions").fill("rate at which control is gained")
    row = page.page.locator(".ink-parameter", has_text="rate at which control is gained")
    field = row.get_by_role("textbox", name="growth (territory)")
    field.fill("9")
    field.press("Enter")
    refused = row.get_by_role("status")
    expect(refused).to_have_text("“9” is refused: must be 0.1 to 0.8 (1/week). It stays 0.45.")
    page.until(lambda: field.input_value() == "0.45", "the field shows what holds")
    expect(page.page.locator(".ink-error")).to_have_count(0)
    field.fill("0.3")
    field.press("Enter")
    page.until(lambda: "1 assumption changed" in page.page.locator(".ink-pane figcaption").inner_text(), "it is said")
    page.until(lambda: refused.is_hidden(), "the message is gone")


def test_the_policy_desk_changes_a_plan_within_the_budget(visit):
    page = visit("/?scenario=synthetic_plane&policy=core_only")
    page.panel("Policy")
    effort = page.page.locator(".ink-bar-row", has_text="Strike core").first.get_by_label("Effort %")
    effort.fill("95")
    effort.press("Enter")
    page.page.locator(".ink-bar-row .v-messages__message", has_text="budget is exceeded").wait_for()
    page.until(lambda: effort.input_value() == "90", "the field shows what holds")
    effort.fill("50")
    effort.press("Enter")
    title = "Strike the core, edited: strike core 50% (was 90%) until December 2014"
    page.page.locator(".ink-pane figcaption", has_text=title).wait_for()
    chosen = page.page.get_by_role("combobox", name="Policy")
    page.until(lambda: chosen.get_attribute("title") == title, "the sentence names the changed plan")
    name = page.page.get_by_label("Name of this plan")
    name.fill("Cut the links")
    name.press("Enter")
    page.page.locator(".ink-field .v-messages__message", has_text="another policy is called").wait_for()
    page.until(lambda: name.input_value() == title, "the name stays")
    name.fill("Half the strikes")
    name.press("Enter")
    page.page.locator(".ink-pane figcaption", has_text="Half the strikes").wait_for()
    expect(page.page.locator(".ink-plan")).to_be_visible()


def test_an_ensemble_runs_beside_the_page_and_says_what_it_found(visit):
    page = visit("/?scenario=synthetic_plane&set=weeks%3D8&set_b=weeks%3D8")
    page.panel("Uncertainty")
    page.page.get_by_role("button", name="Run the ensemble").click()
    page.page.locator(".ink-ensemble", has_text="finished: 16 of 16").wait_for()
    page.page.get_by_text("No difference between these two worlds is distinguishable").wait_for()


def test_the_first_lesson_can_be_finished(visit):
    page = visit()
    page.page.get_by_role("button", name="Lessons").click()
    page.page.get_by_role("button", name="More: soldiers spread").click()
    page.page.get_by_role("button", name="Show what the model does").click()
    page.page.get_by_text("As you predicted.").wait_for()
    page.page.locator(".ink-pane canvas").first.wait_for()
    page.page.get_by_role("button", name="Try it").click()
    page.page.locator(".ink-score", has_text="of 100").wait_for()


def test_claims_are_found_by_words_and_one_is_opened(visit):
    page = visit()
    page.page.get_by_role("button", name="Claims").click()
    page.page.get_by_label("Search").fill("pledges contagious")
    page.page.locator(".ink-soft", has_text=re.compile("^1 of")).wait_for()
    page.until(lambda: page.page.locator(".ink-claim").count() == 1, "the wall has that one claim")
    page.page.get_by_role("button", name="Show the experiment").click()
    page.page.get_by_text("Why this tests the claim").wait_for()
    expect(page.page.get_by_role("button", name="Run a small test")).to_be_enabled()


def test_a_wrong_seed_is_refused_in_words(visit):
    page = visit()
    field = page.page.get_by_label("Seed")
    field.fill("seven")
    field.press("Enter")
    page.page.locator(".ink-scene .ink-refused", has_text="whole number").wait_for()
    page.until(lambda: field.input_value() == "0", "the field shows what holds")


def test_a_damaged_link_shows_the_baseline_and_says_so(visit):
    page = visit("/?scenario=levant_2015")
    expect(page.page.locator(".ink-error")).to_contain_text("did you mean `levant_2014`")


def test_what_the_model_is_not_and_the_glossary_are_one_click_away(visit):
    page = visit()
    page.page.get_by_role("button", name="What this model is").click()
    page.page.get_by_text("It is not", exact=True).wait_for()
    page.page.get_by_role("button", name="Glossary").click()
    page.page.locator("dt", has_text="ink spot").wait_for()
    page.page.get_by_role("button", name="Explore").click()
    page.page.locator(".ink-pane canvas").wait_for()


def test_the_page_fits_a_phone(visit):
    page = visit(TWO, width=400, height=800)
    page.shows(5)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.page.locator(".ink-pane canvas").bounding_box()["width"] > 340


def test_night_is_dark(visit):
    page = visit()
    light = page.colours()[1]
    page.page.evaluate("localStorage.setItem(':solara:theme.variant', '\"dark\"')")
    page.page.reload()
    page.arrived()
    page.until(lambda: page.colours()[1] < light - 60, "the map is dark")
