"""What `inkspot run` does and prints: one run, or one organisation's story, with its map and tables."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.batch.compiling import ensure_compiled
from experiments.batch.errors import StoreError, UserError
from experiments.batch.manifest import describe, read_manifest, write_manifest
from experiments.batch.run import Run
from experiments.cli.screen import console, file_name, heading, progress_bar
from experiments.report.campaigns import campaigns
from experiments.report.explain import main_events, outcome_rows
from experiments.report.story import find_organisation, story
from experiments.report.words import DISCLAIMER
from model.record import Result


def run_and_explain(run: Run, out: Path | None, command: Sequence[str], organisation: str | None = None) -> None:
    """Run, say what happened (or one organisation's story), and write map, series, events and manifest into `out`."""
    scenario = run.composed
    hero = None if organisation is None else find_organisation(scenario, organisation)
    folder = out or Path("results") / file_name("run", scenario.name, scenario.policy.name, str(run.seed))
    if read_manifest(folder).get("kind", "run") != "run":
        raise StoreError(f"{folder} holds results of a batch: choose another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, describe("run", {scenario.policy.name: scenario}, [run.seed], command))
    screen = console()
    heading(screen, scenario, f"policy {scenario.policy.name} ({scenario.policy.title}), seed {run.seed}")
    ensure_compiled()
    result = _watched(screen, run)
    _explain(screen, result, hero)
    _write_run(screen, result, folder)
    screen.print(f"\nRepeat this run with: {run.command}", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")


def _watched(screen: Console, run: Run) -> Result:
    """Return the result of a run, showing its progress."""
    if not screen.is_terminal:
        screen.print(f"Simulating {run.composed.weeks} weeks ...")
    with progress_bar(screen) as bar:
        task = bar.add_task("loading the model", total=run.composed.weeks)
        from model.simulation import Simulation

        try:
            simulation = Simulation(run.composed, seed=run.seed)
        except ValueError as error:  # what only the map can tell, such as a government outside it
            raise UserError(str(error)) from error
        bar.update(task, description="simulating, week")
        return simulation.run(progress=lambda week: bar.update(task, completed=week))


def _explain(screen: Console, result: Result, hero: str | None) -> None:
    if hero is None:
        _happened(screen, result)
        _fought(screen, result)
    else:
        screen.print(f"\nThe story of {result.organisation_titles[hero]}", style="bold")
        for words in story(result, hero):
            screen.print(words, soft_wrap=True)
    screen.print("\nOutcomes", style="bold")
    table = Table("", box=None, pad_edge=False)
    for column in ("start", "end or total"):
        table.add_column(column, justify="right")
    table.add_column("")
    for label, unit, start, end in outcome_rows(result):
        table.add_row(label, start, end, unit)
    screen.print(table)


def _happened(screen: Console, result: Result) -> None:
    lines, left_out = main_events(result)
    screen.print("\nWhat happened", style="bold")
    for line in lines:
        screen.print(Text(f"{line.date}  ", style="cyan").append(line.words, style="default"), soft_wrap=True)
        if line.cause:
            screen.print(f"            {line.cause}", style="dim", soft_wrap=True)
    screen.print(f"{left_out} smaller events, such as further attacks, are in events.csv.", style="dim")


def _fought(screen: Console, result: Result) -> None:
    told = campaigns(result)
    if not told:
        return
    screen.print("\nCampaigns, by place, those with most people at stake", style="bold")
    for place, lines in told:
        screen.print(place)
        for line in lines:
            screen.print(Text(f"  {line.date}  ", style="cyan").append(line.words, style="default"), soft_wrap=True)
    screen.print("All attacks and towns are in events.csv.", style="dim")


def _write_run(screen: Console, result: Result, folder: Path) -> None:
    from experiments.report.maps import map_png

    result.series.to_csv(folder / "series.csv", index=False)
    result.events.to_csv(folder / "events.csv", index=False)
    map_png(result, folder / "map.png")
    screen.print(f"\nMap: {folder / 'map.png'}", style="bold", soft_wrap=True)
    screen.print(f"Also in {folder}: series.csv, events.csv, manifest.json", soft_wrap=True)
