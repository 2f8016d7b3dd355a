"""Who may talk to the server: Host, Origin and token are checked for every request and websocket, before solara sees it.

A websocket opens a session, and browsers let pages of any origin open one: so its Origin must be this server's. A page may
also have its own name lead here (DNS rebinding): so its Host must be one of ours. As in Jupyter, a token comes in the
address once, is then kept in a cookie, and is taken from the address bar so that it is in no link that is passed on.
"""

import hmac
from hashlib import sha256
from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments.app.address import Address, hostname

REFUSED = 1008  # websocket: policy violation
ALIVE = "/readyz"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Inkspot</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>body {{ font: 1rem/1.5 system-ui, sans-serif;
max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff }} input, button {{ font: inherit;
padding: .3rem .6rem }}</style></head><body><main><h1>Inkspot</h1>{}</main></body></html>"""
ASK = """<p>This page asks for a token. It is at the end of the address that <code>inkspot app</code> printed where it
was started.{}</p><form>{}<label>Token <input name="token" type="password" autocomplete="off" required></label>
<button>Open</button></form>"""
RENEWED = " The server was started again, with a new token: the one that this browser knows is no longer right."
HELP = "If you reach it through a proxy, start it with"


class Guard:
    """Passes on to `app` what may pass, with the prefix taken off the path; adds headers that keep the page to itself."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self.app, self.address = app, address
        self.cookie = f"inkspot-token-{address.port}"  # cookies are of a host, whatever the port
        key = address.token.encode()
        self.pass_value = hmac.new(key, b"inkspot app", sha256).hexdigest() if key else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a websocket, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        moved = self._below_prefix(scope)
        answer = self._foreign(scope) or self._slash(scope, moved) or self._stranger(moved)
        if answer is None:
            await self.app(moved, receive, send if scope["type"] == "websocket" else self._closed(scope, send))
        elif scope["type"] == "http":
            await answer(scope, receive, self._closed(scope, send))
        else:
            await receive()  # its `connect`
            await send({"type": "websocket.close", "code": REFUSED, "reason": "refused"})

    def _below_prefix(self, scope: Scope) -> Scope:
        """Return the scope with the path below the prefix, whether a proxy has taken the prefix off already or not."""
        path, prefix = scope["path"], self.address.prefix
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            path = path[len(prefix) :] or "/"
        return {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}

    def _foreign(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self.address.answers_to(hosts[0]):
            name = hostname(hosts[0]) if len(hosts) == 1 else ""
            hint = f" {HELP} <code>--allow-host {escape(name)}</code>." if name else ""
            words = (
                f"This server does not answer to the name “{escape(name)}”." if name else "The request names no host."
            )
            return _page(f"<p>{words}{hint}</p>", 403)
        if len(origins) > 1 or any(not self.address.same_origin(each, hosts[0]) for each in origins):
            name = escape(origins[0].partition("://")[2][:100] or origins[0][:100])
            words = f"A page of another origin (“{name}”) may not use this server."
            return _page(f"<p>{words} {HELP} <code>--allow-host {name}</code>.</p>", 403)
        return None

    def _slash(self, scope: Scope, moved: Scope) -> Response | None:
        """Return the way to the prefix with its slash, without which addresses in the page would lead elsewhere."""
        if scope["type"] != "http" or not self.address.prefix or scope["path"] != self.address.prefix:
            return None
        query = scope["query_string"].decode("latin-1")
        return RedirectResponse(f"{self.address.prefix}/{f'?{query}' if query else ''}", 307)

    def _stranger(self, scope: Scope) -> Response | None:
        """Return what one without the token gets; one who brings it is given the cookie and an address without it."""
        if not self.pass_value or (scope["type"] == "http" and scope["path"] == ALIVE):
            return None
        connection = HTTPConnection(scope)
        brought = connection.query_params.get("token")
        known = hmac.compare_digest(connection.cookies.get(self.cookie, "").encode(), self.pass_value.encode())
        if scope["type"] == "http" and brought is not None and (known or self._is_token(brought)):
            return self._let_in(scope)
        scheme, _, value = connection.headers.get("authorization", "").partition(" ")
        if known or (scheme.lower() in ("token", "bearer") and self._is_token(value.strip())):
            return None
        return _page(ASK.format(RENEWED if self.cookie in connection.cookies else "", _kept(scope)), 403)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.address.token.encode())

    def _let_in(self, scope: Scope) -> Response:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        query = urlencode([pair for pair in pairs if pair[0] != "token"])
        path = f"/{scope['path'].lstrip('/')}"  # two slashes would lead to another server
        answer = RedirectResponse(f"{self.address.prefix}{path}{f'?{query}' if query else ''}", 303)
        answer.set_cookie(self.cookie, self.pass_value, path=f"{self.address.prefix}/", httponly=True, samesite="lax",
                          secure=scope["scheme"] == "https")  # fmt: skip
        return answer

    def _closed(self, scope: Scope, send: Send) -> Send:
        """Return `send` that tells the browser: load nothing from elsewhere, and be in no frame of another site."""
        host = Headers(scope=scope).get("host", "")
        sockets = f"ws://{host} wss://{host}" if self.address.answers_to(host) else ""
        policy = (
            f"default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
            f"style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob: {sockets}; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        return sent


def _kept(scope: Scope) -> str:
    """Return hidden fields of a form that keep what the address says beside the token: the state of the page."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in pairs if key != "token"
    )


def _page(words: str, status: int) -> Response:
    return HTMLResponse(PAGE.format(words), status)
