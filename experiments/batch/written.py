"""Tables and texts made of stored runs: what each was when it was written stands in `written.json` beside it.

Whoever reads one compares, and names a damaged one. After a change on purpose: python -m experiments.batch.written FILE...
"""

import json
import sys
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from time import sleep, time

from experiments.batch.checksums import SEAL, seal_broken, sealed
from experiments.batch.errors import StoreError
from experiments.batch.whole_files import write_whole
from model.scenario.user_files import content, plain_file

LIST = "written.json"
TEXTS = (".csv", ".json", ".md", ".svg", ".html")  # whose ends of lines a copy may change without harm
TRIES, PATIENCE, RECENT = 5, 0.1, 5.0  # looks at a file, seconds between them, age of one that may be being written
REMEDY = "put a copy of it back, or make it anew with the command that wrote it"


def note(files: Iterable[Path]) -> None:
    """Note what files are now, in the list of the folder of each. Raises OSError where that cannot be written."""
    for file in files:
        known = _known(file.parent, strict=False) | {file.name: _digest(file)}
        text = json.dumps(sealed({"files": dict(sorted(known.items()))}), indent=1) + "\n"
        write_whole(file.parent / LIST, text.encode())


def checked(file: Path) -> Path:
    """Return a file that is as it was written, as far as a list beside it says. Raises StoreError naming a damaged one.

    One that another process has just written is waited for: its list is written after it.
    """
    for attempt in range(TRIES):
        known = _known(file.parent, strict=True)
        if file.name not in known or known[file.name] == _digest(file):
            return file
        if time() - file.stat().st_mtime > RECENT:
            break
        if attempt < TRIES - 1:
            sleep(PATIENCE)
    raise StoreError(f"{file} is damaged (its contents are not those that were written): {REMEDY}")


def _digest(file: Path) -> str:
    found = plain_file(file).read_bytes()
    return blake2b(found.replace(b"\r\n", b"\n") if file.suffix in TEXTS else found, digest_size=16).hexdigest()


def _known(folder: Path, strict: bool) -> dict[str, str]:
    """Return the digests in a folder's list, nothing without one; a damaged one is replaced, or `strict`: StoreError."""
    path = folder / LIST
    try:
        found = json.loads(content(path))
        if seal_broken(found) or SEAL not in found:
            raise ValueError
        return dict(found["files"])
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, RecursionError):
        if strict:
            words = "delete it (its folder is then unchecked), or put a copy of it back"
            raise StoreError(f"{path} is damaged (it was changed since it was written): {words}") from None
        return {}


if __name__ == "__main__":
    note(Path(word) for word in sys.argv[1:])
