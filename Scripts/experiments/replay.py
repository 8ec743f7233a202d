#!/usr/bin/env python3
"""How much a model forgets when it is tuned, with and without answers of its own beside the examples.

Trains a LoRA adapter on the rows of --data for each share of replayed answers, and measures the loss per answer token on rows that
were kept aside, and on --other, which has nothing to do with them, without shots.

    python3 Scripts/experiments/replay.py --data FILE.jsonl --other FILE.jsonl --out DIR [--shares 0,0.1,0.3] [--rows 400]
        [--tests 100] [--epochs 3] [--seeds 1]

What is there is not made again. Prints a table.
"""
import argparse
import json
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rows(path):
    found = [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]
    keep = ("instruction", "input", "output")
    found = [{key: row.get(key, "") for key in keep} for row in found]
    found = [row for row in found if len("".join(row.values())) < 1500]
    random.Random(0).shuffle(found)
    return found


def write(path, rows, split=None):
    more = {"split": split} if split else {}
    path.write_text("".join(json.dumps({**row, **more}) + "\n" for row in rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--other", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--model")
    parser.add_argument("--shares", default="0,0.1,0.3")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--epochs", default="3")
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()

    def run(*given):
        return subprocess.run(
            [arguments.program, *map(str, given)], check=True, capture_output=True, text=True).stdout

    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    model = arguments.model or run("model", "path", "smollm2-135m-instruct").strip()
    own, other = rows(arguments.data), rows(arguments.other)
    write(folder / "rows.jsonl", own[arguments.tests:arguments.tests + arguments.rows])
    tests = {"own": own[:arguments.tests], "other": other[:arguments.tests]}
    for name, part in tests.items():
        # The measurement wants a pool, of which nothing is shown here.
        write(folder / f"{name}.jsonl", part, "test")
        write(folder / f"{name}-pool.jsonl", (own if name == "own" else other)[-40:], "pool")

    def measure(name, use):
        cells = []
        for part in tests:
            out = folder / f"{name}-{part}"
            if not (out / "results.json").exists():
                run("evaluate", "matchers", "--model", model, *use, "--data", folder / f"{part}.jsonl",
                    "--pool", folder / f"{part}-pool.jsonl", "--matchers", "knn", "--shots", "0", "--out", out)
            value = json.loads((out / "results.json").read_text())["matchers"]["knn"]["0"]["nll"]
            cells.append(f"{value['mean']:.3f} ({value['low']:.3f} to {value['high']:.3f})")
        return cells

    print("| replayed | seed | seconds | loss of own rows | loss of the others |\n| --- | --- | --- | --- | --- |")
    print("| not tuned | | | " + " | ".join(measure("bare", [])) + " |", flush=True)
    for seed in range(arguments.seeds):
        for share in arguments.shares.split(","):
            name = f"{share}-{seed}"
            report = folder / f"{name}.json"
            if not report.exists():
                printed = run(
                    "train", "adapter", "--model", model, "--data", folder / "rows.jsonl", "--replay", share, "--epochs",
                    arguments.epochs, "--shots", 0, "--seed", seed, "--out", folder / name, "--foreground", "--json")
                report.write_text(printed.splitlines()[-1])
            seconds = json.loads(report.read_text())["seconds"]
            cells = measure(name, ["--adapter", folder / name])
            print(f"| {share} | {seed} | {seconds:.0f} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
