"""Values as Python has them: numbers, switches and dates of NumPy and pandas are as good as Python's own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

PLAIN = (str, float, int, bool, type(None))  # what nearly all values are: asked for first, since runs come in thousands


def plain(value: Any) -> Any:
    """Return a value, or all that is in it, as Python's own: `np.int64(3)` as 3, `pd.Timestamp("2015-01-05")` as a date."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime) and (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return date(value.year, value.month, value.day)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return plain(value.tolist())  # of a scalar its value, of an array a list
    return value
