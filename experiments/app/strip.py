"""The top of the stage: what is shown as a sentence whose bold words are menus, and the buttons beside it."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import anywidget
import solara
import traitlets

from experiments.app.map_view import script, style
from experiments.app.session import Session, policies
from experiments.batch.run import Run
from model.scenario import list_scenarios

NONE = "nothing else"
UPLOADED = "uploaded file"
UNSHARED = (
    "This scenario is a file that you uploaded, which no address can hold: a reload or a link shows the baseline."
)
MOST_DIGITS = 9  # of a seed
SEED_REFUSED = "the seed must be a whole number from 0 to 999999999"


class StripView(anywidget.AnyWidget):
    """A sentence with menus and a seed to type in, and buttons. `spec`: see `spec_of`.

    Sends `menu` (name, value), `seed` (text), `undo`, `redo`, `reset`. Sharing is the browser's own work.
    """

    _esm = script("elements.js", "strip.js")
    _css = style("strip.css")

    spec = traitlets.Dict({}).tag(sync=True)


def spec_of(session: Session, refused: str, answers: int, query: str) -> dict[str, Any]:
    """Return the sentence: texts, menus and the seed one after another. `answers` counts what was answered, so that the
    page shows what holds after a refusal, too. `query`: of the link that is shared.
    """
    setting, names, history = session.setting, policies(), session.history
    titles = list_scenarios()
    scenarios = [[name, title] for name, title in titles.items()]
    if setting.scenario not in titles:
        scenarios.append([setting.scenario, f"{UPLOADED}: {session.pair.first.scenario.title}"])
    own = own_title(setting.scenario)
    shipped = [["", own], *([name, title] for name, title in names.items())]
    first, second = (_chosen(session, index, own) for index in (0, 1))
    return {
        "parts": [
            {"menu": "Scenario", "value": setting.scenario, "choices": scenarios}, "under",
            {"menu": "Policy", "value": first[0], "choices": _with(shipped, first)}, "compared with",
            {"menu": "Compare with", "value": second[0], "choices": _with([["-", NONE], *shipped], second)}, "with seed",
            {"field": "Seed", "value": str(setting.seed), "title": "The same seed gives the same random draws"},
        ],
        "undo": bool(history.past), "redo": bool(history.future), "refused": refused, "answers": answers,
        "query": query, "unshared": "" if setting.shared else UNSHARED,
    }  # fmt: skip


@lru_cache
def own_title(scenario: str) -> str:
    """Return what a scenario's own policy is called in a list of policies."""
    return f"{Run(scenario, None, {}, 0).composed.policy.heading} (its own)"


def _chosen(session: Session, index: int, own: str) -> list[str]:
    """Return value and title of the policy of a world; an edited one has a value that no shipped one has."""
    if index >= len(session.setting.arms):
        return ["-", NONE]
    title = session.policy_title(index)
    values = {each: name for name, each in policies().items()}
    return [values.get(title, "*") if title else "", title or own]


def _with(choices: list[list[str]], chosen: list[str]) -> list[list[str]]:
    return choices if chosen in choices else [*choices, chosen]


@solara.component
def Strip(session: Session, done: Callable[[bool], None], count: int, query: str) -> None:
    """Scenario, policies, seed, undo, share. `count`: of what has changed; `query`: what the address is to be."""
    refused, set_refused = solara.use_state("")
    answers, set_answers = solara.use_state(0)
    number: Any = solara.use_ref(0)
    element = StripView.element(spec=spec_of(session, refused, answers, query))

    def hear(widget: Any, message: dict[str, Any], buffers: Any) -> None:
        set_refused(answer(session, message, done))
        number.current += 1
        set_answers(number.current)

    def listen() -> Callable[[], None]:
        strip: Any = solara.get_widget(element)
        strip.on_msg(hear)
        return lambda: strip.on_msg(hear, remove=True)

    solara.use_effect(listen, [id(session)])


def answer(session: Session, message: dict[str, Any], done: Callable[[bool], None]) -> str:
    """Do what the strip asks for; return why a seed is refused, or an empty text."""
    kind = message.get("kind")
    if kind == "seed":
        return _take_seed(session, str(message.get("text", "")).strip(), done)
    if kind in ("undo", "redo", "reset"):
        done(session.walk(lambda history: bool(getattr(history, kind)())))
    elif kind == "menu":
        name, value = message.get("name"), str(message.get("value"))
        if name == "Scenario" and value in list_scenarios():
            done(session.choose_scenario(value))
        elif name in ("Policy", "Compare with"):
            index = int(name == "Compare with")
            known = value in policies() or not value
            done(
                session.drop_second()
                if index and value == "-"
                else known and session.choose_policy(index, value or None)
            )
    return ""


def _take_seed(session: Session, text: str, done: Callable[[bool], None]) -> str:
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return session.answer(session.apply(replace(session.setting, seed=int(text))), done)
    return f"“{text[:40]}” is refused: {SEED_REFUSED}. It stays {session.setting.seed}."
