"""Which conclusion survives what, and how much the fit narrows each: the runs, fixed before their results were seen.

**Conclusions** are pairs of policies (`PAIRS`) times outcomes (`OUTCOMES`): cutting links *instead of* strikes, the essay's
proposal *on top of* the campaign, the same at equal cost, and cutting alone against doing nothing. Outcomes are those of
the core, of the groups that were provinces at the start whatever they call themselves later (so that a policy that only
takes a label away gains nothing), attacks abroad, and deaths.

**Scenario** is essay_2016, not June 2014, where there is no province whose links could be cut, and not levant_history
prolonged: there the settings that a policy states once for all phases would change 2014 and 2015 too, and each draw would
start from another 2016. So all draws start from the same reported state; what the fit says of that state is not counted.

**Conditions** (`conditions`) change one thing at a time: the resolution of the map, the form of territory, each rival
finding, each channel of links at weight 0 and at double its weight (at most the high end of its range).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.history.measured_runs import MeasuredRuns, Values, number, run_at
from experiments.measures.statistics import Floats
from experiments.points.ensemble import Ensemble
from experiments.points.ranges import declared, hypercube, point
from model.scenario.declarations import declarations
from model.scenario.schema import RESOLUTIONS
from model.state import CHANNELS

if TYPE_CHECKING:
    from model.record import Result

KIND = "structure"
SCENARIO = "essay_2016"
PAIRS = {  # (policy, what it is compared with): how it changes the effort
    ("sever_links", "core_only"): "instead",
    ("essay", "core_only"): "on top",
    ("essay_equal_cost", "core_only"): "at equal cost",
    ("cut_only", "no_intervention"): "alone",
}
POLICIES = tuple(dict.fromkeys(policy for pair in PAIRS for policy in pair))
OUTCOMES = (
    "people_core", "cohort_people", "cohort_area", "cohort_fighters", "cohort_attacks", "attacks_international", "deaths",
)  # fmt: skip
REFERENCE, FITTED, PRIOR = "reference", "draws of the ensemble", "draws of the prior"
RESOLUTION, FORM, RIVAL, CHANNEL = "resolution", "form of territory", "rival finding", "channel of links"
DOUBLE = 2.0
PRIOR_SEED, NEXT_SEED = 15, 10_000  # of the sampling of the prior; between the seeds of one draw


@dataclass(frozen=True)
class Extent:
    """How much is run: members under each condition; draws of prior and ensemble with seeds each; weeks of a run."""

    members: int = 10
    draws: int = 36
    seeds: int = 2
    weeks: int = 104

    def __post_init__(self) -> None:
        for name, least in (("members", 3), ("draws", 3), ("seeds", 2), ("weeks", 1)):
            if getattr(self, name) < least:
                raise PlanError(f"{name} must be {least} or more, got {getattr(self, name)}")

    @property
    def runs(self) -> int:
        """How many runs there are in all."""
        return len(POLICIES) * (len(conditions()) * self.members + 2 * self.draws * self.seeds)


@dataclass(frozen=True)
class Condition:
    """One thing that is changed. `settings`: of scenario and mechanisms; `values`: of parameters and rival findings;
    `doubled`: parameters at double their weight.
    """

    kind: str
    settings: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()

    def changes(self, member: Mapping[str, float]) -> dict[str, object]:
        """Return a member's values as this condition has them: its own weights doubled, the declared ones if not fitted."""
        doubled = {
            name: min(DOUBLE * member.get(name, declared(name).value), declared(name).high) for name in self.doubled
        }
        return {**member, **self.values, **doubled}


def conditions() -> dict[str, Condition]:
    """Return all conditions by name, the reference first."""
    scenario, form = Run(SCENARIO).composed, "territory.form"
    found = {REFERENCE: Condition(REFERENCE)}
    for degrees in RESOLUTIONS:
        if degrees != scenario.resolution:
            found[f"{degrees:g} degrees"] = Condition(RESOLUTION, {"resolution": degrees})
    for option in declarations().mechanisms[form].options:
        if option != scenario.mechanisms[form]:
            found[f"{form} {option}"] = Condition(FORM, {f"mechanisms.{form}": option})
    for name in declarations().rivals:
        found[f"rivals.{name}"] = Condition(RIVAL, values={f"rivals.{name}": True})
    return found | _channels()


