"""A real proxy in front of the app, as JupyterHub's: it puts a prefix before all paths, and may take it off again."""

import socket
import threading
from contextlib import contextmanager


@contextmanager
def proxy(port, prefix, strips):
    """Forward requests and websockets below `prefix` to `port`; yields the page's address and the paths asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_answer_all, args=(door, port, prefix, strips, asked), daemon=True).start()
        yield f"http://localhost:{door.getsockname()[1]}{prefix}/", asked


def _answer_all(door, port, prefix, strips, asked):
    while True:
        try:
            guest, _ = door.accept()
        except OSError:  # the door is closed
            return
        threading.Thread(target=_answer, args=(guest, port, prefix, strips, asked), daemon=True).start()


def _answer(guest, port, prefix, strips, asked):
    """One request a connection, so that each has its path changed; a websocket's bytes go through as they are."""
    with guest, socket.create_connection(("127.0.0.1", port)) as server:
        head = b""
        while b"\r\n\r\n" not in head:
            got = guest.recv(65536)
            if not got:
                return
            head += got
        head, body = head.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        method, path, version = first.split(" ")
        asked.append(path)
        if not path.startswith(f"{prefix}/"):
            guest.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            return
        if not any(line.lower().startswith("upgrade:") for line in lines):
            lines = [line for line in lines if not line.lower().startswith("connection:")] + ["Connection: close"]
        path = path.removeprefix(prefix) if strips else path
        server.sendall("\r\n".join([f"{method} {path} {version}", *lines, "", ""]).encode() + body)
        back = threading.Thread(target=_pour, args=(server, guest), daemon=True)
        back.start()
        _pour(guest, server)
        back.join()


def _pour(source, sink):
    try:
        while got := source.recv(65536):
            sink.sendall(got)
        sink.shutdown(socket.SHUT_WR)
    except OSError:  # the other end has gone
        pass
