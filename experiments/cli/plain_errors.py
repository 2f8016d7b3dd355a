"""Errors that a user can correct: one message and exit code 2, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer


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
        words = error.strerror or str(error)
        fail(f"cannot read or write {error.filename}: {words}" if error.filename else f"the system says: {words}")


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    typer.echo(f"inkspot: {message}", err=True)
    raise typer.Exit(2)
