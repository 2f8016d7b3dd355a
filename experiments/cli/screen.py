"""What commands share on a screen: the terminal, progress, headings, names of folders."""

import re
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from experiments.cli.plain_errors import printable
from model.scenario.schema import Scenario

FEW = 6  # names that are listed; of more, how many there are
LEFT_OUT = {  # tables of a scenario in words: one, many
    "governments": ("country", "countries"), "groups": ("group", "groups"), "hubs": ("rival hub", "rival hubs"),
    "allies": ("ally", "allies"), "partners": ("partner", "partners"), "towns": ("town", "towns"),
    "areas": ("area", "areas"), "timeline": ("event", "events"), "phases": ("phase of the policy", "phases of the policy"),
}  # fmt: skip
PLAIN_WIDTH = 110  # of lines that go to a file or a pipe


class Screen(Console):
    """A console that shows control characters of texts, such as titles in users' files, and does not obey them."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text to print."""
        return super().render_str(printable(text), **options)


def console() -> Console:
    """Return the terminal, or a plain text of a fixed width where there is none."""
    screen = Screen(highlight=False, markup=False, emoji=False)
    return screen if screen.is_terminal else Screen(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)


def progress_bar(screen: Console) -> Progress:
    """Return a bar that counts what is done, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)


def heading(screen: Console, scenario: Scenario, what: str) -> None:
    """Print a scenario's title and question, and what is about to be done."""
    screen.print(scenario.title, style="bold")
    screen.print(scenario.question)
    screen.print(f"{scenario.name}: {scenario.weeks} weeks from {scenario.start}; {what}", style="dim", soft_wrap=True)
    if scenario.left_out:
        screen.print(left_out_words(scenario), soft_wrap=True)


def left_out_words(scenario: Scenario) -> str:
    """Say to which countries a scenario is restricted, and what that leaves out."""
    kept = [government.name for government in scenario.governments.values()]
    parts = []
    for table, titles in scenario.left_out.items():
        one, many = LEFT_OUT[table]
        names = f" ({', '.join(titles)})" if len(titles) <= FEW else ""
        parts.append(f"{len(titles)} {one if len(titles) == 1 else many}{names}")
    words = f"Restricted to {', '.join(kept)}. Left out: {', '.join(parts) or 'nothing'}."
    return f"{words} Allies bring all their effort to these countries."


def file_name(*words: str) -> str:
    """Return words as the name of a folder: letters, digits, dots and underscores, joined by hyphens."""
    return "-".join(re.sub(r"[^\w.]+", "_", word).strip(".") or "unnamed" for word in words)
