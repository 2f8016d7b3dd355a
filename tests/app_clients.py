"""Clients of the app's server that are no browsers: requests and websockets with headers as an attacker would set them."""

import http.client
import json
import socket
import struct
from contextlib import ExitStack
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


class Visitor:
    """A visit over a websocket as a browser makes it: opens the page, plays, confirms frames, goes away."""

    def __init__(self, port, query=""):
        self.port, self.kernel, self.page = port, str(uuid4()), str(uuid4())
        address = f"ws://localhost:{port}/jupyter/api/kernels/{self.kernel}/channels?session_id={self.page}"
        opened = connect(address, open_timeout=60, max_size=None, origin=f"http://localhost:{port}")
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(opened)
        self.week, self.map = -1, None
        control = str(uuid4())
        self.send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        arguments = {"path": f"/{query}", "dark": False, "themes": {"light": {}, "dark": {}}}
        self.send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": arguments}})
        self.until(lambda: self.map)
        self.tell(kind="ready", night=False)
        self.until(lambda: self.week >= 0)

    def send(self, kind, content):
        header = {"msg_id": str(uuid4()), "msg_type": kind, "session": self.page, "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self.socket.send(json.dumps(message | {"buffers": []}))

    def tell(self, **content):
        """Send a message of the map, as its script does."""
        self.send("comm_msg", {"comm_id": self.map, "data": {"method": "custom", "content": content}})

    def hear(self):
        """Take the next message of the server in; frames are confirmed at once."""
        found = self.socket.recv(60)
        if isinstance(found, bytes):  # a message with buffers: their number, their places, then all of them
            places = struct.unpack_from(f">{struct.unpack_from('>I', found)[0]}I", found, 4)
            found = found[places[0] : places[1] if len(places) > 1 else None]
        message = json.loads(found)
        data = message["content"].get("data", {})
        if message["header"]["msg_type"] == "comm_open" and "theatre" in data.get("state", {}):
            self.map = message["content"]["comm_id"]
        content = data.get("content", {}) if data.get("method") == "custom" else {}
        if content.get("kind") == "frame":
            self.week = content["week"]
            self.tell(kind="drawn", number=content["number"])

    def until(self, told):
        """Listen until `told()` is true."""
        while not told():
            self.hear()

    def leave(self, kindly=True):
        """Close the tab (`kindly`: the browser says so, as browsers do), or lose the network."""
        if kindly:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request(
                "POST", f"/_solara/api/close/{self.kernel}?session_id={self.page}", headers={"Host": "localhost"}
            )
            assert connection.getresponse().status == 200
            connection.close()
        self.stack.close()
