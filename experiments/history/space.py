"""The parameters that are fitted; all others stay at their declared values."""

from collections.abc import Mapping

FITTED: Mapping[str, str] = {
    "territory.growth": "how fast land is won and lost",
    "territory.strikes": "land lost to strikes",
    "territory.resistance": "resistance of those who are held",
    "territory.self_enforcement": "how hard it is to hold land thinly",
    "territory.state_reach_km": "how far states reach from their capitals",
    "half_effort.strikes": "how little effort strikes need",
    "government.concentration": "forces where the threat is",
    "government.effectiveness_scale": "what good government is worth in the field",
    "government.mobilising": "forces raised under threat",
    "attitudes.start_support": "support at the start",
    "attitudes.start_grievance": "grievance at the start",
    "attitudes.fear": "fear of those who hold",
    "attrition.strikes": "fighters lost to strikes",
    "attrition.ground": "fighters lost on the ground",
    "resources.recruitment": "local recruits",
    "resources.most_fighters": "fighters whom people held can sustain",
    "foreign_fighters.base": "travellers",
    "pledging.threshold": "when pledging pays",
    "pledging.hazard": "how soon then",
    "pledging.conviction": "weight of creed and prestige",
    "pledging.need": "weight of what a group lacks",
    "pledging.refusal_hazard": "how soon others refuse",
    "core.worst_lag": "how long an answer takes over a bad link",
    "violence.rate_regional": "attacks in neighbouring countries",
    "violence.least_deaths": "deaths in an attack",
}  # name -> why; of all parameters those that move a target most: `inkspot calibrate --screen`
