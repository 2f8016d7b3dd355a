"""What a hostile environment would break is put right before numerical libraries are imported."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from experiments.batch.errors import UserError

KERNELS = Path(__file__).parents[2] / "model" / "kernels"
OWN = 0o700  # what a folder allows: all to its owner, nothing to others
CACHE, THREADS, BACKEND = "NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "MPLBACKEND"


def put_right(say: Callable[[str], None]) -> None:
    """See that compiled loops can be kept somewhere, that threads are a number, and that no screen is asked for.

    `say` is told where loops are kept in a temporary folder, since neither the package nor the home can be written to.
    Raises UserError where there is no such folder either.
    """
    os.environ[BACKEND] = "agg"  # figures go into files; whatever is set may not exist here
    threads = os.environ.get(THREADS)
    if threads is not None and not (threads.isdecimal() and int(threads) > 0):
        os.environ[THREADS] = "1"
    given = os.environ.get(CACHE)
    if given and not _writable(Path(given)):
        say(f"{CACHE} is {given}, which cannot be written to: it is passed over.")
        del os.environ[CACHE]
    if not os.environ.get(CACHE) and not any(_writable(place) for place in (KERNELS / "__pycache__", user_cache())):
        try:
            place = temporary_cache()
        except OSError as error:
            words = "no folder can be written to, not even a temporary one, and compiled loops must be kept in one"
            raise UserError(f"{words}: name one, as in TMPDIR=/some/folder ({error.strerror or error})") from None
        os.environ[CACHE] = str(place)
        if not any(place.iterdir()):
            say(f"Neither the package nor the home can be written to: compiled loops are kept in {place}.")


def open_streams() -> None:
    """Open those of input, output and errors that are closed, as `2>&-` leaves them, so that what is said goes nowhere.

    Else the next file that is opened is taken for them: a pipe between processes, and a batch of several waits for ever.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def user_cache() -> Path:
    """Return the folder in the home that Numba would use."""
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path(os.path.expanduser("~")) / ".cache"


def temporary_cache() -> Path:
    """Return a temporary folder that is this user's alone: Numba executes what it finds there."""
    place = Path(tempfile.gettempdir()) / f"inkspot-loops-{os.getuid() if hasattr(os, 'getuid') else os.getlogin()}"
    try:
        with suppress(FileExistsError):
            _make_own(place)
        found = place.lstat()
        mine = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
        if mine and place.is_dir() and not place.is_symlink() and _writable(place):
            return place
    except OSError:
        pass
    place = Path(tempfile.mkdtemp(prefix="inkspot-loops-"))
    place.chmod(OWN)
    return place


def _make_own(place: Path) -> None:
    """Make a folder that its owner can use, whatever is masked (umask), and nobody else."""
    place.mkdir(mode=OWN)
    place.chmod(OWN)


def _writable(place: Path) -> bool:
    """Whether a file can be made in a folder, which is made where it is not there: what permissions say is not enough."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except (OSError, ValueError):
        return False
