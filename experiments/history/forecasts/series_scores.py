"""Forecast series (land, people, fighters ...) against what was observed, beside persistence and a straight line."""

from datetime import date

import numpy as np
import pandas as pd

from experiments.history import nulls
from experiments.history.forecasts.forecast import Forecast
from experiments.history.schema import Curve, Target
from experiments.history.scores import crps, crps_normal, interval

COLUMNS = (
    "series", "date", "observed", "median", "low90", "high90", "in90", "error", "error_persistence", "error_trend", "crps",
    "crps_persistence", "crps_trend",
)  # fmt: skip
NULLS = ("persistence", "trend")


def score_series(found: Forecast, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row a series and observed day after the last day known (`COLUMNS`).

    Errors are |median - observed| on the series' scale (of the logarithm, mostly). Null models know the reports up to the
    last day known and get the model's spread, so that the CRPS compares the middles.
    """
    plan, known = found.plan.plan, found.plan.plan.known
    last, made = max(found.plan.days, default=plan.last), []
    for row in rows.to_dict("records"):
        day, curve = row["date"], plan.outlooks[str(row["series"])]
        if not plan.ensemble.known_until < day <= max(last, plan.last):
            continue
        target = _target(float(row["value"]), day, curve)
        runs = found.runs.curves[curve.measure.text]
        sample = known.forecast(curve, day, known.at(runs, day), runs, target.observed_variance)
        seen = nulls.earlier(target, plan.reports.targets, plan.turn)
        said = {"persistence": nulls.persistence(target, seen), "trend": nulls.trend(target, seen)}
        spread = float(np.sqrt(known.misfit(curve, day)[0].variance + target.observed_variance))
        (low, high), middle, truth = interval(sample, 0.9), float(np.median(sample)), target.observed
        made.append({
            "series": row["series"], "date": day, "observed": truth, "median": middle, "low90": low, "high90": high,
            "in90": low <= truth <= high, "error": abs(middle - truth), "crps": crps(sample, truth),
            **{f"error_{name}": np.nan if value is None else abs(value - truth) for name, value in said.items()},
            **{f"crps_{name}": np.nan if value is None else crps_normal(value, spread, truth)
               for name, value in said.items()},
        })  # fmt: skip
    return pd.DataFrame(made, columns=list(COLUMNS))


def _target(value: float, day: date, curve: Curve) -> Target:
    """Return an observation as a report of a curve."""
    own = {name: getattr(curve, name) for name in Curve.model_fields}
    return Target.model_validate(own | {"date": day, "low": value, "high": value, "source": "observed", "use": "score"})


def series_line(table: pd.DataFrame) -> str:
    """Say coverage, median errors, and in which series a null model has the smaller CRPS."""
    if not len(table):
        return "series: no observed day lies in the months that are forecast."
    words = f"series: {table['in90'].mean():.0%} of {len(table)} observations in the 90% interval; median error "
    words += f"{table['error'].median():.2f}"
    for name in NULLS:
        known = table.dropna(subset=[f"crps_{name}"])
        if not len(known):
            words += f"; {name} is not known for any"
            continue
        sums = known.groupby("series", sort=False)[["crps", f"crps_{name}"]].sum()
        lost = [str(series) for series, each in sums.iterrows() if each[f"crps_{name}"] < each["crps"]]
        words += f"; {name} {known[f'error_{name}'].median():.2f}, loses to it on {', '.join(lost) or 'none'}"
    return f"{words}."
