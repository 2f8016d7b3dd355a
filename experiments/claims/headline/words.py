"""The headline experiment in words: every number is computed; differences not distinguishable from luck are reported."""

from typing import TYPE_CHECKING

import numpy as np

from experiments.claims.headline.verdicts import COUNTED, EQUAL, OVERALL, Headline
from experiments.claims.headline.worlds import AGAINST, AXES, CUT, DECLARED, POLICIES
from experiments.measures.evidence import ABOUT_THE_SAME

if TYPE_CHECKING:
    import pandas as pd

INSTEAD = {"core_only": "striking the core only", "comprehensive": "doing a little of everything"}
DOES = {
    "backfires": "backfires",
    "trade-off": "is a trade-off",
    "no difference": "makes no detectable difference",
    "helps": "helps",
}
SAID = {"unclear": "not distinguishable from luck"}
DEFINED = (
    "Backfires: distinguishably worse for people at large on at least one of the four outcomes and better on none; "
    "helps: the reverse; a trade-off: better on some, worse on others; no difference: no detectable one."
)
AXIS = {axis.name: axis for axis in AXES}


def title(headline: Headline) -> str:
    """Return the finding against `core_only` as a title: the commonest verdict, and whether it ever helps."""
    counts = headline.counts("core_only")
    commonest = max(OVERALL, key=lambda kind: counts[kind])
    most = f"{DOES[commonest]} in {counts[commonest]} of {headline.points} worlds"
    words = f"Cutting the links instead of {INSTEAD['core_only']} {most}"
    return words if commonest == "helps" else f"{words}, helps in {counts['helps'] or 'none'}"


def second(headline: Headline) -> str:
    """Return what the title leaves out: the other verdicts against `core_only`, and those against `comprehensive`."""
    counts = headline.counts("core_only")
    commonest = max(OVERALL, key=lambda kind: counts[kind])
    others = [
        f"{DOES[kind]} in {counts[kind]}" for kind in OVERALL if counts[kind] and kind not in (commonest, "helps")
    ]
    rest = f"It {' and '.join(others)}. " if others else ""
    cost = " All at the same cost." if _at_one_cost(_spent(headline)) else ""
    return f"{rest}Instead of {INSTEAD['comprehensive']} it {_kinds(headline, 'comprehensive')}.{cost}"


def third(headline: Headline) -> str:
    """Return which assumption tips it."""
    shares = headline.shares().sort_values(ascending=False, kind="stable")
    first, then = (AXIS[str(name)] for name in shares.index[:2])
    return (
        f"What tips it most is {first.title}, that is {first.meaning} ({shares.iloc[0]:.0%} of the variance in ranks), then "
        f"{then.title} ({shares.iloc[1]:.0%})."
    )


def sentences(headline: Headline) -> list[str]:
    """Return the text that the figure supports."""
    return [
        _what(headline),
        f"{title(headline)}. {second(headline)} {DEFINED}",
        *(_outcomes(headline, against) for against in AGAINST),
        third(headline),
        *(_halves(headline, against) for against in AGAINST),
        _undetected(headline),
        _declared(headline),
        "The worlds fill a box whose sides are assumptions, not measurements: shares of worlds are no probabilities. "
        "Another box, horizon or scenario may say something else.",
    ]


def _kinds(headline: Headline, against: str) -> str:
    """Return the counts of verdicts, most frequent first, as in `backfires in 40 of 64 worlds, helps in none`."""
    counts = headline.counts(against)
    kinds = [kind for kind in sorted(OVERALL, key=lambda kind: -counts[kind]) if counts[kind]]
    parts = [f"{DOES[kind]} in {counts[kind]}" for kind in kinds]
    parts[0] += f" of {headline.points} worlds"
    return ", ".join(parts if counts["helps"] else [*parts, "helps in none"])


def _spent(headline: Headline) -> "pd.Series[float]":
    """Return the mean effort spent under each policy."""
    return headline.batch.runs.groupby("policy")["effort_spent"].mean()


