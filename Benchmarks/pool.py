#!/usr/bin/env python3
"""Measures the pool: import, nearest neighbours beside FAISS, full text beside the sqlite3 shell, the first match.

    pip install faiss-cpu numpy
    (cd Benchmarks && swift build -c release)
    Benchmarks/pool.py [--sizes 10000,100000,1000000] [--queries 200] [--rounds 3] [--threads 2] [--work DIR]

Vectors are made up: 2,000 centres with noise, unit length, 384 numbers. A round is: the library in a process of its own, then
FAISS IndexFlatIP in this one, the same queries, one by one. Texts are made up, too; see Corpus.swift. Everything is kept in
the work folder, so that a repeated run measures without making it anew.
"""
import argparse
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

from pipe_client import Client

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "Benchmarks/.build/release/PoolBenchmarks"
DIMENSIONS = 384
COMMON = "write a function that returns the sum of all numbers in list sort people by age and name explain why".split()


def tool(*arguments, env=None):
    done = subprocess.run([str(TOOL), *map(str, arguments)], capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return json.loads(done.stdout)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(-(-len(values) * share // 1)) - 1)]


def vectors(count, path, seed):
    import numpy

    if not path.exists():
        generator = numpy.random.default_rng(7)
        centres = generator.standard_normal((2000, DIMENSIONS), dtype=numpy.float32)
        generator = numpy.random.default_rng(seed)
        with open(path.with_suffix(".part"), "wb") as file:
            for start in range(0, count, 50_000):
                rows = min(50_000, count - start)
                block = centres[generator.integers(0, 2000, rows)]
                block = block + generator.standard_normal((rows, DIMENSIONS), dtype=numpy.float32)
                block /= numpy.linalg.norm(block, axis=1, keepdims=True)
                file.write(block.astype("<f4").tobytes())
        path.with_suffix(".part").rename(path)
    return numpy.fromfile(path, dtype="<f4").reshape(-1, DIMENSIONS)


def corpus(work, count):
    path = work / f"corpus-{count}.jsonl"
    if not path.exists():
        tool("corpus", path, count, 1)
    return path


def benchmark_import(work, rounds):
    source = corpus(work, 100_000)
    for mode in ("with", "without"):
        rates = []
        for number in range(rounds):
            folder = work / "import"
            shutil.rmtree(folder, ignore_errors=True)
            result = tool("import", folder / "pool.sqlite", source, mode)
            rates.append(100_000 / result["seconds"])
        print(f"import of 100,000, {mode} the search for near duplicates: {statistics.median(rates):,.0f} a second "
              f"({min(rates):,.0f}–{max(rates):,.0f})", flush=True)
    shutil.rmtree(work / "import", ignore_errors=True)


def database(work, count, encoder="made-up"):
    path = work / f"pool-{count}" / "pool.sqlite"
    if not (work / f"pool-{count}" / "ready").exists():
        shutil.rmtree(path.parent, ignore_errors=True)
        tool("import", path, corpus(work, count), "without")
        vectors(count, work / f"vectors-{count}.f32", count)
        tool("embed", path, encoder, work / f"vectors-{count}.f32")
        (path.parent / "ready").touch()
    return path


def benchmark_nearest(work, count, queries, rounds, threads):
    import faiss
    import numpy

    faiss.omp_set_num_threads(threads)
    path = database(work, count)
    data = vectors(count, work / f"vectors-{count}.f32", count)
    asked = vectors(queries, work / f"queries-{queries}.f32", 1)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(data)
    out = work / "found"
    tool("nearest", path, "made-up", work / f"queries-{queries}.f32", DIMENSIONS, threads, out)  # writes the file
    rows = []
    for _ in range(rounds):
        ours = tool("nearest", path, "made-up", work / f"queries-{queries}.f32", DIMENSIONS, threads, out)
        times, found = [], []
        for query in asked:
            start = time.perf_counter()
            _, ids = index.search(query[None], 64)
            times.append((time.perf_counter() - start) * 1000)
            found.append(ids[0])
        rows.append((ours, times))
    found = numpy.array(found)
    mine = numpy.fromfile(out, dtype="<i8").reshape(queries, -1) - 1  # exemplars count from 1, in the file's order
    same = numpy.mean([len(set(a) & set(b)) / len(a) for a, b in zip(mine, found)])
    def middle(values): return statistics.median(values)
    print(f"nearest 64 of {count:,}, {threads} threads, {queries} queries, {rounds} rounds, ms: "
          f"p50 {middle([r['p50'] for r, _ in rows]):.2f}, p99 {middle([r['p99'] for r, _ in rows]):.2f}; FAISS "
          f"p50 {middle([percentile(t, .5) for _, t in rows]):.2f}, p99 {middle([percentile(t, .99) for _, t in rows]):.2f}; "
          f"{same:.2%} the same; opening {middle([r['opening'] for r, _ in rows]):.1f} ms, "
          f"anonymous memory {max(r['anonymousMB'] for r, _ in rows):.0f} MB", flush=True)


def text_queries(work, queries):
    generator = random.Random(3)
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"

    def rare():
        number, text = generator.randrange(100_000), ""
        while True:
            number, digit = divmod(number, 36)
            text = digits[digit] + text
            if number == 0:
                return "w" + text

    lines = [" ".join([generator.choice(COMMON) for _ in range(generator.randrange(4))]
                      + [rare() for _ in range(generator.randrange(1 if number % 4 == 0 else 0, 3))])
             or generator.choice(COMMON) for number in range(queries)]
    path = work / "queries.txt"
    path.write_text("\n".join(lines) + "\n")
    return path, lines


def beginnings(work, lines):
    """The same queries as somebody has typed them so far: the last word is cut to at least one character."""
    generator = random.Random(4)
    path = work / "beginnings.txt"
    path.write_text("".join(line[:len(line) - generator.randrange(len(line.split()[-1]))] + "\n" for line in lines))
    return path


def benchmark_text(work, count, queries, rounds, shell_queries=24):
    path = database(work, count)
    file, lines = text_queries(work, queries)
    for what, asked in (("queries of 1 to 5 words", file), ("that end within a word", beginnings(work, lines))):
        rows = [tool("text", path, asked) for _ in range(rounds)]
        print(f"full text in {count:,}, {queries} {what}, {rounds} rounds, ms: "
              f"p50 {statistics.median(r['p50'] for r in rows):.1f}, p99 {statistics.median(r['p99'] for r in rows):.1f}, "
              f"anonymous memory {max(r['anonymousMB'] for r in rows):.0f} MB", flush=True)
    script = ".timer on\n"
    for line in lines[:shell_queries]:
        words = " OR ".join(f'"{word}"*' for word in line.split())
        script += f"SELECT count(*) FROM (SELECT rowid FROM exemplarText WHERE exemplarText MATCH '{words}' ORDER BY rank LIMIT 20);\n"
    shell = subprocess.run(["sqlite3", str(path)], input=script, capture_output=True, text=True).stdout
    times = [float(value) * 1000 for value in re.findall(r"real ([0-9.]+)", shell)]
    if times:
        print(f"  sqlite3 shell, the first {len(times)} queries as plain FTS5 ordered by rank: "
              f"p50 {percentile(times, .5):.1f}, p99 {percentile(times, .99):.1f}", flush=True)


def benchmark_first_match(work, count, rounds):
    installed = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "pillow-lsp/models"
    data, project = work / "data", work / "project"
    (project / ".pillow/pools").mkdir(parents=True, exist_ok=True)
    data.mkdir(exist_ok=True)
    # Where a server looks for the data folder.
    (work / "xdg").mkdir(exist_ok=True)
    if not (work / "xdg/pillow-lsp").exists():
        (work / "xdg/pillow-lsp").symlink_to(data.resolve())
    if not (data / "models").exists():
        (data / "models").symlink_to(installed)
    digest = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:12]
    place = data / "projects" / f"project-{digest}"
    # Which encoder it is, a pool of one exemplar tells.
    if not (place / "ready").exists():
        shutil.rmtree(place, ignore_errors=True)
        pool = project / ".pillow/pools/one.jsonl"
        pool.write_text('{"instruction": "one", "output": "1"}\n')
        tool("first-match", data, project, "write a function")
        encoder, = sqlite3.connect(place / "pool.sqlite").execute("SELECT encoder FROM embeddings").fetchone()
        pool.unlink()
        shutil.rmtree(place)
        place.mkdir(parents=True)
        tool("import", place / "pool.sqlite", corpus(work, count), "without")
        vectors(count, work / f"vectors-{count}.f32", count)
        tool("embed", place / "pool.sqlite", encoder, work / f"vectors-{count}.f32")
        tool("first-match", data, project, "write a function")  # writes the vector file
        (place / "ready").touch()
    rows = [tool("first-match", data, project, "write a function that sorts people") for _ in range(rounds)]
    def middle(key): return statistics.median(row[key] for row in rows)
    print(f"start with {count:,}: opened after {middle('open'):.0f} ms, first match after {middle('first'):.0f} ms, the next "
          f"takes {middle('next'):.0f} ms, of which the instruction's embedding {middle('embed'):.0f} ms", flush=True)
    served = [served_first_match(data, project) for _ in range(3 * rounds)]
    print(f"  a server, {len(served)} starts: from the start of the process to the reply of the first pillow/match "
          f"{statistics.median(total for total, _ in served):.0f} ms, from the question {statistics.median(asked for _, asked in served):.0f} ms",
          flush=True)


def served_first_match(data, project):
    """Milliseconds from the start of the process, and from the question, which is sent as soon as the server can be asked."""
    binary = os.environ.get("PILLOW_LSP") or str(ROOT / ".build/release/pillow-lsp")
    client = Client([binary, "serve"], {"XDG_DATA_HOME": str(data.parent / "xdg")}, project)
    try:
        client.initialize(project)
        asked = time.perf_counter()
        now, message = client.answer(client.ask("pillow/match", {"instruction": "write a function that sorts people"}))
        # Vectors are made up, so it may be that no exemplar is better than none.
        assert "shots" in message["result"], message
        return (now - client.started) * 1000, (now - asked) * 1000
    finally:
        client.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("/tmp/pillow-pool-benchmark"))
    parser.add_argument("--tool", type=Path, default=TOOL)
    parser.add_argument("--only", default="import,first,nearest,text")
    arguments = parser.parse_args()
    globals()["TOOL"] = arguments.tool
    arguments.work.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in arguments.sizes.split(",")]
    load = os.getloadavg()[0]
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{cpu}, {os.cpu_count()} cores, load {load:.1f} at the start", flush=True)
    parts = arguments.only.split(",")
    if "import" in parts:
        benchmark_import(arguments.work, arguments.rounds)
    if "first" in parts:
        benchmark_first_match(arguments.work, 100_000, arguments.rounds)
    for size in sizes:
        if "nearest" in parts:
            benchmark_nearest(arguments.work, size, arguments.queries, arguments.rounds, arguments.threads)
    if "text" in parts:
        benchmark_text(arguments.work, sizes[-1], arguments.queries, arguments.rounds)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
