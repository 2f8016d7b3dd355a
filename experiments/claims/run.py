"""Judging claims: make the runs that are not measured yet, then judge from what is stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.batch.engine import OnProgress, Task, run_all
from experiments.batch.manifest import about
from experiments.batch.measured import Key, Value, measured_layout, measured_values
from experiments.batch.outcome import RunData
from experiments.batch.reader import Reader
from experiments.batch.store import Store
from experiments.batch.whole_files import all_below
from experiments.claims.arms import STATED, Condition, base
from experiments.claims.changes import what_would_change
from experiments.claims.claim import Claim, Outcome
from experiments.claims.construction import by_construction
from experiments.claims.counting import Counting
from experiments.claims.judge import DrawShare, Finding, Floats, Judgement, find
from experiments.claims.otherwise import Found, Probes, looked_elsewhere
from experiments.claims.plan import OFF, Extent, Pair, Plan
from experiments.claims.signs import share_of_draws
from experiments.claims.tables import write_tables
from experiments.claims.verdicts import overall, reason, settle, settled
from experiments.measures.language import Measure

LAYOUT = measured_layout("claims")


@dataclass(frozen=True)
class JudgedClaims:
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
    progress: OnProgress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
    tables: Path | None = None,
) -> JudgedClaims:
    """Make the runs that `out` does not hold yet, store what is measured there, and judge the claims.

    The tables of verdicts are written into `tables`, else into `out`. Stopped by Ctrl-C, whole results are left in `out`,
    and the same call resumes. Raises StoreError where `out` holds other results (`fresh` replaces them), is in use or
    cannot be written.
    """
    started, counting = perf_counter(), Counting(progress)
    if extent.by_rule:
        claims = at_first_look(claims)
    manifest = _manifest(claims, extent, command)
    with Store(out, LAYOUT).open(manifest, fresh) as store:
        if extent.by_rule:
            claims = _until_settled(claims, extent, store, jobs, counting)
        plan = Plan(claims, extent)
        tasks = _make(plan, store, jobs, counting, plan if extent.by_rule else None)
        failures = store.failures()
        failed = {str(task.columns["run_hash"]): failures[task.columns["task"]] for task in tasks
                  if task.columns["task"] in failures}  # fmt: skip
        judgements = _Bench(plan, measured_values(store), failed).judgements()
        if extent.otherwise:
            judgements = looked_elsewhere(judgements, extent.ensemble, partial(_probed, claims, store, jobs, counting))
    judgements = {name: replace(each, by_construction=by_construction(each)) for name, each in judgements.items()}
    folder = tables or store.out
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(judgements, extent, folder)
    return JudgedClaims(judgements, manifest, perf_counter() - started, folder)


def at_first_look(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Return claims with the number of seeds of the first look, where their ledger has a stopping rule."""
    return {
        name: claim.model_copy(update={"seeds": claim.rules.seeds.looks[0]}) if claim.rules.seeds else claim
        for name, claim in claims.items()
    }


def _until_settled(
    given: Mapping[str, Claim], extent: Extent, store: Store, jobs: int, counting: Counting
) -> dict[str, Claim]:  # fmt: skip
    """Return the claims with the seeds at which each is settled as stated, or with those of the last look."""
    claims = dict(given)
    stated = replace(extent, draws=0, rivals=False, off=False)
    waiting = {name for name, claim in claims.items() if claim.rules.seeds}
    most: Plan | None = None
    while waiting:
        most = Plan(at_last_look(claims, waiting), extent, most)
        plan = Plan(claims, stated, most)
        _make(plan, store, jobs, counting, most, bound=True)
        for name, judgement in _Bench(plan, measured_values(store), {}).judgements().items():
            rule = claims[name].rules.seeds
            after = rule.after(claims[name].seeds) if rule else None
            if name in waiting and (after is None or all(settled(finding) for finding in judgement.findings)):
                waiting.discard(name)
            elif name in waiting:
                claims[name] = claims[name].model_copy(update={"seeds": after})
    return claims


