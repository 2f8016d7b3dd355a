"""An ensemble: many seeds of one or two worlds in separate processes, and the conclusions that they allow."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

import numpy as np
import pandas as pd

from experiments.app.chart_view import SHOWN, TITLES, numbers, thinned, unit_of
from experiments.app.setting import Setting
from experiments.batch.cores import available_cores
from experiments.batch.engine import Task, outcomes
from experiments.batch.run import Run
from experiments.batch.warm import Warm
from experiments.batch.workers import Engine, Processes
from experiments.measures.certainty import IGNORANCE, from_luck, spread
from experiments.measures.evidence import Effect, effect
from experiments.measures.language import Measure, evaluate, parse_measure, view_of
from experiments.measures.numbers import difference_words, number
from experiments.measures.robustness import mean_regret
from experiments.measures.statistics import paired_difference
from experiments.points.draws import drawn
from experiments.points.ensemble import SHIPPED
from model.record import OUTCOMES, SERIES, Result
from model.state.fields import Floats

MOST_SEEDS = 64
MOST_PROCESSES = 4  # that a server keeps: each takes some 200 MB
WORKERS = Warm(min(MOST_PROCESSES, available_cores()))  # of all visitors; started by the server
SHOWN_MEASURES: dict[str, Measure] = {name: parse_measure(name) for name in (
    "people_core", "people_provinces", "cohort_people", "alignment", "attacks_state", "attacks_international", "deaths",
    "displaced", "pledges",
)}  # fmt: skip


@dataclass
class Offered:
    """What this server offers beside values as set: a non-implausible ensemble, as `inkspot app --ensemble` names it."""

    ensemble: str = SHIPPED


OFFERED = Offered()


@dataclass(frozen=True)
class Course:
    """What is taken of a run of an ensemble: its series (weeks + 1, SHOWN), and by the text of each measure its value at the
    end and, of those that can be drawn over time, its value in every week, (weeks + 1,).
    """

    series: Floats
    measured: dict[str, float]
    curves: dict[str, Floats]


def take_course(measures: tuple[Measure, ...], result: Result, names: tuple[str, ...] = SHOWN) -> Course:
    """Return what is shown of a result: the series of `names`, and measures."""
    columns = [list(SERIES).index(name) for name in names]
    view = view_of(result)
    curves = {each.text: each.curve(view) for each in measures if each.is_curve}
    return Course(result.rows[:, columns].copy(), {each.text: evaluate(each, result) for each in measures}, curves)


@dataclass
class Ensemble:
    """Runs of each arm of a setting on seeds 0 to `seeds` - 1. `courses[arm][seed]` fills up in the background.

    `source`: with "shipped" or a file, each seed has the parameters of another member of that non-implausible ensemble, the
    same in all arms; what the visitor changed stays as it is. `measures`: what is measured of each run. `names`: the series
    that are kept. `engine`: what runs are made on, by default `jobs` processes of its own. `known`: courses of earlier runs,
    by what they depend on; the same are not run again, and new ones are added.
    """

    setting: Setting
    seeds: int
    jobs: int = 1
    source: str = ""
    measures: tuple[Measure, ...] = tuple(SHOWN_MEASURES.values())
    names: tuple[str, ...] = SHOWN
    engine: Engine | int | None = None
    known: MutableMapping[Any, Course] | None = None
    titles: list[str] = field(default_factory=list)  # what each world is called, for those who show it
    courses: list[dict[int, Course]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    over: bool = False
    _cancel: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.courses = [{} for _ in self.setting.arms]

    @property
    def total(self) -> int:
        """Number of runs."""
        return self.seeds * len(self.setting.arms)

    @property
    def done(self) -> int:
        """Number of runs that have ended."""
        return sum(map(len, self.courses)) + len(self.failures)

    def start(self, changed: Callable[[], None]) -> Thread:
        """Run in the background; `changed` is called after each run and at the end. Returns the thread."""
        thread = Thread(target=partial(self.run, changed), daemon=True, name="inkspot ensemble")
        thread.start()
        return thread

    def cancel(self) -> None:
        """Stop after the runs at work; what is done stays."""
        self._cancel.set()

    def run(self, changed: Callable[[], None] = lambda: None) -> None:
        """Run all, seed by seed, so that a stopped ensemble has as many of each arm."""
        engine = Processes(self.jobs) if self.engine is None else self.engine
        with closing(outcomes(self._tasks(), engine, self.total)) as answers:
            for task, outcome in answers:
                if outcome.data is not None:
                    self.courses[task.columns["arm"]][task.run.seed] = outcome.data
                    if self.known is not None:
                        self.known[self._key(task.run)] = outcome.data
                else:
                    words = f"seed {task.run.seed}: {outcome.error}. To repeat it: {outcome.repeat}"
                    self.failures.append(words)
                changed()
        self.over = True
        changed()

    def _tasks(self) -> Iterator[Task[Course]]:
        """Yield the runs until the ensemble is cancelled."""
        for seed in range(self.seeds):
            for arm, run in enumerate(self.setting.runs):
                if self._cancel.is_set():
                    return
                values = self._point(seed) | dict(run.overrides)
                made = Run(run.scenario, run.policy, values, seed)
                course = None if self.known is None else self.known.get(self._key(made))
                if course is None:
                    yield Task(made, partial(take_course, self.measures, names=self.names), {"arm": arm})
                else:
                    self.courses[arm][seed] = course

    def _key(self, run: Run) -> Any:
        return run.command, self.names, tuple(each.text for each in self.measures)

    @property
    def values(self) -> str:
        """Which values of the parameters the runs have, in a sentence."""
        if not self.source:
            return "Parameters as set."
        which = "the shipped ensemble" if self.source == SHIPPED else f"the ensemble {self.source}"
        return f"Parameters: each seed uses another member of {which}, which reports of 2014 and 2015 do not rule out."

    @property
    def weeks(self) -> int:
        """The last week of the shorter run."""
        return min(int(run.composed.weeks) for run in self.setting.runs)

    def _point(self, seed: int) -> dict[str, Any]:
        return dict(drawn(seed, self.source)) if self.source else {}

    @property
    def paired(self) -> list[int]:
        """Seeds that all arms have."""
        common = set(self.courses[0]).intersection(*self.courses[1:])
        return sorted(common)

    def bands(self, titles: list[str]) -> dict[str, Any]:
        """Return charts of the mean and the middle 80% of runs, and of the mean paired difference with its interval."""
        seeds = self.paired
        stacks = [np.stack([each[seed].series for seed in seeds]) for each in self.courses]
        last = self.weeks
        weeks = thinned(last)
        charts = []
        for column, name in enumerate(SHOWN):
            chart: dict[str, Any] = {"id": name, "title": TITLES[name], "unit": unit_of(name), "lines": []}
            for title, stack in zip(titles, stacks, strict=True):
                values = stack[:, weeks, column]
                low, high = np.quantile(values, [0.1, 0.9], axis=0)
                band = {"low": numbers(low), "high": numbers(high)}
                chart["lines"].append({"name": title, "values": numbers(values.mean(axis=0)), "band": band})
            if len(stacks) == 2:
                chart["difference"] = _difference(stacks[0][:, weeks, column], stacks[1][:, weeks, column])
            charts.append(chart)
        start = self.setting.runs[0].composed.start.isoformat()
        return {"weeks": weeks.tolist(), "week": 0, "total": last, "start": start, "names": titles, "charts": charts}


def _difference(one: Floats, two: Floats) -> dict[str, Any]:
    pairs = [paired_difference(two[:, at], one[:, at]) for at in range(one.shape[1])]
    return {
        "values": numbers(np.array([each.difference for each in pairs])),
        "low": numbers(np.array([each.low for each in pairs])),
        "high": numbers(np.array([each.high for each in pairs])),
    }


@dataclass(frozen=True)
class Told:
    """What runs show of one outcome: the effect of the second arm against the first, both mean regrets, a sentence.

    `clear`: whether the difference is distinguishable from luck; p-values are not corrected for their number. `known`:
    whether it is distinguishable from ignorance of parameters; nothing where all runs have the same parameters.
    """

    effect: Effect
    regrets: tuple[float, float]
    clear: bool
    words: str
    known: bool | None = None


@dataclass(frozen=True)
class Answer:
    """What an ensemble says of a week: over which seeds, of which worlds, outcome by outcome. It does not change.

    `values`: which parameters the runs have. `end`: whether the week is the last of the run.
    """

    titles: list[str]
    seeds: int
    week: int
    day: date
    end: bool
    values: str
    findings: list[Told]


def answer(ensemble: Ensemble, titles: list[str], week: int | None = None) -> Answer:
    """Return what the runs so far say of the weeks up to `week`, by default of the whole run."""
    seeds, last = ensemble.paired, ensemble.weeks  # read once: runs go on meanwhile
    week = last if week is None else min(week, last)
    day = ensemble.setting.runs[0].composed.start + timedelta(weeks=week)
    return Answer(
        titles, len(seeds), week, day, week == last, ensemble.values, _findings(ensemble, titles, seeds, week)
    )


def told(ensemble: Ensemble, titles: list[str], week: int | None = None) -> list[Told]:
    """Return what runs show of two arms, outcome by outcome; nothing below two paired seeds."""
    return answer(ensemble, titles, week).findings


def _findings(ensemble: Ensemble, titles: list[str], seeds: list[int], week: int) -> list[Told]:
    if len(ensemble.courses) < 2 or len(seeds) < 2:
        return []
    findings = []
    for name, measure in SHOWN_MEASURES.items():
        one, two = (np.array([each[seed].curves[measure.text][week] for seed in seeds]) for each in ensemble.courses)
        found = _told(name, one, two, titles[1])
        findings.append(_over_members(found, two - one) if ensemble.source else found)
    return findings


def _told(name: str, one: Floats, two: Floats, title: str) -> Told:
    found = effect(title, name, two, one)
    regrets = mean_regret(pd.DataFrame({"one": one, "two": two}), OUTCOMES[name].better)
    clear = bool(from_luck(found.p))
    if found.low == found.high == 0:
        words = "The two are the same in every seed."
    elif clear:
        difference = difference_words(found.difference, found.low, found.high)
        words = f"{difference[:1].upper()}{difference[1:]} under “{title}”."
    else:
        interval = f"{number(found.low)} to {number(found.high)}"
        words = f"Not distinguishable from luck with these {len(one)} seeds (interval of the difference {interval})."
    return Told(found, (float(regrets["one"]), float(regrets["two"])), clear, words)


def _over_members(found: Told, differences: Floats) -> Told:
    """Add what the 90% range over members says, each of which has parameters and luck of its own."""
    over = spread(list(differences[:, None]), OUTCOMES[found.effect.outcome].better)
    words = f"The 90% range over members is {number(over.low)} to {number(over.high)}: "
    words += f"{'' if over.known else 'not '}distinguishable from {IGNORANCE}."
    return replace(found, words=f"{found.words} {words}", known=over.known)
