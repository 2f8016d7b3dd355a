"""The tables of a comparison's report: outcomes by policies, regret, policies against one another, how sure numbers are."""

from dataclasses import dataclass

from experiments.measures.evidence import COUNTED, MAIN, PRECISION, Effect, Evidence
from experiments.measures.matrix import tally
from experiments.measures.numbers import NONE, NumberFormat, number, percent
from experiments.report.units import unit_words
from model.record import OUTCOMES

MARKS = {"better": "better", "worse": "worse", "changed": "differs", "same": ""}
AGGREGATES = {"end": "at the end", "sum": "in all", "mean": "mean over weeks", "max": "largest"}
BETTER = {-1: "less is better", 0: "", 1: "more is better"}


@dataclass(frozen=True)
class Cell:
    """A policy's difference from the baseline on an outcome, as text."""

    verdict: str
    difference: str
    interval: str
    mark: str


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome: its name, unit, better direction, the baseline's mean, and a cell for each other policy."""

    label: str
    unit: str
    better: str
    baseline: str
    cells: list[Cell]


@dataclass(frozen=True)
class OutcomeTable:
    """A table of outcomes by policies; `open` where the page shows it at once."""

    title: str
    open: bool
    rows: list[OutcomeRow]


@dataclass(frozen=True)
class TextRow:
    """A row of text: what it is of, a second line in small type, and its cells."""

    label: str
    unit: str
    cells: list[str]


@dataclass(frozen=True)
class PrecisionRow:
    """A difference with both intervals and the seeds that it takes, as text."""

    label: str
    unit: str
    policy: str
    difference: str
    student: str
    bca: str
    seeds: str


@dataclass(frozen=True)
class PrecisionTable:
    """How many seeds the wanted precision takes: for how many differences there are enough, of how many, and at most."""

    wanted: str
    enough: int
    of: int
    most: str
    rows: list[PrecisionRow]


@dataclass(frozen=True)
class StandingRow:
    """How a policy stands: on the front or not, in which share of resamples, and against each other policy."""

    name: str
    front: str
    share: str
    cells: list[str]


def tables(evidence: Evidence) -> list[OutcomeTable]:
    """Return the tables of outcomes by policies: the main outcomes first, then the others."""
    others = [name for name in OUTCOMES if name not in MAIN]
    return [
        OutcomeTable("Main outcomes", True, [_outcome_row(evidence, name) for name in MAIN]),
        OutcomeTable("All other outcomes", False, [_outcome_row(evidence, name) for name in others]),
    ]


def _outcome_row(evidence: Evidence, name: str) -> OutcomeRow:
    outcome, written = OUTCOMES[name], evidence.formats[name]
    return OutcomeRow(
        label=outcome.meaning,
        unit=", ".join(word for word in (unit_words(name, written), AGGREGATES[outcome.aggregate]) if word),
        better=BETTER[outcome.better],
        baseline=written.number(evidence.means[evidence.baseline, name]),
        cells=[_cell(evidence.effects[policy, name], written) for policy in evidence.others],
    )


def _cell(effect: Effect, written: NumberFormat) -> Cell:
    arrow = "" if effect.verdict == "same" else " ▼" if effect.difference < 0 else " ▲"
    return Cell(
        verdict=effect.verdict,
        difference=written.signed(effect.difference) + arrow,
        interval=written.interval(effect.low, effect.high),
        mark=MARKS[effect.verdict],
    )


def regrets(evidence: Evidence) -> list[TextRow]:
    """Return mean regrets by policy on the outcomes counted: how far each falls short of the best policy of each seed."""
    return [
        TextRow(
            OUTCOMES[name].meaning,
            unit_words(name, evidence.formats[name]),
            [evidence.formats[name].number(evidence.regrets[policy, name]) for policy in evidence.policies],
        )
        for name in COUNTED
    ]


def effort(evidence: Evidence) -> str:
    """Say whether the policies cost the same."""
    base, unequal = evidence.means[evidence.baseline, "effort_spent"], evidence.unequal_effort
    if base != base:
        return ""
    if not unequal:
        return f"All policies spend the same allied effort ({base:,.0f} weeks of the leading ally's)."
    words = "; ".join(f"{evidence.title(policy)} {value:,.0f}" for policy, value in unequal.items())
    if base and not any(map(evidence.cost, unequal)):
        return (
            f"All policies spend about the same allied effort: the baseline {base:,.0f} weeks of the leading ally's, "
            f"{words}. Allies decide how much they bring by threat and weariness."
        )
    return (
        f"Not all policies spend the same allied effort: the baseline spends {base:,.0f} weeks of the leading ally's, "
        f"but {words}. Where costs differ, cost alone may explain a difference in results."
    )


def standings(evidence: Evidence) -> list[StandingRow]:
    """Return every policy against every other on the outcomes counted, and how surely nothing dominates it."""
    return [
        StandingRow(
            name=evidence.heading(policy),
            front="yes" if standing.on_front else "no",
            share=percent(standing.share),
            cells=[_contest(evidence, policy, other) for other in evidence.policies],
        )
        for policy, standing in evidence.standings.items()
    ]


def _contest(evidence: Evidence, policy: str, other: str) -> str:
    if policy == other:
        return ""
    better, worse = tally(evidence.contests, policy, other)
    return f"{better} : {worse}"


def precision(evidence: Evidence) -> PrecisionTable:
    """Return both intervals of each difference counted, and how many seeds a wanted precision takes."""
    keys = [(policy, name) for name in COUNTED for policy in evidence.others]
    needed = [evidence.precision[key].seeds_needed for key in keys]
    known = [seeds for seeds in needed if seeds == seeds]
    return PrecisionTable(
        wanted=percent(PRECISION),
        enough=sum(seeds <= len(evidence.seeds) for seeds in known),
        of=len(known),
        most=number(max(known)) if known else NONE,
        rows=[_sure(evidence, *key) for key in keys],
    )


def _sure(evidence: Evidence, policy: str, name: str) -> PrecisionRow:
    effect, sure, written = evidence.effects[policy, name], evidence.precision[policy, name], evidence.formats[name]
    return PrecisionRow(
        policy=evidence.heading(policy),
        label=OUTCOMES[name].meaning,
        unit=unit_words(name, written),
        difference=written.signed(effect.difference),
        student=written.interval(effect.low, effect.high),
        bca=written.interval(sure.bca_low, sure.bca_high),
        seeds=number(sure.seeds_needed),
    )
