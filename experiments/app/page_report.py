"""Files to print or share: the charts as one picture, and a report of the page in one HTML file."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.app.branching import BRANCH, POLICY, START
from experiments.app.chart_view import SHOWN, TITLES, unit_of
from experiments.app.ensemble import answer
from experiments.app.exports import map_picture
from experiments.app.links import link
from experiments.app.pair import Pair, Shown
from experiments.app.session import Session
from experiments.app.texts import WHAT_IT_IS, outcome_words
from experiments.app.uncertainty import told_html
from experiments.measures.numbers import chart_number, number
from experiments.report.assumptions import PolicyWords, policy_words
from experiments.report.figures import PALE, blank, data_uri, plain, png, svg, years
from experiments.report.page import rendered
from experiments.report.palette import WORLDS
from model.record import OUTCOMES
from model.scenario.declarations import declarations

COLUMNS, WIDTH, ROW_HEIGHT = 3, 11.0, 2.0  # of the picture, in inches
DPI = 150
STRIDE = 4  # weeks of a run to the end, between two looks whether it is still wanted
MOST_DATES = 4  # below a panel: more would touch


def charts_picture(session: Session, shown: Shown, kind: str) -> bytes:
    """Return all charts up to the last computed week as `png` or `svg`, worlds side by side, provenance in small type."""
    figure = _charts(session, shown)
    return png(figure, DPI) if kind == "png" else svg(figure)


def _charts(session: Session, shown: Shown) -> Figure:
    pair, rows = shown.pair, -(-len(SHOWN) // COLUMNS)
    height = rows * ROW_HEIGHT + 0.7
    figure = blank(WIDTH, height)
    dates = date2num([pair.first.date(week) for week in range(shown.computed + 1)])
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    figure.subplots_adjust(0.06, 0.5 / height, 0.985, 1 - 0.6 / height, wspace=0.22, hspace=0.55)
    for axes, name in zip(panels, SHOWN, strict=False):
        for values, title, colour, dash in zip(shown.series(name), session.titles, WORLDS, ("-", "--"), strict=False):
            axes.plot(dates, values, dash, color=colour, linewidth=1.3, label=title)
        axes.set_title(f"{TITLES[name]}, {unit_of(name)}", fontsize=8, loc="left")
        axes.set_xlim(dates[0], max(dates[-1], dates[0] + 28))
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: chart_number(value)))
        axes.grid(axis="y", color=PALE, linewidth=0.6)
        plain(axes)
        years(axes, labelled=True)
        every = -(-len(axes.get_xticks()) // MOST_DATES)
        axes.set_xticks(axes.get_xticks()[::every], [tick.get_text() for tick in axes.get_xticklabels()][::every])
    for axes in panels[len(SHOWN) :]:
        axes.remove()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", ncols=2, frameon=False, fontsize=9)
    words = "; ".join(world.provenance for world in pair.worlds)
    figure.text(
        0.02, 0.08 / height, f"{words}; a laboratory for assumptions, not a forecast", fontsize=6, color="#666666"
    )
    return figure


def report_html(session: Session, shown: Shown) -> str:
    """Return the page as one HTML file that needs no network: question, answer, maps, charts, numbers, assumptions.

    All of it is of the weeks up to the one shown. The answer comes from the ensemble of *Uncertainty* if one was run for
    these settings; one run alone gives none.
    """
    shown = replace(shown, computed=shown.week)
    pair, week = shown.pair, shown.week
    return rendered("page.html", 
        scenario=pair.first.scenario, start=pair.first.date(0), end=shown.date, week=week, weeks=pair.weeks,
        titles=session.titles, answer=_answer(session, week), changes=_changes(session), what_it_is=Markup(WHAT_IT_IS),
        maps=[data_uri(map_picture(world, week, "png"), "png") for world in pair.worlds], series=len(SHOWN),
        charts=data_uri(charts_picture(session, shown, "svg"), "svg+xml"), outcomes=_outcomes(shown),
        policies=_policies(session, pair),
        link=link(session.setting, week) if session.link else "",
        commands=[world.run.command for world in pair.worlds], provenance=[world.provenance for world in pair.worlds],
    )  # fmt: skip


def _policies(session: Session, pair: Pair) -> list[tuple[str, PolicyWords]]:
    """What was done in each world, in words; of a branch what came first, and what followed."""
    told = []
    for title, world in zip(session.titles, pair.worlds, strict=True):
        scenario, branch = world.scenario, world.scenario.branch
        if branch is None:
            told.append((title, policy_words(scenario.policy)))
            continue
        day = f"{world.date(branch.start):%-d %B %Y}"
        told.append((f"{title} (up to {day})", policy_words(scenario.policy)))
        told.append((title, policy_words(scenario.later.policy)))
    return told


def whole_report(session: Session, pair: Pair, told: Callable[[int], bool] = lambda week: True) -> str:
    """Compute what is left of the run, and return the report of all of it.

    `told` is called with the week reached, every few weeks; where it says no, that is the end, and the report is empty.
    """
    while not pair.ended:
        pair.advance(pair.computed + STRIDE)
        if not told(pair.computed):
            return ""
    return report_html(session, pair.at(pair.weeks))


def _answer(session: Session, week: int) -> Markup | None:
    """What the ensemble of these settings says of a week, or None."""
    ensemble = session.ensemble
    if ensemble is None or ensemble.setting != session.setting:
        return None
    found = answer(ensemble, session.titles, week)
    return Markup(told_html(found)) if found.seeds > 1 else None


def _changes(session: Session) -> list[dict[str, Any]]:
    """Every changed assumption but the policy: world, key, value, and where it is a parameter its range, unit and source."""
    declared = {
        f"{family}.{name}": each
        for family, members in declarations().parameters.items()
        for name, each in members.items()
    }
    return [
        {"world": title, "key": key.removeprefix(BRANCH), "value": value, "declared": declared.get(key.removeprefix(BRANCH))}
        for title, arm in zip(session.titles, session.setting.arms, strict=True)
        for key, value in arm.overrides.items()
        if not key.startswith(("policy.", POLICY)) and key != START  # those are told as the policy
    ]  # fmt: skip


def _outcomes(shown: Shown) -> list[dict[str, Any]]:
    """All outcomes of the weeks computed so far, world by world, and the second less the first."""
    tables = [world.outcomes(shown.computed) for world in shown.worlds]
    rows: list[dict[str, Any]] = []
    for name, outcome in OUTCOMES.items():
        values = [table[name] for table in tables]
        rows.append({
            "meaning": outcome_words(name), "unit": "share" if outcome.unit == "1" else outcome.unit,
            "values": [number(value) for value in values], "difference": number(values[-1] - values[0], signed=True),
        })  # fmt: skip
    return rows
