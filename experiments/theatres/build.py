"""From countries and a population raster to a map file: cells, land, people, borders, lines.

Every cell is looked at through 8 x 8 points: it belongs to the country with most of them, its share of land is that of the
points on any land. People are summed over the cell, by the share of a pixel that lies in it (GDAL's `sum`).
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.batch.errors import UserError, one_line
from experiments.batch.whole_files import written_whole
from experiments.theatres.borders import border_lengths, lines
from experiments.theatres.countries import Countries, read_countries
from model.scenario.maps import MAP_FORMAT
from model.theatre.geography import cell_area_km2

POINTS = 8  # a side of a cell
LEAST_LAND = 0.05  # share of land below which a cell is water
MOST_CELLS, MOST_COUNTRIES = 1_000_000, 250
RESOLUTIONS = (0.05, 5.0)  # degrees, the finest and the coarsest

type Floats = npt.NDArray[np.float64]
type Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Asked:
    """What a map is made of: files, cells in degrees, west, south, east and north edges, and countries (none: all)."""

    countries: Path
    population: Path | None
    resolution: float = 0.5
    box: Box | None = None
    codes: tuple[str, ...] = ()
    field: str | None = None


class Row(NamedTuple):
    """A country of a map: code, name, cells, land in km2, people in the raster."""

    code: str
    name: str
    cells: int
    area_km2: float
    people: float


class Grid(NamedTuple):
    """The raster of a map: west and north edge in degrees, size of a cell, numbers of rows and columns."""

    west: float
    north: float
    cell: float
    rows: int
    columns: int

    def transform(self, parts: int = 1) -> Any:
        """From pixel to degrees, of cells cut into `parts` a side."""
        from rasterio.transform import from_origin  # an extra

        return from_origin(self.west, self.north, self.cell / parts, self.cell / parts)

    @property
    def lat(self) -> Floats:
        """Latitudes of the centres, (rows,), from north to south."""
        return np.asarray(self.north - self.cell * (np.arange(self.rows) + 0.5), dtype=np.float64)

    @property
    def lon(self) -> Floats:
        """Longitudes of the centres, (columns,)."""
        return np.asarray(self.west + self.cell * (np.arange(self.columns) + 0.5), dtype=np.float64)


def build_map(asked: Asked, out: Path, say: Callable[[str], None] = print) -> list[Row]:
    """Write the map file that is asked for; return its countries. Raises UserError in words that say what to do."""
    _check(asked)
    found = read_countries(asked.countries, asked.field, asked.codes)
    grid = _grid(asked, found)
    say(f"{len(found.kept)} countries, {grid.rows} x {grid.columns} cells of {grid.cell:g} degrees ...")
    country, land = _cells(found, grid)
    people = _people(asked.population, grid)
    lengths = border_lengths(found)
    kinds, points = lines(found, grid.west, grid.north, grid)
    area = cell_area_km2(grid.lat, grid.cell)[:, None] * land
    rows = [
        Row(code, found.names[code], int((country == k).sum()), float(area[country == k].sum()),
            float(people[country == k].sum()))
        for k, code in enumerate(found.kept)
    ]  # fmt: skip
    arrays: dict[str, Any] = {
        "lat": grid.lat,
        "lon": grid.lon,
        "country": country,
        "land": land,
        "people": people,
        "border_km": lengths,
    }
    arrays["line_points"] = np.concatenate(points) if points else np.zeros((0, 2))
    arrays["line_ends"] = np.cumsum([len(each) for each in points], dtype=np.int64)
    arrays["about"] = np.array(json.dumps(_about(asked, found, kinds, grid), ensure_ascii=False))
    written = io.BytesIO()
    np.savez_compressed(written, allow_pickle=False, **arrays)
    with written_whole(out) as unfinished:
        unfinished.write_bytes(written.getvalue())
    return rows


def _check(asked: Asked) -> None:
    low, high = RESOLUTIONS
    if not low <= asked.resolution <= high:
        raise UserError(f"--resolution takes {low:g} to {high:g} degrees, got {asked.resolution:g}")
    if asked.box is not None:
        west, south, east, north = asked.box
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            said = ",".join(f"{edge:g}" for edge in asked.box)
            raise UserError(f"--box takes WEST,SOUTH,EAST,NORTH in degrees, as in -18,4,25,28, got {said}")


def _grid(asked: Asked, found: Countries) -> Grid:
    """Return the raster around what is asked for, its edges at whole numbers of cells."""
    west, south, east, north = asked.box or found.bounds
    size = asked.resolution
    left, bottom = np.floor(west / size + 1e-9), np.floor(south / size + 1e-9)
    right, top = np.ceil(east / size - 1e-9), np.ceil(north / size - 1e-9)
    rows, columns = int(top - bottom), int(right - left)
    if rows * columns > MOST_CELLS:
        words = f"{rows:,} x {columns:,} cells are too many: take fewer countries, a smaller --box or a coarser --resolution"
        raise UserError(words)
    return Grid(float(left * size), float(top * size), size, rows, columns)


def _cells(found: Countries, grid: Grid) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return the country of each cell (index into those kept, -1 for none) and its share of land."""
    from rasterio.features import rasterize  # an extra

    shapes = [(shape, number) for number, shape in enumerate(found.shapes, start=1)]
    size = (grid.rows * POINTS, grid.columns * POINTS)
    fine = rasterize(shapes, out_shape=size, transform=grid.transform(POINTS), fill=0, dtype="int16")
    blocks = fine.reshape(grid.rows, POINTS, grid.columns, POINTS)
    land = (blocks > 0).mean(axis=(1, 3))
    best, owner = np.zeros(land.shape), np.full(land.shape, -1, dtype=np.int16)
    shares: dict[str, Floats] = {}
    for number in np.unique(fine[fine > 0]):
        code = found.codes[number - 1]
        share = (blocks == number).mean(axis=(1, 3))
        more = (share > best) & (land >= LEAST_LAND)
        owner[more] = found.kept.index(code) if code in found.kept else -1
        best = np.where(more, share, best)
        if code in found.kept:
            shares[code] = share
    _give_each_a_cell(found, owner, shares, grid)
    return owner, np.asarray(np.maximum(land, (owner >= 0) / POINTS**2), dtype=np.float64)


