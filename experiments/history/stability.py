"""How many seeds are enough: how steady the coefficient of variation is, and what the seeds of a fit leave uncertain.

    CV(n) = standard deviation / |mean| of the first n runs, which differ in their seed only

An outcome is stable from the smallest n on at which CV(n) and every CV of more runs differ by less than `STEADY`. Source:
Lorscheid, Heine and Meyer, Computational and Mathematical Organization Theory 18 (2012). In a fit the mean over s seeds has
the variance v / s; `seeds_share` says how much of all variance that a misfit is divided by this is.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.history.target import Target

Floats = npt.NDArray[np.float64]
SIZES = (4, 8, 16, 32, 64)
STEADY = 0.05
COLUMNS = ("outcome", "mean", *(f"cv{size}" for size in SIZES), "stable_from", "seeds_share")


def variation(values: Floats) -> float:
    """Return the coefficient of variation of values (n,); nan where their mean is 0."""
    mean = float(values.mean())
    return float(values.std(ddof=1) / abs(mean)) if mean else float("nan")


def stable_from(variations: Sequence[float], sizes: Sequence[int] = SIZES, steady: float = STEADY) -> int | None:
    """Return the smallest of `sizes` whose coefficient and all later ones differ by less than `steady`; None: none is."""
    for at, size in enumerate(sizes[:-1]):
        if max(variations[at:]) - min(variations[at:]) < steady:
            return size
    return None


def table(values: Mapping[str, Floats], targets: Mapping[str, Target], seeds: int) -> pd.DataFrame:
    """Return a row an outcome (`COLUMNS`). `values`: target -> its measure in runs of as many seeds, (64,), in its unit.

    `seeds_share`: (v / seeds) / (v / seeds + v + report + discrepancy), all variances on the target's scale.
    Raises ValueError with fewer runs than the largest of `SIZES`.
    """
    rows = []
    for name, sample in values.items():
        if len(sample) < SIZES[-1]:
            raise ValueError(f"{name}: {SIZES[-1]} runs are needed, got {len(sample)}")
        target, coefficients = targets[name], [variation(sample[:size]) for size in SIZES]
        scaled = np.array([target.scaled(float(value)) for value in sample])
        variance = float(scaled.var(ddof=1))
        mean = variance / seeds
        share = mean / (mean + variance + target.observed_variance + target.discrepancy**2)
        rows.append((name, float(sample.mean()), *coefficients, stable_from(coefficients), share))
    return pd.DataFrame(rows, columns=list(COLUMNS))
