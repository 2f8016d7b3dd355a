"""The wall of claims: a card each with verdict, size and fragility; sorted, filtered, one opened at a time."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import solara

from experiments.app.claim_stage import put_on
from experiments.app.claim_worlds import staged
from experiments.app.claims_page import Experiment
from experiments.app.session import Session
from experiments.batch.errors import UserError
from experiments.claims.claim import Claim
from experiments.claims.ledger import LEDGER, read_ledger
from experiments.claims.page import MEANING, ORDER
from experiments.claims.page_words import SYMBOLS
from experiments.claims.stored import read_verdicts
from experiments.claims.wall import Card, cards_of, counts_of
from model.scenario import ScenarioError

ALL, EVERY = "all sections", "all verdicts"
SORTS: Mapping[str, Callable[[Card], Any]] = {
    "verdict": lambda card: 0,  # as the cards come
    "largest effect first": lambda card: -(card.size if card.size is not None else -1.0),
    "most fragile first": lambda card: -(card.fragility if card.fragility is not None else -1.0),
    "most robust first": lambda card: card.fragility if card.fragility is not None else 2.0,
    "number": lambda card: (card.id.rstrip("0123456789"), int(card.id.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)),
}
INTRODUCTION = """<h2>Claims</h2>
<p>The essay's claims, each with an experiment that can contradict it. Size counts smallest relevant effects. Fragile is a
verdict that changes under rival findings or other parameters. Open a card for its experiment, and see its two worlds on the
map.</p>"""


def ledger() -> dict[str, Claim]:
    """Return the claims of the shipped ledger; empty where none is shipped. Raises ScenarioError where it is damaged."""
    return read_ledger() if LEDGER.exists() else {}


def wall(claims: dict[str, Claim]) -> list[Card]:
    """Return a card for every claim, in the order of verdicts; those without a stored verdict last."""
    table = read_verdicts(None)
    cards = [] if table is None else cards_of(table, claims)
    there = {card.id for card in cards}
    bare = [
        Card(name, claim.title, claim.statement, claim.section, "", [], None, None, "not tested yet", "", "")
        for name, claim in claims.items() if name not in there
    ]  # fmt: skip
    return cards + bare


def found(cards: list[Card], claims: dict[str, Claim], words: str, section: str, verdict: str, sort: str) -> list[Card]:
    """Return the cards of a section and a verdict whose texts contain all the words, sorted."""
    wanted = words.lower().split()
    kept = [
        card for card in cards
        if section in (ALL, card.section) and verdict in (EVERY, card.verdict)
        and all(word in f"{card.id} {card.title} {card.statement} {claims[card.id].why}".lower() for word in wanted)
    ]  # fmt: skip
    return sorted(kept, key=SORTS[sort])


@solara.component
def Claims(session: Session, show: Callable[[], None]) -> None:
    """The wall with its filters. `show` opens the stage."""
    words, set_words = solara.use_state("")
    section, set_section = solara.use_state(ALL)
    verdict, set_verdict = solara.use_state(EVERY)
    sort, set_sort = solara.use_state("verdict")
    chosen, choose = solara.use_state("")
    read: Any = solara.use_memo(_read, [])
    if isinstance(read, str):
        solara.Error(f"The ledger cannot be read. {read}", classes=["ink-error"])
        return
    claims, cards = read
    shown = found(cards, claims, words, section, verdict, sort)
    with solara.Div(classes=["ink-text", "ink-claims"]):
        solara.HTML(unsafe_innerHTML=INTRODUCTION + counts_html(cards))
        with solara.Div(classes=["ink-filters"]):
            solara.InputText("Search", words, on_value=set_words, continuous_update=True)
            sections = [ALL, *sorted({claim.section for claim in claims.values() if claim.section})]
            solara.Select("Section", sections, section, on_value=set_section)
            solara.Select("Verdict", [EVERY, *ORDER], verdict, on_value=set_verdict)
            solara.Select("Sort by", list(SORTS), sort, on_value=set_sort)
        solara.HTML(unsafe_innerHTML=f"<p class='ink-soft' role='status'>{len(shown)} of {len(claims)} claims</p>")
        with solara.Div(classes=["ink-wall"]):
            for card in shown:
                with solara.Div(classes=["ink-claim", *(["ink-open"] if card.id == chosen else [])]).key(card.id):
                    solara.HTML(unsafe_innerHTML=card_html(card))
                    if card.id == chosen:
                        Opened(session, claims[card.id], card, show)
                    else:
                        solara.Button(
                            "Show the experiment", on_click=lambda name=card.id: choose(name), text=True, small=True
                        )


def _read() -> tuple[dict[str, Claim], list[Card]] | str:
    try:
        claims = ledger()
        return claims, wall(claims)
    except (ScenarioError, UserError) as error:
        return str(error)


@solara.component
def Opened(session: Session, claim: Claim, card: Card, show: Callable[[], None]) -> None:
    """An open card: its outcomes, a way to the map, its experiment."""
    refused, refuse = solara.use_state("")
    two = solara.use_memo(lambda: staged(claim), [claim.id])

    def go() -> None:
        if not isinstance(two, str) and put_on(session, two):
            show()
        else:
            refuse(session.error or "its worlds cannot be shown")

    solara.HTML(unsafe_innerHTML=outcomes_html(card))
    if isinstance(two, str):
        solara.HTML(unsafe_innerHTML=f"<p><b>Not on the map.</b> {escape(two)}</p>")
    else:
        solara.Button("Show its two worlds on the map", on_click=go, outlined=True, small=True)
    if refused:
        solara.Error(refused, dense=True)
    Experiment(claim)


def counts_html(cards: list[Card]) -> str:
    """Return each verdict with its symbol, the number of claims that have it, and its meaning."""
    rows = "".join(
        f"<li class='ink-is-{verdict}'><b>{SYMBOLS[verdict]} {count} {verdict}</b>: {escape(MEANING[verdict])}</li>"
        for verdict, count, _ in counts_of(cards)
    )
    return f"<ul class='ink-verdict-counts'>{rows}</ul>"


def card_html(card: Card) -> str:
    """Return a card: number and title, verdict, statement, size and fragility."""
    mark = f"<p class='ink-is-{card.verdict}'><b>{SYMBOLS[card.verdict]} {card.verdict}</b></p>" if card.verdict else ""
    size = f"<dt>size</dt><dd>{escape(card.size_words)}</dd>"
    fragile = f"<dt>fragility</dt><dd>{escape(card.fragile_words)}</dd>" if card.fragile_words else ""
    return f"<h3>{card.id} {escape(card.title)}</h3>{mark}<p>{escape(card.statement)}</p><dl>{size}{fragile}</dl>"


def outcomes_html(card: Card) -> str:
    """Return each outcome with its effect, verdict and reason, and why a verdict could come out no other way."""
    rows = "".join(
        f"<li>{escape(each.name)}: <b>{escape(each.verdict)}</b>, {escape(each.effect)}; {escape(each.reason)}</li>"
        for each in card.outcomes
    )
    mark = f"<p><b>By construction:</b> {escape(card.by_construction)}</p>" if card.by_construction else ""
    return f"<ul>{rows}</ul>{mark}" if rows or mark else ""
