"""How the server's process ends: it answers and stores what it owes, and is gone soon after its client."""
import json
import os
import signal
import subprocess

import pytest

import conversation
from conftest import DEADLINE, INSTRUCTION, wait_until


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

    def open(self, name, text):
        """Opens a document; what follows is about the end of its first line."""
        self.uri, self.column = (self.sandbox.root / name).as_uri(), len(text.splitlines()[0])
        self.send("textDocument/didOpen", {
            "textDocument": {"uri": self.uri, "languageId": "python", "version": 1, "text": text}}, request=False)

    def suggestion(self):
        """The ghost text with the id it goes by; nothing where there is none."""
        asked = self.send("textDocument/inlineCompletion", {
            "textDocument": {"uri": self.uri}, "position": {"line": 0, "character": self.column},
            "context": {"triggerKind": 1}})
        items = self.answer(asked)["result"]
        return (items[0]["insertText"], items[0]["command"]["arguments"][0]) if items else (None, None)

    def run(self, command, suggestion):
        asked = self.send("workspace/executeCommand", {"command": command, "arguments": [suggestion]})
        assert "error" not in self.answer(asked)


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


def test_a_server_that_is_killed_goes_on_when_it_is_started_again(client, sandbox):
    client.initialize()
    client.open("kept.py", INSTRUCTION + "\n")
    _, accepted = client.suggestion()
    client.run("pillow-lsp.accept", accepted)
    client.open("late.py", "# Write a function that multiplies two numbers.\n")
    _, late = client.suggestion()
    client.open("bad.py", "# Write a function that reverses a list.\n")
    rejected, identifier = client.suggestion()
    client.run("pillow-lsp.reject", identifier)
    for server in sandbox.servers():
        os.kill(server, signal.SIGKILL)
    client.process.wait(DEADLINE)
    # Everything was on the disk before it was answered.
    assert [row["suggestionID"] for row in sandbox.feedback("accepted")] == [accepted]
    assert len(sandbox.feedback("rejected")) == 1

    conversation.assert_valid(sandbox.log)
    sandbox.log.rename(sandbox.log.with_suffix(".first.jsonl"))
    again = Client(sandbox)
    try:
        again.initialize()
        again.open("bad.py", "# Write a function that reverses a list.\n")
        assert again.suggestion()[0] != rejected, "what was rejected here stays away"
        # The editor still shows what the first server has offered.
        again.run("pillow-lsp.accept", late)
        assert [row["suggestionID"] for row in sandbox.feedback("accepted")] == [accepted, late]
        again.answer(again.send("shutdown"))
        again.send("exit", request=False)
        assert again.process.wait(DEADLINE) == 0
    finally:
        again.process.kill()
        again.process.wait()
