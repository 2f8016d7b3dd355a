"""The drawer of assumptions: all of them found by words, as sliders and switches; changed, refused, reset, undone."""

import pytest
import solara
from app_browser import visits
from playwright.sync_api import expect

from experiments.app import assumptions as drawer
from experiments.app.assumption_items import differing, items, put, take_back, unchanged, value_of
from experiments.app.assumptions import BOTH, INDICES, SECOND, answer, spec_of
from experiments.app.session import Session
from experiments.points.ranges import scaled
from model.scenario.declarations import declarations

ONE = "/?scenario=synthetic_plane&policy=no_intervention&week=2"
TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=2"
GROWTH, WIDE = "territory.growth", "territory.strikes"
SHARE = """(slide, share) => {
    const box = slide.getBoundingClientRect();
    return [box.left + 8 + share * (box.width - 16), box.top + box.height / 2];
}"""

# What a browser does for four keys, all at once: after a rest of 0.7 s each would take effect by itself.
FOUR_KEYS = """(slide) => {
    for (let each = 0; each < 4; each += 1) {
        slide.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        slide.stepUp();
        for (const kind of ["input", "change"]) slide.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    return slide.getAttribute("aria-valuetext");
}"""
COUNT_CHANGES = """() => {
    window.changes = 0;
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    const seen = new MutationObserver((changes) => (window.changes += changes.length));
    seen.observe(document.querySelector(".ink-assumptions"), all);
}"""


@pytest.fixture
def session():
    return Session.opened(TWO[2:])


def test_every_parameter_mechanism_and_rival_is_there_once_with_its_source():
    declared = declarations()
    keys = [f"{family}.{name}" for family, members in declared.parameters.items() for name in members]
    keys += [f"rivals.{name}" for name in declared.rivals] + [f"mechanisms.{name}" for name in declared.mechanisms]
    assert sorted(each["key"] for each in items()) == sorted(keys)
    for each in items():
        assert each["meaning"]
        assert each["family"]
        assert each["said"]
        assert each["kind"] != "parameter" or (each["source"] and each["low"] <= each["value"] <= each["high"])


def test_what_differs_is_told_with_the_scenarios_own_value(session):
    own = unchanged("synthetic_plane")
    before = differing(session, INDICES[BOTH])
    assert not any(each["changed"] or each["somewhere"] for each in before.values())
    for key, each in before.items():  # what the scenario has of its own
        assert each["value"] == each["usual"] == value_of(session, key, [0])
        assert each["said"].startswith("this scenario ")
    assert put(session, GROWTH, 0.3, INDICES[SECOND])
    found = differing(session, INDICES[BOTH])[GROWTH]
    usual = own.parameters["territory"]["growth"]
    assert (found["value"], found["usual"], found["changed"], found["somewhere"]) == (usual, usual, True, True)
    assert found["worlds"] == [f"{usual:g}", "0.3"]
    assert not differing(session, [0])[GROWTH]["changed"]


def test_a_change_is_taken_back_in_one_step_of_undo_also_in_a_branch(session):
    session.branch(None)
    assert put(session, GROWTH, 0.3, [0])
    assert put(session, GROWTH, 0.6, [1])
    found = differing(session, [1])[GROWTH]
    assert (found["value"], found["usual"], found["said"].startswith("first world 0.3")) == (0.6, 0.3, True)
    assert take_back(session, GROWTH, [0, 1])
    assert value_of(session, GROWTH, [0]) == value_of(session, GROWTH, [1]) == 0.45
    session.walk(lambda history: bool(history.undo()))
    assert (value_of(session, GROWTH, [0]), value_of(session, GROWTH, [1])) == (0.3, 0.6)


def test_the_usual_value_of_a_scenario_is_no_change_and_the_default_can_be_set_where_it_is_another():
    session = Session.opened("scenario=awakening_2006&policy=no_intervention")
    key, each = next(iter(differing(session, [0]).items()))
    default = next(item["value"] for item in items() if item["key"] == key)
    assert default != each["usual"] == value_of(session, key, [0])
    assert put(session, key, default, [0])
    assert value_of(session, key, [0]) == default
    assert put(session, key, each["usual"], [0])
    assert not session.setting.arms[0].overrides


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "set", "key": "no.such", "value": "1"},
        {"kind": "set", "key": "policy.title", "value": "1"},
        {"kind": "plan", "index": 7},
        {"kind": "plan"},
        {},
    ],
)
def test_what_no_drawer_sends_changes_nothing(session, message):
    setting = session.setting
    assert answer(session, message, [0], lambda changed: None) == {}
    assert session.setting == setting


