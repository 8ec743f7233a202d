#!/usr/bin/env python3
"""Three people type for an hour in one repository, each in an editor with a server of its own.

    swift build -c release
    Benchmarks/long_run.py [--minutes 60] [--seed 1] [--json FILE]

One never ends its server, one restarts its editor every few minutes, the server of the third is killed with SIGKILL. They
save, accept, reject and delete, add exemplars and take them away, and switch between two branches with different shared
pools. At the end: each request was answered once (those of a killed server at most once), no acknowledged row is missing
and none that was removed is there, the databases are sound, and the first server's memory, open files and threads are
those of the run's first tenth, but for files and threads that come and go. Exits with 1 if one of these does not hold.

The first server's first document is a long one: the memory for a prompt's keys and values is reserved once and filled by the
longest prompt so far, which should not be met by chance in the middle of the run.
"""
import argparse
import json
import math
import os
import random
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from pipe_client import Client, Gone
from typist import instruction

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = {"python": ("py", "# "), "javascript": ("js", "// "), "sql": ("sql", "-- "), "markdown": ("md", "")}


# Connections that read the pool are opened when needed and closed again; each has three files.
READERS = 3


class Repository:
    """A repository with two branches whose shared pools differ, and a data folder with the installed models."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pillow-long-run-"))
        self.root = self.folder / "project"
        (self.root / ".pillow/pools").mkdir(parents=True)
        data = self.folder / "data/pillow-lsp"
        data.mkdir(parents=True, mode=0o700)
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
        (data / "models").symlink_to(home / "pillow-lsp/models")
        self.environment = {"XDG_DATA_HOME": str(self.folder / "data"), "XDG_CACHE_HOME": str(self.folder / "cache")}
        self.lock = threading.Lock()
        self.branch = "main"
        self.switches = 0
        self.git("init", "-q", "-b", "main")
        self.share("main", 30)
        self.git("checkout", "-q", "-b", "topic")
        self.share("topic", 25)
        self.git("checkout", "-q", "main")

    def git(self, *arguments):
        name = ["-c", "user.name=Long Run", "-c", "user.email=long@run"]
        subprocess.run(["git", *name, *arguments], cwd=self.root, check=True, stdout=subprocess.DEVNULL)

    def share(self, name, count):
        lines = [json.dumps({"instruction": f"Name the {name} value number {n}.", "output": f"{name}-{n}"})
                 for n in range(count)]
        (self.root / ".pillow/pools/team.jsonl").write_text("\n".join(lines) + "\n")
        self.git("add", "-A")
        self.git("commit", "-qm", f"Share the pool of {name}")

    def switch(self):
        with self.lock:
            self.branch = "topic" if self.branch == "main" else "main"
            self.git("checkout", "-q", "-f", self.branch)
            self.switches += 1

    def database(self):
        found = list((self.folder / "data/pillow-lsp/projects").glob("*/pool.sqlite"))
        assert len(found) == 1, found
        return found[0]


class Person:
    """One who types, with an editor and a server."""

    def __init__(self, number, repository, arguments):
        self.number, self.repository, self.arguments = number, repository, arguments
        self.random = random.Random(arguments.seed * 10 + number)
        self.keys = self.requests = self.shown = self.accepted = self.rejected = 0
        self.starts = self.kills = self.documents = 0
        # What the server has said is kept; what is being removed is neither.
        self.exemplars, self.removed, self.feedback = {}, set(), 0
        self.problems = []
        self.client = None

    # The editor

    def start(self):
        self.client = Client([self.arguments.binary, "serve"], self.repository.environment, self.repository.root)
        self.client.initialize(self.repository.root, {"inlineCompletion": {"debounce": 0}})
        self.starts += 1

    def check_answers(self):
        """Each request has been answered once, and nothing came that was not asked for."""
        with self.client.lock:
            if self.client.unasked:
                self.problems.append(f"{self.client.unasked} answers without an id")
            twice = [identifier for identifier, found in self.client.answers.items() if len(found) > 1]
            if twice:
                self.problems.append(f"answered twice: {twice[:5]}")

    def leave(self):
        for identifier in self.open_requests:
            self.client.answer(identifier)
        self.open_requests.clear()
        code = self.client.leave()
        if code:
            self.problems.append(f"the server ended with {code}")
        self.check_answers()
        with self.client.lock:
            if self.client.answers:
                self.problems.append(f"answers to nothing: {list(self.client.answers)[:5]}")

    def kill(self):
        self.client.kill()
        self.kills += 1
        self.open_requests.clear()
        self.check_answers()

    # Typing

    def pause(self, factor=1.0):
        """Between two keys: 120 ms in the median, now and then a thought."""
        seconds = self.random.lognormvariate(math.log(0.12), 0.45)
        if self.random.random() < 0.02:
            seconds += self.random.uniform(0.5, 2)
        time.sleep(min(seconds, 3) * factor / self.arguments.speed)

    def ask(self, method, params):
        self.requests += 1
        return self.client.ask(method, params)

    def request(self, method, params=None):
        self.requests += 1
        return self.client.request(method, params)[0]

    def command(self, name, arguments):
        return self.request("workspace/executeCommand", {"command": name, "arguments": arguments})

    def document(self):
        """Types one document from its first key to its last save."""
        language = self.random.choice(list(ENDINGS))
        ending, mark = ENDINGS[language]
        self.documents += 1
        path = self.repository.root / f"person-{self.number}-{self.documents % 40}.{ending}"
        uri = path.as_uri()
        text, version = "", 1
        self.client.open(uri, text, language)
        for _ in range(self.random.randrange(1, 4)):
            line = text.count("\n")
            written = ""
            for character in f"{mark}{instruction(self.random)}.":
                version += 1
                self.client.change(uri, version, (line, len(written)), (line, len(written)), character)
                written += character
                self.keys += 1
                position = {"textDocument": {"uri": uri}, "position": {"line": line, "character": len(written)}}
                self.open_requests.append(
                    self.ask("textDocument/inlineCompletion", position | {"context": {"triggerKind": 2}}))
                if self.random.random() < 0.05:
                    self.request(self.random.choice(["pillow/status", "textDocument/hover", "textDocument/completion"]), position)
                self.pause()
            text += written
            offers = []
            for identifier in self.open_requests:
                _, message = self.client.answer(identifier)
                offers = message.get("result") or []
            self.open_requests.clear()
            if offers:
                version, text = self.decide(uri, version, text, offers[0])
            version += 1
            end = (text.count("\n"), len(text.rsplit("\n", 1)[-1]))
            self.client.change(uri, version, end, end, "\n\n")
            text += "\n\n"
        if self.random.random() < 0.7:
            path.write_text(text)
            self.client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def decide(self, uri, version, text, offer):
        self.shown += 1
        fate = self.random.random()
        if fate < 0.4:
            inserted = offer["insertText"] if isinstance(offer["insertText"], str) else offer["insertText"]["value"]
            end = (text.count("\n"), len(text.rsplit("\n", 1)[-1]))
            version += 1
            self.client.change(uri, version, end, end, inserted)
            self.command(offer["command"]["command"], offer["command"]["arguments"])
            self.accepted += 1
            self.feedback += 1
            return version, text + inserted
        if fate < 0.6:
            self.command("pillow-lsp.reject", offer["command"]["arguments"])
            self.rejected += 1
            self.feedback += 1
        return version, text

    def change_pool(self):
        """Adds an exemplar or takes one of the own away."""
        if self.exemplars and self.random.random() < 0.3:
            identifier = self.random.choice(list(self.exemplars))
            instruction_ = self.exemplars.pop(identifier)
            self.request("pillow/exemplars/remove", {"id": identifier})
            self.removed.add(instruction_)
            return
        text = f"{instruction(self.random)}, asked by {self.number} as {self.documents}-{self.random.randrange(10**9)}."
        result = self.request("pillow/exemplars/add", {
            "instruction": text, "output": f"answer {self.random.random()}"})
        self.exemplars[result["exemplar"]["id"]] = text

    def type_until(self, end):
        self.open_requests = []
        try:
            self.start()
            while time.monotonic() < end:
                try:
                    self.document()
                    if self.random.random() < 0.5:
                        self.change_pool()
                    self.between()
                except Gone:
                    if not self.is_killed:
                        raise
                    self.is_killed = False
                    self.kill()
                    self.start()
                self.pause(4)
            self.leave()
        except Exception as error:  # the other people go on, and the run says what happened
            self.problems.append(f"{type(error).__name__}: {error}")

    is_killed = False

    def between(self):
        """What a person does between two documents."""


class Patient(Person):
    """Never ends the server, and switches branches."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.samples = []

    def start(self):
        super().start()
        for language, (ending, mark) in ENDINGS.items():
            uri = (self.repository.root / f"long.{ending}").as_uri()
            lines = [f"{mark}{instruction(self.random)}, and then {instruction(self.random)}." for _ in range(400)]
            asked = len(lines) // 2
            lines[asked] = f"{mark}Do all of this: {'; '.join(instruction(self.random) for _ in range(60))}."
            self.client.open(uri, "\n\n".join(lines), language)
            self.request("textDocument/inlineCompletion", {
                "textDocument": {"uri": uri}, "position": {"line": 2 * asked, "character": len(lines[asked])},
                "context": {"triggerKind": 1}})
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def between(self):
        folder = Path(f"/proc/{self.client.process.pid}")
        own, mapped = self.client.memory()
        self.samples.append((time.monotonic(), own, mapped, len(list((folder / "fd").iterdir())),
                             len(list((folder / "task").iterdir()))))
        if self.random.random() < 0.2:
            self.repository.switch()


