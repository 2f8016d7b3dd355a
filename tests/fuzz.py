"""Files and command lines changed at random: is each refused in words, or read, without traceback, hang or hunger?

uv run python -m tests.fuzz --files 10000 --lines 1000     # about an hour; what it finds is written to tests/found/

A file is one of a kind (`SEEDS`), changed by one to four edits. It is read as `inkspot check` and the readers of results
would. A finding is any error but a mistake of the user, more than 10 seconds of work, or more than 1 GB. Command lines are
given up to where runs would be made. On 27 November 2026: nothing in 10,000 files; 4 of 1,000 lines, all `claims` or
`structure` alone, planned for 19 and 11 s before their first run; since then, hashed once, for 8 and 9 s of processor.
"""

import argparse
import json
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner

from experiments.batch.errors import UserError
from experiments.batch.reader import Reader
from experiments.batch.saved import saved_run
from experiments.cli.check import file_problems
from experiments.cli.main import app
from experiments.cli.plain_errors import RAISE
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.points.ensemble import ENSEMBLE, load_ensemble
from model.scenario import ScenarioError, load_scenario
from model.theatre import load_theatre
from tests.fuzz_words import COMMANDS, TOKENS, VALUES

ROOT = Path(__file__).parent.parent
FOUND = Path(__file__).parent / "found"
SECONDS, PATIENCE = 10, 100  # of this process's own work; in all (more on a busy machine: --patience)
BYTES = 10**9  # of memory beyond what it has
EVERY = 250  # files or lines, after which it says how far it is
patience = [PATIENCE]


class Slow(Exception):
    """Something took too long."""


def seeds() -> dict[str, bytes]:
    """A sound text file of each kind, by name."""
    shipped, claims = ROOT / "scenarios", ROOT / "experiments" / "claims"
    places = {
        "scenario": shipped / "levant_2014.toml", "policy": shipped / "policies" / "sever_links.toml",
        "small": ROOT / "tests" / "mistakes" / "small.toml", "pressure": ROOT / "tests" / "mistakes" / "pressure.toml",
        "lesson": shipped / "lessons" / "after_the_fall.toml", "parameters": shipped / "parameters.toml",
        "targets": shipped / "history" / "targets.toml", "ledger": claims / "ledger.toml",
        "design": min((ROOT / "experiments" / "sweep" / "designs").glob("*.toml")),
    }  # fmt: skip
    texts = {f"{name}.toml": path.read_bytes() for name, path in places.items()}
    return texts | {
        "ledger.toml": texts["ledger.toml"].partition(b"\n[C03]")[0]
    }  # all claims would take seconds a file


def changed(content: bytes, luck: random.Random) -> bytes:
    """A file with one to four edits: values, lines and bytes replaced, doubled, cut, moved."""
    for _ in range(luck.randint(1, 4)):
        content = _flipped(content, luck) if content and luck.randrange(4) == 0 else _edited(content, luck)
    return content


def _flipped(content: bytes, luck: random.Random) -> bytes:
    """A bit flipped, or all that follows cut."""
    at = luck.randrange(len(content))
    rest = bytes([content[at] ^ (1 << luck.randrange(8))]) + content[at + 1 :]
    return content[:at] + (rest if luck.random() < 0.5 else b"")


def _edited(content: bytes, luck: random.Random) -> bytes:
    """A line or a value of it replaced, doubled, deleted or moved."""
    lines = content.split(b"\n")
    place, how = luck.randrange(len(lines)), luck.randrange(6)
    token = luck.choice(TOKENS).encode("utf-8", "surrogatepass")
    if how == 0:
        key, equals, _ = lines[place].partition(b"=")
        lines[place] = key + equals + b" " + token
    elif how == 1:
        lines[place] = b""
    elif how == 2:
        lines.insert(place, luck.choice(lines))
    elif how == 3:
        lines[place] = token
    elif how == 4:
        words = lines[place].split(b" ")
        words[luck.randrange(len(words))] = token
        lines[place] = b" ".join(words)
    else:
        other = luck.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    return b"\n".join(lines)


@contextmanager
def bounded() -> Iterator[None]:
    """Raise Slow after some seconds, and MemoryError where this process takes much more memory than it had."""

    def late(*_: object) -> None:
        raise Slow

    kinds = {signal.SIGVTALRM: (signal.ITIMER_VIRTUAL, SECONDS), signal.SIGALRM: (signal.ITIMER_REAL, patience[0])}
    before = {kind: signal.signal(kind, late) for kind in kinds}
    limit = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + BYTES, limit[1]))
    for timer, seconds in kinds.values():
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for timer, _ in kinds.values():
            signal.setitimer(timer, 0)
        resource.setrlimit(resource.RLIMIT_AS, limit)
        for kind, handler in before.items():
            signal.signal(kind, handler)


def wrong(attempt: Callable[[], object]) -> str:
    """What goes wrong in an attempt: nothing, or the last lines of a traceback, or hang or hunger."""
    try:
        with bounded():
            attempt()
    except (UserError, ScenarioError, OSError):
        return ""
    except Slow:
        return f"more than {SECONDS} s: {traceback.format_exc(limit=-4)}"
    except MemoryError:
        return f"more than {BYTES / 1e9:g} GB: {traceback.format_exc(limit=-4)}"
    except Exception:
        return traceback.format_exc(limit=-3)
    return ""


def read_text(path: Path) -> None:
    """Read a text file as its user's commands would; what `check` passes must be composed."""
    problems = file_problems(str(path))
    assert all(each.message and "\n" not in each.message for each in problems), "a problem of several lines"
    if not problems and path.stem in ("scenario", "small"):
        load_theatre(load_scenario(path))


