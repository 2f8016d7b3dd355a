"""The HTML ledger: one self-contained page in which every claim opens to its experiment, plots, assumptions and doubts.

Contradicted claims come first. Every number comes from the judgements. Figures are inline SVG (`page_figures.py`), texts are
made in `page_words.py`, and the page needs no network.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from experiments.batch.whole_files import write_whole
from experiments.claims import page_figures as figures
from experiments.claims import page_words as words
from experiments.claims.arms import rival_words
from experiments.claims.assumptions import assumed
from experiments.claims.claim import ACROSS_ARMS, Claim
from experiments.claims.headline.files import stored_headline
from experiments.claims.judge import Finding, Judgement, Verdict
from experiments.claims.otherwise import count_words, ways
from experiments.claims.rules import KINDS
from experiments.claims.run import JudgedClaims
from experiments.claims.verdicts import outcome_reason
from experiments.measures.numbers import amount
from experiments.measures.statistics import LEVEL
from experiments.report.figures import data_uri
from experiments.report.page import rendered
from experiments.report.words import DISCLAIMER
from model.scenario.declarations import declarations

ORDER: tuple[Verdict, ...] = ("contradicted", "negligible", "undetermined", "supported")
MEANING = {
    "contradicted": "the model shows the opposite of what the essay says, distinguishable from luck",
    "negligible": "what the essay expects is too small to matter: smaller than the smallest relevant effect",
    "undetermined": "no effect is distinguishable from luck, or only part of the expected ones",
    "supported": "the model shows what the essay says in every outcome, and large enough to matter",
}
NAME = "ledger.html"
SEVERAL = 3  # arms from which their means are drawn as well
Row = dict[str, Any]


def write_page(judged_claims: JudgedClaims, out: Path) -> Path:
    """Write the page into the folder `out` (or to `out` itself, where it ends in .html) and return its path.

    A headline experiment found in that folder, or beside it, is included. Raises OSError where the disk does.
    """
    path = out if out.suffix == ".html" else out / NAME
    write_whole(path, render(judged_claims, path.parent).encode())
    return path


def render(judged_claims: JudgedClaims, folder: Path | None = None) -> str:
    """Return the page as HTML; whatever comes from ledgers and scenarios is escaped."""
    judged = list(judged_claims.judgements.values())
    counts = Counter(judgement.verdict for judgement in judged)
    extent = judged_claims.manifest.get("extent", {})
    return rendered(
        "ledger.html",
        order=ORDER,
        meaning=MEANING,
        symbols=words.SYMBOLS,
        counts={verdict: counts[verdict] for verdict in ORDER},
        total=len(judged),
        otherwise=count_words(judged),
        tiles=[(name, judged_claims.judgements[name]) for name in words.in_order(list(judged_claims.judgements))],
        claims={verdict: [claim_row(each, extent) for each in judged if each.verdict == verdict] for verdict in ORDER},
        turned=[row for each in judged for row in turned(each)],
        defects=[each.claim for each in judged if each.off_verdict == "supported"],
        tests=tests(judged),
        level=LEVEL,
        rules=rule_rows(judged),
        seeds=next((each.claim.rules.seeds for each in judged), None),
        log=[entry for each in judged for entry in each.claim.log],
        headline=headline(folder),
        disclaimer=DISCLAIMER,
        manifest=judged_claims.manifest,
        seconds=judged_claims.seconds,
    )


def claim_row(judgement: Judgement, extent: Row) -> Row:
    """Return all that the page says of a claim."""
    claim, declared = judgement.claim, declarations()
    rivals = dict.fromkeys([*claim.rivals, *judgement.under])
    return {
        "claim": claim,
        "judgement": judgement,
        "outcomes": [outcome_row(judgement, position) for position in range(len(judgement.findings))],
        "ways": [way.words for way in ways(judgement)],
        "kinds": {kind: KINDS[kind] for kind in claim.kinds},
        "setting": words.setting(claim),
        "runs": words.runs(judgement),
        "settings": [words.override(key, value, claim) for key, value in claim.settings.items()],
        "arms": {
            name: [words.override(key, value, claim) for key, value in claim.all_arms[name].items()]
            for name in claim.used_arms
        },
        "mechanisms": {name: declared.mechanisms[name].meaning for name in claim.mechanisms},
        "rivals": [rival_row(name, judgement.rival_verdicts.get(name, "")) for name in rivals],
        "assumed": assumed(claim),
        "command": words.command(judgement, extent),
    }


def rival_row(name: str, verdict: str) -> Row:
    """Return what the page says of a rival finding, or of a channel of links that is worth nothing."""
    declared = declarations()
    if name in declared.rivals:
        return {"meaning": declared.rivals[name].meaning, "source": declared.rivals[name].source,
                "switch": rival_words(name), "verdict": verdict}  # fmt: skip
    meaning = f"a channel of links is worth nothing: {declared.mechanisms[name].meaning}"
    return {"meaning": meaning, "source": "", "switch": rival_words(name), "verdict": verdict}


def outcome_row(judgement: Judgement, position: int) -> Row:
    """Return what the page shows of one outcome: the effect in words, and its figures."""
    finding, claim = judgement.findings[position], judgement.claim
    conditions = {f"with {_plain(name)}": found[position] for name, found in judgement.under.items()}
    if judgement.off:
        conditions["with its own mechanisms off"] = judgement.off[position]
    conditions |= {f"at {place}": found[position] for place, found in judgement.elsewhere.items()}
    draws = judgement.draws[position] if position < len(judgement.draws) else None
    return {
        "finding": finding,
        "effect": words.effect(finding),
        "evidence": words.evidence(finding),
        "reason": outcome_reason(finding),
        "expected": words.EXPECTED[finding.outcome.expected],
        "statistic": words.statistic(claim, finding.outcome),
        "means": means(finding),
        "forest": figures.forest(finding, conditions),
        "courses": courses(claim, finding),
        "conditions": {name: (each.verdict, words.effect(each)) for name, each in conditions.items()},
        "strip": figures.strip(draws) if draws else "",
        "draws": words.share(draws) if draws else "",
    }


def means(finding: Finding) -> str:
    """Return the mean of each arm."""
    unit = claim_unit(finding)
    return ", ".join(f"{arm} {amount(each, unit)}" for arm, each in finding.arm_means.items() if each == each)


def claim_unit(finding: Finding) -> str:
    """Return the unit of an arm's values, which is not that of a correlation between two measures of them."""
    return finding.outcome.measure.unit


