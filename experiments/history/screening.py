"""Screening: of all parameters, which move a target? What `FITTED` of `space.py` was chosen by.

Draws of Latin hypercubes over the ranges of all parameters, a seed each; Spearman's rank correlation of each parameter with
each target, tested by Student's t, adjusted for their number (Benjamini and Hochberg).
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history.bench import take
from experiments.history.measured_runs import MeasuredRuns, run_at
from experiments.history.scores import Floats
from experiments.history.space import FITTED
from experiments.history.target import SCENARIO, Targets
from experiments.measures.statistics import benjamini_hochberg
from experiments.points.draws import drawn, drawn_parameters

KIND = "screening"
LEAST_DRAWS = 10
COLUMNS = ("target", "parameter", "correlation", "adjusted_p", "fitted")


def screen(
    targets: Targets, draws: int, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    base: Run | None = None, command: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Run what `out` does not hold yet; return a row a target and parameter (`COLUMNS`), the strongest of a target first.

    Raises PlanError with fewer than `LEAST_DRAWS` draws, or where fewer runs could be measured.
    """
    if draws < LEAST_DRAWS:
        raise PlanError(f"--points must be {LEAST_DRAWS} or more with --screen, got {draws}")
    wanted, names = targets.fitted(), list(drawn_parameters())
    start = base or Run(str(SCENARIO))
    runs = [run_at(start, drawn(draw), draw) for draw in range(draws)]
    texts = [target.text for target in wanted.values()]
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        measured = MeasuredRuns(store, jobs, progress)
        values = measured.measure(runs, texts, partial(take, tuple(wanted.values())))
    good = [draw for draw, each in enumerate(values) if each]
    if len(good) < LEAST_DRAWS:
        raise PlanError(f"only {len(good)} runs succeeded: {next(iter(measured.errors.values()), 'unknown')}")
    points = np.array([[drawn(draw)[name] for name in names] for draw in good])
    table = np.array([[values[draw][text] for text in texts] for draw in good], dtype=float)
    return ranked(table, points, list(wanted), names)


def ranked(values: Floats, points: Floats, targets: list[str], names: list[str]) -> pd.DataFrame:
    """Return the table of values (runs, targets) at points (runs, parameters); a target that never varies is left out."""
    varied = np.flatnonzero(np.ptp(values, axis=0) > 0)
    both = spearmanr(values[:, varied], points)  # of all columns with all
    correlations, p = (np.asarray(each)[: len(varied), len(varied) :] for each in (both.statistic, both.pvalue))
    adjusted = benjamini_hochberg(p.ravel()).reshape(p.shape)
    rows = [
        (targets[column], names[at], correlations[row, at], adjusted[row, at], names[at] in FITTED)
        for row, column in enumerate(varied) for at in np.argsort(-np.abs(correlations[row]), kind="stable")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
