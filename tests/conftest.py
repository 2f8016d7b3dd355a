"""Options of the test suite."""


def pytest_addoption(parser):
    parser.addoption(
        "--renew-baselines", action="store_true", help="write tests/baselines anew, for review in the diff"
    )
