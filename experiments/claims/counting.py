"""How far claims are, over all looks together: so many of at most so many runs, a bound that comes down as claims settle."""

from dataclasses import replace

from experiments.batch.engine import OnProgress, Progress


class Counting:
    """Tells the progress of one batch after the other as that of one. Without `expect` each is told as it is."""

    def __init__(self, tell: OnProgress | None) -> None:
        self._tell = tell or (lambda progress: None)
        self._most: int | None = None
        self._bound = True
        self._stored = 0  # of all that are expected, when the batch under way began
        self._before = Progress()  # what earlier batches made
        self._now = Progress()

    def expect(self, most: int, stored: int, bound: bool) -> None:
        """Expect at most so many runs, of which so many are stored; `bound`: they may be fewer."""
        self._most, self._stored, self._bound = most, stored, bound
        made, failed = self._before.made + self._now.made, self._before.failed + self._now.failed
        self._before = Progress(made=made, failed=failed, reused=self._before.reused + self._now.reused)
        self._now = Progress()

    def __call__(self, progress: Progress) -> None:
        """Tell how far it is with all of them."""
        self._now = progress
        if self._most is None:
            self._tell(progress)
            return
        made, failed = self._before.made + progress.made, self._before.failed + progress.failed
        stored = min(self._most, self._stored + progress.made + progress.reused)
        reused = self._before.reused + progress.reused
        self._tell(
            replace(
                progress, stored=stored, total=self._most, made=made, failed=failed, reused=reused, at_most=self._bound
            )
        )
