"""What a comparison runs: every policy on every seed. Its mistakes are told before anything heavy is imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch.errors import PlanError
from experiments.batch.own_model import model_name
from experiments.batch.run import Run, policy_beside, replicates
from model.scenario import ScenarioError, list_policies, load_scenario
from model.scenario.phases import WITHIN
from model.scenario.plain import plain
from model.scenario.problems import Problem, few

if TYPE_CHECKING:
    from model.simulation import Simulation

BASELINE = "core_only"
SEEDS = 8


@dataclass(frozen=True)
class Plan:
    """What is to be run: the replicates of each policy, by its name, and the policy that others are compared with."""

    runs: dict[str, list[Run]]
    baseline: str

    @property
    def model(self) -> str:
        """The user's own model that runs, by name; "" for the model as shipped."""
        return next((run.model for runs in self.runs.values() for run in runs), "")

    @property
    def in_turn(self) -> list[Run]:
        """All runs, seed by seed, so that a batch that is stopped has as many of each policy."""
        return [run for same_seed in zip(*self.runs.values(), strict=True) for run in same_seed]


def plan(
    scenario: str = "levant_2014",
    policies: Sequence[str] | None = None,
    seeds: int | Sequence[int] = SEEDS,
    overrides: Mapping[str, Any] | None = None,
    baseline: str | None = None,
    model: "str | type[Simulation]" = "",
) -> Plan:
    """Return the runs of a comparison; without `policies` of those that fit, with seeds 0 to `seeds` - 1, or those listed.

    `model`: a subclass of the model, or its name as `module:Class`.

    Those that fit are the scenario's own and the shipped ones that do something in its weeks, or nothing on purpose. The
    baseline is `core_only` if it is among them, else the first. Raises ScenarioError with the problems of all policies,
    PlanError where policies share a name or the baseline is none of them.
    """
    listed, own = _seeds(seeds), model_name(model)
    runs: dict[str, list[Run]] = {}
    problems: list[Problem] = []
    mistakes: list[str] = []
    wrong: list[str] = []  # policies with problems: what they are called is not known
    for policy in dict.fromkeys(fitting(scenario, overrides) if policies is None else policies):
        run = Run(scenario, None if policy is None else policy_beside(scenario, policy), overrides or {}, model=own)
        try:
            name = run.composed.policy.name
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            wrong.append(Path(policy or "").stem)
            continue
        if name in runs:
            mistakes.append(f"two policies are called {name}: {runs[name][0].policy} and {run.policy}; rename one")
        runs[name] = replicates(run, listed)
    chosen = _baseline(runs, baseline)
    if not runs and not wrong:
        mistakes.append("a comparison needs at least one policy")
    elif chosen and chosen not in runs and chosen not in wrong:
        mistakes.append(f"the baseline {chosen} is none of the policies: {', '.join([*runs, *wrong])}")
    _raise(problems, mistakes)
    return Plan(runs, chosen)


def _seeds(seeds: int | Sequence[int]) -> Sequence[int]:
    listed = plain(seeds)
    if isinstance(listed, int):
        if listed < 1:
            raise PlanError(f"the number of seeds must be 1 or more, got {listed}")
        return range(listed)
    if not listed or len(set(listed)) < len(listed):
        raise PlanError(f"a list of seeds must name each once, got {few(map(str, listed))}")
    return [int(seed) for seed in listed]


def _raise(problems: Sequence[Problem], mistakes: Sequence[str]) -> None:
    """Raise what is wrong, if anything is: problems of files, and mistakes of the call."""
    if mistakes:
        told = [problem.message for problem in problems]
        raise PlanError("\n".join(dict.fromkeys([*told, *mistakes])))
    if problems:
        raise ScenarioError(problems)


def _baseline(runs: Mapping[str, list[Run]], wanted: str | None) -> str:
    """Return the policy that others are compared with; a file is meant by its path, too."""
    if wanted is None:
        return BASELINE if BASELINE in runs else next(iter(runs), "")
    paths = {str(each[0].policy): name for name, each in runs.items()}
    return wanted if wanted in runs else paths.get(wanted, Path(wanted).stem if Path(wanted).stem in runs else wanted)


def fitting(scenario: str, overrides: Mapping[str, Any] | None = None) -> list[str | None]:
    """Return the shipped policies that do something in a scenario's weeks, or nothing on purpose; its own if it is another.

    Raises ScenarioError where the scenario itself is wrong.
    """
    own = load_scenario(scenario, overrides=overrides).policy.name
    shipped = [name for name in list_policies() if _fits(scenario, name, overrides)]
    return [*shipped] if own in shipped else [None, *shipped]


def _fits(scenario: str, policy: str, overrides: Mapping[str, Any] | None) -> bool:
    try:
        load_scenario(scenario, policy=policy, overrides=overrides)
    except ScenarioError as error:
        return any(problem.allowed != WITHIN for problem in error.problems)
    return True


def plans(
    scenarios: Sequence[str],
    policies: Sequence[str] | None = None,
    seeds: int | Sequence[int] = SEEDS,
    overrides: Mapping[str, Any] | None = None,
    baseline: str | None = None,
    model: "str | type[Simulation]" = "",
) -> list[Plan]:
    """Return a plan for each scenario; the problems of all are raised together. Raises as `plan` does."""
    batches: list[Plan] = []
    problems: list[Problem] = []
    mistakes: list[str] = []
    for scenario in dict.fromkeys(scenarios):
        try:
            batches.append(plan(scenario, policies, seeds, overrides, baseline, model))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        except PlanError as error:
            mistakes += [line for line in str(error).split("\n") if line not in mistakes]
    _raise(problems, mistakes)
    names = [next(iter(batch.runs.values()))[0].composed.name for batch in batches]
    if len(set(names)) < len(names):
        raise PlanError(f"two scenarios share a name ({', '.join(names)}): rename one")
    if not batches:
        raise PlanError("a comparison needs at least one scenario")
    return batches
