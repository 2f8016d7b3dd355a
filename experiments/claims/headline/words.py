"""The answer in words: every number is computed, and each sentence is right whichever way the results come out."""

from collections.abc import Iterable, Mapping
from typing import Any

from experiments.batch.run import Run
from experiments.claims.headline.arms import BY_NAME, CUTTING, Comparison
from experiments.claims.headline.decisive import Deciding
from experiments.claims.headline.design import BOX
from experiments.claims.headline.verdicts import BY_OUTCOME, OVERALL, Headline
from experiments.measures.numbers import percent

DOES = {
    "helps": "helps", "backfires": "backfires", "trade-off": "is a trade-off", "nothing": "changes nothing that matters",
    "unclear": "has no clear effect",
}  # fmt: skip
WAYS = {"instead": "instead of strikes", "on_top": "on top of strikes", "total": "done wholly", "alone": "alone"}
DEFINED = (
    "It helps if at least one of four outcomes is better and none is worse, backfires if it is the other way round, and is "
    "a trade-off if some are better and some worse. It changes nothing that matters if all differences are known to be "
    "smaller than the smallest relevant effect; otherwise its effect is unclear."
)


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: a, b and c."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def since(headline: Headline) -> dict[str, str]:
    """Return for each scenario when it begins, as in `June 2014`; its name where that does not tell them apart."""
    starts = {name: f"{Run(name).composed.start:%B %Y}" for name in headline.scenarios}
    return starts if len(set(starts.values())) == len(starts) else {name: name for name in starts}


def title(headline: Headline) -> str:
    """Return the answer: what cutting does in each way, by the means over worlds."""
    found = {scenario: _ways({each.name: headline.verdict(scenario, each.name) for each in CUTTING})
             for scenario in headline.scenarios}  # fmt: skip
    if len(set(found.values())) == 1:
        return f"Cutting the links {next(iter(found.values()))}"
    starts = since(headline)
    (first, words), *rest = found.items()
    return f"From {starts[first]}, cutting the links {words}; " + "; ".join(
        f"from {starts[each]}, it {more}" for each, more in rest
    )


def _ways(found: Mapping[str, str]) -> str:
    kinds = list(dict.fromkeys(found.values()))
    if len(kinds) == 1:
        return f"{DOES[kinds[0]]}, in whichever way it is done"
    return listed(
        f"{DOES[kind]} {listed(WAYS[name] for name, each in found.items() if each == kind)}" for kind in kinds
    )


def second(headline: Headline) -> str:
    """Return in how many worlds cutting on top of strikes, as the essay advises, and instead of them does what."""
    starts = since(headline)
    parts = [
        f"from {starts[scenario]}, cut {WAYS[name]}: {counts_words(headline, scenario, name)}"
        for name in ("on_top", "instead") for scenario in headline.scenarios
    ]  # fmt: skip
    return f"World by world, {'; '.join(parts)}."


def counts_words(headline: Headline, scenario: str, comparison: str, source: str = BOX) -> str:
    """Return the counts of worlds, the most frequent first: `helps in 12 of 64, unclear in 52`."""
    counts = headline.counts(scenario, comparison, source)
    total = sum(counts.values())
    kinds = [kind for kind in sorted(OVERALL, key=lambda kind: -counts[kind]) if counts[kind]]
    if not kinds:
        return "no world could be compared"
    says = DOES | {"unclear": "is unclear"}
    words = [f"{says[kind]} in {'all ' if counts[kind] == total else ''}{counts[kind]}" for kind in kinds]
    words[0] += f" of {total}" if counts[kinds[0]] < total else " worlds"
    return ", ".join(words)


def third(found: Iterable[Deciding], headline: Headline) -> str:
    """Return in a sentence which assumptions decide."""
    decided = [each for each in found if each.decided]
    if not decided:
        return "No assumption that was varied is known to decide between helping and backfiring."
    best = max(decided, key=lambda each: each.skill)
    return f"What decides most clearly: {conditions(best, headline)}"


def conditions(found: Deciding, headline: Headline) -> str:
    """Return where a way of cutting helps, backfires or does nothing; or that nothing in the box decides it."""
    comparison = BY_NAME[found.comparison]
    where = f"from {since(headline)[found.scenario]}, cutting links {comparison.phrase}"
    if found.skill != found.skill:
        return f"{where}: too few worlds to say what decides."
    skill = f"{max(0.0, found.skill):.0%} of the variance in worlds to which it was not fitted"
    if not found.decided:
        reason = (
            f"two assumptions explain only {skill}" if not found.leaves or len({leaf.verdict for leaf in found.leaves}) > 1
            else f"the verdict is the same on both sides of every question ({DOES[found.leaves[0].verdict]})"
        )  # fmt: skip
        return f"{where}: no assumption in the box decides between helping and backfiring; {reason}."
    parts = []
    for kind in OVERALL:
        places = [leaf for leaf in found.leaves if leaf.verdict == kind]
        clauses = [f"{listed(side.words for side in leaf.sides)} ({leaf.worlds} worlds)" for leaf in places]
        if clauses:
            parts.append(f"{DOES[kind]} where {'; or where '.join(clauses)}")
    return f"{where} {', '.join(parts)}. The two questions explain {skill}."


def effect(row: Mapping[str, Any]) -> str:
    """Return the mean difference of an outcome with its interval and what it comes to, sign and words in agreement."""
    counted = BY_OUTCOME[row["outcome"]]
    share = f", {percent(abs(row['relative']))}" if row["relative"] == row["relative"] else ""
    if row["verdict"] in ("better", "worse"):
        low, high = sorted((abs(row["low"]), abs(row["high"])))
        way = "fewer" if row["verdict"] == "better" else "more"
        size = f"by {counted.number(abs(row['difference']))}{share} ({counted.number(low)} to {counted.number(high)})"
        return f"{counted.title}: {way} {size}"
    change, low, high = (counted.number(row[key], True) for key in ("difference", "low", "high"))
    change = f"{change} ({low} to {high})"
    if row["verdict"] == "negligible":
        return f"{counted.title}: no change that matters, {change}"
    return f"{counted.title}: open, {change}"


def effects(headline: Headline, scenario: str, comparison: Comparison, source: str = BOX) -> str:
    """Return the four effects of a comparison in a row."""
    return "; ".join(effect(headline.mean(scenario, comparison.name, outcome, source)) for outcome in BY_OUTCOME)
