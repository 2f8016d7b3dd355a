"""Sectors: the blocks of cells to which a country's field army and its partners are sent."""

import numpy as np
import numpy.typing as npt

from model.theatre.geography import Floats, Indices

KM_A_DEGREE = 111.19


def sector_table(
    lat: Floats, lon: Floats, country: npt.NDArray[np.int16], capitals: Floats, sector_km: float
) -> tuple[Indices, npt.NDArray[np.int16]]:
    """Return the sector of each cell (cells,), and the country of each sector (sectors,).

    A sector is a square of `sector_km` within one country, counted from its capital (countries, 2: latitude, longitude),
    so that a mirrored map has mirrored sectors. Sectors are numbered country by country.
    """
    centre_lat, centre_lon = capitals[country, 0], capitals[country, 1]
    north = np.rint((lat - centre_lat) * KM_A_DEGREE / sector_km).astype(np.int64)
    east = np.rint((lon - centre_lon) * KM_A_DEGREE * np.cos(np.radians(centre_lat)) / sector_km).astype(np.int64)
    blocks = np.stack([country.astype(np.int64), north, east], axis=1)
    found, sector = np.unique(blocks, axis=0, return_inverse=True)
    return sector.reshape(-1).astype(np.int32), found[:, 0].astype(np.int16)
