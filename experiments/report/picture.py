"""What a map of a run shows, without what draws it: whoever only hands a picture on need not import matplotlib."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from experiments.report import palette
from model.scenario.schema import Scenario
from model.why.armies import Deployment, Seat
from model.why.kinds import EVENT_KINDS

if TYPE_CHECKING:  # half a second each: tables and loops
    import pandas as pd

    from model.record import Result

Columns = Mapping[str, Sequence[str]]
NOWHERE = Deployment((), (), ())


@dataclass(frozen=True)
class Kind:
    """What an organisation is to the core, and how it is drawn."""

    label: str
    colour: str
    dashes: str


KINDS = {
    "core": Kind("core", palette.CORE, "solid"),
    "province": Kind("provinces", palette.PROVINCE, "solid"),
    "rival_franchise": Kind("rival franchises", palette.RIVAL, "dashed"),
    "independent": Kind("independent groups", palette.INDEPENDENT, "dotted"),
}


@dataclass(frozen=True)
class Picture:
    """All that a map shows: control (organisations, rows, columns), nan where no cell is, and the words around it."""

    scenario: Scenario
    control: npt.NDArray[np.float64]
    names: list[str]
    titles: dict[str, str]
    kinds: dict[str, str]
    title: str
    note: str
    most_names: int = 40
    deployment: Deployment = NOWHERE
    armies: tuple[Seat, ...] = ()


def picture_of(result: "Result") -> Picture:
    """Return what the map of the end of one run shows."""
    scenario = result.scenario
    names = list(result.organisation_names)
    return Picture(
        scenario=scenario,
        control=np.asarray(result.control, dtype=np.float64),
        names=names,
        titles=dict(result.organisation_titles),
        kinds=kinds_at_end(scenario, names, kinds_of_events(result)),
        title=f"{scenario.title}: {scenario.heading}, {end_date(scenario):%d %B %Y}",
        note=provenance(scenario, scenario.plan, f"seed {result.seed}"),
        deployment=result.deployment,
        armies=result.armies,
    )


def end_date(scenario: Scenario) -> date:
    """Return the date after the scenario's last week."""
    return scenario.start + timedelta(weeks=scenario.weeks)


def provenance(scenario: Scenario, policy: str, seeds: str) -> str:
    """Return the small type of a figure: scenario, policy, seeds, version."""
    digest = [scenario.digest] if policy == scenario.plan else []  # it covers the policy
    parts = [scenario.name, policy, seeds, f"{scenario.weeks} weeks", f"inkspot {version('inkspot')}", *digest]
    return " · ".join(parts)


def kinds_of_events(result: "Result") -> Columns:
    """Return the columns of a run's events that `kinds_at_end` reads, without pandas."""
    events = result.event_list
    return {"kind": [event.kind for event in events], "organisation": [event.organisation for event in events]}


def kinds_at_end(scenario: Scenario, names: list[str], events: "pd.DataFrame | Columns") -> dict[str, str]:
    """Return what each organisation is at the end: its status at the start, changed by what happened to it."""
    kinds = {name: str(scenario.groups[name].status) if name in scenario.groups else "independent" for name in names}
    kinds[names[0]] = "core"
    for kind, organisation in zip(events["kind"], events["organisation"], strict=True):
        if EVENT_KINDS[kind].becomes and organisation in kinds:
            kinds[organisation] = EVENT_KINDS[kind].becomes
    return kinds
