"""The lessons: read the idea, predict, let the model answer, watch it, then try the challenge."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from experiments.app.ensemble import Ensemble
from experiments.app.explore import Watch
from experiments.app.history import History
from experiments.app.lesson import Challenge, Lesson, answer_of, challenge_mean, lessons
from experiments.app.session import Session
from experiments.app.setting import Setting
from experiments.measures.forms import Series
from experiments.measures.language import Measure
from experiments.measures.numbers import number
from model.scenario import ScenarioError


@solara.component
def Lessons() -> None:
    """All lessons, and the one that is chosen."""
    name, choose = solara.use_state("")
    try:
        found = lessons()
    except ScenarioError as error:
        solara.Error(f"A lesson cannot be read. {error}", classes=["ink-error"])
        return
    name = name or next(iter(found))
    with solara.Div(classes=["ink-lessons"]):
        with solara.Div(classes=["ink-lesson-list"]):
            for position, (key, each) in enumerate(found.items(), 1):
                here = ["ink-here"] if key == name else []
                solara.Button(
                    f"{position}. {each.title}", on_click=lambda key=key: choose(key), text=True, classes=here
                )
        LessonView(found[name]).key(name)


def use_ensemble() -> tuple[Any, Callable[[Setting, int, tuple[Measure, ...]], None]]:
    """Return the ensemble of this component (None at first), and what starts another; it is cancelled with the component."""
    held: Any = solara.use_ref(None)
    count: Any = solara.use_ref(0)
    _, set_tick = solara.use_state(0)

    def changed() -> None:
        count.current += 1
        set_tick(count.current)

    def start(setting: Setting, seeds: int, measures: tuple[Measure, ...]) -> None:
        if held.current:
            held.current.cancel()
        held.current = Ensemble(setting, seeds, measures=measures)
        held.current.start(changed)
        changed()

    solara.use_effect(lambda: lambda: held.current.cancel() if held.current else None, [])
    return held.current, start


@solara.component
def LessonView(lesson: Lesson) -> None:
    """One lesson on one screen."""
    guess, set_guess = solara.use_state("")
    ensemble, start = use_ensemble()
    answers = {lesson.prediction.higher: "higher", lesson.prediction.lower: "lower", lesson.prediction.same: "same"}

    def reveal() -> None:
        start(lesson.setting, lesson.seeds, lesson.measures)

    with solara.Div(classes=["ink-lesson"]):
        solara.HTML(unsafe_innerHTML=lesson_html(lesson))
        for words in answers:
            chosen = ["ink-answer", "ink-chosen"] if words == guess else ["ink-answer"]
            locked = ensemble is not None
            solara.Button(
                words, on_click=lambda words=words: set_guess(words), outlined=True, classes=chosen, disabled=locked
            )
        if ensemble is None:
            solara.Button("Show what the model does", on_click=reveal, disabled=not guess, color="primary")
        elif not ensemble.over:
            solara.Text(f"The model is running: {ensemble.done} of {ensemble.total} runs ...")
            solara.ProgressLinear(max(1, 100 * ensemble.done / ensemble.total))
        else:
            Answer(lesson, ensemble, answers.get(guess, ""))
            Try(lesson)


def lesson_html(lesson: Lesson) -> str:
    """Return the idea and the question of a lesson."""
    idea = "".join(f"<p>{escape(each)}</p>" for each in lesson.idea)
    worlds = f"First world: {escape(lesson.first.title)}. Second: {escape(lesson.second.title)}."
    return (
        f"<h2>{escape(lesson.title)}</h2>{idea}<p class='ink-soft'>After: {escape(lesson.source)}.</p>"
        f"<h3>1. Predict</h3><p>{escape(lesson.prediction.question)}</p><p class='ink-soft'>{worlds}</p>"
    )


@solara.component
def Answer(lesson: Lesson, ensemble: Ensemble, guess: str) -> None:
    """What the model did, whether that was the guess, why, and the two worlds to watch."""
    titles = (lesson.first.title, lesson.second.title)
    session = solara.use_memo(lambda: Session(History(lesson.setting), names=titles), [id(lesson)])
    if ensemble.failures:
        solara.Error(ensemble.failures[0])
        return
    answer, first, second = answer_of(lesson, ensemble)
    measure = lesson.prediction.measure
    verdict = "As you predicted." if guess == answer else "Not as you predicted. Find out why."
    numbers = f"{measure.label}: {number(first)} in the first world, {number(second)} in the second"
    solara.HTML(unsafe_innerHTML=f"<h3>2. What the model does</h3><p><b>{verdict}</b> {escape(numbers)} (mean of "
                f"{lesson.seeds} seeds).</p><p>{escape(lesson.prediction.explanation)}</p>")  # fmt: skip
    Watch(session, tuple(each.series for each in measure.walk() if isinstance(each, Series)))


@solara.component
def Try(lesson: Lesson) -> None:
    """The challenge: turn the knobs, get a score."""
    challenge: Challenge = lesson.challenge
    values, set_values = solara.use_state({knob.key: knob.value for knob in challenge.knobs})
    best: Any = solara.use_ref(0)
    ensemble, start = use_ensemble()
    solara.HTML(unsafe_innerHTML=f"<h3>3. Challenge</h3><p>{escape(challenge.task)}</p>")
    for knob in challenge.knobs:
        step = (knob.high - knob.low) / 100

        def turn(value: float, key: str = knob.key) -> None:
            set_values({**values, key: value})

        solara.SliderFloat(
            f"{knob.title}: {values[knob.key]:g}",
            value=values[knob.key],
            min=knob.low,
            max=knob.high,
            step=step,
            on_value=turn,
        )
    running = ensemble is not None and not ensemble.over

    def attempt() -> None:
        start(lesson.attempt(values), lesson.seeds, lesson.measures)

    solara.Button("Try it", on_click=attempt, disabled=running, color="primary")
    if running:
        solara.Text(f" {ensemble.done} of {ensemble.total} runs ...")
    elif ensemble is not None and ensemble.failures:
        solara.Error(ensemble.failures[0])
    elif ensemble is not None:
        value = challenge_mean(lesson, ensemble)
        score = challenge.score(value)
        best.current = max(best.current, score)
        words = f"{challenge.measure.label}: {number(value)} (mean of {lesson.seeds} seeds)"
        solara.HTML(
            unsafe_innerHTML=f"<p class='ink-score'><b>{score}</b> of 100 · best so far {best.current} · {words}</p>"
        )
