"""The tab Uncertainty: an ensemble in the background, its bands, and its conclusions."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from experiments.app.chart_view import ChartView
from experiments.app.ensemble import OFFERED, Ensemble, Told, told
from experiments.app.session import Session
from experiments.batch.cores import available_cores
from experiments.measures.certainty import IGNORANCE
from experiments.measures.numbers import number, percent
from model.record import OUTCOMES

SEEDS = (4, 8, 16, 32, 64)
AS_SET, FITTED = "as set", "fitted to 2014-2015"
VALUES = {
    AS_SET: "Every run has the values of this page: bands show chance only.",
    FITTED: "Each seed uses another member of the ensemble of values that reports of 2014 and 2015 do not rule out. Bands "
    "show chance and uncertainty of the fitted parameters. Values that you changed stay as you set them.",
}


@solara.component
def Uncertainty(session: Session, count: int) -> None:
    """Run, cancel, look."""
    seeds, set_seeds = solara.use_state(8)
    values, set_values = solara.use_state(AS_SET)
    held: Any = solara.use_ref(None)
    tick, set_tick = solara.use_state(0)
    ticks = solara.use_ref(0)

    def changed() -> None:
        ticks.current += 1
        set_tick(ticks.current)

    def start() -> None:
        held.current = session.ensemble = Ensemble(
            session.setting, seeds, max(1, available_cores() - 1), source_of(values)
        )
        held.current.start(changed)
        changed()

    def leave() -> Callable[[], None]:
        return lambda: held.current.cancel() if held.current else None

    solara.use_effect(leave, [])
    ensemble = held.current
    words = "One run is one random result. An ensemble runs every world on many seeds, in the background."
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{words}</p>")
    with solara.Row(style={"align-items": "center"}):
        solara.Select("Seeds", list(SEEDS), seeds, on_value=set_seeds)
        solara.Select("Parameters", list(VALUES), values, on_value=set_values)
    with solara.Row(style={"align-items": "center"}):  # of its own: the panel is too narrow for all four
        running = ensemble is not None and not ensemble.over
        solara.Button("Run the ensemble", on_click=start, disabled=running, outlined=True)
        solara.Button("Cancel", on_click=lambda: ensemble.cancel(), disabled=not running, text=True)
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{VALUES[values]}</p>")
    if ensemble is not None:
        State(session, ensemble, tick)


def source_of(values: str) -> str:
    """Return the source of points, see `experiments/points/draws.py`, of a choice of `VALUES`."""
    return OFFERED.ensemble if values == FITTED else ""


@solara.component
def State(session: Session, ensemble: Ensemble, tick: int) -> None:
    """The progress and the conclusions of an ensemble."""
    solara.ProgressLinear(0 if ensemble.over else max(1, 100 * ensemble.done / ensemble.total))
    state = "finished" if ensemble.over else "running"
    solara.HTML(unsafe_innerHTML=f"<p class='ink-ensemble'>{state}: {ensemble.done} of {ensemble.total} runs</p>")
    with solara.Div():
        for failure in ensemble.failures[:3]:
            solara.Error(failure, dense=True)
        if ensemble.setting != session.setting:
            solara.Warning("The settings have changed. This ensemble shows the earlier settings.", dense=True)
    titles = solara.use_memo(lambda: list(session.titles), [id(ensemble)])
    if len(ensemble.paired) < 2:
        return
    solara.HTML(unsafe_innerHTML=told_html(told(ensemble, titles), titles, len(ensemble.paired), ensemble.values))
    if ensemble.over:
        ChartView.element(spec=ensemble.bands(titles))


def told_html(findings: list[Told], titles: list[str], seeds: int, values: str) -> str:
    """Return findings as a table in words; of a single world only what its bands show. `values`: of which parameters."""
    if not findings:
        words = "Bands show the middle 80% of runs. Choose a second world to see paired differences."
        return f"<p>{escape(values)} {words}</p>"
    clear = sum(each.clear for each in findings)
    verdict = (
        f"{clear} of {len(findings)} differences are distinguishable from luck."
        if clear
        else "No difference between these two worlds is distinguishable from luck. Run more seeds, or treat them as equal."
    )
    known = [each.known for each in findings if each.known is not None]
    if known:
        verdict += (
            f" {sum(known)} of {len(known)} are distinguishable from {IGNORANCE} (90% range over ten members or more)."
        )
    rows = "".join(_row(each) for each in findings)
    return (
        f"<p><b>{verdict}</b> {seeds} paired seeds; first: {escape(titles[0])}; second: {escape(titles[1])}. "
        f"{escape(values)} Intervals are 95% and not corrected for their number.</p>"
        '<table class="ink-told"><tr><th>outcome</th><th>first</th><th>second</th><th>backfires</th><th>regret</th></tr>'
        f"{rows}</table>"
    )


def _row(each: Told) -> str:
    regrets = " | ".join(map(number, each.regrets))
    means = "".join(f"<td>{number(value)}</td>" for value in (each.effect.baseline_mean, each.effect.mean))
    return (
        f"<tr><th>{escape(OUTCOMES[each.effect.outcome].meaning)}</th>{means}<td>{percent(each.effect.p_backfire)}</td><td>{regrets}</td></tr>"
        f'<tr><td colspan="5" class="ink-words">{escape(each.words)}</td></tr>'
    )
