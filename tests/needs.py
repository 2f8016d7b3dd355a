"""Tests need packages that runs do not: where one is missing, pytest says so and starts again with all of them.

Loaded by pytest before anything else (`addopts` in pyproject.toml). `uv run` installs what runs need, and pytest, so that
the first comparison in a new folder does not wait for the rest.
"""

import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

import pytest
from packaging.requirements import Requirement

GROUP = "tests"
AGAIN = "INKSPOT_TESTS_AGAIN"  # set where pytest has started again
PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def requirements(project: dict[str, Any], group: str) -> list[Requirement]:
    """Return what a group of pyproject.toml asks for, with the groups and our own extras that it names."""
    ours, found = project["project"], []
    for each in project["dependency-groups"][group]:
        if isinstance(each, dict):
            found += requirements(project, each["include-group"])
        elif (asked := Requirement(each)).name == ours["name"]:
            found += [Requirement(one) for extra in asked.extras for one in ours["optional-dependencies"][extra]]
        else:
            found.append(asked)
    return found


def is_met(asked: Requirement) -> bool:
    """Whether a package is there, in a version that is asked for."""
    try:
        return asked.specifier.contains(version(asked.name), prereleases=True)
    except PackageNotFoundError:
        return False


def missing(project: dict[str, Any], group: str = GROUP) -> list[str]:
    """Return the names of packages that a group asks for and that are not there."""
    return [asked.name for asked in requirements(project, group) if not is_met(asked)]


def start_again(uv: str) -> NoReturn:
    """Run the same tests by `uv run` with the group's packages, in this process's place."""
    command = [uv, "run", "--group", GROUP, "python", "-m", "pytest", *sys.argv[1:]]
    os.environ[AGAIN] = "1"
    if os.name == "nt":  # where `exec` hands the terminal back at once
        sys.exit(subprocess.call(command))
    sys.stdout.flush()
    os.execv(uv, command)


def see_to(lacking: list[str]) -> None:
    """Start again where packages lack and uv runs us. Raises UsageError with the remedy where it cannot be done."""
    if not lacking:
        return
    uv = os.environ.get("UV", "")
    if not uv or os.environ.get(AGAIN):
        raise pytest.UsageError(f"the tests need {', '.join(lacking)}: uv sync --group {GROUP}")
    print(f"Installing what the tests need, once ({len(lacking)} packages, such as {lacking[0]}) ...", file=sys.stderr)
    start_again(uv)


see_to(missing(tomllib.loads(PROJECT.read_text(encoding="utf-8"))))
