"""What `inkspot headline` prints and writes: what cutting the links does, instead, on top, wholly and alone."""

from collections.abc import Sequence
from pathlib import Path

from experiments.claims.headline.arms import ARMS
from experiments.claims.headline.design import CHECKS, Design
from experiments.claims.headline.experiment import WorldRuns, run_headline
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.report.words import DISCLAIMER

RESULTS = Path("results") / "headline"


def headline_and_figure(design: Design, out: Path | None, jobs: int, fresh: bool, command: Sequence[str]) -> int:
    """Run the headline experiment, print what it says, write figure, table and text; return how many runs failed."""
    folder = out or RESULTS
    screen, runs = console(), design.runs
    screen.print("What does cutting the links do: instead of strikes, on top of them, wholly, alone?", style="bold")
    screen.print(_size(design, len(runs), jobs), style="dim", soft_wrap=True)
    with watched(screen, folder, command) as watch:
        batch = run_headline(design, folder, jobs, watch, fresh, command)
    for failure in batch.failures.head(10).itertuples():
        screen.print(f"Failed: {failure.error}\n  again: {failure.repeat}", soft_wrap=True)
    if (batch.runs["status"] == "done").any():
        _tell(batch, command)
    screen.print(DISCLAIMER, style="dim")
    return len(batch.failures)


def _size(design: Design, runs: int, jobs: int) -> str:
    worlds = f"{design.points} worlds of the box, the declared one and {design.members} of the ensemble"
    checks = f", and {design.subset} of them again for each of {len(CHECKS)} checks" if design.checked else ""
    return (
        f"{', '.join(design.scenarios)}, {design.weeks} weeks: {worlds}{checks}; {len(ARMS)} courses of action x "
        f"{design.seeds} seeds = {runs} runs on {jobs} {'process' if jobs == 1 else 'processes'}"
    )


def _tell(batch: WorldRuns, command: Sequence[str]) -> None:
    from experiments.claims.headline.files import (
        answer,
        write_headline,
    )  # scikit-learn and Matplotlib: not before they are needed
    from experiments.claims.headline.page import sections
    from experiments.claims.headline.words import second, title

    screen, found = console(), answer(batch)
    screen.print(f"\n{title(found.headline)}", style="bold")
    screen.print(second(found.headline))
    for section in sections(found.headline, found.decided, found.checks):
        screen.print(f"\n{section.heading}", style="bold")
        for paragraph in section.paragraphs:
            screen.print(paragraph)
    paths = write_headline(found, command)
    screen.print(f"\nFigure: {paths['svg']} (also .png)", style="bold", soft_wrap=True)
    screen.print(f"Page: {paths['md']}; table: {paths['csv']}", soft_wrap=True)
