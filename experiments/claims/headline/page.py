"""The page of text: question, answer, conditions, doubts; as paragraphs and as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.claims.headline.arms import ADVICE, ARMS, BY_NAME, COMPARISONS, CUTTING, EQUAL_COST
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.checks import Checked
from experiments.claims.headline.decisive import Deciding
from experiments.claims.headline.design import BOX, CHECKS, ENSEMBLE
from experiments.claims.headline.experiment import EFFORT
from experiments.claims.headline.regret import regrets
from experiments.claims.headline.verdicts import BY_OUTCOME, COUNTED, Headline, chosen
from experiments.claims.headline.words import (
    DEFINED,
    DOES,
    conditions,
    counts_words,
    effects,
    listed,
    second,
    since,
    title,
)
from experiments.measures.certainty import from_luck
from experiments.measures.evidence import ABOUT_THE_SAME
from experiments.measures.numbers import percent

AXIS = {axis.name: axis for axis in AXES}
QUESTION = (
    "The essay advises allies to cut the links between the core and its provinces on top of fighting the core, and to "
    "contain and weaken the provinces as well. What does cutting do: instead of strikes, on top of them, done wholly, and "
    "alone? And what does it add to the essay's whole advice?"
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
        Section("The answer", (*_answers(headline, CUTTING), DEFINED)),
        Section("Beside the essay's whole advice", tuple(_answers(headline, ADVICE))),
        Section("What decides it", (*(_capital(conditions(each, headline)) for each in decided), *_strongest(decided))),
        Section("What one would regret", tuple(_regret(headline))),
        Section("Does the answer stay?", tuple(_stays(headline, checks))),
        Section("Doubts", tuple(_doubts(headline))),
    )


def sentences(headline: Headline, decided: Sequence[Deciding], checks: Checked) -> list[str]:
    """Return all paragraphs."""
    return [words for section in sections(headline, decided, checks) for words in section.paragraphs]


def markdown(headline: Headline, decided: Sequence[Deciding], checks: Checked, command: str) -> str:
    """Return the page as Markdown, with the checks in full and the command that repeats it."""
    parts = [f"# {title(headline)}", second(headline), f"![{title(headline)}](headline.png)"]
    for section in sections(headline, decided, checks):
        parts += [f"## {section.heading}", *section.paragraphs]
    parts += ["## The checks in full", *_table(headline, checks)]
    parts += [f"    {command}"] if command else []
    return "\n\n".join(parts) + "\n"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _made(headline: Headline) -> str:
    design, failed = headline.batch.design, len(headline.batch.failures)
    box = listed(axis.title for axis in AXES)
    members = f", and {design.members} members of the ensemble that reports do not refute," if design.members else ""
    lost = f" {failed} of {len(headline.batch.runs)} runs failed and do not count." if failed else ""
    return (
        f"{design.points} worlds fill a space of {len(AXES)} assumptions that the essay leaves open: {box}. In each of "
        f"them{members} {len(ARMS)} courses of action met the same {design.seeds} seeds over {design.weeks} weeks, from "
        f"{listed(since(headline).values())}. Four outcomes count, and fewer is better of each: "
        f"{listed(f'{each.title} ({each.what})' for each in COUNTED)}. "
        f"None of them gains when a group only drops its label.{lost}"
    )


def _answers(headline: Headline, comparisons: Sequence[object]) -> Iterator[str]:
    for comparison in (each for each in COMPARISONS if each in comparisons):
        for scenario in headline.scenarios:
            verdict = DOES[headline.verdict(scenario, comparison.name)]
            subject = "Cutting links " if comparison in CUTTING else ""
            yield (
                f"{_capital(f'{subject}{comparison.phrase}')}, from {since(headline)[scenario]}: on the average over "
                f"worlds it {verdict} ({effects(headline, scenario, comparison)}). World by world it "
                f"{counts_words(headline, scenario, comparison.name)}. {_cost(headline, scenario, comparison.name)}"
            )


def _cost(headline: Headline, scenario: str, name: str) -> str:
    comparison = BY_NAME[name]
    spent = chosen(headline.batch.runs, scenario=scenario, source=BOX, status="done").groupby("arm")[EFFORT].mean()
    treated, control = (float(spent.get(arm, float("nan"))) for arm in (comparison.treatment, comparison.control))
    if abs(treated - control) <= ABOUT_THE_SAME * max(treated, control):
        return f"Both cost about the same ({treated:.0f} and {control:.0f} weeks of the leading ally's effort)."
    return f"It costs {treated:.0f} weeks of the leading ally's effort, against {control:.0f}."


def _strongest(decided: Sequence[Deciding]) -> Iterator[str]:
    parts = []
    for each in decided:
        first = list(each.strongest.items())[:3]
        if first:
            words = listed(f"{AXIS[name].title} ({share:.0%})" for name, share in first)
            parts.append(f"{BY_NAME[each.comparison].phrase}, {each.scenario}: {words}")
    if parts:
        yield (
            "The assumptions that go together most closely with what cutting gains (squared rank correlation, averaged "
            f"over the four outcomes): {'; '.join(parts)}."
        )


def _regret(headline: Headline) -> Iterator[str]:
    table = regrets(headline.batch)
    for scenario in headline.scenarios:
        for choice, among in (("equal cost", "plans of equal cost"), ("all", "all plans, whatever they cost")):
            parts = []
            for counted in COUNTED:
                rows = chosen(table, scenario=scenario, choice=choice, outcome=counted.name)
                parts.append(f"{counted.title}: {_best(rows, counted.name, choice)}")
            yield f"Among {among}, from {since(headline)[scenario]}: {'; '.join(parts)}."
    yield (
        "Regret is how much worse a plan does in a world than the best of those it is compared with; plans of equal cost "
        f"are {listed(ARMS[name].title for name in EQUAL_COST)}. Part of a small regret is luck."
    )


def _best(rows: pd.DataFrame, outcome: str, choice: str) -> str:
    counted, rows = BY_OUTCOME[outcome], rows.dropna(subset=["mean_regret"])
    if rows.empty:
        return "no world could be compared"
    rows = rows.sort_values("mean_regret", kind="stable")
    told = rows if choice == "equal cost" else rows.head(1)
    words = [
        f"“{ARMS[row['plan']].title}” {counted.number(row['mean_regret'])} ({counted.number(row['regret_90'])}; "
        f"{percent(row['best'])})" for row in told.to_dict("records")
    ]  # fmt: skip
    return f"mean regret (in the worst tenth of worlds at least; best in) {', '.join(words)}"


def _stays(headline: Headline, checks: Checked) -> Iterator[str]:
    if checks.table.empty:
        yield "No check was run."
        return
    changed = [
        f"{BY_NAME[name].phrase}, from {since(headline)[scenario]}: {one} as stated, {other} with {check}"
        for (scenario, check, name), (one, other) in checks.verdicts.items() if one != other
    ]  # fmt: skip
    asked = f"{checks.worlds} of the worlds ran again with {listed(CHECKS)}"
    if changed:
        yield f"Not everywhere. {asked}. The verdict on all outcomes changes for {'; '.join(changed)}."
    else:
        yield f"Yes. {asked}, and no verdict on all outcomes changes."
    table = checks.table
    kept, total = int(table["stays"].sum()), len(table)
    pairs = zip(table["stated_class"], table["then_class"], strict=True)
    turned = sum({"lower", "higher"} == set(pair) for pair in pairs)
    told = int(from_luck(table["adjusted_p"]).sum())
    yield (
        f"Of {total} means over worlds (comparisons, outcomes and checks) {kept} keep their sign and size class (lower or "
        f"higher by at least the smallest relevant effect, or small), {turned} turn from lower to higher or back; {told} "
        "differ by more than worlds vary by chance. Each is listed below."
    )


def _doubts(headline: Headline) -> Iterator[str]:
    if headline.batch.design.members:
        parts = []
        for scenario in headline.scenarios:
            for comparison in COMPARISONS:
                one, other = (headline.verdict(scenario, comparison.name, source) for source in (BOX, ENSEMBLE))
                if one != other:
                    parts.append(
                        f"{comparison.phrase}, from {since(headline)[scenario]}, {DOES[other]} (in the box: {DOES[one]})"
                    )
        same = "The members of the ensemble, which hardly differ in what links do, give the same verdicts."
        yield f"The members of the ensemble say otherwise in places: {'; '.join(parts)}." if parts else same
    means = headline.means[(headline.means["source"] == BOX) & headline.means["assumptions"].notna()]
    if len(means):
        yield (
            f"Luck is large: the assumptions explain {percent(means['assumptions'].median())} of the variance of a "
            "difference between two single runs (the median over comparisons and outcomes), so that the verdict on one "
            f"world is weak with {headline.batch.design.seeds} seeds."
        )
    yield (
        "The worlds fill a box whose sides are assumptions, not measurements: shares of worlds are no probabilities. "
        "Nobody cut these links for long in the years that reports cover, so that no report says what cutting does. "
        "Another box, horizon or scenario may say something else."
    )


def _table(headline: Headline, checks: Checked) -> Iterator[str]:
    if checks.table.empty:
        yield "No check was run."
    for scenario in headline.scenarios if len(checks.table) else ():
        lines = [f"From {since(headline)[scenario]}, mean over {checks.worlds} worlds:", ""]
        there = list(dict.fromkeys(checks.table["check"]))
        lines += [f"| comparison | outcome | as stated | {' | '.join(there)} |", f"|---|---|---|{'---|' * len(there)}"]
        for comparison in COMPARISONS:
            for counted in COUNTED:
                rows = chosen(checks.table, scenario=scenario, comparison=comparison.name, outcome=counted.name)
                first = rows.iloc[0]
                cells = [f"{first['stated_class']}, {counted.number(first['stated_difference'], True)}"]
                for row in rows.to_dict("records"):
                    size = counted.number(row["then_difference"], True)
                    cells.append(f"stays, {size}" if row["stays"] else f"**{row['then_class']}**, {size}")
                lines.append(f"| {comparison.phrase} | {counted.title} | {' | '.join(cells)} |")
        yield "\n".join(lines)
