"""Takes ghost text as an editor would: a project with its pools, and a server for each case."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .cases import CURSOR
from .client import Client, ServerEnded, offset, position

MOST_PARTS = 6


class Bench:
    """A project in a temporary folder, with the installed models; pools are imported once."""

    def __init__(self, server, pools, settings, patience, reading, asks_for_evidence=False):
        self.server, self.pools, self.settings = server, Path(pools), settings
        self.asks_for_evidence = asks_for_evidence
        self.patience, self.reading = patience, reading
        self.folder = Path(tempfile.mkdtemp(prefix="acceptance-"))
        self.project = self.folder / "project"
        self.data = self.folder / "data"
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
        self.models = Path(home) / "pillow-lsp/models"
        self.environment = {**os.environ, "XDG_DATA_HOME": str(self.data),
                            **{f"XDG_{name}_HOME": str(self.folder / name.lower())
                               for name in ("STATE", "CACHE", "CONFIG")}}
        self.prepared = {}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *arguments, text=None):
        done = subprocess.run(
            [self.server, *arguments], env=self.environment, cwd=self.project, input=text,
            capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            command, reason = " ".join(arguments[:2]), done.stderr.strip()[-300:]
            raise RuntimeError(f"pillow-lsp {command}: {reason}")

    def prepare(self, case):
        """Makes the project empty but for the case's file and pools; returns the file's path."""
        key = json.dumps(case["pools"], sort_keys=True)
        for folder in (self.project, self.data):
            shutil.rmtree(folder, ignore_errors=True)
        self.project.mkdir()
        if key in self.prepared:
            shutil.copytree(self.prepared[key], self.data, symlinks=True)
        else:
            (self.data / "pillow-lsp").mkdir(parents=True, mode=0o700)
            (self.data / "pillow-lsp/models").symlink_to(self.models)
            self._import(case["pools"])
            self.prepared[key] = self.folder / f"prepared-{len(self.prepared)}"
            shutil.copytree(self.data, self.prepared[key], symlinks=True)
        path = self.project / case["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case["text"].replace(CURSOR, ""), encoding="utf-8")
        return path

    def _import(self, pools):
        names = [pool for pool in pools if isinstance(pool, str)]
        if "all" in names:
            names = sorted(path.stem for path in self.pools.glob("*.jsonl"))
        project = ("--project", str(self.project))
        for name in names:
            self._run("pool", "import", *project, str(self.pools / f"{name}.jsonl"))
        if records := [pool for pool in pools if isinstance(pool, dict)]:
            lines = "".join(json.dumps(record) + "\n" for record in records)
            self._run("pool", "import", *project, "--pool", "house", "--format", "jsonl", "-",
                      text=lines)
        self._run("pool", "embed", *project)

    def attempt(self, case):
        """Returns {document, shown, parts, milliseconds, error, judgement} of one case.

        The judgement is what the server thinks of its first answer, shown or not, with the document
        that the answer would make; None unless evidence is wanted.
        """
        result = {"document": case["text"].replace(CURSOR, ""), "parts": [], "milliseconds": None,
                  "error": None, "judgement": None}
        client = None
        try:
            path = self.prepare(case)
            client = Client([self.server, "serve"], self.project, self.environment)
            self._open(client, case, path)
            self._take(client, case, path.as_uri(), result)
        except (TimeoutError, ServerEnded, RuntimeError) as error:
            result["error"] = str(error)
        finally:
            if client:
                client.stop()
        result["shown"] = "".join(result["parts"]).strip() != ""
        return result

    def _open(self, client, case, path):
        uri = self.project.as_uri()
        client.request("initialize", {
            "processId": None, "rootUri": uri, "initializationOptions": self.settings,
            "workspaceFolders": [{"uri": uri, "name": "project"}],
            "clientInfo": {"name": "acceptance"},
            "capabilities": {"textDocument": {"inlineCompletion": {}}}}, 30)
        client.notify("initialized", {})
        time.sleep(1)  # a person has the server running already

    def _take(self, client, case, uri, result):
        cursor = case["text"].index(CURSOR)
        text = result["document"]
        started = time.monotonic()
        client.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": case["language"], "version": 1, "text": text}})
        for version in range(2, MOST_PARTS + 2):
            item = self._offered(client, uri, text, cursor)
            if self.asks_for_evidence and version == 2:
                result["judgement"] = self._judgement(client, uri, text, cursor)
            if item is None:
                return
            start, end = cursor, cursor
            if item.get("range"):
                start, end = (offset(text, item["range"][edge]) for edge in ("start", "end"))
            new = item["insertText"]
            new = new["value"] if isinstance(new, dict) else new
            if result["parts"] and (start, end) != (cursor, cursor):
                return  # something else than a continuation
            if not result["parts"]:
                result["milliseconds"] = round(1000 * (time.monotonic() - started))
            result["parts"].append(new)
            change = {"range": {"start": position(text, start), "end": position(text, end)},
                      "text": new}
            text = text[:start] + new + text[end:]
            result["document"], cursor = text, start + len(new)
            if case["kind"] == "silent":
                return
            time.sleep(self.reading)
            client.notify("textDocument/didChange", {
                "textDocument": {"uri": uri, "version": version}, "contentChanges": [change]})
            if command := item.get("command"):
                client.request("workspace/executeCommand", {
                    "command": command["command"], "arguments": command.get("arguments", [])}, 10)

    def _offered(self, client, uri, text, cursor):
        result = client.request("textDocument/inlineCompletion", {
            "textDocument": {"uri": uri}, "position": position(text, cursor),
            "context": {"triggerKind": 2}}, self.patience)
        items = result.get("items", []) if isinstance(result, dict) else result or []
        return items[0] if items and items[0]["insertText"] else None

    def _judgement(self, client, uri, text, cursor):
        found = client.request("pillow/judgement", {
            "textDocument": {"uri": uri}, "position": position(text, cursor)}, 10)
        if not found or not found.get("edit"):
            return None
        start, end = (offset(text, found["edit"]["range"][edge]) for edge in ("start", "end"))
        return {**found, "document": text[:start] + found["edit"]["newText"] + text[end:]}
