"""The time axis: what it tells of plans and events is what the model has, and each of its controls does what it says."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from app_browser import visits
from playwright.sync_api import expect

from experiments.app.axis_plan import moved, plan_of, span_of
from experiments.app.axis_view import AXIS_SCRIPTS
from experiments.app.chart_view import CHART_SCRIPTS
from experiments.app.map_view import MAP_SCRIPTS, script
from experiments.app.plan import bars_of, spent
from experiments.app.plan_names import planned
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError
from experiments.site.pages import SCRIPTS, own
from model.scenario.phases import phase_weeks

PLANE = "/?scenario=synthetic_plane&policy=core_only&week=12"
ONE = Setting("synthetic_plane", 0, (Arm("core_only"),))
TWO = Setting("synthetic_plane", 0, (Arm("core_only"), Arm("essay")))


def opened(setting):
    session = Session()
    assert session.apply(setting)
    return session


def drawn(session):
    return plan_of(session.pair, session.titles, movable=True)["worlds"]


def bars(world):
    return {bar["number"]: bar for row in world["rows"] for bar in row["bars"]}


@pytest.mark.parametrize("index", [0, 1])
def test_bars_have_the_weeks_and_shares_of_the_phases(index):
    session = opened(TWO)
    scenario, world = session.pair.worlds[index].scenario, drawn(session)[index]
    phases = [(phase_weeks(phase, scenario), part) for phase in scenario.policy.phases.values() for part in phase.parts]
    found = bars(world)
    assert len(found) == len(phases)
    for number, (weeks, part) in enumerate(phases):
        assert (found[number]["start"], found[number]["end"], found[number]["share"]) == (*weeks, part.share)
    for row in world["rows"]:
        ends = [(bar["start"], bar["end"]) for bar in row["bars"]]
        assert all(one[1] <= two[0] for one, two in pairwise(ends)), "bars of a row do not overlap"


def test_a_month_costs_what_its_weeks_take_and_a_policy_on_top_has_no_limit():
    session = opened(TWO)
    core, essay = drawn(session)
    assert core["limited"]
    assert not essay["limited"]
    scenario = session.pair.first.scenario
    by_week = spent(bars_of(scenario), scenario.weeks)
    for month in core["months"]:
        assert month["share"] == pytest.approx(by_week[month["from"] : month["to"]].mean(), abs=1e-3)
    assert max(month["share"] for month in essay["months"]) == pytest.approx(2)
    assert [month["to"] for month in core["months"][:-1]] == [month["from"] for month in core["months"][1:]]
    assert core["months"][-1]["to"] == session.pair.weeks


def test_what_waits_for_something_is_told_and_neither_drawn_nor_counted():
    wait = {"start": 4, "effort": {"sever_links": 0.5}, "when": "lost:Centre", "delay": 3}
    session = opened(Setting("synthetic_plane", 0, (Arm("no_intervention", {"policy.phases.later": wait}),)))
    (world,) = drawn(session)
    assert world["rows"] == []
    assert not any(month["share"] for month in world["months"])
    (told,) = world["told"]
    assert told.startswith(
        "Sever links, 50%: starts 3 weeks after this has happened: the core's bloc holds a place no longer"
    )
    assert "(Centre); not before" in told


def test_a_moved_bar_is_what_the_policy_desk_makes_of_it_and_undo_takes_it_back():
    session = opened(ONE)
    scenario = session.pair.first.scenario
    first = bars_of(scenario)[0]
    message = {"world": 0, "bar": 0, "was": [first.start, first.end], "start": first.start, "end": first.end - 4}
    by_desk = [type(first)(**{**vars(first), "end": first.end - 4}), *bars_of(scenario)[1:]]
    setting = moved(session, message)
    assert setting == planned(session.setting, 0, by_desk)
    assert session.apply(setting)
    assert bars(drawn(session)[0])[0]["end"] == first.end - 4
    assert "edited" in drawn(session)[0]["title"]
    session.walk(lambda each: each.undo())
    assert session.setting == ONE
    with pytest.raises(UserError, match="the plan has changed meanwhile"):
        moved(session, message | {"was": [first.start, first.end - 4]})
    with pytest.raises(UserError, match="budget is exceeded"):
        moved(session, message | {"end": first.end + 9})


def test_the_past_that_a_branch_shares_stays_as_it_is():
    session = opened(ONE)
    session.show(30)
    assert session.branch("essay")
    world = session.pair.worlds[1]
    found = bars(drawn(session)[1])
    past = [number for number, bar in found.items() if bar["end"] <= 30]
    assert past == [number for number, bar in found.items() if bar["fixed"]] != []
    late = next(number for number, bar in found.items() if bar["start"] == 30)
    for number, change in ((past[0], {"end": 40}), (late, {"start": 25})):
        bar = bars_of(world.scenario)[number]
        message = {"world": 1, "bar": number, "was": [bar.start, bar.end], "start": bar.start, "end": bar.end}
        with pytest.raises(UserError, match="both worlds share the weeks before"):
            moved(session, message | change)
    assert session.apply(moved(session, message | {"start": 40}))
    assert bars(drawn(session)[1])[late]["start"] == 40


def test_days_and_months_of_the_axis_are_those_of_the_weeks():
    session = opened(ONE)
    span, world = span_of(session.pair), session.pair.first
    assert span["days"] == [f"{world.date(week):%-d %b %Y}" for week in range(world.weeks + 1)]
    for week, year, month in span["months"]:
        assert world.date(int(week)).replace(day=1) <= world.date(0).replace(year=year, month=month, day=1)


def test_no_two_scripts_of_a_replay_declare_the_same_name():
    code = script(*MAP_SCRIPTS, *AXIS_SCRIPTS, *CHART_SCRIPTS, "replay.js") + own(*SCRIPTS)
    names = re.findall(r"^(?:async function|function|class|const|let) (\w+)", code, re.MULTILINE)
    assert len(names) > 100
    assert [name for name, times in Counter(names).items() if times > 1] == []


# Keys on a bar, and what it says after each, all at once: after a rest of 0.7 s it would change the plan by itself.
KEYS = """(bar, keys) => keys.map(([key, shiftKey]) => {
    bar.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
    return bar.getAttribute("aria-valuetext");
})"""


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, PLANE) as made:
        yield made


def bar(page, number, world=0):
    return page.page.locator(f'.ink-axis [data-bar="{world}-{number}"]')


def told(page, number, world=0):
    return bar(page, number, world).get_attribute("aria-valuetext")


def dragged(page, number, place, by):
    """Take a bar at a share of its width, and draw it some pixels to the right."""
    box = bar(page, number).bounding_box()
    x, y = box["x"] + place * box["width"], box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + by, y, steps=4)
    page.page.mouse.up()


def test_the_end_of_a_bar_is_drawn_and_the_page_shows_the_same_week_under_the_edited_plan(visit):
    page = visit()
    page.shows(12)
    before = told(page, 0)
    width = bar(page, 0).bounding_box()["width"]
    weeks = int(re.search(r"\((\d+) weeks\)", before)[1])
    dragged(page, 0, 0.99, -round(4 * width / weeks))
    page.page.locator(".ink-pane figcaption", has_text="Strike the core, edited: strike core 90% until").wait_for()
    page.until(lambda: f"({weeks - 4} weeks)" in (told(page, 0) or ""), "the bar has other weeks")
    page.until(lambda: page.week() == 12, "the same week")
    expect(bar(page, 0)).to_be_focused()
    page.page.get_by_role("button", name="Undo").click()
    page.until(lambda: told(page, 0) == before, "the plan is what it was")
    page.until(lambda: page.week() == 12, "the same week")


def test_a_refused_move_goes_back_and_says_why(visit):
    page = visit()
    page.shows(12)
    before = told(page, 0)
    dragged(page, 0, 0.5, 60)
    page.page.locator(".ink-plan-note", has_text="Refused: the budget is exceeded").wait_for()
    page.until(lambda: told(page, 0) == before, "the bar is where it was")
    expect(page.page.locator(".ink-pane figcaption")).to_have_text("Strike the core")


def test_a_bar_is_moved_and_resized_by_keyboard_and_escape_takes_back(visit):
    page = visit()
    page.shows(12)
    before = told(page, 2)
    bar(page, 2).focus()
    moved_once, taken_back = bar(page, 2).evaluate(KEYS, [["ArrowLeft", False], ["Escape", False]])
    assert moved_once != before == taken_back
    bar(page, 2).evaluate(KEYS, [*[["ArrowLeft", True]] * 3, ["Enter", False]])
    page.page.locator(".ink-pane figcaption", has_text="strike core 85% from").wait_for()
    expect(page.page.locator(".ink-axis-tip")).to_be_visible()
    page.until(lambda: "(80 weeks)" in (told(page, 2) or ""), "its end is three weeks earlier")
    page.until(lambda: bar(page, 2).evaluate("(each) => each === document.activeElement"), "the focus stays")


def test_two_plans_have_their_names_and_colours_and_rows_fold_into_a_strip(visit):
    page = visit("/?scenario=synthetic_plane&policy=core_only&policy_b=essay&week=2")
    page.shows(2)
    heads = page.page.locator(".ink-row-head .ink-row-name span")
    expect(heads).to_have_text(["Strike the core", "The essay's proposal (more effort)"])
    colours = page.page.locator(".ink-row-head").evaluate_all(
        "(all) => all.map((row) => row.style.getPropertyValue('--world'))"
    )
    assert len(set(colours)) == 2
    assert (
        page.page.locator(".ink-axis").bounding_box()["height"] <= 230
    )  # of 1000: rows of two plans scroll beyond that
    page.page.get_by_role("button", name="Hide policy").click()
    expect(page.page.locator(".ink-strip")).to_have_count(2)
    expect(page.page.locator(".ink-plan-bar")).to_have_count(0)
    page.page.get_by_role("button", name="Show policy").click()
    page.page.locator(".ink-plan-bar").first.wait_for()


def test_on_a_phone_the_axis_is_a_strip_and_weeks_ahead_are_marked(visit):
    page = visit(width=390, height=844)
    page.shows(12)
    expect(page.page.locator(".ink-strip")).to_have_count(1)
    page.still()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.page.locator(".ink-ahead")).to_have_text("not computed yet")
    expect(page.page.locator(".ink-range")).to_have_attribute("aria-valuetext", re.compile("computed up to week 12"))


def test_months_of_the_budget_are_told_with_their_unit(visit):
    page = visit()
    page.page.locator(".ink-row-head .ink-row-plot").hover(position={"x": 260, "y": 8})
    tip = page.page.locator(".ink-axis-tip")
    page.until(
        lambda: re.search(r"201\d: 100% of what all allies bring, [\d.]+ of [\d.]+ effort weeks", tip.inner_text()),
        "told",
    )
