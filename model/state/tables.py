"""The fields of one organisation or country side by side in memory, as compiled loops like them: `member.field`."""

from typing import Any

import numpy as np

from model.state.fields import Field, Records, interned


def records(declared: dict[str, Field], axis: str, length: int, inner: dict[str, int]) -> Records:
    """Return a table with `length` rows, one a member of an axis, whose columns are the fields along that axis.

    A field with a second axis is a column of short rows if `inner` gives that axis's length (the same in every scenario,
    so that one compiled loop fits all of them), and left out if not.
    """
    columns: list[tuple[str, Any, tuple[int, ...]]] = []
    for name, field in declared.items():
        first, *others = field.axes.split() or [""]
        if first == axis and all(other in inner for other in others):
            columns.append((name, field.kind, tuple(inner[other] for other in others)))
    return np.zeros(length, dtype=interned(np.dtype(columns, align=True)))


STAY = interned(np.dtype([("organisation", np.int64), ("country", np.int64), ("share", np.float64)]))


class Tables:
    """An owner of declared fields: those of organisations and of countries are columns of two tables, shown as attributes.

    A field is thus one array under two names: `state.treasury[3]` is `state.organisation_records[3]["treasury"]`.
    """

    organisation_records: Records
    country_records: Records

    def allocate(self, declared: dict[str, Field], sizes: dict[str, int], inner: tuple[str, ...]) -> None:
        """Make an array of zeros of each declared field; `inner` names the axes that are short in every scenario."""
        short = {axis: sizes[axis] for axis in inner}
        self.organisation_records = records(declared, "organisation", sizes["organisation"], short)
        self.country_records = records(declared, "country", sizes["country"], short)
        self._show_columns()
        for name, field in declared.items():
            if name not in self.__dict__:
                shape = tuple(sizes[axis] for axis in field.axes.split())
                setattr(self, name, np.zeros(shape, dtype=field.kind) if shape else field.kind())

    def _columns(self) -> tuple[str, ...]:
        return (*(self.organisation_records.dtype.names or ()), *(self.country_records.dtype.names or ()))

    def _show_columns(self) -> None:
        for table in (self.organisation_records, self.country_records):
            for name in table.dtype.names or ():
                setattr(self, name, table[name])

    def __getstate__(self) -> dict[str, Any]:
        """Columns are left out of copies and pickles: there they are shown anew from the copied tables."""
        columns = set(self._columns())
        return {name: value for name, value in self.__dict__.items() if name not in columns}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        tables = {name: value for name, value in kept.items() if isinstance(value, np.ndarray) and value.dtype.names}
        self.__dict__.update(kept | {name: table.view(interned(table.dtype)) for name, table in tables.items()})
        self._show_columns()
