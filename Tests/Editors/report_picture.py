"""A sitting of 96 instructions with the real server, for the picture of `pillow-lsp learning report`.

A scripted person asks for texts of the starter pools and knows what she would write herself: the output of the row. The
other rows are the project's exemplars. She takes an answer that is much like hers and mostly corrects it, rejects some of
the others, and types her own text below everything else.
"""
import difflib
import json
import os
import random
import subprocess
import sys

from PIL import Image, ImageChops

from conftest import PACKAGE, wait_until

sys.path.insert(0, str(PACKAGE / "Benchmarks"))
from pipe_client import Client  # noqa: E402

# Pool: file name, language and how a comment begins there.
LANGUAGES = {
    "functions-python": ("tools.py", "python", "# "),
    "functions-javascript": ("tools.js", "javascript", "// "),
    "shell-commands": ("tools.sh", "shellscript", "# "),
    "shell-steps": ("deploy.sh", "shellscript", "# "),
    "short-texts": ("letters.md", "markdown", ""),
}
# How alike an answer has to be to be taken, and how often one is corrected or rejected.
TAKEN, CORRECTED, REJECTED = 0.6, 0.7, 0.5
SEED = 1
# So many instructions are written into documents that are then saved and closed.
ROUND = 8
WIDTH, MARGIN = 820, 32


def share_out(sandbox):
    """Gives the project its pools, without half of the rows that need no input; returns those as (pool, instruction, text),
    mixed evenly."""
    generator, asked = random.Random(SEED), []
    (sandbox.root / ".pillow/pools/sample.jsonl").unlink()
    for pool in LANGUAGES:
        rows = [json.loads(line) for line in (PACKAGE / f"Pools/{pool}.jsonl").read_text(encoding="utf-8").splitlines()]
        generator.shuffle(rows)
        hers = [row for row in rows if not row["input"] and "\n" not in row["instruction"]][::2]
        asked += [((place + generator.random()) / len(hers), pool, row["instruction"].lstrip("#/- "), row["output"])
                  for place, row in enumerate(hers)]
        sandbox.file(f".pillow/pools/{pool}.jsonl", "".join(json.dumps(row) + "\n" for row in rows if row not in hers))
    return [row for _, *row in sorted(asked)]


class Document:
    """A document of the person, which knows its text and the place at its end."""

    def __init__(self, client, root, name, language):
        self.client, self.path, self.text, self.version = client, root / name, "", 1
        self.uri = self.path.as_uri()
        client.open(self.uri, "", language)

    def end(self, text=None):
        lines = (self.text if text is None else text).encode().split(b"\n")
        return len(lines) - 1, len(lines[-1])

    def append(self, text, after=None):
        """Writes at the end, in place of what stands after the first `after` characters if that is given."""
        kept = self.text if after is None else self.text[:after]
        self.version += 1
        self.client.change(self.uri, self.version, self.end(kept), self.end(), text)
        self.text = kept + text

    def suggestion(self):
        """The answer as a whole, for an editor that asks by itself."""
        token, (line, character) = f"{self.uri} {self.version}", self.end()
        self.client.request("textDocument/inlineCompletion", {
            "textDocument": {"uri": self.uri}, "position": {"line": line, "character": character},
            "context": {"triggerKind": 2}, "partialResultToken": token})
        with self.client.lock:
            parts = [message["params"]["value"] for message in self.client.notifications
                     if message["method"] == "$/progress" and message["params"]["token"] == token]
        return next((item for part in parts for item in part), None)

    def close(self):
        self.path.write_text(self.text, encoding="utf-8")
        self.client.notify("textDocument/didSave", {"textDocument": {"uri": self.uri}})
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})


def write(document, mark, instruction, reference, generator):
    """One instruction and what comes of it."""
    document.append(f"{mark}{instruction}")
    start = len(document.text)
    item = document.suggestion()
    correct, reject = generator.random(), generator.random()
    own = ("\n" if mark else "\n\n") + reference
    if item:
        text = item["insertText"]
        likeness = difflib.SequenceMatcher(None, text.strip(), reference, autojunk=False).ratio()
        command = {"command": item["command"]["command"], "arguments": item["command"]["arguments"]}
        if likeness >= TAKEN:
            document.append(text)
            document.client.request("workspace/executeCommand", command)
            if correct < CORRECTED:
                document.append(own, after=start)
        elif reject < REJECTED:
            document.client.request("workspace/executeCommand", command | {"command": "pillow-lsp.reject"})
    if start == len(document.text):
        document.append(own)
    document.append("\n\n")


def pillow(sandbox, *arguments):
    subprocess.run([sandbox.bin / "pillow-lsp", *arguments, "--project", sandbox.root],
                   env=os.environ | sandbox.environment, check=True, capture_output=True)


def work(sandbox):
    asked = share_out(sandbox)
    sandbox.file(".pillow/config.json", json.dumps({"inlineCompletion": {"debounce": 0}}))
    pillow(sandbox, "pool", "embed")
    client = Client(sandbox.command, sandbox.environment, sandbox.root)
    generator = random.Random(SEED)
    try:
        client.initialize(sandbox.root)
        for number in range(-(-len(asked) // ROUND)):
            documents = {}
            for pool, instruction, reference in asked[number * ROUND:][:ROUND]:
                name, language, mark = LANGUAGES[pool]
                if pool not in documents:
                    documents[pool] = Document(client, sandbox.root, f"{number + 1}-{name}", language)
                write(documents[pool], mark, instruction, reference, generator)
            for document in documents.values():
                document.close()
            # What comes next is chosen with all that was learned, so that each run gives the same page.
            wait_until(lambda: not sandbox.rows("SELECT id FROM outcomes WHERE standing IS NULL"), "what stands in the end")
        # The gate is fitted once nobody has asked for anything for a while.
        wait_until(lambda: sandbox.rows("SELECT * FROM learningVersions"), "the first version", deadline=90)
        client.leave()
    finally:
        client.kill()


def screenshot(page, target, folder, height=4000):
    """The whole page as Chromium draws it; `target` ends in `-dark` for a dark system."""
    shot = folder / target.name
    dark = ["--blink-settings=preferredColorScheme=0"] if target.stem.endswith("-dark") else []
    subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder / 'chromium'}",
                    *dark, f"--window-size={WIDTH},{height}", f"--screenshot={shot}", page.as_uri()],
                   check=True, capture_output=True, timeout=60)
    with Image.open(shot) as picture:
        picture = picture.convert("RGB")
        ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
        *_, bottom = ImageChops.difference(picture, ground).getbbox()
        assert bottom < height - MARGIN, "the page is longer than the window"
        picture.crop((0, 0, WIDTH, bottom + MARGIN)).quantize(256).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size // 1024} KB")


def report(sandbox, source, images):
    source.unlink()
    work(sandbox)
    sandbox.wait_for_end()
    page = sandbox.folder / "learning.html"
    pillow(sandbox, "learning", "report", "--out", page)
    for name in ("learning-report.png", "learning-report-dark.png"):
        screenshot(page, images / name, sandbox.folder)
