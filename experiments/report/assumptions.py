"""What runs take for granted, as a page shows it: policies in words, parameters with their ranges, switches, groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.report.figures import short
from model.scenario.declarations import Mechanism, Parameter, Rival, declarations
from model.scenario.schema import Group, Phase, Policy, Scenario, TimelineEvent


@dataclass(frozen=True)
class PolicyWords:
    """A policy in words: its rules in a sentence, and a line for each of its phases."""

    name: str
    title: str
    meaning: str
    source: str
    rules: str
    phases: list[str]


def policy_words(policy: Policy) -> PolicyWords:
    """Return a policy in words."""
    return PolicyWords(
        name=policy.name,
        title=policy.heading,
        meaning=policy.meaning,
        source=policy.source,
        rules=f"cuts links by the rule “{policy.targeting}”, strikes {policy.strike_targeting}; "
        f"allocation is {policy.allocation}, responsibility {policy.division}"
        + ("; it brings more effort than the baseline policy" if policy.on_top else ""),
        phases=[_phase(name, phase) for name, phase in policy.phases.items()],
    )


def _phase(name: str, phase: Phase) -> str:
    shares = ", ".join(f"{part.words} {part.share:.0%}" for part in phase.parts) or "nothing"
    start, end = (
        f"week {when}" if isinstance(when, int) else f"{when}" for when in (phase.start, phase.end or "the end")
    )
    start = f"{phase.delay} weeks after {phase.when}, not before {start}" if phase.when else start
    return f"{short(name)} (from {start} to {end}{', on top of the rest' if phase.on_top else ''}): {shares}"


@dataclass(frozen=True)
class ParameterRow:
    """A parameter with its value in the scenario and its declaration."""

    name: str
    value: float
    declared: Parameter


@dataclass(frozen=True)
class SwitchRow:
    """A mechanism or rival finding: on or off, or the option that is chosen."""

    name: str
    on: bool | str
    meaning: str


@dataclass(frozen=True)
class Assumptions:
    """What runs take for granted; `changed`: the parameters that have another value than the declared one."""

    parameters: list[ParameterRow]
    changed: list[str]
    mechanisms: list[SwitchRow]
    rivals: list[SwitchRow]
    groups: list[tuple[str, Group]]
    timeline: list[TimelineEvent]
    sources: list[tuple[str, str]]


def assumptions(scenario: Scenario) -> Assumptions:
    """Return what the runs take for granted: parameters with ranges and sources, switches, groups, timeline, sources."""
    declared = declarations()
    parameters = [
        ParameterRow(f"{family}.{name}", scenario.parameters[family][name], parameter)
        for family, members in declared.parameters.items()
        for name, parameter in members.items()
        if name in scenario.parameters.get(family, {})
    ]
    return Assumptions(
        parameters=parameters,
        changed=[row.name for row in parameters if row.value != row.declared.value],
        mechanisms=_switches(scenario.mechanisms, declared.mechanisms),
        rivals=_switches(scenario.rivals, declared.rivals),
        groups=list(scenario.groups.items()),
        timeline=sorted(scenario.timeline.values(), key=lambda event: event.date),
        sources=sorted(scenario.sources.items()),
    )


def _switches(
    switches: Mapping[str, bool | str], declared: Mapping[str, Mechanism] | Mapping[str, Rival]
) -> list[SwitchRow]:
    return [SwitchRow(name, on, declared[name].meaning if name in declared else "") for name, on in switches.items()]
