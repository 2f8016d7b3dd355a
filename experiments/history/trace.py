"""The tables of `TRACE.md`: `python -m experiments.history.trace` renews them from code, targets and stored results.

    python -m experiments.history.trace seeds    # run 64 seeds first, and store how steady they are

Results lie in `tables/`, a small CSV file each; TRACE says which command made each of them.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from experiments.batch.cores import available_cores
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history import stability
from experiments.history.bench import Plan, take
from experiments.history.measured_runs import MeasuredRuns, number, run_at
from experiments.history.space import FITTED
from experiments.history.target import SCENARIO, load_targets
from model.odd import table, tables_in
from model.scenario.declarations import declarations

FOLDER = Path(__file__).parent
DOCUMENT, RESULTS = FOLDER / "TRACE.md", FOLDER / "tables"
TESTS = FOLDER.parent.parent / "tests"


def tables() -> dict[str, str]:
    """Return every generated table as Markdown, by the name in its marker: those of the code, and one a stored result."""
    made: dict[str, Callable[[], str]] = {"parameters": _parameters, "targets": _targets, "tests": _tests}
    stored = {path.stem: partial(_stored, path) for path in sorted(RESULTS.glob("*.csv"))}
    return {name: make() for name, make in (made | stored).items()}


def _parameters() -> str:
    rows = []
    for family, members in declarations().parameters.items():
        fitted = sum(f"{family}.{name}" in FITTED for name in members)
        assumed = sum(each.source.startswith("assumed") for each in members.values())
        rows.append([f"`{family}`", str(len(members)), str(assumed), str(fitted)])
    return table(("family", "parameters", "assumed", "fitted"), rows)


def _targets() -> str:
    groups: dict[str, list[str]] = {}
    for name, target in load_targets().targets.items():
        groups.setdefault(target.group or name, []).append(target.use)
    rows = [
        [f"`{name}`", *(str(Counter(uses)[use]) for use in ("fit", "score", "given"))] for name, uses in groups.items()
    ]
    return table(("fact", "reports fitted", "only scored", "given at the start"), rows)


def _tests() -> str:
    rows = []
    for path in sorted(TESTS.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = (ast.get_docstring(tree) or " ").splitlines()[0].partition(":")[0].strip().rstrip(".")
        rows.append([f"`{path.name}`", words])
    return table(("file", "what it verifies"), rows)


def _stored(path: Path) -> str:
    frame = pd.read_csv(path)
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return table([str(name).replace("_", " ") for name in frame], rows)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def seeds() -> pd.DataFrame:
    """Run the largest of `stability.SIZES` seeds at the stated values; return how steady the fitted targets are."""
    targets, plan = load_targets().fitted(), Plan()
    texts = {name: target.text for name, target in targets.items()}
    runs = [run_at(Run(str(SCENARIO)), {}, seed) for seed in range(stability.SIZES[-1])]
    with (
        TemporaryDirectory() as out,
        Store(out, measured_layout("stability")).open(about("stability", ()), True) as store,
    ):
        measured = MeasuredRuns(store, available_cores())
        found = measured.measure(runs, texts.values(), partial(take, tuple(targets.values())))
    values = {name: np.array([number(each, text) for each in found]) for name, text in texts.items()}
    return stability.table(values, targets, plan.seeds)


def main() -> None:
    """Renew the tables of the document; with the word `seeds` run these first."""
    if sys.argv[1:] == ["seeds"]:
        seeds().to_csv(RESULTS / "seeds.csv", index=False, float_format="%.4g", lineterminator="\n")
    DOCUMENT.write_text(tables_in(DOCUMENT.read_text(encoding="utf-8"), tables(), DOCUMENT.name), encoding="utf-8")


if __name__ == "__main__":
    main()
