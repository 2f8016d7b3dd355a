"""The state of a run: arrays over organisations, cells, countries, allies and links.

Each field is declared once, with its axes, unit, meaning and range; `allocate` makes the arrays from the declarations,
ODD's tables are generated from them, and a test walks a run to see that every field stays within its range.
Organisation 0 is the core. The last rows are spare, for groups that split off during a run.
"""

from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import Annotated, Any

import numpy as np

from model.kernels.compiled import PROVINCE
from model.scenario.schema import LEVERS, Scenario
from model.state.allied import Allied
from model.state.axes import (
    ACTIVITIES,
    ATTACK_KINDS,
    CHANNELS,
    COUNTRY_LEVERS,
    KILLERS,
    LAND_TERMS,
    SPARE_ROWS,
    TERMS,
)  # fmt: skip
from model.state.fields import Field, Flags, Floats, Indices, Integers, Records, declarations, interned
from model.state.loops import chosen, switch_record
from model.state.means import Means
from model.state.parameters import Parameters
from model.state.streams import OF_COUNTRIES, OF_ORGANISATIONS, Streams
from model.theatre import Theatre


@dataclass
class Event:
    """An event: what happened, to which organisation, where, how much, and why."""

    week: int
    kind: str
    organisation: str
    cause: str
    other: str = ""
    country: str = ""
    amount: float = 0.0
    causes: dict[str, float] = field(default_factory=dict)
    army: str = ""  # of the state's side that acted, as its cause names it


