"""The app for others: a token, a proxy's prefix, and the names that it answers to."""

import pytest
from app_browser import Visit, started
from app_clients import answers, ask, session
from app_proxy import proxy
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus

from experiments.app.address import HOST, checked
from experiments.batch.errors import UserError

PLANE = "?scenario=synthetic_plane&policy=no_intervention"
PREFIX = "/user/anna/proxy/inkspot"


@pytest.fixture(scope="module")
def guarded():
    with started("--host", "0.0.0.0", "--token", "a token of a test") as found:
        yield found


@pytest.fixture(scope="module")
def prefixed():
    with started("--root-path", PREFIX) as (found, *_):
        yield found


def test_a_host_for_others_warns_and_says_an_address_with_the_token(guarded):
    _, said, _ = guarded
    assert any("not encrypted" in line for line in said)
    address = said[-1].split("ready: ")[1].split()[0]
    assert "0.0.0.0" not in address
    assert address.endswith("?token=a+token+of+a+test")


def test_without_the_token_nothing_is_served(guarded):
    port, *_ = guarded
    for path in ("/", "/?token=wrong", "/static/main-vuetify.js", "/_solara/cdn/requirejs@2.3.6/require.js"):
        assert ask(port, path)[0] == 403
    with pytest.raises(InvalidStatus, match="403"):
        session(port)
    assert ask(port, "/readyz")[0] == 200  # says that it lives, no more


def test_the_token_becomes_a_cookie_and_leaves_the_address(guarded):
    port, *_ = guarded
    status, headers, _ = ask(port, f"/{PLANE}&token=a+token+of+a+test")
    assert status == 303
    assert headers["location"] == f"/{PLANE}"
    assert {"HttpOnly", "SameSite=lax"} <= set(headers["set-cookie"].split("; "))
    cookie = headers["set-cookie"].split(";")[0]
    assert "token+of" not in cookie
    assert ask(port, Cookie=cookie)[0] == 200
    with session(port, additional_headers={"Cookie": cookie}) as websocket:
        assert answers(websocket)
    with pytest.raises(InvalidStatus, match="403"):
        session(port, additional_headers={"Cookie": cookie}, origin="http://evil.example")


def test_a_program_brings_the_token_in_a_header(guarded):
    port, *_ = guarded
    assert ask(port, Authorization="token a token of a test")[0] == 200
    assert ask(port, Authorization="token another one")[0] == 403


def test_the_token_leads_to_no_other_server(guarded):
    port, *_ = guarded
    location = ask(port, "//evil.example/?token=a+token+of+a+test")[1]["location"]
    assert location == "/evil.example/"


def test_a_host_for_others_still_refuses_foreign_names(guarded):
    port, *_ = guarded
    assert ask(port, host="evil.example", Authorization="token a token of a test")[0] == 403
    assert ask(port, host="10.1.2.3", Authorization="token a token of a test")[0] == 200


def test_a_server_started_again_with_a_new_token_asks_for_it_and_opens_the_same_state(browser):
    with started("--host", "0.0.0.0", "--token", "the first token") as (port, *_):
        page = Visit(browser, f"http://localhost:{port}", f"/{PLANE}&week=5&token=the+first+token")
        page.shows(5)
        state = page.page.url
    with started("--host", "0.0.0.0", "--token", "another token", port=port):
        field = page.page.get_by_label("Token")
        field.wait_for()
        expect(page.page.locator("main")).to_contain_text("started again, with a new token")
        field.fill("another token")
        field.press("Enter")
        page.arrived()
        page.shows(5)
        assert page.page.url == state
    page.close()


def test_what_an_address_says_is_kept_as_text_where_a_token_is_asked_for(guarded):
    port, *_ = guarded
    text = ask(port, "/?scenario=%22%3E%3Cscript%3E&week=5&token=wrong")[2]
    assert '<input type="hidden" name="week" value="5">' in text
    assert "<script>" not in text
    assert "wrong" not in text


def test_with_the_token_the_page_opens_in_a_browser(browser, guarded):
    port, *_ = guarded
    page = browser.new_page()
    page.goto(f"http://localhost:{port}/{PLANE}")
    page.get_by_label("Token").fill("a token of a test")
    page.get_by_role("button", name="Open").click()
    page.wait_for_function("window.inkspotFrames > 0")
    assert "token" not in page.url
    page.close()
    visit = Visit(browser, f"http://localhost:{port}", f"/{PLANE}&token=a+token+of+a+test")
    assert visit.page.url.endswith(PLANE)
    assert visit.complaints == []
    visit.close()


@pytest.mark.parametrize("strips", [True, False], ids=["strips the prefix", "keeps the prefix"])
def test_the_page_works_behind_a_proxy_that(browser, prefixed, strips):
    with proxy(prefixed, PREFIX, strips) as (address, asked):
        visit = Visit(browser, address.rstrip("/"), f"/{PLANE}")
        visit.page.locator('[data-act="step"]').click()
        visit.until(lambda: visit.week() == 1, "a step on")
        assert visit.complaints == []
        assert visit.outside == []
        assert all(path.startswith(f"{PREFIX}/") for path in asked)
        assert any("/jupyter/api/kernels/" in path for path in asked)
        visit.close()


def test_a_prefix_without_its_slash_leads_to_the_page(prefixed):
    status, headers, _ = ask(prefixed, f"{PREFIX}{PLANE}")
    assert (status, headers["location"]) == (307, f"{PREFIX}/{PLANE}")


def test_jupyterhub_says_where_its_proxy_is():
    hub = {"JUPYTERHUB_SERVICE_PREFIX": "/user/anna/", "JUPYTERHUB_PUBLIC_URL": "https://hub.example:8000/user/anna/"}
    address = checked(8765, HOST, (), None, "", hub)
    assert address.prefix == "/user/anna/proxy/8765"
    assert address.answers_to("hub.example:8000")
    assert address.same_origin("https://hub.example:8000", "localhost:8765")
    assert checked(8765, HOST, (), "/own/", "", hub).prefix == "/own"


def test_only_others_than_this_machine_are_asked_for_a_token():
    assert checked(8765, "127.0.0.1", (), "", "", {}).token == checked(8765, "::1", (), "", "", {}).token == ""
    made = {checked(8765, host, (), "", "", {}).token for host in ("0.0.0.0", "::", "192.168.1.7", "lab.example")}
    assert min(len(token) for token in made) >= 32
    assert len(made) == 4


def test_a_name_that_is_allowed_is_one_origin_and_no_more():
    address = checked(8765, HOST, ("hub.example", "lab.example:8443"), "", "", {})
    good = ("https://hub.example", "http://hub.example:80", "https://lab.example:8443", "http://127.0.0.1:8765")
    assert all(address.same_origin(each, "127.0.0.1:8765") for each in good)
    bad = (
        "https://hub.example:8443",
        "https://lab.example",
        "https://a.hub.example",
        "https://hub.example@evil.example",
    )
    assert not any(address.same_origin(each, "127.0.0.1:8765") for each in bad)


def test_all_that_is_wrong_with_the_options_is_said_at_once():
    with pytest.raises(UserError) as refused:
        checked(8765, HOST, ("http://hub.example/",), "models", "short", {})
    assert all(each in str(refused.value) for each in ("--root-path", "--allow-host", "fewer than 8"))