def rule_rows(judged: list[Judgement]) -> list[Row]:
    """Return the smallest relevant effects by which the claims were judged, each once."""
    rows: dict[str, Row] = {}
    for judgement in judged:
        for outcome in judgement.claim.outcomes:
            found = judgement.claim.smallest(outcome)
            if found is not None:
                what = f"{judgement.claim.id}: {outcome.title}" if outcome.smallest else outcome.scale
                rows[what] = {"what": what, "smallest": words.smallest(found), "reason": found.reason}
    return [rows[name] for name in sorted(rows)]


def courses(claim: Claim, finding: Finding) -> list[Any]:
    """Return figures of the arms' means, where there are several: of the measure, and of the second of a trade-off."""
    outcome, arms = finding.outcome, list(claim.weights(finding.outcome))
    swept = outcome.expected in ACROSS_ARMS
    if not swept and len(arms) < SEVERAL:
        return []
    drawn = [figures.course(outcome.measure.label, outcome.measure.unit, finding.values, arms, swept)]
    if outcome.second is not None and finding.second:
        drawn.append(figures.course(outcome.second.label, outcome.second.unit, finding.second, arms, swept))
    return drawn


def turned(judgement: Judgement) -> list[Row]:
    """Return the rival findings under which a claim's verdict is another one."""
    return [
        {"claim": judgement.claim, "verdict": judgement.verdict, "rival": rival_words(name), "then": verdict}
        for name, verdict in judgement.rival_verdicts.items()
        if verdict != judgement.verdict
    ]


def tests(judged: list[Judgement]) -> dict[str, int]:
    """Return how many outcomes were judged together in each family of tests."""
    return {
        "stated": sum(len(each.findings) for each in judged),
        "rivals": sum(len(found) for each in judged for found in each.under.values()),
        "off": sum(len(each.off) for each in judged),
    }


def headline(folder: Path | None) -> Row | None:
    """Return what a headline experiment says that is in a folder of results, in its `headline`, or in its neighbour."""
    for place in (folder, folder / "headline", folder.parent / "headline") if folder else ():
        told = stored_headline(place)
        if told is not None:
            return told | {"address": data_uri(told["svg"], "svg+xml")}
    return None


def _plain(name: str) -> str:
    return name.replace("_", " ")
