"""Which maps there are: the shipped region, made-up ones, and files of `inkspot theatre`; and what such a file holds."""

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, ValidationInfo

RESOLUTIONS = (0.25, 0.5, 1.0)  # of the shipped region, in degrees
FINEST, COARSEST = 0.01, 10.0  # of maps that code makes up
NAMES = ("region", "plane", "pass", "islands")
MADE_UP = NAMES[1:]
SUFFIX = ".npz"
MAP_FORMAT = "inkspot theatre 1"
ARRAYS = ("lat", "lon", "country", "land", "people", "border_km")

type Floats = npt.NDArray[np.float64]
type TheatreName = Literal["region", "plane", "pass", "islands"] | Annotated[str, Field(pattern=r"\.npz$")]


def _possible_resolution(degrees: float, info: ValidationInfo) -> float:
    theatre = info.data.get("theatre")
    if theatre in MADE_UP:
        if not FINEST <= degrees <= COARSEST:
            raise ValueError(f"made-up maps have {FINEST} to {COARSEST} degrees")
    elif degrees not in RESOLUTIONS and not is_map_file(theatre):
        raise ValueError(f"the shipped maps have {RESOLUTIONS} degrees")
    return degrees


Resolution = Annotated[
    float, AfterValidator(_possible_resolution), Field(json_schema_extra={"enum": list(RESOLUTIONS)})
]


class MapFile(NamedTuple):
    """What a map file holds: rasters of shape (rows, columns), row 0 in the north; `country` indexes `codes`, -1 outside.

    `lat` (rows,) and `lon` (columns,) are centres in degrees; `land` is the share of a cell that is land, `people` what
    the population raster has there, `border_km` (codes, codes) the length of land borders; `lines` are (kind, points).
    """

    lat: Floats
    lon: Floats
    country: npt.NDArray[np.int16]
    land: Floats
    people: Floats
    border_km: Floats
    codes: tuple[str, ...]
    lines: tuple[tuple[str, Floats], ...]
    about: dict[str, Any]
    digest: str

    @property
    def resolution(self) -> float:
        """Size of the cells in degrees."""
        return float(self.about["resolution"])


def is_map_file(theatre: object) -> bool:
    """Tell whether a theatre is a file of one's own, not a name."""
    return isinstance(theatre, str) and theatre.endswith(SUFFIX)


def map_name(theatre: str) -> str:
    """Return a theatre's name: of a file its name without folder and ending."""
    return Path(theatre).stem if is_map_file(theatre) else theatre


def read_map(path: str | Path) -> MapFile:
    """Return a map file. Raises ValueError, in words that say what to do, where it is none or cannot be read."""
    try:
        return _parsed(Path(path).read_bytes(), str(path))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}; make it with `inkspot theatre`") from error


@lru_cache(maxsize=8)
def _parsed(content: bytes, path: str) -> MapFile:
    wrong = f"{path}: is no map of `inkspot theatre`, or damaged; make it anew"
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            lat, lon, country, land, people, border = (arrays[name] for name in ARRAYS)
            points, ends = arrays["line_points"], arrays["line_ends"]
        if about["format"] != MAP_FORMAT or country.shape != (len(lat), len(lon)) != people.shape:
            raise ValueError(wrong)
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise ValueError(wrong) from error
    parts = np.split(points, ends[:-1]) if len(ends) else []
    lines = tuple(zip(about["line_kinds"], parts, strict=True))
    for array in (lat, lon, country, land, people, border, *parts):
        array.setflags(write=False)
    digest = hashlib.sha256(content).hexdigest()[:16]
    return MapFile(lat, lon, country, land, people, border, tuple(about["codes"]), lines, about, digest)
