"""Files that are whole at any moment: written beside their place, onto the disk, then renamed into it."""

import os
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".unfinished"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, onto the disk, then rename it into place: it is the old one or the new, never half."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names onto the disk, where the system lets folders be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
