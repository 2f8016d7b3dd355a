"""What `inkspot run` does and prints: one run, or one organisation's story, with its map and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.batch.compiling import ensure_compiled
from experiments.batch.ends import run_until_stop, stopped_by
from experiments.batch.errors import StoreError, UserError
from experiments.batch.guard import writing
from experiments.batch.lock import locked
from experiments.batch.manifest import describe, read_manifest, write_manifest
from experiments.batch.own_model import load_model
from experiments.batch.run import Run
from experiments.batch.saved import Saved, save_run, saved_run
from experiments.batch.settings import parse_value
from experiments.batch.spreadsheets import write_rows
from experiments.batch.whole_files import written_whole
from experiments.batch.written import note
from experiments.cli.screen import console, file_name, heading, progress_bar
from experiments.report.campaigns import campaigns
from experiments.report.explain import main_events, outcome_rows
from experiments.report.story import find_organisation, story
from experiments.report.words import DISCLAIMER
from model.record import EVENT_COLUMNS, SERIES, Result
from model.scenario.branches import week_of


@dataclass(frozen=True)
class Course:
    """A run, the week (or date) in which it is saved and where, and what was saved of it before, to go on from."""

    run: Run
    save: tuple[str, Path] | None = None
    saved: Saved | None = None

    @cached_property
    def week(self) -> int | None:
        """The week in which it is saved. Raises UserError where the run has no such week, or is past it."""
        if self.save is None:
            return None
        if self.run.model:
            raise UserError("--save-state keeps the model as shipped: leave --model out")
        text, scenario = self.save[0], self.run.composed
        value = parse_value(text)
        week = week_of(value, scenario) if type(value) in (int, date) else None
        first = self.saved.week if self.saved else 0
        if week is None or week < first:
            last = scenario.start + timedelta(weeks=scenario.weeks - 1)
            dates = f"{scenario.start + timedelta(weeks=first)} to {last}"
            raise UserError(
                f"--save-state takes a week from {first} to {scenario.weeks - 1}, or a date: {dates}, got {text}"
            )
        return week


def continued(asked: Run, path: Path, save: tuple[str, Path] | None = None) -> Course:
    """Return the run that goes on from a saved one under the policy and the values asked for: a branch at its week.

    Raises UserError where the file cannot be used, ScenarioError where something cannot change in mid-run.
    """
    saved = saved_run(path)
    base = saved.run
    for what, given, default, there in (
        ("scenario", asked.scenario, Run().scenario, base.scenario), ("seed", asked.seed, Run().seed, base.seed),
    ):  # fmt: skip
        if given not in (default, there):
            raise UserError(f"{path} holds a run with the {what} {there}: leave {given} out")
    if asked.model:
        raise UserError("--from goes on with the model as shipped: leave --model out")
    changes = {f"branch.{key}": value for key, value in asked.overrides.items()}
    changes |= {"branch.policy.extends": asked.policy} if asked.policy else {}
    if changes and any(key.startswith("branch.") for key in base.overrides):
        raise UserError(f"{path} holds a run that branches already: a run can branch once")
    branch = {"branch.start": saved.week} | changes if changes else {}
    return Course(replace(base, overrides=dict(base.overrides) | branch, stop=asked.stop), save, saved)


def run_and_explain(course: Course, out: Path | None, command: Sequence[str], organisation: str | None = None) -> None:
    """Run, say what happened (or one organisation's story), and write map, series, events and manifest into `out`."""
    run = course.run
    scenario, _ = run.composed, course.week
    hero = None if organisation is None else find_organisation(scenario, organisation)
    folder = out or Path("results") / file_name("run", scenario.name, scenario.plan, str(run.seed))
    if read_manifest(folder).get("kind", "run") != "run":
        raise StoreError(f"{folder} holds results of a batch: choose another folder with --out")
    screen = console()
    with locked(folder) as held:
        write_manifest(folder, describe("run", {scenario.plan: scenario}, [run.seed], command, run.model))
        heading(screen, scenario, f"policy {scenario.plan} ({scenario.heading}), seed {run.seed}")
        ensure_compiled(bar=True)
        result = _watched(screen, course)
        if stopped_by(result, run.stop):
            words = f"Stopped after {len(result.rows) - 1} of {scenario.weeks} weeks: {stopped_by(result, run.stop)}"
            screen.print(words, style="bold", soft_wrap=True)
        _explain(screen, result, hero)
        if held.lost():
            words = f"{folder} was deleted, moved or replaced by somebody else while this run was made"
            raise StoreError(f"{words}: nothing was written; run it again: {run.command}")
        _write_run(screen, result, folder)
    screen.print(f"\nRepeat this run with: {run.command}", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")


def _watched(screen: Console, course: Course) -> Result:
    """Return the result of a run, showing its progress."""
    run = course.run
    if not screen.is_terminal:
        screen.print(f"Simulating {run.composed.weeks} weeks ...")
    with progress_bar(screen) as bar:
        task = bar.add_task("loading the model", total=run.composed.weeks)
        model = load_model(run.model)
        try:
            simulation = course.saved.simulation if course.saved else model(run.composed, seed=run.seed)
        except ValueError as error:  # what only the map can tell, such as a government outside it
            raise UserError(str(error)) from error
        bar.update(task, description="simulating, week")
        simulation.config = run.composed
        if course.save and course.week is not None:
            while simulation.week < course.week:
                simulation.step()
            save_run(run, simulation, course.save[1])
            screen.print(f"Saved as it stands in week {course.week}: {course.save[1]}", soft_wrap=True)
        return run_until_stop(simulation, run.stop, lambda week: bar.update(task, completed=week))


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
    screen.print(
        "Percentages say how much each reason weighed; those behind 'against it' spoke against what happened.",
        style="dim",
    )
    smaller = f"{left_out:,} smaller event{'' if left_out == 1 else 's'}, such as further attacks, "
    screen.print(f"{smaller}{'is' if left_out == 1 else 'are'} in events.csv.", style="dim")


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
    from experiments.report.maps import map_png  # half a second, after what happened is told

    with writing(folder):
        series, events = ("week", "date", *SERIES), EVENT_COLUMNS
        for name, columns, rows in (
            ("series.csv", series, result.series_rows()), ("events.csv", events, result.event_rows()),
        ):  # fmt: skip
            with written_whole(folder / name) as unfinished:
                write_rows(unfinished, columns, rows)
        map_png(result, folder / "map.png")
        note(folder / name for name in ("series.csv", "events.csv", "map.png"))
    screen.print(f"\nMap: {folder / 'map.png'}", style="bold", soft_wrap=True)
    screen.print(f"Also in {folder}: series.csv, events.csv, manifest.json", soft_wrap=True)
