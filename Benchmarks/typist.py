#!/usr/bin/env python3
"""A scripted typist at the server's pipe; prints the quality of service, measured.

    swift build -c release
    Benchmarks/typist.py --beside-training        # replies while an adapter is trained, and without
    Benchmarks/typist.py [--documents 200] [--keystrokes 20000] [--pool 10000] [--seed 1] [--speed 1] [--json FILE]

The typist opens documents, types instructions and code key by key with the pauses of a person (log-normal, from the seed),
makes mistakes and takes them back, and asks for ghost text after every key as an eager editor does. Some suggestions are
accepted, some rejected, most are typed over. `--speed 4` types four times as fast. Nothing else should run on the machine.
"""
import argparse
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from pipe_client import Client

ROOT = Path(__file__).resolve().parents[1]
VERBS = "Write Add Create Implement Define Build Generate Make Compute Parse Sort Convert Find Return Print".split()
THINGS = ("list of numbers,string,matrix,date,file name,tree,queue,table,graph,word count,URL,JSON object,CSV line,"
          "temperature,interval,prime number,palindrome,stack,histogram,random colour").split(",")
ENDS = ("that is empty,in reverse order,without duplicates,with a default value,as a generator,in one line,"
        "with type hints,that raises an error,by a key,in place,lazily,with a limit,recursively,case by case").split(",")
CODE = "value = compute(first, second)\nif value > limit:\n    print(value)\n"


