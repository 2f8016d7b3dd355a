"""What a measure asks of a run that the run does not have, in the same words for ledgers, targets and lessons.

What is wrong with a measure by itself, whatever the run, `parse_measure` says (`language.py`).
"""

from datetime import timedelta

from experiments.measures.dates import in_words, week_of
from experiments.measures.measure import Measure
from model.scenario.problems import KeyPath, Problem, few, nearest, other
from model.scenario.schema import Scenario

EARLY = timedelta(days=3)  # half a week: a date so little before the start is the start


def measure_problems(
    file: str, path: KeyPath, measure: Measure, scenario: Scenario, weeks: int | None = None
) -> list[Problem]:
    """Return the names, dates and weeks of a measure at `path` that runs of `weeks` weeks of a scenario do not have.

    Without `weeks` it may name any week from the start on; a period may begin before it.
    """
    problems = []
    for wrong in measure.names(scenario):
        words = f'`{wrong.key}` names "{wrong.name}", which {scenario.name} does not have'
        close = nearest(wrong.name, wrong.allowed)
        problems.append(other(file, path, words, wrong.name, few(wrong.allowed), close))
    for moment in measure.moments():
        when, week = in_words(moment.when), week_of(moment.when, scenario.start, moment.key)
        if not isinstance(moment.when, int) and moment.when < scenario.start - EARLY and moment.key != "from":
            words = f"names {when}, but the run begins on {scenario.start}"
            problems.append(other(file, path, words, moment.when, f"{scenario.start} or later"))
        elif weeks is not None and week > weeks:
            words = f"names {when}, but the experiment ends in week {weeks}"
            problems.append(other(file, path, words, moment.when, f"0 to {weeks}"))
    return problems
