"""A sample of failing file-system calls: after resuming, a sweep and a comparison are as if nothing had happened."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import faults

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("batch", faults.BATCHES)
def test_after_a_failed_call_the_same_command_gives_the_same_results(batch, tmp_path):
    """In a process of its own, which has no threads of other tests when it forks."""
    script = (
        "import sys; from pathlib import Path; from tests import faults; faults.warm();"
        f"found = list(faults.trials({batch!r}, Path({str(tmp_path)!r}), 37, 3));"
        "print(len(found), [each for each in found if each[2]])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count, wrong = done.stdout.splitlines()[-1].split(" ", 1)
    assert wrong == "[]"
    assert int(count) >= 3


def test_a_fault_fails_the_call_of_its_turn_and_no_other(tmp_path):
    made = []
    injected = faults.Faults(tmp_path, 1, "EIO")
    call = injected.wrapped(made.append)
    call(str(tmp_path / "first"))
    call("/elsewhere")
    with pytest.raises(OSError, match="second"):
        call(str(tmp_path / "second"))
    call(str(tmp_path / "third"))
    assert [Path(each).name for each in made] == ["first", "elsewhere", "third"]
    assert injected.count == 3
