"""The page of claims: filter them, open one, run a small test of it, see the verdict and its assumptions."""

import tempfile
from functools import cache
from html import escape
from threading import Thread
from typing import Any

import solara

from experiments.batch.engine import Progress
from experiments.batch.errors import UserError
from experiments.claims.judge import Judgement
from experiments.claims.ledger import LEDGER, Claim, load_ledger
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.claims.stored import told
from experiments.claims.verdicts import outcome_reason
from experiments.measures.numbers import number
from model.scenario import ScenarioError

SEEDS = 4  # of a small run
ALL = "all sections"
INTRODUCTION = """<h2>Claims</h2>
<p>The essay's claims, each with an experiment that can contradict it.
A verdict is supported, contradicted, negligible (too small to matter) or undetermined: in this model, under its assumptions.
“By construction” marks a verdict for which nothing that was tried gave another.</p>"""


@cache
def ledger() -> dict[str, Claim]:
    """Return the claims of the shipped ledger; empty where none is shipped. Raises ScenarioError where it is damaged."""
    return load_ledger() if LEDGER.exists() else {}


def found(claims: dict[str, Claim], words: str, section: str) -> dict[str, Claim]:
    """Return the claims of a section whose texts contain all the words."""
    wanted = words.lower().split()
    return {
        name: claim for name, claim in claims.items()
        if section in (ALL, claim.section)
        and all(word in f"{name} {claim.title} {claim.statement} {claim.why}".lower() for word in wanted)
    }  # fmt: skip


@solara.component
def Claims() -> None:
    """The ledger with its filters."""
    words, set_words = solara.use_state("")
    section, set_section = solara.use_state(ALL)
    chosen, choose = solara.use_state("")
    try:
        claims = ledger()
    except (ScenarioError, UserError) as error:
        solara.Error(f"The ledger cannot be read. {error}", classes=["ink-error"])
        return
    with solara.Div(classes=["ink-text"]):
        solara.HTML(unsafe_innerHTML=INTRODUCTION)
        with solara.Div(classes=["ink-bar-fields"]):
            solara.InputText("Search", words, on_value=set_words, continuous_update=True)
            sections = [ALL, *sorted({claim.section for claim in claims.values() if claim.section})]
            solara.Select("Section", sections, section, on_value=set_section)
        shown = found(claims, words, section)
        solara.HTML(unsafe_innerHTML=f"<p class='ink-soft'>{len(shown)} of {len(claims)} claims</p>")
        for name, claim in shown.items():
            with solara.Div(classes=["ink-claim"]).key(name):
                solara.HTML(
                    unsafe_innerHTML=f"<p><b>{name} {escape(claim.title)}</b></p><p>{escape(claim.statement)}</p>"
                )
                if name == chosen:
                    Experiment(claim)
                else:
                    solara.Button("Show the experiment", on_click=lambda name=name: choose(name), text=True, small=True)


@solara.component
def Experiment(claim: Claim) -> None:
    """The experiment of a claim, and a small run of it."""
    state, set_state = solara.use_state("")
    judged: Any = solara.use_ref(None)

    def judge() -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="inkspot-") as folder:
                extent = Extent(seeds=SEEDS, draws=0, rivals=False)
                done = judge_claims({claim.id: claim}, extent, folder, progress=said)
            judged.current = done.judgements[claim.id]
            set_state("done")
        except Exception as error:  # said on the page; the page lives on
            set_state(f"The experiment failed: {error}")

    def said(progress: Progress) -> None:
        set_state(f"{progress.stored} of {progress.total} runs ...")

    def start() -> None:
        set_state("starting ...")
        Thread(target=judge, daemon=True, name=f"inkspot claim {claim.id}").start()

    solara.HTML(unsafe_innerHTML=experiment_html(claim))
    solara.Button(
        f"Run a small test ({SEEDS} seeds)", on_click=start, disabled=bool(state) and state != "done", outlined=True
    )
    if state == "done":
        solara.HTML(unsafe_innerHTML=verdict_html(judged.current))
    elif state:
        solara.Text(state)


def experiment_html(claim: Claim) -> str:
    """Return what is compared, and why that tests the claim."""
    outcomes = "".join(
        f"<li>{escape(each.title)}: expected {escape(each.expected.replace('_', ' '))}</li>" for each in claim.outcomes
    )
    policy = f", policy {claim.policy}" if claim.policy else ""
    return (
        f"<p>Scenario {escape(claim.scenario)}{escape(policy)}, {claim.weeks} weeks.</p><ul>{outcomes}</ul>"
        f"<p><b>Why this tests the claim, and what it leaves out:</b> {escape(claim.why)}</p>{stored_html(claim)}"
    )


def stored_html(claim: Claim) -> str:
    """Return the newest stored verdict on a claim, with reasons, sizes, means of arms and the mark; nothing without one."""
    rows = "".join(f"<li>{escape(word.capitalize())}: {escape(text)}</li>" for word, text in told(claim.id))
    return f"<p><b>As last tested with the command line</b></p><ul>{rows}</ul>" if rows else ""


def verdict_html(judgement: Judgement) -> str:
    """Return the verdict of a small run with its reason; outcome by outcome the size, why, and the mean of each arm."""
    rows = "".join(
        f"<li>{escape(each.outcome.title)}: <b>{each.verdict}</b>, {each.pairs} pairs; {escape(outcome_reason(each))}. "
        f"Means: {escape(', '.join(f'{arm} {number(mean)}' for arm, mean in each.arm_means.items()))}.</li>"
        for each in judgement.findings
    )
    mark = f"<p><b>By construction:</b> {escape(judgement.by_construction)}</p>" if judgement.by_construction else ""
    command = f"inkspot claims {judgement.claim.id}"
    return (
        f"<p class='ink-verdict'><b>{judgement.verdict.capitalize()}</b> with {SEEDS} seeds. A small run often leaves a "
        f"claim undetermined: <code>{command}</code> uses more, and tries the rival findings.</p>"
        f"<p>{escape(judgement.reason)}</p>{mark}<ul>{rows}</ul>"
    )
