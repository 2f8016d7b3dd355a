"""What a hostile environment would break is put right before numerical libraries are imported."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

KERNELS = Path(__file__).parents[2] / "model" / "kernels"
CACHE, THREADS, BACKEND = "NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "MPLBACKEND"


def put_right(say: Callable[[str], None]) -> None:
    """See that compiled loops can be kept somewhere, that threads are a number, and that no screen is asked for.

    `say` is told where loops are kept in a temporary folder, since neither the package nor the home can be written to.
    """
    os.environ[BACKEND] = "agg"  # figures go into files; whatever is set may not exist here
    threads = os.environ.get(THREADS)
    if threads is not None and not (threads.isdecimal() and int(threads) > 0):
        os.environ[THREADS] = "1"
    if not os.environ.get(CACHE) and not any(_writable(place) for place in (KERNELS / "__pycache__", user_cache())):
        place = temporary_cache()
        os.environ[CACHE] = str(place)
        if not any(place.iterdir()):
            say(f"Neither the package nor the home can be written to: compiled loops are kept in {place}.")


def user_cache() -> Path:
    """Return the folder in the home that Numba would use."""
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path(os.path.expanduser("~")) / ".cache"


def temporary_cache() -> Path:
    """Return a temporary folder that is this user's alone: Numba executes what it finds there."""
    place = Path(tempfile.gettempdir()) / f"inkspot-loops-{os.getuid() if hasattr(os, 'getuid') else os.getlogin()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
        mine = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
        if mine and place.is_dir() and not place.is_symlink() and _writable(place):
            return place
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="inkspot-loops-"))


def _writable(place: Path) -> bool:
    """Whether a file can be made in a folder, which is made where it is not there: what permissions say is not enough."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except (OSError, ValueError):
        return False
