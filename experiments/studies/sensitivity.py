"""Which uncertain factors matter: Morris screening and Sobol indices, with intervals and convergence, by SALib.

Points lie in the unit cube, a column a factor; a design turns them into values of the factors. What is analysed is one
number a point: an outcome under a policy, or the paired difference between two policies, averaged over replicates.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis

from experiments.points.salib_blocks import LEVELS, SOBOL, Method, problem

Floats = npt.NDArray[np.float64]

LEVEL = 0.95  # of intervals
RESAMPLES = 200  # of the bootstrap behind them
FRACTIONS = (0.25, 0.5, 1.0)  # of the blocks, to see whether indices have settled
COLUMNS = ["factor", "index", "value", "half_width", "blocks"]


def indices(method: Method, factors: Sequence[str], points: Floats, values: Floats, seed: int = 0) -> pd.DataFrame:
    """Return a row a factor and index: value, half width of its 95% interval, complete blocks that it rests on.

    `points` (rows, factors) and `values` (rows,) in the order of `sample`; a block with a value that is nan is left out.
    Sobol: S1 = Var E[y|x_i] / Var y and ST = 1 - Var E[y|x_-i] / Var y. Morris: mean, mean absolute value and standard
    deviation of the elementary effects (mu, mu_star, sigma). Where all values are the same, every index is 0.
    """
    kept = _complete(method, len(factors), values)
    chosen_points, chosen = points[kept], values[kept]
    blocks = len(chosen) // method.block(len(factors))
    names = ("S1", "ST") if method is SOBOL else ("mu", "mu_star", "sigma")
    if blocks < 2 or np.ptp(chosen) <= 1e-12 * max(1.0, float(np.abs(chosen).max())):
        flat = 0.0 if blocks >= 2 else np.nan
        rows = [(factor, name, flat, flat, blocks) for name in names for factor in factors]
        return pd.DataFrame(rows, columns=COLUMNS)
    asked = problem(factors)
    if method is SOBOL:
        found = sobol_analysis.analyze(
            asked, chosen, calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed + 1
        )  # SALib 1.6 takes a seed of 0 for none
        widths = {"S1": found["S1_conf"], "ST": found["ST_conf"]}
    else:
        found = morris_analysis.analyze(
            asked, chosen_points, chosen, num_resamples=RESAMPLES, conf_level=LEVEL, num_levels=LEVELS, seed=seed
        )
        widths = {"mu_star": found["mu_star_conf"]}
    rows = [
        (factor, name, float(found[name][k]), float(widths[name][k]) if name in widths else np.nan, blocks)
        for name in names
        for k, factor in enumerate(factors)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def convergence(method: Method, factors: Sequence[str], points: Floats, values: Floats, seed: int = 0) -> pd.DataFrame:
    """Return the main index of each factor from a quarter, a half and all of the blocks: do they still move?"""
    size = method.block(len(factors))
    total = len(values) // size
    tables = []
    for blocks in sorted({max(2, int(total * fraction)) for fraction in FRACTIONS}):
        rows = slice(0, blocks * size)
        table = indices(method, factors, points[rows], values[rows], seed)
        tables.append(table[table["index"] == method.main])
    return pd.concat(tables, ignore_index=True)


def settled(course: pd.DataFrame) -> bool:
    """Whether no factor's index moved, from half to all of the blocks, by more than the half width that it had at half."""
    steps = sorted(course["blocks"].unique())
    if len(steps) < 2:
        return False
    wide = course.pivot(index="factor", columns="blocks", values="value")
    width = course[course["blocks"] == steps[-2]].set_index("factor")["half_width"]
    return bool(((wide[steps[-1]] - wide[steps[-2]]).abs() <= width.reindex(wide.index)).all())


def luck(table: Floats) -> float:
    """Share of the variance of single runs that is luck: mean variance within points / variance of all (points, seeds).

    With fewer than two seeds it is nan: it cannot be separated from the factors' interactions.
    """
    complete = table[~np.isnan(table).any(axis=1)]
    if complete.shape[1] < 2 or len(complete) < 2:
        return float("nan")
    total = float(complete.var(ddof=1))
    return float(complete.var(axis=1, ddof=1).mean()) / total if total > 0 else 0.0


def _complete(method: Method, factors: int, values: Floats) -> npt.NDArray[np.bool_]:
    """Rows of the blocks in which every value is known (rows,); rows after the last whole block are left out."""
    size = method.block(factors)
    whole = len(values) // size * size
    known = ~np.isnan(values[:whole]).reshape(-1, size).any(axis=1)
    return np.concatenate([np.repeat(known, size), np.zeros(len(values) - whole, dtype=bool)])
