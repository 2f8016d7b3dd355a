"""Who may talk to the app's server, and how: real requests, real websockets and a real Chromium."""

import socket
import subprocess
import sys
import threading
import time
import tomllib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from app_browser import chromium, free_port, server
from app_clients import answers, ask, session
from websockets.exceptions import InvalidStatus


@pytest.fixture(scope="module")
def attempts():
    """Addresses that the server asked a proxy for: everything that a Python client fetches from elsewhere."""
    return []


@pytest.fixture(scope="module")
def port(attempts):
    with recorder(attempts) as elsewhere, server(HTTPS_PROXY=elsewhere, HTTP_PROXY=elsewhere) as address:
        yield int(address.rpartition(":")[2])


@pytest.fixture(scope="module")
def browser():
    """Names that lead to this machine, as an attacker's DNS would have it."""
    with chromium("--host-resolver-rules=MAP *.example 127.0.0.1") as found:
        yield found


@contextmanager
def recorder(attempts):
    """A proxy to elsewhere that lets nothing through, and notes what was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def note():
            while True:
                try:
                    guest, _ = door.accept()
                except OSError:
                    return
                with guest:
                    attempts.append(guest.recv(4096))

        threading.Thread(target=note, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1:80", "127.9.9.9", "[::1]:1234"])
def test_names_of_this_machine_are_answered(port, host):
    assert ask(port, host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.7", "a@localhost", "localhost:x", "", None]
)
def test_other_names_are_refused_for_requests(port, host):
    for path in ("/", "/static/main-vuetify.js", "/_solara/cdn/requirejs@2.3.6/require.js"):
        assert ask(port, path, host=host)[0] in (400, 403)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.7"])
def test_other_names_are_refused_for_websockets(port, host):
    with pytest.raises(InvalidStatus, match="403"):
        session(port, host)


def test_the_refusal_names_the_remedy(port):
    status, _, text = ask(port, host="hub.example")
    assert (status, "--allow-host hub.example" in text) == (403, True)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:1", "https://localhost", "null", "file://", "http://"]
)
def test_a_page_of_another_origin_opens_no_session(port, origin):
    with pytest.raises(InvalidStatus, match="403"):
        session(port, origin=origin)
    assert ask(port, host=f"localhost:{port}", Origin=origin)[0] == 403


def test_the_page_itself_opens_a_session(port):
    with session(port, origin=f"http://localhost:{port}") as websocket:
        assert answers(websocket)


def test_a_program_without_an_origin_opens_a_session(port):
    with session(port) as websocket:
        assert answers(websocket)


def test_in_a_browser_a_foreign_page_reaches_nothing(browser, port):
    with foreign_page() as address:
        page = browser.new_page()
        page.goto(address)
        opened = page.evaluate(
            """(port) => new Promise((done) => {
                const socket = new WebSocket(`ws://localhost:${port}/jupyter/api/kernels/1/channels?session_id=1`);
                socket.onopen = () => done("opened");
                socket.onerror = () => done("refused");
            })""",
            port,
        )
        assert opened == "refused"
        with page.expect_console_message(lambda line: "frame-ancestors" in line.text):  # the browser says why not
            page.set_content(f'<iframe src="http://localhost:{port}/"></iframe>')
        page.goto(f"http://rebound.example:{port}/")
        assert "does not answer to the name" in page.content()
        page.close()


@contextmanager
def foreign_page():
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title>")

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        yield f"http://elsewhere.example:{elsewhere.server_port}/"
        elsewhere.shutdown()


def test_the_page_is_in_no_frame_of_another_site_and_loads_nothing_from_there(port):
    policy = ask(port)[1]["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http:" not in policy


def test_every_file_of_the_page_comes_from_a_plain_install(port):
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    assert any(each.startswith("solara-assets") for each in project["dependencies"])
    text = ask(port)[2]
    paths = [each.split('"')[0] for each in text.split('"/')[1:]]
    files = [f"/{path}" for path in paths if path.startswith(("_solara/cdn/", "static/")) and not path.endswith("/")]
    assert len(files) > 8
    for path in files:
        assert ask(port, path)[0] == 200, path


def test_files_that_are_not_here_are_not_fetched_from_elsewhere(port, attempts):
    for path in (
        "nothing@1.0.0/x.js",
        "nothing",
        "@widgetti/solara-vuetify-app@99.0.0/dist/main8.css",
        "..%2f..%2f..%2fpyvenv.cfg",
    ):
        assert ask(port, f"/_solara/cdn/{path}")[0] == 404
    with session(port) as websocket:
        assert answers(websocket)
    assert attempts == []


def test_other_routes_of_solara_are_closed(port):
    for path in ("/resourcez", "/anything", "/deep/er", "/_solara/api/evict/1"):
        assert ask(port, path)[0] in (404, 405)


def test_a_screen_reader_is_told_the_language_and_the_page_may_be_enlarged(port):
    text = ask(port)[2]
    assert '<html lang="en">' in text
    assert "user-scalable" not in text


def test_a_server_that_is_told_to_end_ends_in_order_and_says_nothing_more(tmp_path):
    said = tmp_path / "said"
    with said.open("w") as output:
        command = [sys.executable, "-m", "experiments.cli.main", "app", "--port", str(free_port())]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        while "is ready" not in said.read_text():
            assert process.poll() is None, said.read_text()
            time.sleep(0.1)
        ready = said.read_text()
        process.terminate()
        assert process.wait(60) == 0
        assert said.read_text() == ready
    finally:
        process.kill()
