"""The non-implausible ensemble: points of the fitted parameters that the targets do not rule out, as a small Parquet file.

    members = load_ensemble()                       # scenarios/history/ensemble.parquet
    members.points[0]                               # {"territory.growth": 0.41, ...}: overrides of a run

Columns: the parameters, weight (they sum to 1; a file without the column has equal ones), rms and worst (of I, see
`history/matching.py`), worst_target, and mean.TARGET: the mean over seeds, from first_seed on, on the target's scale. What
was done to get it is in the file's metadata.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.errors import UserError
from experiments.batch.run import model_version
from experiments.batch.whole_files import written_whole
from experiments.batch.written import checked, note
from experiments.points.ranges import Floats, declared, shares_of
from experiments.points.weighting import corput, deviation, effective, quantile, systematic
from model.scenario.shipped import FOLDER

SHIPPED = "shipped"
ENSEMBLE = FOLDER / "history" / "ensemble.parquet"
KEY = b"inkspot_ensemble"
MEAN, WEIGHT = "mean.", "weight"
MISSED = 4  # reports that are named as missed
EDGE, PILED = 0.1, 0.25  # a parameter is piled up at a bound where so much of the weight lies in that tenth
NARROWED, LUCK = 0.1, 0.05  # a parameter is constrained where it is narrowed by so much, and luck seldom does as much
EVEN_SAMPLES = 999


@dataclass(frozen=True)
class Ensemble:
    """Members as a table, and what was done to get them. `label`: the file as messages call it."""

    table: pd.DataFrame
    about: dict[str, Any]
    label: str

    def __len__(self) -> int:
        return len(self.table)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The fitted parameters."""
        return tuple(self.about["parameters"])

    @property
    def points(self) -> list[dict[str, float]]:
        """The members' parameters as overrides."""
        return [
            {str(name): float(value) for name, value in row.items()}
            for row in self.table[list(self.parameters)].to_dict("records")
        ]  # fmt: skip

    @cached_property
    def weights(self) -> Floats:
        """The members' weights, which sum to 1 (members,)."""
        if WEIGHT not in self.table:
            return np.full(len(self), 1 / len(self))
        given = self.table[WEIGHT].to_numpy(dtype=float)
        return np.asarray(given / given.sum())

    @property
    def weighted(self) -> bool:
        """Whether members weigh differently."""
        return bool(np.ptp(self.weights) > 1e-12)

    @property
    def effective(self) -> float:
        """The effective number of members, 1 / sum of squared weights: so many equal ones would say as much."""
        return effective(self.weights)

    def cycled(self, draws: int) -> list[dict[str, float]]:
        """Return so many members: each as often as its weight says, to within one; equal ones in turn, then again."""
        points = self.points
        return [points[at] for at in self._at(draws)]

    def runs(self, draws: int, seeds: int) -> list[tuple[dict[str, float], int]]:
        """Return member and seed of each run: as many seeds for each draw, and others where a member is drawn again."""
        points, times = self.points, Counter[int]()
        firsts = []
        for at in self._at(draws):
            firsts.append((at, seeds * times[at]))
            times[at] += 1
        return [(points[at], first + seed) for seed in range(seeds) for at, first in firsts]

    def _at(self, draws: int) -> list[int]:
        if not self.weighted:
            return [draw % len(self) for draw in range(draws)]
        return [int(at) for at in systematic(self.weights, draws)]

    def drawn(self, draw: int) -> int:
        """Return which member draw number `draw` is; equal ones in turn, then again.

        Of weights, it is the member at place `draw` of van der Corput's sequence, so that any number of first draws has
        each member about as often as its weight says, and they are the same however many are asked for.
        """
        if not self.weighted:
            return draw % len(self)
        return int(systematic(self.weights, 1, corput(draw))[0])

    @property
    def known_until(self) -> date:
        """The last day known to the calibration."""
        return date.fromisoformat(self.about["known_until"])

    @property
    def factor(self) -> float:
        """What declared discrepancies had to be multiplied by."""
        return float(self.about["factor"])

    @property
    def words(self) -> str:
        """What was fitted to what, what was not, and what most members miss most, in sentences."""
        shares = self.table.assign(share=self.weights).groupby("worst_target", sort=False)["share"].sum()
        missed = shares.sort_values(ascending=False, kind="stable").head(MISSED)
        often = [
            f"{str(name).replace('_', ' ')} ({round(share * len(self))} of {len(self)})"
            for name, share in missed.items()
        ]
        count, until = sum(str(name).startswith(MEAN) for name in self.table), self.known_until
        words = f"{len(self.parameters)} parameters were fitted to {count} reports up to {until.day} {until:%B %Y}; "
        words += "all others are as declared."
        if self.weighted:
            words += f" Its {len(self)} members have weights; their effective number is {self.effective:.0f}."
        words += f" The reports that its members miss most are: {', '.join(often)}."
        if self.factor > 1:
            words += f" The model's declared errors had to be multiplied by {self.factor:g}."
        loose = self.unconstrained
        if loose:
            words += f" The reports say next to nothing about {len(loose)} of its parameters: {', '.join(loose)}."
        words += " Reports of what happened hardly tell what another policy would do."
        words += " `inkspot structure` compares effects under this ensemble with those under the ranges."
        return f"{words} {self.made_with}".rstrip()

    @property
    def unconstrained(self) -> list[str]:
        """Parameters that reports hardly narrowed, or no more than luck would."""
        check = self.check()
        return [str(name) for name in check.loc[check["unconstrained"], "parameter"]]

    @property
    def made_with(self) -> str:
        """Say so where another minor version of the model was fitted than the one that runs; else nothing.

        Members are then points of a model that is no more: nothing says that reports do not rule them out.
        """
        fitted, now = (_minor(version) for version in (str(self.about["model_version"]), model_version()))
        if fitted == now:
            return ""
        return (
            f"It was fitted to the model of {fitted}, whose numbers are not those of {now}: `inkspot calibrate` makes "
            "a new one."
        )

    def check(self) -> pd.DataFrame:
        """Return a row a parameter: its declared range, 5, 50 and 95% of the members by weight, and what to note.

        `narrowed`: 1 - standard deviation of members' places in the range over that of an even spread (places of the
        logarithm where the parameter is drawn so). `luck`: the share of even samples with the same weights that are
        narrowed as much. `unconstrained`: narrowed by less than `NARROWED`, or luck above `LUCK`.
        `piled_up`: low or high where a quarter of the weight or more lies in that tenth of the range.
        """
        shares = np.array([shares_of(point, self.parameters) for point in self.points])
        even = 1 - deviation(np.random.default_rng(0).random((len(self), EVEN_SAMPLES)), self.weights) * np.sqrt(12)
        rows = []
        for name, places in zip(self.parameters, shares.T, strict=True):
            parameter, values = declared(name), self.table[name].to_numpy(dtype=float)
            low, high = float(self.weights[places < EDGE].sum()), float(self.weights[places > 1 - EDGE].sum())
            narrowed = float(1 - deviation(places[:, None], self.weights)[0] * np.sqrt(12))
            luck = float((1 + (even >= narrowed).sum()) / (1 + EVEN_SAMPLES))
            rows.append({
                "parameter": name, "value": parameter.value, "low": parameter.low, "high": parameter.high,
                **{f"q{share:02.0f}": quantile(values, share / 100, self.weights) for share in (5, 50, 95)},
                "narrowed": narrowed, "luck": luck, "unconstrained": narrowed < NARROWED or luck > LUCK,
                "piled_up": "low" if low >= PILED else "high" if high >= PILED else "",
                "in_range": bool(((values >= parameter.low) & (values <= parameter.high)).all()),
            })  # fmt: skip
        return pd.DataFrame(rows)


