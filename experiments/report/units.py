"""Units in words, for readers of reports: million people, USD million, a share from 0 to 1."""

from experiments.measures.attainable import SHARES
from experiments.measures.numbers import NumberFormat
from model.record import OUTCOMES

FROM_TO = "a share, from 0 to 1"
INDICES = {"payoff_core", "payoff_provinces", "payoff_joint"}
WORDS = {"effort weeks": "weeks of the leading ally's effort", "effort": "share of the leading ally's effort"}


def unit_words(outcome: str, written: NumberFormat) -> str:
    """Return the unit in which an outcome's numbers are written, in words; empty where the outcome's name says it."""
    unit = OUTCOMES[outcome].unit
    scale = written.unit.removesuffix("USD").removesuffix("people").strip()
    if unit == "people":
        return f"{scale} people".strip()
    if unit == "USD":
        return f"USD {scale}".strip()
    if unit == "1":
        return FROM_TO if outcome in SHARES else "1: as at the start" if outcome in INDICES else ""
    return WORDS.get(unit, written.unit)
