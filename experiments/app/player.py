"""Playing: the next week is computed while the browser draws the last one; then the player waits for its confirmation.

A player is one thread that ends with its page. A browser that does not answer (closed, asleep, gone) pauses it after four
missed acknowledgements, so that nothing runs for a closed page.
"""

from collections.abc import Callable
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any, Protocol

from experiments.app.pair import Pair

PATIENCE = 2.0  # seconds to wait for an acknowledgement
MOST_MISSED = 4
IDLE = 0.5  # seconds between looks at whether the page is still there


class Screen(Protocol):
    """Where frames are shown."""

    def show(self, number: int, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Show a frame; `Player.drawn(number)` is called when it is."""

    def say_playing(self, playing: bool) -> None:
        """Show whether weeks are playing."""


class Player:
    """Shows the weeks of a pair on a screen: one at a time, or playing. `changed(week)` is called after each shown week."""

    def __init__(
        self, pair: Pair, screen: Screen, changed: Callable[[int], None], week: int = 0, layer: str = "control"
    ):
        self.pair, self.screen, self.changed = pair, screen, changed
        self.week, self.layer, self.speed = week, layer, 8.0  # weeks a second, 0: as fast as it goes
        self.missed = self.number = self.acknowledged = 0
        self._stop, self._drawn = Event(), Event()  # the first is a new one each time that play starts
        self._stop.set()
        self._closed = False
        self._lock = RLock()
        self._thread: Thread | None = None

    @property
    def playing(self) -> bool:
        """Whether weeks are playing."""
        return not self._stop.is_set()

    @property
    def running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def play(self) -> None:
        """Start playing; at the end, from the start again."""
        if self._closed or self.playing:
            return
        if self.week >= self.pair.weeks:
            self.week = 0
        self.missed = 0
        self._stop = Event()
        self.screen.say_playing(True)
        self._thread = Thread(target=self._loop, args=(self._stop,), daemon=True, name="inkspot player")
        self._thread.start()

    def pause(self) -> None:
        """Stop playing after the week at work."""
        was = self.playing
        self._stop.set()
        self.screen.say_playing(False)
        if was:
            self.changed(self.week)  # what was left out while weeks played

    def close(self) -> None:
        """End the thread: the page is gone."""
        self._closed = True
        self._stop.set()
        self._drawn.set()

    def seek(self, week: int) -> None:
        """Show a computed week (another counts as the nearest)."""
        with self._lock:
            self.week = min(max(0, week), self.pair.computed)
            self._show()

    def fetch(self, week: int) -> None:
        """Compute up to `week` beside the page, showing the way there now and then, and show it."""
        self._stop = stop = Event()
        self._thread = Thread(target=self._fetch, args=(week, stop), daemon=True, name="inkspot fetching")
        self._thread.start()

    def _fetch(self, week: int, stop: Event) -> None:
        while not stop.is_set() and self.pair.advance(min(week, self.pair.computed + 8)) < week and not self.pair.ended:
            self.seek(self.pair.computed)
        if not stop.is_set():
            stop.set()  # first, so that the last week is shown with all that playing leaves out
            self.seek(week)

    def step(self, weeks: int = 1) -> None:
        """Show a week further on (computing it) or back."""
        self.pause()
        self.pair.advance(min(self.week + weeks, self.pair.weeks))
        self.seek(self.week + weeks)

    def choose_layer(self, layer: str) -> None:
        """Show another layer of the same week."""
        self.layer = layer
        self.seek(self.week)

    def drawn(self, number: int) -> None:
        """The browser has drawn a frame."""
        self.acknowledged = max(self.acknowledged, number)
        self.missed = 0
        self._drawn.set()

    def _show(self) -> None:
        self.number += 1
        header, buffers = self.pair.frame(self.week, self.layer)
        self._drawn.clear()
        self.screen.show(self.number, header, buffers)
        self.changed(self.week)

    def _loop(self, stop: Event) -> None:
        """Play until stopped; the thread ends with the playing."""
        due = monotonic()
        while not stop.is_set():
            following = self.week + 1
            self.pair.advance(following)  # while the browser draws
            if not self._await_browser():
                continue
            if self.speed and (rest := due - monotonic()) > 0:
                stop.wait(min(rest, IDLE))
                continue
            due = max(due, monotonic() - 0.1) + (1 / self.speed if self.speed else 0)
            with self._lock:
                if stop.is_set():
                    return
                if self.week == following - 1 < self.pair.computed:  # else the user has scrubbed meanwhile
                    self.week = following
                    self._show()
                if self.week >= self.pair.computed and self.pair.ended:
                    self.pause()

    def _await_browser(self) -> bool:
        """Wait until the last frame is drawn; pause where the browser has not answered several times."""
        if self.acknowledged >= self.number or self._drawn.wait(PATIENCE):
            return True
        self.missed += 1
        if self.missed >= MOST_MISSED:
            self.pause()
        return False

    def hear(self, message: dict[str, Any]) -> None:
        """Do what the map asks for: play, pause, step, back, reset, seek, speed, layer; other messages are not for it."""
        kind = message.get("kind")
        if kind == "drawn":
            self.drawn(int(message.get("number", 0)))
        elif kind in ("play", "pause"):
            self.play() if kind == "play" else self.pause()
        elif kind in ("step", "back"):
            self.step(1 if kind == "step" else -1)
        elif kind in ("reset", "seek"):
            if kind == "reset":
                self.pause()
            self.seek(int(message.get("week", 0)))
        elif kind == "speed":
            self.speed = max(0.0, float(message.get("value", 0)))
        elif kind == "layer":
            self.choose_layer(str(message.get("name", "control")))