def _channels() -> dict[str, Condition]:
    weights = tuple(f"links.{name}" for name in CHANNELS)
    found = {}
    for name in (each for each in weights if each != "links.orders"):  # orders that ask for nothing change nothing
        found[f"{name} 0"] = Condition(CHANNEL, values={name: 0.0})
        found[f"{name} double"] = Condition(CHANNEL, doubled=(name,))
    for asked, words in ((1.0, "cruelty"), (-1.0, "restraint")):
        found[f"links.orders for {words}"] = Condition(
            CHANNEL, values={"links.escalation": asked}, doubled=("links.orders",)
        )
    found["all channels 0"] = Condition(CHANNEL, values=dict.fromkeys(weights, 0.0))
    found["all channels double"] = Condition(CHANNEL, doubled=weights)
    return found


type Measured = dict[str, dict[str, Floats]]  # condition or set of draws -> policy -> (points, seeds, outcomes)


def measure(
    ensemble: Ensemble, extent: Extent, out: str | Path, jobs: int = 1, progress: OnProgress | None = None,
    fresh: bool = False, command: Sequence[str] = (),
) -> Measured:  # fmt: skip
    """Run what `out` does not hold yet; return what is measured, nan where a run failed. Resumable.

    Raises PlanError where no run of a policy succeeded under some condition, StoreError as `Store` does.
    """
    plan = list(_runs(ensemble, extent))
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        measured = MeasuredRuns(store, jobs, progress)
        values = measured.measure([run for *_, run in plan], OUTCOMES, take)
    rows: dict[tuple[str, str], list[list[float]]] = {}
    for (name, policy, _), each in zip(plan, values, strict=True):
        rows.setdefault((name, policy), []).append([number(each, outcome) for outcome in OUTCOMES])
    found: Measured = {}
    for (name, policy), numbers in rows.items():
        seeds = extent.seeds if name in (FITTED, PRIOR) else 1
        found.setdefault(name, {})[policy] = np.array(numbers).reshape(-1, seeds, len(OUTCOMES))
        if np.isnan(found[name][policy]).all():
            raise PlanError(f"no run of {policy} succeeded under {name}: {next(iter(measured.errors.values()), '')}")
    return found


def _runs(ensemble: Ensemble, extent: Extent) -> Iterator[tuple[str, str, Run]]:
    """Yield condition (or set of draws), policy and run: conditions member by member, then draws seed by seed.

    A member has the same seed under all policies and conditions, a draw the same under all policies, of prior and ensemble.
    """
    weeks, members = {"weeks": extent.weeks}, ensemble.cycled(extent.members)
    for name, condition in conditions().items():
        bases = {policy: Run(SCENARIO, policy, {**weeks, **condition.settings}) for policy in POLICIES}
        for seed, member in enumerate(members):
            for policy, base in bases.items():
                yield name, policy, run_at(base, condition.changes(member), seed)
    bases = {policy: Run(SCENARIO, policy, weeks) for policy in POLICIES}
    for name, points in ((FITTED, ensemble.cycled(extent.draws)), (PRIOR, prior(ensemble.parameters, extent.draws))):
        for draw, each in enumerate(points):
            for seed in range(extent.seeds):
                for policy, base in bases.items():
                    yield name, policy, run_at(base, each, draw + NEXT_SEED * seed)


def prior(parameters: tuple[str, ...], draws: int) -> list[dict[str, float]]:
    """Return points of a Latin hypercube over the declared ranges of the fitted parameters; all others are as declared."""
    return [point(shares, parameters) for shares in hypercube(draws, len(parameters), PRIOR_SEED)]


def take(result: "Result") -> Values:
    """Return the outcomes that are compared."""
    return {name: result.outcomes[name] for name in OUTCOMES}


def differences(measured: Measured, name: str, pair: tuple[str, str], outcome: str) -> Floats:
    """Return policy less what it is compared with, (points, seeds): the same point and seed under both."""
    one, two = (measured[name][policy][:, :, OUTCOMES.index(outcome)] for policy in pair)
    return np.asarray(one - two)
