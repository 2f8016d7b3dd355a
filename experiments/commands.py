"""What the commands do and what they print; `cli.py` says which there are."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from experiments.compiling import ensure_compiled
from experiments.errors import StoreError, UserError
from experiments.explain import main_events, outcome_rows
from experiments.manifest import describe
from experiments.runs import Run
from experiments.store import Store
from experiments.story import find_organisation, story
from model.problems import Problem
from model.record import Result
from model.scenario import check_file, json_schema, policy_schema
from model.schema import Scenario

DISCLAIMER = (
    "Inkspot is a laboratory for assumptions about organisations and populations: it shows when a policy works, does "
    "nothing or backfires in the model. It is not a forecast and describes no operation."
)
PLAIN_WIDTH = 110  # of lines that go to a file or a pipe


def console() -> Console:
    """Return the terminal, or a plain text of a fixed width where there is none."""
    screen = Console(highlight=False, markup=False, emoji=False)
    return screen if screen.is_terminal else Console(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)


def run_and_explain(run: Run, out: Path | None, command: Sequence[str], organisation: str | None = None) -> None:
    """Run, say what happened (or one organisation's story), and write map, series, events and manifest into `out`."""
    scenario = run.composed
    hero = None if organisation is None else find_organisation(scenario, organisation)
    folder = out or Path("results") / file_name("run", scenario.name, scenario.policy.name, str(run.seed))
    store = Store(folder)
    if store.manifest().get("kind", "run") != "run":
        raise StoreError(f"{folder} holds a comparison: choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    store.write_manifest(describe("run", {scenario.policy.name: scenario}, [run.seed], command))
    screen = console()
    heading(screen, scenario, f"policy {scenario.policy.name} ({scenario.policy.title}), seed {run.seed}")
    ensure_compiled()
    result = _watched(screen, run)
    _explain(screen, result, hero)
    _write_run(screen, result, folder)
    screen.print(f"\nThe same run again: {run.command}", soft_wrap=True)
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
    else:
        screen.print(f"\nThe story of {result.organisation_titles[hero]}", style="bold")
        for words in story(result, hero):
            screen.print(words, soft_wrap=True)
    screen.print("\nOutcomes", style="bold")
    table = Table("", box=None, pad_edge=False)
    for heading in ("start", "end or total"):
        table.add_column(heading, justify="right")
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


def _write_run(screen: Console, result: Result, folder: Path) -> None:
    from experiments.plots import map_png

    result.series.to_csv(folder / "series.csv", index=False)
    result.events.to_csv(folder / "events.csv", index=False)
    map_png(result, folder / "map.png")
    screen.print(f"\nMap: {folder / 'map.png'}", style="bold", soft_wrap=True)
    screen.print(f"Also in {folder}: series.csv, events.csv, manifest.json", soft_wrap=True)


def progress_bar(screen: Console) -> Progress:
    """Return a bar that counts what is done, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)


def heading(screen: Console, scenario: Scenario, what: str) -> None:
    """Print a scenario's title and question, and what is about to be done."""
    screen.print(scenario.title, style="bold")
    screen.print(scenario.question)
    screen.print(f"{scenario.name}: {scenario.weeks} weeks from {scenario.start}; {what}", style="dim", soft_wrap=True)


def file_name(*words: str) -> str:
    """Return words as the name of a folder: letters, digits, dots and underscores, joined by hyphens."""
    return "-".join(re.sub(r"[^\w.]+", "_", word).strip(".") or "unnamed" for word in words)


def check_files(files: Sequence[str]) -> bool:
    """Print the problems of each file, or ok; return whether all are."""
    sound = True
    for file in files:
        problems = file_problems(file)
        sound = sound and not problems
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(
            f"{file}: {len(problems)} {'problem' if len(problems) == 1 else 'problems'}" if problems else f"{file}: ok"
        )
    return sound


def file_problems(file: str) -> list[Problem]:
    """Return what is wrong with a ledger of claims, a file of targets, a design, a scenario or a policy: whichever it is."""
    from experiments.claims.ledger import is_ledger, ledger_problems  # not where a run waits for it
    from experiments.design_file import design_problems, is_design
    from experiments.history.target import is_targets, target_problems

    if is_ledger(file):
        return ledger_problems(file)
    if is_targets(file):
        return target_problems(file)
    return design_problems(file) if is_design(file) else check_file(file)


def schema_text(kind: str) -> str:
    """Return the JSON Schema of scenario or policy files. Raises UserError for another kind."""
    schemas = {"scenario": json_schema, "policy": policy_schema}
    if kind not in schemas:
        raise UserError(f"--schema prints the schema of `scenario` or of `policy` files, got {kind!r}")
    return json.dumps(schemas[kind](), indent=2, ensure_ascii=False)


def show_names() -> None:
    """Print what there is."""
    from experiments import catalogue

    screen = console()
    for section, names in catalogue.overview().items():
        table = Table(
            title=section, title_justify="left", title_style="bold", box=None, show_header=False, pad_edge=False
        )
        table.add_column(no_wrap=True, style="cyan")
        table.add_column()
        for name, meaning in names.items():
            table.add_row(name, meaning)
        screen.print(table, "")
    screen.print(
        "inkspot describe NAME explains any of these, any parameter, group, hub, government or ally.", style="dim"
    )


def show_description(what: str) -> None:
    """Print everything that is called `what`."""
    from experiments import catalogue

    screen = console()
    for entry in catalogue.describe(what):
        screen.print(Text(entry.name, style="bold").append(f"  {entry.kind}", style="dim"))
        screen.print(entry.title)
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True, style="cyan")
        table.add_column()
        for word, text in entry.rows:
            table.add_row(word, text)
        screen.print(table, "")