def at_last_look(claims: Mapping[str, Claim], waiting: Collection[str]) -> dict[str, Claim]:
    """Return claims of which those that wait have the number of seeds of the last look, the most that they may need."""
    return {
        name: claim.model_copy(update={"seeds": claim.rules.seeds.looks[-1]})
        if name in waiting and claim.rules.seeds
        else claim
        for name, claim in claims.items()
    }


def _make(
    plan: Plan, store: Store, jobs: int, counting: Counting, whole: Plan | None = None, bound: bool = False
) -> list[Task[RunData]]:
    """Make the runs of a plan that are not stored; return them. `whole`: all that there are, or may be if it is a bound."""
    known = measured_values(store)
    tasks = plan.tasks(known)
    if whole is not None:
        counting.expect(whole.runs, whole.stored(known), bound)
    run_all(tasks, store, jobs, counting, plan.stored(known))
    return tasks


def _probed(
    claims: Mapping[str, Claim], store: Store, jobs: int, counting: Counting, probes: Probes
) -> Found:  # fmt: skip
    """Make the runs of claims at their points, and judge all points together."""
    plan = Plan({name: claims[name] for name in probes.points}, probes)
    _make(plan, store, jobs, counting, plan)
    return _Bench(plan, measured_values(store), {}).settled(lambda condition: True)


class _Bench:
    """Judges claims from stored values. `failed`: error and repeating command of runs that failed, by run hash."""

    def __init__(self, plan: Plan, values: Mapping[Key, Value], failed: Mapping[str, tuple[str, str]]) -> None:
        self.plan, self.values, self.failed = plan, values, failed

    def judgements(self) -> dict[str, Judgement]:
        """Judge all claims. What is stated is one family of tests, rival findings are another, ablations a third."""
        stated = self.settled(lambda condition: condition == STATED)
        rivals = self.settled(lambda condition: bool(condition.rival))
        off = self.settled(lambda condition: condition.off)
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
                reason=reason(findings), failures=self._failures(claim),
            )  # fmt: skip
        return judged

    def settled(self, belongs: Callable[[Condition], bool]) -> dict[str, dict[Condition, list[Finding]]]:
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
        return find(claim, outcome, *self._values(claim, outcome, pairs), self.plan.extent.share(claim))

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
        return np.array([self.values.get((each, measure.text, claim.weeks), np.nan) for each in hashes])

    def _failures(self, claim: Claim) -> list[str]:
        """Return the runs of a claim that failed, with the command that repeats each."""
        lines = []
        for (name, arm, condition, seed), run_hash in self.plan.hashes.items():
            if name == claim.id and run_hash in self.failed:
                error, repeat = self.failed[run_hash]
                lines.append(f"{arm}, seed {seed}, {condition.label}: {error}; again: {repeat}")
        return lines


def runs_left(plan: Plan, out: Path) -> tuple[int, int, float]:
    """Return how many runs a plan needs, how many of them a folder lacks, and the seconds that these take on one process.

    Seconds are those of the folder's runs of the same scenario, else of all its runs; nan where it has none. Raises
    StoreError where the folder is damaged.
    """
    paths = [path for path in all_below(out) if path.name == "runs.parquet"]
    if not paths:
        return plan.runs, plan.runs, float("nan")
    tasks = plan.tasks(measured_values(Reader(out, LAYOUT)))
    stored = [table for path in paths for table in Reader(path.parent, LAYOUT).columns(["scenario", "wall_seconds"])]
    runs = pa.concat_tables(stored).to_pandas()
    pace, any_pace = runs.groupby("scenario")["wall_seconds"].mean(), float(runs["wall_seconds"].mean())
    return plan.runs, len(tasks), sum(float(pace.get(task.columns["scenario"], any_pace)) for task in tasks)


def _manifest(claims: Mapping[str, Claim], extent: Extent, command: Sequence[str]) -> dict[str, Any]:
    """Return what the folder says of itself."""
    scenarios = {(claim.scenario, claim.policy) for claim in claims.values()}
    return about(LAYOUT.kind, command) | {
        "claims": {name: claim.model_dump(mode="json", by_alias=True) for name, claim in claims.items()},
        "extent": vars(extent),
        "digests": {f"{scenario} {policy or ''}".strip(): base(scenario, policy).digest for scenario, policy in scenarios},
    }  # fmt: skip
