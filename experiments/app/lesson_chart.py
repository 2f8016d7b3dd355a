"""The chart on which a learner draws a guess and the model draws over it."""

from typing import Any

import anywidget
import numpy as np
import traitlets

from experiments.app.chart_view import numbers
from experiments.app.ensemble import Ensemble
from experiments.app.lesson import Lesson
from experiments.app.map_view import script, style
from experiments.measures.numbers import number
from model.record import OUTCOMES
from model.state.fields import Floats

POINTS = 13  # of a drawn line, from the first week to the last


class GuessView(anywidget.AnyWidget):
    """A chart of the first world on which the second is guessed, with pointer or keyboard. `spec`: see `chart_spec`.

    `guess`: values of the drawn line at `POINTS` weeks, None where nothing is drawn.
    """

    _esm = script("palette.js", "theme.js", "guess.js")
    _css = style("guess.css")

    spec = traitlets.Dict({}).tag(sync=True)
    guess: Any = traitlets.List([]).tag(sync=True)


def chart_spec(lesson: Lesson, ensemble: Ensemble | None, locked: bool) -> dict[str, Any]:
    """Return the chart: the mean and the middle 80% of each world as far as its runs are there, ready for JSON."""
    start = lesson.setting.runs[0].composed.start.isoformat()
    spec: dict[str, Any] = {
        "weeks": lesson.weeks, "start": start, "points": POINTS, "title": title_of(lesson), "axis": lesson.prediction.axis,
        "names": [lesson.first.title, lesson.second.title], "lines": [], "locked": locked, "state": "",
    }  # fmt: skip
    if locked and ensemble and not ensemble.over:
        spec["state"] = f"The model is running: {ensemble.done} of {ensemble.total} runs ..."
    for arm in range(len(ensemble.courses) if ensemble else 0):
        stack = _stack(lesson, ensemble, arm)
        if len(stack):
            low, high = np.quantile(stack, [0.1, 0.9], axis=0)
            spec["lines"].append({"values": numbers(stack.mean(axis=0)), "low": numbers(low), "high": numbers(high)})
    return spec


def title_of(lesson: Lesson) -> str:
    """Return what is drawn: the outcome of the question; of events and attacks how many there were so far."""
    outcome = OUTCOMES[lesson.prediction.series]
    meaning = outcome.meaning.removeprefix("mean ") if outcome.aggregate == "mean" else outcome.meaning
    return f"{meaning[0].upper()}{meaning[1:]}{' so far' if outcome.aggregate == 'sum' else ''}"


def drawn_words(lesson: Lesson, drawn: list[float | None], ensemble: Ensemble) -> str:
    """Return where the drawn line ends and where the model's ends, or nothing where no end is drawn."""
    if not drawn or drawn[-1] is None:
        return ""
    last = float(_stack(lesson, ensemble, 1)[:, -1].mean())
    return f"Your line ends at {number(drawn[-1])}, the model's at {number(last)}."


def _stack(lesson: Lesson, ensemble: Ensemble | None, arm: int) -> Floats:
    """Return the courses of a world, (seeds, weeks + 1): of what is added up over weeks, the sum so far."""
    courses = dict(ensemble.courses[arm]) if ensemble else {}
    stack = np.array([courses[seed].series[:, 0] for seed in sorted(courses)])
    return stack.cumsum(axis=1) if len(stack) and OUTCOMES[lesson.prediction.series].aggregate == "sum" else stack
