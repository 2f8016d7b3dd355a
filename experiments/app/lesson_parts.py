"""The parts of a lesson's file: worlds, findings, the prediction, the challenge with its goals and knobs."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from experiments.measures.forms import Series
from experiments.measures.language import Measure, Measured
from model.scenario import list_policies
from model.scenario.schema import Table

Answer = Literal["higher", "lower", "same"]


def _shipped_policy(policy: str | None) -> str | None:
    if policy is not None and policy not in list_policies():
        raise ValueError(f"must be a shipped policy ({', '.join(list_policies())})")
    return policy


Shipped = Annotated[str | None, AfterValidator(_shipped_policy)]


class LessonWorld(Table):
    """One of the two worlds of a lesson."""

    title: str
    policy: Shipped = None
    overrides: dict[str, Any] = Field({})


class Finding(Table):
    """What a lesson says of its two worlds: whether a measure is higher, lower or about the same in the second.

    It holds where the whole interval of the paired difference lies beyond `margin` of the first world's mean, on the side
    that it says, or for `same` within it.
    """

    measure: Measured
    answer: Answer
    margin: float = Field(0.05, ge=0, le=1, description="a difference below this share of the first counts as none")


class Prediction(Finding):
    """A question whose answer is what the model does: is a measure higher in the second world than in the first?"""

    question: str
    higher: str = Field(description="the answer that the measure is higher in the second world")
    lower: str = Field(description="the answer that it is lower")
    same: str = Field("It makes almost no difference", description="the answer that the two are about the same")
    explanation: str = Field(description="why the answer is what it is")
    wrong: dict[Answer, str] = Field(description="for each of the other two answers, what speaks against it")
    axis: list[float] = Field(
        min_length=2, max_length=2, description="lowest and highest value of the chart on which a guess is drawn"
    )

    @property
    def words(self) -> dict[Answer, str]:
        """The words of each answer."""
        return {"higher": self.higher, "lower": self.lower, "same": self.same}

    @property
    def series(self) -> str:
        """The outcome whose course is drawn."""
        return self.measure.series if isinstance(self.measure, Series) else ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        others = set(get_args(Answer)) - {self.answer}
        if set(self.wrong) != others:
            raise ValueError(f"must explain in `wrong` each answer but `{self.answer}`: {' and '.join(sorted(others))}")
        if self.axis[0] >= self.axis[1]:
            raise ValueError("must have an `axis` from a lower to a higher value")
        return self


class Knob(Table):
    """A number that the learner may turn in the challenge."""

    key: str = Field(description="as in --set, such as territory.self_enforcement")
    title: str
    low: float
    high: float
    value: float


class Rest(Table):
    """A number that is what all knobs together leave of a total: a budget."""

    key: str
    title: str
    total: float


class Goal(Table):
    """What has to be reached: a measure of the run, or a low price: the value of a knob. 0 at `worst`, 100 at `best`."""

    measure: Measured | None = None
    knob: str | None = None
    worst: float
    best: float

    def score(self, value: float) -> int:
        """Return 100 (value - worst) / (best - worst), cut to 0..100, rounded down: 100 is the whole goal."""
        share = (value - self.worst) / (self.best - self.worst)
        return int(100 * min(1.0, max(0.0, share)))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.measure is None) == (self.knob is None):
            raise ValueError("must have either a `measure` or a `knob`")
        if self.worst == self.best:
            raise ValueError("must have a `best` that differs from its `worst`")
        return self


class Challenge(Table):
    """A task with a score, that of the goal which is reached least; it is won where all goals are reached: at 100."""

    task: str
    policy: Shipped = Field(None, description="instead of the first world's")
    overrides: dict[str, Any] = Field({}, description="instead of the first world's")
    goals: list[Goal] = Field(min_length=1, max_length=4)
    knobs: list[Knob] = Field(min_length=1, max_length=4)
    rest: Rest | None = None
    winning: dict[str, float] = Field(description="a setting of the knobs that wins: it is not shown")

    @property
    def start(self) -> dict[str, float]:
        """Where the knobs stand at first."""
        return {knob.key: knob.value for knob in self.knobs}

    def turned(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the overrides of an attempt: the knobs, and what they leave of the total."""
        rest = {self.rest.key: round(self.rest.total - sum(values.values()), 6)} if self.rest else {}
        return {**values, **rest}

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What has to be measured in every run of an attempt."""
        return tuple(goal.measure for goal in self.goals if goal.measure is not None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        keys = [knob.key for knob in self.knobs]
        if sorted(self.winning) != sorted(keys):
            raise ValueError(f"must say in `winning` where each knob stands: {', '.join(keys)}")
        for knob in self.knobs:
            if not (knob.low <= knob.value <= knob.high and knob.low <= self.winning[knob.key] <= knob.high):
                raise ValueError(f"must keep {knob.key} between its `low` and `high`, also in `winning`")
        if astray := [goal.knob for goal in self.goals if goal.knob is not None and goal.knob not in keys]:
            raise ValueError(f"must name knobs of its own in `goals`, got {', '.join(map(str, astray))}")
        if self.rest and self.rest.total < sum(knob.high for knob in self.knobs) - 1e-9:
            raise ValueError("must have a `total` of its rest that all knobs at their `high` do not exceed")
        return self
