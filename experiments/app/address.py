"""Where the page is reached: the address it listens on, the names it answers to, its URL prefix, and its token."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from experiments.batch.errors import UserError

HOST = "127.0.0.1"
SHORTEST_TOKEN = 8  # characters
ELSEWHERE = ("192.0.2.1", 9)  # reserved for documentation: a route to it is looked up, nothing is sent


@dataclass(frozen=True)
class Address:
    """Host and port to listen on, other names that it is reached by, prefix of all paths, and token (empty: none)."""

    port: int = 8765
    host: str = HOST
    names: tuple[str, ...] = ()
    prefix: str = ""
    token: str = ""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)

    @property
    def shown(self) -> str:
        """The address to open in a browser, with the token."""
        name = "localhost" if self.host == HOST else machine_address() if is_wildcard(self.host) else self.host
        path = f"{self.prefix}/" if self.prefix or self.token else ""
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}{path}{self.query}"

    @property
    def query(self) -> str:
        """The end of an address that has the token."""
        return f"?{urlencode({'token': self.token})}" if self.token else ""

    def answers_to(self, host: str) -> bool:
        """Return whether a Host header names this server.

        A page elsewhere can have its own name lead to this machine (DNS rebinding), but it cannot change the name that
        the browser then sends. So names count that nobody else can own: this machine's, addresses where it listens on
        them, and those that were given with `--allow-host`.
        """
        name = hostname(host)
        if not name:
            return False
        if name == "localhost" or is_loopback(name) or name in {*map(hostname, self.names), hostname(self.host)}:
            return True
        return not self.local and (is_address(name) or name in machine_names())

    def same_origin(self, origin: str, host: str) -> bool:
        """Return whether an Origin header is of a page of this server: of the host asked, or of a name of `names`."""
        scheme, _, place = origin.partition("://")
        default = {"http": 80, "https": 443}.get(scheme)
        if default is None or not place or set(place) & set("/@?#"):
            return False
        asked = (hostname(place), port_of(place) or default)
        allowed = [(hostname(name), port_of(name) or default) for name in (host, *self.names)]
        return bool(asked[0]) and asked in allowed


def checked(port: int, host: str, names: tuple[str, ...], prefix: str | None, token: str,
            environment: Mapping[str, str]) -> Address:  # fmt: skip
    """Return an address from what the user gave. A host that others can reach asks for a token: made here if none is given.

    In JupyterHub the prefix is that of its proxy (jupyter-server-proxy) unless another is given.
    """
    wrong = []
    if prefix is None:
        service = environment.get("JUPYTERHUB_SERVICE_PREFIX", "")
        prefix = f"{service.rstrip('/')}/proxy/{port}" if service else ""
        public = environment.get("JUPYTERHUB_PUBLIC_URL", "") if service else ""
        names = (*names, urlsplit(public).netloc) if urlsplit(public).hostname else names
    prefix = prefix.rstrip("/")
    if prefix and (not prefix.startswith("/") or "//" in prefix or set(prefix) & set("?#\\\"'<> ")):
        wrong.append(f"--root-path is the path in front of the page's address, as in /models/inkspot, got {prefix!r}")
    for name in names:
        if not hostname(name):
            wrong.append(f"--allow-host is a name as in the address bar, such as hub.example.org, got {name!r}")
    if token and len(token) < SHORTEST_TOKEN:
        wrong.append(
            f"a token of fewer than {SHORTEST_TOKEN} characters can be guessed; leave --token out, and one is made"
        )
    if wrong:
        raise UserError("; ".join(wrong))
    if not token and not is_loopback(host):
        token = secrets.token_urlsafe(24)
    return Address(port, host, names, prefix, token)


def hostname(text: str) -> str:
    """Return the name in `name:port`, small, without brackets; an empty text where that is no host."""
    try:
        parts = urlsplit(f"//{text.strip()}")
        _ = parts.port  # raises ValueError where it is none
    except ValueError:
        return ""
    plain = not (parts.path or parts.query or parts.fragment or parts.username is not None)
    return (parts.hostname or "").rstrip(".") if plain else ""


def port_of(text: str) -> int | None:
    """Return the port in `name:port`, if it has one."""
    try:
        return urlsplit(f"//{text.strip()}").port
    except ValueError:
        return None


def is_address(name: str) -> bool:
    """Return whether a name is an address of numbers, which needs no DNS."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def is_wildcard(host: str) -> bool:
    """Return whether a host means all addresses of this machine."""
    return is_address(host) and ip_address(host).is_unspecified


@cache
def machine_names() -> set[str]:
    """Return the names of this machine."""
    return {socket.gethostname().lower(), socket.getfqdn().lower()}


def machine_address() -> str:
    """Return the address by which others reach this machine; its name where it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
