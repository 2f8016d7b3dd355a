"""Errors that a user can correct: one message and exit code 2, never a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

NO_ROOM = ": make room; what is stored stays, and the same command goes on from there"
REMEDIES = {
    errno.ENOSPC: NO_ROOM, errno.EDQUOT: NO_ROOM, errno.ELOOP: ": the links lead round in a circle",
    **dict.fromkeys((errno.EACCES, errno.EROFS), ": make it writable, or choose another folder with --out"),
}  # fmt: skip


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that a user can correct into one message and exit code 2."""
    from experiments.batch.errors import UserError
    from model.scenario.problems import ScenarioError

    try:
        yield
    except (UserError, ScenarioError) as error:
        fail(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        words = f"{error.strerror or error}{REMEDIES.get(error.errno or 0, '')}"
        fail(f"cannot read or write {error.filename}: {words}" if error.filename else f"the system says: {words}")
    except UnicodeEncodeError as error:
        fail(f"a name or a text is not UTF-8, and cannot be written to files: {error.object!r}")
    except RecursionError:
        fail("a file or a value is nested too deeply")
    except MemoryError as error:
        fail(f"there is not enough memory ({str(error) or 'none left'}): ask for fewer --jobs, weeks or cells")


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    typer.echo(f"inkspot: {message}", err=True)
    raise typer.Exit(2)
