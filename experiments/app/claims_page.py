"""An open claim: its experiment, a small test of it, the verdict and its assumptions. The wall is `claims_wall.py`."""

import tempfile
from html import escape
from threading import Thread
from typing import Any

import solara

from experiments.batch.engine import Progress
from experiments.claims.judge import Judgement
from experiments.claims.ledger import Claim
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.claims.stored import told
from experiments.claims.verdicts import outcome_reason
from experiments.measures.numbers import number

SEEDS = 4  # of a small run


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
