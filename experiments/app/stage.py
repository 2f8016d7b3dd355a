"""Ties a session to the widgets of one page: frames to the map, the moment to the time axis, series to the charts, messages
to the player."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import solara.lab

from experiments.app.axis_events import events_of
from experiments.app.axis_plan import moved, plan_of, span_of
from experiments.app.axis_view import Together
from experiments.app.chart_view import SHOWN, spec_of
from experiments.app.headlines import bands_of, chosen, headlines
from experiments.app.pair import Shown
from experiments.app.player import Player
from experiments.app.session import Session
from experiments.batch.errors import UserError
from model.scenario import ScenarioError

CHART_SECONDS = 0.4  # between two updates of the charts while weeks play
CARD_SECONDS = 1.2  # between two updates of the panels while weeks play: they cost more


class Stage:
    """A session on the widgets of one page.

    `names`: of the charts, all of them plain; else the session's headlines. `movable`: whether bars of policies can be moved
    on the time axis.
    """

    def __init__(
        self, session: Session, refresh: Callable[[], None], names: tuple[str, ...] = (), movable: bool = False
    ) -> None:
        self.session, self.refresh, self.names, self.movable = session, refresh, names, movable
        self.titles: list[str] = []
        self.map: Any = None
        self.axis: Any = None
        self.charts: Any = None
        self.player: Player | None = None
        self.drawn_at = self.refreshed_at = 0.0
        self.all = self.up = False  # whether all charts are shown, and whether a phone's sheet is up

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
        self.show_bands()

    def show_bands(self) -> None:
        """Lay the bands of the session's ensemble behind the charts, if it is over and of what is set."""
        if self.charts is not None and not self.names:
            self.charts.bands = bands_of(self.session)

    def hear(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        """Do what a map or a chart asks for."""
        player, kind = self.player, message.get("kind")
        if player is None:
            return
        if kind == "ready":
            if message.get("night"):
                solara.lab.theme.dark = True
            player.screen.say_playing(False)
            player.seek(self.session.wanted)
        elif kind == "select":
            self.session.selection = {key: message.get(key) for key in ("what", "id", "pane")}
            self.session.panel, self.up = "Card", True
            self.refresh()
        elif kind == "choose":
            self.session.charts = chosen(self.session.charts, int(message.get("at", 0)), str(message.get("name")))
            self._draw(player.shown)
            self.refresh()
        elif kind == "all":
            self.all = bool(message.get("all"))
            self._draw(player.shown)
        elif kind == "plan" and self.movable:
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

    def move(self, changed: bool) -> None:
        """Show what the session was set to by back or forward: other worlds (`changed`), or another week of these."""
        if not changed and self.player:
            self.player.pause()
            self.player.seek(self.session.wanted)
        self.done(changed)

    def _draw(self, shown: Shown) -> None:
        """Show the charts of a moment."""
        if self.names:
            self.charts.spec = spec_of(shown, self.titles, self.names)
        else:
            names = SHOWN if self.all else self.session.charts
            self.charts.spec = headlines(shown, self.titles, names) | {"all": self.all}

    def _changed(self, shown: Shown) -> None:
        """Publish what the map shows to charts and panels: at once when it stands still, now and then while it moves."""
        player = self.player
        if player is None or not self.session.publish(shown, player.goal):
            return
        now = monotonic()
        if player.playing and now - self.drawn_at < CHART_SECONDS:
            return
        self.drawn_at = now
        self._draw(shown)
        self.axis.events = events_of(shown)
        if not player.playing or now - self.refreshed_at > CARD_SECONDS:
            self.refreshed_at = now
            self.refresh()
