"""Whether a theatre has room for its governments, and names can be those of files: else only the end of a run would tell."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from model.scenario.checks import Data, named, names_of, number
from model.scenario.compose import Composition
from model.scenario.land import WATER_CELLS, land_of, middle, stripes
from model.scenario.problems import KeyPath, Problem, must_be, nearest, other

PASS_CELLS = 2
FEWEST_ROWS, FEWEST_COLUMNS = 4, 5
FILE_NAME = re.compile(r"(?!\.)[^/\\:\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,100}")
NAMED = "a name that a file can have: 1 to 100 letters without / \\ : or control characters, not beginning with a dot"
SYNTHETIC = ("plane", "pass", "islands")


def room_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield governments that have no land on the map or no column of a plane, and planes that do not fit on the globe."""
    theatre = data.get("theatre", "region")
    land = land_of(data)
    if land is not None and land.codes:
        yield from _landless(composition, data, land.codes)
    elif theatre in SYNTHETIC:
        family = data.get("parameters", {}).get("theatre", {})
        resolution, countries = number(data.get("resolution", 0.5)), len(names_of(data, "governments"))
        if resolution and resolution > 0 and countries and all(number(value) is not None for value in family.values()):
            wrong = plane_problem(str(theatre), resolution, countries, family)
            if wrong is not None:
                path: KeyPath = ("parameters", "theatre", wrong[0])
                yield must_be(composition.origin(path), path, wrong[1], family[wrong[0]])


def _landless(composition: Composition, data: Data, known: tuple[str, ...]) -> Iterator[Problem]:
    for code, _ in named(data, "governments"):
        if code not in known and code.upper() == code:  # small letters are told by the schema
            path = ("governments", code)
            words = f"has no land on the map, of {len(known)} countries: leave it out (present = false), or take"
            words += " a theatre without a real map (plane, pass, islands)"
            yield other(
                composition.origin(path, first=True), path, words, code, "a country of the map", nearest(code, known)
            )


def name_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield names of scenario and policy that cannot be names of files, as which they are used when all runs are made."""
    policy = data.get("policy")
    own = policy.get("name") if isinstance(policy, dict) else None
    for path, name in ((("name",), data.get("name")), (("policy", "name"), own)):
        if isinstance(name, str) and not FILE_NAME.fullmatch(name):
            yield must_be(composition.origin(path), path, NAMED, name)


def plane_problem(
    kind: str, resolution: float, countries: int, parameters: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Return which parameter of a synthetic theatre lets it not be made, and what it must be; None where it can be made."""
    for name in ("plane_rows", "plane_columns"):
        if not float(parameters[name]).is_integer():
            return name, "a whole number of cells"
    rows, columns = int(parameters["plane_rows"]), int(parameters["plane_columns"])
    most_columns, most_rows = int(360 / resolution), int(2 * (89 - abs(parameters["plane_latitude"])) / resolution)
    if not FEWEST_ROWS <= rows <= most_rows:
        return "plane_rows", f"{FEWEST_ROWS}..{most_rows} here"
    fewest = max(FEWEST_COLUMNS, countries)
    if not fewest <= columns <= most_columns:
        return "plane_columns", f"{fewest}..{most_columns} here"
    if len(np.unique(_lived_in(kind, columns, countries))) < countries:
        words = f"more for {countries} governments: one of them lies wholly in the middle, where nobody lives ({kind})"
        return "plane_columns", words
    return None


def _lived_in(kind: str, columns: int, countries: int) -> npt.NDArray[np.int64]:
    """Return the countries of the columns in which people live, from west to east."""
    width = {"pass": 1, "islands": WATER_CELLS}.get(kind, 0)
    country = stripes(columns, countries)
    return country[~middle(columns, width)] if width else country
