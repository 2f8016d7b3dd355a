"""Lessons as data: one idea each, a prediction that the model answers, and a challenge with a score.

A teacher adds a file to `scenarios/lessons/` (or starts from one there); all that is wrong with it is said at once.
"""

from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

import scenarios
from experiments.app.lesson_parts import Challenge, Finding, Goal, Knob, LessonWorld, Prediction, Rest
from experiments.app.setting import Arm, Setting
from experiments.measures.language import Measure
from experiments.measures.mistakes import measure_problems
from model.scenario import list_scenarios
from model.scenario.problems import Problem, ScenarioError, crowded, must_be, other, show, unknown
from model.scenario.schema import Table
from model.scenario.user_files import not_toml, tables_of

FOLDER = Path(scenarios.__file__).parent / "lessons"


class Lesson(Table):
    """A lesson: an idea in a few sentences, two worlds, a prediction, a challenge."""

    title: str
    order: int = 100
    idea: list[str] = Field(min_length=1, description="paragraphs")
    scenario: str
    weeks: int = Field(ge=4, le=520)
    seeds: int = Field(12, ge=12, le=64, description="paired, of the answer and of the score")
    minutes: int = Field(15, ge=1, le=90, description="that it takes in class")
    first: LessonWorld
    second: LessonWorld
    prediction: Prediction
    also: list[Finding] = Field([], description="what else is told of the two worlds, and is tested like the answer")
    challenge: Challenge
    source: str = ""

    @field_validator("scenario")
    @classmethod
    def _shipped(cls, name: str) -> str:
        if name not in list_scenarios():
            raise ValueError(f"must be a shipped scenario ({', '.join(list_scenarios())})")
        return name

    @property
    def setting(self) -> Setting:
        """The two worlds."""
        worlds = (self.first, self.second)
        return Setting(
            self.scenario, 0, tuple(Arm(each.policy, {"weeks": self.weeks, **each.overrides}) for each in worlds)
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What has to be measured in the two worlds."""
        return tuple(each.measure for each in self.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the lesson says of its two worlds: the answer first."""
        return (self.prediction, *self.also)

    def attempt(self, values: Mapping[str, float]) -> Setting:
        """Return the world of the challenge with knobs at `values`: the first world's, where it has none of its own."""
        arm, challenge = self.setting.arms[0], self.challenge
        overrides = {**arm.overrides, **challenge.overrides, **challenge.turned(values)}
        return Setting(self.scenario, 0, (Arm(challenge.policy or arm.policy, overrides),))


def load_lesson(path: Path) -> Lesson:
    """Return a lesson, its worlds checked like scenarios. Raises ScenarioError with all that is wrong with it."""
    file = f"lessons/{path.name}"
    try:
        tables = tables_of(path)
        if too_many := crowded(file, tables):
            raise ScenarioError(too_many)
        lesson = Lesson.model_validate(tables)
    except ValidationError as error:
        raise ScenarioError(_problems(file, error)) from error
    except ValueError as error:
        raise ScenarioError([other(file, (), not_toml(error))]) from error
    except OSError as error:
        raise ScenarioError([other(file, (), f"cannot be read: {error.strerror}")]) from error
    problems: list[Problem] = []
    ends = [
        {knob.key: end for knob, end in zip(lesson.challenge.knobs, corner, strict=True)} for corner in corners(lesson)
    ]
    for setting in (lesson.setting, *map(lesson.attempt, ends)):
        for run in setting.runs:
            try:
                _ = run.composed
            except ScenarioError as error:
                problems += [other(file, (), each.message) for each in error.problems]
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    scenario = lesson.setting.runs[0].composed
    places: list[tuple[tuple[str | int, ...], Measure]] = [(("prediction", "measure"), lesson.prediction.measure)]
    places += [(("also", at, "measure"), each.measure) for at, each in enumerate(lesson.also)]
    places += [(("challenge", "goals", at, "measure"), each.measure)
               for at, each in enumerate(lesson.challenge.goals) if each.measure is not None]  # fmt: skip
    for place, measure in places:
        problems += measure_problems(file, place, measure, scenario, lesson.weeks)
    if not problems and not lesson.prediction.series:
        words = "must be the name of an outcome, since a guess of its course is drawn"
        problems.append(other(file, ("prediction", "measure"), words, lesson.prediction.measure.label))
    if problems:
        raise ScenarioError(problems)
    return lesson


def corners(lesson: Lesson) -> list[tuple[float, ...]]:
    """Return all settings of the challenge in which every knob is turned to an end."""
    return list(product(*((knob.low, knob.high) for knob in lesson.challenge.knobs)))


def lesson_problems(path: str | Path) -> list[Problem]:
    """Return all that is wrong with a lesson."""
    try:
        load_lesson(Path(path))
    except ScenarioError as error:
        return list(error.problems)
    return []


def _problems(file: str, error: ValidationError) -> list[Problem]:
    """Return what the schema refuses; a table that has the former `outcome` is not also asked for its `measure`."""
    details = error.errors()
    former = {detail["loc"][:-1] for detail in details if detail["loc"][-1:] == ("outcome",)}
    return [
        _problem(file, detail) for detail in details
        if not (detail["type"] == "missing" and detail["loc"][-1] == "measure" and detail["loc"][:-1] in former)
    ]  # fmt: skip


def _problem(file: str, error: Any) -> Problem:
    path = tuple(error["loc"])
    if path[-1:] == ("outcome",) and path[0] in ("prediction", "challenge", "also"):
        return other(file, path, f"`outcome` is no longer a key; write `measure = {show(error['input'])}`")
    if path[-1:] == ("measure",) and error["type"] == "value_error":
        return other(file, path, error["msg"].removeprefix("Value error, "), error["input"])
    if error["type"] == "extra_forbidden":
        return unknown(file, path, error["input"], _keys(path))
    if error["type"] == "missing":
        return other(file, path, "is missing")
    words = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error" and not words.startswith("must be "):  # of a table as a whole, which is not shown
        return other(file, path, words)
    return must_be(file, path, words.removeprefix("must be ").lower(), error["input"])


def _keys(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are allowed where an unknown one was met."""
    tables: dict[Any, type[Table]] = {"first": LessonWorld, "second": LessonWorld, "prediction": Prediction, "also": Finding,
                                      "challenge": Challenge, "knobs": Knob, "goals": Goal, "rest": Rest}  # fmt: skip
    above = [tables[each] for each in path[:-1] if each in tables]
    return list((above[-1] if above else Lesson).model_fields)


@cache
def lessons() -> dict[str, Lesson]:
    """Return the shipped lessons by name, in their order. Raises ScenarioError where one is damaged."""
    found = {path.stem: load_lesson(path) for path in sorted(FOLDER.glob("*.toml"))}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
