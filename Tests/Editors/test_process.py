"""How the server's process ends: it answers and stores what it owes, and is gone soon after its client."""
import json
import os
import signal
import subprocess

import pytest

import conversation
from conftest import DEADLINE, wait_until


class Client:
    """Writes to the server's pipe and reads nothing: what the server says is in the sandbox's record."""

    def __init__(self, sandbox):
        self.sandbox, self.last = sandbox, 0
        self.process = subprocess.Popen(
            sandbox.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ | sandbox.environment)

    def send(self, method, params=None, request=True):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        if request:
            self.last += 1
            message["id"] = self.last
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()
        return self.last

    def answer(self, identifier):
        return wait_until(
            lambda: conversation.response(self.sandbox.log, identifier), f"the answer to {identifier}")

    def initialize(self):
        """Begins a session; the models begin to load behind it."""
        root = self.sandbox.root.as_uri()
        folders = [{"uri": root, "name": "sample"}]
        params = {"processId": None, "capabilities": {}, "rootUri": root, "workspaceFolders": folders}
        self.answer(self.send("initialize", params))
        self.send("initialized", {}, request=False)


@pytest.fixture
def client(sandbox):
    client = Client(sandbox)
    yield client
    client.process.kill()
    client.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_server_in_order(client, sandbox, number):
    client.initialize()
    for server in sandbox.servers():
        os.kill(server, number)
    assert client.process.wait(5) == 1, "it is the server's own end, not the signal's"


def test_a_server_whose_input_ends_is_gone_at_once(client, sandbox):
    client.initialize()
    client.process.stdin.close()
    assert client.process.wait(2) == 1
    assert sandbox.servers() == []


def test_shutdown_does_not_wait_for_models_that_load(client):
    client.initialize()
    client.answer(client.send("shutdown"))
    client.send("exit", request=False)
    assert client.process.wait(DEADLINE) == 0
