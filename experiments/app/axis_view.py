"""The time axis as a widget: play controls and play head, events, policies; each moment that the map gets, it gets, too."""

from typing import Any

import anywidget
import traitlets

from experiments.app.map_view import script, style
from experiments.app.player import Screen

AXIS_SCRIPTS = ("axis_tip.js", "axis_events.js", "axis_list.js", "axis_plan.js", "axis_drag.js", "axis.js")


class AxisView(anywidget.AnyWidget):
    """The time axis of a page: it sends what the player hears (play, pause, step, back, reset, seek, speed), `select`
    as the map does, and `plan` where a bar has other weeks, see `axis_plan.moved`.

    `span`, `plan`: see `axis_plan`; `events`: see `axis_events`; `moment`: the week that the map shows, see `show`;
    `playing`: whether weeks are playing.
    """

    _esm = script("palette.js", "elements.js", *AXIS_SCRIPTS, "theme.js", "axis_widget.js")
    _css = style("axis.css")

    span = traitlets.Dict({}).tag(sync=True)
    moment = traitlets.Dict({}).tag(sync=True)
    plan = traitlets.Dict({}).tag(sync=True)
    events: Any = traitlets.List([]).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)

    def show(self, number: int, header: dict[str, Any]) -> None:
        """Show the moment of a frame: its week, the last computed, the week that is run to (or None)."""
        self.moment = {"number": number} | {key: header[key] for key in ("week", "computed", "goal")}

    def say_playing(self, playing: bool) -> None:
        """Have the button show whether weeks are playing, also where it only seems to know."""
        self.playing = playing
        self.send({"kind": "playing", "playing": playing})

    def answer(self, refused: str) -> None:
        """Say whether a change of the plan is refused, and why; the bars are drawn as the plan has them."""
        self.send({"kind": "answer", "refused": refused})


class Together:
    """The screen of a player: the map, which confirms frames, and the time axis."""

    def __init__(self, map_view: Screen, axis: AxisView) -> None:
        self.map, self.axis = map_view, axis

    def show(self, number: int, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Show a frame on the map, and its moment on the axis."""
        self.map.show(number, header, buffers)
        self.axis.show(number, header)

    def say_playing(self, playing: bool) -> None:
        """Show whether weeks are playing."""
        self.map.say_playing(playing)
        self.axis.say_playing(playing)
