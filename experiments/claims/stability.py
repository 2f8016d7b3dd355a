"""Whether verdicts stay the same with more seeds: those of two folders side by side.

    inkspot claims --seeds 16 --tables few
    inkspot claims --seeds 64 --tables many     # runs that are stored are not made again
    python -m experiments.claims.stability few many

A flip is a change from one decided verdict to another; to or from `undetermined` is none, since more seeds decide more.
"""

import sys
from pathlib import Path

import pandas as pd

from experiments.batch.written import checked
from model.odd import table

DECIDED = ("supported", "contradicted", "negligible")
COLUMNS = ["claim", "title", "fewer pairs", "verdict", "more pairs", "verdict then", "flip"]


def compared(fewer: Path, more: Path) -> pd.DataFrame:
    """Return the claims whose verdicts differ between two folders of verdicts, and which of them flip.

    Claims that only one folder has are left out. Raises OSError where a folder has no verdicts.csv.
    """
    both = _verdicts(fewer).merge(_verdicts(more), on="claim", suffixes=("", " then"))
    both["flip"] = [
        "yes" if one != other and one in DECIDED and other in DECIDED else ""
        for one, other in zip(both["verdict"], both["verdict then"], strict=True)
    ]
    both = both.rename(columns={"pairs": "fewer pairs", "pairs then": "more pairs"})
    return both[both["verdict"] != both["verdict then"]][COLUMNS].reset_index(drop=True)


def words(differences: pd.DataFrame, claims: int) -> str:
    """Return in a sentence how many verdicts differ, and how many flip."""
    flips = differences[differences["flip"] == "yes"]["claim"]
    which = f" ({', '.join(flips)})" if len(flips) else ""
    return (
        f"Of {claims} claims {len(differences)} have another verdict with more seeds; {len(flips)} flip{which}, all others "
        "go to or from undetermined."
    )


def common(fewer: Path, more: Path) -> int:
    """Return how many claims both folders have."""
    return len(set(_verdicts(fewer)["claim"]) & set(_verdicts(more)["claim"]))


def _verdicts(folder: Path) -> pd.DataFrame:
    """A row a claim: title, its verdict as stated, and the fewest pairs of its outcomes."""
    rows = pd.read_csv(checked(folder / "verdicts.csv"))
    rows = rows[rows["condition"] == "stated"]
    grouped = rows.groupby("claim", sort=False)
    found = grouped.agg(title=("title", "first"), verdict=("claim_verdict", "first"), pairs=("pairs", "min"))
    return found.reset_index()


def main() -> None:
    """Print the comparison of two folders; the exit code is 1 where a verdict flips."""
    if len(sys.argv) != 3:
        sys.exit("name two folders of verdicts, fewer seeds first: python -m experiments.claims.stability few many")
    fewer, more = (Path(word) for word in sys.argv[1:])
    for folder in (fewer, more):
        if not (folder / "verdicts.csv").exists():
            sys.exit(f"{folder} has no verdicts.csv: make it with inkspot claims --seeds 16 --tables {folder}")
    differences = compared(fewer, more)
    print(words(differences, common(fewer, more)))
    if len(differences):
        print(table(COLUMNS, [[str(value) for value in row] for row in differences.itertuples(index=False)]))
    sys.exit(1 if (differences["flip"] == "yes").any() else 0)


if __name__ == "__main__":
    main()
