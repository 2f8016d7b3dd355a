"""The matrix of conclusions and conditions as one HTML page: a cell a conclusion and condition, coloured by its verdict."""

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd

from experiments.history.structure import REFERENCE
from experiments.history.structure_words import short, title
from experiments.history.survival import APPEARS, LOST, REVERSED, SURVIVES
from experiments.measures.numbers import number

COLOURS = {SURVIVES: "#cfe8dc", LOST: "#f4e3b5", REVERSED: "#f0b8a0", APPEARS: "#dcdcf0"}
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;margin:1rem 0}"
    "td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:right;font-size:13px}th{text-align:left;font-weight:500}"
)


def page(heading: str, about: list[str], table: pd.DataFrame, lines: list[str]) -> str:
    """Return the page: what was run, the key, a table a pair of policies, sentences."""
    key = "; ".join(f'<span style="background:{colour}">{verdict}</span>' for verdict, colour in COLOURS.items())
    words = "Cells: mean difference over members. White: no conclusion in the reference and no sign here."
    tables = [
        _table(title(policy, against), rows)
        for (policy, against), rows in table.groupby(["policy", "against"], sort=False)
    ]
    said = "".join(f"<li>{escape(line)}</li>" for line in lines)
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(heading)}</title><style>{STYLE}</style>'
    )
    told = "".join(f"<p>{escape(line)}</p>" for line in about)
    return f"{head}<h1>{escape(heading)}</h1>{told}<p>{key}. {words}</p>{''.join(tables)}<ul>{said}</ul></html>\n"


def _table(heading: str, rows: pd.DataFrame) -> str:
    outcomes = list(dict.fromkeys(rows["outcome"]))
    top = "".join(f"<th>{escape(short(outcome))}</th>" for outcome in outcomes)
    body = []
    for condition, mine in rows.groupby("condition", sort=False):
        cells = "".join(_cell(row) for row in mine.to_dict("records"))
        body.append(f"<tr><th>{escape(str(condition))}</th>{cells}</tr>")
    return f"<h2>{escape(heading)}</h2><table><tr><th></th>{top}</tr>{''.join(body)}</table>"


def _cell(row: Mapping[Hashable, Any]) -> str:
    verdict = str(row["verdict"])
    plain = row["condition"] == REFERENCE or verdict not in COLOURS
    style = "" if plain else f' style="background:{COLOURS[verdict]}"'
    size, low, high = (number(row[key], signed=True) for key in ("difference", "low", "high"))
    return f'<td{style} title="{verdict} {low} to {high}">{size}</td>'
