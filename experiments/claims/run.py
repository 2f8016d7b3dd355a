"""Judging claims: make the runs that are not measured yet, then judge from what is stored."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from experiments.batch.manifest import about
from experiments.batch.workers import WorkerDied, supervised
from experiments.claims.arms import STATED, Condition, Task, base
from experiments.claims.changes import what_would_change
from experiments.claims.claim import Claim, Outcome
from experiments.claims.judge import DrawShare, Finding, Floats, Judgement, find, overall, settle, share_of_draws
from experiments.claims.plan import OFF, Extent, Pair, Plan
from experiments.claims.results import KIND, Answer, Measured
from experiments.claims.tables import write_tables
from experiments.measures.language import Measure, evaluate

Progress = Callable[[int, int, int], None]  # runs made, runs to make, runs that failed


@dataclass(frozen=True)
class Ledgered:
    """Judged claims by id, in the ledger's order; `out`: the folder of their tables."""

    judgements: dict[str, Judgement]
    manifest: dict[str, Any]
    seconds: float
    out: Path


def judge_claims(
    claims: Mapping[str, Claim],
    extent: Extent,
    out: str | Path,
    jobs: int = 1,
    progress: Progress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
    tables: Path | None = None,
) -> Ledgered:
    """Make the runs that `out` does not hold yet, store what is measured there, and judge the claims.

    The tables of verdicts are written into `tables`, else into `out`. Stopped by Ctrl-C, whole results are left in
    `out`, and the same call goes on from there. Raises StoreError where `out` holds results of another kind (`fresh`
    replaces earlier values of claims), OSError where it cannot be written.
    """
    started = perf_counter()
    store = Measured(out)
    store.begin(fresh)
    plan = Plan(claims, extent)
    manifest = _manifest(plan, command)
    store.write_manifest(manifest)
    measure_all(plan.tasks(store.values), store, jobs, progress or (lambda done, total, failed: None))
    judgements = _Bench(plan, store).judgements()
    folder = tables or store.out
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(judgements, extent, folder)
    return Ledgered(judgements, manifest, perf_counter() - started, folder)


def measure_all(tasks: Sequence[Task], store: Measured, jobs: int, progress: Progress) -> None:
    """Measure every task and store what came of it; what is measured when this is stopped is stored too."""
    progress(0, len(tasks), 0)
    try:
        for done, (task, answer) in enumerate(_answers(tasks, jobs), start=1):
            store.add(task, answer)
            progress(done, len(tasks), len(store.failures))
    finally:
        store.combine()


def _answers(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Answer]]:
    if jobs == 1:
        for task in tasks:
            yield task, measure_one(task)
        return
    for task, answer in supervised(measure_one, tasks, jobs):
        yield task, Answer(error=str(answer)) if isinstance(answer, WorkerDied) else answer


def measure_one(task: Task) -> Answer:
    """Run and measure, in a process of its own. A run that fails is an answer with its error, never an exception."""
    started = perf_counter()
    try:
        from model.simulation import Simulation

        scenario = replace(task.run).composed  # a copy's: the tasks outlive their runs, and would keep every scenario
        simulation = Simulation(scenario, seed=task.run.seed)
        result = simulation.run()
        values = tuple(evaluate(measure, result, horizon) for measure, horizon in task.wanted)
        del simulation.state, simulation.record  # agents and model refer to each other: free the arrays now
        return Answer(values, seconds=perf_counter() - started)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        words = " ".join(f"{type(error).__name__}: {error}".split())
        return Answer(
            error=f"{words} ({Path(frame.filename).name}, line {frame.lineno})", seconds=perf_counter() - started
        )


