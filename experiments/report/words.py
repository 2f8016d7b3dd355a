"""Words that every screen and every report says."""

from collections.abc import Iterable
from datetime import date

DISCLAIMER = (
    "Inkspot is a laboratory for assumptions about organisations and populations: it shows when a policy works, does "
    "nothing or backfires in the model. It is not a forecast and describes no operation."
)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: `a, b and c`; `none` where there are none. `last`: the word before the last."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else "none"


def any_of(words: Iterable[str], most: int = 2) -> str:
    """Return alternatives: `a, b or c`; of more than `most` + 1 the first `most` and how many more: `a, b or 3 more`."""
    found = list(words)
    return listed(found if len(found) <= most + 1 else [*found[:most], f"{len(found) - most} more"], "or")


def day_words(day: date) -> str:
    """Return a date as it is written in a sentence: 9 June 2014."""
    return f"{day.day} {day:%B %Y}"