def _give_each_a_cell(found: Countries, owner: npt.NDArray[np.int16], shares: dict[str, Floats], grid: Grid) -> None:
    """Give a country that has most of no cell the one of which it has most. Raises UserError where it has none at all."""
    lost = []
    for k, code in enumerate(found.kept):
        if (owner == k).any():
            continue
        share = shares.get(code)
        if share is None:
            lost.append(f"{code} ({found.names[code]})")
        else:
            owner[np.unravel_index(int(np.argmax(share)), owner.shape)] = k
    lost += [f"{code} ({found.names[code]})" for k, code in enumerate(found.kept) if code in shares and k not in owner]
    if lost:
        words = (
            "too small for a cell of its own, or outside the box" if len(lost) == 1 else "too small, or outside the box"
        )
        raise UserError(
            f"{', '.join(lost)}: {words} at {grid.cell:g} degrees; name others with --countries, or go finer"
        )


def _people(path: Path | None, grid: Grid) -> Floats:
    """Return people per cell; none anywhere without a raster, so that they are spread over the land."""
    people = np.zeros((grid.rows, grid.columns))
    if path is None:
        return people
    import rasterio  # an extra
    from rasterio.warp import Resampling, reproject  # an extra

    if not path.is_file():
        raise UserError(f"{path}: no such file; --population takes a raster (GeoTIFF) of people per pixel")
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise UserError(
                    f"{path} does not say its coordinate system: gdal_translate -a_srs EPSG:4326 {path} NEW.tif"
                )
            reproject(rasterio.band(source, 1), people, dst_transform=grid.transform(), dst_crs="EPSG:4326",
                      src_nodata=source.nodata, dst_nodata=0.0, init_dest_nodata=True,
                      resampling=Resampling.sum)  # fmt: skip
    except rasterio.errors.RasterioError as error:
        raise UserError(f"{path} cannot be read as a raster: {one_line(error)}") from error
    people = np.nan_to_num(people, nan=0.0, posinf=0.0, neginf=0.0)
    if people.min() < -0.5:
        raise UserError(
            f"{path} has negative numbers of people: its missing values are not declared (gdal_edit -a_nodata)"
        )
    return np.maximum(people, 0.0)


def _about(asked: Asked, found: Countries, kinds: list[str], grid: Grid) -> dict[str, Any]:
    """Return what a map file says of itself: format, codes, names, kinds of lines, and the files that it is made from."""
    files = [path for path in (asked.countries, asked.population) if path is not None]
    return {
        "format": MAP_FORMAT, "resolution": grid.cell, "codes": list(found.kept), "line_kinds": kinds,
        "names": {code: found.names[code] for code in found.kept},
        "made_from": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }  # fmt: skip
