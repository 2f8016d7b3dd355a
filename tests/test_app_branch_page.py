"""What if from here, in a real browser: the second world is the first up to the week, and not after it."""

import pytest
from app_browser import visits

ONE = "/?scenario=synthetic_plane&policy=core_only&week=6"


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, ONE) as opened:
        yield opened


def branch(page, policy):
    page.page.get_by_role("button", name="What if from here").click()
    page.select("Policy of the branch", policy)
    page.page.get_by_role("button", name="Branch from").click()
    page.page.locator(".ink-what-if", has_text="The second world is the first up to there").wait_for()
    page.until(lambda: values(page, 6), "both worlds are shown")


def values(page, week):
    """The values of both worlds in a week, a pair a chart, as charts tell them; nothing before they have it."""
    said = page.page.locator('[role="slider"][aria-valuetext*="; "]').evaluate_all(
        "found => found.map((each) => each.getAttribute('aria-valuetext'))"
    )
    told = [text.partition(f", week {week}: ")[2].split("; ") for text in said]
    return [tuple(part.rpartition(": ")[2] for part in each) for each in told if len(each) == 2]


def test_a_branch_equals_the_first_world_up_to_the_week_parts_after_it_and_undo_takes_it_back(visit):
    page = visit()
    page.shows(6)
    page.page.get_by_role("button", name="All charts").click()
    branch(page, "Cut the links")
    assert all(one == two for one, two in values(page, 6))
    page.page.locator(".ink-map").focus()
    for _ in range(9):
        page.page.keyboard.press("ArrowRight")
    page.until(lambda: values(page, 15), "nine weeks after it")
    assert any(one != two for one, two in values(page, 15))
    page.page.get_by_role("button", name="Undo").click()
    page.page.locator(".ink-what-if p").wait_for(state="detached")
    page.until(lambda: page.page.locator(".ink-title[data-world]").count() == 0, "one world again")


def test_a_link_to_a_branch_opens_it_and_asking_can_be_cancelled(visit):
    page = visit(ONE + "&policy_b=core_only&set_b=branch.start%3D4&set_b=branch.policy%3Dno_intervention")
    page.page.locator(".ink-what-if", has_text="No intervention").wait_for()
    page.page.get_by_role("button", name="What if from here").click()
    page.page.get_by_role("button", name="Cancel").click()
    page.page.get_by_role("button", name="What if from here").wait_for()
