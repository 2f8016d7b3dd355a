"""Reading countries: a shapefile, GeoJSON or GeoPackage with a field of three-letter codes."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.batch.errors import UserError, one_line

CODES = (
    "ISO_A3_EH",
    "ADM0_A3",
    "GID_0",
    "ISO_A3",
    "ISO3",
    "ISO3_CODE",
    "SHAPEGROUP",
    "A3",
)  # Natural Earth, GADM, others
NAMES = ("NAME", "NAME_EN", "ADMIN", "NAME_0", "COUNTRY", "CNTRY_NAME", "SHAPENAME")
EXTRA = "needs pyogrio, rasterio and shapely: pip install 'inkspot[theatre]' (or uv sync --extra theatre)"


class Countries(NamedTuple):
    """All countries of a file with a code, in alphabetical order, and those that are kept."""

    codes: tuple[str, ...]
    shapes: list[Any]
    names: dict[str, str]
    kept: tuple[str, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the countries that are kept."""
        import shapely  # an extra

        west, south, east, north = shapely.total_bounds([self.shape(code) for code in self.kept])
        return float(west), float(south), float(east), float(north)

    def shape(self, code: str) -> Any:
        """The polygons of a country."""
        return self.shapes[self.codes.index(code)]


def read_countries(path: Path, field: str | None, keep: Sequence[str]) -> Countries:
    """Return the countries of a file. Raises UserError in words that say what to do."""
    try:
        import pyogrio  # an extra
        import shapely  # an extra
    except ImportError as error:
        raise UserError(f"`inkspot theatre` {EXTRA}") from error

    if not path.exists():
        raise UserError(f"{path}: no such file; name a shapefile, GeoJSON or GeoPackage of countries")
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        meta, geometry, columns = _layer(path, layers, field)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise UserError(f"{path} cannot be read as countries: {one_line(error)}") from error
    _check_degrees(path, meta)
    code_field = _field(path, columns, field)
    name_field = next((name for name in columns if name.upper() in NAMES), code_field)
    shapes: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    for code, name, shape in zip(columns[code_field], columns[name_field], shapely.from_wkb(geometry), strict=True):
        if isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) and shape is not None:
            shapes.setdefault(code, []).append(shape if shape.is_valid else shapely.make_valid(shape))
            names.setdefault(code, str(name))
    if not shapes:
        raise UserError(
            f"{path}: the field {code_field} holds no three-letter codes (ISO 3166); name another with --code"
        )
    codes = tuple(sorted(shapes))
    strange = [code for code in keep if code not in shapes]
    if strange:
        raise UserError(f"{path} has no {', '.join(strange)}; it has {', '.join(codes)}")
    whole = [shapely.union_all(shapes[code]) for code in codes]
    return Countries(codes, whole, names, tuple(sorted(keep)) or codes)


def _layer(path: Path, layers: list[str], field: str | None) -> tuple[dict[str, Any], Any, dict[str, np.ndarray]]:
    """Return the first layer that has a field of codes, or the first one."""
    import pyogrio  # an extra

    first: tuple[dict[str, Any], Any, dict[str, np.ndarray]] | None = None
    for layer in layers:
        meta, _, geometry, data = pyogrio.raw.read(path, layer=layer)
        columns = dict(zip((str(name) for name in meta["fields"]), data, strict=True))
        first = first or (meta, geometry, columns)
        if any(name == field or (field is None and name.upper() in CODES) for name in columns):
            return meta, geometry, columns
    if first is None:
        raise UserError(f"{path} has no layer of countries")
    return first


def _check_degrees(path: Path, meta: dict[str, Any]) -> None:
    """Raise UserError where coordinates are not in degrees."""
    from rasterio.crs import CRS  # an extra

    if meta.get("crs") and not CRS.from_user_input(meta["crs"]).is_geographic:
        raise UserError(f"{path} is not in degrees ({meta['crs']}): ogr2ogr -t_srs EPSG:4326 NEW.gpkg {path}")


def _field(path: Path, columns: dict[str, np.ndarray], field: str | None) -> str:
    """Return the field of codes: the one that is named, or the best that is known."""
    if field is not None and field in columns:
        return field
    upper = {name.upper(): name for name in columns}
    found = next((upper[name] for name in CODES if name in upper), None)
    if field is not None or found is None:
        wanted = f"no field {field}" if field is not None else "no field of three-letter codes that is known"
        raise UserError(f"{path} has {wanted}; name one of {', '.join(columns)} with --code")
    return found
