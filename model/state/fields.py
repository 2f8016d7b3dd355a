"""How a state field is declared, and how declarations are read from annotations."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Records = npt.NDArray[np.void]
KINDS: list[tuple[Any, Any]] = [
    (Floats, np.float64), (Integers, np.int64), (Indices, np.int32), (Flags, np.bool_), (float, float), (bool, bool),
]  # fmt: skip


@cache
def interned(row: "np.dtype[np.void]") -> "np.dtype[np.void]":
    """The first of several equal types of a table's rows.

    At each call of a loop Numba looks up the types of its arguments: it knows the same object again at once, but compares
    another one column by column, ten microseconds a table.
    """
    return row


@dataclass(frozen=True)
class Field:
    """The declaration of a field: axes (words separated by spaces), unit, meaning, range, type of its numbers."""

    axes: str
    unit: str
    meaning: str
    low: float = 0.0
    high: float = inf
    kind: Any = None


def declarations(owner: type) -> dict[str, Field]:
    """Return the fields that a class declares as `name: Annotated[type, Field(...)]`, by name."""
    hints = get_type_hints(owner, include_extras=True)
    annotated = {name: hint for name, hint in hints.items() if hasattr(hint, "__metadata__")}
    return {
        name: replace(hint.__metadata__[0], kind=next(kind for type_, kind in KINDS if type_ == hint.__origin__))
        for name, hint in annotated.items()
    }
