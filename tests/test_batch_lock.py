"""One process at a time writes into a folder: another is refused in words, and what a killed one held is taken over."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.batch.errors import StoreError
from experiments.batch.lock import locked
from experiments.compare.comparison import compare
from experiments.compare.planning import plan

ROOT = Path(__file__).parent.parent
HOLD = """
import sys, time
from pathlib import Path
from experiments.batch.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path):
    """Another process that holds the lock of a folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_told_who_holds_the_folder_since_when_and_what_to_do(owner, tmp_path):
    words = (
        rf"is in use by process {owner.pid} on {platform.node()} for \d+ (second|minute)s? "
        rf"\(since 20\d\d-\d\d-\d\dT.*: -c {tmp_path}\): wait until it ends, stop it, or choose another --out"
    )
    with pytest.raises(StoreError, match=words), locked(tmp_path):
        pass
    command = [sys.executable, "-m", "experiments.cli.main", "compare", "synthetic_plane", "--policies", "core_only",
               "--seeds", "1", "--set", "weeks=2", "--jobs", "1", "--out", str(tmp_path)]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"is in use by process {owner.pid}" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", ".lock.json"]


def test_the_lock_of_a_process_that_was_killed_is_taken_over(owner, tmp_path):
    assert json.loads((tmp_path / ".lock.json").read_text())["pid"] == owner.pid
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    compared = compare(plan("synthetic_plane", ["core_only"], 1, {"weeks": 2}), tmp_path)
    assert list(compared.runs["status"]) == ["done"]
    assert not (tmp_path / ".lock.json").exists()


def test_a_batch_is_locked_while_it_runs_and_free_afterwards(tmp_path):
    batch = plan("synthetic_plane", ["core_only"], 1, {"weeks": 2})

    def again(progress):
        with pytest.raises(StoreError, match=f"is in use by process {os.getpid()} on"):
            compare(batch, tmp_path)

    compare(batch, tmp_path, progress=again)
    started = time.monotonic()
    compare(batch, tmp_path)
    assert time.monotonic() - started < 60
