"""The lessons: read the idea, predict, let the model answer, watch it, then try the challenge."""

from collections.abc import Callable, Mapping
from html import escape
from itertools import count
from threading import Event
from typing import Any

import solara

from experiments.app.ensemble import Ensemble
from experiments.app.explore import Watch
from experiments.app.history import History
from experiments.app.lesson import Lesson, lessons
from experiments.app.lesson_chart import GuessView, chart_spec, drawn_words
from experiments.app.lesson_check import WON, found, goal_values, score
from experiments.app.lesson_parts import Answer
from experiments.app.lesson_progress import Progress, ProgressView, Study, attempt_of, worlds_of
from experiments.app.lesson_text import answer_html, explore_html, goals_html, lesson_html
from experiments.app.session import Session
from model.scenario import ScenarioError


@solara.component
def Lessons(progress: Progress) -> None:
    """All lessons, and the one that is chosen; what a visitor has done is marked."""
    drawn, set_count = solara.use_state(0)
    ticks: Any = solara.use_ref(0)

    def refresh() -> None:
        ticks.current += 1
        set_count(ticks.current)

    def choose(name: str) -> None:
        progress.here = name
        refresh()

    try:
        shipped = lessons()
    except ScenarioError as error:
        solara.Error(f"A lesson cannot be read. {error}", classes=["ink-error"])
        return
    Kept(progress, shipped, refresh, drawn)
    name = progress.here or next(iter(shipped))
    names = list(shipped)
    following = names[names.index(name) + 1] if name != names[-1] else ""
    with solara.Div(classes=["ink-lessons"]):
        with solara.Div(classes=["ink-lesson-list"]):
            solara.Text(f"{progress.finished} of {len(shipped)} lessons done", classes=["ink-progress"])
            for position, (key, each) in enumerate(shipped.items(), 1):
                here = ["ink-here"] if key == name else []
                words = f"{position}. {each.title}{mark(progress.of(key))}"
                solara.Button(words, on_click=lambda key=key: choose(key), text=True, classes=here)
        with solara.Div():
            LessonView(shipped[name], progress.of(name), refresh, drawn).key(name)
            if following and progress.of(name).revealed:
                title = f"Next: {shipped[following].title}"
                solara.Button(title, on_click=lambda: choose(following), outlined=True, classes=["ink-next"])


@solara.component
def Kept(progress: Progress, shipped: Mapping[str, Lesson], refresh: Callable[[], None], count: int) -> None:
    """Have the browser keep what was done, and take what it has kept of an earlier visit."""
    element = ProgressView.element(progress=progress.kept)

    def hear(widget: Any, message: dict[str, Any], buffers: Any) -> None:
        if message.get("kind") == "kept" and progress.recall(message.get("progress"), shipped):
            refresh()

    def listen() -> Callable[[], None]:
        view: Any = solara.get_widget(element)
        view.on_msg(hear)
        return lambda: view.on_msg(hear, remove=True)

    solara.use_effect(listen, [])


def mark(study: Study) -> str:
    """Return what marks a lesson in the list: done, or its challenge won."""
    return " ✓ won" if study.best >= WON else " ✓" if study.revealed else ""


def use_ensemble() -> tuple[Any, Callable[[Ensemble], None]]:
    """Return the ensemble of this component (None at first), and what starts another; it is cancelled with the component."""
    held: Any = solara.use_ref(None)
    ticks = solara.use_memo(
        lambda: count(1), []
    )  # two threads never get the same number: none of their changes is lost
    _, set_tick = solara.use_state(0)

    def changed() -> None:
        set_tick(next(ticks))

    def start(ensemble: Ensemble) -> None:
        if held.current:
            held.current.cancel()
        held.current = ensemble
        ensemble.start(changed)
        changed()

    solara.use_effect(lambda: lambda: held.current.cancel() if held.current else None, [])
    return held.current, start


