"""Compiled loops on disk that were damaged are noticed, told and compiled anew: Numba itself would die of them, or run them.

Numba keeps an index (`.nbi`) and a file of machine code for each kind of arguments (`.nbc`). Here each `.nbc` that is
written ends with its checksum, which Numba passes over; what does not agree, or cannot be read, counts as not there.
"""

import functools
import pickle
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from numba.core import caching

MARK = b"inkspot"  # before the checksum at the end of a file
SIZE = 16
PARTS = ("_load_index", "_load_data", "_dump", "_data_path", "_index_path")  # of Numba's class that are used here

_told: list[Callable[[str], None]] = []


def heal(say: Callable[[str], None] | None = None) -> None:
    """Have Numba notice damaged files of compiled loops from now on.

    `say` is told of the first damaged one; by default it is told on the error stream.

    Where Numba has changed so much that its class has other parts, nothing is done.
    """
    if say is not None:
        _told[:] = [say]
    kind = caching.IndexDataCacheFile
    if getattr(kind, "inkspot", False) or not all(hasattr(kind, name) for name in PARTS[:-1]):
        return
    kind.inkspot = True
    kind._load_index = _index_or_nothing(kind._load_index)
    kind._load_data = _data_or_nothing
    kind._save_data = _save_with_checksum


def _index_or_nothing(load: Callable[[Any], dict[Any, Any]]) -> Callable[[Any], dict[Any, Any]]:
    @functools.wraps(load)
    def loaded(self: Any) -> dict[Any, Any]:
        try:
            found = load(self)
            if isinstance(found, dict):
                return found
        except OSError:
            raise
        except Exception:  # pickle has an error of each kind for each kind of damage
            pass
        _tell(self._index_path)
        return {}

    return loaded


def _save_with_checksum(self: Any, name: str, data: Any) -> None:
    """Write the code of a loop with its checksum behind it; Numba's `_save_data` without the checksum."""
    packed = self._dump(data)
    with self._open_for_write(self._data_path(name)) as stream:
        stream.write(packed + MARK + _digest(packed))


def _data_or_nothing(self: Any, name: str) -> Any:
    """Return the code of a loop. Raises OSError, which Numba takes for a file that is not there, where it is damaged."""
    path = self._data_path(name)
    written = Path(path).read_bytes()
    packed, mark = written[: -SIZE - len(MARK)], written[-SIZE - len(MARK) : -SIZE]
    try:
        if mark == MARK and written[-SIZE:] != _digest(packed):
            raise ValueError("its contents are not those that were written")
        return pickle.loads(packed if mark == MARK else written)
    except Exception as error:  # as above
        _tell(path)
        raise OSError(f"{path} is damaged: {error}") from error


def _digest(packed: bytes) -> bytes:
    return blake2b(packed, digest_size=SIZE).digest()


def _tell(path: str) -> None:
    """Say that loops are compiled anew, once a process."""
    words = f"A file of compiled loops was damaged and is made anew, which takes a moment: {path}"
    if "said" not in _damage:
        _damage["said"] = path
        for say in _told or [lambda line: print(line, file=sys.stderr, flush=True)]:
            say(words)


_damage: dict[str, str] = {}
