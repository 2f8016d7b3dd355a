"""What the arms of a claim cost in allied effort: policies that are compared *instead* of each other cost the same."""

from collections import defaultdict
from datetime import date

from model.scenario.schema import Scenario

TOLERANCE = 0.01  # share by which the effort of arms may differ and still be equal


def effort_weeks(scenario: Scenario, weeks: int) -> dict[str, float]:
    """Return the shares of effort that a policy spends, summed over its phases and weeks, by what the phases wait for.

    Those that wait for nothing stand under the empty name. When one that waits (`when`) begins, the run decides; it is
    counted as if that were its `start`, so that arms cost the same where they spend the same on what waits for the same.
    """
    total: dict[str, float] = defaultdict(float)
    for phase in scenario.policy.phases.values():
        start, end = (_week(scenario, each, weeks) for each in (phase.start, phase.end))
        share = sum(part.share for part in phase.parts if not part.ally)
        waits = f"{phase.when} and {phase.delay} weeks" if phase.when and phase.delay else phase.when
        total[waits] += share * max(0.0, min(end, weeks) - min(start, weeks))
    return dict(total)


def _week(scenario: Scenario, moment: date | int | None, weeks: int) -> float:
    """Return a date or week as weeks from the start, at least 0; the end of the run where it is omitted."""
    if moment is None:
        return float(weeks)
    if isinstance(moment, date):
        return max(0.0, (moment - scenario.start).days / 7)
    return float(moment)
