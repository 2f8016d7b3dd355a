"""A comparison for other programs: one wide CSV with a row a run, and a workbook; R and Excel open both as they are.

Texts from users' files that a spreadsheet would take for a formula (= + - @ at their start) are written as harmless text.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from experiments.batch.spreadsheets import FORMULA, safe
from experiments.measures.evidence import Evidence
from experiments.measures.places import places_frame
from experiments.report.glance import kind_of
from experiments.report.places import place_title
from experiments.report.words import DISCLAIMER
from model.record import OUTCOMES

WIDEST, NARROWEST = 60, 9  # of a column, in characters


def wide(evidence: Evidence) -> pd.DataFrame:
    """Return a row a run: what was run, each outcome, then numbers of places as `country.IRQ.people`."""
    runs = evidence.runs[["scenario", "policy", "seed", "status", "error", *OUTCOMES]].copy()
    runs.insert(2, "policy_title", [evidence.heading(name) for name in runs["policy"]])
    if evidence.places.empty:
        return runs
    rows = evidence.places
    names = rows["kind"] + "." + rows["place"] + "." + rows["measure"]
    places = rows.assign(name=names).pivot(index=["policy", "seed"], columns="name", values="value")
    kept = places.loc[:, (places.fillna(0.0) != 0).any()]
    return runs.merge(kept.reset_index(), on=["policy", "seed"], how="left")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV; with a byte-order mark only where it has other letters than ASCII, which Excel needs then."""
    text = safe(frame).to_csv(index=False, lineterminator="\n")
    path.write_text(text, encoding="utf-8" if text.isascii() else "utf-8-sig", newline="")


def write_workbook(evidence: Evidence, path: Path, command: str) -> None:
    """Write a workbook: what it is, differences, runs, differences by place, and what each outcome means."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, frame in sheets(evidence, command).items():
        _fill(book.create_sheet(title), frame)
    book.save(path)


def sheets(evidence: Evidence, command: str) -> dict[str, pd.DataFrame]:
    """Return the sheets of a workbook by their titles."""
    scenario = evidence.scenario
    about = {
        "scenario": scenario.title, "question": scenario.question, "first day": str(scenario.start),
        "weeks": scenario.weeks, "baseline": evidence.heading(evidence.baseline), "seeds": len(evidence.seeds),
        "command": command, "what it is": DISCLAIMER,
    }  # fmt: skip
    effects = evidence.effects_table()
    keys = list(zip(effects["policy"], effects["outcome"], strict=True))
    effects.insert(1, "policy_title", [evidence.heading(policy) for policy, _ in keys])
    effects.insert(3, "meaning", [OUTCOMES[outcome].meaning for _, outcome in keys])
    effects.insert(4, "unit", [OUTCOMES[outcome].unit for _, outcome in keys])
    effects["smallest_that_matters"] = [evidence.smallest[outcome] for _, outcome in keys]
    effects["mark"] = [kind_of(evidence.effects[key].verdict, evidence.weights[key]) for key in keys]
    found = {
        "About": pd.DataFrame({"what": list(about), "value": list(about.values())}),
        "Differences": effects,
        "Runs": wide(evidence),
        "Places": _places(evidence),
        "Outcomes": pd.DataFrame(
            [(name, each.meaning, each.unit, each.aggregate, each.better) for name, each in OUTCOMES.items()],
            columns=["outcome", "meaning", "unit", "taken", "better"],
        ),
    }
    return {title: frame for title, frame in found.items() if len(frame.columns)}


def _places(evidence: Evidence) -> pd.DataFrame:
    frame = places_frame(evidence)
    if frame.empty:
        return frame
    titles = [place_title(evidence, kind, place) for kind, place in zip(frame["kind"], frame["place"], strict=True)]
    frame.insert(2, "title", titles)
    frame.insert(5, "policy_title", [evidence.heading(policy) for policy in frame["policy"]])
    return frame


def _fill(sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Write a table into a sheet: a bold head that stays in sight, numbers as numbers, texts as texts."""
    for row, values in enumerate([list(frame.columns), *frame.itertuples(index=False)], start=1):
        for column, value in enumerate(values, start=1):
            _write(sheet, row, column, value)
    for column, name in enumerate(frame.columns, start=1):
        head = sheet.cell(1, column)
        head.font, head.alignment = Font(bold=True), Alignment(vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = _width(str(name), frame.iloc[:, column - 1].tolist())
    sheet.freeze_panes = "A2"


def _write(sheet: Worksheet, row: int, column: int, value: object) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, bool | np.bool_):
        cell.value = bool(value)
    elif isinstance(value, int | float | np.number):
        cell.value = float(value) if np.isfinite(float(value)) else None  # an empty cell: not known
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # never a formula
        cell.quotePrefix = value.startswith(FORMULA)


def _width(name: str, values: Sequence[object]) -> float:
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    return float(min(WIDEST, max(NARROWEST, len(name) + 2, longest + 1)))
