"""A damaged file of compiled loops is told, and the loop is compiled anew with the same answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = """
import numba
from experiments.batch.loops_cache import heal
heal(lambda words: print("TOLD", words))

@numba.njit(cache=True)
def triple(number):
    return 3 * number

print(triple(14), sum(triple.stats.cache_hits.values()))
"""


def flipped(content: bytes) -> bytes:
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


DAMAGE = {
    "an index cut": ("nbi", lambda content: content[:-7]), "an empty index": ("nbi", lambda content: b""),
    "an index of garbage": ("nbi", lambda content: b"\x93" * 99), "code cut": ("nbc", lambda content: content[:-200]),
    "empty code": ("nbc", lambda content: b""), "a flipped bit": ("nbc", flipped),
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("loops")
    (place / "script.py").write_text(SCRIPT)
    assert told(place) == ["42 0"]
    assert told(place) == ["42 1"]  # from the disk
    return place


def told(place: Path) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(place / "cache")}
    command = [sys.executable, str(place / "script.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_files_of_compiled_loops_are_told_and_made_anew(name: str, compiled: Path) -> None:
    suffix, damage = DAMAGE[name]
    (file,) = (compiled / "cache").rglob(f"*.{suffix}")
    file.write_bytes(damage(file.read_bytes()))
    words, answer = told(compiled)
    assert words.startswith("TOLD A file of compiled loops was damaged and is made anew")
    assert str(file) in words
    assert answer == "42 0"
    assert told(compiled) == ["42 1"]
