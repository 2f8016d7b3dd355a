"""Stored verdicts: the newest on a claim, and the table of all of a folder, for whoever tells of claims without testing."""

import csv
from pathlib import Path

import pandas as pd

from experiments.batch.errors import StoreError, UserError, one_line
from experiments.batch.written import REMEDY, checked
from experiments.claims.summary import KEPT

FILE = "verdicts.csv"
TOLD = {"claim_verdict", "pairs", "outcome", "verdict"}  # columns that are told of a single claim
NEEDED = {"claim", "outcome", "condition", "unit", "mean", "low", "high", "smallest", "verdict", "reason", "claim_verdict",
          "by_construction", "draws", "draws_hold", "draws_failed"}  # fmt: skip


def stored_rows(claim: str, folder: Path = Path("results")) -> tuple[Path | None, list[dict[str, str]]]:
    """Return the folder of the newest verdict on a claim, and its rows of verdicts.csv as stated, one an outcome.

    Looked for where `inkspot claims` writes, also while it does; without any, None and no rows. Raises StoreError where
    the newest table is damaged.
    """
    for path in sorted(folder.glob("claims*/**/verdicts.csv"), key=_age):
        try:
            with checked(path).open(encoding="utf-8", newline="") as table:
                rows = [row for row in csv.DictReader(table) if (row["claim"], row["condition"]) == (claim, "stated")]
        except FileNotFoundError:  # deleted since
            continue
        except (OSError, ValueError, KeyError, csv.Error) as error:
            raise StoreError(f"{path} cannot be read ({one_line(error)}): {REMEDY}") from error
        if rows and not rows[0].keys() >= TOLD:
            raise StoreError(f"{path} is no table of verdicts: {REMEDY}")
        if rows:
            return path.parent, rows
    return None, []


def _age(path: Path) -> float:
    """Return a number that is smaller for a file that was written later."""
    try:
        return -path.stat().st_mtime
    except OSError:  # deleted since
        return 0.0


def told(claim: str, folder: Path = Path("results")) -> list[tuple[str, str]]:
    """Return what a stored verdict says, as words and text: verdict, each outcome with its size and reason, arms, mark."""
    try:
        place, rows = stored_rows(claim, folder)
    except StoreError as error:
        return [("last verdict", f"not known: {error}")]
    if place is None:
        return []
    first = rows[0]
    said = [("last verdict", f"{first['claim_verdict']}, {first['pairs']} pairs ({place})")]
    for row in rows:
        if row.get("reason"):
            means = f"; means: {row['arm_means']}" if row.get("arm_means") else ""
            said.append(("found", f"{row['outcome']}: {row['verdict']}; {row['reason']}{means}"))
    said += [
        (word, first.get(column, ""))
        for word, column in (("by construction", "by_construction"), ("otherwise", "otherwise"))
    ]
    return [each for each in said if each[1]]


def read_verdicts(folder: Path | None) -> pd.DataFrame | None:
    """Return the table of verdicts in a folder of results, by default the one kept in the repository; None without it.

    Raises UserError where a named folder has none, or where it is not one.
    """
    path = KEPT if folder is None else folder / FILE
    if folder is None and not path.is_file():
        return None
    if not path.is_file():
        raise UserError(f"there is no {FILE} in {folder}; make one with `inkspot claims --out {folder}`")
    try:
        table = pd.read_csv(checked(path))
    except (ValueError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {one_line(error)}") from error
    lacking = sorted(NEEDED - set(table.columns))
    if lacking:
        raise UserError(
            f"{path} is no table of verdicts: it lacks {', '.join(lacking)}; make it anew with `inkspot claims`"
        )
    return table
