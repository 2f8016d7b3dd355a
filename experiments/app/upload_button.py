"""A button to choose a file, for those who drag none: with a keyboard, or on a phone."""

import threading
from collections.abc import Callable
from typing import Any

import solara
from ipyvuetify.extra.file_input import FileInput


@solara.component
def UploadButton(take: Callable[[Any], None]) -> None:
    """A field that opens the system's choice of files; `take` is given a file as `solara.FileDrop` gives it."""
    chosen, set_chosen = solara.use_state(None)
    files, set_files = solara.use_state(None)
    element = FileInput.element(on_file_info=set_chosen, accept=".toml", multiple=False)

    def open_files() -> None:
        if chosen:
            set_files(solara.get_widget(element).get_files())

    def read(cancel: threading.Event) -> None:  # beside the page, whose messages bring the file's content
        if files:
            take(files[0])

    solara.use_effect(open_files, [chosen])
    result: Any = solara.use_thread(read, [files])
    if result.error:
        raise result.error
