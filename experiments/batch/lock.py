"""One process at a time writes into a results folder: another one is told whose it is, and what is moved away is noticed.

The lock is one of the operating system (package filelock), which ends with the process that holds it, however that ends:
what a killed process left is taken over. `.lock` stays in the folder, `.lock.json` says who holds it.
"""

import errno
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from filelock import FileLock, Timeout

from experiments.batch.errors import StoreError
from experiments.batch.watchdog import end_if_unguarded
from experiments.batch.whole_files import write_whole

LOCK, OWNER = ".lock", ".lock.json"
REMEDY = "wait until it ends, stop it, or choose another --out"
INTRODUCED, PATIENCE = 20, 0.05  # how often the owner's name is looked for, and seconds between: it may have just begun
FULL = (errno.ENOSPC, errno.EDQUOT)
SPANS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


class Held:
    """A folder while this process holds its lock: `lost` tells whether it is still the same folder at the same place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: int | None = None
        with suppress(OSError):  # where the system lets folders be opened: it then knows where they are moved
            self._opened = os.open(folder, os.O_RDONLY)
        self._marks = [_mark(path) for path in self._places()]

    def _places(self) -> tuple[Path, Path]:
        return self.folder, self.folder / LOCK

    def lost(self) -> bool:
        """Whether the folder or its lock was deleted, moved or replaced: what is there now is not held."""
        return [_mark(path) for path in self._places()] != self._marks

    def moved(self) -> Path | None:
        """Return where a lost folder is now, as far as the system says."""
        if self._opened is None:
            return None
        try:
            place = Path(os.readlink(f"/proc/self/fd/{self._opened}"))
            return place if os.path.samestat(place.stat(), os.fstat(self._opened)) else None
        except OSError:  # deleted, or a system that does not say
            return None

    def close(self) -> None:
        """Let the folder go."""
        if not self.lost():
            (self.folder / OWNER).unlink(missing_ok=True)
        if self._opened is not None:
            os.close(self._opened)


@contextmanager
def locked(folder: Path) -> Iterator[Held]:
    """Hold the lock of a folder, which is made where it is not there.

    Raises StoreError where another process holds it, naming that process; OSError where the folder cannot be written.
    """
    end_if_unguarded()
    _make(folder)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(f"{folder} is in use by {_owner(folder)}: {REMEDY}") from None
    try:
        held = Held(folder)
        try:
            write_whole(folder / OWNER, json.dumps(_myself()).encode())
            yield held
        finally:
            held.close()
    finally:
        lock.release()


def check_free(folder: Path) -> None:
    """Raise StoreError where a process is writing into a folder, for readers who need all of it from one moment."""
    if not (folder / LOCK).is_file():
        return
    try:
        with FileLock(folder / LOCK, timeout=0):
            pass
    except Timeout:
        raise StoreError(f"{folder} is in use by {_owner(folder)}: wait until it ends, or stop it") from None
    except OSError:  # it cannot be written to, so nobody does
        pass


def _make(folder: Path) -> None:
    """Make a folder where it is not there. Raises StoreError where that cannot be, with the reason and a remedy."""
    try:
        if folder.exists() and not folder.is_dir():
            raise StoreError(f"{folder} is a file: choose another --out")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        place = Path(error.filename or folder)
        nowhere = error.errno == errno.EEXIST and place.is_symlink()
        reason = f"{place} is a link that leads nowhere" if nowhere else os.strerror(error.errno or errno.EIO)
        remedy = "make room, or choose another --out" if error.errno in FULL else "choose another --out"
        raise StoreError(f"cannot make the folder {folder}: {reason}: {remedy}") from error


def _mark(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same place, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _myself() -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return {"pid": os.getpid(), "host": platform.node(), "since": since, "command": command}


def _owner(folder: Path) -> str:
    """Return who holds the lock, in words."""
    for _ in range(INTRODUCED):
        try:
            owner = json.loads((folder / OWNER).read_text(encoding="utf-8"))
            age = _span((datetime.now(UTC) - datetime.fromisoformat(owner["since"])).total_seconds())
            who = f"process {owner['pid']} on {owner['host']}"
            return f"{who} for {age} (since {owner['since']}: {owner['command']})"
        except (OSError, ValueError, KeyError, TypeError):  # it has only just begun, or is about to end
            sleep(PATIENCE)
    return "another process"


def _span(seconds: float) -> str:
    """Return a span of time in its largest unit."""
    size, unit = next((each for each in SPANS if seconds >= each[0]), SPANS[-1])
    count = max(0, int(seconds // size))
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
