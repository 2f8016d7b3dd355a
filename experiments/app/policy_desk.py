"""The policy desk: levers on one time line with real dates; the budget is visible and cannot be exceeded."""

from collections.abc import Callable
from dataclasses import replace
from html import escape

import solara

from experiments.app.plan import Bar, arm_of, bars_of, day, room, share_of, timeline_svg, week_of, words
from experiments.app.session import Session
from experiments.app.texts import sentence
from experiments.batch.errors import UserError
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
    scenario = worlds[index].scenario
    bars = bars_of(scenario)

    def lay(changed: list[Bar]) -> None:
        try:
            arm = arm_of(changed, session.setting.arms[index], scenario)
        except UserError as error:
            session.error = str(error)
            return done(False)
        return done(session.apply(session.setting.with_arm(index, arm)))

    def refuse(error: UserError) -> None:
        session.error = str(error)
        done(False)

    solara.HTML(
        unsafe_innerHTML=f"{timeline_svg(bars, scenario)}<p class='ink-soft'>{escape(scenario.policy.meaning)}</p>"
    )
    for number, bar in enumerate(bars):
        # a lambda, since its default binds this turn of the loop
        change = lambda new, number=number: lay([*bars[:number], *([new] if new else []), *bars[number + 1 :]])  # noqa: E731
        BarRow(session, index, bar, change, refuse).key(f"{number} {bar} {index}")
    AddBar(session, index, bars, lay, refuse)


@solara.component
def BarRow(
    session: Session, index: int, bar: Bar, change: Callable[[Bar | None], None], refuse: Callable[[UserError], None]
) -> None:
    """One bar: from, until, effort, what the lever does, and the source."""
    scenario = session.pair.worlds[index].scenario
    meaning = declarations().levers[bar.lever]

    def set_date(key: str, text: str) -> None:
        try:
            week = week_of(text, scenario)
        except UserError as error:
            return refuse(error)
        return change(replace(bar, start=week) if key == "start" else replace(bar, end=week))

    def set_effort(text: str) -> None:
        try:
            change(replace(bar, effort=share_of(text)))
        except UserError as error:
            refuse(error)

    with solara.Div(classes=["ink-bar-row"]):
        solara.HTML(unsafe_innerHTML=f"<p><b>{words(bar.lever)}</b>: {escape(meaning.meaning)}. "
                    f"<i>Source: {escape(meaning.source)}.</i></p>")  # fmt: skip
        with solara.Div(classes=["ink-bar-fields"]):
            solara.InputText("From", str(day(scenario, bar.start)), on_value=lambda text: set_date("start", text),
                             continuous_update=False)  # fmt: skip
            solara.InputText("Until", str(day(scenario, bar.end)), on_value=lambda text: set_date("end", text),
                             continuous_update=False)  # fmt: skip
            solara.InputText("Effort %", f"{100 * bar.effort:g}", on_value=set_effort, continuous_update=False)
            solara.Button("Remove", text=True, small=True, on_click=lambda: change(None))


@solara.component
def AddBar(
    session: Session, index: int, bars: list[Bar], lay: Callable[[list[Bar]], None], refuse: Callable[[UserError], None]
) -> None:
    """Add a lever for the whole time with the rest of the budget."""
    lever, set_lever = solara.use_state("sever_links")
    scenario = session.pair.worlds[index].scenario
    titles = {words(each): each for each in LEVERS}
    left = room(bars, 0, scenario.weeks, scenario.weeks)

    def add() -> None:
        if left < 0.005:
            return refuse(
                UserError("the budget is used up in some week: first lower the effort of another lever, then add one")
            )
        return lay([*bars, Bar(lever, 0, scenario.weeks, round(min(0.25, left), 4))])

    with solara.Div(classes=["ink-bar-row"]):
        solara.Select("Add a lever", list(titles), words(lever), on_value=lambda title: set_lever(titles[title]))
        each = declarations().levers[lever]
        solara.HTML(unsafe_innerHTML=f"<p>{escape(sentence(each.meaning))}. <i>Source: {escape(each.source)}.</i> "
                    f"<b>{left:.0%}</b> of the budget is free in every week.</p>")  # fmt: skip
        solara.Button("Add", on_click=add, small=True, outlined=True)