def tell(number: int, what: str) -> None:
    """Say how far it is, now and then, for who runs it for an hour."""
    if number % EVERY == EVERY - 1:
        print(f"{number + 1} {what}", file=sys.stderr, flush=True)


def files(count: int, seed: int, folder: Path) -> Iterator[tuple[str, bytes, str]]:
    """Change and read so many files; yield name, content and what went wrong of each that went wrong."""
    luck, texts = random.Random(seed), seeds()
    stored = results(folder)
    for number in range(count):
        if number % 3 == 2 and stored:
            name, attempt = luck.choice(stored)
            path, whole = folder / name, (folder / name).read_bytes()
            content = changed(whole, luck)
            path.write_bytes(content)
            words = wrong(attempt)
            path.write_bytes(whole)
        else:
            name = luck.choice(sorted(texts))
            content = changed(texts[name], luck)
            path = folder / name
            for other, text in texts.items():
                (folder / other).write_bytes(content if other == name else text)
            words = wrong(lambda path=path: read_text(path))
        if words:
            yield name, content, words
        tell(number, "files")


def results(folder: Path) -> list[tuple[str, Callable[[], object]]]:
    """Make a small comparison, a saved run and a copy of the ensemble; return what may be changed, and what reads it."""
    out = folder / "compared"
    compare(plan("synthetic_plane", ["core_only"], 1, {"weeks": 3}), out)
    CliRunner().invoke(app, ["run", "synthetic_plane", "--weeks", "3", "--out", str(folder / "run"),
                             "--save-state", "2", str(folder / "saved.run")])  # fmt: skip
    shutil.copy(ENSEMBLE, folder / "ensemble.parquet")

    def whole() -> None:
        reader = Reader(out)
        reader.manifest()
        for name in ("runs", "series", "events"):
            reader.read(name, sorted(reader.finished()))
        for file in (out / "maps").glob("*.npz"):
            reader.map(file.stem)

    names = [
        str(path.relative_to(folder)) for path in sorted(out.rglob("*")) if path.suffix in (".parquet", ".json", ".npz")
    ]
    kinds: list[tuple[str, Callable[[], object]]] = [(name, whole) for name in names if not name.endswith(".lock.json")]
    kinds.append(("saved.run", lambda: saved_run(folder / "saved.run")))
    kinds.append(("ensemble.parquet", lambda: load_ensemble(folder / "ensemble.parquet")))
    return kinds


def lines(count: int, seed: int, folder: Path) -> Iterator[tuple[list[str], str]]:
    """Give so many command lines; yield each that went wrong with what did. No line makes runs: `--weeks 0` refuses them."""
    luck = random.Random(seed)
    for number in range(count):
        command = luck.choice(sorted(COMMANDS))
        words = [command, *(luck.choice(VALUES) for _ in range(luck.randrange(3)))]
        for _ in range(luck.randrange(4)):
            words += [luck.choice(COMMANDS[command] or ("--help",))]
            words += [luck.choice(VALUES)] if luck.random() < 0.9 else []
        said = wrong(lambda words=words: given(words, folder))
        if said:
            yield words, said
        tell(number, "lines")


class Enough(UserError):
    """Runs would be made now: the line was accepted."""


def given(words: list[str], folder: Path) -> None:
    """Give a command line up to where runs would be made. Raises what would be a traceback."""
    found = CliRunner(env={RAISE: "1"}).invoke(app, words)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception


@contextmanager
def no_runs() -> Iterator[None]:
    """Have every command stop where it would begin to run or to serve."""

    def stop(*_: object, **__: object) -> Any:
        raise Enough("runs would be made now")

    with (
        patch("experiments.batch.store.Store.open", stop), patch("experiments.cli.run.locked", stop),
        patch("experiments.app.server.serve", stop),
    ):  # fmt: skip
        yield


def warm() -> None:
    """Import what commands import, which takes seconds once and is no finding."""
    for path in sorted((ROOT / "experiments" / "cli").glob("*.py")):
        import_module(f"experiments.cli.{path.stem}")
    with no_runs():
        for words in (
            ["claims"],
            ["backtest"],
            ["calibrate"],
            ["forecast"],
            ["structure"],
            ["describe", "C1"],
            ["list"],
        ):
            CliRunner().invoke(app, words)


def keep(name: str, content: bytes) -> Path:
    """Write what was found into the corpus."""
    FOUND.mkdir(exist_ok=True)
    number = len(list(FOUND.glob("*")))
    path = FOUND / f"{number:03d}_{name.replace('/', '_')}"
    path.write_bytes(content)
    return path


def main() -> int:
    """Try files and lines; print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("--files", 1000), ("--lines", 200), ("--seed", 0), ("--patience", PATIENCE)):
        parser.add_argument(option, type=int, default=default)
    asked, found, started = parser.parse_args(), 0, time.monotonic()
    patience[0] = asked.patience
    with tempfile.TemporaryDirectory() as name:
        for file, content, words in files(asked.files, asked.seed, Path(name)):
            found += 1
            print(f"--- {keep(file, content)}\n{words}", flush=True)
        warm()
        with no_runs():
            for line, words in lines(asked.lines, asked.seed, Path(name)):
                found += 1
                path = keep("line.json", json.dumps(line).encode())
                print(f"--- {path}: {line!r}\n{words}", flush=True)
    print(f"{found} findings in {asked.files} files and {asked.lines} lines, {time.monotonic() - started:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
