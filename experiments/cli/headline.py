"""What `inkspot headline` prints and writes: where cutting the links works, does nothing, or backfires."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.table import Table

from experiments.claims.headline.experiment import Ran, run_headline
from experiments.claims.headline.worlds import AGAINST, POLICIES, Design
from experiments.cli.screen import console, progress_bar
from experiments.report.words import DISCLAIMER

RESULTS = Path("results") / "headline"
TENTHS = 10  # lines that a batch prints where there is no terminal


def headline_and_figure(design: Design, out: Path | None, jobs: int, fresh: bool, command: Sequence[str]) -> int:
    """Run the headline experiment, print what it says, write figure, table and text; return how many runs failed."""
    folder = out or RESULTS
    screen, batch = console(), design.runs
    scenario = batch[0][1].composed
    screen.print("When does cutting the links work, do nothing, or backfire?", style="bold")
    count = f"{design.points} worlds and the declared one x {len(POLICIES)} policies x {design.seeds} seeds"
    on = f"{len(batch)} runs on {jobs} {'process' if jobs == 1 else 'processes'}"
    screen.print(f"{scenario.name}: {scenario.weeks} weeks; {count} = {on}", style="dim", soft_wrap=True)
    with progress_bar(screen) as bar:
        task, last = bar.add_task("running", total=len(batch)), [-1, 0]

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done)
            if not screen.is_terminal and done * TENTHS // total > last[0] * TENTHS // total:
                screen.print(f"{done} of {total} runs {'stored from before' if last[0] < 0 else 'done'}")
            last[:] = [done, total]

        try:
            ran = run_headline(design, folder, jobs, progress, fresh)
        except KeyboardInterrupt:
            screen.print(f"\nStopped: {last[0]} of {last[1]} runs are stored in {folder}.", soft_wrap=True)
            again = shlex.join(word for word in command if word != "--fresh")
            screen.print(f"To go on from there: {again}", soft_wrap=True)
            raise typer.Exit(130) from None
    for failure in ran.failures.head(10).itertuples():
        screen.print(f"Failed: {failure.error}\n  again: {failure.repeat}", soft_wrap=True)
    if (ran.runs["status"] == "done").any():
        _tell(ran, command)
    screen.print(DISCLAIMER, style="dim")
    return len(ran.failures)


def _tell(ran: Ran, command: Sequence[str]) -> None:
    from experiments.claims.headline.files import write_headline
    from experiments.claims.headline.verdicts import COUNTED, VERDICTS, judge_headline
    from experiments.claims.headline.words import INSTEAD, sentences

    screen, headline = console(), judge_headline(ran)
    for line in sentences(headline)[1:]:
        screen.print(f"\n{line}")
    table = Table(
        "\nCutting the links instead of", "\noutcome", *VERDICTS, "\nmean difference (95%)", box=None, pad_edge=False
    )
    for against in AGAINST:
        for counted in COUNTED:
            row = headline.average(counted.name, against)
            mean, low, high = (counted.digits(row[key], True) for key in ("difference", "low", "high"))
            numbers = [str(row[kind]) for kind in VERDICTS]
            table.add_row(INSTEAD[against], counted.title, *numbers, f"{mean} ({low} to {high}) {counted.unit}")
    screen.print("", table)
    paths = write_headline(headline, command)
    screen.print(f"\nFigure: {paths['svg']} (also .png)", style="bold", soft_wrap=True)
    screen.print(f"Table: {paths['csv']}; text: {paths['json']}", soft_wrap=True)
