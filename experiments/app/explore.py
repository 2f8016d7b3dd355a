"""The page to explore, a stage: a sentence to set it, a large map, three charts, a card, and panels in a drawer."""

from collections.abc import Callable
from typing import Any

import solara
from solara.lab import Tab, Tabs

from experiments.app.assumptions import Assumptions
from experiments.app.axis_view import AxisView
from experiments.app.chart_view import ChartView
from experiments.app.claim_stage import ClaimLine
from experiments.app.downloads import Downloads
from experiments.app.map_view import MapView
from experiments.app.place import Place
from experiments.app.policy_desk import PolicyDesk
from experiments.app.session import PANELS, Session
from experiments.app.stage import Stage
from experiments.app.strip import Strip
from experiments.app.uncertainty import Uncertainty
from experiments.app.what_if import WhatIf


@solara.component
def Watch(session: Session, names: tuple[str, ...]) -> None:
    """The worlds of a session to watch, without settings: map, time axis and charts (of `names`)."""
    stage = solara.use_memo(lambda: Stage(session, lambda: None, names), [id(session)])
    elements = MapView.element(), AxisView.element(), ChartView.element()

    def connect() -> Any:
        stage.open(*(solara.get_widget(element) for element in elements))
        return stage.close

    solara.use_effect(connect, [id(stage)])


@solara.component
def Explore(session: Session, place: Place) -> None:
    """Map, charts, cards and settings of a session."""
    count, set_count = solara.use_state(0)
    tick = solara.use_ref(0)

    def refresh() -> None:
        tick.current += 1
        set_count(tick.current)
        place.tell()

    stage = solara.use_memo(lambda: Stage(session, refresh, movable=True), [id(session)])

    done = stage.done
    drawer = [] if session.panel == PANELS[0] else ["ink-drawer"]
    drawer += ["ink-picked"] if session.selection else []  # where there is little room, the card gets more of it
    with solara.Div(classes=["ink-stage", *drawer, *(["ink-open"] if stage.up else [])]):
        Top(session, done, count, place.query)
        with solara.Div(classes=["ink-ground"]):
            map_element = MapView.element()
        with solara.Div(classes=["ink-right"]):
            Handle(stage, count)
            with solara.Div(classes=["ink-courses"]):
                chart_element = ChartView.element()
            with solara.Div(classes=["ink-side"]):
                Panels(stage, done, count)
        with solara.Div(classes=["ink-time"]):
            axis_element = AxisView.element()

    def connect() -> Any:
        stage.open(*(solara.get_widget(element) for element in (map_element, axis_element, chart_element)))

        place.moved = stage.move

        def leave() -> None:
            place.moved = lambda changed: None
            stage.close()
            if session.ensemble:
                session.ensemble.cancel()

        return leave

    solara.use_effect(connect, [id(stage)])


@solara.component
def Top(session: Session, done: Callable[[bool], None], count: int, query: str) -> None:
    """The sentence of menus, what if from here, the claim that is shown, and what was refused."""
    with solara.Div(classes=["ink-top"]):
        Strip(session, done, count, query)
        WhatIf(session, done, count)
        ClaimLine(session, count)
        with solara.Div(classes=["ink-errors"]):  # always there: else what follows would be made anew
            if session.error:
                solara.Error(session.error, dense=True, classes=["ink-error"])


@solara.component
def Handle(stage: Stage, count: int) -> None:
    """On a phone: what pulls the sheet of charts, card and panels up and down."""

    def pull() -> None:
        stage.up = not stage.up
        stage.refresh()

    with solara.Div(classes=["ink-handle"]):
        solara.Button("Show the map" if stage.up else "Show cards and panels", on_click=pull, text=True, small=True)


@solara.component
def Panels(stage: Stage, done: Callable[[bool], None], count: int) -> None:
    """Card, policy, assumptions and the rest, one at a time."""
    session = stage.session

    def choose(index: int) -> None:
        session.panel, stage.up = PANELS[index], True
        stage.refresh()

    with Tabs(PANELS.index(session.panel), on_value=choose, grow=False, lazy=True):
        with Tab("Card"):
            solara.HTML(unsafe_innerHTML=session.card())
        with Tab("Policy"):
            PolicyDesk(session, done, count)
        with Tab("Assumptions"):
            Assumptions(session, done, count)
        with Tab("Uncertainty"):
            Uncertainty(session, count, stage)
        with Tab("Downloads"):
            Downloads(session, done, count)
