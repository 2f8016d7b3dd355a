"""The folder of a site: built beside its place and moved into it, so that it is whole at any moment; a stopped building
goes on from the parts that are made.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from experiments.batch.checksums import SEAL, seal_broken, sealed
from experiments.batch.errors import UserError
from experiments.batch.run import model_version
from experiments.batch.whole_files import UNFINISHED, write_whole
from experiments.site.gallery import Made

MANIFEST = "site.json"
PARTS = ".parts"


def check_place(out: Path) -> None:
    """Raise UserError where `out` cannot become a site: a file, or a folder that holds anything else."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file; name a folder that does not exist yet, or is empty")
    if out.is_dir() and any(out.iterdir()) and not is_site(out):
        raise UserError(
            f"{out} holds files that `inkspot site` did not make, and building a site replaces all that is in its folder; "
            "name a new or an empty folder"
        )


def is_site(folder: Path) -> bool:
    """Tell whether a folder is a site that this command made."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("made_by") == "inkspot site"


def code_digest() -> str:
    """Return a digest of code and data: parts that were made of others are made again."""
    contents: list[bytes] = []
    for folder, pattern in (("experiments", "*.py"), ("scenarios", "*.toml")):
        root = Path(str(resources.files(folder)))
        contents += [sha256(path.read_bytes()).digest() for path in root.rglob(pattern)]
    return f"{model_version()} {sha256(b''.join(sorted(contents))).hexdigest()[:12]}"


@dataclass(frozen=True)
class Workplace:
    """Where a site is built, and the parts of it that are made: each a file of `PARTS` with the key of what it is of."""

    folder: Path

    def made(self, name: str, key: str) -> Made | None:
        """Return a part that an earlier call made of the same, or None, also where it is damaged."""
        try:
            stored = json.loads(self._part(name).read_text(encoding="utf-8"))
            if seal_broken(stored) or SEAL not in stored or stored["key"] != key:
                return None
            return Made(stored["files"], stored["facts"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def keep(self, name: str, key: str, part: Made) -> None:
        """Store a part."""
        write_whole(
            self._part(name),
            json.dumps(sealed({"key": key, "files": part.files, "facts": part.facts}), allow_nan=False).encode(),
        )

    def write(self, files: dict[str, str]) -> None:
        """Write files of the site."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def _part(self, name: str) -> Path:
        return self.folder / PARTS / f"{name}.json"


@contextmanager
def built(out: Path) -> Iterator[Workplace]:
    """Give a place beside `out` to build in; at the end it becomes `out`. Where the building stops, its parts stay.

    Raises UserError as `check_place` does, and where another process builds there.
    """
    check_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = out.with_name(f".{out.name}{UNFINISHED}")
    lock = FileLock(f"{folder}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(f"another process builds {out}; wait for it, or name another folder") from error
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        _clear(folder)
        yield Workplace(folder)
        shutil.rmtree(folder / PARTS)
        check_place(out)
        _replace(folder, out)
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Take away what an earlier building wrote but its parts: pages are written anew."""
    for path in folder.iterdir():
        if path.name != PARTS:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _replace(folder: Path, out: Path) -> None:
    """Rename the finished folder into its place; the site that was there goes once the new one stands."""
    old = out.with_name(f".{out.name}.old")
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def manifest_text(facts: dict[str, Any]) -> str:
    """Return the text of the manifest, by which the folder is known as a site."""
    return json.dumps({"made_by": "inkspot site"} | facts, indent=1) + "\n"