@pytest.mark.parametrize(
    ("key", "given", "reason"),
    [
        (GROWTH, "9", "“9” is refused: must be 0.1 to 0.8 (1/week). It stays 0.45."),
        (GROWTH, "much", "“much” is refused: "),
        (GROWTH, "", "“” is refused: "),
        ("mechanisms.territory", "maybe", "“maybe” is refused: "),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(session, key, given, reason):
    setting = session.setting
    told = answer(session, {"kind": "set", "key": key, "value": given}, [0], lambda changed: None)
    assert told[key].startswith(reason)
    assert (session.setting, session.error) == (setting, "")
    assert spec_of(session, BOTH, told, {key: 1})["refused"] == told


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, ONE) as made:

        def opened(query=ONE, **size):
            page = made(query, **size)
            page.shows(2)
            if size.get("width", 1500) < 1000:
                page.page.get_by_role("button", name="Show cards and panels").click()
            page.panel("Assumptions")
            page.page.get_by_role("searchbox", name="Search assumptions").wait_for()
            page.page.locator(".ink-assumption").first.wait_for()
            return page

        yield opened


def search(page, words):
    page.page.get_by_role("searchbox", name="Search assumptions").fill(words)


def titles(page):
    return page.page.locator(".ink-assumption").evaluate_all("(all) => all.map((each) => each.dataset.key)")


def test_all_are_searched_by_name_family_and_meaning_and_a_page_has_twenty(visit):
    page = visit()
    assert len(titles(page)) == 20
    first = titles(page)
    page.page.get_by_role("button", name="Next").click()
    assert len(titles(page)) == 20
    assert not set(first) & set(titles(page))
    expect(page.page.locator(".ink-pages span")).to_have_text(f"21 to 40 of {len(items())}")
    search(page, "growth")
    assert titles(page)[0].endswith(".growth")
    search(page, "rate at which CONTROL is gained")
    assert titles(page) == [GROWTH]
    search(page, "foreign fighters")
    assert "foreign_fighters." in titles(page)[0]
    search(page, "no such thing at all")
    assert titles(page) == []
    expect(page.page.locator(".ink-count")).to_contain_text("Nothing is found.")
    page.page.get_by_role("combobox", name="Show").select_option("core")
    search(page, "rate at which control is gained")
    assert titles(page) == []
    page.page.get_by_role("button", name="Search all").click()
    assert titles(page) == [GROWTH]
    found = page.page.locator(".ink-assumption").inner_text()
    for words in ("1/week", "0.1 to 0.8", "default 0.45", "Source: "):
        assert words in found


def test_what_was_searched_is_there_again_when_the_panel_comes_back(visit):
    page = visit()
    page.page.get_by_label("Search assumptions").fill("control is gained")
    rows = page.page.locator(".ink-parameter")
    page.until(lambda: 0 < rows.count() < 5, "some are found")
    number = rows.count()
    page.panel("Card")
    page.page.get_by_label("Search assumptions").wait_for(state="detached")
    page.panel("Assumptions")
    page.until(lambda: rows.count() == number, "the same are found")
    expect(page.page.get_by_label("Search assumptions")).to_have_value("control is gained")


@pytest.mark.parametrize("key", [GROWTH, WIDE])
def test_a_drag_is_one_step_of_undo_on_the_scale_of_the_range_and_is_reset_by_a_button(visit, key):
    page, item = visit(), next(each for each in items() if each["key"] == key)
    search(page, item["meaning"])
    row = page.page.locator(f'[data-key="{key}"]')
    slide, field = row.get_by_role("slider"), row.get_by_role("textbox")
    usual, undo = field.input_value(), page.page.get_by_role("button", name="Undo")
    mark = row.locator(".ink-shipped-mark").bounding_box()
    (x, y), (there, _) = slide.evaluate(SHARE, float(slide.input_value()) / 200), slide.evaluate(SHARE, 0.9)
    assert abs(mark["x"] + mark["width"] / 2 - x) < 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for step in range(1, 6):
        page.page.mouse.move(x + (there - x) * step / 5, y)
        assert undo.is_disabled()
    assert abs(float(field.input_value()) / scaled(0.9, item["low"], item["high"]) - 1) < 0.03
    page.page.mouse.up()
    page.until(lambda: not undo.is_disabled(), "it took effect")
    row.get_by_text("changed", exact=True).wait_for()
    reset = row.get_by_role("button", name="Reset")
    reset.click()
    page.until(lambda: field.input_value() == usual and reset.is_hidden(), "the shipped value is back")
    undo.click()
    page.until(lambda: field.input_value() != usual, "undone")
    undo.click()
    page.until(lambda: field.input_value() == usual and undo.is_disabled(), "one step for the drag")


def test_keys_move_a_slider_and_take_effect_once(visit):
    page = visit()
    search(page, "rate at which control is gained")
    row = page.page.locator(f'[data-key="{GROWTH}"]')
    slide = row.get_by_role("slider", name="growth (territory)")
    slide.focus()
    assert slide.evaluate(FOUR_KEYS) == "0.464 1/week"
    slide.press("Enter")
    undo = page.page.get_by_role("button", name="Undo")
    page.until(lambda: not undo.is_disabled(), "it took effect")
    expect(slide).to_be_focused()
    undo.click()
    page.until(lambda: slide.get_attribute("aria-valuetext") == "0.45 1/week" and undo.is_disabled(), "one step")


def test_switches_are_found_changed_and_listed_among_what_is_changed(visit):
    page = visit(TWO)
    page.page.get_by_role("combobox", name="Show").select_option("mechanisms")
    search(page, "control spreads and is contested")
    switch = page.page.get_by_role("switch", name="territory (mechanisms)")
    page.page.get_by_role("combobox", name="Change in").select_option(SECOND)
    switch.click()
    page.page.get_by_text("A: on, B: off").wait_for()
    search(page, "")
    page.page.get_by_role("combobox", name="Show").select_option("changed values")
    assert titles(page) == ["mechanisms.territory"]
    page.page.get_by_role("button", name="Reset territory").click()
    page.page.get_by_text("No assumption is changed").wait_for()
    search(page, "how control moves between")
    page.page.get_by_role("button", name="Search all").click()
    page.page.get_by_role("combobox", name="territory: form (mechanisms)").select_option("diffusion")
    page.page.get_by_text("A: pressure, B: diffusion").wait_for()


def test_while_weeks_play_nothing_of_the_drawer_is_drawn_again(visit):
    page = visit()
    page.page.evaluate(COUNT_CHANGES)
    search_field = page.page.get_by_role("searchbox", name="Search assumptions")
    search_field.evaluate("(field) => (field.mine = true)")
    page.page.get_by_role("button", name="Play").click()
    page.until(lambda: page.week() > 30, "weeks have played")
    assert page.page.evaluate("window.changes") == 0
    assert search_field.evaluate("(field) => field.mine") is True


def test_the_page_does_not_work_out_the_drawer_anew_as_weeks_play(session, monkeypatch):
    worked = []
    monkeypatch.setattr(drawer, "spec_of", lambda *given: worked.append(given) or spec_of(*given))
    done = session.show  # any function that stays the same
    _, context = solara.render(drawer.Assumptions(session, done, 0), handle_error=False)
    try:
        for count in range(1, 5):
            context.render(drawer.Assumptions(session, done, count))
        assert len(worked) == 1
        put(session, GROWTH, 0.3, [0])
        context.render(drawer.Assumptions(session, done, 5))
        assert len(worked) == 2
    finally:
        context.close()


def test_what_is_being_typed_stays_when_another_assumption_is_answered(visit):
    page = visit()
    search(page, "mobility")
    typed, other = (page.page.locator(".ink-assumption .ink-number").nth(at) for at in (0, 1))
    held = other.input_value()
    typed.fill("0.123")
    other.evaluate("(field) => { field.value = 'much'; field.dispatchEvent(new Event('change')); }")
    page.page.locator(".ink-assumption .ink-refused", has_text="much").wait_for()
    assert (typed.input_value(), other.input_value()) == ("0.123", held)


@pytest.mark.parametrize("width", [1500, 1024, 390])
def test_rows_are_as_wide_as_the_panel(visit, width):
    page = visit(width=width, height=844)
    for words in ("", "wage", "form"):
        search(page, words)
        assert page.page.locator(".ink-assumptions").evaluate("(each) => each.scrollWidth <= each.clientWidth")
        assert page.page.locator(".ink-slide").evaluate_all("(all) => all.every((each) => each.clientWidth > 90)")
