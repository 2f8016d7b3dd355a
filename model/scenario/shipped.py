"""Where the shipped files are, and `scenarios/parameters.toml` as it is written: read once a process, checked elsewhere."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import scenarios

FOLDER = Path(scenarios.__file__).parent
FILE = FOLDER / "parameters.toml"
LABEL = "scenarios/parameters.toml"


@cache
def read() -> tuple[dict[str, Any], str]:
    """Return the tables of the shipped parameters, and what is wrong where the file cannot be read (then no tables)."""
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8")), ""
    except (OSError, ValueError) as error:
        return {}, f"cannot be read ({error}): install inkspot anew"
