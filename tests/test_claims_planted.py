"""A claim's verdict comes out of its mechanism: turn the mechanism's sign in a scratch copy, and the verdict turns."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
OPPOSITE = {"supported": "contradicted", "contradicted": "supported"}

# claim, and where its mechanism's sign is: file, the line's part as it is, the same with the sign turned
PLANTED = [
    (
        "C35",
        "model/kernels/prestige.py",
        "gain += affiliates * provinces / 8.0",
        "gain -= affiliates * provinces / 8.0",
    ),
    (
        "C04",
        "model/kernels/pledging.py",
        "need = p.need if",
        "need = -p.need if",
    ),
    (
        "C34",
        "model/kernels/pledging.py",
        "rival_hub = p.rival_hub if",
        "rival_hub = -p.rival_hub if",
    ),
]


@pytest.fixture
def scratch(tmp_path):
    """A copy of the code, in which a sign can be turned."""
    return copied(tmp_path / "scratch")


def copied(folder):
    """The code copied into a folder, with what is compiled already."""
    for name in ("model", "scenarios", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def verdict(folder, claim, out):
    words = ["claims", claim, "--quick", "--seeds", "6", "--draws", "0", "--jobs", "1", "--out", str(out)]
    command = [sys.executable, "-c", "from experiments.cli.main import main; main()", *words]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = pd.read_csv(out / claim / "verdicts.csv")
    return table.loc[table["condition"] == "stated", "verdict"].iloc[0]


@pytest.mark.parametrize(("claim", "file", "there", "turned"), PLANTED, ids=[case[0] for case in PLANTED])
def test_a_turned_sign_turns_the_verdict(claim, file, there, turned, scratch, tmp_path):
    source = scratch / file
    text = source.read_text(encoding="utf-8")
    assert text.count(there) == 1, f"{file} no longer holds {there!r} once: say here where the sign is now"
    before = verdict(scratch, claim, tmp_path / "before")
    source.write_text(text.replace(there, turned), encoding="utf-8")
    assert verdict(scratch, claim, tmp_path / "after") == OPPOSITE[before]
