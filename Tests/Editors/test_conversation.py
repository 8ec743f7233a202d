"""The recorder and the checker themselves: what is broken has to be found."""
import json
import subprocess
import sys

import pytest

import conversation
from conftest import HERE

INITIALIZE = {"dir": "c2s", "msg": {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}}
GOOD_ITEM = {"insertText": "x", "command": {"title": "Accept", "command": "a", "arguments": ["id"]}}
LINES = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}


def answer(result, identifier=1):
    return {"dir": "s2c", "msg": {"jsonrpc": "2.0", "id": identifier, "result": result}}


def ask(method, identifier=2):
    return {"dir": "c2s", "msg": {"jsonrpc": "2.0", "id": identifier, "method": method, "params": {}}}


def found(tmp_path, *entries):
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return list(conversation.problems(log))


def test_a_sound_conversation_has_no_problems(tmp_path):
    inline = ask("textDocument/inlineCompletion")
    assert found(tmp_path, INITIALIZE, answer({"capabilities": {}}), inline, answer([GOOD_ITEM], 2)) == []
    assert found(tmp_path, inline, answer(None, 2)) == []


@pytest.mark.parametrize("entries, problem", [
    ([INITIALIZE], "never answered"),
    ([INITIALIZE, answer({}), answer({})], "no open request"),
    ([INITIALIZE, answer({"capabilities": {"hoverProvider": None}})], "hoverProvider is null"),
    ([INITIALIZE, {"dir": "s2c", "msg": {"jsonrpc": "2.0", "id": 1}}], "either a result or an error"),
    ([INITIALIZE, {"dir": "s2c", "msg": {"id": 1, "result": {}}}], "not 2.0"),
    ([INITIALIZE, {"dir": "s2c", "msg": {"jsonrpc": "2.0", "id": 1, "error": {"code": "x"}}}], "integer code"),
    ([{"dir": "s2c", "stray": "Loading…"}], "no message"),
    ([ask("textDocument/inlineCompletion"), answer([{"range": LINES}], 2)], "insertText is no text"),
    ([ask("textDocument/inlineCompletion"), answer([GOOD_ITEM | {"range": LINES}], 2)], "more than one line"),
    ([ask("textDocument/inlineCompletion"), answer([GOOD_ITEM | {"data": 1}], 2)], "has ['data']"),
    ([ask("textDocument/inlineCompletion"),
      answer({"items": [GOOD_ITEM | {"command": {"title": "A", "command": "a"}}]}, 2)], "no arguments"),
    ([ask("textDocument/completion"), answer([{"kind": 1}], 2)], "no label"),
])
def test_what_is_broken_is_found(tmp_path, entries, problem):
    assert any(problem in line for line in found(tmp_path, *entries)), found(tmp_path, *entries)


def test_the_recorder_passes_every_byte_on_and_writes_it_down(tmp_path):
    message = {"jsonrpc": "2.0", "id": 1, "result": "🧶" * 5000}
    body = json.dumps(message, ensure_ascii=False).encode()
    framed = b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s" % (len(body), body)
    log = tmp_path / "log.jsonl"
    echo = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data + b'stray'); sys.exit(7)"
    outcome = subprocess.run(
        [sys.executable, HERE / "tee.py", log, sys.executable, "-c", echo], input=framed * 2, capture_output=True)
    assert outcome.returncode == 7
    assert outcome.stdout == framed * 2 + b"stray"
    entries = conversation.read(log)
    assert [e["msg"] for e in entries if e["dir"] == "c2s"] == [message, message]
    assert [e.get("msg", e.get("stray")) for e in entries if e["dir"] == "s2c"] == [message, message, "stray"]
