"""How far a batch is, on the screen, for every command that runs one; and what is said when it is stopped."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from time import perf_counter

import typer
from rich.console import Console

from experiments.batch.engine import Progress
from experiments.batch.manifest import resume_words
from experiments.batch.watchdog import kill
from experiments.batch.workers import ENDINGS
from experiments.cli.screen import progress_bar

STOPPED = 130  # the exit code of a command that was stopped
SHORT = 120.0  # seconds that need no estimate
LINES = 10  # that a batch prints where there is no terminal


class Watch:
    """Shows a bar on a terminal, elsewhere a line every tenth of the runs. `progress`: the last that was told."""

    def __init__(self, screen: Console) -> None:
        self.screen, self.bar = screen, progress_bar(screen)
        self.progress = Progress()
        self.first: tuple[float, int] | None = None  # when the first runs of this call were in, and how many
        self.task = self.bar.add_task("starting", total=None)

    def __call__(self, progress: Progress) -> None:
        """Show how far it is."""
        before, total = self.progress, max(1, progress.total)
        for words in progress.notes[len(before.notes) :]:
            self.screen.print(words, soft_wrap=True)
        tenth = progress.stored * LINES // total > before.stored * LINES // max(1, before.total)
        first = (progress.made, progress.reused) == (0, 0) and progress.stored > 0
        if not self.screen.is_terminal and progress.stored and (first or tenth or progress.total > before.total):
            words = "stored from an earlier call" if first else "done"
            most = "at most " if progress.at_most else ""
            failed = f", {progress.failed} failed" if progress.failed else ""
            self.screen.print(
                f"{progress.stored} of {most}{progress.total} runs {words}{failed}{self.remaining(progress)}"
            )
        if self.first is None and progress.made:
            self.first = (perf_counter(), progress.made)
        self.progress = progress
        self.bar.update(self.task, total=progress.total, completed=progress.stored, description="running")

    def remaining(self, progress: Progress) -> str:
        """Say how long the rest takes at the pace since the first runs were in; nothing below two minutes, or before.

        What comes before the first run, such as compiling the model's loops, comes once.
        """
        if self.first is None or progress.made <= self.first[1]:
            return ""
        since, made = self.first
        left = (progress.total - progress.stored) * (perf_counter() - since) / (progress.made - made)
        most = "at most" if progress.at_most else "about"
        if left < SHORT:
            return ""
        return f"; {most} {left / 3600:.1f} hours left" if left >= 3600 else f"; {most} {left / 60:.0f} minutes left"

    def say_reused(self) -> None:
        """Say how many runs were known already."""
        if self.progress.reused:
            words = "of them were not run: the same runs are stored here or beside this folder."
            self.screen.print(f"{self.progress.reused} {words}")


@contextmanager
def stoppable(screen: Console, folder: Path, command: Sequence[str]) -> Iterator[None]:
    """Have the first Ctrl-C stop a batch in order, and say what it waits for; the second ends it at once.

    SIGTERM counts as Ctrl-C, and so does what else asks for an end (`ENDINGS`): the terminal was closed, Ctrl-\\, a job's
    time on a cluster is nearly over.

    Results are whole at any moment, so that an end at once loses no more than a kill: what finished in the last seconds.
    """
    asked = 0

    def stop(number: int, frame: object) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            words = (
                f"\nEnded at once: what is stored in {folder} is whole, unmerged parts too. {resume_words(command)}\n"
            )
            with suppress(OSError):
                os.write(2, words.encode(errors="replace"))
            kill(multiprocessing.active_children())
            os._exit(STOPPED)
        with suppress(OSError):  # the terminal may be gone
            screen.print(
                "\nStopping: runs at work are given up; waiting only until finished runs are merged. Again: end at once.",
                soft_wrap=True,
            )
        raise KeyboardInterrupt

    if current_thread() is not main_thread():
        yield
        return
    others = [getattr(signal, name) for name in ENDINGS if hasattr(signal, name)]
    unseen = [number for number in others if signal.getsignal(number) == signal.SIG_DFL]  # nohup ignores SIGHUP
    ends = [signal.SIGINT, signal.SIGTERM, *unseen]
    before = {number: signal.signal(number, stop) for number in ends}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def watched(
    screen: Console, folder: Path, command: Sequence[str], stored: Callable[[], int] | None = None
) -> Iterator[Watch]:
    """Show progress while a batch runs; Ctrl-C says what is stored and how to resume, and ends with exit code 130.

    `stored`: counts what is stored, where that is not what was told last.
    """
    watch = Watch(screen)
    try:
        with stoppable(screen, folder, command), watch.bar:
            yield watch
    except KeyboardInterrupt:
        count = watch.progress.stored if stored is None else stored()
        screen.print(f"\nStopped: {count} of {watch.progress.total} runs are stored in {folder}.", soft_wrap=True)
        screen.print(resume_words(command), soft_wrap=True)
        raise typer.Exit(STOPPED) from None
