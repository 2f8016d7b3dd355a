"""The policy desk: levers on one time line with real dates; the budget is visible and cannot be exceeded."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import solara

from experiments.app.branching import whole
from experiments.app.fields import Field
from experiments.app.plan import Bar, bars_of, day, room, share_of, timeline_svg, week_of, words
from experiments.app.plan_names import planned, renamed
from experiments.app.session import Session
from experiments.app.setting import Setting
from experiments.app.texts import sentence
from experiments.batch.errors import UserError
from model.scenario import ScenarioError
from model.scenario.declarations import declarations
from model.scenario.schema import LEVERS

Done = Callable[[bool], None]


@solara.component
def PolicyDesk(session: Session, done: Done, count: int) -> None:
    """The plan of one world: its time line, its bars to change, a bar to add."""
    chosen, choose = solara.use_state(0)
    worlds = session.pair.worlds
    index = min(chosen, len(worlds) - 1)
    if len(worlds) > 1:
        solara.Select(
            "Plan of", session.titles, session.titles[index], on_value=lambda each: choose(session.titles.index(each))
        )
    scenario = worlds[index].scenario.later  # of a branch: what it goes on under
    bars = bars_of(scenario)

    def take(change: Callable[[], Setting]) -> str:
        """Make a change; return why it is refused."""
        try:
            setting = change()
        except (UserError, ScenarioError) as error:
            return str(error)
        return session.answer(session.apply(setting), done)

    def lay(changed: list[Bar]) -> str:
        return take(lambda: planned(session.setting, index, changed))

    def change(number: int, new: Bar | None) -> str:
        return lay([*bars[:number], *([new] if new else []), *bars[number + 1 :]])

    solara.HTML(
        unsafe_innerHTML=f"{timeline_svg(bars, scenario)}<p class='ink-soft'>{escape(scenario.policy.meaning)}</p>"
    )
    if worlds[index].scenario.branch is not None:
        words = "This world is a branch: what its policy says of earlier weeks has no effect."
        solara.HTML(unsafe_innerHTML=f"<p><b>{escape(session.policy_title(index))}.</b> {words}</p>")
    if any(key.startswith("policy.") for key in whole(session.setting, index).arms[index].overrides):
        Field(
            "Name of this plan", scenario.policy.title, lambda text: take(lambda: renamed(session.setting, index, text))
        )
    for number, bar in enumerate(bars):
        BarRow(session, index, bar, partial(change, number)).key(f"{number} {bar.lever} {index}")
    AddBar(session, index, bars, lay)


@solara.component
def BarRow(session: Session, index: int, bar: Bar, change: Callable[[Bar | None], str]) -> None:
    """One bar: from, until, effort, what the lever does, and the source."""
    scenario = session.pair.worlds[index].scenario.later
    meaning = declarations().levers[bar.lever]

    def put(key: str, read: Callable[[str], Any]) -> Callable[[str], str]:
        """Return what takes a field's text: it reads the text, and changes that part of the bar."""

        def take(text: str) -> str:
            try:
                return change(replace(bar, **{key: read(text)}))
            except UserError as error:
                return str(error)

        return take

    with solara.Div(classes=["ink-bar-row"]):
        solara.HTML(unsafe_innerHTML=f"<p><b>{words(bar.lever)}</b>: {escape(meaning.meaning)}. "
                    f"<i>Source: {escape(meaning.source)}.</i></p>")  # fmt: skip
        with solara.Div(classes=["ink-bar-fields"]):
            Field("From", str(day(scenario, bar.start)), put("start", lambda text: week_of(text, scenario)))
            Field("Until", str(day(scenario, bar.end)), put("end", lambda text: week_of(text, scenario)))
            Field("Effort %", f"{100 * bar.effort:.6g}", put("effort", share_of))
            solara.Button("Remove", text=True, small=True, on_click=lambda: change(None))


@solara.component
def AddBar(session: Session, index: int, bars: list[Bar], lay: Callable[[list[Bar]], str]) -> None:
    """Add a lever for the whole time with the rest of the budget."""
    lever, set_lever = solara.use_state("sever_links")
    scenario = session.pair.worlds[index].scenario.later
    titles = {words(each): each for each in LEVERS}
    left = room(bars, 0, scenario.weeks, scenario.weeks)

    refused, refuse = solara.use_state("")

    def add() -> None:
        if left < 0.005:
            refuse("the budget is used up in some week: first lower the effort of another lever, then add one")
        else:
            refuse(lay([*bars, Bar(lever, 0, scenario.weeks, round(min(0.25, left), 4))]))

    with solara.Div(classes=["ink-bar-row"]):
        solara.Select("Add a lever", list(titles), words(lever), on_value=lambda title: set_lever(titles[title]))
        each = declarations().levers[lever]
        solara.HTML(unsafe_innerHTML=f"<p>{escape(sentence(each.meaning))}. <i>Source: {escape(each.source)}.</i> "
                    f"<b>{left:.0%}</b> of the budget is free in every week.</p>")  # fmt: skip
        solara.Button("Add", on_click=add, small=True, outlined=True)
        if refused:
            solara.Error(sentence(refused), dense=True)
