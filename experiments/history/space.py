"""The parameters that are fitted; all others stay at their declared values.

Chosen by a screening of all parameters (`inkspot calibrate --screen --points 600`): the three that move a target most, where
the rank correlation is 0.2 or more and the adjusted p below 0.01; and those that move nine targets or more.
"""

from collections.abc import Mapping

FITTED: Mapping[str, str] = {
    "territory.entrenched": "how much better who holds land defends it",
    "territory.mass": "how far fighters are massed at one front",
    "territory.speed": "how fast fronts move",
    "territory.neutral_support": "what a group is worth where nobody supports it",
    "territory.resistance": "resistance of those who are held",
    "territory.usual_effort": "the effort at which all fighters count",
    "operations.passive": "how hard states press where they do not attack",
    "operations.air": "what strikes are worth to forces on the ground",
    "operations.reluctance": "how willing partners are next to their homeland",
    "half_effort.strikes": "how little effort strikes need",
    "attrition.ground": "fighters lost on the ground",
    "attrition.commitment": "soldiers whom a state commits per fighter",
    "attitudes.fear": "fear of those who hold",
    "displacement.flight": "who flees from armed groups",
    "displacement.front_least": "how fast a front must move for people to flee",
    "displacement.abroad": "who flees across a border",
    "resources.recruitment": "local recruits",
    "resources.most_fighters": "fighters whom people held can sustain",
    "resources.core_tax": "what the core takes from people held",
    "foreign_fighters.base": "travellers",
    "foreign_fighters.origin_ties": "travellers follow earlier ones of their country",
    "foreign_fighters.origin_km": "travellers come from near",
    "foreign_fighters.headlines": "travellers follow the news",
    "prestige.forgetting": "how fast prestige fades",
    "pledging.threshold": "when pledging pays",
    "pledging.hazard": "how soon then",
    "pledging.conviction": "weight of creed and prestige",
    "pledging.refusal_hazard": "how soon others refuse",
    "core.effort_sectarian": "how much the core attacks other communities",
    "violence.rate_state": "attacks on states",
    "violence.rate_sectarian": "attacks on other communities",
    "violence.rate_regional": "attacks in neighbouring countries",
    "violence.rate_international": "attacks beyond the region",
}  # name -> why
