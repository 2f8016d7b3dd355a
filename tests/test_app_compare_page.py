"""Compare and Claims in a real browser: runs start by themselves, a verdict is told, plans and claims reach the map."""

import re

import pytest
from app_browser import visits
from playwright.sync_api import expect

PLANE = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&set=weeks%3D12&set_b=weeks%3D12"


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, PLANE) as opened:
        yield opened


def finished(page, seeds):
    page.page.locator(".ink-ensemble", has_text=f"finished: {seeds} of {seeds} seeds").wait_for()


def test_plans_run_by_themselves_change_get_more_seeds_and_go_to_the_map(visit):
    page = visit()
    page.page.get_by_role("button", name="Compare", exact=True).click()
    finished(page, 12)
    verdicts = page.page.get_by_role("region", name="Verdicts")
    expect(verdicts).to_contain_text("12 paired seeds")
    expect(verdicts).to_contain_text("By ")
    page.select("Plan 3", "Cut the links")
    page.page.locator(".ink-columns th", has_text="Cut the links").wait_for()
    finished(page, 12)
    expect(page.page.locator(".ink-columns tbody tr").first.locator("td")).to_have_count(3)
    expect(page.page.locator(".ink-compare progress")).to_have_count(0)
    page.page.get_by_role("button", name="12 more seeds").click()
    finished(page, 24)
    expect(page.page.locator(".ink-compare .ink-link")).to_have_attribute("href", re.compile("plan="))
    page.page.get_by_role("button", name="Show on the map: Cut the links").click()
    page.page.locator(".ink-pane canvas").first.wait_for()
    second = page.page.get_by_role("combobox", name="Compare with")
    page.until(lambda: second.get_attribute("title") == "Cut the links", "the sentence names the plan")


def test_plans_are_judged_in_the_week_of_the_map_where_that_is_wanted(visit):
    page = visit(f"{PLANE}&week=6")
    page.page.get_by_role("button", name="Compare", exact=True).click()
    finished(page, 12)
    verdicts = page.page.get_by_role("region", name="Verdicts")
    expect(verdicts).to_contain_text("Judged at the end of the run")
    page.select("Judged", "in the week that the map shows")
    page.until(lambda: "Judged in the week of the map" in verdicts.inner_text(), "another date")
    page.until(lambda: "judged=now" in page.page.url, "the address says it")


def test_a_link_opens_the_comparison_with_its_plans(visit):
    page = visit()
    page.page.get_by_role("button", name="Compare", exact=True).click()
    page.select("Plan 2", "Cut the links")
    page.page.locator(".ink-columns th", has_text="Cut the links").wait_for()
    words = page.page.locator(".ink-compare .ink-link")
    expect(words).to_have_attribute("href", re.compile("sever_links"))
    link = words.get_attribute("href")
    page.page.goto(page.page.url.split("?")[0] + link)
    page.page.locator(".ink-columns th", has_text="Cut the links").wait_for()


def test_a_claim_is_found_by_verdict_and_its_worlds_open_on_the_stage(visit):
    page = visit()
    page.page.get_by_role("button", name="Claims").click()
    page.page.locator(".ink-wall").wait_for()
    page.select("Sort by", "largest effect first")
    page.select("Verdict", "supported")
    page.page.get_by_label("Search").fill("pledges contagious")
    page.page.locator(".ink-soft", has_text=re.compile("^0 of")).wait_for()
    page.select("Verdict", "all verdicts")
    page.page.locator(".ink-soft", has_text=re.compile("^1 of")).wait_for()
    page.until(lambda: page.page.locator(".ink-claim").count() == 1, "the wall has that one claim")
    page.page.get_by_role("button", name="Show the experiment").click()
    page.page.get_by_role("button", name="Show its two worlds on the map").click()
    page.page.locator(".ink-claim-line", has_text="Claim C01").wait_for()
    page.page.locator(".ink-pane canvas").first.wait_for()
