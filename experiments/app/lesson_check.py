"""Whether a lesson teaches what the model does: its findings on paired seeds, a challenge that can be won, not blindly."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.app.ensemble import Ensemble
from experiments.app.lesson import Lesson, corners
from experiments.app.lesson_parts import Answer, Challenge, Finding
from experiments.batch.errors import UserError
from experiments.measures.language import Measure
from experiments.measures.numbers import number
from experiments.measures.statistics import Paired, paired_difference
from model.state.fields import Floats

WON = 100  # the score at which a challenge is won


@dataclass(frozen=True)
class Found:
    """What runs say of a finding: both means, the paired difference, the answer; `undetermined` across a margin."""

    finding: Finding
    first: float
    second: float
    paired: Paired
    seeds: int
    answer: Answer | Literal["undetermined"]

    @property
    def holds(self) -> bool:
        """Whether runs give the answer that the lesson declares."""
        return self.answer == self.finding.answer

    @property
    def words(self) -> str:
        """The means and the difference with its interval, in a sentence."""
        paired, means = self.paired, f"{number(self.first)} in the first world, {number(self.second)} in the second"
        interval = f"{number(paired.low, signed=True)} to {number(paired.high, signed=True)}"
        size = f"difference {number(paired.difference, signed=True)}, interval {interval}"
        return f"{self.finding.measure.label}: {means} ({size}; {self.seeds} paired seeds)"


def answer_of(paired: Paired, first: float, margin: float) -> Answer | Literal["undetermined"]:
    """Return the answer of an interval: beyond the margin on one side, within it, or none.

    `margin`: a share of the mean of the first world, `first`.
    """
    least = margin * abs(first)
    if paired.low > least:
        return "higher"
    if paired.high < -least:
        return "lower"
    return "same" if -least <= paired.low and paired.high <= least else "undetermined"


def found(finding: Finding, ensemble: Ensemble) -> Found:
    """Return what the paired runs of two worlds say of a finding."""
    seeds = ensemble.paired
    one, two = (_values(ensemble, arm, seeds, finding.measure) for arm in (0, 1))
    paired = paired_difference(two, one)
    first, second = float(one.mean()), float(two.mean())
    return Found(finding, first, second, paired, len(seeds), answer_of(paired, first, finding.margin))


def goal_values(challenge: Challenge, values: dict[str, float], ensemble: Ensemble) -> list[float]:
    """Return what was reached of each goal: the mean over seeds, or where the knob stands."""
    seeds = ensemble.paired
    return [
        float(_values(ensemble, 0, seeds, goal.measure).mean()) if goal.measure is not None else values[goal.knob or ""]
        for goal in challenge.goals
    ]  # fmt: skip


def score(challenge: Challenge, values: dict[str, float], ensemble: Ensemble) -> int:
    """Return the score of an attempt: that of the goal which is reached least."""
    reached = goal_values(challenge, values, ensemble)
    return min(goal.score(value) for goal, value in zip(challenge.goals, reached, strict=True))


def untaught(lesson: Lesson, say: Callable[[str], None] = lambda line: None) -> list[str]:
    """Run a lesson; return what is not so: findings that do not hold, a challenge won blindly or not even by `winning`.

    Blindly is with knobs as they stand at first, or all at an end. `say` takes a line for each finding and each attempt.
    """
    wrong = []
    worlds = _run(Ensemble(lesson.setting, lesson.seeds, measures=lesson.measures, engine=1))
    for finding in lesson.findings:
        seen = found(finding, worlds)
        say(seen.words)
        if not seen.holds:
            wrong.append(f"the lesson says `{finding.answer}`, its runs say `{seen.answer}`: {seen.words}")
    challenge = lesson.challenge
    keys = [knob.key for knob in challenge.knobs]
    blind = [dict(zip(keys, corner, strict=True)) for corner in corners(lesson)]
    blind += [challenge.start] if challenge.start not in blind else []
    for values in (challenge.winning, *blind):
        runs = _run(Ensemble(lesson.attempt(values), lesson.seeds, measures=challenge.measures, engine=1))
        points, reached = score(challenge, values, runs), ", ".join(map(number, goal_values(challenge, values, runs)))
        words = f"knobs at {', '.join(f'{value:g}' for value in values.values())}: score {points} ({reached})"
        say(words)
        if (points >= WON) != (values is challenge.winning):
            wrong.append(f"{'the stored `winning` loses' if values is challenge.winning else 'wins blindly'}, {words}")
    return wrong


def _run(ensemble: Ensemble) -> Ensemble:
    ensemble.run()
    if ensemble.failures:
        raise UserError(ensemble.failures[0])
    return ensemble


def _values(ensemble: Ensemble, arm: int, seeds: list[int], measure: Measure) -> Floats:
    return np.array([ensemble.courses[arm][seed].measured[measure.text] for seed in seeds])
