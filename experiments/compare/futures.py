"""Policies in futures where the stated values are wrong: every policy at points drawn from the ranges of all parameters.

Point and luck of draw k are the same under all policies, so that regrets are within futures. What comes of it: how each
policy does at its worst, which one each rule of choice would pick, which assumption turns the ranking of two policies,
and what it would be worth to know it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.batch.manifest import describe
from experiments.batch.run import Run, RunOutcome, execute
from experiments.batch.store import Store
from experiments.compare.comparison import Plan
from experiments.compare.findings import HEADLINES
from experiments.measures.matrix import by_seed
from experiments.measures.robustness import choices, flips, partial_information, payoff, perfect_information, robustness
from experiments.points.draws import drawn, drawn_parameters, fitted_words
from model.record import OUTCOMES
from model.scenario.schema import Policy

DRAWN = "points drawn (Latin hypercubes) from the ranges of all"
GIVEN = "members of a posterior ensemble, those that reports do not refute, in which vary"
MOST_NAMED = 3  # factors that are named of one outcome
Progress = Callable[[int, int, RunOutcome | None], None]


@dataclass(frozen=True)
class Futures:
    """What came of it. `runs`: a row a run, its seed the number of its draw; `factors`: (draws, parameters drawn)."""

    runs: pd.DataFrame
    factors: pd.DataFrame
    policies: dict[str, Policy]
    baseline: str
    source: str = DRAWN
    note: str = ""  # of an ensemble: what was fitted, and what it gets wrong


@dataclass(frozen=True)
class Found:
    """What the futures say of one outcome: robustness by policy, the choice of each rule, what knowing would be worth."""

    outcome: str
    table: pd.DataFrame
    choices: dict[str, str]
    information: float
    worth: pd.Series
    turns: dict[str, pd.DataFrame]  # policy -> factors that decide whether it is ahead of the baseline


def runs_of(batch: Plan, points: Sequence[Mapping[str, float]]) -> list[Run]:
    """Return every policy of a comparison at every point, future by future; what the user overrides is not drawn."""
    stated = [runs[0] for runs in batch.runs.values()]
    return [
        Run(run.scenario, run.policy, dict(point) | dict(run.overrides), seed=draw)
        for draw, point in enumerate(points)
        for run in stated
    ]


def explore(
    batch: Plan,
    draws: int,
    out: Path,
    jobs: int = 1,
    progress: Progress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
    source: str = "",
) -> Futures:
    """Run what `out` does not hold yet and return all of it; resumable like a comparison.

    `source`: what futures are drawn from, see `points/draws.py`: the declared ranges, or a posterior ensemble.

    Raises StoreError where `out` holds other results, UserError where `source` is no ensemble, OSError.
    """
    futures = [drawn(draw, source) for draw in range(draws)]
    runs, stated = runs_of(batch, futures), {name: each[0].composed for name, each in batch.runs.items()}
    store = Store(out)
    store.begin(describe("batch", stated, range(len(futures)), command), fresh)
    stored = store.finished()
    waiting = [run for run in runs if run.run_hash not in stored]
    done, report = len(runs) - len(waiting), progress or (lambda done, total, outcome: None)
    report(done, len(runs), None)
    try:
        for outcome in execute(waiting, jobs):
            store.add(outcome)
            done += 1
            report(done, len(runs), outcome)
    finally:
        store.combine()
    factors = pd.DataFrame(futures, columns=list(drawn_parameters(source)))
    policies = {name: scenario.policy for name, scenario in stated.items()}
    found_runs = store.read("runs", [run.run_hash for run in runs])
    return Futures(found_runs, factors, policies, batch.baseline, GIVEN if source else DRAWN, fitted_words(source))


def found(futures: Futures) -> list[Found]:
    """Return what the futures say of each outcome counted that has a better direction."""
    factors = futures.factors.loc[:, futures.factors.nunique() > 1]
    answers = []
    for outcome in HEADLINES:
        better = OUTCOMES[outcome].better
        payoffs = payoff(by_seed(futures.runs, list(futures.policies), outcome), better).dropna()
        if not better or len(payoffs) < 2:
            continue
        table = robustness(payoffs)
        turns = {
            str(policy): flips(payoffs[policy] - payoffs[futures.baseline], factors)
            for policy in payoffs
            if policy != futures.baseline
        }
        told = list(dict.fromkeys(name for each in turns.values() for name in each.loc[each["told"], "factor"]))
        worth = partial_information(payoffs, factors[told]) if told else pd.Series(dtype=float)
        answers.append(Found(outcome, table, choices(table), perfect_information(payoffs), worth, turns))
    return answers


def sentences(futures: Futures, answers: Sequence[Found]) -> list[str]:
    """Say in words which assumption turns a ranking; that none could be shown to, where that is so."""
    base = futures.policies[futures.baseline].title
    lines = [
        f"{_capital(OUTCOMES[answer.outcome].meaning)}: whether “{futures.policies[policy].title}” beats “{base}” turns on "
        f"{row['factor']}: ahead in {row['low']:.0%} of the futures in the lowest third of its range, in {row['high']:.0%} "
        "of those in the highest."
        for answer in answers
        for policy, table in answer.turns.items()
        for row in table[table["told"] & table["flips"]].head(MOST_NAMED).to_dict("records")
    ]
    return lines or [
        f"In these {len(futures.factors)} futures no single assumption could be shown to turn the ranking of a policy "
        f"against “{base}” on any outcome counted."
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
