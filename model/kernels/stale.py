"""Numba's files are forgotten when any loop has changed.

Numba looks only at the file that a loop stands in. What it calls from another file is compiled into it, so that after a
change there, as after an update, an old loop would go on with the old numbers, and nobody would notice.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

STAMP = "loops.sha256"
MARK = "compiled-"  # beginning of the names of files that say that all loops are compiled


def forget_stale(sources: Path, compiled: Path) -> bool:
    """Delete Numba's files in `compiled` unless they were made of the `*.py` in `sources`; return whether that was needed.

    Marks that all is compiled go with them: where a change is taken back, loops must be compiled again.

    A folder that cannot be written is left as it is: then nothing new is stored there either.
    """
    texts = (path.name.encode() + b"\0" + path.read_bytes() for path in sorted(sources.glob("*.py")))
    now = sha256(b"\0".join(texts)).hexdigest()
    stamp = compiled / STAMP
    with suppress(OSError):
        if stamp.is_file() and stamp.read_text(encoding="ascii") == now:
            return False
        compiled.mkdir(parents=True, exist_ok=True)
        for path in [*compiled.glob("*.nbi"), *compiled.glob("*.nbc"), *compiled.glob(f"{MARK}*.txt")]:
            path.unlink(missing_ok=True)
        stamp.write_text(now, encoding="ascii")
        return True
    return False
