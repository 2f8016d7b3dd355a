"""Playing: the next week is computed while the browser draws the last one; then the player waits for its confirmation.

A player is one thread that ends with its page. A browser that does not answer (closed, asleep, gone) pauses it after four
missed acknowledgements, so that nothing runs for a closed page.
"""

from collections.abc import Callable
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any, Protocol

from experiments.app.pair import Pair, Shown

PATIENCE = 2.0  # seconds to wait for an acknowledgement
MOST_MISSED = 4
STRIDE = 8  # weeks that are computed between two looks on the way to a week
IDLE = 0.5  # seconds between looks at whether the page is still there


class Screen(Protocol):
    """Where frames are shown."""

    def show(self, number: int, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Show a frame; `Player.drawn(number)` is called when it is."""

    def say_playing(self, playing: bool) -> None:
        """Show whether weeks are playing."""


class Player:
    """Shows the weeks of a pair on a screen: one at a time, playing, or running to a week that is not computed yet.

    `shown` is what is on the screen; `changed(shown)` is called after each week that is put there. Both happen under one
    lock, so that map and charts never part: whoever pauses waits until the week at work is shown by both.
    """

    def __init__(
        self, pair: Pair, screen: Screen, changed: Callable[[Shown], None], week: int = 0, layer: str = "control"
    ):
        self.pair, self.screen, self.changed = pair, screen, changed
        self.shown = pair.at(week)
        self.layer, self.speed = layer, 8.0  # weeks a second, 0: as fast as it goes
        self.goal: int | None = None  # the week that it runs to
        self.missed = self.number = self.acknowledged = 0
        self._stop, self._drawn = Event(), Event()  # the first is a new one each time that it starts
        self._stop.set()
        self._closed = False
        self._lock = RLock()
        self._thread: Thread | None = None

    @property
    def week(self) -> int:
        """The week on the screen."""
        return self.shown.week

    @property
    def playing(self) -> bool:
        """Whether weeks are playing, or it runs to a week."""
        return not self._stop.is_set()

    @property
    def running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def play(self) -> None:
        """Start playing; at the end, from the start again."""
        with self._lock:
            if self._closed or self.playing:
                return
            if self.week >= self.pair.weeks:
                self.shown = self.pair.at(0)
            self._begin(self._loop)

    def _begin(self, work: Callable[[Event], None]) -> None:
        """Start a thread in the place of the one at work, if any."""
        self._stop.set()
        self.missed, self.goal = 0, None
        self._stop = Event()
        self.screen.say_playing(True)
        self._thread = Thread(target=work, args=(self._stop,), daemon=True, name="inkspot player")
        self._thread.start()

    def pause(self) -> None:
        """Stop after the week at work."""
        with self._lock:
            was, self.goal = self.playing, None
            self._stop.set()
            self.screen.say_playing(False)
            if was:
                self.changed(self.shown)  # what was left out while weeks played

    def close(self) -> None:
        """End the thread: the page is gone."""
        self._closed = True
        self._stop.set()
        self._drawn.set()

    def seek(self, week: int) -> None:
        """Show a week; one that is not computed is run to, beside the page, with the way there shown now and then."""
        with self._lock:
            goal = min(max(0, week), self.pair.weeks)
            if goal <= self.pair.computed or self.pair.ended:
                if self.goal is not None:
                    self.pause()
                return self._show(goal)
            if self.goal is None:
                self._begin(self._run)
            self.goal = goal
            return self._show(self.week)

    def step(self, weeks: int = 1) -> None:
        """Show a week further on (computing it) or back."""
        self.pause()
        self.pair.advance(min(self.week + weeks, self.pair.weeks))
        self.seek(self.week + weeks)

    def choose_layer(self, layer: str) -> None:
        """Show another layer of the same week."""
        with self._lock:
            self.layer = layer
            self._show(self.week)

    def drawn(self, number: int) -> None:
        """The browser has drawn a frame."""
        self.acknowledged = max(self.acknowledged, number)
        self.missed = 0
        self._drawn.set()

    def _show(self, week: int) -> None:
        """Publish a week: the map and whatever `changed` tells get the same `Shown`."""
        if self._closed:
            return
        self.number += 1
        self.shown = self.pair.at(week)
        header, buffers = self.shown.frame(self.layer)
        self._drawn.clear()
        self.screen.show(self.number, header | {"goal": self.goal}, buffers)
        self.changed(self.shown)

    def _loop(self, stop: Event) -> None:
        """Play until stopped; the thread ends with the playing."""
        due = monotonic()
        while not stop.is_set():
            following = self.week + 1
            self.pair.advance(following)  # while the browser draws
            if not self._await_browser(stop):
                continue
            if self.speed and (rest := due - monotonic()) > 0:
                stop.wait(min(rest, IDLE))
                continue
            due = max(due, monotonic() - 0.1) + (1 / self.speed if self.speed else 0)
            with self._lock:
                if stop.is_set():
                    return
                if self.week == following - 1 < self.pair.computed:  # else the user has scrubbed meanwhile
                    self._show(following)
                if self.week >= self.pair.computed and self.pair.ended:
                    self.pause()

    def _run(self, stop: Event) -> None:
        """Compute up to the goal, which may move meanwhile, and show the way there now and then."""
        while not stop.is_set():
            self.pair.advance(min(self.goal or 0, self.pair.computed + STRIDE))
            with self._lock:
                if stop.is_set() or self.goal is None:
                    return
                goal = self.goal
                if self.pair.computed >= goal or self.pair.ended:
                    stop.set()  # first, so that the last week is shown with all that playing leaves out
                    self.goal = None
                    self.screen.say_playing(False)
                self._show(goal)
            while not stop.is_set() and not self._await_browser(stop):
                pass

    def _await_browser(self, stop: Event) -> bool:
        """Wait until the last frame is drawn; pause where the browser has not answered several times."""
        if self.acknowledged >= self.number or self._drawn.wait(PATIENCE):
            return True
        self.missed += 1
        if self.missed >= MOST_MISSED and not stop.is_set():
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
