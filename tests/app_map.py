"""What the browser tests of the map share: pages to open, and a look into the map."""

from contextlib import contextmanager

from app_browser import visits

TWO = "/?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only&week=30"
LEVANT = "/?scenario=levant_2014&set=resolution%3D1.0"
COARSE = LEVANT + "&policy_b=core_only&set_b=resolution%3D1.0&week=30"
MAP = "document.querySelector('.ink-map').inkMap"


@contextmanager
def map_visits(browser, address):
    """Open pages; the week of the link is shown, and the first view of the map."""
    with visits(browser, address, TWO) as made:

        def opened(query=TWO, **options):
            page = made(query, **options)
            week = int(query.split("week=")[1].split("&")[0]) if "week=" in query else 0
            page.shows(week)
            page.until(lambda: of(page, f"{MAP}.opened") == "done", "the first view")
            return page

        yield opened


def of(page, expression):
    return page.page.evaluate(expression)


def box(page, selector):
    return page.page.locator(selector).bounding_box()
