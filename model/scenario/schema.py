"""The shape of scenario and policy files: one pydantic class a table, unknown keys refused.

These classes say what may be written; those of who acts are in `actors.py`, of policies in `policies.py`. Reading files,
`extends`, overrides and errors are in `load.py` and `problems.py`; what parameters, mechanisms, rivals and levers mean in
`scenarios/parameters.toml`.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from model.scenario.actors import (
    HOLDING_RIM,
    Ally,
    Core,
    Government,
    Group,
    Holding,
    Homeland,
    Hub,
    Partner,
    Place,
)  # fmt: skip
from model.scenario.maps import RESOLUTIONS, Resolution, TheatreName, map_name
from model.scenario.policies import LEVERS, Lever, Phase, Policy
from model.scenario.table import Iso3, Radius, Share, Table, Week

__all__ = [
    "HOLDING_RIM", "LEVERS", "RESOLUTIONS", "Ally", "Area", "Branch", "Core", "Government", "Group", "Holder", "Holding",
    "Homeland", "Hub", "Lever", "Partner", "Phase", "Place", "Policy", "Scenario", "Table", "TimelineEvent", "Town",
]  # fmt: skip


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