class State(Means, Allied):
    """All arrays of a run, with the map, the parameters and the random streams that act on them."""

    # organisations
    present: Annotated[Flags, Field("organisation", "", "exists now")]
    status: Annotated[Integers, Field("organisation", "Status", "core, independent, province or rival franchise", 0, 3)]
    pledged: Annotated[Flags, Field("organisation", "", "has pledged and waits for acceptance")]
    refused: Annotated[Flags, Field("organisation", "", "has refused the core in public")]
    home: Annotated[Indices, Field("organisation", "cell", "cell of its headquarters")]
    home_country: Annotated[Indices, Field("organisation", "country", "country of its headquarters")]
    camp: Annotated[
        Integers, Field("organisation", "camp", "camp it belongs to: 0 the core's, 1.. a hub's, -1 none", -1)
    ]
    hub: Annotated[Integers, Field("organisation", "hub", "rival hub it belongs to; -1 none", -1)]
    hub_tie: Annotated[Floats, Field("organisation", "1", "strength of the tie to the hub", 0, 1)]
    parent: Annotated[Integers, Field("organisation", "organisation", "organisation of which it is a faction", -1)]
    local_fighters: Annotated[Floats, Field("organisation", "people", "fighters from the home country")]
    foreign_fighters: Annotated[Floats, Field("organisation", "people", "fighters from other countries")]
    killed: Annotated[Floats, Field("organisation", "people/week", "fighters killed this week")]
    killed_by: Annotated[
        Floats, Field("organisation killer", "people/week", "the same by strikes, by ground forces and by rivals")
    ]
    arrived: Annotated[Floats, Field("organisation", "people/week", "travellers that joined it this week")]
    recruited: Annotated[Floats, Field("organisation", "people/week", "local recruits this week")]
    treasury: Annotated[Floats, Field("organisation", "USD", "money available")]
    skill: Annotated[Floats, Field("organisation", "1", "fighting skill; a local militia's is 1", 0, 10)]
    full_skill: Annotated[Floats, Field("organisation", "1", "skill without losses of leaders", 0, 10)]
    conviction: Annotated[Floats, Field("organisation", "1", "closeness to the core's creed", 0, 1)]
    ambition: Annotated[Floats, Field("organisation", "1", "gain of its leaders from a new label", 0, 1)]
    need: Annotated[Floats, Field("organisation", "1", "lack of means of its own", 0, 1)]
    own_brutality: Annotated[Floats, Field("organisation", "1", "brutality without outside influence", 0, 1)]
    brutality: Annotated[Floats, Field("organisation", "1", "brutality in practice", 0, 1)]
    own_alignment: Annotated[Floats, Field("organisation", "1", "alignment without messages", 0, 1)]
    alignment: Annotated[Floats, Field("organisation", "1", "how far its conduct follows the core's", 0, 1)]
    own_activity: Annotated[
        Floats, Field("organisation activity", "1", "shares of effort without outside influence", 0, 1)
    ]
    activity: Annotated[Floats, Field("organisation activity", "1", "shares of effort in practice", 0, 1)]
    appeal: Annotated[Floats, Field("organisation term", "1", "terms of the utility of belonging to the core", -inf)]
    utility: Annotated[Floats, Field("organisation", "1", "utility of belonging to the core", -inf)]
    aid_received: Annotated[Floats, Field("organisation", "USD/week", "aid, smoothed over half a year")]
    discontent: Annotated[
        Floats, Field("organisation", "1", "shortfall of the value of staying, smoothed over months", -inf)
    ]
    accepted_week: Annotated[Integers, Field("organisation", "week", "week of acceptance; -1 none", -1)]
    attacks: Annotated[Floats, Field("organisation kind", "1/week", "attacks this week")]
    deaths: Annotated[Floats, Field("organisation", "people/week", "people killed by its attacks this week")]
    staged: Annotated[Floats, Field("organisation", "1/week", "large attacks that the timeline stages this week")]
    unsanctioned: Annotated[Floats, Field("organisation", "1/week", "large attacks against the core's wishes")]
    strikes: Annotated[Floats, Field("organisation", "1", "dose of allied strikes", 0, 1)]
    command_strikes: Annotated[
        Floats, Field("organisation", "1", "dose of strikes on command centres and leaders", 0, 1)
    ]
    leader_strikes: Annotated[Floats, Field("organisation", "1", "dose of strikes on leaders", 0, 1)]
    engaged: Annotated[Floats, Field("organisation", "soldiers", "soldiers of average effectiveness fighting it")]
    accuracy: Annotated[Floats, Field("organisation", "1", "share of the force against it that finds fighters", 0, 1)]
    exposure: Annotated[Floats, Field("organisation", "1", "exposure by interceptions, fading", 0, 1)]
    people_held: Annotated[Floats, Field("organisation", "people", "control-weighted people")]
    most_people: Annotated[
        Floats,
        Field(
            "organisation", "people", "most people that it held as a province at a week's end, anew after an expulsion"
        ),
    ]
    land_lost: Annotated[
        Floats, Field("organisation land_term", "1/week", "what a declining province loses land to, fading", -inf)
    ]
    area_held: Annotated[Floats, Field("organisation", "km2", "control-weighted area")]
    supporters: Annotated[Floats, Field("organisation", "people", "supporters among the people held")]
    informers: Annotated[Floats, Field("organisation", "people", "people held who neither support nor fear it")]
    held: Annotated[Floats, Field("organisation country", "people", "people held by country")]
    presence: Annotated[Floats, Field("organisation country", "1", "its share of people (fighters) by country", 0, 1)]
    drive: Annotated[
        Floats, Field("organisation", "1", "how hard it presses its advantage on the ground; 1 is usual", 0, 2)
    ]
    offensive: Annotated[Floats, Field("organisation country", "1/week", "control lost to strikes", 0, 1)]
    # cells
    control: Annotated[Floats, Field("organisation cell", "1", "share of the cell under its control", 0, 1)]
    support: Annotated[Floats, Field("organisation cell", "1", "share of people who support it", 0, 1)]
    fear: Annotated[Floats, Field("organisation cell", "1", "share of people who obey out of fear", 0, 1)]
    grievance: Annotated[Floats, Field("cell", "1", "grievance against the state", 0, 1)]
    base_grievance: Annotated[Floats, Field("cell", "1", "level to which grievance returns", 0, 1)]
    people: Annotated[Floats, Field("cell", "people", "residents")]
    flight_due: Annotated[Floats, Field("cell", "people", "people about to flee; negative: about to return", -inf)]
    reach: Annotated[Floats, Field("cell", "1", "reach of the state, by distance from its capital", 0, 1)]
    defence: Annotated[Floats, Field("cell", "1/1000", "self-defence of communities outside the constituency")]
    total: Annotated[Floats, Field("cell", "1", "total control of all organisations", 0, 1)]
    camp_control: Annotated[Floats, Field("camp cell", "1", "total control of the members of a camp", 0, 1)]
    spot: Annotated[Integers, Field("cell", "spot", "ink spot of the core's bloc to which the cell belongs; 0 none")]
    # countries
    forces: Annotated[Floats, Field("country", "people", "security forces")]
    full_forces: Annotated[Floats, Field("country", "people", "security forces at full strength")]
    effectiveness: Annotated[Floats, Field("country", "1", "fighting value of a soldier; 1 is the world's mean")]
    own_effectiveness: Annotated[Floats, Field("country", "1", "fighting value of a soldier without training")]
    training: Annotated[Floats, Field("country", "1", "accuracy or effectiveness added by training", 0, 1)]
    state_accuracy: Annotated[Floats, Field("country", "1", "accuracy of the state's own forces", 0, 1)]
    legitimacy: Annotated[Floats, Field("country", "1", "legitimacy of the state among the majority", 0, 1)]
    minority_legitimacy: Annotated[Floats, Field("country", "1", "legitimacy of the state among excluded groups", 0, 1)]
    posture: Annotated[Floats, Field("country", "1", "posture towards dissent: 0 tolerance, 1 crackdown", 0, 1)]
    own_posture: Annotated[Floats, Field("country", "1", "posture without a threat", 0, 1)]
    border_control: Annotated[Floats, Field("country", "1", "share of travellers stopped", 0, 1)]
    own_border_control: Annotated[Floats, Field("country", "1", "border control without outside help", 0, 1)]
    coalition: Annotated[Flags, Field("country", "", "member of the coalition against the core")]
    mobilisation: Annotated[Floats, Field("country", "1", "share of forces used against the insurgency", 0, 1)]
    threat: Annotated[Floats, Field("country", "1", "threat perceived from the core and its provinces", 0, 1)]
    alarm_from_attacks: Annotated[Floats, Field("country", "1", "what attacks put into the threat, smoothed like it")]
    alarm_from_land: Annotated[Floats, Field("country", "1", "what land lost to the bloc put into it, the same")]
    unrest: Annotated[Floats, Field("country", "1", "threat perceived from all armed groups", 0, 1)]
    anti_foreign: Annotated[Floats, Field("country", "1", "dislike of foreign movements", 0, 1)]
    militia: Annotated[Floats, Field("country", "1/1000", "militia members per 1,000 people")]
    grievance_due: Annotated[Floats, Field("country", "1", "grievance raised since the last update of the cells")]
    attacks_in: Annotated[Floats, Field("country", "1/week", "attacks by the core and its provinces, this week")]
    sectarian_heat: Annotated[Floats, Field("country", "1/week", "calls for revenge for sectarian attacks, fading")]
    reprisals: Annotated[Floats, Field("country", "1/week", "sectarian reprisals this week")]
    returnees: Annotated[Floats, Field("country", "people", "foreign fighters that have come home")]
    hosted: Annotated[Floats, Field("country country", "people", "displaced people by origin and host")]
    doses: Annotated[Floats, Field("country_lever country", "1", "dose of each lever in each country", 0, 1)]
    # hubs, diasporas; allies: `Allied`
    hub_prestige: Annotated[Floats, Field("hub", "1", "prestige of a rival hub", 0, 1)]
    hub_treasury: Annotated[Floats, Field("hub", "USD", "money with which a rival hub defends its franchises")]
    diaspora_dose: Annotated[float, Field("", "1", "dose of the diaspora lever", 0, 1)]
    diaspora_trust: Annotated[Floats, Field("ally", "1", "trust of diasporas in the police of their host", 0, 1)]
    reports: Annotated[float, Field("", "1", "policing x trust, mean over diasporas: their reporting", 0, 1)]
    diaspora_risk: Annotated[Floats, Field("ally", "1/week", "expected attacks from a diaspora")]
    plots: Annotated[float, Field("", "1/week", "attacks from diasporas next week")]
    stopped: Annotated[float, Field("", "1/week", "attacks abroad stopped by reports from diasporas")]
    # the core's standing
    prestige: Annotated[float, Field("", "1", "prestige of the core", 0, 1)]
    headlines: Annotated[float, Field("", "1", "news of attacks by the core and its provinces, fading")]
    tarnish: Annotated[float, Field("", "1", "damage of mass-casualty attacks to the brand, fading")]
    people_before: Annotated[float, Field("", "people", "people held by the core a quarter ago, smoothed")]
    headquarters_lost: Annotated[Flags, Field("headquarters", "", "the loss of this headquarters has been told")]
    town_held: Annotated[Flags, Field("town", "", "held by the core's bloc, as last told")]
    headquarters_land_lost: Annotated[
        Floats, Field("headquarters land_term", "1/week", "what its cell is lost to, fading", -inf)
    ]
    ink_spots: Annotated[float, Field("", "spots", "ink spots of the core's bloc")]
    largest_spot: Annotated[float, Field("", "km2", "area of the largest of them")]
    spot_area: Annotated[float, Field("", "km2", "area of all of them")]
    core_alive: Annotated[bool, Field("", "", "the core exists")]
    effort_spent: Annotated[float, Field("", "1/week", "allied effort spent this week; the leading ally's is 1")]

    def __init__(self, scenario: Scenario, theatre: Theatre, seed: int) -> None:
        self.theatre = theatre
        self.streams = Streams(seed)
        self.follow(scenario)
        self.names = ["core", *(name for name, group in scenario.groups.items() if group.present)]
        self.titles = {"core": scenario.core.name} | {n: scenario.groups[n].name for n in self.names[1:]}
        self.countries = theatre.countries
        self.allies = list(scenario.allies)
        self.armies = [*self.countries, *scenario.partners]
        self.hubs = list(scenario.hubs)
        self.effort: Records = np.zeros(1, interned(np.dtype([(lever, np.float64) for lever in LEVERS])))
        self.accounts: dict[str, float] = {}
        self.events: list[Event] = []
        self.week = 0
        # derived from the map, the scenario and fields as they are now: may be emptied at any time, without any effect
        self.cache: dict[str, Any] = {}
        # earlier values of fields, which the why-log keeps to explain later events; nothing else reads it
        self.memory: dict[str, Any] = {}
        sizes = self.sizes()
        self.allocate(fields(), sizes, inner=("activity", "kind", "killer", "term", "land_term", "channel"))
        self.allocate_lists(sizes["organisation"], sizes["cell"], sizes["country"])

    def follow(self, scenario: Scenario) -> None:
        """Take policy, parameters and switches from a scenario."""
        self.scenario = scenario
        self.parameters = Parameters(scenario.parameters)
        self.on = frozenset(name for name, switch in scenario.mechanisms.items() if switch is True)
        self.choices = chosen(scenario)  # the form of each mechanism that has several
        self.rivals = frozenset(name for name, switch in scenario.rivals.items() if switch)
        self.switches = switch_record(scenario)  # the same, for compiled loops

    def sizes(self) -> dict[str, int]:
        """Length of each axis."""
        return {
            "organisation": len(self.names) + SPARE_ROWS,
            "cell": len(self.theatre.people),
            "country": len(self.countries),
            "activity": len(ACTIVITIES),
            "kind": len(ATTACK_KINDS),
            "killer": len(KILLERS),
            "term": len(TERMS),
            "land_term": len(LAND_TERMS),
            "channel": len(CHANNELS),
            "headquarters": len(self.scenario.core.headquarters),
            "town": len(self.scenario.towns),
            "country_lever": len(COUNTRY_LEVERS),
            "hub": len(self.hubs),
            "camp": 1 + len(self.hubs),
            "ally": len(self.allies),
            "phase": len(self.scenario.policy.phases),
            "sector": len(self.theatre.sector_country),
            "army": len(self.armies),
        }

    @property
    def organisations(self) -> int:
        """Number of rows, spare ones included."""
        return len(self.present)

    @property
    def fighters(self) -> Floats:
        """Local and foreign fighters together (organisations,)."""
        return self.local_fighters + self.foreign_fighters

    @property
    def provinces(self) -> Flags:
        """Organisations that are provinces now (organisations,)."""
        return np.asarray(self.status == PROVINCE)

    def distances(self) -> Floats:
        """Distances between headquarters, km (organisations, organisations)."""
        kept, homes = self.cache.get("distances"), self.home.tobytes()
        if kept is None or kept[0] != homes:
            kept = self.cache["distances"] = (homes, self.theatre.distances_among(self.home))
        return np.asarray(kept[1])

    @property
    def luck(self) -> Records:
        """Uniform numbers of this week (organisations,), a column a purpose of `streams.OF_ORGANISATIONS`."""
        return self.streams.table(OF_ORGANISATIONS, self.week, len(self.present))

    @property
    def luck_of_countries(self) -> Records:
        """Uniform numbers of this week (countries,), a column a purpose of `streams.OF_COUNTRIES`."""
        return self.streams.table(OF_COUNTRIES, self.week, len(self.countries))

    def draws(self, purpose: str, size: int | None = None) -> Floats:
        """Uniform numbers of this week for a purpose, one an organisation unless a size is given."""
        return self.streams.uniforms(purpose, self.week, len(self.present) if size is None else size)

    def account(self, entry: str, amount: float) -> None:
        """Add to the accounts of where people and money came from and went."""
        self.accounts[entry] = self.accounts.get(entry, 0.0) + amount

    def note(self, kind: str, organisation: int, cause: str, **details: Any) -> None:
        """Record an event. A negative number of an organisation means none."""
        name = self.names[organisation] if organisation >= 0 else ""
        self.events.append(Event(self.week, kind, name, cause, **details))


@cache
def fields() -> dict[str, Field]:
    """Declarations of all state fields by name."""
    return declarations(State)
