"""What `inkspot list` and `inkspot describe` print."""

from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from experiments.cli import catalogue
from experiments.cli.screen import console


def show_names() -> None:
    """Print what there is."""
    screen = console()
    for section, names in catalogue.overview().items():
        if isinstance(names, list):
            screen.print(Text(section, style="bold").append(f"  {len(names)}", style="dim"))
            screen.print(Text("; ".join(names), style="cyan"), "")
            continue
        table = Table(
            title=section, title_justify="left", title_style="bold", box=None, show_header=False, pad_edge=False
        )
        table.add_column(no_wrap=True, style="cyan")
        table.add_column()
        for name, meaning in names.items():
            table.add_row(name, meaning)
        screen.print(table, "")
    screen.print("inkspot describe NAME explains any of these names, and any command.", style="dim")


def show_description(what: str, program: TyperGroup) -> None:
    """Print everything that is called `what`; `program` has the commands, which are names too."""
    screen = console()
    for entry in catalogue.describe(what, program):
        screen.print(Text(entry.name, style="bold").append(f"  {entry.kind}", style="dim"))
        screen.print(entry.title)
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True, style="cyan")
        table.add_column()
        for word, text in entry.rows:
            table.add_row(word, text)
        screen.print(table, "")
