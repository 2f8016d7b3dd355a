"""Tables for spreadsheets: texts of users' files that look like formulas (= + - @ at their start) are made harmless."""

import numpy as np
import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet takes for formulas: an apostrophe stands before those that look like one.

    This holds for cells, for names of columns and for the index. Numbers stay numbers, also negative ones.
    """
    found = frame.copy(deep=False)
    for name, kind in frame.dtypes.items():
        if not isinstance(kind, np.dtype) or kind.kind == "O":  # only texts: other numbers would be written otherwise
            found[name] = frame[name].map(harmless)
    found = found.rename(columns=harmless)
    return found if isinstance(found.index, pd.RangeIndex) else found.rename(index=harmless)


def harmless(value: object) -> object:
    """Return a cell, with an apostrophe before a text that looks like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