class _Bench:
    """Judges claims from stored values."""

    def __init__(self, plan: Plan, store: Measured) -> None:
        self.plan, self.store = plan, store

    def judgements(self) -> dict[str, Judgement]:
        """Judge all claims. What is stated is one family of tests, rival findings are another, ablations a third."""
        stated = self._settled(lambda condition: condition == STATED)
        rivals = self._settled(lambda condition: bool(condition.rival))
        off = self._settled(lambda condition: condition.off)
        judged = {}
        for name, claim in self.plan.claims.items():
            findings = stated[name][STATED]
            under = {condition.rival: found for condition, found in rivals[name].items()}
            ablated = off[name].get(OFF, [])
            rival_verdicts = {rival: overall(found) for rival, found in under.items()}
            draws = self._draws(claim)
            judged[name] = Judgement(
                claim=claim, verdict=overall(findings), findings=findings, under=under, rival_verdicts=rival_verdicts,
                off=ablated, off_verdict=overall(ablated) if ablated else "", draws=draws,
                changes=what_would_change(claim, findings, rival_verdicts, draws, self.plan.extent.ensemble),
                failures=self._failures(claim),
            )  # fmt: skip
        return judged

    def _settled(self, belongs: Callable[[Condition], bool]) -> dict[str, dict[Condition, list[Finding]]]:
        """Return the findings of all claims under the conditions that belong to one family of tests."""
        places = [
            (name, condition, self._found(claim, outcome, condition))
            for name, claim in self.plan.claims.items()
            for condition in self.plan.extent.conditions(claim) if belongs(condition)
            for outcome in claim.outcomes
        ]  # fmt: skip
        settled: dict[str, dict[Condition, list[Finding]]] = {name: {} for name in self.plan.claims}
        for (name, condition, _), finding in zip(places, settle([found for *_, found in places]), strict=True):
            settled[name].setdefault(condition, []).append(finding)
        return settled

    def _found(self, claim: Claim, outcome: Outcome, condition: Condition) -> Finding:
        pairs = self.plan.extent.pairs(claim, outcome, condition)
        return find(claim, outcome, *self._values(claim, outcome, pairs))

    def _draws(self, claim: Claim) -> list[DrawShare]:
        pairs = self.plan.extent.drawn()
        if not pairs:
            return []
        return [share_of_draws(claim, outcome, *self._values(claim, outcome, pairs)) for outcome in claim.outcomes]

    def _values(
        self, claim: Claim, outcome: Outcome, pairs: Sequence[Pair]
    ) -> tuple[dict[str, Floats], dict[str, Floats] | None]:
        """Return arm -> value of each pair, of the measure and of the second one."""
        first = {arm: self._column(claim, outcome.measure, arm, pairs) for arm in claim.weights(outcome)}
        if outcome.second is None:
            return first, None
        return first, {arm: self._column(claim, outcome.second, arm, pairs) for arm in first}

    def _column(self, claim: Claim, measure: Measure, arm: str, pairs: Sequence[Pair]) -> Floats:
        hashes = [self.plan.hashes[claim.id, arm, condition, seed] for condition, seed in pairs]
        return np.array([self.store.values.get((each, measure.text, claim.weeks), np.nan) for each in hashes])

    def _failures(self, claim: Claim) -> list[str]:
        """Return the runs of a claim that failed, with the command that repeats each."""
        lines = []
        for (name, arm, condition, seed), run_hash in self.plan.hashes.items():
            failure = self.store.failures.get(run_hash)
            if name == claim.id and failure is not None:
                lines.append(f"{arm}, seed {seed}, {condition.label}: {failure.error}; again: {failure.repeat}")
        return lines


def _manifest(plan: Plan, command: Sequence[str]) -> dict[str, Any]:
    """Return what the folder says of itself."""
    scenarios = {(claim.scenario, claim.policy) for claim in plan.claims.values()}
    return about(KIND, command) | {
        "claims": {name: claim.model_dump(mode="json", by_alias=True) for name, claim in plan.claims.items()},
        "extent": vars(plan.extent),
        "digests": {f"{scenario} {policy or ''}".strip(): base(scenario, policy).digest for scenario, policy in scenarios},
    }  # fmt: skip
