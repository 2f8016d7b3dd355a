"""Plans side by side: what paired seeds show of up to four of them against the first, and a dated verdict in words.

Whether a difference is distinguishable from luck is decided in `measures/evidence.py`, whether it matters in
`measures/smallest.py`, as for reports and claims. Nothing here draws.
"""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from experiments.app.branching import is_branch
from experiments.app.ensemble import WORKERS, Course, Ensemble
from experiments.app.session import Session
from experiments.app.setting import MOST_PLANS, Arm, Setting
from experiments.batch.errors import UserError
from experiments.measures.evidence import ABOUT_THE_SAME, COUNTED, Effect, adjusted, effect
from experiments.measures.language import parse_measure
from experiments.measures.numbers import NumberFormat, difference_words, format_of, share_change
from experiments.measures.smallest import smallest_of, weight
from experiments.report.glance import LABELS, kind_of
from model.record import OUTCOMES
from model.scenario import ScenarioError, list_policies
from model.state.fields import Floats

SEEDS, MORE, MOST_SEEDS = 12, 12, 48
COST = "effort_spent"
MEASURES = {name: parse_measure(name) for name in (*COUNTED, COST)}
FIRST_OTHERS = ("core_only", "sever_links")  # the plans of a visitor who has only one


@dataclass(frozen=True)
class Cell:
    """What paired seeds show of one plan on one outcome: the effect, its kind (see `report/glance.py`), the words for it."""

    effect: Effect
    kind: str
    smallest: float
    written: NumberFormat

    @property
    def words(self) -> str:
        """The difference with its interval, and in how many seeds it has its sign."""
        found = self.effect
        if found.low == found.high == 0:
            return f"the same on all {found.pairs} seeds"
        words = difference_words(found.difference, found.low, found.high, self.written)
        return f"{words}, on {found.agree} of {found.pairs} seeds"

    @property
    def short(self) -> str:
        """The difference without its interval."""
        by = self.effect.difference
        return f"{'lower' if by < 0 else 'higher'} by {self.written.amount(abs(by))}"

    @property
    def backfires(self) -> int:
        """In how many seeds the plan does worse than the first."""
        return (
            round(self.effect.p_backfire * self.effect.pairs) if self.effect.p_backfire == self.effect.p_backfire else 0
        )


@dataclass(frozen=True)
class Column:
    """One plan: its title, what it costs, the mean of each outcome, and where it is not the first a cell each."""

    title: str
    cost: float
    means: dict[str, float]
    cells: dict[str, Cell]
    verdict: str


@dataclass(frozen=True)
class Compared:
    """What the paired seeds so far show of the weeks up to a day. `end`: whether that is the last day of the run."""

    seeds: int
    day: date
    end: bool
    columns: list[Column]


def title_of(run: Any) -> str:
    """Return what a plan is called: its policy, from when on another one, how many assumptions are changed."""
    changed = [key for key in run.overrides if not key.startswith(("policy.", "branch.")) and key != "weeks"]
    more = f" · {len(changed)} assumption{'s' if len(changed) > 1 else ''} changed" if changed else ""
    return f"{run.composed.heading}{more}"


def titles_of(setting: Setting) -> list[str]:
    """Return what the plans of a setting are called; letters tell apart those of one title."""
    titles = [title_of(run) for run in setting.runs]
    return [f"{'ABCD'[at]}: {title}" if titles.count(title) > 1 else title for at, title in enumerate(titles)]


def choices(session: Session) -> dict[str, Arm]:
    """Return the plans that can be compared, by title: those of this session for its scenario, then the shipped policies."""
    history, scenario = session.history, session.setting.scenario
    steps = [history.present, *reversed(history.past), *history.future]
    arms = [arm for step in steps if step.scenario == scenario for arm in (*step.plans, *step.arms)]
    arms += [Arm(None), *(Arm(name) for name in list_policies())]
    found: dict[str, Arm] = {}
    for arm in arms:
        try:
            found.setdefault(title_of(Setting(scenario, 0, (arm,)).runs[0]), arm)
        except (ScenarioError, UserError):  # a policy that this scenario cannot have
            continue
    return found


def plans_of(session: Session) -> tuple[Arm, ...]:
    """Return the plans of the comparison: those chosen, else the worlds of the page and, of one, two shipped policies."""
    setting = session.setting
    if setting.plans:
        return setting.plans
    arms = list(setting.arms)
    if len(arms) < 2:
        own = setting.runs[0].composed.policy.name
        kept = {key: value for key, value in arms[0].overrides.items() if not key.startswith(("policy.", "branch."))}
        arms += [Arm(name, kept) for name in FIRST_OTHERS if name != own and not is_branch(arms[0])]
    return tuple(arms)


def setting_of(session: Session, plans: Sequence[Arm]) -> Setting:
    """Return plans as the arms of a setting of the session's scenario."""
    return Setting(session.setting.scenario, 0, tuple(plans))


def with_plans(session: Session) -> Setting:
    """Return the session's setting with the plans of the comparison, for a link."""
    return replace(session.setting, plans=plans_of(session))


