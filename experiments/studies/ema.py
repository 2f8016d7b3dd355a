"""The model as an EMA Workbench model, for users of that workbench (needs inkspot[discovery]).

EMA Workbench wants identifiers for names: `territory.growth` is called `territory__growth` there, and the policy is a
lever called `allied_policy`, since it has a column `policy` of its own. Luck is averaged over replicates with seeds 0,
1, ..., the same at every point, so that differences between policies are paired.
"""

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from experiments.batch.errors import UserError
from model.record import OUTCOMES
from model.scenario import load_scenario
from model.scenario.declarations import declarations

if TYPE_CHECKING:
    from ema_workbench import Model  # an extra, and slow to import

LEVER, DOT = "allied_policy", "__"
KINDS = {-1: "MINIMIZE", 0: "INFO", 1: "MAXIMIZE"}  # EMA Workbench's names of the directions of outcomes


def simulate(scenario: str, weeks: int, replicates: int, outcomes: Sequence[str], **values: Any) -> dict[str, float]:
    """Return mean outcomes over seeds 0 to `replicates` - 1 with `values`: overrides, and the policy.

    Raises ScenarioError where an override is refused.
    """
    from model.simulation import Simulation  # Mesa and Numba take seconds

    policy = values.pop(LEVER, None)
    overrides = {name.replace(DOT, "."): value for name, value in values.items()}
    composed = load_scenario(scenario, policy=policy, overrides={"weeks": weeks} | overrides)
    runs = [Simulation(composed, seed=seed).run().outcomes for seed in range(replicates)]
    return {name: sum(run[name] for run in runs) / replicates for name in outcomes}


def ema_model(
    uncertainties: Mapping[str, tuple[float, float] | None] | Sequence[str],
    policies: Sequence[str],
    outcomes: Sequence[str] = ("people_core", "people_provinces", "attacks_international", "displaced"),
    scenario: str = "levant_2014",
    weeks: int = 104,
    replicates: int = 1,
) -> "Model":
    """Return an `ema_workbench.Model` of a scenario.

    `uncertainties`: parameter -> (low, high), or None (or just a list of names) for the range that is declared; names that
    begin with `mechanisms.` or `rivals.` are switches or choices. Outcomes get the direction that is
    better for people at large.
    Raises UserError for an unknown parameter or outcome, or where EMA Workbench is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optional parts that are not installed
        try:
            import ema_workbench as ema  # an extra, and slow to import
        except ImportError:
            raise UserError("this needs EMA Workbench: pip install 'inkspot[discovery]'") from None
    unknown = [name for name in outcomes if name not in OUTCOMES]
    if unknown:
        raise UserError(f"no such outcome: {', '.join(unknown)}; `inkspot list` shows all")
    ranges = uncertainties if isinstance(uncertainties, Mapping) else dict.fromkeys(uncertainties)
    choices = {f"mechanisms.{name}": each for name, each in declarations().choices.items()}
    model = ema.Model("inkspot", function=partial(simulate, scenario, weeks, replicates, tuple(outcomes)))
    model.uncertainties = [
        ema.CategoricalParameter(name.replace(".", DOT), list(choices[name].options))
        if name in choices
        else ema.BooleanParameter(name.replace(".", DOT))
        if name.startswith(("mechanisms.", "rivals."))
        else ema.RealParameter(name.replace(".", DOT), *(span or _declared(name)))
        for name, span in ranges.items()
    ]
    model.levers = [ema.CategoricalParameter(LEVER, list(policies))]
    model.outcomes = [
        ema.ScalarOutcome(name, kind=getattr(ema.ScalarOutcome, KINDS[OUTCOMES[name].better])) for name in outcomes
    ]
    return model


def policy_samples(policies: Sequence[str]) -> list[Any]:
    """Return the policies as EMA Workbench wants them in `perform_experiments(policies=...)`, each by its name."""
    from ema_workbench.em_framework.points import Sample  # an extra, and slow to import

    return [Sample(name, **{LEVER: name}) for name in policies]


def _declared(name: str) -> tuple[float, float]:
    family, _, member = name.removeprefix("parameters.").partition(".")
    declared = declarations().parameters.get(family, {}).get(member)
    if declared is None:
        raise UserError(f"no such parameter: {name}; `inkspot describe {family}` shows its family")
    return declared.low, declared.high
