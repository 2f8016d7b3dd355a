"""The tables of the report: outcomes by policies, regret, policies against one another, how sure the numbers are."""

from typing import Any

import numpy as np

from experiments.compare.comparison import PRECISION
from experiments.compare.findings import HEADLINES, MAIN
from experiments.compare.futures import MOST_NAMED, Found, Futures, found, sentences
from experiments.measures.matrix import fronts, matrix, tally
from experiments.measures.numbers import Effect, Measure, all_effects, finished, measures
from experiments.report.figures import short
from model.record import OUTCOMES

MARKS = {"better": "better", "worse": "worse", "changed": "differs", "same": ""}
RULES = {
    "mean": "best on average", "maximin": "best at its worst", "minimax_regret": "smallest largest regret",
    "satisficing": "most often good enough",
}  # fmt: skip
Row = dict[str, Any]


def tables(comparison: Any) -> list[Row]:
    """Return the tables of outcomes by policies: the main outcomes first, then the others."""
    written, effects = measures(comparison), all_effects(comparison)
    rows = {name: _outcome_row(comparison, measure, effects) for name, measure in written.items()}
    main = [rows[name] for name in MAIN if name in rows]
    return [
        {"title": "Main outcomes", "open": True, "rows": main},
        {"title": "All other outcomes", "open": False, "rows": [rows[name] for name in rows if name not in MAIN]},
    ]


def _outcome_row(comparison: Any, measure: Measure, effects: dict[tuple[str, str], Effect]) -> Row:
    runs = finished(comparison)
    base = runs.loc[runs["policy"] == comparison.baseline, measure.name]
    others = [policy for policy in comparison.policies if policy != comparison.baseline]
    outcome = OUTCOMES[measure.name]
    how = {"end": "at the end", "sum": "in all", "mean": "mean over weeks", "max": "largest"}[outcome.aggregate]
    return {
        "name": measure.name,
        "label": measure.label,
        "unit": ", ".join(word for word in (measure.unit, how) if word),
        "better": {-1: "less is better", 0: "", 1: "more is better"}[measure.better],
        "baseline": measure.number(float(base.mean())),
        "cells": [_cell(effects.get((policy, measure.name)), measure) for policy in others],
    }


def _cell(effect: Effect | None, measure: Measure) -> Row:
    if effect is None:
        return {"verdict": "same", "difference": "–", "interval": "", "mark": ""}
    arrow = "" if effect.verdict == "same" else " ▼" if effect.difference < 0 else " ▲"
    return {
        "verdict": effect.verdict,
        "difference": measure.signed(effect.difference) + arrow,
        "interval": f"{measure.number(effect.low)} to {measure.number(effect.high)}",
        "mark": MARKS[effect.verdict],
    }


def regrets(comparison: Any) -> list[Row]:
    """Return mean regrets by policy on the outcomes counted: how far each falls short of the best policy of each seed."""
    written = measures(comparison)
    table = comparison.regrets.set_index(["policy", "outcome"])["regret"]
    return [
        {
            "label": written[name].label,
            "unit": written[name].unit,
            "cells": [
                written[name].number(float(table.get((policy, name), float("nan")))) for policy in comparison.policies
            ],
        }
        for name in HEADLINES
        if name in written
    ]


def effort(comparison: Any) -> str:
    """Say whether the policies cost the same."""
    spent = finished(comparison).groupby("policy")["effort_spent"].mean()
    if comparison.baseline not in spent:
        return ""
    base = float(spent[comparison.baseline])
    unequal = {policy: value for policy, value in spent.items() if abs(value - base) > 1e-9 * max(1.0, base)}
    if not unequal:
        return f"All policies spend the same allied effort ({base:,.0f} weeks of the leading ally's)."
    words = "; ".join(f"{short(str(policy))} {value:,.0f}" for policy, value in unequal.items())
    return (
        f"Not all policies spend the same allied effort: the baseline spends {base:,.0f} weeks of the leading ally's, "
        f"but {words}. Where the cost differs, so may the result for that reason alone."
    )


