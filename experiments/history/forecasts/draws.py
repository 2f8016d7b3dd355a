"""From runs to draws: whole numbers of deaths by country and month, and where they lie.

A draw is a run with one value of each discrepancy of its countries (`chances.Correction`): b, drawn given what was reported
of the bloc in the country in known years, and a new e for each year. The year's deaths are then

    N = floor(max(0, (1 + deaths in the bloc's fights) exp(level + b + e) - 1) + deaths in others' fights x exp(b' + e') + u)

with u uniform between 0 and 1. The lists tell of the bloc; others' b' is drawn given their reported battle deaths where
there are any, and else as if nothing were known.

They fall in months in proportion to the run's deaths + 1 / months, since a run without any says nothing about when, and in
cells in proportion to the run's deaths there, but for a share `SPREAD` that lies where the country's people live.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from experiments.history.chances import Correction, Reported
from experiments.history.forecasts.identifiers import Grid
from experiments.history.forecasts.kept import Runs
from experiments.history.scores import Floats

SPREAD = 0.1  # of a country's deaths that lie where people live and not where the run has them, assumed
MOST = 1e6  # deaths of a country in a year; a guard
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Known:
    """What is known of countries: deaths in runs and what was reported by known year, of the bloc and of the others."""

    of_bloc: Mapping[int, Floats]
    reported: Mapping[int, Reported]
    correction: Correction
    until: int  # the last known year
    of_others: Mapping[int, Floats] = field(default_factory=dict)
    others_reported: Mapping[int, Reported] = field(default_factory=dict)


def biases(
    correction: Correction, deaths: Mapping[int, Floats], reported: Mapping[int, Reported], draws: np.random.Generator,
    shape: tuple[int, int],
) -> Floats:  # fmt: skip
    """Return a value of b for each run and country, drawn given its known years, (runs, countries)."""
    likelihood = correction.likelihood(deaths, reported)
    upto = np.cumsum(np.broadcast_to(likelihood, (*shape, likelihood.shape[2])), axis=2)
    place = (draws.random(shape)[:, :, None] * upto[:, :, -1:] > upto).sum(axis=2)
    return np.asarray(correction.biases[np.minimum(place, upto.shape[2] - 1)])


def country_draws(bloc: Floats, others: Floats, months: Sequence[date], known: Known, seed: int = 0) -> Counts:
    """Return whole deaths by draw, month and country, (draws, months, countries), of those of runs (the same shape).

    bloc, others: deaths in fights of the core's bloc, and of all other organisations, with states.
    """
    draws, found = np.random.default_rng([seed, 1]), np.zeros(bloc.shape, dtype=np.int32)
    shape = (bloc.shape[0], bloc.shape[2])
    level = replace(known.correction, level=0.0)  # the common level is of the bloc
    told = biases(known.correction, known.of_bloc, known.reported, draws, shape) + known.correction.level
    untold = biases(level, known.of_others, known.others_reported, draws, shape)
    for year in sorted({month.year for month in months}):
        inside = [place for place, month in enumerate(months) if month.year == year]
        own, theirs = (each[:, inside].transpose(0, 2, 1) for each in (bloc, others))  # (runs, countries, months)
        spread = known.correction.yearly * np.sqrt(1 + max(0, year - known.until))
        own_error, their_error = draws.normal(0.0, spread, (2, *shape))
        scaled = np.maximum((1 + own.sum(axis=2)) * np.exp(told + own_error) - 1, 0.0)
        scaled += theirs.sum(axis=2) * np.exp(untold + their_error)
        whole = np.floor(np.minimum(scaled, MOST) + draws.random(shape)).astype(np.int64)
        share = own + theirs + 1 / len(inside)
        found[:, inside] = draws.multinomial(whole, share / share.sum(axis=2, keepdims=True)).transpose(0, 2, 1)
    return found


def place_draws(counts: Counts, runs: Runs, grid: Grid, seed: int = 0) -> Iterator[Counts]:
    """Yield, month by month, whole deaths by draw and place of the grid, (draws, places), that add up to the countries'."""
    size, living = len(grid.gids), _living(grid, counts.shape[2])
    members = [np.flatnonzero(grid.country == country) for country in range(counts.shape[2])]
    for month in range(counts.shape[1]):
        draws, found = np.random.default_rng([seed, 2, month]), np.zeros((len(counts), size), dtype=np.int32)
        for run in range(len(counts)):
            dead = runs.in_places(run, month, size)
            for country in np.flatnonzero(counts[run, month]):
                inside = members[country]
                if len(inside):
                    own = dead[inside].sum()
                    spread = SPREAD if own > 0 else 1.0
                    share = (1 - spread) * dead[inside] / max(own, 1e-9) + spread * living[inside]
                    found[run, inside] = draws.multinomial(counts[run, month, country], share / share.sum())
        yield found


def _living(grid: Grid, countries: int) -> Floats:
    """Return each place's share of its country's people; of a country without any, even shares."""
    people = grid.people + 1e-6
    return np.asarray(people / np.bincount(grid.country, people, countries)[grid.country])
