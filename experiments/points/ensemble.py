"""The non-implausible ensemble: points of the fitted parameters that the targets do not rule out, as a small Parquet file.

    members = load_ensemble()                       # scenarios/history/ensemble.parquet
    members.points[0]                               # {"territory.growth": 0.41, ...}: overrides of a run

Columns: the parameters, rms and worst (of I, see `matching.py`), worst_target, and mean.TARGET: the mean over seeds on the
target's scale. What was done to get it is in the file's metadata. All members weigh the same.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.errors import UserError
from experiments.batch.run import model_version
from experiments.batch.whole_files import written_whole
from experiments.points.ranges import declared, shares_of
from model.scenario.shipped import FOLDER

SHIPPED = "shipped"
ENSEMBLE = FOLDER / "history" / "ensemble.parquet"
KEY = b"inkspot_ensemble"
MEAN = "mean."
MISSED = 4  # reports that are named as missed
EDGE, PILED = 0.1, 0.25  # a parameter is piled up at a bound where so many members lie in that tenth


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

    def cycled(self, draws: int) -> list[dict[str, float]]:
        """Return so many members, from the start again where there are fewer."""
        points = self.points
        return [points[draw % len(points)] for draw in range(draws)]

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
        missed = self.table["worst_target"].value_counts()
        often = [
            f"{str(name).replace('_', ' ')} ({count} of {len(self)})" for name, count in missed.head(MISSED).items()
        ]
        count, until = sum(str(name).startswith(MEAN) for name in self.table), self.known_until
        words = f"{len(self.parameters)} parameters were fitted to {count} reports up to {until.day} {until:%B %Y}; "
        words += (
            f"all others are as declared. The reports that its {len(self)} members miss most are: {', '.join(often)}."
        )
        return f"{words} {self.made_with}".rstrip()

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
        """Return a row a parameter: its declared range, 5, 50 and 95% of the members, and what to note.

        `narrowed`: 1 - standard deviation of members' places in the range over that of an even spread (places of the
        logarithm where the parameter is drawn so).
        `piled_up`: low or high where a quarter of the members or more lie in that tenth of the range.
        """
        shares = np.array([shares_of(point, self.parameters) for point in self.points])
        rows = []
        for name, places in zip(self.parameters, shares.T, strict=True):
            parameter, values = declared(name), self.table[name]
            low, high = float((places < EDGE).mean()), float((places > 1 - EDGE).mean())
            rows.append({
                "parameter": name, "value": parameter.value, "low": parameter.low, "high": parameter.high,
                **{f"q{share:02.0f}": float(np.quantile(values, share / 100)) for share in (5, 50, 95)},
                "narrowed": float(1 - places.std() * np.sqrt(12)),
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
        pq.write_table(table, unfinished, compression="zstd")
    return path


def load_ensemble(path: str | Path = SHIPPED) -> Ensemble:
    """Return an ensemble: the shipped one, or that of a file. Raises UserError where it is none."""
    file = ENSEMBLE if str(path) == SHIPPED else Path(path)
    label = "the shipped ensemble" if str(path) == SHIPPED else str(path)
    if not file.is_file():
        raise UserError(f'there is no ensemble {label}: write "{SHIPPED}", or make one with `inkspot calibrate`')
    try:
        table = pq.read_table(file)
        about = json.loads((table.schema.metadata or {})[KEY])
        frame = table.to_pandas()
        missing = [name for name in about["parameters"] if name not in frame]
    except (pa.ArrowInvalid, KeyError, ValueError) as error:
        words = "it was not written by `inkspot calibrate`, or is damaged"
        raise UserError(f"{file} is no ensemble: {words} ({type(error).__name__})") from None
    if missing or frame.empty:
        raise UserError(f"{file} is no ensemble: it lacks {', '.join(missing) or 'members'}")
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
