"""Options of the test suite, what is done once before it is spread over the cores, and what browser tests share."""

import pytest

from experiments.batch.compiling import ensure_compiled


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Compile the model's loops by all cores together, before each core would compile them for itself."""
    if not hasattr(session.config, "workerinput"):
        ensure_compiled()


def pytest_addoption(parser):
    parser.addoption(
        "--renew-baselines", action="store_true", help="write tests/baselines anew, for review in the diff"
    )


@pytest.fixture(scope="session")
def address():
    """The address of `inkspot app`: one server for all tests of a process, since its start takes many seconds."""
    from app_browser import server  # with playwright, which other tests do without

    with server() as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; of a module, since its driver's event loop would forbid other tests their own."""
    from app_browser import chromium  # with playwright, which other tests do without

    with chromium() as found:
        yield found
