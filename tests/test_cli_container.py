"""Real containers, as far as this machine lets a test make them: a read-only install, and a quota of processor time."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTROLS = Path("/sys/fs/cgroup")
ASK = "from experiments.batch.cores import available_cores; print(available_cores())"
WHERE = """
import os, sys
from experiments.batch.surroundings import put_right
put_right(print)
from experiments.batch.compiling import _mark
print(_mark().parent)
"""


def read_only(script, folder):
    """Run a script where the install cannot be written to, not even by root, and neither can the home."""
    home = folder / "home"
    home.mkdir()
    mounts = "; ".join(
        f"mount --bind {place} {place} && mount -o remount,bind,ro {place}"
        for place in (shlex.quote(str(ROOT)), shlex.quote(str(home)))
    )
    inside = f"mount --make-rprivate / && {mounts} && cd {shlex.quote(str(folder))} && {script}"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(folder / "temporary")}
    for name in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR"):
        environment.pop(name, None)
    (folder / "temporary").mkdir()
    command = ["unshare", "--mount", "sh", "-c", inside]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(
    subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0
    if Path("/usr/bin/unshare").exists()
    else True,
    reason="needs unshare and the right to mount",
)
def test_a_read_only_install_without_a_home_keeps_loops_in_a_temporary_folder_and_checks(tmp_path):
    python = shlex.quote(sys.executable)
    done = read_only(
        f"{python} -c {shlex.quote(WHERE)} && {python} -m experiments.cli.main check synthetic_plane", tmp_path
    )
    assert done.returncode == 0, done.stderr
    said, where, checked = done.stdout.splitlines()
    assert said.startswith("Neither the package nor the home can be written to: compiled loops are kept in")
    assert Path(where).is_relative_to(tmp_path / "temporary")
    assert checked == "synthetic_plane: ok"


@pytest.fixture
def half_a_core():
    """A control group of this test whose processes get half a core."""
    unified = (CONTROLS / "cgroup.controllers").exists()
    group = (CONTROLS if unified else CONTROLS / "cpu") / f"inkspot-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        if unified:
            (group / "cpu.max").write_text("50000 100000")
        else:
            (group / "cpu.cfs_quota_us").write_text("50000")
        yield group
    except OSError as error:
        pytest.skip(f"no quota can be set here: {error}")
    finally:
        group.rmdir()


def test_a_container_with_half_a_core_gets_one_process(half_a_core):
    inside = f"echo $$ > {half_a_core}/cgroup.procs && exec {shlex.quote(sys.executable)} -c {shlex.quote(ASK)}"
    done = subprocess.run(["sh", "-c", inside], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
