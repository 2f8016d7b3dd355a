"""A forecast as files, in the form in which the field scores them.

    views/cm/window=Y2016/cm_2016.parquet      month_id, country_id, draw, outcome (the VIEWS prediction challenge 2023/24)
    views/pgm/window=Y2016/pgm_2016.parquet    month_id, priogrid_gid, draw, outcome
    country_months.parquet                     the same of all countries of the scenario, with iso3 and gwcode
    country_years.csv, series.csv, towns.csv   chances and quantiles of years, of series and of towns at ends of quarters

Whole numbers, draws from 0. The first two columns are the index where pandas reads the files.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.spreadsheets import safe
from experiments.batch.whole_files import written_whole
from experiments.history.forecasts.draws import place_draws
from experiments.history.forecasts.forecast import Forecast
from experiments.history.forecasts.identifiers import codes_of, month_id

COUNTRY_FILE, YEAR_FILE, SERIES_FILE, TOWN_FILE = (
    "country_months.parquet", "country_years.csv", "series.csv", "towns.csv",
)  # fmt: skip


def write_forecast(found: Forecast, out: Path) -> list[Path]:
    """Write all files of a forecast into a folder; return their paths. Raises OSError."""
    frame, written = country_frame(found), [out / COUNTRY_FILE]
    with written_whole(written[0]) as unfinished:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), unfinished.absolute(), compression="zstd")
    written += _country_windows(frame, out)
    written += _place_windows(found, out)
    tables = {YEAR_FILE: found.years, SERIES_FILE: found.series, TOWN_FILE: found.towns.drop(columns="held")}
    for name, table in tables.items():
        with written_whole(out / name) as unfinished:
            safe(table).to_csv(unfinished, index=False)
        written.append(out / name)
    return written


def country_frame(found: Forecast) -> pd.DataFrame:
    """Return a row a month, country and draw: month_id, iso3, gwcode, country_id, draw, outcome."""
    draws, months, countries = found.counts.shape
    numbers = np.array([month_id(month) for month in found.plan.months], dtype=np.int32)
    rows = (
        codes_of(found.countries).iloc[np.tile(np.repeat(np.arange(countries), draws), months)].reset_index(drop=True)
    )
    rows.insert(0, "month_id", np.repeat(numbers, countries * draws))
    rows["draw"] = np.tile(np.arange(draws, dtype=np.int32), months * countries)
    rows["outcome"] = found.counts.transpose(1, 2, 0).ravel()
    return rows


def _window(out: Path, level: str, year: int) -> Path:
    path = out / "views" / level / f"window=Y{year}" / f"{level}_{year}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _country_windows(frame: pd.DataFrame, out: Path) -> Iterator[Path]:
    """Write country-months by year, of countries whose country_id is known."""
    own = frame.dropna(subset=["country_id"])[["month_id", "country_id", "draw", "outcome"]].astype("int32")
    for year, rows in own.groupby((own["month_id"] - 1) // 12 + 1980):
        path = _window(out, "cm", int(str(year)))
        with written_whole(path) as unfinished:
            table = pa.Table.from_pandas(rows.set_index(["month_id", "country_id"]))
            pq.write_table(table, unfinished.absolute(), compression="zstd")
        yield path


def _place_windows(found: Forecast, out: Path) -> Iterator[Path]:
    """Write grid-months by year, a row group a month, so that memory holds one month."""
    months, each_month = found.plan.months, place_draws(found.counts, found.runs, found.grid, found.plan.seed)
    for year in sorted({month.year for month in months}):
        path, writer = _window(out, "pgm", year), None
        with written_whole(path) as unfinished:
            for month in (month for month in months if month.year == year):
                table = _place_table(month_id(month), found.grid.gids, next(each_month))
                writer = writer or pq.ParquetWriter(unfinished.absolute(), table.schema, compression="zstd")
                writer.write_table(table)
            if writer is not None:
                writer.close()
        yield path


def _place_table(month: int, gids: "np.typing.NDArray[np.int64]", dead: "np.typing.NDArray[np.int32]") -> pa.Table:
    draws, places = dead.shape
    frame = pd.DataFrame({
        "month_id": np.full(draws * places, month, dtype=np.int32),
        "priogrid_gid": np.repeat(gids.astype(np.int32), draws),
        "draw": np.tile(np.arange(draws, dtype=np.int32), places),
        "outcome": dead.T.ravel(),
    })  # fmt: skip
    return pa.Table.from_pandas(frame.set_index(["month_id", "priogrid_gid"]))
