"""The shape of scenario and policy files: one pydantic class a table, unknown keys refused.

These classes say what may be written; those of policies are in `policies.py`. Reading files, `extends`, overrides and errors
are in `load.py` and `problems.py`; what parameters, mechanisms, rivals and levers mean in `scenarios/parameters.toml`.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from model.scenario.maps import RESOLUTIONS, Resolution, TheatreName, map_name
from model.scenario.policies import LEVERS, Lever, Phase, Policy
from model.scenario.table import Amount, Count, Indicator, Iso3, Latitude, Longitude, Radius, Share, Table, Week

__all__ = [
    "HOLDING_RIM", "LEVERS", "RESOLUTIONS", "Ally", "Area", "Branch", "Core", "Government", "Group", "Holder", "Holding",
    "Homeland", "Hub", "Lever", "Partner", "Phase", "Place", "Policy", "Scenario", "Table", "TimelineEvent", "Town",
]  # fmt: skip


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


class Holder(Table):
    """Who holds a town from a date on."""

    date: date
    by: str = Field(description="core (or one of its provinces), a group, state (or its partners), or contested")


class Town(Place):
    """A town whose control is recorded; `held` is what was reported, to hold runs against: no run depends on it."""

    country: Iso3
    held: list[Holder] = Field([], description="who held it when, by date")
    source: str = ""


class Area(Place):
    """A constituency area: within `radius_km`, `share` of people belong to the population that the core appeals to."""

    country: Iso3
    radius_km: Radius
    share: Share
    source: str = ""


class TimelineEvent(Table):
    """An event that happens on a date, whatever the agents do."""

    date: date
    kind: Literal[
        "prestige", "treasury_loss", "fighters_loss", "control_loss", "brutality", "attack", "legitimacy",
        "exclusion", "forces",
    ]  # fmt: skip
    target: str = Field("core", description="core, a group, a hub, or a government (ISO 3166 code)")
    amount: float = Field(ge=-1, le=1, allow_inf_nan=False, description="amount added, or share lost")
    place: Place | None = None
    radius_km: Radius | None = None
    country: Iso3 | None = Field(None, description="country of an attack")
    meaning: str
    source: str = ""


class Branch(Table):
    """From the week `start` on, a run goes on under another policy or other values: only what changes is here."""

    start: Week = Field(
        description="weeks since the scenario's start; the past up to here is that of the run without it"
    )
    policy: Policy | None = None
    parameters: dict[str, dict[str, float]] = Field(default_factory=dict)
    mechanisms: dict[str, bool | str] = Field(default_factory=dict)
    rivals: dict[str, bool] = Field(default_factory=dict)

    @property
    def changes(self) -> int:
        """How many values other than the policy change."""
        return sum(map(len, self.parameters.values())) + len(self.mechanisms) + len(self.rivals)


def _digest(texts: Mapping[str, str]) -> str:
    text = ",".join(f"{json.dumps(name)}:{value}" for name, value in texts.items())
    return hashlib.sha256(f"{{{text}}}".encode()).hexdigest()[:16]


class Scenario(Table):
    """A composed and validated scenario: everything a run depends on except its seed."""

    name: str
    title: str
    question: str
    theatre: TheatreName = "region"
    resolution: Resolution = Field(0.5, description="degrees")
    start: date
    weeks: int = Field(ge=1, le=2600)
    core: Core
    hubs: dict[str, Hub] = Field({})
    groups: dict[str, Group] = Field({})
    governments: dict[Iso3, Government] = Field(min_length=1)
    allies: dict[str, Ally] = Field({})
    partners: dict[str, Partner] = Field({})
    towns: dict[str, Town] = Field({})
    areas: dict[str, Area] = Field({})
    timeline: dict[str, TimelineEvent] = Field({})
    mechanisms: dict[str, bool | str]
    rivals: dict[str, bool]
    parameters: dict[str, dict[str, float]]
    policy: Policy
    sources: dict[str, str] = Field(
        {}, description="where the figures of a table come from: 'governments.capital' = '...'"
    )
    branch: Branch | None = Field(None, description="from a week on: another policy, or other values")
    left_out: dict[str, list[str]] = Field({}, description="what `countries` leaves out: titles by table")
    map_digest: str = Field("", description="of a map file, what identifies its content")

    def __repr__(self) -> str:
        return f"Scenario({self.name}, {self.plan}, {self.weeks} weeks from {self.start})"

    __str__ = __repr__

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits of the SHA-256 of the scenario as JSON, fields in the order of the schema.

        The order of groups, governments and allies counts: they are numbered in it.
        """
        return _digest(self._as_json())

    @cached_property
    def texts(self) -> dict[str, str]:
        """Each field as JSON, for the digests of copies that are `varied`."""
        return self._as_json()

    def _as_json(self, names: Collection[str] | None = None) -> dict[str, str]:
        """Return fields as JSON, those of `names` or all that are digested."""
        without = {name for name in ("branch", "left_out", "map_digest") if not getattr(self, name)}
        dumped = self.model_dump(mode="json", include=None if names is None else set(names), exclude=without)
        if "theatre" in dumped:
            dumped["theatre"] = map_name(self.theatre)
        return {name: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for name, value in dumped.items()}

    def varied(self, **fields: Any) -> "Scenario":
        """Return a copy with other values of some fields, which are not checked.

        Its digest is made of what is known of all others: of thousands of copies it would take longer than their storing.
        """
        copied = self.model_copy(update=fields)
        vars(copied).pop("texts", None)  # what is computed is copied along
        vars(copied)["digest"] = _digest(self.texts | copied._as_json(fields))
        return copied

    @property
    def later(self) -> "Scenario":
        """The scenario as it is after its branch."""
        if self.branch is None:
            return self
        parameters = {name: each | self.branch.parameters.get(name, {}) for name, each in self.parameters.items()}
        return self.model_copy(update={
            "policy": self.branch.policy or self.policy, "parameters": parameters, "branch": None,
            "mechanisms": self.mechanisms | self.branch.mechanisms, "rivals": self.rivals | self.branch.rivals,
        })  # fmt: skip

    @property
    def turn(self) -> str:
        """The branch in words: `from 5 January 2015: Sever links, 1 value changed`; empty without one."""
        if self.branch is None:
            return ""
        day = self.start + timedelta(weeks=self.branch.start)
        changes = self.branch.changes
        parts = [self.branch.policy.heading] if self.branch.policy else []
        parts += [f"{changes} value{'s' if changes > 1 else ''} changed"] if changes else []
        return f"from {day:%-d %B %Y}: {', '.join(parts) or 'as before'}"

    @property
    def heading(self) -> str:
        """The title of the policy, and what follows from a week on."""
        return f"{self.policy.heading}, {self.turn}" if self.branch else self.policy.heading

    @property
    def plan(self) -> str:
        """The name of the policy, and where there is a branch what follows: `core_only-from-2015-01-05-sever_links`."""
        if self.branch is None:
            return self.policy.name
        day = self.start + timedelta(weeks=self.branch.start)
        then = [self.branch.policy.name] if self.branch.policy else []
        digest = hashlib.sha256(self.branch.model_dump_json(exclude={"policy"}).encode()).hexdigest()
        then += [f"changed_{digest[:4]}"] if self.branch.changes else []
        return "-".join([self.policy.name, "from", str(day), *(then or ["as_before"])])
