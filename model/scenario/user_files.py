"""Reading files that users wrote: only plain files, only of a size that can be meant, mistakes as OSError or ValueError.

A device or a pipe would be read for ever; a table of thousands of levels or a key of thousands of parts would take minutes.
"""

import errno
import re
import stat
import tomllib
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

MOST_TEXT = 5_000_000  # bytes of a text that a person wrote or a table of reports; the largest shipped has 0.1 MB
MOST_BINARY = 4_000_000_000  # bytes of a saved run
PIECE = 1_000_000  # bytes that are read at once
MOST_PARTS = 100  # of a dotted key: Python's reader takes time with the square of their number
LONG_KEY = (
    re.compile(  # begins where a word does and gives nothing back: linear in the text, also in words of megabytes
        rf"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]++[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}"
    )
)


def plain_file(path: str | PathLike[str]) -> Path:
    """Return the path of a plain file. Raises OSError with the reason where it is none, or where nothing is there."""
    found = Path(path)
    try:
        mode = found.stat().st_mode
    except ValueError:  # a null byte
        raise OSError(errno.ENOENT, "no such file", str(path)) from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a directory", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(path))
    return found


def content(path: str | PathLike[str], most: int = MOST_TEXT) -> bytes:
    """Return the bytes of a plain file of at most so many. Raises OSError with the reason for any other."""
    found = bytearray()
    with plain_file(path).open("rb") as stream:
        while len(found) <= most and (piece := stream.read(PIECE)):  # its size may change, and is 0 in /proc
            found += piece
    if len(found) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:g} MB, as no file of this kind is", str(path))
    return bytes(found)


def text_of(path: str | PathLike[str], most: int = MOST_TEXT) -> str:
    """Return the text of a file in UTF-8. Raises OSError, or ValueError (UnicodeDecodeError) with the line."""
    return content(path, most).decode("utf-8-sig")


def tables_of(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the tables of a TOML file. Raises OSError where it cannot be read, ValueError where it is no TOML."""
    return parsed(content(path))


@lru_cache(maxsize=256)
def parsed(written: bytes) -> dict[str, Any]:
    """Return the tables of TOML text, not to be changed. Raises ValueError in words, one line.

    They are kept by content, since parsing costs a hundred times what reading does.
    """
    text = written.decode("utf-8-sig")
    if LONG_KEY.search(text):
        raise ValueError(f"a key of {MOST_PARTS} parts or more")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        lines = text.count("\n") + 1
        raise tomllib.TOMLDecodeError(
            str(error).replace("(at end of document)", f"(at the end, line {lines})")
        ) from None
    except RecursionError:
        raise ValueError("tables or lists nested too deeply") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits, and no date that is none
        raise ValueError("a whole number of thousands of digits, or a date that does not exist") from None


def not_toml(error: ValueError) -> str:
    """Return in one line what is wrong with a file that is no TOML."""
    if isinstance(error, UnicodeDecodeError):
        return f"line {error.object[: error.start].count(b'\n') + 1} is not UTF-8 text; save the file as UTF-8"
    return f"broken TOML: {' '.join(str(error).split())}"


def tables_or_none(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the tables of a file, none where it cannot be read: for telling what kind of file it is."""
    try:
        return tables_of(path)
    except (OSError, ValueError):
        return {}
