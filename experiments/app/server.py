"""`inkspot app`: serves the pages on this machine. Nothing is fetched from elsewhere and nothing is reported."""

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import sleep
from urllib.request import urlopen

from experiments.batch.errors import UserError
from experiments.points.ensemble import SHIPPED

HOST = "127.0.0.1"
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_KERNEL_CULL_TIMEOUT": "15m",  # a closed tab's memory is given back
    "SOLARA_ASSETS_PROXY": "true",  # the browser asks this server for assets, which the package solara-assets has
    "SOLARA_SERVER_HTTP_GZIP": "false",  # on one machine packing costs more than sending
}


def serve(port: int = 8765, host: str = HOST, say: Callable[[str], None] = print, ensemble: str = SHIPPED) -> None:
    """Serve the pages until Ctrl-C; `say` the address once they can be opened; `ensemble`: what Uncertainty can draw from.

    Raises UserError where the port is taken, or where it is no ensemble.
    """
    _check_free(host, port)
    _offer(ensemble)
    os.environ.update({key: value for key, value in SETTINGS.items() if key not in os.environ})
    os.environ["SOLARA_APP"] = "experiments.app.page"
    os.environ["SOLARA_MODE"] = "production"
    try:  # solara and uvicorn take a second, and read the settings above when they are imported
        import uvicorn
        from solara.server import settings  # as above
        from solara.server.starlette import app  # as above
    except ImportError as error:
        raise UserError(f"the browser pages need solara: {error}. Install inkspot[offline]") from error
    settings.main.mode = "production"
    settings.theme.variant = settings.ThemeVariant.light  # `auto` lacks the element that the page is drawn in
    settings.theme.show_banner = False
    _warm_up()
    shown = "localhost" if host == HOST else host
    Thread(target=_announce, args=(f"http://{shown}:{port}", say), daemon=True).start()
    with suppress(KeyboardInterrupt):
        uvicorn.run(app, host=host, port=port, log_level="error", access_log=False, loop="asyncio")


def _offer(ensemble: str) -> None:
    from experiments.app.ensemble import OFFERED  # the page takes seconds to import: a taken port is told before
    from experiments.points.ensemble import load_ensemble  # as above

    load_ensemble(ensemble)
    OFFERED.ensemble = ensemble


def _warm_up() -> None:
    """Load the model and simulate a week before the address is said, so that the first visitor's map comes at once."""
    from experiments.app.session import Session  # as above
    from experiments.batch.compiling import ensure_compiled  # as above

    ensure_compiled()
    Session().pair.advance(1)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            words = f"cannot listen on {host}:{port} ({error.strerror}); choose another, as in --port {port + 1}"
            raise UserError(words) from error


def _announce(address: str, say: Callable[[str], None]) -> None:
    """Say the address when the pages are ready, not before: a browser that comes too early shows an error."""
    while True:
        with suppress(OSError), urlopen(f"{address}/readyz", timeout=2) as answer:
            if answer.status == 200:
                break
        sleep(0.1)
    say(f"Inkspot is ready: {address}   (Ctrl-C ends it)")
    sys.stdout.flush()
