"""Events on the time axis: what is marked and told is what happened, crowded marks merge, and each leads to its week."""

import re

import pytest
from app_browser import visits
from playwright.sync_api import expect

from experiments.app.axis_events import SIGNS, events_of
from experiments.app.axis_plan import plan_of
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from model.why.kinds import EVENT_KINDS

LEVANT = "/?scenario=levant_2014&set=resolution%3D1.0"


COUNT = """() => [...document.querySelectorAll(".ink-event")].reduce(
    (sum, mark) => sum + (mark.classList.contains("ink-many") ? Number(mark.textContent) : 1), 0)"""


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, LEVANT) as made:
        yield made


def has_all(page, query):
    """Wait until all events of what a link shows are marked, on their own or merged; return their number."""
    session = Session.opened(query[2:])
    session.show(session.wanted)
    number = sum(map(len, events_of(session.shown)))
    page.until(lambda: page.page.evaluate(COUNT) == number, f"{number} events are marked")
    return number


def opened(setting):
    session = Session()
    assert session.apply(setting)
    return session


def test_events_are_those_of_the_weeks_that_are_over_and_say_whom_they_concern():
    session = opened(Setting("levant_2014", 0, (Arm("essay", {"resolution": 1.0}), Arm(None, {"resolution": 1.0}))))
    session.show(60)
    shown = session.shown
    for index, (marks, world) in enumerate(zip(events_of(shown), shown.worlds, strict=True)):
        told = [event for event in world.events(60) if event.kind in SIGNS and "policy" not in event.causes]
        assert [mark["week"] for mark in marks] == [event.week + 1 for event in told]
        assert marks
        for mark, event in zip(marks, told, strict=True):
            assert mark["week"] <= 60
            if event.organisation:
                whom = mark["select"]
                assert world.organisations[whom["id"]].name == event.organisation
                assert whom["pane"] == index
    assert set(SIGNS) <= set(EVENT_KINDS)


def test_the_week_of_a_branch_has_a_mark_and_words():
    session = opened(Setting("synthetic_plane", 0, (Arm("core_only"),)))
    session.show(9)
    assert session.branch("sever_links")
    session.show(12)
    first, second = events_of(session.shown)
    assert [mark["week"] for mark in second if mark["sign"] == "branch"] == [9]
    assert second[0]["words"].endswith("the second world branches off: Cut the links")
    assert not [mark for mark in first if mark["sign"] == "branch"]
    assert [world["turn"] and world["turn"]["week"] for world in plan_of(session.pair, session.titles)["worlds"]] == [
        None,
        9,
    ]


def test_an_event_is_told_and_a_click_goes_to_its_week_and_opens_the_card(visit):
    page = visit(f"{LEVANT}&week=30")
    page.shows(30)
    has_all(page, f"{LEVANT}&week=30")
    marks = page.page.locator(".ink-event:not(.ink-many)")
    marks.first.hover()
    tip = page.page.locator(".ink-axis-tip")
    page.until(lambda: "Week of" in tip.inner_text(), "the event is told")
    expect(marks.first).to_have_attribute("aria-label", re.compile("Week of"))
    week = int(marks.first.get_attribute("data-week"))
    marks.first.click()
    page.until(lambda: page.week() == week, "the week of the event")
    page.page.locator(".ink-card h3").wait_for()
    marks.first.focus()
    page.page.keyboard.press("End")
    last = page.page.locator(".ink-event").last
    page.until(lambda: last.evaluate("(each) => each === document.activeElement"), "the last mark has the focus")
    marks.first.press("Enter")
    page.until(lambda: page.week() == week, "its week, by keyboard")


def test_a_merged_mark_lists_its_events_and_each_goes_to_its_week(visit):
    page = visit(f"{LEVANT}&week=40", width=800)
    page.shows(40)
    has_all(page, f"{LEVANT}&week=40")
    mark = page.page.locator(".ink-event.ink-many").first
    number = int(mark.inner_text())
    mark.press("Enter")
    items = page.page.get_by_role("group", name="Events of this mark").get_by_role("button")
    expect(items).to_have_count(number)
    assert number > 1
    page.page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(mark).to_be_focused()
    mark.click()
    page.page.keyboard.press("End")
    words = items.last.inner_text()
    page.page.keyboard.press("Enter")
    page.until(lambda: page.week() < 40, "the week of the event")
    assert words.startswith("Week of ")
    expect(items).to_have_count(0)


def test_crowded_marks_merge_with_their_number_and_none_is_lost(visit):
    page = visit(f"{LEVANT}&week=40", width=800)
    page.shows(40)
    number = has_all(page, f"{LEVANT}&week=40")
    marks = page.page.locator(".ink-event").count()
    page.page.set_viewport_size({"width": 1500, "height": 900})
    page.until(lambda: page.page.locator(".ink-event").count() > marks, "with more room fewer marks merge")
    assert page.page.evaluate(COUNT) == number > marks
