"""The pages of `inkspot app`: explore, lessons, claims, glossary, what the model is and is not. Run by `server.py`."""

from typing import Any

import solara
from solara.lab import ThemeToggle

from experiments.app.claims_wall import Claims
from experiments.app.compare_page import Compare
from experiments.app.explore import Explore
from experiments.app.lesson_page import Lessons
from experiments.app.lesson_progress import Progress
from experiments.app.map_view import style
from experiments.app.session import Session
from experiments.app.texts import WHAT_IT_IS, glossary_html

VIEWS = ("Explore", "Compare", "Lessons", "Claims", "Glossary", "What this model is and is not")
MOTTO = "A laboratory for assumptions, not a forecast"


@solara.component
def Page() -> None:
    """The whole page of one visitor."""
    router = solara.use_router()
    session = solara.use_memo(lambda: Session.opened(router.search), [])
    progress = solara.use_memo(Progress, [])
    view, set_view = solara.use_state(VIEWS[1] if session.setting.plans else VIEWS[0])
    solara.Title("Inkspot")
    solara.Style(style("page.css", "stage.css"))
    with solara.Div(classes=["ink-page", "ink-whole"] if view == VIEWS[0] else ["ink-page"]):
        Header(view, set_view)
        if view == "Explore":
            Explore(session)
        elif view == "Lessons":
            Lessons(progress)
        elif view == "Compare":
            Compare(session, lambda: set_view(VIEWS[0]))
        elif view == "Claims":
            Claims(session, lambda: set_view(VIEWS[0]))
        elif view == "Glossary":
            solara.HTML(unsafe_innerHTML=f'<div class="ink-text">{glossary_html()}</div>')
        else:
            solara.HTML(unsafe_innerHTML=f'<div class="ink-text">{WHAT_IT_IS}</div>')


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
