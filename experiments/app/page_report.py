"""Files to print or share: the charts as one picture, and a report of the page in one HTML file."""

from typing import Any

from markupsafe import Markup
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from experiments.app.chart_view import SHOWN, TITLES, unit_of
from experiments.app.ensemble import told
from experiments.app.exports import map_picture
from experiments.app.pair import Shown
from experiments.app.session import Session
from experiments.app.texts import WHAT_IT_IS
from experiments.app.uncertainty import told_html
from experiments.measures.numbers import number
from experiments.report.assumptions import policy_words
from experiments.report.charts import COLOURS
from experiments.report.figures import PALE, blank, data_uri, plain, png, svg, years
from experiments.report.page import rendered
from model.record import OUTCOMES
from model.scenario.declarations import declarations

COLUMNS, WIDTH, ROW_HEIGHT = 3, 11.0, 2.0  # of the picture, in inches
DPI = 150


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
        for values, title, colour, dash in zip(shown.series(name), session.titles, COLOURS, ("-", "--"), strict=False):
            axes.plot(dates, values, dash, color=colour, linewidth=1.3, label=title)
        axes.set_title(f"{TITLES[name]}, {unit_of(name)}", fontsize=8, loc="left")
        axes.set_xlim(dates[0], max(dates[-1], dates[0] + 28))
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(EngFormatter(sep=""))
        axes.grid(axis="y", color=PALE, linewidth=0.6)
        plain(axes)
        years(axes, labelled=True)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", ncols=2, frameon=False, fontsize=9)
    words = "; ".join(world.provenance for world in pair.worlds)
    figure.text(
        0.02, 0.08 / height, f"{words}; a laboratory for assumptions, not a forecast", fontsize=6, color="#666666"
    )
    return figure


def report_html(session: Session, shown: Shown) -> str:
    """Return the page as one HTML file that needs no network: question, answer, maps, charts, numbers, assumptions.

    The answer comes from the ensemble of *Uncertainty* if one was run for these settings; one run alone gives none.
    """
    pair, week = shown.pair, shown.week
    scenario = pair.first.scenario
    return rendered("page.html", 
        scenario=scenario, start=pair.first.date(0), end=pair.first.date(shown.computed), shown=shown.date,
        titles=session.titles, answer=_answer(session), changes=_changes(session), what_it_is=Markup(WHAT_IT_IS),
        maps=[data_uri(map_picture(world, week, "png"), "png") for world in pair.worlds],
        charts=data_uri(charts_picture(session, shown, "svg"), "svg+xml"), outcomes=_outcomes(shown),
        policies=[policy_words(world.scenario.policy) for world in pair.worlds], link=session.link,
        commands=[world.run.command for world in pair.worlds], provenance=[world.provenance for world in pair.worlds],
    )  # fmt: skip


def _answer(session: Session) -> Markup | None:
    """What the ensemble of these settings tells, or None."""
    ensemble = session.ensemble
    if ensemble is None or ensemble.setting != session.setting or len(ensemble.paired) < 2:
        return None
    return Markup(told_html(told(ensemble, session.titles), session.titles, len(ensemble.paired), ensemble.values))


def _changes(session: Session) -> list[dict[str, Any]]:
    """Every changed assumption but the policy: world, key, value, and where it is a parameter its range, unit and source."""
    declared = {
        f"{family}.{name}": each
        for family, members in declarations().parameters.items()
        for name, each in members.items()
    }
    return [
        {"world": title, "key": key, "value": value, "declared": declared.get(key)}
        for title, arm in zip(session.titles, session.setting.arms, strict=True)
        for key, value in arm.overrides.items() if not key.startswith("policy.")  # those are told as the policy
    ]  # fmt: skip


def _outcomes(shown: Shown) -> list[dict[str, Any]]:
    """All outcomes of the weeks computed so far, world by world, and the second less the first."""
    tables = [world.outcomes(shown.computed) for world in shown.worlds]
    rows: list[dict[str, Any]] = []
    for name, outcome in OUTCOMES.items():
        values = [table[name] for table in tables]
        rows.append({
            "meaning": outcome.meaning, "unit": "share" if outcome.unit == "1" else outcome.unit,
            "values": [number(value) for value in values], "difference": number(values[-1] - values[0]),
        })  # fmt: skip
    return rows
