"""The pages of `inkspot app`: explore, lessons, claims, glossary, what the model is and is not. Run by `server.py`."""

from collections.abc import Callable
from typing import Any

import solara
from solara.lab import ThemeToggle, theme

from experiments.app.claims_wall import Claims
from experiments.app.compare_page import Compare
from experiments.app.explore import Explore
from experiments.app.lesson_page import Lessons
from experiments.app.lesson_progress import Progress
from experiments.app.map_view import style
from experiments.app.place import AddressView, Place
from experiments.app.session import Session
from experiments.app.texts import WHAT_IT_IS, glossary_html

VIEWS = ("Explore", "Compare", "Lessons", "Claims", "Glossary", "What this model is and is not")
SLUGS = dict(zip(("explore", "compare", "lessons", "claims", "glossary", "about"), VIEWS, strict=True))  # in an address
MOTTO = "A laboratory for assumptions, not a forecast"


def paint() -> None:
    """Have buttons and fields no colour of their own: blue is that of rivals, see `static/palette.js`."""
    theme.themes.light.primary, theme.themes.dark.primary = "#3b4657", "#c3ccd9"


@solara.component
def Page() -> None:
    """The whole page of one visitor."""
    router = solara.use_router()
    session = solara.use_memo(lambda: Session.opened(router.search), [])
    progress = solara.use_memo(Progress, [])
    place = solara.use_memo(lambda: Place(session, router.search, SLUGS), [])
    (view, _), set_view = solara.use_state((place.view, 0))
    turns: Any = solara.use_ref(0)

    def turn(name: str) -> None:
        turns.current += 1  # the page is drawn anew in the same view, too
        set_view((name, turns.current))

    def choose(name: str) -> None:
        place.view = name
        turn(name)
        place.tell()

    solara.use_memo(paint, [])
    solara.Title("Inkspot")
    solara.Style(style("page.css", "stage.css", "present.css", "print.css"))
    with solara.Div(classes=["ink-page", "ink-whole"] if view == VIEWS[0] else ["ink-page"]):
        with solara.Div(style="display: none"):
            Whereabouts(place, turn)
        Header(view, choose)
        if view == "Explore":
            Explore(session, place)
        elif view == "Lessons":
            Lessons(progress)
        elif view == "Compare":
            Compare(session, lambda: choose(VIEWS[0]), place.tell)
        elif view == "Claims":
            Claims(session, lambda: choose(VIEWS[0]))
        elif view == "Glossary":
            solara.HTML(unsafe_innerHTML=f'<div class="ink-text">{glossary_html()}</div>')
        else:
            solara.HTML(unsafe_innerHTML=f'<div class="ink-text">{WHAT_IT_IS}</div>')


@solara.component
def Whereabouts(place: Place, turn: Callable[[str], None]) -> None:
    """Keep the address; `turn` opens a view where back or forward asks for it."""
    element = AddressView.element()

    def connect() -> Callable[[], None]:
        widget: Any = solara.get_widget(element)
        place.widget, place.turn = widget, turn
        widget.on_msg(place.hear)
        place.tell()
        return lambda: widget.on_msg(place.hear, remove=True)

    solara.use_effect(connect, [])


@solara.component
def Header(view: str, set_view: Any) -> None:
    """Name, pages, theme."""
    with solara.Div(classes=["ink-header"]):
        solara.HTML(unsafe_innerHTML=f"<h1>Inkspot</h1><p>{MOTTO}</p>", classes=["ink-name"])
        with solara.Div(classes=["ink-nav"]):
            for name in VIEWS:
                solara.Button(name, on_click=lambda name=name: set_view(name), text=True,
                              classes=["ink-here"] if name == view else [])  # fmt: skip
            ThemeToggle()
