"""How far a visitor is with the lessons, and the runs of lessons that this server has made already."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from experiments.app.ensemble import WORKERS, Course, Ensemble
from experiments.app.lesson import Lesson
from experiments.app.lesson_parts import Answer
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
    def finished(self) -> int:
        """Number of lessons in which the model has answered."""
        return sum(study.revealed for study in self.studies.values())


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
