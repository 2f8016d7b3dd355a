"""Columns made without pyarrow's question for pandas are those that pyarrow makes."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from experiments.batch.columns import column, table

SAMPLES = [
    ([1, -2, 3], pa.int64()), (range(4), pa.int64()), ([0.5, float("inf"), -0.0], pa.float64()),
    (np.arange(12.0).reshape(3, 4)[:, 1], pa.float64()), (["", "Mosul", "Nīnawā", "عربي"], pa.string()),
    ([date(1969, 12, 31), date(2014, 6, 10)], pa.date32()), ([], pa.string()), ([], pa.float64()), ([], pa.date32()),
]  # fmt: skip


@pytest.mark.parametrize(("values", "kind"), SAMPLES)
def test_a_column_is_what_pyarrow_makes_of_the_same_values(values, kind):
    made = column(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind))


def test_a_table_has_the_columns_of_its_schema_in_their_order():
    schema = pa.schema([("name", pa.string()), ("week", pa.int64())], {"a": "b"})
    made = table({"week": [1, 2], "name": ["x", "y"]}, schema)
    assert made.equals(pa.table({"name": ["x", "y"], "week": [1, 2]}, schema=schema), check_metadata=True)
