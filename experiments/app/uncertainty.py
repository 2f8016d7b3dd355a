"""The tab Uncertainty: an ensemble in the background, its bands, and its conclusions."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from experiments.app.chart_view import ChartView
from experiments.app.ensemble import OFFERED, Answer, Ensemble, Told, answer
from experiments.app.session import Session
from experiments.app.stage import Stage
from experiments.app.texts import outcome_words
from experiments.batch.cores import available_cores
from experiments.measures.certainty import IGNORANCE
from experiments.measures.numbers import number, percent

SEEDS = (4, 8, 16, 32, 64)
END, NOW = "at the end of the run", "in the week shown"
Hear = Callable[[Any, dict[str, Any], Any], None]  # what is done with the message of a widget
AS_SET, FITTED = "as set", "fitted to 2014-2015"
VALUES = {
    AS_SET: "Every run has the values of this page: bands show chance only.",
    FITTED: "Each seed uses another member of the ensemble of values that reports of 2014 and 2015 do not rule out. Bands "
    "show chance and uncertainty of the fitted parameters. Values that you changed stay as you set them.",
}


@solara.component
def Uncertainty(session: Session, count: int, stage: Stage) -> None:
    """Run, cancel, look. The stage shows how far it is, also when another panel is open, and the bands at the end."""
    seeds, set_seeds = solara.use_state(8)
    values, set_values = solara.use_state(AS_SET)
    ensemble = session.ensemble

    def start() -> None:
        jobs = max(1, available_cores() - 1)
        made = session.ensemble = Ensemble(session.setting, seeds, jobs, source_of(values), titles=list(session.titles))

        def changed() -> None:
            if made.over:
                stage.show_bands()
            stage.refresh()

        made.start(changed)
        stage.refresh()

    def cancel() -> None:
        if ensemble:
            ensemble.cancel()

    words = "One run is one random result. An ensemble runs every world on many seeds, in the background."
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{words}</p>")
    with solara.Row(style={"align-items": "center"}):
        solara.Select("Seeds", list(SEEDS), seeds, on_value=set_seeds)
        solara.Select("Parameters", list(VALUES), values, on_value=set_values)
    with solara.Row(style={"align-items": "center"}):  # of its own: the panel is too narrow for all four
        running = ensemble is not None and not ensemble.over
        solara.Button("Run the ensemble", on_click=start, disabled=running, outlined=True)
        solara.Button("Cancel", on_click=cancel, disabled=not running, text=True)
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{VALUES[values]}</p>")
    if ensemble is not None:
        State(session, ensemble, count, stage.hear)


def source_of(values: str) -> str:
    """Return the source of points, see `experiments/points/draws.py`, of a choice of `VALUES`."""
    return OFFERED.ensemble if values == FITTED else ""


@solara.component
def State(session: Session, ensemble: Ensemble, count: int, hear: Hear) -> None:
    """The progress and the conclusions of an ensemble."""
    when, set_when = solara.use_state(END)
    done, over = ensemble.done, ensemble.over
    solara.ProgressLinear(0 if over else max(1, 100 * done / ensemble.total))
    state = "finished" if over else "running"
    solara.HTML(unsafe_innerHTML=f"<p class='ink-ensemble'>{state}: {done} of {ensemble.total} runs</p>")
    with solara.Div():
        for failure in ensemble.failures[:3]:
            solara.Error(failure, dense=True)
        if ensemble.setting != session.setting:
            solara.Warning("The settings have changed. This ensemble shows the earlier settings.", dense=True)
    titles = ensemble.titles
    if len(ensemble.paired) < 2:
        return
    solara.Select("Results", [END, NOW], when, on_value=set_when)
    week = None if when == END else session.week
    solara.HTML(unsafe_innerHTML=told_html(answer(ensemble, titles, week)))
    if over:
        Bands(ensemble, titles, min(session.week, ensemble.weeks), hear)


@solara.component
def Bands(ensemble: Ensemble, titles: list[str], week: int, hear: Hear) -> None:
    """The charts of a finished ensemble, with the cursor at the week shown; a click asks for another."""
    bands = solara.use_memo(lambda: ensemble.bands(titles), [id(ensemble)])
    words = "Lines: mean of the runs; bands: the middle 80% of them. The numbers are of the week shown."
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{words}</p>")
    element = ChartView.element(spec=bands | {"week": week})

    def listen() -> Callable[[], None]:
        charts: Any = solara.get_widget(element)
        charts.on_msg(hear)
        return lambda: charts.on_msg(hear, remove=True)

    solara.use_effect(listen, [])


def told_html(told: Answer) -> str:
    """Return an answer as a table in words; of a single world only what its bands show."""
    if not told.findings:
        words = "Bands show the middle 80% of runs. Choose a second world to see paired differences."
        return f"<p>{escape(told.values)} {words}</p>"
    clear = sum(each.clear for each in told.findings)
    verdict = (
        f"{clear} of {len(told.findings)} differences are distinguishable from luck."
        if clear
        else "No difference between these two worlds is distinguishable from luck. Run more seeds, or treat them as equal."
    )
    known = [each.known for each in told.findings if each.known is not None]
    if known:
        verdict += (
            f" {sum(known)} of {len(known)} are distinguishable from {IGNORANCE} (90% range over ten members or more)."
        )
    rows = "".join(_row(each) for each in told.findings)
    first, second = map(escape, told.titles)
    end = ", the end of the run" if told.end else ""
    return (
        f"<p><b>On {told.day:%-d %B %Y} (week {told.week}{end}): {verdict}</b> Means are over {told.seeds} paired seeds; "
        f"first: {first}; second: {second}. {escape(told.values)} Intervals are 95% and not corrected for their number.</p>"
        '<table class="ink-told"><tr><th>outcome</th><th>first, mean</th><th>second, mean</th>'
        f"<th>backfires</th><th>regret, mean</th></tr>{rows}</table>"
    )


def _row(each: Told) -> str:
    regrets = " | ".join(map(number, each.regrets))
    means = "".join(f"<td>{number(value)}</td>" for value in (each.effect.baseline_mean, each.effect.mean))
    return (
        f"<tr><th>{escape(outcome_words(each.effect.outcome))}</th>{means}<td>{percent(each.effect.p_backfire)}</td>"
        f'<td>{regrets}</td></tr><tr><td colspan="5" class="ink-words">{escape(each.words)}</td></tr>'
    )
