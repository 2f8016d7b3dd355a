"""The page Compare: up to four plans as named columns, run on paired seeds as soon as it opens, with dated verdicts."""

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from experiments.app import comparing
from experiments.app.comparing import MORE, MOST_SEEDS, SEEDS, Cell, Compared
from experiments.app.ensemble import Ensemble
from experiments.app.links import link
from experiments.app.session import Session
from experiments.app.setting import MOST_PLANS
from experiments.app.texts import outcome_words
from experiments.measures.evidence import COUNTED
from experiments.measures.numbers import amount
from experiments.report.glance import KINDS, LABELS
from model.record import OUTCOMES

NONE = "no plan"
HALF, MIDDLE, HEIGHT = 70.0, 80.0, 22  # of a cell's drawing, 160 wide
ROOM = 1.5  # smallest relevant effects that an axis shows at least
SHAPES = {
    "better": "▼",
    "worse": "▲",
    "slightly-better": "▽",
    "slightly-worse": "△",
    "changed": "◆",
    "small": "=",
    "open": "?",
}
INTRODUCTION = (
    "Every plan runs on the same seeds, so that a difference has one cause: the plan. Dots are mean differences from the "
    "first plan, lines their 95% intervals; the grey band is too small to matter. Parameters are as set."
)


@solara.component
def Compare(session: Session, show: Callable[[], None], tell: Callable[[], None]) -> None:
    """Choose plans, watch the runs, read the answer. `show` opens the stage; `tell` is called where plans have changed."""
    seeds, set_seeds = solara.use_state(SEEDS)
    tick, set_tick = solara.use_state(0)
    ticks: Any = solara.use_ref(0)
    held: Any = solara.use_ref(None)
    plans = comparing.plans_of(session)

    def changed() -> None:
        ticks.current += 1
        set_tick(ticks.current)

    def chosen() -> None:
        changed()
        tell()

    def run() -> Callable[[], None]:
        made = held.current = comparing.comparison(session.setting, plans, seeds, session.known)
        made.start(changed)
        changed()
        return made.cancel

    solara.use_effect(run, [link_of(session), seeds])
    with solara.Div(classes=["ink-compare"]):
        solara.HTML(unsafe_innerHTML=f"<h2>{escape(session.pair.first.scenario.title)}</h2><p>{INTRODUCTION}</p>")
        Plans(session, chosen)
        When(session, chosen)
        if held.current is not None:
            State(session, held.current, seeds, set_seeds, show, tick)
        if session.link:
            words = "This link opens the comparison"
            solara.HTML(
                unsafe_innerHTML=f'<p>{words}: <a class="ink-link" href="?{link_of(session)}">?{link_of(session)}</a></p>'
            )


def link_of(session: Session) -> str:
    """Return the query that opens the comparison with its plans."""
    return link(comparing.with_plans(session), session.week)


@solara.component
def Plans(session: Session, changed: Callable[[], None]) -> None:
    """A list for each column; the first is what the others are compared with."""
    offered, plans = comparing.choices(session), comparing.plans_of(session)
    titles = [comparing.title_of(run) for run in comparing.setting_of(session, plans).runs]
    offered |= dict(zip(titles, plans, strict=True))

    def choose(at: int, title: str) -> None:
        kept = [arm for place, arm in enumerate(plans) if place != at]
        if title != NONE:
            kept.insert(at, offered[title])
        comparing.choose(session, kept)
        changed()

    with solara.Div(classes=["ink-plans"]):
        for at in range(min(MOST_PLANS, len(plans) + 1)):
            label = "First plan" if at == 0 else f"Plan {at + 1}"
            held = titles[at] if at < len(plans) else NONE
            options = [*offered] if at == 0 else [NONE, *offered]
            solara.Select(label, options, held, on_value=lambda title, at=at: choose(at, title))


@solara.component
def When(session: Session, changed: Callable[[], None]) -> None:
    """Whether plans are judged at the end of the run or in the week that the map shows, where that is another."""
    day = f"{session.pair.first.date(session.wanted):%-d %B %Y}"
    end, now = "at the end of the run", f"in the week that the map shows, {day}"
    with solara.Div(classes=["ink-when"]):
        if 0 < session.wanted < session.pair.weeks:

            def choose(words: str) -> None:
                session.judged_now = words == now
                changed()

            solara.Select("Judged", [end, now], now if session.judged_now else end, on_value=choose)


@solara.component
def State(session: Session, ensemble: Ensemble, seeds: int, more: Callable[[int], None], show: Callable[[], None],
          tick: int) -> None:  # fmt: skip
    """Progress, and what the runs so far show."""
    done, over = ensemble.done, ensemble.over
    solara.HTML(unsafe_innerHTML=progress_html(done, ensemble.total, over))
    state = "finished" if over else "running"
    with solara.Row(style={"align-items": "center"}):
        solara.HTML(
            unsafe_innerHTML=f"<p class='ink-ensemble' role='status'>{state}: {len(ensemble.paired)} of {seeds} seeds</p>"
        )
        solara.Button(f"{MORE} more seeds", on_click=lambda: more(seeds + MORE), outlined=True, small=True,
                      disabled=not over or seeds >= MOST_SEEDS)  # fmt: skip
    with solara.Div():
        for failure in ensemble.failures[:3]:
            solara.Error(failure, dense=True)
    found = comparing.compared(ensemble, session.wanted if session.judged_now else None)
    if found is None:
        return
    solara.HTML(unsafe_innerHTML=verdicts_html(found))

    def go(at: int) -> None:
        comparing.on_the_map(session, at)
        show()

    with solara.Div(classes=["ink-shows"]):
        for at, column in enumerate(found.columns):
            solara.Button(f"Show on the map: {column.title}", text=True, small=True, on_click=lambda at=at: go(at))
    solara.HTML(unsafe_innerHTML=table_html(found))


