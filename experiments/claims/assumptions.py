"""Which parameters stand behind a mechanism or a rival finding: what a claim's verdict takes for granted."""

from fnmatch import fnmatchcase
from typing import Any

from experiments.claims.arms import base
from experiments.claims.claim import Claim
from model.scenario.compose import override_path
from model.scenario.declarations import Parameter, declarations

BEARING: dict[str, tuple[str, ...]] = {
    "communication": ("communication.*", "alignment.delivery", "alignment.drift", "core.traffic", "half_effort.sever_links"),
    "communication.brokers": ("communication.sever_envoys", "communication.links_at_once", "half_effort.sever_links"),
    "communication.directives": ("alignment.directive_fading", "core.directive"),
    "communication.interception": ("communication.interception", "communication.collection", "communication.exposure_*",
                                   "accuracy.interception", "core.caution"),
    "alignment.autonomy": ("alignment.autonomy", "alignment.drift", "alignment.strong_fighters"),
    "secession": ("pledging.secession_*",),
    "aid": ("core.aid_share", "pledging.need", "pledging.half_aid", "pledging.half_treasury", "resources.*wage"),
    "aid.fighters": ("core.fighters_share",),
    "aid.media": ("resources.media_aid", "attitudes.propaganda"),
    "foreign_fighters.envoys": ("communication.envoy_*", "foreign_fighters.returnee_*"),
    "foreign_fighters.return": ("foreign_fighters.return*",),
    "foreign_fighters.diversion": ("foreign_fighters.diversion", "foreign_fighters.land_floor"),
    "brand": ("prestige.momentum", "prestige.forgetting", "prestige.size*", "pledging.conviction"),
    "brand.affiliates": ("prestige.affiliates",),
    "brand.headlines": ("prestige.headline*", "prestige.regional_news", "foreign_fighters.headlines"),
    "brand.tarnish": ("prestige.tarnish*", "foreign_fighters.tarnish"),
    "brutality.foreign": ("alignment.outsiders", "attitudes.foreignness"),
    "governance": ("resources.*tax", "resources.governing_cost", "attitudes.governance", "attitudes.governing_funds"),
    "sectarian": ("violence.branching", "violence.echo", "violence.cooling", "violence.rate_sectarian"),
    "sectarian.defender": ("attitudes.defender*", "prestige.defender"),
    "government.posture": ("government.hardening", "government.posture_speed", "attitudes.crackdown", "government.rally",
                           "government.alienation"),
    "government.coalition": ("government.joining", "allied.member_effort"),
    "rivalry.alliances": ("rivalry.alliance_share",),
    "splintering.label": ("splintering.cost", "pledging.split_cost"),
    "reach": ("violence.rate_regional", "violence.rate_international"),
    "provocation.backfire": ("violence.backfire",),
    "targeting.salience": ("allied.salience",),
    "information": ("attitudes.information*", "foreign_fighters.information", "half_effort.information"),
    "partner_aid": ("government.training_*", "half_effort.train_partners"),
    "militia": ("government.militia_*", "attitudes.militia", "half_effort.militias"),
    "allied.allocation": ("allied.observation_noise", "allied.salience"),
    "allied.observation": ("allied.observation_noise",),
    "allied.basing": ("allied.base_delay", "allied.long_range", "allied.coordination_loss", "half_effort.basing"),
    "core.relocation": ("core.last_*",),
    "diaspora": ("diaspora.*", "accuracy.diaspora", "half_effort.diaspora"),
    "rivals.network_healing": ("communication.healing*",),
    "rivals.lost_tips": ("accuracy.tips", "communication.media_suppression"),
    "rivals.strong_pledge_first": ("pledging.territory_*",),
    "rivals.central_command": ("alignment.outsiders",),
}  # fmt: skip


def bearing(switch: str) -> dict[str, Parameter]:
    """Return the parameters behind a switch, `family.name` -> declared.

    They are those of the patterns in `BEARING`; else of the family that is called like the switch; of `family.part`
    those whose names begin with the part.
    """
    family, _, part = switch.partition(".")
    patterns = BEARING.get(switch) or (f"{family}.{part}*",)
    return {
        key: parameter
        for name, members in declarations().parameters.items()
        for key, parameter in ((f"{name}.{each}", declared) for each, declared in members.items())
        if any(fnmatchcase(key, pattern) for pattern in patterns)
    }


def assumed(claim: Claim) -> list[dict[str, Any]]:
    """Return the parameters of a claim's mechanisms with the values that its runs have and which arms change them."""
    switches = [*claim.mechanisms, *([claim.switch] if claim.switch else [])]
    declared = {key: parameter for switch in switches for key, parameter in bearing(switch).items()}
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
