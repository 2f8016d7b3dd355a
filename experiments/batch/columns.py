"""Columns of tables made without `pyarrow.array`, which imports pandas to ask whether values are a series of its own.

A worker needs no pandas: it would cost each one a third of a second and 60 MB.
"""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa

EPOCH = date(1970, 1, 1).toordinal()


def column(values: Sequence[Any] | np.ndarray, kind: pa.DataType) -> pa.Array:
    """Return values, none of them missing, as a column of numbers, days or texts."""
    if pa.types.is_string(kind):
        texts = [value.encode() for value in values]
        ends = np.fromiter(accumulate(map(len, texts), initial=0), np.int32, len(texts) + 1)
        return pa.Array.from_buffers(kind, len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))])
    if pa.types.is_date32(kind):
        values = [day.toordinal() - EPOCH for day in values]
    numbers = np.ascontiguousarray(
        values, {"int64": np.int64, "double": np.float64, "date32[day]": np.int32}[str(kind)]
    )
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])


def table(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    """Return columns of plain values as a table in the order of a schema."""
    return pa.table({each.name: column(columns[each.name], each.type) for each in schema}, schema=schema)
