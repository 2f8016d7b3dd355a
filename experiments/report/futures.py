"""The part of a report on futures where the stated values are wrong: sentences, and a table an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.measures.evidence import Evidence
from experiments.measures.futures import Across, Beside, Futures, beside
from experiments.measures.numbers import NumberFormat, number, percent
from model.record import OUTCOMES

MOST_NAMED = 3  # factors that are named of one outcome
RULES = {
    "mean": "best on average", "maximin": "best at its worst", "minimax_regret": "smallest largest regret",
    "satisficing": "most often satisfactory",
}  # fmt: skip


@dataclass(frozen=True)
class AcrossRow:
    """A policy across futures: its title, and its numbers as text."""

    policy: str
    cells: list[str]


@dataclass(frozen=True)
class AcrossTable:
    """An outcome across futures: which policy a rule would choose, what knowing would be worth, a row a policy."""

    label: str
    unit: str
    futures: int
    choices: str
    information: str
    worth: list[str]
    rows: list[AcrossRow]
    beside: list[AcrossRow]  # the difference as stated beside that over futures


@dataclass(frozen=True)
class FuturesPart:
    """What the report says of futures."""

    count: int
    factors: int
    seeds: int
    source: str
    note: str
    sentences: list[str]
    tables: list[AcrossTable]


def futures_part(futures: Futures, evidence: Evidence) -> FuturesPart:
    """Return what becomes of the policies in other futures, and of their differences in the runs as stated."""
    found = beside(evidence, futures)
    return FuturesPart(
        count=len(futures.factors),
        factors=len(futures.factors.columns),
        seeds=1 + len(futures.again),
        source=futures.source,
        note=futures.note,
        sentences=sentences(futures),
        tables=[_table(futures, each, evidence.formats[each.outcome], found) for each in futures.across],
    )


def sentences(futures: Futures) -> list[str]:
    """Say in words which assumptions reverse a ranking, or that none detectably does."""
    base = futures.policies[futures.baseline].heading
    lines = [
        f"{_capital(OUTCOMES[each.outcome].meaning)}: whether “{futures.policies[policy].heading}” beats “{base}” "
        f"depends on {row['factor']}. The first is ahead in {percent(row['low'])} of the futures where that is in the "
        f"lowest third of its range, and in {percent(row['high'])} where it is in the highest third."
        for each in futures.across
        for policy, table in each.turns.items()
        for row in table[table["decisive"] & table["flips"]].head(MOST_NAMED).to_dict("records")
    ]
    return lines or [
        f"In these {len(futures.factors)} futures no single assumption detectably reverses the ranking of a policy "
        f"against “{base}” on any counted outcome."
    ]


def beside_cells(found: Beside) -> list[str]:
    """Return the difference as stated and its interval; median and range over futures; share better; what it is
    distinguishable from; share of its variance that is from parameters.
    """
    effect, spread = found.effect, found.spread
    stated, middle = (number(value, signed=True) for value in (effect.difference, spread.median))
    interval, span = (f"[{number(each.low)}, {number(each.high)}]" for each in (effect, spread))
    return [
        f"{stated} {interval}", f"{middle} {span}", percent(spread.better), found.distinguishable,
        percent(spread.split.share),
    ]  # fmt: skip


def _table(
    futures: Futures, across: Across, written: NumberFormat, found: Mapping[tuple[str, str], Beside]
) -> AcrossTable:
    title = {name: policy.heading for name, policy in futures.policies.items()}
    better = OUTCOMES[across.outcome].better  # payoffs are outcomes with this sign
    return AcrossTable(
        label=OUTCOMES[across.outcome].meaning,
        unit=written.unit,
        futures=int(across.table["futures"].iloc[0]),
        choices=choices_words(across.choices, {name: f"“{words}”" for name, words in title.items()}),
        information=written.amount(across.information),
        worth=[f"{name} {written.number(value)}" for name, value in across.worth.head(MOST_NAMED).items() if value > 0],
        rows=[
            AcrossRow(title[str(policy)], [
                *(written.number(better * row[name]) for name in ("mean", "worst")),
                *(written.number(row[name]) for name in ("mean_regret", "regret_90", "worst_regret")),
                *(percent(row[name]) for name in ("satisfices", "best")),
            ])
            for policy, row in zip(across.table.index, across.table.to_dict("records"), strict=True)
        ],
        beside=[
            AcrossRow(title[policy], beside_cells(each))
            for (policy, outcome), each in found.items() if outcome == across.outcome
        ],
    )  # fmt: skip


def choices_words(choices: dict[str, str], titles: dict[str, str]) -> str:
    """Return which policy each rule of choice would choose, as in `best on average: “Strike the core”; ...`."""
    return "; ".join(f"{RULES[rule]}: {titles[policy]}" for rule, policy in choices.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