def _at_one_cost(spent: "pd.Series[float]") -> bool:
    """Whether policies cost the same but for what allies choose to bring, which answers to attacks and weariness."""
    return bool(spent.max() <= (1 + ABOUT_THE_SAME) * spent.min())


def _what(headline: Headline) -> str:
    design, spent = headline.batch.design, _spent(headline)
    each = ", ".join(f"{name} {spent[name]:.0f}" for name in POLICIES)
    if np.allclose(spent, spent.iloc[0], rtol=1e-6):
        cost = f"at equal cost ({spent.iloc[0]:.0f} weeks of the leading ally's effort each)"
    elif _at_one_cost(spent):
        cost = f"at the same shares of what allies choose to bring ({each} weeks of the leading ally's effort)"
    else:
        cost = f"at different cost ({each} weeks of the leading ally's effort), which may explain some of what follows"
    box = "; ".join(f"{axis.title} ({axis.meaning})" for axis in AXES)
    failed = len(headline.batch.failures)
    return (
        f"{headline.points} worlds fill a box of five assumptions: {box}. In each, {CUT}, {AGAINST[0]} and {AGAINST[1]} met "
        f"the same {design.seeds} seeds of {design.scenario} {cost}"
        + (f"; {failed} of {len(headline.batch.runs)} runs failed and do not count." if failed else ".")
    )


def _outcomes(headline: Headline, against: str) -> str:
    parts = []
    for counted in COUNTED:
        row = headline.average(counted.name, against)
        mean, low, high = (counted.digits(row[key], True) for key in ("difference", "low", "high"))
        name = counted.title[:1].upper() + counted.title[1:]
        parts.append(
            f"{name}: worse in {row['worse']}, better in {row['better']}, equal in {row['equal']}, not distinguishable "
            f"from luck in {row['unclear']}; on average {mean} ({low} to {high}) from {counted.number(row['other'])}."
        )
    words = " ".join(parts)
    return f"Outcome by outcome, in worlds, instead of {INSTEAD[against]} (mean over worlds, 95% interval): {words}"


def _halves(headline: Headline, against: str) -> str:
    """Say how verdicts divide between the two halves of the most influential axis."""
    axis = AXIS[str(headline.shares().idxmax())]
    levels = headline.batch.worlds[axis.name]
    verdicts = headline.overall[headline.overall["against"] == against].set_index("world")["verdict"]
    halves = []
    for words, chosen in ((axis.ends[0], levels < 0.5), (axis.ends[1], levels >= 0.5)):
        mine = verdicts.reindex(levels.index[chosen])
        counts = ", ".join(f"{kind} {int((mine == kind).sum())}" for kind in OVERALL)
        halves.append(f"in the {len(mine)} worlds at the end “{words}”: {counts}")
    return f"Instead of {INSTEAD[against]}, {'; '.join(halves)}."


def _undetected(headline: Headline) -> str:
    sampled = headline.table[headline.table["world"] != DECLARED]
    unclear, equal = (int((sampled["verdict"] == kind).sum()) for kind in ("unclear", "equal"))
    return (
        f"Of {len(sampled)} comparisons (worlds by outcomes by policies) {unclear} are not distinguishable from luck with "
        f"{headline.batch.design.seeds} paired seeds, and {equal} more are equal for practical purposes: their 95% interval "
        f"lies within {EQUAL:.0%} of the average world's value. Better and worse are said only where the difference is "
        "distinguishable from luck after adjusting for their number (Benjamini and Hochberg, false discovery rate 5%)."
    )


def _declared(headline: Headline) -> str:
    rows = headline.table[headline.table["world"] == DECLARED]
    verdicts = {
        (row["outcome"], row["against"]): SAID.get(row["verdict"], row["verdict"]) for row in rows.to_dict("records")
    }
    parts = []
    for against in AGAINST:
        verdict = ", ".join(f"{counted.title} {verdicts[counted.name, against]}" for counted in COUNTED)
        parts.append(f"instead of {INSTEAD[against]}, {verdict}")
    return f"In the world with every parameter as declared and no rival finding: {'; '.join(parts)}."