def _minor(version: str) -> str:
    """Return major and minor number of a version: 0.3 of 0.3.0.dev0+8afbc0a23131."""
    return ".".join(version.split("+")[0].split(".")[:2])


def write_ensemble(ensemble: Ensemble, path: str | Path) -> Path:
    """Write an ensemble, whole or not at all; the same members give the same bytes. Raises OSError."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(ensemble.table, preserve_index=False)
    table = table.replace_schema_metadata({KEY: json.dumps(ensemble.about, sort_keys=True).encode()})
    with written_whole(path) as unfinished:
        pq.write_table(table, unfinished.absolute(), compression="zstd")
    note([path])
    return path


def load_ensemble(path: str | Path = SHIPPED) -> Ensemble:
    """Return an ensemble: the shipped one, or that of a file. Raises UserError where it is none."""
    file = ENSEMBLE if str(path) == SHIPPED else Path(path)
    label = "the shipped ensemble" if str(path) == SHIPPED else str(path)
    if not file.is_file():
        raise UserError(f'there is no ensemble {label}: write "{SHIPPED}", or make one with `inkspot calibrate`')
    checked(file)
    try:
        table = pq.read_table(file.absolute())
        about = json.loads((table.schema.metadata or {})[KEY])
        frame = table.to_pandas()
        missing = [name for name in about["parameters"] if name not in frame]
        for name in set(about["parameters"]).union({WEIGHT}).intersection(frame):
            frame[name] = frame[name].astype(float)
    except (pa.ArrowException, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        words = "it was not written by `inkspot calibrate`, or is damaged"
        raise UserError(f"{file} is no ensemble: {words} ({type(error).__name__})") from None
    if missing or frame.empty:
        raise UserError(f"{file} is no ensemble: it lacks {', '.join(missing) or 'members'}")
    if WEIGHT in frame and not (frame[WEIGHT].ge(0).all() and 0 < frame[WEIGHT].sum() < np.inf):
        raise UserError(f"{file} is no ensemble: weights must be 0 or more, and one of them above 0")
    found = Ensemble(frame, about, label)
    _within(found, file)
    return found


def _within(ensemble: Ensemble, file: Path) -> None:
    for name in ensemble.parameters:
        try:
            parameter = declared(name)
        except KeyError:
            raise UserError(f"{file}: {name} is no parameter of this version; calibrate anew") from None
        values = ensemble.table[name]
        if not values.between(parameter.low, parameter.high).all():
            met = values[~values.between(parameter.low, parameter.high)].iloc[0]
            raise UserError(f"{file}: {name} must be {parameter.low:g} to {parameter.high:g}, got {met:g}")
