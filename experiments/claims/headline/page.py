"""The page of text: question, answer, conditions, doubts; as paragraphs and as Markdown. Numbers in full: `appendix.py`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from experiments.claims.headline.appendix import appendix
from experiments.claims.headline.arms import ADVICE, ARMS, BY_NAME, COMPARISONS, CUTTING, EQUAL_COST, Comparison
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.checks import Checked
from experiments.claims.headline.decisive import Deciding
from experiments.claims.headline.design import BOX, DECLARED, ENSEMBLE
from experiments.claims.headline.experiment import EFFORT
from experiments.claims.headline.regret import regrets
from experiments.claims.headline.verdicts import COUNTED, Headline, chosen
from experiments.claims.headline.words import (
    DOES,
    IN_WORLDS,
    WAYS,
    capital,
    conditions,
    counts_words,
    defined,
    effects,
    listed,
    second,
    since,
    steady,
    title,
    undecided,
)
from experiments.measures.certainty import from_luck
from experiments.measures.evidence import ABOUT_THE_SAME
from experiments.measures.numbers import percent

AXIS = {axis.name: axis for axis in AXES}
QUESTION = (
    "The essay advises allies to cut the links between the core and its provinces, on top of fighting the core, and to "
    "contain and weaken the provinces as well. What does cutting do: instead of strikes, on top of them, in full, and "
    "alone? And what does it add to the essay's whole advice?"
)
BOXED = (
    "The worlds fill a box whose sides are assumptions, not measurements: shares of worlds are no probabilities. Nobody "
    "cut these links for long in the years that the reports cover, so that no report says what cutting does. Another box, "
    "horizon or scenario may say something else."
)


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


def sections(headline: Headline, decided: Sequence[Deciding], checks: Checked) -> tuple[Section, ...]:
    """Return the page."""
    return (
        Section("The question", (QUESTION, _made(headline))),
        Section("The answer", (*_answers(headline, CUTTING), defined())),
        Section("Beside the essay's whole advice", tuple(_answers(headline, ADVICE))),
        Section("What decides it", tuple(_decides(headline, decided))),
        Section("What one would regret", tuple(_regret(headline))),
        Section("Does the answer stay?", tuple(_stays(headline, checks))),
        Section("Doubts", tuple(_doubts(headline))),
    )


def sentences(headline: Headline, decided: Sequence[Deciding], checks: Checked) -> list[str]:
    """Return all paragraphs."""
    return [words for section in sections(headline, decided, checks) for words in section.paragraphs]


def markdown(headline: Headline, decided: Sequence[Deciding], checks: Checked, command: str) -> str:
    """Return the page as Markdown, with all numbers in tables and the command that repeats it."""
    parts = [
        f"# {title(headline)}",
        second(headline),
        *filter(None, [steady(checks)]),
        "![What each way of cutting does to four outcomes, and in how many worlds it helps or backfires](headline.png)",
    ]
    for section in sections(headline, decided, checks):
        parts += [f"## {section.heading}", *section.paragraphs]
    parts += appendix(headline, decided, checks)
    parts += ["## To repeat it", f"    {command}"] if command else []
    return "\n\n".join(parts) + "\n"


def _made(headline: Headline) -> str:
    design, failed = headline.batch.design, len(headline.batch.failures)
    members = (
        f", and in {design.members} members of the ensemble that reports do not refute," if design.members else ","
    )
    lost = f" {failed} of {len(headline.batch.runs)} runs failed and do not count." if failed else ""
    return (
        f"{design.points} worlds fill a space of {len(AXES)} assumptions that the essay leaves open: "
        f"{listed(axis.title for axis in AXES)}. In each of them{members} {len(ARMS)} courses of action met the same "
        f"{design.seeds} seeds over {design.weeks} weeks, from {listed(since(headline).values())}. Four outcomes count, "
        f"and fewer is better of each: {listed(f'{each.title} ({each.what})' for each in COUNTED)}. Nothing is gained "
        f"where a group only drops its label.{lost}"
    )


def _answers(headline: Headline, comparisons: Sequence[Comparison]) -> Iterator[str]:
    for scenario, start in since(headline).items():
        for comparison in comparisons:
            subject = f"{'cutting links ' if comparison in CUTTING else ''}{comparison.phrase}"
            does, against = DOES[headline.verdict(scenario, comparison.name)], ARMS[comparison.control].title
            yield (
                f"From {start}, {subject} (against “{against}”) {does} on the average over worlds: "
                f"{effects(headline, scenario, comparison)}. It {counts_words(headline, scenario, comparison.name)}. "
                f"{_cost(headline, scenario, comparison)}"
            )


def _cost(headline: Headline, scenario: str, comparison: Comparison) -> str:
    if not ARMS[comparison.treatment].plan:
        return "Nobody could decide on it, and nobody pays for it."
    spent = chosen(headline.batch.runs, scenario=scenario, source=BOX, status="done").groupby("arm")[EFFORT].mean()
    treated, control = (float(spent.get(arm, float("nan"))) for arm in (comparison.treatment, comparison.control))
    if abs(treated - control) <= ABOUT_THE_SAME * max(treated, control):
        return f"Both cost about the same ({treated:.0f} and {control:.0f} weeks of the leading ally's effort)."
    return f"It costs {treated:.0f} weeks of the leading ally's effort against {control:.0f}."


def _decides(headline: Headline, decided: Sequence[Deciding]) -> Iterator[str]:
    yield from (capital(conditions(each, headline)) for each in decided if each.decided)
    starts, reasons = since(headline), dict[str, list[str]]()
    for each in (each for each in decided if not each.decided):
        way = f"{BY_NAME[each.comparison].phrase} (from {starts[each.scenario]})"
        reasons.setdefault(undecided(each), []).append(way)
    for reason, ways in reasons.items():
        yield f"Where links are cut {listed(ways)}, no assumption in the box is known to decide: {reason}."
    parts = []
    for each in decided:
        first = list(each.strongest.items())[:2]
        if first:
            words = listed(f"{AXIS[name].title} ({share:.0%})" for name, share in first)
            parts.append(f"{WAYS[each.comparison]}, from {starts[each.scenario]}: {words}")
    if parts:
        yield (
            "What goes together most closely with the effect (squared rank correlation, averaged over the four outcomes): "
            f"{'; '.join(parts)}."
        )


def _regret(headline: Headline) -> Iterator[str]:
    table = regrets(headline.batch)
    for scenario in headline.scenarios:
        for choice, among in (("equal cost", "plans of equal cost"), ("all", "all plans, whatever they cost")):
            least: dict[str, list[str]] = {}
            for counted in COUNTED:
                rows = chosen(table, scenario=scenario, choice=choice, outcome=counted.name).dropna(
                    subset=["mean_regret"]
                )
                if len(rows):
                    best = rows.sort_values("mean_regret", kind="stable").iloc[0]
                    size = f"{counted.number(best['mean_regret'])}, best in {percent(best['best'])} of worlds"
                    least.setdefault(best["plan"], []).append(f"{counted.title} ({size})")
            words = "; ".join(f"“{ARMS[plan].title}” in {listed(outcomes)}" for plan, outcomes in least.items())
            yield f"Among {among}, from {since(headline)[scenario]}, mean regret is least for {words or 'none'}."
    yield (
        "Regret is how much worse a plan does in a world than the best of those that it is compared with. The plans of "
        f"equal cost are {listed(f'“{ARMS[name].title}”' for name in EQUAL_COST)}. Part of a small regret is luck."
    )


def differing(pairs: Sequence[tuple[str, str, str]], first: str, then: str) -> tuple[list[str], int]:
    """Return where two verdicts differ though both are clear, in words, and how many differ as one of them is unclear.

    `pairs`: what, the first verdict, the second; `first`, `then`: where each holds, in words.
    """
    differ = [(what, one, other) for what, one, other in pairs if one != other]
    clear = [
        f"{what}, it {DOES[one]} {first} and {DOES[other]} {then}"
        for what, one, other in differ
        if "unclear" not in (one, other)
    ]
    return clear, len(differ) - len(clear)


def _stays(headline: Headline, checks: Checked) -> Iterator[str]:
    if checks.table.empty:
        yield "No check was run."
        return
    starts, there = since(headline), dict.fromkeys(checks.table["check"])
    pairs = [
        (f"“{BY_NAME[name].label}”, from {starts[scenario]}, with {check}", *found)
        for (scenario, check, name), found in checks.verdicts.items()
    ]
    turned, faded = differing(pairs, "as stated", "then")
    asked, count = f"{checks.worlds} of the worlds ran again with {listed(there)}", len(turned)
    if turned:
        yield f"Not everywhere. {asked}. Of {len(pairs)} verdicts {count} {_s(count, 'turns')}: {'; '.join(turned)}."
    else:
        yield f"Yes. {asked}, and of {len(pairs)} verdicts none turns into another."
    table = checks.table
    sizes = list(zip(table["stated_class"], table["then_class"], strict=True))
    opposite, told = sum({"lower", "higher"} == set(pair) for pair in sizes), int(from_luck(table["adjusted_p"]).sum())
    yield (
        f"{faded} more {_s(faded, 'is')} unclear in one of both. Of {len(table)} means over worlds (comparisons, outcomes "
        f"and checks) {int(table['stays'].sum())} keep sign and size (lower or higher by at least what matters, or less "
        f"than that); {opposite} {_s(opposite, 'turns')} from lower to higher or back, and {told} {_s(told, 'differs')} by "
        "more than luck. The tables below have each."
    )


def _s(count: int, verb: str) -> str:
    """Return a verb of the singular as the number asks for."""
    return verb if count == 1 else {"is": "are"}.get(verb, verb.removesuffix("s"))


def _doubts(headline: Headline) -> Iterator[str]:
    starts, design = since(headline), headline.batch.design
    if design.members:

        def both(scenario: str, name: str) -> tuple[str, str]:
            return headline.verdict(scenario, name), headline.verdict(scenario, name, ENSEMBLE)

        turned, faded = differing([
            (f"“{each.label}”, from {start}", *both(scenario, each.name))
            for scenario, start in starts.items() for each in COMPARISONS
        ], "in the box", "in the ensemble")  # fmt: skip
        says = f"turn verdicts round ({'; '.join(turned)})" if turned else "turn no verdict round"
        yield (
            f"The members of the ensemble, in which what links do is as declared, {says}; {faded} of "
            f"{len(headline.scenarios) * len(COMPARISONS)} verdicts are unclear in one of both."
        )
    parts = []
    for scenario in headline.scenarios:
        rows = chosen(headline.overall, scenario=scenario, source=DECLARED).set_index("comparison")["verdict"]
        words = listed(
            f"{WAYS[each.name]} it {IN_WORLDS[rows[each.name]]}" for each in CUTTING if each.name in rows.index
        )
        parts += [f"from {starts[scenario]}, {words}"] if words else []
    if parts:
        yield f"In the one world with everything as declared, cutting links does this: {'; '.join(parts)}."
    means = headline.means[(headline.means["source"] == BOX) & headline.means["assumptions"].notna()]
    if len(means):
        yield (
            "Of the variance of a difference between two single runs, the assumptions explain "
            f"{percent(means['assumptions'].median())} (the median over comparisons and outcomes) and luck the rest. With "
            f"{design.seeds} seeds the verdict on one world is weak; the means over worlds are what to look at."
        )
    yield BOXED
