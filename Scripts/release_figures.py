#!/usr/bin/env python3
"""Starts an installed program as an editor does: how long until it answers, and until the first ghost text.

    Scripts/release_figures.py --project FOLDER COMMAND…

COMMAND starts the program, which may be in another root; FOLDER is the project as the program sees it, with a pool.
"""
import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Benchmarks"))
from pipe_client import CAPABILITIES, Client  # noqa: E402

TEXT = '# Write a function that counts the vowels in a text.\ndef count_vowels(text):\n    '
RUNS = 11


def start(command, folder):
    client = Client([*command, "serve"])
    client.request("initialize", {
        "processId": None, "rootUri": f"file://{folder}", "capabilities": CAPABILITIES | {
            "textDocument": {"inlineCompletion": {}}},
        "workspaceFolders": [{"uri": f"file://{folder}", "name": "project"}]})
    return client, time.perf_counter() - client.started


def end(client):
    client.process.kill()
    client.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--project", required=True)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    times = []
    for _ in range(RUNS):
        client, seconds = start(arguments.command, arguments.project)
        end(client)
        times.append(seconds * 1000)
    print(f"start to initialize: {statistics.median(times):.1f} ms (median of {RUNS}, the slowest {max(times):.1f} ms)")

    client, _ = start(arguments.command, arguments.project)
    client.notify("initialized", {})
    uri = f"file://{arguments.project}/first.py"
    client.notify("textDocument/didOpen", {
        "textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": TEXT}})
    lines = TEXT.split("\n")
    result, _ = client.request("textDocument/inlineCompletion", {
        "textDocument": {"uri": uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])},
        "context": {"triggerKind": 2}}, deadline=120)
    seconds = time.perf_counter() - client.started
    end(client)
    items = result.get("items", []) if isinstance(result, dict) else result or []
    if not items:
        sys.exit("no ghost text came")
    text = items[0]["insertText"]
    print(f"start to first ghost text: {seconds * 1000:.0f} ms\n\n{TEXT}{text if isinstance(text, str) else text['value']}\n")


if __name__ == "__main__":
    main()
