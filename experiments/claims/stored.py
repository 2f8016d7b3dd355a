"""The newest stored verdict on a claim, for whoever tells of a claim without testing it."""

import csv
from pathlib import Path


def stored_rows(claim: str, folder: Path = Path("results")) -> tuple[Path | None, list[dict[str, str]]]:
    """Return the folder of the newest verdict on a claim, and its rows of verdicts.csv as stated, one an outcome.

    Looked for where `inkspot claims` writes; without any, None and no rows.
    """
    files = sorted(folder.glob("claims*/**/verdicts.csv"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files:
        with path.open(encoding="utf-8", newline="") as table:
            rows = [row for row in csv.DictReader(table) if (row["claim"], row["condition"]) == (claim, "stated")]
        if rows:
            return path.parent, rows
    return None, []


def told(claim: str, folder: Path = Path("results")) -> list[tuple[str, str]]:
    """Return what a stored verdict says, as words and text: verdict, each outcome with its size and reason, arms, mark."""
    place, rows = stored_rows(claim, folder)
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
