"""Whole sessions over the real binary's pipes with pytest-lsp, an independent client of the protocol."""
import asyncio
import os
import subprocess
import sys
import time

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities, make_test_lsp_client

import conversation
from conftest import DEADLINE, INSTRUCTION, PACKAGE

METHOD_NOT_FOUND, INVALID_REQUEST, REQUEST_CANCELLED, SERVER_NOT_INITIALIZED = -32601, -32600, -32800, -32002


class Session:
    """One client and one server process."""

    def __init__(self, sandbox, client):
        self.sandbox, self.client = sandbox, client
        self.versions = {}

    async def start(self):
        await self.client.start_io(*self.sandbox.command, env=os.environ | self.sandbox.environment)
        return self

    async def initialize(self, encodings=("utf-16",)):
        capabilities = client_capabilities("neovim")
        capabilities.general = types.GeneralClientCapabilities(position_encodings=list(encodings))
        folder = types.WorkspaceFolder(uri=self.sandbox.root.as_uri(), name="sample")
        parameters = types.InitializeParams(
            capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder], process_id=os.getpid())
        return await asyncio.wait_for(self.client.initialize_session(parameters), DEADLINE)

    def open(self, name, text, language="python"):
        uri = (self.sandbox.root / name).as_uri()
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        return uri

    def change(self, uri, text, start, end=None):
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        span = types.Range(start=types.Position(*start), end=types.Position(*(end or start)))
        edit = types.TextDocumentContentChangePartial(range=span, text=text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=[edit]))

    def request(self, method, parameters, identifier=None):
        """Sends a request and returns its answer's future."""
        return asyncio.wrap_future(self.client.protocol.send_request(method, parameters, msg_id=identifier))

    def ask(self, uri, line, character, kind=types.InlineCompletionTriggerKind.Invoked, identifier=None):
        parameters = types.InlineCompletionParams(
            context=types.InlineCompletionContext(trigger_kind=kind),
            text_document=types.TextDocumentIdentifier(uri=uri),
            position=types.Position(line, character))
        return self.request("textDocument/inlineCompletion", parameters, identifier)

    async def items(self, uri, line, character):
        """The suggestions there; asks again while the server has none, since it may still be loading the model."""
        end = time.monotonic() + DEADLINE
        while True:
            result = await asyncio.wait_for(self.ask(uri, line, character), DEADLINE)
            items = getattr(result, "items", result) or []
            if not items:
                self.sandbox.fail_if_refused()
            if items or time.monotonic() > end:
                assert items, f"no suggestion within {DEADLINE:.0f} s"
                return items
            await asyncio.sleep(0.2)

    async def execute(self, command, arguments):
        parameters = types.ExecuteCommandParams(command=command, arguments=arguments)
        return await asyncio.wait_for(self.request("workspace/executeCommand", parameters), DEADLINE)

    async def leave(self, shutdown=True):
        """Ends the session and returns the server's exit code."""
        if shutdown:
            await asyncio.wait_for(self.client.shutdown_async(None), DEADLINE)
        self.client.exit(None)
        return await asyncio.wait_for(self.client._server.wait(), DEADLINE)


@pytest.fixture
async def session(sandbox):
    client = make_test_lsp_client()
    session = await Session(sandbox, client).start()
    yield session
    server = client._server
    try:
        if server and server.returncode is None:
            await asyncio.wait_for(session.leave(), 15)
    except (JsonRpcException, asyncio.TimeoutError):
        sandbox.kill()
        server.kill()
    await asyncio.wait_for(client.stop(), 15)


async def expect_error(code, future):
    with pytest.raises(JsonRpcException) as caught:
        await asyncio.wait_for(future, DEADLINE)
    assert caught.value.code == code, caught.value


async def test_initialize_announces_what_the_server_does(session):
    result = await session.initialize()
    capabilities = result.capabilities
    assert result.server_info.name == "pillow-lsp"
    assert capabilities.inline_completion_provider
    assert capabilities.completion_provider.resolve_provider
    commands = capabilities.execute_command_provider.commands
    assert {"pillow-lsp.accept", "pillow-lsp.reject"} <= set(commands)
    assert all(command.startswith("pillow-lsp.") for command in commands)
    assert await session.leave() == 0


async def test_a_suggestion_is_offered_accepted_and_stored(session, sandbox):
    await session.initialize()
    uri = session.open("main.py", INSTRUCTION + "\n")
    item = (await session.items(uri, 0, len(INSTRUCTION)))[0]
    assert item.insert_text.strip()
    assert item.command.command == "pillow-lsp.accept"
    identifier = item.command.arguments[0]
    assert isinstance(identifier, str) and identifier
    if item.range:
        assert item.range.start.line == item.range.end.line == 0
        assert item.range.start.character <= len(INSTRUCTION) <= item.range.end.character

    session.change(uri, item.insert_text, (0, len(INSTRUCTION)))
    await session.execute(item.command.command, item.command.arguments)
    assert [row["suggestionID"] for row in sandbox.feedback("accepted")] == [identifier]
    suggestion, = sandbox.rows("SELECT * FROM suggestions WHERE id = ?", identifier)
    assert "larger of two numbers" in suggestion["instruction"]
    assert suggestion["text"].strip() == item.insert_text.strip()
    assert await session.leave() == 0


