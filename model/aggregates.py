"""How the series of a run become one number each: at the end, summed, averaged or at their largest."""

from collections.abc import Callable, Mapping
from typing import Any

from model.state.fields import Floats

AGGREGATES: dict[str, Callable[[Any], Any]] = {
    "end": lambda x: x[-1],
    "sum": lambda x: x.sum(),
    "mean": lambda x: x[1:].mean() if len(x) > 1 else x[0],
    "max": lambda x: x.max(),
}


def aggregated(rows: Floats, how: Mapping[str, str]) -> dict[str, float]:
    """Return the number of each column of rows (weeks, columns); `how`: column -> name of its aggregate, in order."""
    return {name: float(AGGREGATES[each](rows[:, column])) for column, (name, each) in enumerate(how.items())}
