"""Solara's server for our one page: only the routes that the page needs, its files from this machine, and none fetched."""

import re
from html import unescape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from experiments.app.address import Address
from experiments.app.guard import Guard
from experiments.app.map_view import script, style
from experiments.batch.errors import UserError

CDN = "/_solara/cdn"  # where solara's page looks for files of npm packages; solara would fetch those that it lacks
LEFT_OUT = ("/", "/{fullpath}", "/{fullpath:path}", "/resourcez", "/_solara/api/evict/{kernel_id}", CDN)
CORRECTED = (
    ("<html>", '<html lang="en">'),  # a screen reader must know which language to speak
    (', maximum-scale=1, user-scalable=no, minimal-ui"', '"'),  # people who see little enlarge the page
)


def application(address: Address) -> Any:
    """Return the ASGI application; solara's settings are in the environment by now.

    Raises UserError where files of the page are missing.
    """
    from solara.server import settings, starlette  # reads its settings when it is imported

    settings.main.root_path = address.prefix
    settings.main.base_url = f"http://localhost:{address.port}{address.prefix}/"
    folder = Path(settings.assets.proxy_cache_dir)

    async def page(request: Request) -> Response:
        return _corrected(await starlette.root(request))

    kept = [route for route in starlette.routes if route.path not in LEFT_OUT]
    files = Mount(CDN, app=StaticFiles(directory=folder, check_dir=False))
    app = Starlette(routes=[Route("/", endpoint=page), files, *kept], lifespan=starlette.lifespan)
    if missing := missing_files(folder):
        words = f"{len(missing)} files of the page are not on this machine, the first of them {missing[0]}"
        raise UserError(f"{words}; install inkspot anew, with solara-assets, which has them. Nothing is fetched")
    return Guard(app, address)


def missing_files(folder: Path) -> list[str]:
    """Return the files that the page asks for and that are not on this machine."""
    from solara.server import server  # as above

    page = server.read_root("/", "") or ""
    named = {unescape(path) for path in re.findall(rf'["\']{CDN}/([^"\']+)["\']', page)}
    return sorted(path for path in named if not (folder / path).is_file())


def _corrected(response: Response) -> Response:
    """Return solara's page with what is wrong in its head put right."""
    text = bytes(response.body).decode()
    for wrong, right in CORRECTED:
        text = text.replace(wrong, right, 1)
    text = text.replace(
        "</head>",
        f"<style>{style('access.css')}</style><script>{script('access.js', 'restart.js', 'print.js')}</script></head>",
        1,
    )
    response.body = text.encode()
    response.headers["content-length"] = str(len(response.body))
    return response
