"""A field to type in. A refusal is said at the field, with reason and remedy, and the field goes on showing what holds."""

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as vuetify
import solara

EVENTS = ("focusout", "keyup.enter")


@solara.component
def Field(label: str, holds: str, take: Callable[[str], str]) -> None:
    """A field that shows what holds. `take` gets what was typed, and returns why it is refused or an empty text."""
    refused, set_refused = solara.use_state("")
    now: Any = solara.use_ref(None)
    now.current = holds, take
    messages = [refused] if refused else []
    element = vuetify.TextField(
        label=label,
        v_model=holds,
        error=bool(refused),
        messages=messages,
        hide_details="auto",
        class_="ink-field ink-refused" if refused else "ink-field",
    )

    def listen() -> Callable[[], None]:
        widget: Any = solara.get_widget(element)

        def typed(*_: Any) -> None:
            new, (known, take_now) = str(widget.v_model), now.current
            if new == known:
                return
            reason = take_now(new)
            set_refused(f"“{new[:40]}” is refused: {reason}. It stays {known or 'empty'}." if reason else "")
            widget.v_model = now.current[0]  # what holds: the old value, or the new one as the page writes it

        for event in EVENTS:
            widget.on_event(event, typed)

        def leave() -> None:
            for event in EVENTS:
                widget.on_event(event, typed, remove=True)

        return leave

    solara.use_effect(listen, [])
    solara.use_effect(lambda: set_refused(""), [holds])
