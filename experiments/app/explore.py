"""The page to explore: map, charts, cards, policies and assumptions of one or two worlds."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

import solara
import solara.lab
from solara.lab import Tab, Tabs

from experiments.app.assumptions import Assumptions
from experiments.app.axis_events import events_of
from experiments.app.axis_plan import moved, plan_of, span_of
from experiments.app.axis_view import AxisView, Together
from experiments.app.chart_view import SHOWN, ChartView, spec_of
from experiments.app.claim_stage import ClaimLine
from experiments.app.downloads import TakeAway
from experiments.app.fields import Field
from experiments.app.map_view import MapView
from experiments.app.pair import Shown
from experiments.app.player import Player
from experiments.app.policy_desk import PolicyDesk
from experiments.app.session import Session, policies
from experiments.app.uncertainty import Hear, Uncertainty
from experiments.app.what_if import WhatIf
from experiments.batch.errors import UserError
from model.scenario import ScenarioError, list_scenarios

CHART_SECONDS = 0.4  # between two updates of the charts while weeks play
CARD_SECONDS = 1.2  # between two updates of the panels while weeks play: they cost more
OWN, NONE = "the scenario's own", "nothing (one world)"
UPLOADED = "uploaded file"


class Stage:
    """Ties a session to the widgets of one page: frames to the map, the moment to the time axis, series to
    the charts, messages to the player.

    `names`: of the charts, by default all. `movable`: whether bars of policies can be moved on the time axis.
    """

    def __init__(
        self, session: Session, refresh: Callable[[], None], names: tuple[str, ...] = (), movable: bool = False
    ) -> None:
        self.session, self.refresh, self.names, self.movable = session, refresh, names or SHOWN, movable
        self.titles: list[str] = []
        self.map: Any = None
        self.axis: Any = None
        self.charts: Any = None
        self.player: Player | None = None
        self.drawn_at = self.refreshed_at = 0.0

    def open(self, map_view: Any, axis: Any, charts: Any) -> None:
        """Connect the widgets; `close` disconnects them."""
        self.map, self.axis, self.charts = map_view, axis, charts
        for widget in (map_view, axis, charts):
            widget.on_msg(self.hear)
        self.renew()

    def close(self) -> None:
        """End the player."""
        if self.player:
            self.player.close()
        if self.map:
            for widget in (self.map, self.axis, self.charts):
                widget.on_msg(self.hear, remove=True)

    def renew(self) -> None:
        """Show the worlds that the session has now; the map says `ready` when it has them."""
        if self.map is None:
            return
        if self.player:
            self.player.close()
        pair, self.titles = self.session.pair, self.session.titles
        before, screen = self.player, Together(self.map, self.axis)
        self.player = Player(pair, screen, self._changed, 0, before.layer if before else "control")
        self.player.speed = before.speed if before else self.player.speed  # what the axis says that it is
        self.axis.span, self.axis.plan = span_of(pair), plan_of(pair, self.titles, self.movable)
        self.map.build(pair, self.titles)

    def hear(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        """Do what a map or a chart asks for."""
        player = self.player
        if player is None:
            return
        if message.get("kind") == "ready":
            if message.get("night"):
                solara.lab.theme.dark = True
            player.screen.say_playing(False)
            player.seek(self.session.wanted)
        elif message.get("kind") == "select":
            self.session.selection = {key: message.get(key) for key in ("what", "id", "pane")}
            self.refresh()
        elif message.get("kind") == "plan" and self.movable:
            self.axis.answer(self._replan(message))
        else:
            player.hear(message)

    def _replan(self, message: dict[str, Any]) -> str:
        """Change a plan as a bar was moved, and show its worlds in the same week; return why that is refused."""
        try:
            setting = moved(self.session, message)
        except (UserError, ScenarioError) as error:
            return str(error)
        return self.session.answer(self.session.apply(setting), self.done)

    def done(self, changed: bool) -> None:
        """Show what the session has now, after a change or none."""
        if changed:
            self.renew()
        self.refresh()

    def _changed(self, shown: Shown) -> None:
        """Publish what the map shows to charts and panels: at once when it stands still, now and then while it moves."""
        player = self.player
        if player is None or not self.session.publish(shown, player.goal):
            return
        now = monotonic()
        if player.playing and now - self.drawn_at < CHART_SECONDS:
            return
        self.drawn_at = now
        self.charts.spec = spec_of(shown, self.titles, self.names)
        self.axis.events = events_of(shown)
        if not player.playing or now - self.refreshed_at > CARD_SECONDS:
            self.refreshed_at = now
            self.refresh()


@solara.component
def Watch(session: Session, names: tuple[str, ...] = ()) -> None:
    """The worlds of a session to watch, without settings: map, time axis and charts (of `names`, else all)."""
    stage = solara.use_memo(lambda: Stage(session, lambda: None, names), [id(session)])
    elements = MapView.element(), AxisView.element(), ChartView.element()

    def connect() -> Any:
        stage.open(*(solara.get_widget(element) for element in elements))
        return stage.close

    solara.use_effect(connect, [id(stage)])


@solara.component
def Explore(session: Session) -> None:
    """Map, charts, cards and settings of a session."""
    count, set_count = solara.use_state(0)
    tick = solara.use_ref(0)

    def refresh() -> None:
        tick.current += 1
        set_count(tick.current)

    stage = solara.use_memo(lambda: Stage(session, refresh, movable=True), [id(session)])

    done = stage.done
    Settings(session, done, count)
    WhatIf(session, done, count)
    ClaimLine(session, count)
    with solara.Div():  # always there: what follows would be made anew if it came and went
        if session.error:
            solara.Error(session.error, dense=True, classes=["ink-error"])
    map_element, axis_element = MapView.element(), AxisView.element()
    with solara.Div(classes=["ink-below"]):
        with solara.Div(classes=["ink-courses"]):
            chart_element = ChartView.element()
        with solara.Div(classes=["ink-side"]):
            Side(session, done, count, stage.hear)

    def connect() -> Any:
        stage.open(*(solara.get_widget(element) for element in (map_element, axis_element, chart_element)))
        return stage.close

    solara.use_effect(connect, [id(stage)])


@solara.component
def Settings(session: Session, done: Callable[[bool], None], count: int) -> None:
    """Scenario, policies, seed, undo."""
    setting, names = session.setting, policies()
    titles = {title: name for name, title in names.items()}
    scenarios = {title: name for name, title in list_scenarios().items()}
    scenario = list_scenarios().get(setting.scenario, UPLOADED)
    first = session.policy_title(0) or OWN
    second = NONE if len(setting.arms) < 2 else session.policy_title(1) or OWN

    def choose(index: int, title: str) -> None:
        if title != (first, second)[index]:  # an edited policy is in the list as what it is
            done(session.drop_second() if title == NONE else session.choose_policy(index, titles.get(title)))

    with solara.Div(classes=["ink-settings"]):
        choices = [*scenarios, *([UPLOADED] if scenario == UPLOADED else [])]
        solara.Select(
            "Scenario", choices, scenario, on_value=lambda title: done(session.choose_scenario(scenarios[title]))
        )
        solara.Select("Policy", _with([OWN, *titles], first), first, on_value=lambda title: choose(0, title))
        solara.Select(
            "Compare with", _with([NONE, OWN, *titles], second), second, on_value=lambda title: choose(1, title)
        )
        Seed(session, done, count)
        with solara.Div(classes=["ink-undo"]):
            history = session.history
            solara.Button("Undo", on_click=lambda: done(session.walk(lambda each: each.undo())), disabled=not history.past,
                          text=True, small=True)  # fmt: skip
            solara.Button("Redo", on_click=lambda: done(session.walk(lambda each: each.redo())), disabled=not history.future,
                          text=True, small=True)  # fmt: skip
            solara.Button(
                "Reset", on_click=lambda: done(session.walk(lambda each: each.reset())), text=True, small=True
            )


def _with(choices: list[str], chosen: str) -> list[str]:
    return choices if chosen in choices else [*choices, chosen]


@solara.component
def Seed(session: Session, done: Callable[[bool], None], count: int) -> None:
    """The luck of both worlds."""

    def take(text: str) -> str:
        if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 10):
            return "the seed must be a whole number from 0 to 999999999"
        return session.answer(session.apply(_seeded(session, int(text))), done)

    Field("Seed", str(session.setting.seed), take)


def _seeded(session: Session, seed: int) -> Any:
    return replace(session.setting, seed=seed)


@solara.component
def Side(session: Session, done: Callable[[bool], None], count: int, hear: Hear) -> None:
    """Cards, assumptions and the rest, one at a time."""
    with Tabs(grow=False):
        with Tab("Card"):
            solara.HTML(unsafe_innerHTML=session.card())
        with Tab("Policy"):
            PolicyDesk(session, done, count)
        with Tab("Assumptions"):
            Assumptions(session, done, count)
        with Tab("Uncertainty"):
            Uncertainty(session, count, hear)
        with Tab("Downloads"):
            TakeAway(session, done, count)
            Share(session, count)


@solara.component
def Share(session: Session, count: int) -> None:
    """A link that opens this page as it is."""
    if not session.link:
        solara.Info("Links work for shipped scenarios only. Download your uploaded scenario and share the file.")
        return
    solara.HTML(unsafe_innerHTML=f'<p>This link opens the page in its present state, in week {session.week}:</p>'
                f'<p><a class="ink-link" href="?{session.link}" target="_blank">?{session.link}</a></p>')  # fmt: skip
