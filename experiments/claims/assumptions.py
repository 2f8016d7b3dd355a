"""Which parameters stand behind a mechanism or a rival finding: what a claim's verdict takes for granted."""

from typing import Any

from experiments.claims.arms import base
from experiments.claims.claim import Claim
from model.scenario.compose import override_path
from model.scenario.declarations import parameters_behind


def assumed(claim: Claim) -> list[dict[str, Any]]:
    """Return the parameters of a claim's mechanisms with the values that its runs have and which arms change them."""
    switches = [*claim.mechanisms, *([claim.switch] if claim.switch else [])]
    declared = {key: parameter for switch in switches for key, parameter in parameters_behind(switch).items()}
    scenario = base(claim.scenario, claim.policy)
    settings = _parameters(claim.settings)
    by_arm = {arm: _parameters(overrides) for arm, overrides in claim.all_arms.items()}
    rows = []
    for key, parameter in declared.items():
        family, _, name = key.partition(".")
        rows.append({
            "name": key, "value": settings.get(key, scenario.parameters[family][name]), "declared": parameter,
            "arms": {arm: values[key] for arm, values in by_arm.items() if key in values},
        })  # fmt: skip
    return rows


def _parameters(overrides: dict[str, Any]) -> dict[str, Any]:
    """Return those overrides that are of parameters, by `family.name`."""
    paths = {key: override_path(key) for key in overrides}
    return {".".join(map(str, paths[key][1:])): value for key, value in overrides.items()
            if paths[key][0] == "parameters" and len(paths[key]) == 3}  # fmt: skip