def progress_html(done: int, total: int, over: bool) -> str:
    """Return how far the runs are; a thin empty line of the same height when they are over."""
    bar = "" if over else f"<progress max='{total}' value='{done}' aria-label='Runs done'></progress>"
    return f"<div class='ink-done'>{bar}</div>"


def verdicts_html(found: Compared) -> str:
    """Return a sentence a plan, against the first."""
    first = escape(found.columns[0].title)
    rows = "".join(f"<li><b>{escape(each.title)}</b>: {escape(each.verdict)}</li>" for each in found.columns[1:])
    when = f"{'at the end of the run, ' if found.end else 'in the week of the map, '}{found.day:%-d %B %Y}"
    words = (
        f"Judged {when}, against “{first}”, with {found.seeds} paired seeds:"
        if rows
        else "Choose a second plan to compare with the first."
    )
    return f"<div class='ink-verdicts' role='region' aria-label='Verdicts'><p>{words}</p><ul>{rows}</ul></div>"


def table_html(found: Compared) -> str:
    """Return the outcomes as rows and the plans as columns: the first's means, the others' dots, intervals and backfires."""
    head = "".join(f"<th scope='col'>{escape(each.title)}</th>" for each in found.columns)
    rows = [_cost_row(found)]
    for name in COUNTED:
        first, *others = found.columns
        cells = [each.cells[name] for each in others]
        written = (
            cells[0].written.amount(first.means[name]) if cells else amount(first.means[name], OUTCOMES[name].unit)
        )
        told = "".join(f"<td>{cell_html(each, reach(cells))}</td>" for each in cells)
        rows.append(
            f"<tr><th scope='row' title='{escape(outcome_words(name))}'>{escape(LABELS[name])}</th>"
            f"<td>{written}</td>{told}</tr>"
        )
    kinds = {cell.kind for each in found.columns for cell in each.cells.values()}
    legend = "; ".join(f"{SHAPES[kind]} {KINDS[kind]}" for kind in KINDS if kind in kinds)
    return (
        f"<div class='ink-scroll' tabindex='0' role='region' aria-label='Plans and outcomes'><table class='ink-columns'>"
        f"<thead><tr><th scope='col'>By {found.day:%-d %B %Y}</th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f"<p class='ink-soft'>{escape(legend)}. Intervals are 95% for each difference; whether one counts as told from luck "
        "is judged over all of them together.</p>"
    )


def _cost_row(found: Compared) -> str:
    first, *others = found.columns
    told = "".join(
        f"<td>{each.cost:,.0f}: {escape(comparing.cost_words(each.cost, first.cost))}</td>" for each in others
    )
    return f"<tr><th scope='row'>allied effort, weeks of the leading ally's</th><td>{first.cost:,.0f}</td>{told}</tr>"


def reach(cells: list[Cell]) -> float:
    """Return how far an outcome's axis goes to either side."""
    ends = [abs(end) for cell in cells for end in (cell.effect.low, cell.effect.high) if end == end]
    return max([*ends, *(ROOM * cell.smallest for cell in cells)]) or 1.0


def cell_html(cell: Cell, far: float) -> str:
    """Return a difference as a picture with its words, and how often the plan does worse."""
    found = cell.effect
    low, middle, high = (MIDDLE + HALF * end / far for end in (found.low, found.difference, found.high))
    band = HALF * min(1.0, cell.smallest / far)
    middle_y = HEIGHT / 2
    drawn = (
        f"<rect x='{MIDDLE - band:.1f}' y='1' width='{2 * band:.1f}' height='{HEIGHT - 2}' class='ink-band'/>"
        f"<path d='M{MIDDLE} 0V{HEIGHT}' class='ink-zero'/><path d='M{low:.1f} {middle_y}H{high:.1f}' class='ink-interval'/>"
        f"<circle cx='{middle:.1f}' cy='{middle_y}' r='4.5' class='ink-dot'/>"
        if found.low == found.low else ""
    )  # fmt: skip
    label = escape(f"{KINDS[cell.kind]}: {cell.words}")
    backfires = "" if found.low == found.high == 0 else f"; worse on {cell.backfires} of {found.pairs} seeds"
    return (
        f"<div class='ink-cell ink-{cell.kind}'>"
        f"<svg viewBox='0 0 160 {HEIGHT}' role='img' aria-label='{label}'>{drawn}</svg>"
        f"<p><span aria-hidden='true'>{SHAPES[cell.kind]}</span> {escape(cell.words)}{backfires}</p></div>"
    )
