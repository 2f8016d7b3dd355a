"""The drawer of assumptions: every parameter as a slider within its range, every mechanism and rival finding as a switch."""

from collections.abc import Callable
from typing import Any

import anywidget
import solara
import traitlets

from experiments.app import assumption_items as parts
from experiments.app.branching import is_branch, without_branch
from experiments.app.map_view import script, style
from experiments.app.plan_names import taken_back
from experiments.app.session import Session
from experiments.app.setting import Setting

BOTH, FIRST, SECOND = "both worlds", "the first world", "the second world"
INDICES = {BOTH: [0, 1], FIRST: [0], SECOND: [1]}
MOST_TEXT = 40  # characters of a refused value that are repeated
Done = Callable[[bool], None]


class AssumptionsView(anywidget.AnyWidget):
    """Search field, list and pages of assumptions. `items`: see `assumption_items.items`; `spec`: see `spec_of`.

    Sends `set` (key, value), `back` (key), `where` and `plan` (index of a world), each with the place `where` values change.
    """

    _esm = script("elements.js", "slider.js", "assumptions.js")
    _css = style("assumptions.css")

    items: Any = traitlets.List([]).tag(sync=True)
    spec = traitlets.Dict({}).tag(sync=True)


def number_of(text: str) -> float | str:
    """Return the number that a text is, or the text, which the scenario's check then refuses in its own words."""
    try:
        return float(text.replace(",", ".").strip())
    except ValueError:
        return text


def places_of(session: Session) -> list[str]:
    """Return the worlds in which a value can be changed."""
    return [BOTH, FIRST, SECOND] if len(session.setting.arms) > 1 else [FIRST]


def spec_of(session: Session, where: str, refused: dict[str, str], answers: dict[str, int]) -> dict[str, Any]:
    """Return what holds now, ready for JSON. `answers` counts what was answered by key, so that a field shows what holds
    after a refusal, too, and one that is being typed in keeps its text when another is answered.
    """
    return {
        "where": where, "places": places_of(session), "values": parts.differing(session, INDICES[where]),
        "plans": parts.plans(session), "refused": refused, "answers": answers,
    }  # fmt: skip


def answer(session: Session, message: dict[str, Any], indices: list[int], done: Done) -> dict[str, str]:
    """Do what the drawer asks for; return why a value is refused, by key."""
    kind, key, index = message.get("kind"), str(message.get("key")), message.get("index")
    if kind == "plan" and isinstance(index, int) and index in range(len(session.setting.arms)):
        done(session.apply(_without_plan(session.setting, index)))
    elif key not in {each["key"] for each in parts.items()}:
        return {}
    elif kind == "back":
        done(parts.take_back(session, key, indices))
    elif kind == "set":
        given, holds = message.get("value"), parts.value_of(session, key, indices)
        value = given if key.partition(".")[0] in parts.HEADS else number_of(str(given))
        reason = session.answer(parts.put(session, key, value, indices), done)
        if reason:
            return {key: f"“{str(given)[:MOST_TEXT]}” is refused: {reason}. It stays {parts.words(holds)}."}
    return {}


def _without_plan(setting: Setting, index: int) -> Setting:
    branch = is_branch(setting.arms[index])
    return without_branch(setting, index) if branch else taken_back(setting, index)


@solara.component
def Assumptions(session: Session, done: Done, count: int) -> None:
    """The drawer; it is drawn anew only where the setting has changed, not as weeks play (`count`)."""
    Drawer(session, done, session.setting).key(str(id(session)))


@solara.component
def Drawer(session: Session, done: Done, setting: Setting) -> None:
    """The drawer of a session whose setting is `setting`."""
    chosen, choose = solara.use_state(BOTH)
    answered, set_answered = solara.use_state(({}, {}))
    places = places_of(session)
    where = chosen if chosen in places else places[0]
    spec = solara.use_memo(lambda: spec_of(session, where, *answered), [setting, where, answered])
    element = AssumptionsView.element(items=parts.items(), spec=spec)
    answers: Any = solara.use_ref({})

    def hear(widget: Any, message: dict[str, Any], buffers: Any) -> None:
        place = message.get("where")
        if place not in places_of(session):
            return
        choose(place)
        if message.get("kind") != "where":
            wrong = answer(session, message, INDICES[place], done)
            key = str(message.get("key"))
            answers.current = answers.current | {key: answers.current.get(key, 0) + 1}
            set_answered((wrong, answers.current))

    def listen() -> Callable[[], None]:
        drawer: Any = solara.get_widget(element)
        drawer.on_msg(hear)
        return lambda: drawer.on_msg(hear, remove=True)

    solara.use_effect(listen, [id(session), done])
