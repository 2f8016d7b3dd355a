"""One process at a time writes into a results folder; another one is told whose it is.

The lock is one of the operating system (package filelock), which ends with the process that holds it, however that ends:
what a killed process left is taken over. `.lock` stays in the folder, `.lock.json` says who holds it.
"""

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from experiments.batch.errors import StoreError
from experiments.batch.whole_files import write_whole

LOCK, OWNER = ".lock", ".lock.json"
REMEDY = "wait until it ends, stop it, or choose another --out"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which is made where it is not there.

    Raises StoreError where another process holds it, naming that process; OSError where the folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file: choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(f"{folder} is in use by {_owner(folder)}: {REMEDY}") from None
    try:
        owner = {
            "pid": os.getpid(), "host": platform.node(), "since": datetime.now(UTC).isoformat(timespec="seconds")
        }  # fmt: skip
        write_whole(folder / OWNER, json.dumps(owner).encode())
        yield
    finally:
        (folder / OWNER).unlink(missing_ok=True)
        lock.release()


def _owner(folder: Path) -> str:
    """Return who holds the lock, in words."""
    try:
        owner = json.loads((folder / OWNER).read_text(encoding="utf-8"))
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has only just begun, or is about to end
        return "another process"
