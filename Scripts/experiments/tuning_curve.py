#!/usr/bin/env python3
"""What an adapter learns from so many rows, and what it forgets, with and without answers of its own beside them.

Trains a LoRA adapter on the first rows of --data, for each number of rows and each share of replayed answers, and measures the loss
per answer token without shots: on rows of --data that were kept aside, and on --other, which has nothing to do with them.

    python3 Scripts/experiments/tuning_curve.py --data FILE.jsonl --other FILE.jsonl --out DIR [--rows 50,200,1000] [--shares 0]
        [--tests 100] [--epochs 3] [--seeds 1] [--picture FILE.svg]

What is there is not made again. Prints a table, and draws the losses without replayed answers.
"""
import argparse
import json
import math
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
    parser.add_argument("--rows", default="50,200,1000")
    parser.add_argument("--shares", default="0")
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--epochs", default="3")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--picture")
    arguments = parser.parse_args()

    def run(*given):
        return subprocess.run(
            [arguments.program, *map(str, given)], check=True, capture_output=True, text=True).stdout

    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    model = arguments.model or run("model", "path", "smollm2-135m-instruct").strip()
    own, other = rows(arguments.data), rows(arguments.other)
    tests = {"own": own[:arguments.tests], "other": other[:arguments.tests]}
    for name, part in tests.items():
        # `evaluate matchers` needs a pool, although these prompts have no shots.
        write(folder / f"{name}.jsonl", part, "test")
        write(folder / f"{name}-pool.jsonl", (own if name == "own" else other)[-40:], "pool")

    def measure(name, use):
        found = []
        for part in tests:
            out = folder / f"{name}-{part}"
            if not (out / "results.json").exists():
                run("evaluate", "matchers", "--model", model, *use, "--data", folder / f"{part}.jsonl",
                    "--pool", folder / f"{part}-pool.jsonl", "--matchers", "knn", "--shots", "0", "--out", out)
            found.append(json.loads((out / "results.json").read_text())["matchers"]["none"]["0"]["nll"])
        return found

    def show(label, found):
        cells = [f"{value['mean']:.3f} ({value['low']:.3f} to {value['high']:.3f})" for value in found]
        print(f"| {label} | " + " | ".join(cells) + " |", flush=True)

    print("| rows | replayed | seed | seconds | loss of rows kept aside | loss of the others |\n" + "| --- " * 6 + "|")
    bare = measure("bare", [])
    show("none | | |", bare)
    curve = {0: [[value["mean"] for value in bare]]}
    for count in map(int, arguments.rows.split(",")):
        data = folder / f"rows-{count}.jsonl"
        write(data, own[arguments.tests:arguments.tests + count])
        for share in arguments.shares.split(","):
            for seed in range(arguments.seeds):
                name = f"{count}-{share}-{seed}"
                report = folder / f"{name}.json"
                if not report.exists():
                    printed = run(
                        "train", "adapter", "--model", model, "--data", data, "--replay", share, "--epochs", arguments.epochs,
                        "--shots", 0, "--seed", seed, "--out", folder / name, "--foreground", "--json")
                    report.write_text(printed.splitlines()[-1])
                found = measure(name, ["--adapter", folder / name])
                show(f"{count} | {share} | {seed} | {json.loads(report.read_text())['seconds']:.0f}", found)
                if float(share) == 0:
                    curve.setdefault(count, []).append([value["mean"] for value in found])
    if arguments.picture:
        Path(arguments.picture).write_text(picture({count: [sum(part) / len(part) for part in zip(*values)]
                                                    for count, values in curve.items()}))


def picture(curve):
    """Losses by the logarithm of the number of rows."""
    width, height, left, bottom = 640, 320, 60, 270
    most = max(max(values) for values in curve.values()) * 1.05
    least = min(min(values) for values in curve.values()) * 0.95
    last = math.log10(max(curve) / 20)

    def x(count):
        return left + (width - left - 150) * (math.log10(count / 20) / last if count else 0)

    def y(loss):
        return bottom - (bottom - 30) * (loss - least) / (most - least)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="13">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="{left}" y="18">negative log likelihood per answer token, without shots</text>',
             f'<path d="M{left} 30V{bottom}H{width - 150}" fill="none" stroke="#888"/>']
    for count in sorted(curve):
        parts.append(f'<text x="{x(count):.0f}" y="{bottom + 18}" text-anchor="middle">{count}</text>')
    parts.append(f'<text x="{left}" y="{bottom + 38}">rows that were trained on</text>')
    for part, (name, colour) in enumerate([("rows kept aside", "#1f6feb"), ("other data", "#c2410c")]):
        points = [(x(count), y(curve[count][part])) for count in sorted(curve)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (a, b), count in zip(points, sorted(curve)):
            parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>')
            parts.append(f'<text x="{a + 5:.1f}" y="{b - 7:.1f}" fill="{colour}">{curve[count][part]:.2f}</text>')
        parts.append(f'<text x="{points[-1][0] + 40:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join(parts + ["</svg>", ""])


if __name__ == "__main__":
    main()
