"""Damage is noticed: `checksums.json` says what each file beside it was when it was written, and JSON files are sealed.

A file is listed before it is renamed into place, beside the one that it replaces, so that after a kill between the two
whichever is there is listed. Folders of earlier versions have no list: their files are read and cannot be checked.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b, file_digest
from os import stat_result
from pathlib import Path
from time import time
from typing import Any

import numpy.typing as npt

from experiments.batch.errors import StoreError, one_line
from experiments.batch.whole_files import entries, write_whole
from model.scenario.user_files import content as content_of

LIST, SEAL = "checksums.json", "checksum"
SETTLED = 2.0  # seconds after which a file's time tells whether it was changed: clocks of file systems are coarse
MOST_BYTES = 50_000_000  # of a list
TRIES = 3  # a batch that writes there may replace list and file between two looks
GONE = "it was deleted or moved"
REPLACED = "put a copy of it back, or replace the results with --fresh"

type Entry = dict[str, Any]  # blake2b, bytes, rows (None where it is no table)
type Listing = dict[str, list[Entry | None]]  # by name: the newest last; None where it may not be there yet


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with its own checksum as the last key."""
    plain: dict[str, Any] = json.loads(
        json.dumps({key: value for key, value in content.items() if key != SEAL}, default=str)
    )
    return plain | {SEAL: _seal(plain)}


def seal_broken(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object has a checksum which is not its own."""
    return SEAL in content and content[SEAL] != _seal({key: value for key, value in content.items() if key != SEAL})


def _seal(plain: Mapping[str, Any]) -> str:
    return blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=16).hexdigest()


def read_list(folder: Path) -> Listing | None:
    """Return what a folder's files were when they were written, None where there is no list. Raises StoreError."""
    path = folder / LIST
    try:
        text = content_of(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    try:
        content = json.loads(text)
        if seal_broken(content) or SEAL not in content:
            raise ValueError("it was changed since it was written")
        files: Listing = content["files"]
        if not all(
            each is None or {"blake2b", "bytes", "rows"} <= each.keys() for many in files.values() for each in many
        ):
            raise ValueError("it says too little of a file")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(path, one_line(error)) from None
    return files


def check_file(file: Path) -> None:
    """Raise StoreError where a file is not there or not as it was written, as far as there is a list of it."""
    for attempt in range(TRIES):
        known = read_list(file.parent)
        if known is None:
            if _was_listed(file.parent):
                raise damaged(file.parent / LIST, "it was deleted")
            return
        reason = _difference(file, known.get(file.name, []))
        if not reason:
            return
        if attempt == TRIES - 1:
            raise damaged(file, reason, known)


def missing(folder: Path) -> list[str]:
    """Return the files that a folder's list has and that are not there."""
    return [name for name, entries in (read_list(folder) or {}).items() if _difference(folder / name, entries) == GONE]


def damaged(file: Path, reason: str, known: Listing | None = None) -> StoreError:
    """Return the error of a damaged file, with what to do about it."""
    rows = next((entry["rows"] for entry in (known or {}).get("runs.parquet", [])[-1:] if entry), None)
    runs = "its runs" if rows is None else f"its {rows} runs"
    if file.parent.parent.name == "parts":
        remedy = f"delete the folder {file.parent}, and the same command makes {runs} again"
    else:
        remedy = REPLACED if rows is None else f"{REPLACED}, which makes {runs} again"
    return StoreError(f"{file} is damaged ({reason}): {remedy}")


def admit(path: Path, unfinished: Path) -> None:
    """List a file that is about to be renamed to `path`, beside the one that is there."""
    known = read_list(path.parent) or {}
    _write(path.parent, known | {path.name: [*known.get(path.name, [None]), _entry(unfinished)]})


def settle(folder: Path) -> None:
    """Leave of each file in a folder's list the entry that it has; where it has none, all, so that readers are told."""
    known = read_list(folder)
    if known and any(len(entries) > 1 for entries in known.values()):
        settled = {
            name: [each for each in entries if not _difference(folder / name, [each])][-1:] or entries
            for name, entries in known.items()
        }
        _write(folder, {name: entries for name, entries in settled.items() if entries != [None]})


def list_files(folder: Path, files: Iterable[Path]) -> None:
    """List files as they are."""
    _write(folder, {file.name: [_entry(file)] for file in files})


def _write(folder: Path, files: Listing) -> None:
    write_whole(folder / LIST, json.dumps(sealed({"files": files}), indent=1).encode())


def _entry(file: Path) -> Entry:
    from pyarrow.parquet import read_metadata  # a tenth of a second, and a single run lists no tables

    rows = read_metadata(file.absolute()).num_rows
    return {"blake2b": _digest(file), "bytes": file.stat().st_size, "rows": rows}


def arrays_digest(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return the digest of arrays by name: their types, shapes and values."""
    digest = blake2b(digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode() + array.tobytes())
    return digest.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, lambda: blake2b(digest_size=16)).hexdigest()


def _difference(file: Path, entries: Sequence[Entry | None]) -> str:
    """Return in what a file differs from all entries, nothing where it does not."""
    try:
        found = file.stat()
        if not entries:
            return f"it is not in {LIST}, so another program put it there"
        written = [each for each in entries if each is not None]
        if found.st_size not in {each["bytes"] for each in written}:
            return f"it has {found.st_size} bytes and {written[-1]['bytes'] if written else 'none'} were written"
        same = _current_digest(file, found) in {each["blake2b"] for each in written}
    except FileNotFoundError:
        return "" if None in entries else GONE
    return "" if same else "its contents are not those that were written"


def _current_digest(file: Path, found: stat_result) -> str:
    """Return the digest of a file, from memory where it was not changed since it was read last."""
    if time() - found.st_mtime < SETTLED:
        return _digest(file)
    return _remembered(file, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _remembered(file: Path, *signature: int) -> str:
    return _digest(file)


def _was_listed(folder: Path) -> bool:
    """Whether a manifest of a version that lists its files belongs to a folder, or to the folder whose part it is."""
    for path in (folder / "manifest.json", folder.parent.parent / "manifest.json"):
        if path.parent == folder or folder.parent.name == "parts":
            try:
                return SEAL in json.loads(content_of(path, MOST_BYTES))
            except (OSError, ValueError, TypeError):
                continue
    return False


def adopt(folder: Path) -> bool:
    """List the tables of a folder of an earlier version, which had no list; return whether there are any."""
    tables = entries(folder, "*.parquet")
    if not tables or (folder / LIST).exists() or _was_listed(folder):
        return False
    list_files(folder, tables)
    return True
