"""Which maps there are: the shipped region, made-up ones, and files of `inkspot theatre`; and what such a file holds."""

import errno
import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, ValidationInfo

from model.scenario.user_files import MOST_BINARY, content

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
        return _parsed(content(path, MOST_BINARY), str(path))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}; make it with `inkspot theatre`") from error


def shipped_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a shipped file. Raises OSError, naming it, where it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:  # zip, zlib and NumPy have a kind of error each for every kind of damage
        words = f"this file of inkspot is damaged ({type(error).__name__}): install inkspot again"
        raise OSError(errno.EIO, words, str(path)) from error


@lru_cache(maxsize=8)
def _parsed(written: bytes, path: str) -> MapFile:
    try:
        return _map_of(written)
    except MemoryError:
        raise
    except Exception as error:  # zip, zlib and NumPy have a kind of error each for every kind of damage
        raise ValueError(f"{path}: is no map of `inkspot theatre`, or damaged; make it anew") from error


def _map_of(written: bytes) -> MapFile:
    with np.load(io.BytesIO(written), allow_pickle=False) as arrays:
        about = json.loads(str(arrays["about"]))
        lat, lon, country, land, people, border = (arrays[name] for name in ARRAYS)
        points, ends = arrays["line_points"], arrays["line_ends"]
    if about["format"] != MAP_FORMAT or not country.shape == (len(lat), len(lon)) == land.shape == people.shape:
        raise ValueError("its arrays do not fit together")
    if border.shape != (len(about["codes"]), len(about["codes"])) or not -1 <= country.min() <= country.max() < len(
        border
    ):
        raise ValueError("its countries do not fit together")
    parts = np.split(points, ends[:-1]) if len(ends) else []
    lines = tuple(zip(about["line_kinds"], parts, strict=True))
    for array in (lat, lon, country, land, people, border, *parts):
        array.setflags(write=False)
    digest = hashlib.sha256(written).hexdigest()[:16]
    return MapFile(lat, lon, country, land, people, border, tuple(about["codes"]), lines, about, digest)