@solara.component
def LessonView(lesson: Lesson, study: Study, refresh: Callable[[], None], count: int) -> None:
    """One lesson on one screen; `count` grows where `study` has changed, so that it is drawn anew."""

    def reveal() -> None:
        study.revealed = True
        refresh()

    def choose(answer: Answer) -> None:
        study.guess = answer
        refresh()

    with solara.Div(classes=["ink-lesson"]):
        solara.HTML(unsafe_innerHTML=lesson_html(lesson))
        for answer, words in lesson.prediction.words.items():
            chosen = ["ink-answer", "ink-chosen"] if answer == study.guess else ["ink-answer"]
            solara.Button(words, on_click=lambda answer=answer: choose(answer), outlined=True, classes=chosen,
                          disabled=study.revealed)  # fmt: skip
        draw = "If you like, draw the second world on the chart: with the pointer, or with the arrow keys."
        done = "Over your line, if you drew one: what the model does."
        solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{done if study.revealed else draw}</p>")
        Course(lesson, study, study.revealed, refresh)
        if not study.revealed:
            solara.Button("Show what the model does", on_click=reveal, disabled=study.guess is None, color="primary")
        elif study.runs is not None:
            Revealed(lesson, study, study.runs, refresh)


@solara.component
def Course(lesson: Lesson, study: Study, revealed: bool, refresh: Callable[[], None]) -> None:
    """The chart. The first world runs while the visitor reads; `refresh` is called when both have run.

    Runs go to the chart, not through the page: a click that comes while another thread draws the page anew is lost.
    """
    chart = GuessView.element(guess=study.drawn, on_guess=study.keep)

    def run() -> Callable[[], None]:
        view: Any = solara.get_widget(chart)
        ensemble, gone = worlds_of(lesson, 2 if revealed else 1), Event()

        def changed() -> None:
            if gone.is_set():
                return
            view.spec = chart_spec(lesson, ensemble, revealed)
            if revealed and ensemble.over and study.runs is not ensemble:
                study.runs = ensemble
                refresh()

        def leave() -> None:
            gone.set()
            ensemble.cancel()

        changed()
        ensemble.start(changed)
        return leave

    solara.use_effect(run, [revealed])


@solara.component
def Revealed(lesson: Lesson, study: Study, ensemble: Ensemble, refresh: Callable[[], None]) -> None:
    """What the model did, whether that was the guess, why, and the two worlds to watch."""
    titles = (lesson.first.title, lesson.second.title)
    session = solara.use_memo(lambda: Session(History(lesson.setting), names=titles), [id(lesson)])
    if ensemble.failures:
        solara.Error(ensemble.failures[0])
    elif study.guess is not None:
        seen = [found(each, ensemble) for each in lesson.findings]
        drawn = drawn_words(lesson, study.drawn, ensemble)
        solara.HTML(unsafe_innerHTML=answer_html(lesson, study.guess, seen, drawn))
        Watch(session, (lesson.prediction.series,))
        solara.HTML(unsafe_innerHTML=explore_html(lesson.setting, "Open these worlds in Explore"))
        Try(lesson, study, refresh)


@solara.component
def Try(lesson: Lesson, study: Study, refresh: Callable[[], None]) -> None:
    """The challenge: turn the knobs, get a score; every goal with what was reached of it."""
    challenge = lesson.challenge
    values, set_values = solara.use_state(study.knobs or challenge.start)
    tried, set_tried = solara.use_state(values)
    ensemble, start = use_ensemble()
    solara.HTML(unsafe_innerHTML=f"<h3>3. Challenge</h3><p>{escape(challenge.task)}</p>")
    for knob in challenge.knobs:

        def turn(value: float, key: str = knob.key) -> None:
            study.knobs = {**values, key: value}
            set_values(study.knobs)

        solara.SliderFloat(f"{knob.title}: {values[knob.key]:g}", value=values[knob.key], min=knob.low, max=knob.high,
                           step=(knob.high - knob.low) / 100, on_value=turn)  # fmt: skip
    if challenge.rest:
        rest = challenge.turned(values)[challenge.rest.key]
        solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{escape(challenge.rest.title)}: {rest:g}</p>")
    running = ensemble is not None and not ensemble.over

    def attempt() -> None:
        set_tried(values)
        start(attempt_of(lesson, values))

    solara.Button("Try it", on_click=attempt, disabled=running, color="primary")
    if running:
        solara.Text(f" {ensemble.done} of {ensemble.total} runs ...")
    elif ensemble is not None and ensemble.failures:
        solara.Error(ensemble.failures[0])
    elif ensemble is not None:
        points = score(challenge, tried, ensemble)
        if points > study.best:
            study.best = points
            refresh()
        solara.HTML(unsafe_innerHTML=goals_html(lesson, goal_values(challenge, tried, ensemble), points, study.best))
        solara.HTML(unsafe_innerHTML=explore_html(lesson.attempt(tried), "Open this world in Explore"))
