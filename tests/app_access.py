"""What axe says of a page: shared by the tests of the app and of the static site."""

from axe_playwright_python.sync_playwright import Axe

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def complaints(page, where):
    """What axe calls critical or serious, and tells as failed for certain."""
    found = (
        Axe()
        .run(page.page, options={"runOnly": RULES, "resultTypes": ["violations"], "preload": False})
        .response["violations"]
    )
    bad = [each for each in found if each["impact"] in ("critical", "serious")]
    return [
        f"{where}: {each['id']} {node['html'][:160]} {node['failureSummary']}" for each in bad for node in each["nodes"]
    ]
