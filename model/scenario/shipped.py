"""Where the shipped files are, and `scenarios/parameters.toml` as it is written: read once a process, checked elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

import scenarios
from model.scenario.user_files import not_toml, tables_of

FOLDER = Path(scenarios.__file__).parent
FILE = FOLDER / "parameters.toml"
LABEL = "scenarios/parameters.toml"


@cache
def read() -> tuple[dict[str, Any], str]:
    """Return the tables of the shipped parameters, and what is wrong where the file cannot be read (then no tables)."""
    try:
        return tables_of(FILE), ""
    except ValueError as error:
        return {}, f"{not_toml(error)}: mend it, or install inkspot anew"
    except OSError as error:
        return {}, f"cannot be read ({error.strerror}): install inkspot anew"
