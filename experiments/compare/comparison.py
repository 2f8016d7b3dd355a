"""Policies side by side: every policy meets every seed, and differences from a baseline are taken seed by seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from experiments.batch.errors import PlanError
from experiments.batch.manifest import describe
from experiments.batch.run import Run, RunOutcome, execute, replicates
from experiments.batch.store import Store
from experiments.measures.evidence import Evidence
from model.scenario import ScenarioError, list_policies, load_scenario
from model.scenario.phases import WITHIN

BASELINE = "core_only"
SEEDS = 8
Progress = Callable[[int, int, RunOutcome | None], None]


@dataclass(frozen=True)
class Plan:
    """What is to be run: the replicates of each policy, by its name, and the policy that others are compared with."""

    runs: dict[str, list[Run]]
    baseline: str

    @property
    def in_turn(self) -> list[Run]:
        """All runs, seed by seed, so that a batch that is stopped has as many of each policy."""
        return [run for same_seed in zip(*self.runs.values(), strict=True) for run in same_seed]


def plan(
    scenario: str = "levant_2014",
    policies: Sequence[str] | None = None,
    seeds: int = SEEDS,
    overrides: Mapping[str, Any] | None = None,
    baseline: str | None = None,
) -> Plan:
    """Return the runs of a comparison; without `policies` of those that fit, with seeds 0 to `seeds` - 1.

    Those that fit are the scenario's own and the shipped ones that do something in its weeks, or nothing on purpose. The
    baseline is `core_only` if it is among them, else the first. Raises ScenarioError with the problems of all policies,
    PlanError where policies share a name or the baseline is none of them.
    """
    if seeds < 1:
        raise PlanError(f"the number of seeds must be 1 or more, got {seeds}")
    runs: dict[str, list[Run]] = {}
    problems: list[Any] = []
    for policy in dict.fromkeys(fitting(scenario) if policies is None else policies):
        try:
            replicated = replicates(Run(scenario, policy, overrides or {}), range(seeds))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            continue
        name = replicated[0].composed.policy.name
        if name in runs:
            raise PlanError(f"two policies are called {name}: {runs[name][0].policy} and {policy}; rename one")
        runs[name] = replicated
    if problems:
        raise ScenarioError(problems)
    if not runs:
        raise PlanError("a comparison needs at least one policy")
    chosen = baseline or (BASELINE if BASELINE in runs else next(iter(runs)))
    if chosen not in runs:
        raise PlanError(f"the baseline {chosen} is none of the policies: {', '.join(runs)}")
    return Plan(runs, chosen)


def fitting(scenario: str) -> list[str | None]:
    """Return the shipped policies that do something in a scenario's weeks, or nothing on purpose; its own if it is another.

    Raises ScenarioError where the scenario itself is wrong.
    """
    own = load_scenario(scenario).policy.name
    shipped = [name for name in list_policies() if _fits(scenario, name)]
    return [*shipped] if own in shipped else [None, *shipped]


def _fits(scenario: str, policy: str) -> bool:
    try:
        load_scenario(scenario, policy=policy)
    except ScenarioError as error:
        return any(problem.allowed != WITHIN for problem in error.problems)
    return True


def plans(
    scenarios: Sequence[str],
    policies: Sequence[str] | None = None,
    seeds: int = SEEDS,
    overrides: Mapping[str, Any] | None = None,
    baseline: str | None = None,
) -> list[Plan]:
    """Return a plan for each scenario; the problems of all are raised together. Raises as `plan` does."""
    batches: list[Plan] = []
    problems: list[Any] = []
    for scenario in dict.fromkeys(scenarios):
        try:
            batches.append(plan(scenario, policies, seeds, overrides, baseline))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ScenarioError(problems)
    names = [next(iter(batch.runs.values()))[0].composed.name for batch in batches]
    if len(set(names)) < len(names):
        raise PlanError(f"two scenarios share a name ({', '.join(names)}): rename one")
    if not batches:
        raise PlanError("a comparison needs at least one scenario")
    return batches


def compare(
    batch: Plan,
    out: str | Path,
    jobs: int = 1,
    progress: Progress | None = None,
    fresh: bool = False,
    command: Sequence[str] = (),
) -> Evidence:
    """Run what `out` does not hold yet, store it there, and compare.

    `progress` is called with the number of finished runs, of all runs, and the outcome of the last (None at the start).
    Stopped by Ctrl-C, whole results are left in `out`, and the same call goes on from there. Raises StoreError where
    `out` holds other results (`fresh` replaces them), OSError where it cannot be written.
    """
    started = perf_counter()
    store = Store(out)
    scenarios = {name: runs[0].composed for name, runs in batch.runs.items()}
    seeds = [run.seed for run in batch.runs[batch.baseline]]
    store.begin(describe("batch", scenarios, seeds, command), fresh)
    stored, wanted = store.finished(), batch.in_turn
    waiting = [run for run in wanted
               if run.run_hash not in stored or (run.keep_map and not store.has_map(run.run_hash))]  # fmt: skip
    done = len(wanted) - len(waiting)
    report = progress or (lambda done, total, outcome: None)
    report(done, len(wanted), None)
    try:
        for outcome in execute(waiting, jobs):
            store.add(outcome)
            done += 1
            report(done, len(wanted), outcome)
    finally:
        store.combine()
    return collect(batch, store, perf_counter() - started)


def collect(batch: Plan, store: Store, seconds: float) -> Evidence:
    """Return what a batch shows whose runs are stored."""
    scenarios = {name: runs[0].composed for name, runs in batch.runs.items()}
    hashes = [run.run_hash for runs in batch.runs.values() for run in runs]
    first = {name: replicated[0].run_hash for name, replicated in batch.runs.items()}
    return Evidence(
        scenario=scenarios[batch.baseline],
        policies={name: scenario.policy for name, scenario in scenarios.items()},
        baseline=batch.baseline,
        seeds=[run.seed for run in batch.runs[batch.baseline]],
        runs=store.read("runs", hashes),
        series=store.read("series", hashes),
        events=store.read("events", hashes),
        ends={name: store.map(run_hash) for name, run_hash in first.items() if store.has_map(run_hash)},
        out=store.out,
        seconds=seconds,
    )
