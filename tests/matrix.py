"""The quick part of the suite on the lowest, the highest or the tested versions of what pyproject.toml admits.

uv run python -m tests.matrix lowest FOLDER       # a copy of the committed files with an environment of its own
uv run python -m tests.matrix highest FOLDER
uv run python -m tests.matrix tested FOLDER       # as constraints.txt says

With a number of a version or a path behind it (3.13), on that Python. The loops are compiled there once, which takes
minutes. Each file of tests is a process of its own, and one that hangs is ended, told and counts as failed.

On 27 November 2026 all 17 files passed on the lowest versions with Python 3.12.1 (Numba 0.61.0, NumPy 2.1.0, pandas 2.2.2,
pyarrow 19.0.1) and on the highest with Python 3.13.0 (Numba 0.68.1, NumPy 2.5.5, pandas 3.1.1, pyarrow 26.0.1), in ten
minutes both beside one another. Python 3.14 and 3.15, which this Numba supports, too, were not to be had on that machine.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESOLUTION = {"lowest": "lowest-direct", "highest": "highest"}
QUICK = (
    "points_ensemble", "studies_sensitivity", "studies_discovery", "scenario", "batch_store", "batch_damage",
    "batch_written", "batch_loops_cache", "batch_dask", "cli_main", "app_server", "report_comparison", "report_export",
    "kernels", "history_emulator", "sweep_run", "agents",
)  # fmt: skip


LONGEST = 1800  # seconds that a file of tests may take; the first one compiles


def copied(folder: Path) -> None:
    """Put the committed files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)


def install(which: str, folder: Path, python: Sequence[str]) -> None:
    """Make the environment of a folder."""
    if which in RESOLUTION:
        command = ["uv", "sync", "-q", "--group", "tests", "--resolution", RESOLUTION[which], *python]
        subprocess.run(command, cwd=folder, check=True)
        return
    subprocess.run(["uv", "venv", "-q", "--clear", *python], cwd=folder, check=True)
    groups = ["-e", ".", "--group", "tests", "-c", "constraints.txt"]
    subprocess.run(["uv", "pip", "install", "-q", *groups], cwd=folder, check=True)


def main(which: str, folder: Path, python: Sequence[str]) -> int:
    """Install and test; return the exit code of the tests."""
    copied(folder)
    install(which, folder, python)
    failed = [name for name in QUICK if not passes(folder, name)]
    print(f"{len(QUICK) - len(failed)} of {len(QUICK)} files of tests pass; not: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def passes(folder: Path, name: str) -> bool:
    """Whether a file of tests passes there, in time."""
    print(f"test_{name}.py", flush=True)
    command = [folder / ".venv" / "bin" / "python", "-m", "pytest", "-q", "-n", "0", f"tests/test_{name}.py"]
    try:
        return subprocess.run(command, cwd=folder, check=False, timeout=LONGEST).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"test_{name}.py did not end in {LONGEST} s", flush=True)
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), ["--python", sys.argv[3]] if len(sys.argv) > 3 else []))
