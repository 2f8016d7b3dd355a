"""Folders as users name them on the command line."""

from pathlib import Path

import typer


def out_folder(text: str) -> Path:
    """Return the folder that a text names, with ~ as the home also where the shell left it; an empty one is refused."""
    if not text.strip() or "\0" in text:
        raise typer.BadParameter("name a folder, as in --out results/mine")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise typer.BadParameter(f"there is no such home: {text}") from None
