"""Lessons as data: one idea each, a prediction that the model answers, and a challenge with a score.

A teacher adds a file to `scenarios/lessons/` (or starts from one there); all that is wrong with it is said at once.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

import scenarios
from experiments.app.ensemble import Ensemble
from experiments.app.setting import Arm, Setting
from experiments.measures.language import Measure, Measured
from experiments.measures.mistakes import measure_problems
from model.scenario import list_policies, list_scenarios
from model.scenario.problems import Problem, ScenarioError, must_be, other, show, unknown
from model.scenario.schema import Table

FOLDER = Path(scenarios.__file__).parent / "lessons"


class LessonWorld(Table):
    """One of the two worlds of a lesson."""

    title: str
    policy: str | None = None
    overrides: dict[str, Any] = Field({})

    @field_validator("policy")
    @classmethod
    def _shipped(cls, policy: str | None) -> str | None:
        if policy is not None and policy not in list_policies():
            raise ValueError(f"must be a shipped policy ({', '.join(list_policies())})")
        return policy


class Prediction(Table):
    """A question whose answer is what the model does: is a measure higher in the second world than in the first?"""

    question: str
    measure: Measured
    higher: str = Field(description="the answer that the measure is higher in the second world")
    lower: str = Field(description="the answer that it is lower")
    same: str = Field("It makes almost no difference", description="the answer that the two are about the same")
    margin: float = Field(0.05, ge=0, le=1, description="a difference below this share of the first counts as none")
    explanation: str


class Knob(Table):
    """A number that the learner may turn in the challenge."""

    key: str = Field(description="as in --set, such as territory.self_enforcement")
    title: str
    low: float
    high: float
    value: float


class Challenge(Table):
    """A task with a score: 0 where the measure is at `worst` or beyond, 100 where it is at `best`."""

    task: str
    measure: Measured
    worst: float
    best: float
    knobs: list[Knob] = Field(min_length=1, max_length=4)

    def score(self, value: float) -> int:
        """Return 100 (value - worst) / (best - worst), cut to 0..100, rounded."""
        share = (value - self.worst) / (self.best - self.worst)
        return round(100 * min(1.0, max(0.0, share)))


class Lesson(Table):
    """A lesson: an idea in a few sentences, two worlds, a prediction, a challenge."""

    title: str
    order: int = 100
    idea: list[str] = Field(min_length=1, description="paragraphs")
    scenario: str
    weeks: int = Field(ge=4, le=520)
    seeds: int = Field(4, ge=2, le=16, description="of the answer and the score: means over so many")
    first: LessonWorld
    second: LessonWorld
    prediction: Prediction
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
        """What has to be measured in every run."""
        return self.prediction.measure, self.challenge.measure

    def attempt(self, values: Mapping[str, float]) -> Setting:
        """Return the world of the challenge with knobs at `values`: the first world, with them turned."""
        arm = self.setting.arms[0]
        return Setting(self.scenario, 0, (Arm(arm.policy, {**arm.overrides, **values}),))


def load_lesson(path: Path) -> Lesson:
    """Return a lesson, its worlds checked like scenarios. Raises ScenarioError with all that is wrong with it."""
    file = f"lessons/{path.name}"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        lesson = Lesson.model_validate(data)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([other(file, (), f"is not TOML: {error}")]) from error
    except ValidationError as error:
        raise ScenarioError(_problems(file, error)) from error
    knobs = {knob.key: knob.value for knob in lesson.challenge.knobs}
    problems: list[Problem] = []
    for setting in (lesson.setting, lesson.attempt(knobs)):
        for run in setting.runs:
            try:
                _ = run.composed
            except ScenarioError as error:
                problems += [other(file, (), each.message) for each in error.problems]
    if problems:
        raise ScenarioError(problems)
    scenario = lesson.setting.runs[0].composed
    for place, measure in zip(("prediction", "challenge"), lesson.measures, strict=True):
        problems += measure_problems(file, (place, "measure"), measure, scenario, lesson.weeks)
    if problems:
        raise ScenarioError(problems)
    return lesson


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
    if path[-1:] == ("outcome",) and path[0] in ("prediction", "challenge"):
        return other(file, path, f"`outcome` is no longer a key; write `measure = {show(error['input'])}`")
    if path[-1:] == ("measure",) and error["type"] == "value_error":
        return other(file, path, error["msg"].removeprefix("Value error, "), error["input"])
    if error["type"] == "extra_forbidden":
        return unknown(file, path, error["input"], _keys(path))
    if error["type"] == "missing":
        return other(file, path, "is missing")
    return must_be(file, path, error["msg"].removeprefix("Value error, must be ").lower(), error["input"])


def _keys(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are allowed where an unknown one was met."""
    tables: dict[Any, type[Table]] = {"first": LessonWorld, "second": LessonWorld, "prediction": Prediction,
                                      "challenge": Challenge}  # fmt: skip
    table = Knob if "knobs" in path else tables.get(path[0], Lesson) if len(path) > 1 else Lesson
    return list(table.model_fields)


@cache
def lessons() -> dict[str, Lesson]:
    """Return the shipped lessons by name, in their order. Raises ScenarioError where one is damaged."""
    found = {path.stem: load_lesson(path) for path in sorted(FOLDER.glob("*.toml"))}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def answer_of(lesson: Lesson, ensemble: Ensemble) -> tuple[Literal["higher", "lower", "same"], float, float]:
    """Return the model's answer and the mean of the measure in the first and in the second world."""
    first, second = (_mean(ensemble, arm, lesson.prediction.measure) for arm in (0, 1))
    if abs(second - first) <= lesson.prediction.margin * max(abs(first), 1e-9):
        return "same", first, second
    return ("higher" if second > first else "lower"), first, second


def challenge_mean(lesson: Lesson, ensemble: Ensemble) -> float:
    """Return the mean of the challenge's measure over seeds."""
    return _mean(ensemble, 0, lesson.challenge.measure)


def _mean(ensemble: Ensemble, arm: int, measure: Measure) -> float:
    values = [each.measured[measure.text] for each in ensemble.courses[arm].values()]
    return sum(values) / max(1, len(values))
