"""An archive for a paper's supplement: results, the files of one's own that they are made from, versions, how to run again.

The same folder gives the same bytes: names are sorted, times are those of no clock.
"""

import hashlib
import io
import json
import os
import shlex
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.batch.checksums import LIST, check_file, read_list
from experiments.batch.errors import UserError
from experiments.batch.lock import check_free
from experiments.batch.manifest import Manifest, read_manifest
from experiments.batch.reader import Reader
from experiments.batch.whole_files import UNFINISHED, all_below, write_whole
from experiments.batch.written import checked
from model.scenario.user_files import tables_or_none

NOT_RESULTS = (".lock", ".lock.json")
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file knows
INPUTS, RESULTS, AGAIN = "inputs", "results", "again"
OUT = "--out"


def archive(folder: Path, out: Path) -> list[str]:
    """Write the archive of a folder of results; return the names in it. Raises UserError in words that say what to do.

    Damaged files and folders that a process is writing into are refused.
    """
    folder = Path(folder)
    manifest = read_manifest(folder) if folder.is_dir() else {}
    if not manifest:
        raise UserError(f"{folder} holds no results: name a folder that a command wrote (it has a manifest.json)")
    if out.suffix != ".zip":
        raise UserError(f"an archive ends in .zip: {out.with_suffix('.zip')}")
    check_free(folder)
    _check(folder)
    words = shlex.split(str(manifest.get("command", "")))
    own = own_files(words)
    base = Path(os.path.commonpath([path.parent for path in own])) if own else Path()
    names = {path: f"{INPUTS}/{path.relative_to(base).as_posix()}" for path in own}
    files = {f"{RESULTS}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _results(folder, out)}
    files |= {name: path.read_bytes() for path, name in names.items()}
    command = shlex.join(again(words, names))
    files["versions.json"] = _json({key: manifest.get(key) for key in ("model_version", "versions", "platform")})
    composed = ("scenario", "scenarios", "policies", "design", "seeds")
    files["scenario.json"] = _json({key: manifest.get(key) for key in composed})
    files["README.md"] = _readme(manifest, command, sorted(names.values()), sorted(files)).encode()
    sums = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    files["SHA256SUMS"] = ("\n".join(sums) + "\n").encode()
    write_whole(out, _packed(files))
    return sorted(files)


def _check(folder: Path) -> None:
    """Raise StoreError where a file is not as it was written, as far as lists beside it and its own checksum say."""
    paths = all_below(folder)
    for listing in (path for path in paths if path.name == LIST):
        for name in read_list(listing.parent) or {}:
            check_file(listing.parent / name)
    for path in paths:
        if path.name == "runs.parquet":  # its list may have been deleted
            check_file(path)
    for path in paths:
        if path.is_file():
            checked(path)
    for path in paths:
        if path.name == "manifest.json":  # a comparison of futures has one of its own
            read_manifest(path.parent)
    for path in paths:
        if path.match("maps/*.npz"):
            Reader(path.parent.parent).map(path.stem)


def _results(folder: Path, out: Path) -> Iterator[Path]:
    for path in all_below(folder):
        hidden = path.name in NOT_RESULTS or path.name.endswith(UNFINISHED) or path.resolve() == out.resolve()
        if path.is_file() and not hidden:
            yield path


def own_files(words: Sequence[str]) -> list[Path]:
    """Return the files that a command names, and those that they name in turn: scenarios, policies, designs, maps.

    Raises UserError where a file that the command names is not there.
    """
    found: dict[Path, None] = {}
    waiting = [path for word in words[1:] for part in _parts(word) if (path := _file(Path(), part)) is not None]
    for word in words[1:]:
        if word.endswith((".toml", ".npz")) and "=" not in word and "," not in word and not Path(word).is_file():
            raise UserError(f"the command names {word}, which is not here: archive from the folder where it was run")
    folders = {path.parent for path in waiting}
    waiting += [path for word in words[1:] for part in _parts(word) for folder in sorted(folders)
                if (path := _file(folder, part)) is not None]  # fmt: skip
    while waiting:
        path = waiting.pop(0)
        if path not in found:
            found[path] = None
            waiting += [named for text in _texts(_tables(path)) if (named := _file(path.parent, text)) is not None]
    return sorted(found)


def _parts(word: str) -> list[str]:
    """Return what may be a file in a word of a command: itself, what is behind `=`, what is between commas."""
    return [part for side in (word, word.partition("=")[2]) for part in side.split(",") if part]


def _file(folder: Path, text: str) -> Path | None:
    """Return the file that a text means, of a kind that is an input: its path in full."""
    if len(text) > 200 or not text.isprintable() or text.startswith("-"):
        return None
    for name in (text, f"{text}.toml"):
        path = Path(os.path.abspath(folder / name))
        if path.suffix in (".toml", ".npz", ".csv", ".parquet") and path.is_file():
            return path
    return None


def _tables(path: Path) -> Mapping[str, Any]:
    return tables_or_none(path) if path.suffix == ".toml" else {}


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list):
        for inner in node.values() if isinstance(node, Mapping) else node:
            yield from _texts(inner)


def again(words: Sequence[str], names: Mapping[Path, str]) -> list[str]:
    """Return a command as it is given in the unpacked archive: files below `inputs`, results into `again`."""
    said, skip = [], False
    for position, word in enumerate(words):
        if skip:
            skip = False
        elif word == OUT:
            skip = position + 1 < len(words)
        elif not word.startswith(f"{OUT}="):
            said.append(_moved(word, names))
    return [*said, OUT, AGAIN] if said else []


def _moved(word: str, names: Mapping[Path, str]) -> str:
    key, equals, value = word.partition("=")
    if equals and (_file(Path(), value) in names or "," in value):
        return f"{key}={_moved(value, names)}"
    parts = []
    for part in word.split(","):
        path = _file(Path(), part)
        parts.append(part if path is None else names.get(path, part))
    return ",".join(parts)


def _json(content: Mapping[str, Any]) -> bytes:
    kept = {key: value for key, value in content.items() if value is not None}
    return (json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _readme(manifest: Manifest, command: str, own: Sequence[str], files: Sequence[str]) -> str:
    versions = manifest.get("versions", {})
    pins = " ".join(f"{name}=={version}" for name, version in versions.items() if name not in ("python", "inkspot"))
    which = f"Inkspot {manifest.get('model_version', '')}"
    page = next((name for name in files if name.endswith("report.html")), "")
    lines = [
        "# Supplement: results of Inkspot and how to run them again", "",
        f"Results of `{manifest.get('kind', 'run')}`, in `{RESULTS}/`." + (f" Begin with `{page}`." if page else ""), "",
        "| what | where |", "|---|---|",
        f"| results, with the manifest of what was run | `{RESULTS}/` |",
        *(f"| a file that the command reads | `{name}` |" for name in own),
        "| scenario, policies, design as composed, with every value | `scenario.json` |",
        "| versions and machine | `versions.json` |",
        "| checksums of all files: `sha256sum -c SHA256SUMS` | `SHA256SUMS` |", "",
        "## Run again", "",
        f"With Python {versions.get('python', '3.12 or later')}, {which} and these versions:", "",
        f"    pip install {pins}", "",
        "Unpack the archive, and from its folder:", "", f"    {command or 'no command was written down'}", "",
        f"The same versions on the same kind of machine give the same numbers to the last bit, in `{AGAIN}/`. Different",
        "are times and the command in the manifest, and the columns `wall_seconds` and `repeat` in `runs.parquet`.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            written.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()
