"""What `inkspot list` and `inkspot describe` print."""

from rich.table import Table
from rich.text import Text

from experiments.cli import catalogue
from experiments.cli.screen import console


def show_names() -> None:
    """Print what there is."""
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
