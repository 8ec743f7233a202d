#!/usr/bin/env python3
"""Many editors on one llama-server: how long each waits, and that nothing gets lost.

    swift build -c release
    Benchmarks/remote_load.py [--editors 32] [--requests 8] [--slots 4] [--kill] [--json FILE]

Each editor is a `pillow-lsp serve` process of its own with a project of its own, whose engine is one llama-server on
this machine (Scripts/llama-server). An editor opens a document, asks for ghost text below an instruction, waits for the
answer, and goes on to the next. With --kill, the llama-server is killed in the middle and started again: what was being
written then has to end with an error or without text, and everything after it has to work.
"""
import argparse
import json
import math
import os
import random
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from pipe_client import Client

ROOT = Path(__file__).resolve().parents[1]
VERBS = "Return Compute Count Find Sort Reverse Join Split Sum Check".split()
THINGS = "the list of numbers,the string,the words,the dictionary,the lines of a file,the pairs,the digits".split(",")
POOL = [("Return the larger of two numbers.", "def larger(a, b):\n    return a if a > b else b"),
        ("Count the vowels of the word.", "def vowels(word):\n    return sum(c in 'aeiou' for c in word)"),
        ("Reverse the list.", "def reverse(items):\n    return items[::-1]")]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def items(result):
    """Of an inline completion: a list, or an object with one."""
    return result.get("items") if isinstance(result, dict) else result


class Server:
    """The llama-server; ends with this process."""

    def __init__(self, slots, port=0):
        self.process = subprocess.Popen(
            [ROOT / "Scripts/llama-server", "--slots", str(slots), "--context", "1024", "--port", str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = self.process.stdout.readline().decode().strip()
        self.port = int(self.url.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()


class Editor:
    def __init__(self, number, arguments, folder, url):
        self.number, self.arguments = number, arguments
        self.random = random.Random(number)
        self.folder = folder / f"editor-{number}"
        self.project = self.folder / "project"
        self.project.mkdir(parents=True)
        data = self.folder / "data/pillow-lsp"
        data.mkdir(parents=True, mode=0o700)
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
        (data / "models").symlink_to(home / "pillow-lsp/models")
        self.environment = {
            "XDG_DATA_HOME": str(self.folder / "data"), "PILLOW_LSP_ENGINE_URL": url, "PILLOW_LSP_MAX_TOKENS": "48"}
        file = self.folder / "pool.jsonl"
        file.write_text("".join(
            json.dumps({"instruction": i, "output": o, "language": "python"}) + "\n" for i, o in POOL))
        subprocess.run([arguments.binary, "pool", "import", file], cwd=self.project, check=True,
                       env=os.environ | self.environment, stdout=subprocess.DEVNULL)
        self.client = Client([arguments.binary, "serve"], self.environment, self.project)
        self.client.initialize(self.project)
        self.times, self.shown, self.empty, self.errors = [], 0, 0, []

    def work(self, barrier):
        barrier.wait()
        for index in range(self.arguments.requests):
            text = f"# {self.random.choice(VERBS)} {self.random.choice(THINGS)}, case {self.number} {index}."
            uri = (self.project / f"file{index}.py").as_uri()
            self.client.open(uri, text + "\n")
            start = time.perf_counter()
            identifier = self.client.ask("textDocument/inlineCompletion", {
                "textDocument": {"uri": uri}, "position": {"line": 1, "character": 0},
                "context": {"triggerKind": 1}})
            now, message = self.client.answer(identifier, deadline=600)
            self.times.append(now - start)
            if "error" in message:
                self.errors.append(message["error"]["message"])
                time.sleep(1)
            elif items(message["result"]):
                self.shown += 1
            else:
                self.empty += 1

    def recorded(self):
        """Suggestions in the editor's database."""
        files = list((self.folder / "data/pillow-lsp/projects").glob("*/pool.sqlite"))
        with sqlite3.connect(files[0]) as database:
            return database.execute("SELECT count(DISTINCT suggestionID) FROM feedback WHERE event = 'shown'").fetchone()[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--editors", type=int, default=32)
    parser.add_argument("--requests", type=int, default=8)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pillow-load-"))
    server = Server(arguments.slots)
    editors = [Editor(number, arguments, folder, server.url) for number in range(arguments.editors)]
    barrier = threading.Barrier(len(editors) + 1)
    threads = [threading.Thread(target=editor.work, args=(barrier,)) for editor in editors]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    if arguments.kill:
        half = len(editors) * arguments.requests // 2
        while sum(len(editor.times) for editor in editors) < half:
            time.sleep(0.05)
        server.kill()
        server = Server(arguments.slots, server.port)
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    times = [value for editor in editors for value in editor.times]
    shown = sum(editor.shown for editor in editors)
    for editor in editors:
        editor.client.leave()
    recorded = sum(editor.recorded() for editor in editors)
    server.kill()
    errors = [error for editor in editors for error in editor.errors]
    figures = {
        "editors": len(editors), "asked": len(editors) * arguments.requests, "answered": len(times), "shown": shown,
        "recorded": recorded, "without text": sum(editor.empty for editor in editors), "errors": len(errors),
        "kinds of errors": sorted({error.replace(server.url, "URL") for error in errors}),
        "median s": round(statistics.median(times), 2), "p90 s": round(percentile(times, 0.9), 2),
        "p99 s": round(percentile(times, 0.99), 2), "answers per second": round(len(times) / seconds, 2)}
    print(json.dumps(figures, indent=1))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(figures))
    lost = len(times) != figures["asked"] or recorded != shown or (errors and not arguments.kill)
    raise SystemExit(1 if lost else 0)


if __name__ == "__main__":
    main()
