"""Which conclusions survive on other maps and under rival findings: cutting the links against strikes on the core.

Members of the ensemble are runs in pairs, the same member and seed under both policies. Conditions: each resolution of the
map, each rival finding switched on. A conclusion survives if its sign is distinguishable and that of the reference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history.measured_runs import MeasuredRuns, Values, run_at
from experiments.measures.statistics import benjamini_hochberg, paired_difference
from experiments.points.ensemble import Ensemble
from model.scenario.declarations import declarations
from model.scenario.schema import RESOLUTIONS

if TYPE_CHECKING:
    from model.record import Result

KIND = "check"
TREATMENT, CONTROL = "sever_links", "core_only"
SCENARIO = "levant_2014"
REFERENCE = "0.5 degrees"
OUTCOMES = (
    "people_core", "people_provinces", "fighters_core", "fighters_provinces", "alignment", "pledges", "attacks_state",
    "attacks_international",
)  # fmt: skip
LEVEL = 0.05  # of false signs among those shown, over the whole table
COLUMNS = ("condition", "outcome", "difference", "low", "high", "adjusted_p", "sign", "survives", "pairs")


@dataclass(frozen=True)
class Extent:
    """How much is run: members of the ensemble, weeks."""

    members: int = 12
    weeks: int = 104

    def __post_init__(self) -> None:
        if self.members < 3:
            raise PlanError(f"a check needs three members or more, got {self.members}")


def conditions() -> dict[str, dict[str, object]]:
    """Return the overrides of each condition: resolutions, then rival findings one by one."""
    maps: dict[str, dict[str, object]] = {f"{degrees:g} degrees": {"resolution": degrees} for degrees in RESOLUTIONS}
    return maps | {f"rival {name}": {f"rivals.{name}": True} for name in declarations().rivals}


def check(
    ensemble: Ensemble, extent: Extent, out: str | Path, jobs: int = 1, progress: OnProgress | None = None,
    fresh: bool = False, command: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Run what `out` does not hold yet; return a row a condition and outcome (`COLUMNS`). Resumable.

    `sign`: that of treatment less control, 0 where it is not shown (Benjamini and Hochberg over all rows). `survives`: yes
    or no where the reference shows a sign, empty where it does not.
    """
    runs = [
        run
        for condition in conditions()
        for policy in (TREATMENT, CONTROL)
        for run in _runs(ensemble, extent, condition, policy)
    ]
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        measured = MeasuredRuns(store, jobs, progress)
        values = iter(measured.measure(runs, OUTCOMES, take))
    rows = []
    for condition in conditions():
        treated, control = ([next(values) for _ in range(extent.members)] for _ in range(2))
        for outcome in OUTCOMES:
            pairs = [
                (a[outcome], b[outcome]) for a, b in zip(treated, control, strict=True) if outcome in a and outcome in b
            ]
            if len(pairs) < 2:
                raise PlanError(f"too few runs succeeded: {next(iter(measured.errors.values()), condition)}")
            paired = paired_difference(*np.array(pairs).T)
            rows.append({"condition": condition, "outcome": outcome, "difference": paired.difference, "low": paired.low,
                         "high": paired.high, "p": paired.p, "pairs": len(pairs)})  # fmt: skip
    return judged(pd.DataFrame(rows))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with adjusted p, sign and whether each conclusion of the reference survives."""
    adjusted = benjamini_hochberg(table["p"].to_numpy(dtype=float))
    shown = adjusted < LEVEL
    table = table.assign(adjusted_p=adjusted, sign=np.where(shown, np.sign(table["difference"]), 0.0).astype(int))
    reference = table[table["condition"] == REFERENCE].set_index("outcome")["sign"]
    expected = table["outcome"].map(reference)
    survives = np.where(expected == 0, "", np.where(table["sign"] == expected, "yes", "no"))
    return table.assign(survives=survives)[list(COLUMNS)]


def _runs(ensemble: Ensemble, extent: Extent, condition: str, policy: str) -> Iterator[Run]:
    base = Run(SCENARIO, policy, {"weeks": extent.weeks} | conditions()[condition])
    for seed, point in enumerate(ensemble.cycled(extent.members)):
        yield run_at(base, point, seed)


def take(result: "Result") -> Values:
    """Return the outcomes that are compared."""
    return {name: result.outcomes[name] for name in OUTCOMES}
