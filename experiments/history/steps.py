"""What a calibration works out between runs, kept in its folder: a call that resumes does not work it out again.

Steps follow one another, and the digest of a step is that of all that went into it: code, targets, plan, runs, and the steps
before it. A step of another digest is worked out anew, and one that was damaged, which its own checksum tells.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.batch.checksums import SEAL, arrays_digest
from experiments.batch.whole_files import written_whole

FOLDER = "steps"
CODE = ("emulator.py", "matching.py", "populations.py", "blocks.py", "calibrate.py")
Arrays = dict[str, npt.NDArray[np.float64]]


class Steps:
    """The steps of a calibration in a folder, in the order in which they are asked for."""

    def __init__(self, out: Path, *start: object) -> None:
        self.folder = out / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)
        code = [(Path(__file__).parent / name).read_bytes() for name in CODE]
        self.digest = _digest("", [np.__version__, *start, *code])

    def take(self, name: str, inputs: list[object], work: Callable[[], Arrays]) -> Arrays:
        """Return what a step comes to: what is kept of the same inputs after the same steps, or what `work` returns."""
        self.digest = _digest(self.digest, [name, *inputs])
        file = self.folder / f"{name}.npz"
        kept = self._kept(file)
        if kept is not None:
            return kept
        found = work()
        with written_whole(file) as unfinished, unfinished.open("wb") as stream:
            arrays: dict[str, Any] = {"digest": np.array(self.digest), **found}
            np.savez(stream, **(arrays | {SEAL: np.array(arrays_digest(arrays))}))
        return found

    def _kept(self, file: Path) -> Arrays | None:
        try:
            with np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            whole = str(arrays.pop(SEAL)) == arrays_digest(arrays)
            return arrays if whole and str(arrays.pop("digest")) == self.digest else None
        except Exception:  # none yet, or damaged: zip and NumPy have a kind of error each for every kind of damage
            return None


def _digest(before: str, parts: list[object]) -> str:
    found = sha256(before.encode())
    for part in parts:
        found.update(np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
        found.update(b"\0")
    return found.hexdigest()
