"""Options of the test suite, and what is done once before it is spread over the cores."""

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