def choose(session: Session, plans: Sequence[Arm]) -> None:
    """Make plans those of the comparison; the link knows them, and the worlds of the page stay."""
    session.history.present = replace(session.setting, plans=tuple(plans[:MOST_PLANS]))


def on_the_map(session: Session, index: int) -> bool:
    """Show a plan on the stage, beside the first; a branch of another past alone. Return whether that changed anything."""
    plans = plans_of(session)
    first, chosen = plans[0], plans[index]
    past = {key: value for key, value in chosen.overrides.items() if not key.startswith("branch.")}
    alone = index == 0 or (is_branch(chosen) and (first.policy, dict(first.overrides)) != (chosen.policy, past))
    choose(session, plans)
    return session.apply(replace(session.setting, arms=(chosen,) if alone else (first, chosen)))


def comparison(setting: Setting, plans: Sequence[Arm], seeds: int, known: MutableMapping[Any, Course]) -> Ensemble:
    """Return the runs of plans on seeds, on the processes that the server keeps; what is known is not run again."""
    return Ensemble(
        Setting(setting.scenario, 0, tuple(plans)),
        seeds,
        measures=tuple(MEASURES.values()),
        names=(COST,),
        engine=WORKERS,
        known=known,
    )


def compared(ensemble: Ensemble, week: int | None = None) -> Compared | None:
    """Return what the runs so far show of the weeks up to `week`, by default of the whole run; nothing below two paired
    seeds.
    """
    seeds, last = ensemble.paired, ensemble.weeks  # read once: runs go on meanwhile
    if len(seeds) < 2:
        return None
    week = last if week is None else min(week, last)
    titles = titles_of(ensemble.setting)
    values = [
        {name: np.array([_value(arm[seed], name, week, last) for seed in seeds]) for name in MEASURES}
        for arm in ensemble.courses
    ]
    effects = adjusted([effect(str(at), name, each[name], values[0][name])
                        for at, each in enumerate(values) if at for name in COUNTED])  # fmt: skip
    formats = {name: _format(name, [each[name] for each in values], effects) for name in COUNTED}
    scenario = ensemble.setting.runs[0].composed
    day = scenario.start + timedelta(weeks=week)
    columns = []
    for at, (title, each) in enumerate(zip(titles, values, strict=True)):
        cells = {found.outcome: _cell(found, formats) for found in effects if found.policy == str(at)}
        costs = (float(each[COST].mean()), float(values[0][COST].mean()))
        means = {name: float(each[name].mean()) for name in COUNTED}
        columns.append(Column(title, costs[0], means, cells, verdict(cells, day, costs) if at else ""))
    return Compared(len(seeds), day, week == last, columns)


def _value(course: Course, name: str, week: int, last: int) -> float:
    measure = MEASURES[name].text
    return course.measured[measure] if week == last else float(course.curves[measure][week])


def _format(name: str, values: list[Floats], effects: Sequence[Effect]) -> NumberFormat:
    widths = [(each.high - each.low) / 2 for each in effects if each.outcome == name]
    return format_of(OUTCOMES[name], np.concatenate(values), widths)


def _cell(found: Effect, formats: dict[str, NumberFormat]) -> Cell:
    smallest = smallest_of(found.outcome, found.baseline_mean)
    matters = weight(found.difference, found.low, found.high, found.verdict != "same", smallest)
    return Cell(found, kind_of(found.verdict, matters), smallest, formats[found.outcome])


def verdict(cells: dict[str, Cell], day: date, costs: tuple[float, float]) -> str:
    """Return the verdict on a plan against the first: how many outcomes are better and worse by an amount that matters,
    the largest of each, and the cost. Intervals stand in the table.

    By 31 December 2015: 2 outcomes better, most of all people under the core (lower by 0.24 million); none worse; costs
    about the same effort.
    """
    better, worse = (_counted(cells, kind) for kind in ("better", "worse"))
    if better or worse:
        said = f"{better or 'no outcome better'}; {worse or 'none worse'}"
    else:
        said = "no difference that is known to matter"
    unknown = sum(cell.kind not in ("better", "worse", "small", "changed") for cell in cells.values())
    more = f"; {unknown} not known yet" if unknown else ""
    return f"By {day:%-d %B %Y}: {said}{more}; {cost_words(*costs)}."


def _counted(cells: dict[str, Cell], kind: str) -> str:
    """Return how many outcomes are of a kind, and the largest difference of them; nothing where there is none."""
    names = [name for name, cell in cells.items() if cell.kind == kind]
    if not names:
        return ""
    most = max(names, key=lambda name: _size(cells[name]))
    count = f"{len(names)} outcomes {kind}, most of all" if len(names) > 1 else f"1 outcome {kind}:"
    return f"{count} {LABELS[most]} ({cells[most].short})"


def cost_words(mine: float, first: float) -> str:
    """Return what a plan costs against the first."""
    if abs(mine - first) <= ABOUT_THE_SAME * max(mine, first):
        return "costs about the same effort"
    more = "more" if mine > first else "less"
    share = f" ({share_change(mine - first, first)})" if first > 0 else ""
    return f"costs {abs(mine - first):,.0f} effort weeks {more}{share}"


def _size(cell: Cell) -> float:
    return abs(cell.effect.difference) / (cell.smallest or 1.0)
