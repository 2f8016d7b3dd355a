"""Words that every screen and every report says."""

from collections.abc import Iterable

DISCLAIMER = (
    "Inkspot is a laboratory for assumptions about organisations and populations: it shows when a policy works, does "
    "nothing or backfires in the model. It is not a forecast and describes no operation."
)


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: `a, b and c`; `none` where there are none."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "none"
