"""Deaths in the bloc's attacks by country, which the model counts for the whole map only."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from experiments.measures.dates import week_of
from experiments.measures.run_view import Floats, View

if TYPE_CHECKING:
    from model.record import Result


def country_deaths(view: View, first: int | None, last: int | None) -> Floats:
    """Return deaths in the bloc's attacks in each country in the weeks from `first` to `last`, (countries,).

    A country's attacks times the mean deaths of an attack in those weeks; weeks that were not simulated do not count, and
    without any the result is nan. It stands for battle deaths, which the model does not count by country.
    """
    weeks = np.arange(view.horizon + 1)
    inside = (weeks >= (first or 0)) & (weeks <= (view.horizon if last is None else last))
    attacks = view.countries("attacks")[inside]
    if not inside.any():
        return np.full(attacks.shape[1], np.nan)
    deaths = view.series("deaths")[inside].sum()
    return np.asarray(attacks.sum(axis=0) * deaths / max(attacks.sum(), 1.0))


def deaths_by_country(result: "Result", first: date, last: date) -> Floats:
    """Return deaths in the bloc's attacks in each country from one day to another of a run, (countries,)."""
    start = result.scenario.start
    view = View(result, len(result.rows) - 1)
    return country_deaths(view, max(0, week_of(first, start, "from")), week_of(last, start, "to"))
