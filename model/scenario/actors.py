"""Those who act in a scenario, and where: core, hubs, groups, governments, allies, partners. One pydantic class a table."""

from datetime import date
from typing import Literal

from pydantic import Field

from model.scenario.table import Amount, Count, Indicator, Iso3, Latitude, Longitude, Radius, Share, Table


class Place(Table):
    """A named point on the map."""

    place: str
    lat: Latitude
    lon: Longitude


HOLDING_RIM = 0.5  # outer share of the radius over which control falls to none: what a holding means, not an assumption


class Holding(Place):
    """What an organisation holds at the start: `control` around the place, falling to zero over the rim of `radius_km`."""

    radius_km: Radius
    control: Share
    source: str = ""


class Core(Table):
    """The militant core: what it has when the scenario starts."""

    name: str
    headquarters: list[Place] = Field(min_length=1)
    holdings: list[Holding] = Field([])
    local_fighters: Count
    foreign_fighters: Count
    treasury: Amount = Field(description="USD")
    prestige: Share
    brutality: Share
    skill: float = Field(ge=0.1, le=10, description="fighting skill; a local militia's is 1")
    source: str = ""


class Hub(Place):
    """A rival centre that local groups may belong to (al-Qaeda's leadership, for instance)."""

    name: str
    prestige: Share
    source: str = ""


class Group(Place):
    """A local armed group that may become a province of the core."""

    name: str
    country: Iso3
    status: Literal["independent", "province", "rival_franchise"] = "independent"
    hub: str = ""
    hub_tie: Share = Field(0.0, description="strength of the tie to the hub; 0 none, 1 a franchise under oath")
    parent: str = Field("", description="the group whose faction this one is")
    fighters: Count
    foreign_share: Share = 0.0
    treasury: Amount = Field(0.0, description="USD")
    conviction: Share = Field(description="closeness to the core's creed")
    ambition: Share = Field(description="gain of its leaders from a new label")
    need: Share = Field(description="lack of means of its own")
    brutality: Share
    skill: float = Field(1.0, ge=0.1, le=10)
    envoys: Amount = Field(0.0, description="people of this group with personal ties to the core's leaders")
    media: Share = Field(0.0, description="capacity of the media channel to the core")
    holdings: list[Holding] = Field([])
    refused: bool = Field(False, description="refused the core in public before the start")
    present: bool = True
    source: str = ""


class Government(Table):
    """A state's figures at the start, as published; `state/arrays.py` turns them into what the model uses."""

    name: str
    capital: tuple[Latitude, Longitude] = Field(strict=False, description="latitude, longitude")  # TOML has lists only
    population: float = Field(gt=0, le=2000, allow_inf_nan=False, description="millions, in the cells of the map")
    forces_per_1000: float = Field(ge=0, le=100, allow_inf_nan=False, description="security forces per 1,000 people")
    government_effectiveness: Indicator
    political_stability: Indicator
    rule_of_law: Indicator
    control_of_corruption: Indicator
    sunni_share: Share
    shia_share: Share = 0.0
    excluded_share: Share = Field(0.0, description="share of people in ethnic groups excluded from power")
    discriminated_share: Share = 0.0
    ruggedness: float = Field(0.5, ge=0, le=10, allow_inf_nan=False, description="terrain ruggedness, 100 m")
    anti_foreign: Share = Field(0.4, description="dislike of foreign movements")
    border_control: Share = 0.5
    posture: Share = Field(0.4, description="posture towards minorities' dissent: 0 tolerance, 1 crackdown")
    coalition: bool = False
    readiness: Share = Field(1.0, description="share of its field army that can be sent to fight at the start")
    travelled: Count = Field(0, description="foreign fighters that had come from it by the start")
    displaced: Amount = Field(0.0, description="millions displaced within it at the start, by any cause")
    governed_share: Share = Field(1.0, description="share of the country in which the state has any forces")
    source: str = ""


class Ally(Table):
    """An outside government that spends effort against the core and its provinces, or an outside power."""

    name: str
    kind: Literal["western", "regional", "outside_power"]
    effort: float = Field(ge=0, le=10, allow_inf_nan=False, description="weekly effort; the leading ally's is 1")
    start: date | None = Field(None, description="date from which it spends effort; omitted: from the start")
    reach: list[Iso3] = Field([], description="countries in which it can act from its own bases")
    neighbours: list[Iso3] = Field([], description="countries it could reach with new bases")
    threat: Share = Field(0.3, description="threat perception at the start")
    diaspora: dict[Iso3, Amount] = Field({}, description="people from each country living there, thousands")
    source: str = ""


class Homeland(Place):
    """Where the people of a partner live: within `radius_km` of the place."""

    radius_km: Radius


class Partner(Table):
    """An organisation of the state's side that fights on the ground: a militia, a tribal force, a contingent."""

    name: str
    countries: list[Iso3] = Field(min_length=1, description="countries in which it may fight, its own first")
    homelands: list[Homeland] = Field(min_length=1, description="where its people live, or where it is paid to stand")
    soldiers: Count
    skill: float = Field(1.0, ge=0.1, le=10, description="fighting skill; a local militia's is 1")
    start: date | None = Field(None, description="date from which it fights; omitted: from the start")
    end: date | None = Field(None, description="date on which it stops fighting; omitted: never")
    sponsors: list[str] = Field([], description="allies or governments (ISO 3166 codes) that pay or arm it")
    source: str = ""
