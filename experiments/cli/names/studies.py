"""Names of what is studied: claims and rival findings of the ledger, targets of history, and words of the glossary."""

import tomllib
from functools import cache, partial
from typing import Any

from experiments.app.texts import GLOSSARY
from experiments.claims.head import HEAD
from experiments.claims.ledger import LEDGER, Claim, Outcome, load_ledger
from experiments.claims.page_words import smallest
from experiments.claims.rules import KINDS
from experiments.claims.stored import told
from experiments.cli.names.entry import Entry, Named
from experiments.history.blocks import weight
from experiments.history.target import Curve, Target, Targets, load_targets
from experiments.measures.numbers import number

SIGNS = {
    "lower": "lower", "higher": "higher", "equal": "no difference", "interior_maximum": "highest in between",
    "trade_off": "one falls as the other rises",
}  # fmt: skip


@cache
def ledger_tables() -> dict[str, dict[str, Any]]:
    """Return the shipped ledger as written, without checking its experiments, which takes seconds."""
    tables = tomllib.loads(LEDGER.read_text(encoding="utf-8"))
    return {name: table for name, table in tables.items() if name not in HEAD}


def claims() -> list[Named]:
    """Return the claims and rival findings of the ledger."""
    return [Named(key, str(table["title"]), partial(_claim, key), (str(table["title"]),))
            for key, table in ledger_tables().items()]  # fmt: skip


def targets() -> list[Named]:
    """Return the reports of history that the model is compared with, and the series that are forecast."""
    known = load_targets()
    everything: dict[str, Curve] = {
        **known.targets,
        **{f"forecasts.{name}": one for name, one in known.forecasts.items()},
    }
    return [
        Named(name, each.title, partial(_target, name, each, known), (each.title,)) for name, each in everything.items()
    ]


def glossary() -> list[Named]:
    """Return the words of the glossary."""
    return [Named(word, text, partial(Entry, "word of the glossary", word, text, []), _parts(word))
            for word, text in GLOSSARY.items()]  # fmt: skip


def _parts(word: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in word.split(","))
    return parts if len(parts) > 1 else ()


def _claim(key: str) -> Entry:
    claim = load_ledger(ids=[key])[key]
    kind = "rival finding" if claim.source else "claim of the essay"
    rows = [
        ("statement", claim.statement), ("in the essay", f'"{claim.find_by}"' if claim.find_by else ""),
        ("section", claim.section), ("source", claim.source), ("switch", claim.switch),
        ("mechanisms", ", ".join(claim.mechanisms)),
        ("experiment", f"{claim.scenario}, {claim.weeks} weeks, {_seeds(claim)} paired seeds"),
        ("policy", claim.policy or ""), ("arms", ", ".join(claim.all_arms)),
        ("arms differ", "; ".join(KINDS[kind] for kind in claim.kinds)),
        ("as weights", ", ".join(f"{name} = 0" for name in claim.channels)),
        *(("outcome", f"{each.title}: expected {SIGNS[each.expected]}{_matters(claim, each)}") for each in claim.outcomes),
        *(("changed", f"{entry.date}: {entry.change} {entry.reason}") for entry in claim.log),
        *told(key),
        ("why", claim.why), ("test it", f"inkspot claims {key}"),
    ]  # fmt: skip
    return Entry(kind, key, claim.title, [row for row in rows if row[1]])


def _seeds(claim: Claim) -> str:
    rule = claim.rules.seeds
    return f"{rule.looks[0]} to {rule.looks[-1]}" if rule else str(claim.seeds)


def _matters(claim: Claim, outcome: Outcome) -> str:
    """Return from which size on an effect matters."""
    rule = claim.smallest(outcome)
    if outcome.margin is not None:
        return f" (within {outcome.margin:g})"
    return f"; smallest relevant effect {smallest(rule)}" if rule else ""


def _target(name: str, each: Curve, known: Targets) -> Entry:
    rows = [("unit", each.unit), ("scale", each.scale), ("error", f"{each.error:g}"),
            ("discrepancy", f"{each.discrepancy:g}")]  # fmt: skip
    if not isinstance(each, Target):
        return Entry("series that is forecast", name, each.title, [*rows, ("see it", "inkspot backtest")])
    figure = f"{each.low:,g}" if each.low == each.high else f"{each.low:,g} to {each.high:,g}"
    use = {"fit": "calibration", "score": "comparison only", "given": "set at the start, so no evidence"}[each.use]
    low, high = each.hit
    rows = [
        ("date", str(each.date)),
        ("measure", each.measure.label),
        ("reported", figure),
        ("a hit", f"{number(low)} to {number(high)} {each.unit} (90% interval of the report)"),
        *rows,
        ("confidence", each.confidence),
        ("use", use),
    ]
    if each.group:
        group = known.groups[each.group]
        rows += [
            ("group", f"{each.group}: {group.title} (correlation {group.correlation:g}; {group.meaning})"),
            ("weight", f"{weight(name, known.targets, known.groups):.2g} of a fact, among all targets"),
        ]
    return Entry("target of history", name, each.title, [*rows, ("source", each.source)])
