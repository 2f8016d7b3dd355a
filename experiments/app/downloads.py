"""Buttons to download results and scenarios, and an upload for a scenario file."""

from collections.abc import Callable
from functools import partial
from html import escape
from threading import Event, Thread
from typing import Any

import solara

from experiments.app import exports, page_report
from experiments.app.pair import Pair
from experiments.app.session import Session
from experiments.app.upload_button import UploadButton
from experiments.app.uploads import LIMIT, MOST_UPLOAD

READY = "ready"


@solara.component
def Downloads(session: Session, done: Callable[[bool], None], count: int) -> None:
    """Files, an upload, and a link."""
    TakeAway(session, done, count)
    Link(session, count)


@solara.component
def Link(session: Session, count: int) -> None:
    """A link that opens this page as it is."""
    if not session.link:
        solara.Info("Links work for shipped scenarios only. Download your uploaded scenario and share the file.")
        return
    solara.HTML(unsafe_innerHTML=f'<p>This link opens the page in its present state, in week {session.week}:</p>'
                f'<p><a class="ink-link" href="?{session.link}" target="_blank">?{session.link}</a></p>')  # fmt: skip


@solara.component
def TakeAway(session: Session, done: Callable[[bool], None], count: int) -> None:
    """Downloads of the worlds as they are now, and an upload."""
    shown = session.shown  # one moment for all files, however far the worlds go on until somebody clicks
    words = f"Results up to week {shown.computed}, as computed so far. Maps show week {shown.week}."
    solara.HTML(unsafe_innerHTML=f"<p class='ink-soft ink-downloads-words'>{words}</p>")
    name = exports.stem(shown.worlds)
    letters = "AB" if len(shown.worlds) > 1 else ("",)
    with solara.Div(classes=["ink-downloads"]):
        _offer("Series (CSV)", partial(exports.series_csv, shown), f"{name}-series.csv")
        for letter, world in zip(letters, shown.worlds, strict=True):
            end, of = (f"-{letter}", f", world {letter}") if letter else ("", "")
            _offer(f"Scenario{of} (TOML)", partial(exports.scenario_toml, world), f"{exports.stem([world])}{end}.toml")
            if not exports.is_shipped(world):
                _offer(f"Policy{of} (TOML)", partial(exports.policy_toml, world), exports.policy_file(world))
            for kind in ("png", "svg"):
                make = partial(exports.map_picture, world, shown.week, kind)
                _offer(f"Map{of} ({kind.upper()})", make, f"{exports.stem([world])}{end}-week-{shown.week}.{kind}")
        for kind in ("png", "svg"):
            make = partial(page_report.charts_picture, session, shown, kind)
            _offer(f"Charts ({kind.upper()})", make, f"{name}-charts.{kind}")
        report = partial(page_report.report_html, session, shown)
        _offer(f"Report to week {shown.week} (HTML)", report, f"{name}-report-week-{shown.week}.html")
        if shown.week < shown.pair.weeks:
            WholeReport(session, shown.pair, f"{name}-report.html").key(str(id(shown.pair)))
        _offer("Replay (one HTML file)", partial(exports.replay_html, session, shown), f"{name}-replay.html")
    words = (
        f"A TOML file such as the one downloaded here, of at most {LIMIT}. It is checked before it runs; nothing in it is "
        "executed. It may name shipped scenarios and policies, no other files."
    )
    solara.HTML(unsafe_innerHTML=f"<h4>Your own scenario</h4><p class='ink-soft'>{words}</p>")

    def take(info: Any) -> None:
        done(session.upload(str(info["name"]), info["file_obj"].read(MOST_UPLOAD + 1)))

    UploadButton(take)
    solara.FileDrop(f"or drop a scenario file here (at most {LIMIT})", on_file=take, lazy=True)


@solara.component
def WholeReport(session: Session, pair: Pair, name: str) -> None:
    """The report of the whole run: a click computes what is left beside the page, says how far it is, then offers the file.

    Another panel or other worlds end the work; the weeks that were computed stay.
    """
    state, set_state = solara.use_state("")
    report: Any = solara.use_ref("")
    gone = solara.use_memo(Event, [])
    solara.use_effect(lambda: gone.set, [])

    def told(week: int) -> bool:
        if not gone.is_set():
            set_state(f"computing: week {week} of {pair.weeks}")
        return not gone.is_set()

    def work() -> None:
        try:
            report.current = page_report.whole_report(session, pair, told)
        except Exception as error:  # said on the page; the page lives on
            report.current, words = "", f"The report failed: {error}"
        else:
            words = READY
        if not gone.is_set():
            set_state(words)

    def start() -> None:
        set_state("computing ...")
        Thread(target=work, daemon=True, name="inkspot report").start()

    with solara.Div(classes=["ink-whole-report"]):
        if state == READY:
            solara.FileDownload(report.current, filename=name, label="Save the report to the end (HTML)")
        else:
            busy = state.startswith("computing")
            solara.Button(
                "Report to the end (HTML)", on_click=start, disabled=busy, icon_name="mdi-cloud-download-outline"
            )
        solara.HTML(unsafe_innerHTML=f"<p class='ink-soft' role='status'>{escape('' if state == READY else state)}</p>")


def _offer(label: str, make: Callable[[], Any], name: str) -> None:
    solara.FileDownload(make, filename=name, label=label)