class Restarting(Person):
    """Ends the editor in order every few documents."""

    def between(self):
        if self.random.random() < 0.15:
            self.leave()
            self.start()


class Unlucky(Person):
    """Its server is killed at any moment, also while it answers."""

    def between(self):
        if self.random.random() < 0.3:
            client, delay = self.client, self.random.uniform(0, 6)

            def kill():
                self.is_killed = True
                client.process.kill()
            threading.Timer(delay, kill).start()


def median(values):
    return sorted(values)[len(values) // 2]


def figures(patient, start, minutes):
    """Memory, files and threads of the first server: the run's second tenth, and its last."""
    tenth = minutes * 6
    early = [sample for sample in patient.samples if tenth <= sample[0] - start < 2 * tenth]
    late = [sample for sample in patient.samples if sample[0] - start >= 9 * tenth]
    if not early or not late:
        return {}
    rows = {}
    for name, column, limit in (("memory of its own", 1, None), ("open files", 3, READERS * 3), ("threads", 4, 4)):
        first, last = (median([sample[column] for sample in part]) for part in (early, late))
        rows[name] = (first, last, last / first, last <= (first + limit if limit else 1.02 * first))
    return rows


def check_pool(repository, people):
    """What was acknowledged is there, what was removed is not, and the database is sound."""
    problems = []
    database = sqlite3.connect(f"file:{repository.database()}?mode=ro", uri=True)
    verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        problems.append(f"the database: {verdict}")
    listed = subprocess.run(
        [people[0].arguments.binary, "pool", "export", "--project", str(repository.root)],
        env=os.environ | repository.environment, check=True, capture_output=True, text=True).stdout
    there = {json.loads(line)["instruction"] for line in listed.splitlines() if line}
    for person in people:
        missing = [text for text in person.exemplars.values() if text not in there]
        kept = person.removed & there
        if missing:
            problems.append(f"{len(missing)} acknowledged exemplars are missing: {missing[0]}")
        if kept:
            problems.append(f"{len(kept)} removed exemplars are there: {next(iter(kept))}")
    said = database.execute("SELECT count(DISTINCT suggestionId) FROM feedback").fetchone()[0]
    told = sum(person.feedback for person in people)
    if said < told:
        problems.append(f"{told} decisions were acknowledged, {said} suggestions have feedback")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    repository = Repository()
    people = [kind(number, repository, arguments) for number, kind in enumerate((Patient, Restarting, Unlucky))]
    start = time.monotonic()
    threads = [threading.Thread(target=person.type_until, args=(start + arguments.minutes * 60,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    problems = [f"{type(person).__name__}: {problem}" for person in people for problem in person.problems]
    problems += check_pool(repository, people)
    print(f"{(time.monotonic() - start) / 60:.0f} minutes, {repository.switches} switches between branches, seed {arguments.seed}\n")
    print("| person | documents | keys | requests | shown | accepted | rejected | exemplars added, removed | servers | kills |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for person in people:
        print(f"| {type(person).__name__} | {person.documents} | {person.keys:,} | {person.requests:,} | {person.shown} | "
              f"{person.accepted} | {person.rejected} | {len(person.exemplars) + len(person.removed)}, {len(person.removed)} | "
              f"{person.starts} | {person.kills} |")
    print("\n| first server | second tenth | last tenth | ratio | |\n| --- | --- | --- | --- | --- |")
    rows = figures(people[0], start, arguments.minutes)
    if not rows:
        problems.append("the first server was not watched to the end")
    for name, (first, last, ratio, holds) in rows.items():
        if not holds:
            problems.append(f"{name} grew by {(ratio - 1) * 100:.1f} %")
        shown = (f"{first / 1e6:.1f} MB", f"{last / 1e6:.1f} MB") if name.startswith("memory") else (first, last)
        print(f"| {name} | {shown[0]} | {shown[1]} | {ratio:.3f} | {'' if holds else 'grew'} |")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({
            "people": {type(p).__name__: {k: v for k, v in vars(p).items() if isinstance(v, int)} for p in people},
            "samples": people[0].samples, "problems": problems}, indent=1))
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
