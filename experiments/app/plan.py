"""The policy desk's plan: levers with a start, an end and an effort, within the budget of every week.

A plan is written as overrides: the policy's phases that overlap add up, so that each bar becomes a phase of one lever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from experiments.app.setting import Arm
from experiments.batch.errors import UserError
from experiments.points.policy_files import WHOLE
from model.scenario.efforts import Part, nested
from model.scenario.phases import phase_weeks
from model.scenario.schema import LEVERS, Scenario

BASE = "no_intervention"  # a policy without phases, on which a plan is laid
PREFIX = "policy.phases."
RULES = (*WHOLE, "on_top")  # what a policy states once for all its phases
ROUNDING = 1e-9


@dataclass(frozen=True)
class Bar:
    """A lever that gets `effort` (a share of the budget) in the weeks from `start` up to, without, `end`.

    target, ally: the country or organisation that it is for, and the one ally whose budget it is; none: anywhere, all.
    when, delay: what it waits for, as in a phase. on_top: it does not count against the budget.
    """

    lever: str
    start: int
    end: int
    effort: float
    target: str = ""
    ally: str = ""
    when: str = ""
    delay: int = 0
    on_top: bool = False


def bars_of(scenario: Scenario) -> list[Bar]:
    """Return a scenario's policy as bars, in the order of its phases; of a branch those before its week, then the later."""
    if scenario.branch is not None:
        week = scenario.branch.start
        before, then = bars_of(scenario.model_copy(update={"branch": None})), bars_of(scenario.later)
        past = [replace(bar, end=min(bar.end, week)) for bar in before if bar.start < week]
        return past + [replace(bar, start=max(bar.start, week)) for bar in then if bar.end > week]
    bars = []
    for phase in scenario.policy.phases.values():
        first, last = phase_weeks(phase.model_copy(update={"when": ""}), scenario)
        on_top = phase.on_top or scenario.policy.on_top
        bars += [
            Bar(part.lever, first, last, part.share, part.target, part.ally, phase.when, phase.delay, on_top)
            for part in phase.parts
            if part.share > 0 and last > first
        ]
    return bars


def spent(bars: Sequence[Bar], weeks: int) -> Any:
    """Return the share of the joint budget that bars spend in each week, (weeks,)."""
    total = np.zeros(weeks)
    for bar in bars:
        if not (bar.on_top or bar.ally):
            total[bar.start : bar.end] += bar.effort
    return total


def check(bars: Sequence[Bar], scenario: Scenario) -> None:
    """Raise UserError where a bar makes no sense or the budget of a week is exceeded, naming the first such week."""
    for bar in bars:
        if bar.lever not in LEVERS:
            raise UserError(f"there is no lever `{bar.lever}`")
        if not 0 <= bar.start < bar.end <= scenario.weeks:
            raise UserError(
                f"{words(bar.lever)}: the end must come after the start, both within the scenario "
                f"({scenario.start} to {day(scenario, scenario.weeks)})"
            )
        if not 0 < bar.effort <= 1:
            raise UserError(f"{words(bar.lever)}: effort must be over 0% and at most 100%, got {bar.effort:.0%}")
    total = spent(bars, scenario.weeks)
    over = np.flatnonzero(total > 1 + ROUNDING)
    if len(over):
        week = int(over[0])
        raise UserError(
            f"the budget is exceeded: {total[week]:.0%} of it would be spent in the week of {day(scenario, week)}; "
            "take effort from another lever or choose other dates"
        )


def room(bars: Sequence[Bar], start: int, end: int, weeks: int) -> float:
    """Return how much of the budget is left in the fullest week from `start` to `end`."""
    return float(max(0.0, 1 - spent(bars, weeks)[start:end].max(initial=0.0)))


def arm_of(bars: Sequence[Bar], arm: Arm, scenario: Scenario) -> Arm:
    """Return an arm whose policy is the plan, without a name; assumptions and rules stay. Raises UserError as `check`."""
    check(bars, scenario)
    overrides = {key: value for key, value in arm.overrides.items() if not key.startswith("policy.")}
    overrides |= {f"policy.{rule}": getattr(scenario.policy, rule) for rule in RULES}
    for number, bar in enumerate(bars, 1):
        effort = nested([Part(bar.lever, bar.effort, bar.target, bar.ally)])
        phase = {"start": bar.start, "end": bar.end, "effort": effort, "on_top": bar.on_top}
        phase |= {"when": bar.when, "delay": bar.delay} if bar.when else {}
        overrides[f"{PREFIX}desk_{number}"] = phase
    return Arm(BASE, overrides)