async def test_a_reject_is_stored_with_its_reason(session, sandbox):
    await session.initialize()
    uri = session.open("main.py", INSTRUCTION + "\n")
    item = (await session.items(uri, 0, len(INSTRUCTION)))[0]
    identifier = item.command.arguments[0]
    await session.execute("pillow-lsp.reject", [identifier, "too long"])
    row, = sandbox.feedback("rejected")
    assert (row["suggestionID"], row["reason"]) == (identifier, "too long")
    assert sandbox.feedback("accepted") == []


async def test_exemplars_complete_and_resolve(session):
    await session.initialize()
    uri = session.open("main.py", INSTRUCTION + "\n")
    parameters = types.CompletionParams(
        text_document=types.TextDocumentIdentifier(uri=uri),
        position=types.Position(0, len(INSTRUCTION)),
        context=types.CompletionContext(trigger_kind=types.CompletionTriggerKind.Invoked))
    end = time.monotonic() + DEADLINE
    while True:
        result = await asyncio.wait_for(session.request("textDocument/completion", parameters), DEADLINE)
        items = getattr(result, "items", result) or []
        if items or time.monotonic() > end:
            break
        await asyncio.sleep(0.2)
    labels = [item.label for item in items]
    assert any("adds two numbers" in label or "factorial" in label for label in labels), labels
    resolved = await asyncio.wait_for(session.request("completionItem/resolve", items[0]), DEADLINE)
    assert resolved.label == items[0].label
    documentation = resolved.documentation
    assert getattr(documentation, "value", documentation).strip()


async def test_a_cancelled_request_is_answered_as_cancelled(session):
    await session.initialize()
    uri = session.open("main.py", INSTRUCTION + "\n")
    await session.items(uri, 0, len(INSTRUCTION))
    instruction = "# Write a long story about a lighthouse keeper and the sea."
    other = session.open("other.py", instruction + "\n")
    future = session.ask(other, 0, len(instruction), identifier="to-be-cancelled")
    session.client.cancel_request(types.CancelParams(id="to-be-cancelled"))
    await expect_error(REQUEST_CANCELLED, future)


async def test_a_newer_request_supersedes_the_one_before(session):
    await session.initialize()
    uri = session.open("main.py", INSTRUCTION + "\n")
    await session.items(uri, 0, len(INSTRUCTION))
    instruction = "# Write a long story about a lighthouse keeper and the sea"
    other = session.open("other.py", instruction + "\n")
    automatic = types.InlineCompletionTriggerKind.Automatic
    first = session.ask(other, 0, len(instruction), automatic)
    session.change(other, ".", (0, len(instruction)))
    second = session.ask(other, 0, len(instruction) + 1, automatic)
    assert await asyncio.wait_for(first, DEADLINE) is None
    result = await asyncio.wait_for(second, DEADLINE)
    assert getattr(result, "items", result)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_positions_count_in_the_encoding_that_was_agreed_on(session, encoding):
    result = await session.initialize([encoding])
    agreed = result.capabilities.position_encoding or "utf-16"
    assert str(getattr(agreed, "value", agreed)) == encoding
    line = "# 🧶 Schreibe: write a función that adds two numbers 👩‍👩‍👧"
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    end = len(line.encode({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, "utf-8"))) // width
    uri = session.open("unicode.py", line[:-1] + "\n")
    last = len(line[-1].encode({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, "utf-8"))) // width
    session.change(uri, line[-1] + ".", (0, end - last))
    item = (await session.items(uri, 0, end + 1))[0]
    if item.range:
        assert item.range.end == types.Position(0, end + 1)


async def test_requests_out_of_turn_get_the_errors_of_the_specification(session):
    parameters = types.InlineCompletionParams(
        context=types.InlineCompletionContext(trigger_kind=types.InlineCompletionTriggerKind.Invoked),
        text_document=types.TextDocumentIdentifier(uri="file:///nowhere.py"), position=types.Position(0, 0))
    await expect_error(SERVER_NOT_INITIALIZED, session.request("textDocument/inlineCompletion", parameters))
    await session.initialize()
    unknown = types.MonikerParams(text_document=parameters.text_document, position=parameters.position)
    await expect_error(METHOD_NOT_FOUND, session.request("textDocument/moniker", unknown))
    await asyncio.wait_for(session.client.shutdown_async(None), DEADLINE)
    await expect_error(INVALID_REQUEST, session.request("textDocument/inlineCompletion", parameters))
    assert await session.leave(shutdown=False) == 0


async def test_exit_without_shutdown_is_told_apart(session, sandbox):
    await session.initialize()
    assert await session.leave(shutdown=False) == 1
    assert conversation.messages(sandbox.log, "c2s", "exit")


def test_the_documented_test_of_a_pool_passes(sandbox):
    environment = os.environ | sandbox.environment
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(sandbox.root),
               "-c", os.devnull, "-o", "asyncio_mode=auto", str(PACKAGE / "EditorClients/pytest-lsp/test_pool.py")]
    outcome = subprocess.run(command, env=environment, cwd=sandbox.root, capture_output=True, text=True, timeout=DEADLINE)
    assert outcome.returncode == 0 and "2 passed" in outcome.stdout, outcome.stdout + outcome.stderr
