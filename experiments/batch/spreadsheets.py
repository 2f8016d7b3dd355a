"""Tables for spreadsheets: texts of users' files that look like formulas (= + - @ at their start) are made harmless."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def safe(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose texts no spreadsheet takes for formulas: an apostrophe stands before those that look like one.

    This holds for cells, for names of columns and for the index. Numbers stay numbers, also negative ones.
    """
    import pandas as pd  # whoever has a frame has imported it; `write_rows` needs none

    found = frame.copy(deep=False)
    for name, kind in frame.dtypes.items():
        if not isinstance(kind, np.dtype) or kind.kind == "O":  # only texts: other numbers would be written otherwise
            found[name] = frame[name].map(harmless)
    found = found.rename(columns=harmless)
    return found if isinstance(found.index, pd.RangeIndex) else found.rename(index=harmless)


def harmless(value: object) -> object:
    """Return a cell, with an apostrophe before a text that looks like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def write_rows(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table as `safe(frame).to_csv(path, index=False)` would, to the byte, without pandas: it takes half a second.

    Cells are texts, whole numbers, dates and floats; one that is not a number is left empty.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator=os.linesep)
        writer.writerow(map(harmless, columns))
        writer.writerows([harmless(cell) if cell == cell else "" for cell in row] for row in rows)
