"""A run's map is drawn by a second process, which imports what drawing takes while the run is made: half a second or more.

with map_beside() as drawer:
    ...  # the run is made
    drawer.begin(picture)
    ...  # it is told in words
    drawer.png()  # the map; None where the second process did not manage, whatever the reason
"""

import gc
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from experiments.batch.cores import available_cores

if TYPE_CHECKING:
    from experiments.report.picture import Picture

SLOW = "numba"  # where a process has imported it, as a server or a test has, drawing takes it no second


class Drawer:
    """Draws one map, in a second process if there is one."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self.process = process
        self.answer: Future[bytes] | None = None
        self.thread = ThreadPoolExecutor(1)

    def begin(self, picture: "Picture") -> None:
        """Send what is to be drawn; nobody waits for that."""
        if self.process is not None:
            with suppress(Exception):  # a scenario may hold what stays in its process
                sent = pickle.dumps(picture, pickle.HIGHEST_PROTOCOL)
                self.answer = self.thread.submit(self._ask, self.process, sent)

    @staticmethod
    def _ask(process: subprocess.Popen[bytes], sent: bytes) -> bytes:
        drawn = process.communicate(sent)[0]
        return b"" if process.returncode else drawn

    def png(self) -> bytes | None:
        """Return the map that was begun when it is done, None where there is none: then draw it here."""
        with suppress(Exception):  # whatever it is, drawing here tells
            if self.answer is not None:
                return self.answer.result() or None
        return None

    def close(self) -> None:
        """End the second process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.thread.shutdown()


@contextmanager
def map_beside() -> Iterator[Drawer]:
    """Give what draws the map: a second process, where this one has just begun and there are two cores."""
    process = None
    if available_cores() > 1 and SLOW not in sys.modules:
        with suppress(OSError):  # no room for a process
            command = [sys.executable, "-P", "-m", "experiments.report.map_beside"]
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)
    drawer = Drawer(process)
    try:
        yield drawer
    finally:
        drawer.close()


def _draw() -> None:
    """Draw the picture that comes in; an end of input without one ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent hears it
    gc.disable()
    from experiments.report.maps import map_of  # only here: this is what takes the time

    with suppress(EOFError):
        sys.stdout.buffer.write(map_of(pickle.load(sys.stdin.buffer)))


if __name__ == "__main__":
    _draw()
