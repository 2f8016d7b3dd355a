"""What visits took is given back when they end: memory and threads, whether a tab is closed or the network is lost."""

import time
from pathlib import Path

import pytest
from app_browser import SLOW, started
from app_clients import Visitor

TWO = "?scenario=synthetic_plane&policy=no_intervention&policy_b=core_only"
VISITS = 12  # a world that stays is some 7 MB: twelve times two of them are far more than the tolerance
TOLERANCE = 1.05


@pytest.fixture(scope="module")
def server():
    with started(SOLARA_KERNEL_CULL_TIMEOUT="1s") as (port, _, process):
        yield port, process.pid


def status(pid, key):
    """Return a number of the system's about a process, such as VmRSS in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{key}:")).split()[1])


def visit(port, number):
    visitor = Visitor(port, TWO)
    visitor.tell(kind="speed", value=0)
    visitor.tell(kind="play")
    visitor.until(lambda: visitor.week >= 4)
    visitor.leave(kindly=number % 2 == 0)  # in the middle of playing


def falls_to(told, limit):
    """Return whether a number falls to a limit, and the number at the end; on a busy machine that may take a while."""
    end = time.monotonic() + SLOW / 1000
    while told() > limit and time.monotonic() < end:
        time.sleep(0.5)
    return told() <= limit, told()


def test_visits_that_have_ended_leave_the_server_where_it_was(server):
    port, pid = server
    before, threads = status(pid, "VmRSS"), status(pid, "Threads")
    for number in range(VISITS):
        visit(port, number)
    fell, after = falls_to(lambda: status(pid, "VmRSS"), TOLERANCE * before)
    assert fell, f"{before} kB before {VISITS} visits, {after} kB after them"
    fell, after = falls_to(lambda: status(pid, "Threads"), threads + 4)  # a few wait for the next visit
    assert fell, f"{threads} threads before {VISITS} visits, {after} after them"
