"""Clients of the app's server that are no browsers: requests and websockets with headers as an attacker would set them."""

import http.client
import json
import socket
from uuid import uuid4

from websockets.sync.client import connect


def ask(port, path="/", host="localhost", **headers):
    """Status, headers and text of an answer; `host` is what the Host header says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    for key, value in {"Host": host, **headers}.items():
        if value is not None:
            connection.putheader(key, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, answer.headers, text


def session(port, host="localhost", path="", **options):
    """Open a websocket as the page does."""
    address = f"ws://{host}:{port}{path}/jupyter/api/kernels/{uuid4()}/channels?session_id={uuid4()}"
    return connect(address, sock=socket.create_connection(("127.0.0.1", port)), open_timeout=60, **options)


def answers(websocket):
    """Whether the kernel behind a websocket answers."""
    header = {"msg_id": "1", "msg_type": "kernel_info_request", "session": "1", "username": "", "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell", "buffers": []}
    websocket.send(json.dumps(message))
    while True:
        found = websocket.recv(60)
        if isinstance(found, str) and json.loads(found)["header"]["msg_type"] == "kernel_info_reply":
            return True