def standing(comparison: Any) -> Row:
    """Return every policy against every other on the outcomes counted, and how surely nothing dominates it."""
    policies = list(comparison.policies)
    outcomes = [name for name in HEADLINES if name in comparison.runs]
    counts = tally(matrix(comparison.runs, policies, outcomes))
    leading = fronts(comparison.runs, policies, outcomes).to_dict("records")
    return {
        "policies": policies,
        "outcomes": len(outcomes),
        "rows": [
            {
                "name": row["policy"],
                "front": "yes" if row["on_front"] else "no",
                "share": "–" if np.isnan(row["share"]) else f"{row['share']:.0%}",
                "cells": [_contest(counts, str(row["policy"]), other) for other in policies],
            }
            for row in leading
        ],
    }


def _contest(counts: dict[tuple[str, str], tuple[int, int]], policy: str, other: str) -> str:
    if policy == other:
        return ""
    better, worse = counts.get((policy, other), (0, 0))
    return f"{better} : {worse}"


def precision(comparison: Any) -> Row:
    """Return both intervals of each difference counted, and how many seeds a wanted precision takes."""
    effects, written = comparison.effects, measures(comparison)
    known = effects[effects["outcome"].isin(HEADLINES) & effects["outcome"].isin(list(written))]
    wanted = known["seeds_needed"].dropna()
    return {
        "wanted": f"{PRECISION:.0%}",
        "enough": int((wanted <= len(comparison.seeds)).sum()),
        "of": len(wanted),
        "most": f"{wanted.max():,.0f}" if len(wanted) else "–",
        "rows": [_sure(row, written[str(row["outcome"])]) for row in known.to_dict("records")],
    }


def _sure(row: dict[Any, Any], measure: Measure) -> Row:
    return {
        "policy": short(str(row["policy"])),
        "label": measure.label,
        "unit": measure.unit,
        "difference": measure.signed(row["difference"]),
        "student": f"{measure.number(row['low'])} to {measure.number(row['high'])}",
        "bca": f"{measure.number(row['bca_low'])} to {measure.number(row['bca_high'])}",
        "seeds": "–" if np.isnan(row["seeds_needed"]) else f"{row['seeds_needed']:,.0f}",
    }


def elsewhere(futures: Futures, written: dict[str, Measure]) -> Row:
    """Return what becomes of the policies in futures drawn from the ranges: robustness, choices, what decides."""
    answers = [answer for answer in found(futures) if answer.outcome in written]
    title = {name: policy.title for name, policy in futures.policies.items()}
    return {
        "count": len(futures.factors),
        "factors": len(futures.factors.columns),
        "source": futures.source,
        "note": futures.note,
        "sentences": sentences(futures, answers),
        "tables": [_robust(answer, written[answer.outcome], title) for answer in answers],
    }


def _robust(answer: Found, measure: Measure, title: dict[str, str]) -> Row:
    value = measure.better  # payoffs are outcomes with this sign
    return {
        "label": measure.label,
        "unit": measure.unit,
        "futures": int(answer.table["futures"].iloc[0]),
        "choices": "; ".join(f"{RULES[rule]}: “{title[name]}”" for rule, name in answer.choices.items()),
        "information": f"{measure.number(answer.information)} {measure.unit}".strip(),
        "worth": [
            f"{name} {measure.number(worth)}" for name, worth in answer.worth.head(MOST_NAMED).items() if worth > 0
        ],
        "rows": [
            {
                "policy": title[str(policy)],
                "cells": [measure.number(value * row["mean"]), measure.number(value * row["worst"])]
                + [measure.number(row[name]) for name in ("mean_regret", "regret_90", "worst_regret")]
                + [f"{row['satisfices']:.0%}", f"{row['best']:.0%}"],
            }
            for policy, row in zip(answer.table.index, answer.table.to_dict("records"), strict=True)
        ],
    }
