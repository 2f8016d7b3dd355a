"""What the arms of a claim cost in allied effort: policies that are compared *instead* of each other cost the same."""

from datetime import date

from model.scenario.schema import Scenario

TOLERANCE = 0.01  # share by which the effort of arms may differ and still be equal


def effort_weeks(scenario: Scenario, weeks: int) -> float | None:
    """Return the shares of effort that a policy spends, summed over its phases and weeks; None where a phase waits
    for something (`when`), so that only the run decides.
    """
    total = 0.0
    for phase in scenario.policy.phases.values():
        if phase.when:
            return None
        start, end = (_week(scenario, each, weeks) for each in (phase.start, phase.end))
        share = sum(part.share for part in phase.parts if not part.ally)
        total += share * max(0.0, min(end, weeks) - min(start, weeks))
    return total


def _week(scenario: Scenario, moment: date | int | None, weeks: int) -> float:
    """Return a date or week as weeks from the start, at least 0; the end of the run where it is omitted."""
    if moment is None:
        return float(weeks)
    if isinstance(moment, date):
        return max(0.0, (moment - scenario.start).days / 7)
    return float(moment)
