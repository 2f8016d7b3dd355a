"""A page as PDF, printed by Chromium or Chrome where one is installed; paper and page numbers are the page's own (CSS)."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.batch.errors import UserError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
NAMED = "INKSPOT_CHROMIUM"  # the variable that names another program
MISSING = (
    "a PDF is printed by Chromium, and none is installed: install Chromium or Google Chrome (Debian and Ubuntu: apt install "
    f"chromium), or name the program in {NAMED}, or leave out --pdf and print the page from a browser"
)
SECONDS = 180


def browser() -> str:
    """Return the program that prints. Raises UserError, which says what to install, where there is none."""
    named = os.environ.get(NAMED)
    found = next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)
    if found is None:
        raise UserError(f"{NAMED} names {named}, which is no program here" if named else MISSING)
    return found


def write_pdf(page: Path) -> Path:
    """Print an HTML file into a PDF of the same name beside it; return its path. Raises UserError where that fails."""
    target = page.with_suffix(".pdf")
    with (
        TemporaryDirectory() as profile
    ):  # of its own: a browser that is open already would take the order and do nothing
        words = [
            browser(), "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}",
            "--no-pdf-header-footer", f"--print-to-pdf={target.resolve()}", page.resolve().as_uri(),
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.insert(1, "--no-sandbox")  # Chromium refuses its sandbox to root; the page is our own file
        target.unlink(missing_ok=True)
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise UserError(
                f"{words[0]} did not print {page} within {SECONDS} seconds; the page itself is whole"
            ) from error
    if not target.exists():
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise UserError(f"{words[0]} could not print {page}: {last}; the page itself is whole")
    return target
