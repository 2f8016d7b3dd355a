"""Errors that a user can correct: one message and exit code 2. Faults of ours: one line, a report in a file, code 70."""

import errno
import os
import platform
import re
import select
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

NO_ROOM = ": make room; what is stored stays, and the same command goes on from there"
FAULT = 70  # the exit code of a fault of ours, as of sysexits.h
UNLOADED = re.compile("failed to map segment|load shared object", re.IGNORECASE)  # of the system's loader, of llvmlite
NO_THREAD = "can't start new thread"  # what Python says where memory or processes are limited
AROUND = 20  # letters on both sides of one that cannot be written
CONTROLS = re.compile(  # all but tabs and ends of lines; and what turns the direction of text
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
RAISE = "INKSPOT_TRACEBACK"  # set it to see tracebacks
REMEDIES = {
    errno.ENOSPC: NO_ROOM, errno.EDQUOT: NO_ROOM, errno.ELOOP: ": the links lead round in a circle",
    errno.ENAMETOOLONG: ": choose a shorter name", errno.EFBIG: ": allow larger files (ulimit -f)",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), ": allow more open files (ulimit -n)"),
    errno.ENOMEM: ": allow more memory, or ask for fewer --jobs",
    errno.EAGAIN: ": allow more processes (ulimit -u), or ask for fewer --jobs",
    **dict.fromkeys((errno.EACCES, errno.EROFS), ": make it writable, or choose another folder with --out"),
}  # fmt: skip


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that a user can correct into one message and exit code 2, any other into one line and exit code 70."""
    from experiments.batch.errors import UserError
    from model.scenario.problems import ScenarioError

    try:
        yield
    except (UserError, ScenarioError) as error:
        fail(str(error))
    except BrokenPipeError as error:
        if _reader_is_gone():
            raise
        fail(f"a process that this one started has died ({error.strerror}): allow more processes (ulimit -u) or memory")
    except (OSError, ImportError) as error:
        if UNLOADED.search(str(error)):
            fail("a library cannot be loaded: allow more memory (ulimit -v), or install inkspot anew")
        if isinstance(error, ImportError):
            _fault_or_raise(error)
        words = f"{error.strerror or error}{REMEDIES.get(error.errno or 0, '')}"
        fail(
            f"cannot read or write {error.filename}: {words}"
            if error.filename
            else f"a file, or what is printed: {words}"
        )
    except UnicodeEncodeError as error:
        words = error.object[max(0, error.start - AROUND) : error.end + AROUND]
        fail(f"a name or a text is not UTF-8, and cannot be written to files: ...{words!r}...")
    except RecursionError:
        fail("a file or a value is nested too deeply")
    except MemoryError as error:
        fail(f"there is not enough memory ({str(error) or 'none left'}): ask for fewer --jobs, weeks or cells")
    except Exception as error:
        if NO_THREAD in str(error):
            fail(f"there is not enough memory ({error}): ask for fewer --jobs, weeks or cells")
        if isinstance(error, typer.Exit | typer.Abort | typer.BadParameter):
            raise
        _fault_or_raise(error)


def _reader_is_gone() -> bool:
    """Whether it is output or errors that nobody reads any more, as after `| head`, and not a pipe to another process."""
    if not hasattr(select, "poll"):
        return True
    streams = select.poll()
    for number in (1, 2):
        streams.register(number, 0)
    return any(event & select.POLLERR for _, event in streams.poll(0))


def check_words(words: Iterable[str]) -> None:
    """End where a word of the command line is not UTF-8, such as a folder's name in another encoding.

    The command stands in manifests and reports, which are UTF-8: better before the runs than after them. Where it is UTF-8
    and Python was told to take it for something else, that is said.
    """
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):  # what Python makes of other bytes
            try:
                shown = os.fsencode(word).decode()
                why = "cannot be read in this locale: set LC_ALL=C.UTF-8, or PYTHONUTF8=1"
            except UnicodeDecodeError:
                shown = os.fsencode(word).decode(errors="backslashreplace")
                why = "is not UTF-8: rename it, or name a folder or file with a UTF-8 name"
            sys.stderr.write(printable(f"inkspot: {shown} {why}\n"))
            sys.exit(2)


def check_place() -> None:
    """End where the folder in which the user stands was deleted: no name without a / at its front leads anywhere."""
    try:
        os.getcwd()
    except OSError:
        sys.stderr.write("inkspot: the folder where you are was deleted or moved: go to another one (cd)\n")
        sys.exit(2)


def printable(text: str) -> str:
    """Return a text with its control characters shown: what a file or a name holds must not steer the terminal."""
    return CONTROLS.sub("\ufffd", text)


def _fault_or_raise(error: Exception) -> NoReturn:
    """Tell a fault of ours, or raise it again where its traceback is asked for."""
    if os.environ.get(RAISE):
        raise error
    fault(error)


def fault(error: Exception) -> NoReturn:
    """Say in one line that this is a fault of inkspot, where its report is, and end with exit code 70."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "no place"
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    words = f"inkspot: this should not happen ({said}; {place})."
    try:
        with tempfile.NamedTemporaryFile("w", prefix="inkspot-fault-", suffix=".txt", delete=False, encoding="utf-8",
                                         errors="backslashreplace") as report:  # fmt: skip
            report.write(f"{shlex.join(sys.argv)}\n{platform.platform()}, Python {sys.version}\n\n")
            report.write("".join(traceback.format_exception(error)))
        words += f" Please report it with the file {report.name}"
    except OSError:
        words += f" Please report it with what is shown when {RAISE}=1 is set"
    typer.echo(printable(f"{words}; what is stored stays."), err=True)
    raise typer.Exit(FAULT)


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    typer.echo(printable(f"inkspot: {message}"), err=True)
    raise typer.Exit(2)
