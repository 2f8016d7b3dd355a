"""A ledger judged by hand: claims of every kind with made-up values whose verdicts are known, nothing simulated."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.claims.changes import what_would_change
from experiments.claims.claim import Claim
from experiments.claims.judge import Judgement, find
from experiments.claims.run import JudgedClaims
from experiments.claims.signs import share_of_draws
from experiments.claims.verdicts import overall, reason, settle

SEEDS, DRAWS = 12, 40
LUCK = 40.0

ENTRIES = {
    "C01": {
        "title": "Pledges are contagious",
        "statement": "Each pledge makes the next <b>likelier</b> & sooner.",
        "find_by": "may encourage other independent groups to do the same",
        "section": "How the provinces grew",
        "mechanisms": ["pledging.contagion"],
        "policy": "core_only",
        "weeks": 60,
        "settings": {"pledging.contagion_km": 3000.0},
        "treatment": {"mechanisms.pledging.contagion": False},
        "control": {},
        "rivals": ["sovereign_subordinates", "network_healing"],
        "why": "Without contagion the same groups meet the same core. It leaves out that groups may learn from failures.",
        "outcomes": [
            {"measure": "pledges", "expected": "lower", "name": "pledges by week 60"},
            {"measure": {"events": "pledge", "by": "spread"}, "expected": "higher", "name": "spread of pledge dates"},
        ],
    },
    "C02": {
        "title": "Prestige draws groups in",
        "statement": "More prestige, more pledges.",
        "mechanisms": ["brand"],
        "weeks": 26,
        "treatment": {"core.prestige": 0.9},
        "control": {},
        "why": "A step of prestige at the start.",
        "outcomes": [{"measure": "pledges", "expected": "higher"}],
    },
    "C12": {
        "title": "A nominal pledge changes little",
        "statement": "A pledge without a link leaves operations as they are.",
        "find_by": "not been matched by any significant change in operations",
        "section": "What a pledge is worth",
        "mechanisms": ["communication"],
        "weeks": 52,
        "treatment": {"groups.boko_haram.status": "province"},
        "control": {},
        "outcomes": [{"measure": "attacks_state", "expected": "equal", "margin": 5.0, "name": "attacks on the state"}],
    },
    "C17": {
        "title": "Affiliates become a burden",
        "statement": "Some provinces pay, many cost.",
        "mechanisms": ["aid", "brand.tarnish"],
        "weeks": 104,
        "arms": {f"n{count}": {"core.aid_share": 0.001 * (1 + count)} for count in (0, 2, 4, 8)},
        "outcomes": [
            {"measure": "payoff_core", "expected": "interior_maximum", "arms": ["n0", "n2", "n4", "n8"],
             "name": "the core's payoff over its provinces"},
            {"measure": "payoff_core", "expected": "trade_off", "second": "deaths", "arms": ["n0", "n2", "n4", "n8"],
             "name": "payoff against deaths"},
        ],
    },
    "C45": {
        "title": "Anti-foreign sentiment makes counter-messaging work",
        "statement": "The same message loses the core more support where outsiders are disliked.",
        "mechanisms": ["information"],
        "weeks": 52,
        "arms": {
            "somalia": {"policy": "sever_links"}, "somalia_without": {}, "libya": {"policy": "sever_links"},
            "libya_without": {"half_effort.information": 1.0},
        },
        "outcomes": [{"measure": "people_provinces", "expected": "lower", "name": "people held, Somalia against Libya",
                      "contrast": {"somalia": 1, "somalia_without": -1, "libya": -1, "libya_without": 1}}],
    },
    "R3": {
        "title": "Severed networks heal",
        "statement": "Cut links come back through hubs.",
        "source": "Tsvetovat and Carley 2005",
        "switch": "rivals.network_healing",
        "weeks": 52,
        "treatment": {"rivals.network_healing": True},
        "control": {},
        "outcomes": [{"measure": "messages_delivered", "expected": "higher"}],
    },
}  # fmt: skip
EFFECTS = {  # claim -> effect of each outcome as stated, in units of noise
    "C01": (+3.0, 0.5), "C02": (+3.0,), "C12": (0.0,), "C17": ("peak", "trade"), "C45": (0.1,), "R3": (+2.0,),
}  # fmt: skip
RIVALS = {"C01": {"sovereign_subordinates": (-3.0, 3.0), "network_healing": (3.0, 0.0)}}
VERDICTS = {
    "C01": "contradicted", "C02": "supported", "C12": "supported", "C17": "supported", "C45": "undetermined",
    "R3": "supported",
}  # fmt: skip


def claims():
    """The claims, in an order that is not that of their verdicts."""
    return {name: Claim.model_validate(entry | {"id": name, "file": "experiments/claims/ledger.toml"})
            for name, entry in ENTRIES.items()}  # fmt: skip


def values(claim, outcome, effect, count, seed):
    """Arm -> made-up values, and those of the second measure of a trade-off."""
    random = np.random.default_rng(seed)
    luck = random.normal(LUCK, 5, count)
    arms = list(claim.weights(outcome))
    shift = dict.fromkeys(arms, 0.0)
    if effect == "peak":
        shift = {arm: -2.0 * (place - 1.4) ** 2 for place, arm in enumerate(arms)}
    elif effect == "trade":
        shift = {arm: 3.0 * place for place, arm in enumerate(arms)}
    else:
        shift[arms[0]] = effect
    first = {arm: luck + shift[arm] + random.normal(0, 1, count) for arm in arms}
    second = {arm: luck - shift[arm] + random.normal(0, 1, count) for arm in arms} if outcome.second else None
    return first, second


def findings(claim, effects, seed=1):
    return [
        find(claim, outcome, *values(claim, outcome, effect, SEEDS, seed + place))
        for place, (outcome, effect) in enumerate(zip(claim.outcomes, effects, strict=True))
    ]


def draws(claim, effects):
    """Draws in which the sign holds in some and is reversed in others; one could not be measured."""
    shares = []
    for place, (outcome, effect) in enumerate(zip(claim.outcomes, effects, strict=True)):
        first, second = values(claim, outcome, effect, DRAWS, 50 + place)
        for array in first.values():
            array[0] = np.nan
        if len(first) == 2:
            one, two = first
            first[one][1:4] = first[two][1:4]
        shares.append(share_of_draws(claim, outcome, first, second))
    return shares


def judgement(claim, stated):
    effects = EFFECTS[claim.id]
    under = {rival: settle(findings(claim, shifted)) for rival, shifted in RIVALS.get(claim.id, {}).items()}
    verdicts = {rival: overall(found) for rival, found in under.items()}
    off = settle(findings(claim, [0.0] * len(effects), seed=9)) if claim.mechanisms and "peak" not in effects else []
    shares = draws(claim, effects)
    return Judgement(
        claim=claim, verdict=overall(stated), findings=stated, under=under, rival_verdicts=verdicts, off=off,
        off_verdict=overall(off) if off else "", draws=shares,
        reason=reason(stated), changes=what_would_change(claim, stated, verdicts, shares),
        failures=["treatment, seed 3, stated: ValueError: <boom>; again: inkspot run"] if claim.id == "C02" else [],
    )  # fmt: skip


def build(ids=None):
    """The judged ledger, of all claims or of these."""
    written = {name: claim for name, claim in claims().items() if ids is None or name in ids}
    loose = [(name, finding) for name, claim in written.items() for finding in findings(claim, EFFECTS[name])]
    settled = settle([finding for _, finding in loose]) if loose else []
    judgements = {
        name: judgement(claim, [each for (owner, _), each in zip(loose, settled, strict=True) if owner == name])
        for name, claim in written.items()
    }
    manifest = {
        "kind": "claims", "command": "inkspot claims", "written": "2016-02-01T00:00:00+00:00",
        "model_version": "made up", "versions": {"inkspot": "0.1.0"},
        "extent": {"seeds": None, "draws": DRAWS, "rivals": True, "off": True},
    }  # fmt: skip
    return JudgedClaims(judgements, manifest, 61.0, Path("nowhere"))


def without_doubts(judged_claims):
    """The same ledger as a quick look leaves it: no draws, no rival findings, nothing switched off."""
    bare = {
        name: replace(each, under={}, rival_verdicts={}, off=[], off_verdict="", draws=[], changes=[], failures=[])
        for name, each in judged_claims.judgements.items()
    }
    manifest = judged_claims.manifest | {"extent": {"seeds": 4, "draws": 0, "rivals": False, "off": False}}
    return replace(judged_claims, judgements=bare, manifest=manifest)
