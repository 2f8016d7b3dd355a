"""How far a visitor is with the lessons, and the runs of lessons that this server has made already."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeGuard

import anywidget
import traitlets

from experiments.app.ensemble import WORKERS, Course, Ensemble
from experiments.app.lesson import Lesson
from experiments.app.lesson_chart import POINTS
from experiments.app.lesson_check import WON
from experiments.app.lesson_parts import Answer
from experiments.app.map_view import script
from experiments.app.setting import Setting

MOST_RUNS = 4000  # of one series each: some kilobytes


class Recent(OrderedDict[Any, Course]):
    """Courses by what they depend on; of too many the oldest leave."""

    def __setitem__(self, key: Any, course: Course) -> None:
        super().__setitem__(key, course)
        while len(self) > MOST_RUNS:
            self.popitem(last=False)


RUNS = Recent()  # of all visitors: the same world and seed give the same course


@dataclass
class Study:
    """One lesson of one visitor: answer guessed, line drawn, whether the model has answered, knobs, the best score."""

    guess: Answer | None = None
    drawn: list[float | None] = field(default_factory=list)
    revealed: bool = False
    knobs: dict[str, float] = field(default_factory=dict)
    best: int = 0
    runs: Ensemble | None = None  # of both worlds, when all have been made

    @property
    def kept(self) -> dict[str, Any]:
        """What a browser keeps of it."""
        return {name: getattr(self, name) for name in ("guess", "drawn", "revealed", "knobs", "best")}

    def keep(self, drawn: list[float | None]) -> None:
        """Keep the line that was drawn."""
        self.drawn = drawn


@dataclass
class Progress:
    """What a visitor has done in each lesson, and where the visitor is."""

    here: str = ""
    studies: dict[str, Study] = field(default_factory=dict)

    def of(self, name: str) -> Study:
        """The study of a lesson."""
        return self.studies.setdefault(name, Study())

    @property
    def kept(self) -> dict[str, Any]:
        """What a browser keeps of it, ready for JSON; empty where nothing was done."""
        done = {name: each.kept for name, each in self.studies.items() if each.kept != Study().kept}
        return {"here": self.here, "studies": done} if done else {}

    def recall(self, kept: Any, shipped: Mapping[str, Lesson]) -> bool:
        """Take what a browser has kept of an earlier visit, as far as it is of these lessons; return whether it was taken.

        What was done in this visit already is not overwritten.
        """
        if self.kept or not isinstance(kept, Mapping) or not isinstance(kept.get("studies"), Mapping):
            return False
        self.here = str(kept["here"]) if kept.get("here") in shipped else self.here
        for name, each in kept["studies"].items():
            if name in shipped and isinstance(each, Mapping):
                self.studies[name] = recalled(each, shipped[name])
        return bool(self.kept)

    @property
    def finished(self) -> int:
        """Number of lessons in which the model has answered."""
        return sum(study.revealed for study in self.studies.values())


def recalled(kept: Mapping[str, Any], lesson: Lesson) -> Study:
    """Return a study of a lesson from what a browser has kept; what is not of it is left out."""
    study, knobs = Study(), {knob.key: knob for knob in lesson.challenge.knobs}
    study.guess = next((answer for answer in lesson.prediction.words if answer == kept.get("guess")), None)
    study.revealed = kept.get("revealed") is True and study.guess is not None
    drawn, turned, best = kept.get("drawn"), kept.get("knobs"), kept.get("best")
    if isinstance(drawn, list) and len(drawn) == POINTS and all(each is None or _is_number(each) for each in drawn):
        study.drawn = drawn
    turned = turned if isinstance(turned, Mapping) and set(turned) == set(knobs) else {}
    if all(_is_number(value) and knobs[key].low <= value <= knobs[key].high for key, value in turned.items()):
        study.knobs = {key: float(value) for key, value in turned.items()}
    study.best = int(best) if _is_number(best) and 0 <= best <= WON else 0
    return study


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


class ProgressView(anywidget.AnyWidget):
    """What the browser keeps: `progress`, see `Progress.kept`. Sends `kept` with what it has, once, as it opens."""

    _esm = script("progress.js")

    progress = traitlets.Dict({}).tag(sync=True)


def worlds_of(lesson: Lesson, arms: int) -> Ensemble:
    """Return the runs of the first world (1), or of both (2), with the series of the question."""
    setting = Setting(lesson.scenario, 0, lesson.setting.arms[:arms])
    names = (lesson.prediction.series,)
    return Ensemble(setting, lesson.seeds, measures=lesson.measures, names=names, engine=WORKERS, known=RUNS)


def attempt_of(lesson: Lesson, values: dict[str, float]) -> Ensemble:
    """Return the runs of an attempt at the challenge."""
    names = (lesson.prediction.series,)
    measures = lesson.challenge.measures
    return Ensemble(lesson.attempt(values), lesson.seeds, measures=measures, names=names, engine=WORKERS, known=RUNS)
