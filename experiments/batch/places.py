"""What is taken of a run's places: of each country and each group a few numbers, a row each."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from experiments.batch.columns import table
from experiments.batch.tables import IDENTITY, PLACES_TABLE
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES
from model.state import Status

if TYPE_CHECKING:
    from model.record import Result

COUNTRIES = {  # measure -> column of countries, and how its weeks are taken together
    "people": ("people_bloc", "end"), "attacks": ("attacks", "sum"), "displaced": ("displaced", "end"),
    "legitimacy": ("legitimacy", "end"),
}  # fmt: skip
GROUPS = {"people": ("people", "end"), "fighters": ("fighters", "end"), "attacks": ("attacks", "sum")}
PROVINCE = "province"  # 1 where a group is a province at the end
MEMBERS = (Status.PROVINCE,)


def places_table(result: "Result") -> pa.Table:
    """Return a row a place and measure: kind (country, group), place, measure, value.

    Groups are those of the scenario that exist in the run; factions that split off during it are left out.
    """
    rows = [("country", name, measure, value)
            for place, name in enumerate(result.theatre.countries)
            for measure, value in _values(result.country_rows[:, :, place], COUNTRY_SERIES, COUNTRIES).items()]  # fmt: skip
    for row, name in enumerate(result.organisation_names):
        if name not in result.scenario.groups:
            continue
        weeks = result.organisation_rows[:, :, row]
        status = weeks[-1, ORGANISATION_SERIES.index("status")]
        values = _values(weeks, ORGANISATION_SERIES, GROUPS) | {PROVINCE: float(status in MEMBERS)}
        rows += [("group", name, measure, value) for measure, value in values.items()]
    columns = dict(zip(("kind", "place", "measure", "value"), map(list, zip(*rows, strict=True)), strict=True))
    known = {name for name, _ in IDENTITY}
    return table(columns, pa.schema([each for each in PLACES_TABLE if each.name not in known]))


def _values(weeks: np.ndarray, names: tuple[str, ...], wanted: dict[str, tuple[str, str]]) -> dict[str, float]:
    """Return the numbers wanted of one place's weeks, (weeks, columns)."""
    return {
        measure: float(weeks[-1, names.index(column)] if by == "end" else weeks[:, names.index(column)].sum())
        for measure, (column, by) in wanted.items()
    }
