"""Reads recorded conversations (see tee.py) and says what in them is against the protocol."""
import json
import subprocess
import sys
from pathlib import Path

WORKSPACE = Path(__file__).resolve().parents[2].parent
VALIDATOR = WORKSPACE / "shared/tools/validate-lsp.py"
META_MODEL = WORKSPACE / "shared/lsp/metaModel-3.18.json"


def read(log):
    """The entries of a log, oldest first."""
    if not Path(log).exists():
        return []
    # The last line may still be being written.
    lines = Path(log).read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines if line]


def messages(log, direction, method=None):
    found = [entry["msg"] for entry in read(log) if entry["dir"] == direction and "msg" in entry]
    return [message for message in found if method is None or message.get("method") == method]


def last(log):
    """A log of its own for the conversation with the last of several servers."""
    entries = read(log)
    starts = [index for index, entry in enumerate(entries)
              if entry["dir"] == "c2s" and entry.get("msg", {}).get("method") == "initialize"]
    path = Path(log).with_suffix(".last.jsonl")
    lines = [json.dumps(entry) + "\n" for entry in entries[starts[-1]:]]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def response(log, identifier):
    """The server's answer to the request with that id, or None while there is none."""
    for message in messages(log, "s2c"):
        if "method" not in message and message.get("id") == identifier:
            return message
    return None


def nulls(value, path):
    """Every place below `value` where a property is null: the server leaves out what it does not use."""
    if isinstance(value, dict):
        for key, item in value.items():
            if item is None:
                yield f"{path}.{key} is null"
            yield from nulls(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nulls(item, f"{path}[{index}]")


def check_inline_items(result):
    items = result.get("items", []) if isinstance(result, dict) else result or []
    for index, item in enumerate(items):
        path = f"items[{index}]"
        if not isinstance(item.get("insertText"), (str, dict)):
            yield f"{path}.insertText is no text"
        if unknown := item.keys() - {"insertText", "filterText", "range", "command"}:
            yield f"{path} has {sorted(unknown)}"
        if (span := item.get("range")) and span["start"]["line"] != span["end"]["line"]:
            yield f"{path}.range is on more than one line"
        if (command := item.get("command")) and not isinstance(command.get("arguments"), list):
            yield f"{path}.command has no arguments"


def check_completion_items(result):
    items = result.get("items", []) if isinstance(result, dict) else result or []
    for index, item in enumerate(items):
        if not isinstance(item.get("label"), str) or not item["label"]:
            yield f"items[{index}] has no label"
        if "textEdit" in item and not isinstance(item["textEdit"].get("newText"), str):
            yield f"items[{index}].textEdit has no newText"


RESULT_CHECKS = {
    "textDocument/inlineCompletion": check_inline_items,
    "textDocument/completion": check_completion_items,
}


def check_response(message, method):
    if ("result" in message) == ("error" in message):
        yield "a response carries either a result or an error"
    elif "error" in message:
        error = message["error"]
        if not isinstance(error.get("code"), int) or not isinstance(error.get("message"), str):
            yield "the error has no integer code and string message"
    else:
        yield from nulls(message["result"], "result")
        yield from RESULT_CHECKS.get(method, lambda _: ())(message["result"])


def problems(log):
    """One line for each thing that is wrong: the checks of the protocol that matter most, of what the server sent."""
    pending = {"c2s": {}, "s2c": {}}
    answered = set()
    for entry in read(log):
        direction = entry["dir"]
        if "stray" in entry:
            if direction == "s2c":
                yield f"the server wrote something that is no message: {entry['stray'][:120]!r}"
            continue
        message = entry["msg"]
        if "method" in message:
            if "id" in message:
                pending[direction][message["id"]] = message["method"]
            elif direction == "s2c":
                yield from nulls(message.get("params"), message["method"])
            continue
        asker = "s2c" if direction == "c2s" else "c2s"
        method = pending[asker].pop(message.get("id"), None)
        if direction == "c2s":
            continue
        if message.get("jsonrpc") != "2.0":
            yield "jsonrpc is not 2.0"
        if method is None and message.get("id") is not None:
            again = " again" if message["id"] in answered else ""
            yield f"the response to {message['id']!r} answers no open request{again}"
        answered.add(message.get("id"))
        for problem in check_response(message, method):
            yield f"{method} ({message.get('id')!r}): {problem}"
    for identifier, method in pending["c2s"].items():
        yield f"{method} ({identifier!r}) was never answered"


def without(value, names):
    """A copy of a JSON value without the members of these names."""
    if isinstance(value, dict):
        return {key: without(item, names) for key, item in value.items() if key not in names}
    return [without(item, names) for item in value] if isinstance(value, list) else value


def assert_valid(log, echoed=(), is_hasty=False):
    """Fails with the list of what is wrong; uses the specification's own model as well where it is at hand.

    `echoed` names members that the client adds and gets back; a hasty client ends the server before it can answer
    `shutdown`.
    """
    assert messages(log, "c2s", "initialize"), f"nothing was recorded in {log}"
    found = [line for line in problems(log) if not (is_hasty and line.startswith("shutdown"))]
    assert not found, "\n".join(["the conversation breaks the protocol:", *found])
    if VALIDATOR.exists() and META_MODEL.exists():
        if echoed or is_hasty:
            entries = [entry for entry in read(log)
                       if not (is_hasty and entry.get("msg", {}).get("method") == "shutdown")]
            answers = {message["id"] for message in messages(log, "c2s", "shutdown")} if is_hasty else set()
            entries = [entry for entry in entries
                       if entry["dir"] == "c2s" or "method" in entry["msg"] or entry["msg"].get("id") not in answers]
            log = Path(log).with_suffix(".checked.jsonl")
            log.write_text("".join(json.dumps(without(entry, echoed)) + "\n" for entry in entries), encoding="utf-8")
        command = [sys.executable, str(VALIDATOR), str(META_MODEL), str(log), "--direction", "s2c"]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
