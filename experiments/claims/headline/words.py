"""The answer in words: every number is computed, and each sentence is right whichever way the results come out."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from experiments.batch.run import Run
from experiments.claims.headline.arms import BY_NAME, CUTTING, Comparison
from experiments.claims.headline.checks import Checked
from experiments.claims.headline.decisive import DECIDED, Deciding, Leaf, clauses
from experiments.claims.headline.design import BOX
from experiments.claims.headline.verdicts import BY_OUTCOME, OVERALL, Headline
from experiments.measures.numbers import percent

DOES = {
    "helps": "helps", "backfires": "backfires", "trade-off": "is a trade-off", "nothing": "changes little",
    "unclear": "has no clear effect",
}  # fmt: skip
IN_WORLDS = DOES | {"unclear": "is unclear"}
WAYS = {"instead": "instead of strikes", "on_top": "on top of strikes", "total": "in full", "alone": "alone"}


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: a, b and c."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def capital(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def since(headline: Headline) -> dict[str, str]:
    """Return for each scenario when it begins, as in `June 2014`; its name where that does not tell them apart."""
    starts = {name: _start(name) for name in headline.scenarios}
    return starts if len(set(starts.values())) == len(starts) else {name: name for name in starts}


@cache
def _start(scenario: str) -> str:
    return f"{Run(scenario).composed.start:%B %Y}"


def lines(headline: Headline) -> list[str]:
    """Return the answer, a line a scenario, or one where they agree: what cutting does in each way, by means over worlds."""
    found = {
        scenario: _ways({each.name: headline.verdict(scenario, each.name) for each in CUTTING})
        for scenario in headline.scenarios
    }
    starts = since(headline)
    if len(set(found.values())) == 1:
        return [f"Cutting the links {next(iter(found.values()))}"]
    return [f"From {starts[scenario]}, cutting the links {words}" for scenario, words in found.items()]


def title(headline: Headline) -> str:
    """Return the answer as one sentence, without its full stop."""
    return ". ".join(lines(headline))


def _ways(found: Mapping[str, str]) -> str:
    kinds = list(dict.fromkeys(found.values()))
    if len(kinds) == 1:
        return f"{DOES[kinds[0]]}, however it is done"
    ways = [(listed((WAYS[name] for name, each in found.items() if each == kind), "or"), DOES[kind]) for kind in kinds]
    first, *rest = ways
    return "; ".join([f"{first[0]} {first[1]}", *(f"{way} it {does}" for way, does in rest)])


def second(headline: Headline) -> str:
    """Return in how many worlds cutting on top of strikes, as the essay advises, and instead of them does what."""
    starts = since(headline)
    parts = [
        f"{WAYS[name]}, from {starts[scenario]}, it {counts_words(headline, scenario, name)}"
        for name in ("on_top", "instead") for scenario in headline.scenarios
    ]  # fmt: skip
    return f"World by world: {'; '.join(parts)}."


def counts_words(headline: Headline, scenario: str, comparison: str, source: str = BOX) -> str:
    """Return the counts of worlds, the most frequent first: `helps in 12 of 64 worlds, is unclear in 52`."""
    counts = headline.counts(scenario, comparison, source)
    total = sum(counts.values())
    first, *rest = [kind for kind in sorted(OVERALL, key=lambda kind: -counts[kind]) if counts[kind]] or [""]
    if not first:
        return "could be compared in no world"
    if not rest:
        return f"{IN_WORLDS[first]} in all {total} worlds"
    words = [f"{IN_WORLDS[kind]} in {counts[kind]}" for kind in rest]
    return ", ".join([f"{IN_WORLDS[first]} in {counts[first]} of {total} worlds", *words])


def steady(checks: Checked) -> str:
    """Return whether the answer stays under the checks, in a sentence; nothing where there was none."""
    ways = {each.name for each in CUTTING}
    pairs = [found for (_, _, name), found in checks.verdicts.items() if name in ways]
    if not pairs:
        return ""
    turned = sum(one != other and "unclear" not in (one, other) for one, other in pairs)
    faded = sum(one != other for one, other in pairs) - turned
    words = listed(dict.fromkeys(check for _, check, _ in checks.verdicts))
    says = f"{turned or 'none'} of {len(pairs)} verdicts on cutting {'turns' if turned < 2 else 'turn'} into another"
    clear = f"and {faded or 'none'} {'is' if faded < 2 else 'are'} clear in only one of both"
    return f"With {words} ({checks.worlds} of the worlds) {says}, {clear}."


def third(found: Iterable[Deciding], headline: Headline) -> str:
    """Return in a sentence which assumptions decide."""
    decided = [each for each in found if each.decided]
    if not decided:
        return "No assumption that was varied is known to decide where it helps or backfires."
    best = max(decided, key=lambda each: each.skill)
    return f"What decides most clearly: {conditions(best, headline)}"


def conditions(found: Deciding, headline: Headline) -> str:
    """Return where a way of cutting helps, backfires or does nothing; or that nothing in the box is known to decide it."""
    where = f"from {since(headline)[found.scenario]}, cutting links {BY_NAME[found.comparison].phrase}"
    if not found.decided:
        return f"{where}: no assumption in the box is known to decide; {undecided(found)}."
    parts = [_where(kind, [leaf for leaf in found.leaves if leaf.verdict == kind]) for kind in OVERALL]
    words = "; ".join(part for part in parts if part)
    share = f"{max(0.0, found.skill):.0%}"
    return f"{where} {words}. These questions explain {share} of the variance in worlds to which they were not fitted."


def _where(kind: str, leaves: list[Leaf]) -> str:
    places = [f"{listed(clauses(leaf.sides))} ({leaf.worlds} worlds)" for leaf in leaves]
    return f"{DOES[kind]} where {', or where '.join(places)}" if places else ""


def undecided(found: Deciding) -> str:
    """Return why nothing is known to decide."""
    if found.skill != found.skill:
        return "there are too few worlds to say"
    kinds = {leaf.verdict for leaf in found.leaves}
    if len(kinds) == 1:
        return f"on both sides of the best questions it {DOES[kinds.pop()]}"
    if not kinds & DECIDED:
        return "on no side of the best questions does it help or backfire"
    return "what the best questions tell does not hold in worlds to which they were not fitted"


def effect(row: Mapping[str, Any]) -> str:
    """Return a difference that matters with its interval, sign and words in agreement: `deaths by 900 (30%; 850 to 950)`."""
    counted = BY_OUTCOME[row["outcome"]]
    share = f"{percent(abs(row['relative']))}; " if row["relative"] == row["relative"] else ""
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    interval = f"({share}{counted.number(low)} to {counted.number(high)})"
    return f"{counted.title} by {counted.number(abs(row['difference']))} {interval}"


def effects(headline: Headline, scenario: str, comparison: Comparison, source: str = BOX) -> str:
    """Return what a comparison does to the four outcomes, those together that go the same way."""
    rows = [headline.mean(scenario, comparison.name, outcome, source) for outcome in BY_OUTCOME]
    by = {
        kind: [row for row in rows if row["verdict"] == kind] for kind in ("better", "worse", "negligible", "unclear")
    }
    if len(by["negligible"]) == len(rows):
        return "none of the four outcomes changes by as much as matters"
    parts = [f"it lowers {listed(map(effect, by['better']))}"] if by["better"] else []
    parts += [f"it raises {listed(map(effect, by['worse']))}"] if by["worse"] else []
    little, unclear = (
        listed(BY_OUTCOME[row["outcome"]].title for row in by[kind]) for kind in ("negligible", "unclear")
    )
    parts += [f"{little} change by less than matters"] if little else []
    parts += [f"what becomes of {unclear} is unclear"] if unclear else []
    return "; ".join(parts)


def defined() -> str:
    """Return what the verdicts mean, with the smallest relevant effects."""
    sizes = []
    for counted in BY_OUTCOME.values():
        share = f"{percent(counted.rule.relative)} of {counted.title}" if counted.rule.relative else counted.title
        sizes.append(share + (f" (at least {counted.rule.absolute:g})" if counted.rule.absolute else ""))
    return (
        "It helps if at least one of the four outcomes is better and none is worse, and backfires if it is the other way "
        "round; a trade-off is better on some and worse on others. It changes little if all differences are known to be "
        f"smaller than what matters: {listed(sizes)}. Anything else is unclear."
    )
