"""The lessons in a real browser: draw a guess, the answer, the challenge, progress, Next, Explore."""

import re

import pytest
from app_browser import Visit
from playwright.sync_api import expect


@pytest.fixture
def page(browser, address):
    visit = Visit(browser, address, "/")
    visit.page.get_by_role("button", name="Lessons").click()
    visit.page.locator(".ink-guess svg").wait_for()
    yield visit.page
    assert visit.outside == []
    assert visit.complaints == []
    visit.close()


def test_a_guess_is_drawn_by_pointer_and_keyboard_and_the_model_draws_over_it(page):
    chart = page.locator(".ink-guess svg")
    reveal = page.get_by_role("button", name="Show what the model does")
    expect(reveal).to_be_disabled()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.98 * box["width"], box["y"] + 0.3 * box["height"], steps=6)
    page.mouse.up()
    chart.locator(".ink-drawn").wait_for(state="attached")
    before = float(chart.get_attribute("aria-valuenow"))
    chart.focus()
    page.keyboard.press("ArrowUp")
    assert float(chart.get_attribute("aria-valuenow")) > before
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("^week 7:"))  # the second of 13 points of 78 weeks
    page.get_by_role("button", name="Fewer: no place").click()
    expect(chart.locator(".ink-model")).to_have_count(0)
    reveal.click()
    chart.locator(".ink-model").wait_for(state="attached")
    expect(chart.locator(".ink-drawn")).to_have_count(1)  # the guess stays
    page.get_by_text("Your prediction: “Fewer: no place is left without soldiers”.").wait_for()
    page.get_by_text("“More: soldiers spread over a country are weak at the edge”").wait_for()
    page.get_by_text("What speaks against your answer:").wait_for()
    page.get_by_text("Your line ends at").wait_for()


def test_a_challenge_says_what_was_reached_and_opens_its_world_in_explore(page, browser):
    page.get_by_role("button", name="It makes almost no difference").click()
    page.get_by_role("button", name="Show what the model does").click()
    page.get_by_role("button", name="Try it").click()
    page.locator(".ink-score", has_text="of 100").wait_for()
    expect(page.get_by_text("(not reached)")).to_have_count(1)  # untouched knobs do not win
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open this world in Explore").click()
    popup.value.wait_for_function("window.inkspotFrames > 0")
    assert "operations.deployable" in popup.value.url
    popup.value.close()
    page.get_by_text("1 of 7 lessons done").wait_for()
    page.get_by_role("button", name="Next: Pledges are contagious").click()
    page.get_by_role("heading", name="Pledges are contagious").wait_for()
    page.get_by_role("button", name="Glossary").click()
    page.locator("dt").first.wait_for()
    page.get_by_role("button", name="Lessons").click()
    page.get_by_text("1 of 7 lessons done").wait_for()  # what was done is not forgotten
    page.get_by_role("button", name="1. What an ink spot is").click()
    page.get_by_text("Your prediction: “It makes almost no difference”.").wait_for()
    page.reload()
    page.get_by_text("1 of 7 lessons done").wait_for()  # the browser has kept it
    page.get_by_text("Your prediction: “It makes almost no difference”.").wait_for()
