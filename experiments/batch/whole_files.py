"""Files that are whole at any moment: written beside their place, onto the disk, then renamed into it.

Folders are listed whole, too: `Path.glob` takes a folder that cannot be read for an empty one, and what was in it for gone.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

UNFINISHED = ".unfinished"


@contextmanager
def written_whole(path: Path, ready: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """Give a path to write to; at the end what was written is put onto the disk and renamed to `path`.

    `ready` is called before with `path` and what was written.

    Where the writing fails the error names the file, and nothing is left of it: `path` is the old file or the new one,
    never half of one.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        yield unfinished
        descriptor = os.open(unfinished, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if ready is not None:
            ready(path, unfinished)
        os.replace(unfinished, path)
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error  # users are told which file
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file of known content so that it is the old one or the new, never half."""
    with written_whole(path) as unfinished:
        unfinished.write_bytes(content)


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names onto the disk, where the system lets folders be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def entries(folder: Path, pattern: str) -> list[Path]:
    """Return what in a folder has a name that fits a pattern, in order; nothing where there is no such folder.

    Raises OSError where the folder cannot be read.
    """
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(folder / name for name in names if fnmatchcase(name, pattern))


def all_below(folder: Path) -> list[Path]:
    """Return all files and folders below a folder, in order. Raises OSError where one cannot be read."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # there is none, or it was deleted meanwhile
            raise error

    walked = os.walk(folder, onerror=refuse)
    return sorted(Path(place, name) for place, folders, files in walked for name in (*folders, *files))