def percentile(values, share):
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def instruction(generator):
    return f"{generator.choice(VERBS)} a function for a {generator.choice(THINGS)} {generator.choice(ENDS)}"


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.random = random.Random(arguments.seed)
        self.folder = Path(tempfile.mkdtemp(prefix="pillow-typist-"))
        self.project = self.folder / "project"
        self.project.mkdir()
        data = self.folder / "data/pillow-lsp"
        data.mkdir(parents=True, mode=0o700)
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
        (data / "models").symlink_to(home / "pillow-lsp/models")
        self.environment = {"XDG_DATA_HOME": str(self.folder / "data"), "XDG_CACHE_HOME": str(self.folder / "cache")}
        self.figures = {}
        self.ghosts, self.idle_replies, self.no_ghost = [], [], 0
        self.keys = 0

    def client(self):
        return Client([self.arguments.binary, "serve"], self.environment, self.project)

    def import_pool(self):
        """A pool of as many different exemplars; they are embedded before anything is timed."""
        lines, seen, generator = [], set(), random.Random(self.arguments.seed + 1)
        while len(lines) < self.arguments.pool:
            text = f"{instruction(generator)}, case {len(lines)}."
            if text not in seen:
                seen.add(text)
                lines.append(json.dumps({"instruction": text, "output": f"def f(x):\n    return x + {len(lines)}",
                                         "language": "python"}))
        file = self.folder / "pool.jsonl"
        file.write_text("\n".join(lines) + "\n")
        client = self.client()
        client.initialize(self.project)
        # Most of them are near duplicates of another; they are wanted all the same.
        result, _ = client.request(
            "pillow/pool/import", {"path": str(file), "keepNearDuplicates": True}, deadline=600)
        assert result["added"] == self.arguments.pool, result
        client.leave()
        start = time.monotonic()
        subprocess.run([self.arguments.binary, "pool", "embed", "--project", str(self.project)],
                       env=os.environ | self.environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"pool: {result['added']} exemplars, embedded in {time.monotonic() - start:.0f} s", flush=True)

    # Figures

    def start_times(self):
        times = []
        for _ in range(11):
            client = self.client()
            times.append(client.initialize(self.project))
            client.leave()
        self.figures["start to `initialize` reply"] = ("50 ms", statistics.median(times) * 1000, "ms, median of 11")

    def warm(self, client):
        """The first requests load the models."""
        uri = (self.project / "warm.py").as_uri()
        client.open(uri, "# Write a function that adds two numbers.\n")
        for _ in range(2):
            client.request("textDocument/inlineCompletion", self.at(uri, 0, 41, kind=1), deadline=300)
        client.request("textDocument/completion", self.at(uri, 0, 41), deadline=300)

    @staticmethod
    def at(uri, line, character, kind=2):
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character},
                "context": {"triggerKind": kind}}

    def exemplar_completion(self, client):
        uri = (self.project / "menu.py").as_uri()
        client.open(uri, "")
        times, version = [], 1
        for number in range(self.arguments.menus):
            # Another text each time, so that it is embedded each time.
            text = f"# {instruction(self.random)} number {number}."
            version += 1
            client.change(uri, version, (0, 0), (0, 10_000), text)
            result, seconds = client.request("textDocument/completion", self.at(uri, 0, len(text)))
            assert len(result["items"]) == 3, result
            times.append(seconds * 1000)
        self.figures[f"exemplar completion, pool of {self.arguments.pool:,}, p99, embedding included"] = (
            "60 ms", percentile(times, 0.99), f"ms of {len(times)}, p50 {percentile(times, 0.5):.0f}")
        return times

    def key(self, client, uri, version, line, column, text):
        client.change(uri, version, (line, column), (line, column), text)
        self.keys += 1

    def pause(self):
        """Between two keys: 120 ms in the median, now and then a thought."""
        seconds = self.random.lognormvariate(math.log(0.12), 0.45)
        if self.random.random() < 0.02:
            seconds += self.random.uniform(0.5, 2)
        time.sleep(min(seconds, 3) / self.arguments.speed)

    def type_document(self, client, number, budget):
        """Types instructions and code until the document or the budget of keys is through."""
        uri = (self.project / f"typed-{number}.py").as_uri()
        client.open(uri, "")
        version, line = 1, 0
        while self.keys < budget:
            text = f"# {instruction(self.random)}."
            column, pending = 0, None
            for character in text:
                version += 1
                if self.random.random() < 0.03:
                    self.key(client, uri, version, line, column, "x")
                    self.pause()
                    version += 1
                    client.change(uri, version, (line, column), (line, column + 1), "")
                    self.keys += 1
                    self.pause()
                    version += 1
                self.key(client, uri, version, line, column, character)
                column += 1
                if pending is not None:
                    # What needs no model is asked while a completion may be under way.
                    _, seconds = client.request("pillow/status")
                    self.idle_replies.append(seconds * 1000)
                last = time.perf_counter()
                pending = client.ask("textDocument/inlineCompletion", self.at(uri, line, column))
                if character != text[-1] or column < len(text):
                    self.pause()
            now, message = client.answer(pending, 60)
            items = message.get("result") or []
            if items:
                self.ghosts.append((now - last) * 1000)
            else:
                self.no_ghost += 1
            fate = self.random.random()
            if items and fate < 0.3:
                inserted = items[0]["insertText"]
                version += 1
                client.change(uri, version, (line, column), (line, column), inserted)
                client.request("workspace/executeCommand", {
                    "command": items[0]["command"]["command"], "arguments": items[0]["command"]["arguments"]})
                line += inserted.count("\n")
                column = len(inserted.rsplit("\n", 1)[-1]) if "\n" in inserted else column + len(inserted)
            elif items and fate < 0.4:
                client.request("workspace/executeCommand", {
                    "command": "pillow-lsp.reject", "arguments": items[0]["command"]["arguments"]})
            version += 1
            self.key(client, uri, version, line, column, "\n")
            line, column = line + 1, 0
            for character in CODE[:self.random.randrange(5, len(CODE))]:
                version += 1
                self.key(client, uri, version, line, column, character)
                line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
                if self.keys >= budget:
                    break
                if self.random.random() < 0.3:
                    start = time.perf_counter()
                    answer, _ = client.answer(client.ask(
                        "textDocument/codeLens", {"textDocument": {"uri": uri}}))
                    self.idle_replies.append((answer - start) * 1000)
                self.pause()
            version += 1
            self.key(client, uri, version, line, column, "\n\n")
            line += 2
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def typing(self, client):
        documents, keystrokes = self.arguments.documents, self.arguments.keystrokes
        resident = None
        for number in range(documents):
            self.type_document(client, number, keystrokes * (number + 1) // documents)
            # The first documents fill the caches that are bounded.
            if number + 1 == max(1, documents // 10):
                resident = client.resident()
            if documents >= 10 and (number + 1) % (documents // 10) == 0:
                own, mapped = (size / 1e6 for size in client.memory())
                print(
                    f"{self.keys:,} keystrokes in {number + 1} documents, {own + mapped:.0f} MB, {mapped:.0f} of them of files",
                    flush=True)
        self.figures["first ghost text after the last keystroke, warm, 3 shots, p50"] = (
            "350 ms", percentile(self.ghosts, 0.5),
            f"ms of {len(self.ghosts)}, p90 {percentile(self.ghosts, 0.9):.0f}; {self.no_ghost} without")
        growth = (client.resident() - resident) / resident * 100
        self.figures["resident growth over the whole run"] = (
            "5 %", growth, f"% after the first tenth ({resident / 1e6:.0f} MB)")

    def under_load(self, client):
        """Replies that need no model while the model writes, and cancellations of what it writes."""
        uri = (self.project / "load.py").as_uri()
        client.open(uri, "")
        cancels = []
        for number in range(self.arguments.cancels):
            text = f"# {instruction(self.random)} with {number} long examples and explanations."
            client.change(uri, number + 2, (0, 0), (0, 10_000), text)
            identifier = client.ask("textDocument/inlineCompletion", self.at(uri, 0, len(text), kind=1))
            time.sleep(0.05)
            for _ in range(4):
                for method, params in (("pillow/status", {}), ("textDocument/codeLens", {"textDocument": {"uri": uri}}),
                                       ("completionItem/resolve", {"label": "x"}), ("pillow/unknown", {})):
                    _, seconds = client.request(method, params)
                    self.idle_replies.append(seconds * 1000)
            with client.lock:
                is_answered = identifier in client.answers
            if is_answered:
                client.answer(identifier)
                continue
            start = time.perf_counter()
            client.notify("$/cancelRequest", {"id": identifier})
            now, message = client.answer(identifier)
            if "error" in message:
                cancels.append((now - start) * 1000)
        self.figures["any reply that needs no model, p99, under generation load"] = (
            "20 ms", percentile(self.idle_replies, 0.99),
            f"ms of {len(self.idle_replies)}, p50 {percentile(self.idle_replies, 0.5):.1f}, "
            f"most {max(self.idle_replies):.0f}")
        self.figures["`$/cancelRequest` to its reply, p99"] = (
            "15 ms", percentile(cancels, 0.99), f"ms of {len(cancels)}")

    def idle(self, client):
        time.sleep(2)
        before, start = client.processor_seconds(), time.monotonic()
        time.sleep(self.arguments.idle)
        used = (client.processor_seconds() - before) / (time.monotonic() - start) * 100
        self.figures["CPU while nobody types"] = ("0.5 %", used, f"% of one core over {self.arguments.idle:.0f} s")

    def large_document(self, client):
        uri = (self.project / "large.py").as_uri()
        line = "value = compute(first, second)  # a line of a long file\n"
        count = 5_000_000 // len(line)
        client.open(uri, line * count)
        client.request("pillow/status")
        times = []
        for number in range(self.arguments.changes):
            row = self.random.randrange(count)
            text = self.random.choice(["x", "\n", "", "# Add two numbers."])
            client.change(uri, number + 2, (row, 3), (row, 4), text)
            # Its answer waits for the change, which is applied in its turn.
            _, seconds = client.request("pillow/status")
            times.append(seconds * 1000)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.figures[f"5 MB document, {len(times):,} changes"] = (
            "50 ms", max(times), f"ms at most, p50 {percentile(times, 0.5):.1f}")

    def menu(self):
        """A server of its own asked twice for the menu; the second p99, when caches are warm."""
        client = self.client()
        try:
            client.initialize(self.project)
            self.warm(client)
            for _ in range(2):
                self.exemplar_completion(client)
            client.leave()
        finally:
            client.kill()
        return next(value for _, value, _ in self.figures.values())

    def run(self):
        self.import_pool()
        self.start_times()
        client = self.client()
        try:
            client.initialize(self.project)
            self.warm(client)
            self.exemplar_completion(client)
            self.typing(client)
            self.under_load(client)
            self.idle(client)
            self.large_document(client)
            client.leave()
        finally:
            client.kill()


def compare_menus(arguments):
    """The menu of two programs, each with a pool of its own, their servers in turn."""
    benches = []
    for binary in (arguments.against, arguments.binary):
        benches.append(Bench(argparse.Namespace(**vars(arguments) | {"binary": binary})))
        benches[-1].import_pool()
    times = [[bench.menu() for bench in benches] for _ in range(arguments.rounds)]
    before, now = (statistics.median(column) for column in zip(*times))
    ratios = [mine / other for other, mine in times]
    print(f"menu, pool of {arguments.pool:,}, p99 of {arguments.menus}, median of {arguments.rounds}: "
          f"{before:.1f} and {now:.1f} ms, ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")


def replies(arguments, bench):
    """The same person's typing once more: milliseconds of what needs no model, of the menu and of ghost text."""
    bench.random = random.Random(arguments.seed)
    bench.ghosts, bench.idle_replies, bench.keys = [], [], 0
    client = bench.client()
    try:
        client.initialize(bench.project)
        bench.warm(client)
        menus = bench.exemplar_completion(client)
        for number in range(20):
            bench.type_document(client, number, 100 * (number + 1))
        client.leave()
    finally:
        client.kill()
    return {"replies without a model": bench.idle_replies, "menu": menus, "ghost text": bench.ghosts}


def compare_training(arguments):
    """Replies of the editor while an adapter is trained in a process of its own, and without."""
    bench = Bench(arguments)
    bench.import_pool()
    command = [arguments.binary, "train", "adapter", "--data", str(ROOT / "Pools/functions-python.jsonl"), "--epochs", "1000",
               "--out", str(bench.folder / "adapter")]
    found = {}
    for _ in range(arguments.rounds):
        for is_training in (False, True):
            trainer = None
            if is_training:
                trainer = subprocess.Popen(command, env=os.environ | bench.environment, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE, text=True)
                # Its first words come after the first steps.
                while not trainer.stderr.readline().startswith("step"):
                    assert trainer.poll() is None, "the training ended"
                threading.Thread(target=trainer.stderr.read, daemon=True).start()
            for name, times in replies(arguments, bench).items():
                found.setdefault(name, ([], []))[is_training].append(times)
            if trainer:
                trainer.kill()
                trainer.wait()
                shutil.rmtree(bench.folder / "adapter", ignore_errors=True)
    for name, (without, beside) in found.items():
        for share in (0.5, 0.99):
            pairs = [(percentile(a, share), percentile(b, share)) for a, b in zip(without, beside)]
            ratios = [b / a for a, b in pairs]
            print(f"{name}, p{share * 100:.0f} of {len(without[0])}: {statistics.median(a for a, _ in pairs):.1f} ms, beside a training "
                  f"{statistics.median(b for _, b in pairs):.1f} ms, ratio {statistics.median(ratios):.2f} "
                  f"({min(ratios):.2f}–{max(ratios):.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--keystrokes", type=int, default=20_000)
    parser.add_argument("--pool", type=int, default=10_000)
    parser.add_argument("--menus", type=int, default=300)
    parser.add_argument("--cancels", type=int, default=200)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--idle", type=float, default=20)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--against", metavar="BINARY", help="only compare the menu with this program's, in turn")
    parser.add_argument("--beside-training", action="store_true",
                        help="only compare replies while `train adapter` runs with those while it does not, in turn")
    parser.add_argument("--rounds", type=int, default=5, help="of --against and --beside-training")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    if arguments.against:
        return compare_menus(arguments)
    if arguments.beside_training:
        return compare_training(arguments)
    bench = Bench(arguments)
    bench.run()
    print(f"\n{bench.keys:,} keystrokes in {arguments.documents} documents, seed {arguments.seed}, "
          f"speed {arguments.speed:g}\n\n| figure | at most | measured | |\n| --- | --- | --- | --- |")
    missed = 0
    for name, (limit, value, note) in bench.figures.items():
        holds = value <= float(limit.split()[0])
        missed += not holds
        print(f"| {name} | {limit} | {value:.3g} {note} | {'' if holds else 'missed'} |")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(bench.figures, indent=1))
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
