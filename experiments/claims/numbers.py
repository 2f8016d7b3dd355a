"""Effects as text: a number with its unit, at a scale that can be read."""

import numpy as np

from experiments.claims.judge import Finding

PLAIN = ("1", "amount", "rank correlation")  # units that are not written


def number(value: float, signed: bool = False) -> str:
    """Return a number with three digits that count, thousands in words; a dash for none."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    for scale, word in ((1e9, " billion"), (1e6, " million")):
        if size >= scale:
            return f"{value / scale:{'+' if signed else ''}.3g}{word}".replace("-", "−")
    decimals = 0 if size >= 1000 else int(np.clip(2 - np.floor(np.log10(size)), 0, 4)) if size > 0 else 0
    text = f"{value:{'+' if signed and size > 0 else ''},.{decimals}f}"
    return ("0" if float(text.replace(",", "")) == 0 else text).replace("-", "−")


def amount(value: float, unit: str, signed: bool = False) -> str:
    """Return a number with its unit."""
    return f"{number(value, signed)} {'' if unit in PLAIN else unit}".strip()


def interval(finding: Finding) -> str:
    """Return the 95% interval of a finding."""
    return f"[{number(finding.low)}, {number(finding.high)}]"
