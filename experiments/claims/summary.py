"""The tables of `RESULTS.md`, from verdicts kept in `tables/verdicts.csv`; a test fails where they are stale.

    python -m experiments.claims.summary results/claims          # keep these verdicts, and renew the tables
    python -m experiments.claims.summary                         # renew the tables
    python -m experiments.claims.summary SIXTEEN SIXTY_FOUR      # keep which verdicts differ between two folders

What is kept: a row an outcome as stated, and a row a claim under each other condition. Two folders are compared in
`stability.py`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from experiments.batch.written import checked, note
from experiments.claims.stability import compared
from model.odd import table, tables_in

FOLDER = Path(__file__).parent
DOCUMENT, KEPT, STABILITY = (
    FOLDER / "RESULTS.md",
    FOLDER / "tables" / "verdicts.csv",
    FOLDER / "tables" / "stability.csv",
)
COLUMNS = ["claim", "title", "arms_kind", "outcome", "condition", "unit", "mean", "low", "high", "smallest", "arm_means",
           "pairs", "verdict", "reason", "claim_verdict", "decides", "by_construction", "otherwise", "draws", "draws_hold",
           "draws_reversed", "draws_nothing", "draws_failed"]  # fmt: skip
ORDER = ("supported", "contradicted", "negligible", "undetermined")
NONE = "Nothing is stored yet."


def keep(folder: Path) -> pd.DataFrame:
    """Return of the verdicts in a folder what is kept in the repository. Raises OSError where there are none."""
    verdicts = pd.read_csv(checked(folder / "verdicts.csv"), keep_default_na=False)
    stated = verdicts["condition"] == "stated"
    others = verdicts[~stated].drop_duplicates(["claim", "condition"])[["claim", "condition", "claim_verdict", "pairs"]]
    kept = pd.concat([verdicts[stated][COLUMNS], others.reindex(columns=COLUMNS)])
    order = {name: place for place, name in enumerate(dict.fromkeys(verdicts["claim"]))}
    return kept.sort_values("claim", key=lambda names: names.map(order), kind="stable")


def tables(kept: Path = KEPT, stability: Path = STABILITY) -> dict[str, str]:
    """Return every generated table as Markdown, by the name in its marker."""
    known = pd.read_csv(checked(kept), keep_default_na=False) if kept.exists() else None
    flips = pd.read_csv(checked(stability), keep_default_na=False) if stability.exists() else None
    return {
        "verdicts": NONE if known is None else _counts(known),
        "otherwise": NONE if known is None else _otherwise(known),
        "claims": NONE if known is None else _claims(known),
        "stability": NONE if flips is None else _stability(flips),
    }


def _first(kept: pd.DataFrame) -> pd.DataFrame:
    """The first row of each claim as stated."""
    return kept[kept["condition"] == "stated"].drop_duplicates("claim")


def _counts(kept: pd.DataFrame) -> str:
    first = _first(kept)
    rows = []
    for words, chosen in (("claims of the essay", "C"), ("rival findings", "R"), ("all", "")):
        found = first[first["claim"].str.startswith(chosen)]["claim_verdict"]
        rows.append([words, *(str((found == verdict).sum()) for verdict in ORDER), str(len(found))])
    return table(("", *ORDER, "in all"), rows)


def _otherwise(kept: pd.DataFrame) -> str:
    first = _first(kept)
    ways, marked = first["otherwise"] != "", first["by_construction"] != ""
    groups = (
        ("can come out otherwise: shown", ways), ("by construction", marked & ~ways), ("neither is shown", ~marked & ~ways),
    )  # fmt: skip
    rows = [
        [words, str(which.sum()), f"{which.mean():.0%}", ", ".join(first["claim"][which])] for words, which in groups
    ]
    return table(("", "claims", "share", "which"), rows)


def _claims(kept: pd.DataFrame) -> str:
    header = (
        "claim", "verdict", "the outcome that decides", "its effect", "why", "pairs", "under rivals", "draws that hold",
        "otherwise, or by construction",
    )  # fmt: skip
    return table(header, [_row(rows) for _, rows in kept.groupby("claim", sort=False)])


def _row(rows: pd.DataFrame) -> list[str]:
    """One claim: verdict, the outcome that decides it with size and interval, rivals, draws, mark."""
    stated = rows[rows["condition"] == "stated"]
    row = stated[stated["decides"].astype(str) == "True"].iloc[0]
    effect, _, why = str(row["reason"]).partition("; ")
    kind = f" ({row['arms_kind']})" if row["arms_kind"] else ""
    return [
        f"{row['claim']} {row['title']}", row["claim_verdict"], f"{row['outcome']}{kind}", effect, why,
        f"{float(row['pairs']):.0f}", _under(rows, row["claim_verdict"]), _draws(row), _mark(row),
    ]  # fmt: skip


def _under(rows: pd.DataFrame, stated: str) -> str:
    """What becomes of the verdict under rival findings."""
    rivals = rows[rows["condition"].str.startswith("rival:")]
    if rivals.empty:
        return "none"
    turned = rivals[rivals["claim_verdict"] != stated]
    words = [
        f"{verdict}: {name.removeprefix('rival:').replace('_', ' ')}"
        for verdict, name in zip(turned["claim_verdict"], turned["condition"], strict=True)
    ]
    same = len(rivals) - len(turned)
    return "; ".join([*([f"the same under {same}"] if same else []), *words])


def _draws(row: pd.Series) -> str:
    if row["draws"] == "":
        return ""
    return f"{float(row['draws_hold']):.0f} of {float(row['draws']) - float(row['draws_failed']):.0f}"


def _mark(row: pd.Series) -> str:
    if row["otherwise"]:
        return f"otherwise: {row['otherwise']}"
    return "by construction" if row["by_construction"] else "not shown"


def _stability(flips: pd.DataFrame) -> str:
    return table(
        [str(name) for name in flips], [[str(value) for value in row] for row in flips.itertuples(index=False)]
    )


def renewed(text: str) -> str:
    """Return the document with its tables as they should be."""
    return tables_in(text, tables(), DOCUMENT.name)


def main(words: Sequence[str] | None = None) -> None:
    """Keep the verdicts of one folder, or the comparison of two; then renew the tables of the document."""
    folders = [Path(word) for word in (sys.argv[1:] if words is None else words)]
    if len(folders) == 1:
        KEPT.parent.mkdir(exist_ok=True)
        keep(folders[0]).to_csv(KEPT, index=False, float_format="%.6g", lineterminator="\n")
        note([KEPT])
    elif folders:
        STABILITY.parent.mkdir(exist_ok=True)
        compared(*folders[:2]).to_csv(STABILITY, index=False, lineterminator="\n")
        note([STABILITY])
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
