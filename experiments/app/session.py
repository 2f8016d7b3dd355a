"""A visitor's session: settings, their worlds, the week shown, what was clicked, and the last error.

Nothing here draws: the page shows a session and tells it what the user did.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from experiments.app.branching import branched, key_in, rebased
from experiments.app.cards import card_html, card_of
from experiments.app.chart_view import HEADLINES
from experiments.app.claim_worlds import Staged
from experiments.app.ensemble import Course, Ensemble
from experiments.app.history import History
from experiments.app.links import link, read_link
from experiments.app.named_places import NamedPlace, named_places
from experiments.app.pair import Pair, Shown
from experiments.app.plan_names import named
from experiments.app.setting import BASELINE, Arm, Setting
from experiments.app.uploads import Upload
from experiments.batch.errors import UserError
from experiments.batch.run import Run
from model.scenario import ScenarioError, list_policies

PANELS = ("Card", "Policy", "Assumptions", "Uncertainty", "Downloads")


@dataclass
class Session:
    """One visitor. `shown` always is of `history.present`; a setting that is wrong changes nothing but `error`."""

    history: History[Setting] = field(default_factory=lambda: History(Setting()))
    wanted: int = 0  # the week that the page is to show: that of the link, then the one shown or run to
    error: str = ""
    selection: dict[str, Any] | None = None
    shown: Shown = field(init=False)  # what the page shows: cards, sentences, links and downloads read it from here
    names: tuple[str, ...] = ()  # of the worlds, where others than their policies' are wanted
    ensemble: Ensemble | None = None  # the last one that was run
    charts: tuple[str, ...] = HEADLINES  # the outcomes beside the map
    panel: str = PANELS[0]  # the panel that is open
    uploads: list[Upload] = field(default_factory=list)
    known: dict[Any, Course] = field(default_factory=dict)  # runs of the page Compare, which are not run again
    judged_now: bool = False  # whether Compare judges in the week shown, and not at the end
    claim: Staged | None = None  # whose worlds were shown last

    def __post_init__(self) -> None:
        self.shown = Pair.of(self.setting.runs).at(0)

    @classmethod
    def opened(cls, query: str | None) -> "Session":
        """Return the session of a link's query; a damaged one is the baseline, and says what is wrong with the link."""
        try:
            setting, week = read_link(query or "")
            return cls(History(named(rebased(setting))), week)
        except (UserError, ScenarioError) as error:
            return cls(error=f"This link cannot be opened, so the baseline is shown: {error}")

    @property
    def pair(self) -> Pair:
        """The worlds."""
        return self.shown.pair

    @property
    def week(self) -> int:
        """The week that is shown."""
        return self.shown.week

    def publish(self, shown: Shown, goal: int | None = None) -> bool:
        """Take what is shown from now on, on the way to the week `goal`; return whether it is of the present worlds.

        It is not where the player of earlier worlds is late.
        """
        if shown.pair is not self.pair:
            return False
        self.shown, self.wanted = shown, shown.week if goal is None else goal
        return True

    def show(self, week: int) -> None:
        """Compute up to a week and show it, without a page."""
        self.pair.advance(week)
        self.publish(self.pair.at(week))

    @property
    def setting(self) -> Setting:
        """What is set."""
        return self.history.present

    @property
    def titles(self) -> list[str]:
        """What each world is called."""
        titles = self.pair.titles
        return list(self.names) if len(self.names) == len(titles) else titles

    def policy_title(self, index: int) -> str:
        """Return what the policy of a world is called, or an empty text for the scenario's own as it is."""
        scenario = self.pair.worlds[index].scenario
        if scenario.branch is not None:
            return str(scenario.turn[:1].upper() + scenario.turn[1:])
        arm = self.setting.arms[index]
        own = arm.policy is None and not any(key.startswith("policy.") for key in arm.overrides)
        return "" if own else str(scenario.policy.heading)

    @property
    def link(self) -> str:
        """The query of a link to this page, or an empty text for an uploaded scenario."""
        return link(self.setting, self.week) if self.setting.shared else ""

    def apply(self, setting: Setting) -> bool:
        """Make a setting the present one and its worlds; return whether it could be. What is wrong is in `error`.

        An edited policy gets a name of its own first.
        """
        try:
            setting = named(rebased(setting))
        except (UserError, ScenarioError) as error:
            self.error = str(error)
            return False
        if setting == self.setting:
            self.error = ""
            return False
        if not self._build(setting):
            return False
        self.history.change(setting)
        return True

    def _build(self, setting: Setting) -> bool:
        try:
            pair = Pair.of(setting.runs, self.pair.worlds)
        except (UserError, ScenarioError) as error:
            self.error = str(error)
            return False
        self.wanted = min(self.wanted, pair.weeks)
        self.shown, self.error, self.selection = pair.at(0), "", None
        return True

    def walk(self, move: Callable[[History[Setting]], bool]) -> bool:
        """Undo, redo or reset, and make the worlds of what is then set; return whether anything changed.

        The worlds come first, as in `apply`: who draws meanwhile never reads a new setting with old worlds.
        """
        history = copy(self.history)
        if not (move(history) and self._build(history.present)):
            return False
        self.history = history
        return True

    def answer(self, changed: bool, done: Callable[[bool], None]) -> str:
        """Tell the page whether a field has changed anything; return why not, to be said at the field and nowhere else."""
        reason, self.error = self.error, ""
        done(changed)
        return re.sub(r"^override \S+: |, got [^,]*$", "", reason)

    def choose_scenario(self, name: str) -> bool:
        """Switch to another scenario; policies stay, assumptions are reset because their names may not exist there."""
        arms = tuple(
            Arm(None if index == 0 else arm.origin or arm.policy) for index, arm in enumerate(self.setting.arms)
        )
        return self.apply(replace(self.setting, scenario=name, arms=arms, plans=()))

    def choose_policy(self, index: int, policy: str | None) -> bool:
        """Switch to another policy in a world; assumptions stay, changes of the old policy are dropped."""
        overrides = {} if index >= len(self.setting.arms) else self.setting.arms[index].overrides
        if index >= len(self.setting.arms):
            overrides = self.setting.arms[0].overrides
        kept = {key: value for key, value in overrides.items() if not key.startswith(("policy.", "branch."))}
        return self.apply(self.setting.with_arm(index, Arm(policy, kept)))

    def drop_second(self) -> bool:
        """Show the first world only."""
        return self.apply(replace(self.setting, arms=self.setting.arms[:1]))

    def override(self, key: str, value: Any, indices: list[int]) -> bool:
        """Change an assumption in some worlds (None: take the change back)."""
        setting = self.setting
        for index in indices:
            if index < len(setting.arms):
                one = key_in(setting.arms[index], key) if indices == [index] else key
                setting = setting.override(index, one, value)
        return self.apply(setting)

    def branch(self, policy: str | None) -> bool:
        """Make the second world the first up to the week shown, from then on under another policy (None: the same)."""
        try:
            self.wanted = self.week
            return self.apply(branched(self.setting, self.week, policy))
        except UserError as error:
            self.error = str(error)
            return False

    def upload(self, name: str, content: bytes) -> bool:
        """Take an uploaded scenario file; return whether it could be used. Nothing in it is executed."""
        try:
            upload = Upload(name, content)
            upload.check()
        except UserError as error:
            self.error = str(error)
            return False
        self.uploads.append(upload)  # kept until the session ends
        done = self.choose_scenario(str(upload.path))
        self.error = self.error.replace(str(upload.path), name)
        return done

    @property
    def _places(self) -> list[NamedPlace]:
        """The places of the map, in its order."""
        return named_places(self.pair.first)

    def card(self) -> str:
        """Return the card of what was clicked as HTML, or a text that says how to get one."""
        shown = self.shown
        if self.selection:
            index = min(int(self.selection.get("pane", 0)), len(shown.worlds) - 1)
            what, number = str(self.selection.get("what")), int(self.selection.get("id", -1))
            card = card_of(shown.worlds[index], what, number, shown.week, shown.computed, self._places)
            if card:
                return card_html(card, shown.week, self.titles[index])
        return (
            '<p class="ink-soft">Click a country, an organisation, an army or a link on the map. Its card appears.</p>'
        )


@cache
def policies() -> dict[str, str]:
    """Return the shipped policies, name -> title, with what brings more effort said so; read once."""
    return {name: Run(BASELINE, name, {}, 0).composed.policy.heading for name in list_policies()}
