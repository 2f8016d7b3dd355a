"""What `inkspot site` does and prints: how long it takes, how far it is, and how to open the site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from experiments.app.lesson import lessons
from experiments.batch.manifest import resume_words
from experiments.cli.screen import console, progress_bar
from experiments.site.build import BuildProgress, build_site, parts_of
from experiments.site.folder import check_place
from experiments.site.plan import SitePlan, gallery_of, lessons_of

WEEKS_A_SECOND = 600  # simulated by one process, roughly: for the estimate before the first part is made
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class SiteOptions:
    """The options of the command."""

    out: Path
    jobs: int
    claims: Path | None
    command: str  # as the pages say it


def plan_of(asked: Mapping[str, Any]) -> tuple[SitePlan, str]:
    """Return the plan that options ask for, and the command as the pages say it: without paths of this machine.

    Raises UserError where a name is unknown.
    """
    gallery = gallery_of(_names(asked["scenarios"]), _names(asked["policies"]))
    plan = SitePlan(gallery, lessons_of(_names(asked["lessons"]), tuple(lessons())), asked["weeks"])
    words = ["inkspot", "site", "OUT"]
    for name, value in asked.items():
        if value is not None:
            words += [f"--{name}", "FOLDER" if isinstance(value, Path) else str(value)]
    return plan, " ".join(words)


def _names(text: str | None) -> list[str] | None:
    """Return names between commas, or None where none are given."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def build_and_say(plan: SitePlan, options: SiteOptions, command: Sequence[str]) -> None:
    """Build the site; Ctrl-C keeps the parts that are made, says how to resume, and ends with exit code 130."""
    screen = console()
    check_place(options.out)
    parts = parts_of(plan)
    minutes = sum(part.weeks for part in parts) / WEEKS_A_SECOND / options.jobs / 60
    screen.print(
        f"{len(parts)} parts on {options.jobs} {'process' if options.jobs == 1 else 'processes'}, less those that are made "
        f"already: about {max(1, round(minutes))} min",
        soft_wrap=True,
    )
    try:
        with progress_bar(screen) as bar:
            task = bar.add_task("building", total=len(parts))

            def tell(told: BuildProgress) -> None:
                bar.update(task, completed=told.made + told.reused)
                _line(screen, told)

            out = build_site(plan, options.out, options.command, options.jobs, options.claims, tell)
    except KeyboardInterrupt:
        screen.print(f"\nStopped: the parts made are kept beside {options.out}.", soft_wrap=True)
        screen.print(resume_words(command), soft_wrap=True)
        raise typer.Exit(130) from None
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / MEGABYTE
    screen.print(f"{len(files)} files, {size:.1f} MB. Open {out / 'index.html'}", style="bold", soft_wrap=True)
    screen.print(
        "It needs no server and no network: copy the folder to a memory stick or to any web host.", style="dim"
    )


def _line(screen: Console, told: BuildProgress) -> None:
    """Print a line every tenth of the parts where there is no terminal."""
    if screen.is_terminal or not told.total:
        return
    done = told.made + told.reused
    if told.made == 0 and told.reused:
        screen.print(f"{told.reused} of {told.total} parts made by an earlier call")
    elif told.made and (done * 10 // told.total > (done - 1) * 10 // told.total):
        screen.print(f"{done} of {told.total} parts made, about {told.left / 60:.1f} min left")