def day(scenario: Scenario, week: int) -> date:
    """Return the first day of a week."""
    return scenario.start + timedelta(weeks=week)


def week_of(text: str, scenario: Scenario) -> int:
    """Return the week of a date (2015-01-31). Raises UserError where it is none, or lies outside the scenario."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(f"a date is written like {scenario.start}, got “{text[:30]}”") from error
    week = (found - scenario.start).days // 7
    if not 0 <= week <= scenario.weeks:
        last = day(scenario, scenario.weeks)
        raise UserError(f"the scenario runs from {scenario.start} to {last}; {found} lies outside")
    return week


def share_of(text: str) -> float:
    """Return the share that `25`, `25%` or `25.5 %` says. Raises UserError for anything else."""
    try:
        return round(float(text.replace("%", "").replace(",", ".").strip()) / 100, 6)
    except ValueError as error:
        raise UserError(f"effort is a percentage of the budget, such as 25, got “{text[:30]}”") from error


def words(lever: str) -> str:
    """Return a lever's name in words."""
    return lever.replace("_", " ").capitalize()


PLANNED = "#54627c"  # of bars and budget: the colours of kinds of groups are theirs alone, see static/palette.js
WIDTH, LEFT, ROW, BUDGET = 380, 98, 19, 34  # of the picture of a plan, pixels


def timeline_svg(bars: Sequence[Bar], scenario: Scenario) -> str:
    """Return the plan as a picture: a row a lever, the budget spent below, years along the axis."""
    weeks = scenario.weeks
    levers = [lever for lever in LEVERS if any(bar.lever == lever for bar in bars)]
    parts = []
    for line, lever in enumerate(levers):
        y = line * ROW + 3
        parts.append(_text(0, y + 11, words(lever)))
        for bar in (each for each in bars if each.lever == lever):
            start, span = _x(bar.start, weeks), _x(bar.end, weeks) - _x(bar.start, weeks)
            shade = f'fill="{PLANNED}" opacity="{0.45 + 0.55 * bar.effort:.2f}"'
            parts.append(f'<rect x="{start:.1f}" y="{y}" width="{span:.1f}" height="14" rx="2" {shade}/>')
            parts += [_text(start + 3, y + 11, f"{bar.effort:.0%}", "#fff")] if span > 28 else []
    top = len(levers) * ROW + 8
    parts += _budget(bars, weeks, top) + _years(scenario, top + BUDGET)
    frame = f'class="ink-plan" viewBox="0 0 {WIDTH} {top + BUDGET + 18}" role="img" aria-label="the plan"'
    return f"<svg {frame}>{''.join(parts)}</svg>"


def _x(week: float, weeks: int) -> float:
    return LEFT + week / weeks * (WIDTH - LEFT - 4)


def _text(x: float, y: float, text: str, colour: str = "currentColor") -> str:
    return f'<text x="{x:.1f}" y="{y}" font-size="10.5" fill="{colour}">{text}</text>'


def _budget(bars: Sequence[Bar], weeks: int, top: int) -> list[str]:
    """Return the steps of what is spent, below a line at the whole budget."""
    floor = top + BUDGET
    heights = [floor - BUDGET * min(1.0, share) for share in spent(bars, weeks)]
    steps = "".join(
        f"L{_x(week, weeks):.1f} {y:.1f}L{_x(week + 1, weeks):.1f} {y:.1f}" for week, y in enumerate(heights)
    )
    return [
        f'<path d="M{LEFT} {floor}{steps}L{_x(weeks, weeks):.1f} {floor}Z" fill="{PLANNED}" opacity=".4"/>',
        f'<path d="M{LEFT} {top}H{WIDTH - 4}" stroke="currentColor" stroke-dasharray="3 3"/>',
        _text(0, top + 8, "budget 100%"),
        _text(0, floor, "spent"),
    ]


def _years(scenario: Scenario, y: int) -> list[str]:
    last = day(scenario, scenario.weeks).year
    every = max(1, (last - scenario.start.year) // 5)
    marks = []
    for year in range(scenario.start.year + 1, last + 1, every):
        week = (date(year, 1, 1) - scenario.start).days / 7
        x = _x(week, scenario.weeks) - 11
        marks += [_text(x, y + 14, str(year))] if x < WIDTH - 26 else []
    return marks
