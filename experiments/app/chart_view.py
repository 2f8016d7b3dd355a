"""Charts as a widget: the series of the worlds side by side, and their difference."""

from collections.abc import Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets

from experiments.app.map_view import script, style
from experiments.app.pair import Shown
from model.record import OUTCOMES
from model.state.fields import Floats

MOST_POINTS = 400  # of a line: more cannot be seen
SHOWN = (
    "people_core", "people_provinces", "cohort_people", "towns_core", "prestige",
    "alignment", "silence", "fighters_core", "fighters_provinces",
    "attacks_state", "attacks_international", "messages_delivered", "displaced", "provinces",
)  # fmt: skip
HEADLINES = ("people_core", "people_provinces", "attacks_international")  # shown beside the map until others are chosen
TITLES = {
    "people_core": "People held by the core", "people_provinces": "People held by provinces",
    "cohort_people": "People held by the first provinces", "towns_core": "Towns of the core's bloc", "prestige": "Prestige",
    "alignment": "Alignment of provinces", "silence": "Silence", "fighters_core": "Fighters of the core",
    "fighters_provinces": "Fighters of provinces", "attacks_state": "Attacks on states",
    "attacks_international": "Attacks beyond the region", "messages_delivered": "Messages delivered",
    "displaced": "Displaced people", "provinces": "Provinces",
}  # fmt: skip


CHART_SCRIPTS = ("table.js", "plot.js", "hover.js", "chart.js")


class ChartView(anywidget.AnyWidget):
    """Charts with a cursor at the week shown; a click sends `seek` with a week. `spec`: see `spec_of` and `headlines`.

    `bands`: what is drawn behind the lines and stays while weeks play, see `bands_of`.
    """

    _esm = script("palette.js", "elements.js", *CHART_SCRIPTS, "theme.js", "chart_widget.js")
    _css = style("chart.css")

    spec = traitlets.Dict({}).tag(sync=True)
    bands = traitlets.Dict({}).tag(sync=True)


def spec_of(
    shown: Shown, titles: list[str], names: tuple[str, ...] = SHOWN, weeks: Sequence[int] = ()
) -> dict[str, Any]:
    """Return the charts of what is shown, with the cursor at its week, ready for JSON. `weeks`: those drawn, by default
    at most `MOST_POINTS`.
    """
    at = np.array(weeks, dtype=int) if len(weeks) else thinned(shown.computed, shown.week)
    charts = []
    for name in names:
        values = shown.series(name)
        chart: dict[str, Any] = {
            "id": name, "title": TITLES.get(name, OUTCOMES[name].meaning), "unit": unit_of(name),
            "lines": [{"name": title, "values": numbers(each[at])} for title, each in zip(titles, values, strict=True)],
        }  # fmt: skip
        if len(values) == 2:
            chart["difference"] = {"values": numbers((values[1] - values[0])[at])}
        charts.append(chart)
    start, total = shown.pair.first.scenario.start.isoformat(), shown.pair.weeks
    return {
        "weeks": at.tolist(), "week": shown.week, "total": total, "start": start, "names": titles, "charts": charts
    }  # fmt: skip


def unit_of(name: str) -> str:
    """Return the unit of an outcome's series as a reader wants it."""
    outcome = OUTCOMES[name]
    unit = "share" if outcome.unit == "1" else outcome.unit
    return f"{unit} a week" if outcome.aggregate == "sum" else unit


def thinned(last: int, week: int = 0) -> Any:
    """Return at most `MOST_POINTS` weeks from 0 to `last`, both included, and the week that is shown."""
    weeks = np.linspace(0, last, min(last + 1, MOST_POINTS)).round().astype(int)
    return np.unique(np.append(weeks, min(week, last)))


def numbers(values: Floats) -> list[float | None]:
    """Return values with four digits; what is not a number becomes None."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]
