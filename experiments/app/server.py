"""`inkspot app`: serves the pages on this machine. Nothing is fetched from elsewhere and nothing is reported."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread, current_thread, main_thread
from time import sleep
from typing import Any

from experiments.app import tidy
from experiments.app.address import Address
from experiments.batch.errors import UserError
from experiments.points.ensemble import SHIPPED

SETTINGS = {
    "SOLARA_APP": "experiments.app.page",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_PROXY": "true",  # the browser asks this server for files of npm packages: see pages.py
    "SOLARA_SERVER_HTTP_GZIP": "false",  # on one machine packing costs more than sending
}
WISHES = {"SOLARA_KERNEL_CULL_TIMEOUT": "15m"}  # a closed tab's memory is given back; a user may set another time
MOST_MESSAGE = 4_000_000  # bytes of a message from a browser: an upload's chunk is half of that
OPEN = (
    "Warning: everybody who reaches this machine over the network reaches this page, and what is sent is not encrypted. "
    "The address has a token, which the page asks for: pass the address on only to those who may use it."
)


def serve(address: Address, say: Callable[[str], None] = print, ensemble: str = SHIPPED) -> None:
    """Serve the pages until Ctrl-C; `say` the address once they can be opened; `ensemble`: what Uncertainty can draw from.

    Raises UserError where the port is taken, where files of the page are missing, or where it is no ensemble.
    """
    _check_free(address.host, address.port)
    say("Loading the page and the model ...")
    _offer(ensemble)
    os.environ.update(SETTINGS | {key: value for key, value in WISHES.items() if key not in os.environ})
    try:  # solara and uvicorn take a second, and read the settings above when they are imported
        import uvicorn
        from solara.server import kernel_context, settings  # as above
    except ImportError as error:
        raise UserError(f"the browser pages need solara: {error}. Install inkspot anew") from error
    from experiments.app.pages import application  # as above

    settings.theme.variant = settings.ThemeVariant.light  # `auto` lacks the element that the page is drawn in
    settings.theme.show_banner = False
    settings.theme.force_refresh = True  # after a restart the page is loaded anew: its address holds what it shows
    settings.theme.title = "Inkspot"
    app = application(address)
    _warm_up(say)
    options = {"log_level": "error", "access_log": False, "loop": "asyncio", "ws_max_size": MOST_MESSAGE}
    shrink = not address.local or bool(
        address.prefix
    )  # for a browser on this machine, packing costs more than it saves
    server = uvicorn.Server(
        uvicorn.Config(app, host=address.host, port=address.port, ws_per_message_deflate=shrink, **options)
    )
    tidy.start(lambda: len(kernel_context.contexts))
    Thread(target=_announce, args=(server, address, say), daemon=True).start()
    if current_thread() is main_thread():  # the server ends in order, and then gives itself the signal once more
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run()


def _offer(ensemble: str) -> None:
    from experiments.app.ensemble import OFFERED  # the page takes seconds to import: a taken port is told before
    from experiments.points.ensemble import load_ensemble  # as above

    load_ensemble(ensemble)
    OFFERED.ensemble = ensemble


def _warm_up(say: Callable[[str], None]) -> None:
    """Compile the model where that was not done yet, which says how far it is, and simulate a week for the first visitor."""
    from experiments.app.ensemble import WORKERS  # as above
    from experiments.app.session import Session  # as above
    from experiments.batch.compiling import ensure_compiled  # as above

    ensure_compiled(say)
    WORKERS.start()  # lessons run there
    Session().pair.advance(1)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            words = f"cannot listen on {host}:{port} ({error.strerror}); choose another, as in --port {port + 1}"
            raise UserError(words) from error


def _announce(server: Any, address: Address, say: Callable[[str], None]) -> None:
    """Say the address when the pages are ready, not before: a browser that comes too early shows an error."""
    while not server.started:
        sleep(0.05)
    if not address.local:
        say(OPEN)
    if address.prefix:
        say(f"Through a proxy it is the proxy's address followed by {address.prefix}/{address.query}")
    say(f"Inkspot is ready: {address.shown}   (Ctrl-C ends it)")
    sys.stdout.flush()
