"""The phases of a policy in time: when each starts and ends, and whether they make sense together."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from model.scenario.checks import ROUNDING, named, window, windows
from model.scenario.compose import Composition
from model.scenario.efforts import Part, brought, efforts_of, parts
from model.scenario.policy_checks import name_checks, trigger_checks
from model.scenario.problems import KeyPath, Problem, other, show
from model.scenario.schema import Phase, Scenario

type Span = tuple[float, float]

NO_SCENARIO = date(1, 1, 1)
WITHIN = "a time within the scenario"  # what a policy none of whose phases falls within one would need


def phase_weeks(phase: Phase, scenario: Scenario) -> tuple[int, int]:
    """Return the weeks of a phase within a scenario: the first, and the one after the last.

    A date counts from the week in which it falls, so that a phase which ends on the day on which another starts leaves
    no gap and no overlap. Both are cut to 0..weeks; a phase outside the scenario has no weeks. Of a phase that waits for
    something the first is the earliest possible.
    """
    last = scenario.weeks if phase.end is None else _week(phase.end, scenario)
    first = max(_week(phase.start, scenario), phase.delay if phase.when else 0)
    first, last = (min(max(0, week), scenario.weeks) for week in (first, last))
    return first, last


def _week(moment: date | int, scenario: Scenario) -> int:
    return moment if isinstance(moment, int) else (moment - scenario.start).days // 7


def phase_checks(composition: Composition, data: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a policy's phases: ends before starts, efforts over 1 on a day, none in the scenario."""
    policy = data.get("policy")
    phases = dict(named(policy, "phases")) if isinstance(policy, dict) else {}
    start = data.get("start") if window(data) else _origin(phases)
    spans = {name: _span(phase, start) for name, phase in phases.items()}
    for name, phase in phases.items():
        span = spans[name]
        path: KeyPath = ("policy", "phases", name, "end")
        if span and span[1] <= span[0]:
            delay = f" and a delay of {phase['delay']} weeks" if phase.get("delay") else ""
            words = f"must be after the start, {show(phase.get('start', 0))}{delay}, got {show(phase.get('end'))}"
            yield other(composition.origin(path), path, words, phase.get("end"), "a time after the start")
        yield from name_checks(composition, data, name, phase.get("effort"))
        yield from trigger_checks(composition, data, name, phase)
    bound = {name: span for name, span in spans.items() if span and phases[name].get("on_top") is not True}
    if not (isinstance(policy, dict) and policy.get("on_top") is True):
        yield from _efforts(composition, data, bound, start)
    yield from _outside(composition, phases)


def _origin(phases: dict[str, dict[str, Any]]) -> date | None:
    """Return a start for a policy without a scenario: any will do where all its phases are in weeks."""
    moments = [phase[key] for phase in phases.values() for key in ("start", "end") if key in phase]
    return NO_SCENARIO if all(type(moment) is int for moment in moments) else None


def _span(phase: dict[str, Any], start: date | None) -> Span | None:
    """Return a phase's first day and the day after its last as ordinals, or None where they cannot be compared."""
    first, last = (_day(phase.get(key), start) for key in ("start", "end"))
    if type(phase.get("start", 0)) is int and phase.get("start", 0) == 0:
        first = float(start.toordinal()) if start else float("-inf")
    last = float("inf") if "end" not in phase else last
    delay = phase.get("delay")
    if first is not None and start is not None and phase.get("when") and type(delay) is int and 0 <= delay <= 2600:
        first = max(first, float(start.toordinal() + 7 * delay))  # at the earliest
    return None if first is None or last is None else (first, last)


def _day(moment: object, start: date | None) -> float | None:
    if type(moment) is date:
        return float(moment.toordinal())
    if type(moment) is int and start is not None and 0 <= moment <= 2600:
        return float(start.toordinal() + 7 * moment)
    return None


def _efforts(
    composition: Composition, data: dict[str, Any], spans: dict[str, Span], start: date | None
) -> Iterator[Problem]:
    """Yield the first day on which all phases together take more than there is, once for each set of phases.

    Shares of all allies add up to at most 1, so do those of each ally; and both together take no more than allies bring.
    A phase that waits counts from the earliest day on which it can start; phases on top of the others do not count.
    """
    phases: dict[str, dict[str, Any]] = dict(named(data["policy"], "phases"))
    reported: set[frozenset[str]] = set()
    shares = {name: parts(phase.get("effort")) for name, phase in phases.items()}
    for name, (first, _) in sorted(spans.items(), key=lambda item: item[1]):
        under_way = [each for each, (begin, end) in spans.items() if begin <= first < end]
        words = _too_much([part for each in under_way for part in shares[each]], efforts_of(data))
        if not words or frozenset(under_way) in reported:
            continue
        reported.add(frozenset(under_way))
        path: KeyPath = ("policy", "phases", name, "effort")
        among = f" ({' + '.join(under_way)})" if len(under_way) > 1 else ""
        said = f"shares of effort {_named(first, start)} must add up to at most {words}{among}"
        yield other(composition.origin(path), path, said, words, "a sum of at most 1, or `on_top = true`")


def _too_much(found: list[Part], efforts: dict[str, float]) -> str:
    """Return what is too much in words with its numbers; nothing where allies can bring it."""
    joint = sum(part.share for part in found if not part.ally)
    if joint > 1 + ROUNDING:
        return f"1, got {joint:g}"
    for ally in {part.ally: 0 for part in found if part.ally}:
        own = sum(part.share for part in found if part.ally == ally)
        if own > 1 + ROUNDING:
            return f"1 for {ally}, got {own:g}"
    taken, there = brought(found, efforts)
    if taken <= there + ROUNDING:
        return ""
    own = taken - joint * there
    return f"what all allies bring, {there:g}, got {taken:g}: {joint * there:g} of all and {own:g} of single allies"


def _named(day: float, start: date | None) -> str:
    if start == NO_SCENARIO:
        return f"in week {(int(day) - NO_SCENARIO.toordinal()) // 7}"
    return f"on {date.fromordinal(int(day))}" if abs(day) < float("inf") else "from the start"


def _outside(composition: Composition, phases: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """A policy serves scenarios of several years, so that single phases may miss one; if all do, it does nothing.

    A phase may fall within the weeks as overridden (they may be more) or within those of the files (a run that overrides
    shorten may well end before a policy starts).
    """
    periods = windows(composition)
    if not periods or not phases:
        return
    for period in periods:
        first, last = (day.toordinal() for day in period)
        spans = [_span(phase, period[0]) for phase in phases.values()]
        if any(span is None or (span[0] < last and span[1] > first) for span in spans):
            return
    name, (begin, end) = next(iter(phases)), periods[0]
    path: KeyPath = ("policy", "phases", name, "start")
    words = f"no phase of this policy falls within the scenario, {begin} to {end - timedelta(days=1)}"
    yield other(composition.origin(path), path, words, phases[name].get("start", 0), WITHIN)
