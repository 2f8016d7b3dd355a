"""What is taken away from the page: every file of Downloads, in a real browser without a network."""

import pytest
from app_browser import visits

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=5"


@pytest.fixture
def visit(browser, address):
    with visits(browser, address, TWO) as opened:
        yield opened


def test_what_is_taken_away_can_be_used(visit, browser, tmp_path):
    page = visit(TWO)
    page.shows(5)
    page.panel("Downloads")
    for label, name in (("Series (CSV)", "series.csv"), ("Scenario, world A", "a.toml"), ("Map, world B (PNG)", "b.png"),
                        ("Charts (SVG)", "charts.svg"), ("Report to week 5", "report.html"),
                        ("Replay", "replay.html")):  # fmt: skip
        with page.page.expect_download() as download:
            page.page.get_by_role("button", name=label).click()
        download.value.save_as(tmp_path / name)
    assert (tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")
    assert len((tmp_path / "series.csv").read_text().splitlines()) == 13
    assert "<svg" in (tmp_path / "charts.svg").read_text()
    replay = browser.new_page()
    complaints = []
    replay.on("pageerror", lambda error: complaints.append(str(error)))
    replay.goto((tmp_path / "replay.html").as_uri())
    replay.locator('[data-act="play"]').click()
    replay.locator(".ink-date", has_text="week 5").wait_for()
    replay.goto((tmp_path / "report.html").as_uri())
    assert "What follows is one run with one seed." in replay.content()
    assert replay.evaluate("[...document.images].every(image => image.naturalWidth > 100)")
    assert "http" not in replay.content().replace("http://localhost", "").replace("http://www.w3.org", "")
    assert complaints == []
    replay.close()


def test_the_report_to_the_end_is_computed_beside_the_page(visit):
    page = visit()
    page.shows(5)
    page.panel("Downloads")
    page.page.get_by_role("button", name="Report to the end").click()
    page.page.locator('[data-act="back"]').click()
    page.until(lambda: page.week() == 4, "the page goes on meanwhile")
    save = page.page.get_by_role("button", name="Save the report to the end")
    save.wait_for()
    with page.page.expect_download() as download:
        save.click()
    assert "(week 104 of 104)" in download.value.path().read_text(encoding="utf-8")
