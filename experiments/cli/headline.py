"""What `inkspot headline` prints and writes: where cutting the links works, does nothing, or backfires."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from experiments.claims.headline.experiment import WorldRuns, run_headline
from experiments.claims.headline.worlds import AGAINST, POLICIES, Design
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.report.words import DISCLAIMER

RESULTS = Path("results") / "headline"


def headline_and_figure(design: Design, out: Path | None, jobs: int, fresh: bool, command: Sequence[str]) -> int:
    """Run the headline experiment, print what it says, write figure, table and text; return how many runs failed."""
    folder = out or RESULTS
    screen, runs = console(), design.runs
    scenario = runs[0][1].composed
    screen.print("When does cutting the links work, do nothing, or backfire?", style="bold")
    count = f"{design.points} points and the declared values x {len(POLICIES)} policies x {design.seeds} seeds"
    on = f"{len(runs)} runs on {jobs} {'process' if jobs == 1 else 'processes'}"
    screen.print(f"{scenario.name}: {scenario.weeks} weeks; {count} = {on}", style="dim", soft_wrap=True)
    with watched(screen, folder, command) as watch:
        batch = run_headline(design, folder, jobs, watch, fresh, command)
    for failure in batch.failures.head(10).itertuples():
        screen.print(f"Failed: {failure.error}\n  again: {failure.repeat}", soft_wrap=True)
    if (batch.runs["status"] == "done").any():
        _tell(batch, command)
    screen.print(DISCLAIMER, style="dim")
    return len(batch.failures)


def _tell(batch: WorldRuns, command: Sequence[str]) -> None:
    from experiments.claims.headline.files import write_headline
    from experiments.claims.headline.verdicts import COUNTED, VERDICTS, judge_headline
    from experiments.claims.headline.words import INSTEAD, sentences

    screen, headline = console(), judge_headline(batch)
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
