"""A table of points as users have it: a CSV, XLSX or Parquet file, a DataFrame, or a list of dicts; read, not yet judged."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch.errors import UserError, one_line
from experiments.batch.settings import parse_value
from model.scenario.plain import plain
from model.scenario.user_files import plain_file, text_of

if TYPE_CHECKING:
    import pandas as pd

type Table = "str | Path | pd.DataFrame | Sequence[Mapping[str, Any]] | Sheet"

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
DELIMITERS = (";", "\t", ",")
MOST_TEXT = 200_000_000  # bytes of a table: a million points of ten columns


@dataclass(frozen=True)
class Sheet:
    """Rows of a table; `numbers` are those of the rows as a reader counts them. An empty cell is None."""

    label: str
    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numbers: tuple[int, ...]


def read_sheet(table: Table) -> Sheet:
    """Return a table as a sheet. In a file, rows are counted as in a spreadsheet (the header is row 1), else from 0.

    Raises UserError where it cannot be read.
    """
    if isinstance(table, Sheet):
        return table
    if isinstance(table, str | Path):
        return _of_file(Path(table))
    if hasattr(table, "columns"):
        return _of_frame("points", table, 0)
    names = tuple(dict.fromkeys(str(name) for row in table for name in row))
    rows = tuple(tuple(_cell(row.get(name)) for name in names) for row in table)
    return Sheet("points", names, rows, tuple(range(len(rows))))


def _of_file(path: Path) -> Sheet:
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UserError(f"{path}: a table of points is one of {', '.join(KINDS)}")
    try:
        plain_file(path)
        if kind == ".xlsx":
            import pandas as pd  # half a second, and seldom asked for

            return _of_frame(str(path), pd.read_excel(path), 2)
        if kind == ".parquet":
            import pandas as pd  # as above

            return _of_frame(str(path), pd.read_parquet(path.absolute()), 2)
        return _of_text(path)
    except FileNotFoundError:
        raise UserError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8: save it as CSV UTF-8") from error
    except (UserError, MemoryError):
        raise
    except Exception as error:  # zip, XML and Parquet have a kind of error each for every kind of damage
        raise UserError(f"{path} cannot be read as a table: {one_line(error)}") from error


def _of_text(path: Path) -> Sheet:
    text = text_of(path, MOST_TEXT)
    header = text.partition("\n")[0]
    delimiter = next((each for each in DELIMITERS if each in header), ",")
    lines = list(enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1))
    written = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not written:
        return Sheet(str(path), (), (), ())
    names = tuple(name.strip() for name in written[0][1])
    long = [number for number, cells in written if len(cells) > len(names)]
    if long:
        raise UserError(f"{path}, row {long[0]}: has more cells than the header has names")
    rows = [[*cells, *[""] * (len(names) - len(cells))] for _, cells in written[1:]]
    parsed = tuple(tuple(parse_value(cell.strip()) if cell.strip() else None for cell in cells) for cells in rows)
    return Sheet(str(path), names, parsed, tuple(number for number, _ in written[1:]))


def _of_frame(label: str, frame: Any, first: int) -> Sheet:
    names = tuple(str(name).strip() for name in frame.columns)
    rows = tuple(tuple(_cell(value) for value in row) for row in frame.itertuples(index=False, name=None))
    return Sheet(label, names, rows, tuple(range(first, first + len(rows))))


def _cell(value: Any) -> Any:
    """Return a value as Python's own; what is missing (None, nan, pandas' NA and NaT) is None."""
    missing = (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )
    return None if missing else plain(value)
