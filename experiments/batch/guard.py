"""What others do to a folder while a batch writes there, and what the disk refuses: told in words, never passed over.

Each error says what is kept, what to do, and how to resume.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.batch.errors import StoreError
from experiments.batch.lock import LOCK, Held
from experiments.batch.manifest import resume_words

if TYPE_CHECKING:  # Arrow, which a single run does without
    from experiments.batch.reader import Reader

NO_ROOM = "make room"
REMEDIES = {
    errno.ENOSPC: NO_ROOM, errno.EDQUOT: NO_ROOM, errno.EFBIG: "allow larger files (ulimit -f)",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "allow more open files (ulimit -n)"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make it writable, or choose another --out"),
}  # fmt: skip
OTHERWISE = "see to the disk, or choose another --out"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Name the folder and a remedy where the disk refuses what is made of stored runs, such as tables and pages."""
    try:
        yield
    except OSError as error:
        reason, remedy = (
            os.strerror(error.errno) if error.errno else str(error),
            REMEDIES.get(error.errno or 0, OTHERWISE),
        )
        words = "runs that are stored stay, and the same command goes on from there"
        raise StoreError(f"cannot write in {folder}: {reason}: {remedy}; {words}") from error


class Guard:
    """The folder that a batch writes into. `expected`: names of the parts that must be there; `total`: runs of the batch."""

    def __init__(self, results: "Reader", held: Held, command: str) -> None:
        self.results, self.held = results, held
        self.resume = resume_words(command)
        self.expected = {part.name for part in results.part_folders()}
        self.total = 0
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int] | None:
        """What of the folder of parts is another thing once something in it was added, deleted or moved."""
        with suppress(OSError):
            found = self.results.parts.stat()
            return found.st_ino, found.st_mtime_ns
        return None

    @contextmanager
    def adding(self, name: str) -> Iterator[None]:
        """Expect a part that is written meanwhile, and raise as `check` does where others had changed something before.

        Only then all parts are listed: doing so after each of thousands took longer than their runs.
        """
        touched = self._stamp() != self._seen
        yield
        self.expected.add(name)
        self._seen = self._stamp()
        if touched:
            self.check()
        else:
            self.check_place()

    @property
    def kept(self) -> str:
        """How many runs are stored, in words."""
        return self._stored(self.results)

    def check(self) -> None:
        """Raise StoreError where the folder, its lock or a part was deleted, moved or replaced since it was opened."""
        self.check_place()
        parts = self.results.parts
        gone = self.expected - {part.name for part in self.results.part_folders()}
        if gone:
            words = f"{len(gone)} of {len(self.expected)} parts in {parts} were deleted or moved by somebody else"
            raise StoreError(
                f"{words} while this batch wrote there; {self.kept}: put the parts back, or their runs are made again. "
                f"{self.resume}"
            )

    def check_place(self) -> None:
        """Raise StoreError where the folder or its lock was deleted, moved or replaced since it was opened."""
        if not self.held.lost():
            return
        out, place = self.results.out, self.held.moved()
        what = out if place is None or place != out.resolve() else out / LOCK
        words = f"{what} was deleted, moved or replaced by somebody else while this batch wrote into the folder"
        if place is None:
            raise StoreError(f"{words}: what was stored there is gone, and all runs must be made again. {self.resume}")
        if place == out.resolve():
            raise StoreError(f"{words}, so that a second batch may write there too; {self.kept}. {self.resume}")
        from experiments.batch.reader import Reader  # as above

        kept = self._stored(Reader(place, self.results.layout))
        raise StoreError(f"{words}; it is {place} now. {kept}: move it back, or name it with --out. {self.resume}")

    @contextmanager
    def disk(self) -> Iterator[None]:
        """Turn what the disk refuses into words."""
        try:
            yield
        except OSError as error:
            self.check()
            reason = os.strerror(error.errno) if error.errno else str(error)  # Arrow's own words repeat themselves
            remedy = REMEDIES.get(error.errno or 0, OTHERWISE)
            words = f"cannot write results in {self.results.out}: {reason}; {self.kept}: {remedy}"
            raise StoreError(f"{words}. {self.resume}") from error

    def _stored(self, results: "Reader") -> str:
        try:
            of = f" of {self.total}" if self.total else ""
            return f"{len(results.finished())}{of} runs are stored there and whole"
        except (StoreError, OSError) as error:
            return f"what is stored there cannot be read ({error})"
