"""Verdicts and draws as tables: a row a claim, outcome and condition; a row a claim, outcome and draw."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.batch.spreadsheets import harmless
from experiments.batch.whole_files import write_whole
from experiments.batch.written import note
from experiments.claims.judge import Finding, Judgement
from experiments.claims.otherwise import ways
from experiments.claims.plan import Extent
from experiments.claims.verdicts import decisive, outcome_reason, overall
from experiments.points.draws import drawn, drawn_parameters

COLUMNS = ["claim", "title", "arms_kind", "outcome", "condition", "expected", "unit", "mean", "low", "high", "relative",
           "smallest", "reference", "arm_means", "p", "adjusted_p", "pairs", "verdict", "reason", "claim_verdict",
           "decides", "by_construction", "otherwise", "draws", "draws_hold", "draws_reversed", "draws_nothing",
           "draws_failed"]  # fmt: skip
DRAW_COLUMNS = ["claim", "outcome", "draw", "statistic", "sign"]


def write_tables(judgements: Mapping[str, Judgement], extent: Extent, out: Path) -> None:
    """Write verdicts.parquet, verdicts.csv, draws.parquet and points.parquet (the parameters of each draw) into `out`."""
    verdicts = pd.DataFrame([row for each in judgements.values() for row in _verdict_rows(each)], columns=COLUMNS)
    draws = pd.DataFrame([row for each in judgements.values() for row in _draw_rows(each)], columns=DRAW_COLUMNS)
    write_whole(out / "verdicts.parquet", _parquet(verdicts))
    write_whole(
        out / "verdicts.csv", verdicts.assign(title=verdicts["title"].map(harmless)).to_csv(index=False).encode()
    )
    note([out / "verdicts.csv"])
    write_whole(out / "draws.parquet", _parquet(draws))
    write_whole(out / "points.parquet", _parquet(draw_points(extent.draws, extent.ensemble)))


def draw_points(count: int, source: str = "") -> pd.DataFrame:
    """Return the parameters of the first `count` draws from a source, a row a draw."""
    points = pd.DataFrame([drawn(draw, source) for draw in range(count)], columns=list(drawn_parameters(source)))
    points.insert(0, "draw", range(count))
    return points


def _verdict_rows(judgement: Judgement) -> list[dict[str, Any]]:
    conditions: list[tuple[str, list[Finding], str]] = [("stated", judgement.findings, judgement.verdict)]
    conditions += [(f"rival:{name}", found, judgement.rival_verdicts[name]) for name, found in judgement.under.items()]
    conditions += [("off", judgement.off, judgement.off_verdict)] if judgement.off else []
    conditions += [(place, found, overall(found)) for place, found in judgement.elsewhere.items()]
    rows = []
    for condition, findings, verdict in conditions:
        for position, finding in enumerate(findings):
            row = {
                "claim": judgement.claim.id, "title": judgement.claim.title,
                "arms_kind": judgement.claim.kind(finding.outcome), "outcome": finding.name,
                "relative": finding.relative, "smallest": finding.smallest, "reference": finding.reference,
                "arm_means": means_text(finding), "reason": outcome_reason(finding),
                "by_construction": judgement.by_construction if condition == "stated" else "",
                "otherwise": "; ".join(way.words for way in ways(judgement)) if condition == "stated" else "",
                "condition": condition, "expected": finding.outcome.expected, "unit": finding.unit,
                "mean": finding.mean, "low": finding.low, "high": finding.high, "p": finding.p,
                "adjusted_p": finding.adjusted_p, "pairs": finding.pairs, "verdict": finding.verdict,
                "claim_verdict": verdict, "decides": position == decisive(findings),
            }  # fmt: skip
            if condition == "stated" and judgement.draws:
                share = judgement.draws[position]
                row |= {"draws": share.count, "draws_hold": share.holds, "draws_reversed": share.reversed_,
                        "draws_nothing": share.nothing, "draws_failed": share.failed}  # fmt: skip
            rows.append(row)
    return rows


def means_text(finding: Finding) -> str:
    """Return the mean of each arm: arm mean; arm mean."""
    return "; ".join(f"{arm} {mean:.6g}" for arm, mean in finding.arm_means.items())


def _draw_rows(judgement: Judgement) -> list[tuple[str, str, int, float, str]]:
    return [
        (judgement.claim.id, finding.name, draw, float(statistic), sign)
        for finding, share in zip(judgement.findings, judgement.draws, strict=False)
        for draw, (statistic, sign) in enumerate(zip(share.statistics, share.signs, strict=True))
    ]


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
