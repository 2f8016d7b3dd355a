"""The page's address: it follows what is shown, and what it says is shown after a reload, back, forward or a bookmark."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anywidget
import traitlets

from experiments.app.chart_view import HEADLINES
from experiments.app.headlines import readable
from experiments.app.links import link, read_link, read_query, written
from experiments.app.map_view import script
from experiments.app.plan_names import named
from experiments.app.session import PANELS, Session
from experiments.app.setting import Setting
from experiments.batch.errors import UserError
from model.scenario import ScenarioError

LOST = "An address cannot hold an uploaded scenario. Choose its file again under Downloads; the baseline is shown."


class AddressView(anywidget.AnyWidget):
    """The address of the page. `query`: what it is to be; `heard`: the number of the last `went` that was answered; `known`:
    whether the page has said it. Sends `went` (query, number) where back or forward has changed it.
    """

    _esm = script("address.js")

    query = traitlets.Unicode("").tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)
    known = traitlets.Bool(False).tag(sync=True)


class Place:
    """What is looked at: a view of the page (of `views`, slug -> name) and a session; and the widget that says it."""

    def __init__(self, session: Session, query: str | None, views: dict[str, str]) -> None:
        self.session, self.views = session, views
        self.view = self.first
        self.widget: Any = None
        self.moved: Callable[[bool], None] = lambda changed: None  # the stage's part: whether the worlds are others
        self.turn: Callable[[str], None] = lambda view: None  # the page's part: the view
        self.damaged = bool(session.error)
        self._look(query)

    @property
    def first(self) -> str:
        """The view of an address that names none: plans are compared, all else is explored."""
        return self.views["compare" if self.session.setting.plans else "explore"]

    @property
    def query(self) -> str:
        """The query that says all of it."""
        session = self.session
        pairs = [("upload", "yes")] if not session.setting.shared else []
        if self.view != self.first:
            pairs.append(("view", next(slug for slug, name in self.views.items() if name == self.view)))
        pairs += [("panel", session.panel.lower())] if session.panel != PANELS[0] else []
        pairs += [("charts", ",".join(session.charts))] if session.charts != HEADLINES else []
        pairs += [("judged", "now")] if session.judged_now and self.view == self.views["compare"] else []
        said = link(session.setting, session.wanted) if session.setting.shared else ""
        return "&".join(filter(None, (said, written(pairs))))

    def tell(self) -> None:
        """Say where the page is. An address that could not be opened stays until something is changed."""
        if self.widget is None or (self.damaged and not self.session.history.past and not self.session.week):
            return
        with self.widget.hold_sync():
            self.widget.query, self.widget.known = self.query, True

    def go(self, query: str) -> bool:
        """Show what an address says; return whether the worlds are others. What is wrong with it is the session's error."""
        session = self.session
        try:
            setting, week = read_link(query)
            setting = self._uploaded(query) or named(setting)
        except (UserError, ScenarioError) as error:
            session.error = f"This address cannot be opened, so all stays as it was: {error}"
            return False
        session.wanted = week
        changed = session.apply(setting)
        if not session.error:
            session.history.present = replace(session.setting, plans=setting.plans)
        session.wanted = min(week, session.pair.weeks)
        self._look(query)
        return changed

    def _uploaded(self, query: str) -> Setting | None:
        """Return the last setting of an uploaded scenario, where an address of this visit is of one."""
        if "upload" not in read_query(query):
            return None
        history = self.session.history
        known = [*history.past, *history.future, history.present]
        return next((each for each in reversed(known) if not each.shared), None)

    def _look(self, query: str | None) -> None:
        """Take what an address says of views, panels and charts, as far as they exist."""
        try:
            found = {key: values[0] for key, values in read_query(query or "").items()}
        except UserError:
            return
        session = self.session
        self.view = self.views.get(found.get("view", ""), self.first)
        session.panel = next((name for name in PANELS if name.lower() == found.get("panel")), PANELS[0])
        session.judged_now = found.get("judged") == "now"
        session.charts = readable(found.get("charts", "").split(","))
        if "upload" in found and session.setting.shared:
            session.error = LOST

    def hear(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        """Back or forward was pressed."""
        if message.get("kind") != "went":
            return
        before = self.view
        changed = self.go(str(message.get("query", "")))
        if self.view == before:
            self.moved(changed)  # a view that opens shows by itself what the session has
        self.turn(self.view)
        self.tell()
        widget.heard = int(message.get("number", 0))
