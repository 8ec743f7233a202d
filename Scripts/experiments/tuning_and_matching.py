#!/usr/bin/env python3
"""PILLOW's claim, measured: does a LoRA adapter with matched prompts reach full fine-tuning, at which part of its cost?

Trains a LoRA adapter on instructions alone, one on prompts with shots, and all of the model's values, on the same rows, and
measures each of them and the bare model without shots and with shots that are drawn, the nearest, and those of a trained policy.

    python3 Scripts/experiments/tuning_and_matching.py --data alpaca-en.jsonl --out DIR [--model FILE.gguf] [--seeds 1]
        [--rows 600] [--tests 80] [--epochs 2] [--shots 1] [--policy-budget 5m]

Rows are split by a fixed seed into tests and the rest, which is what is trained on and what shots come from; a third of the rest
are the policy's queries. What is there is not made again, so that a run that was stopped goes on. Prints a table; DIR gets each
training's report and the results of `evaluate matchers`.
"""
import argparse
import json
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
METRICS = [("nll", "NLL"), ("rougeL", "ROUGE-L"), ("bleu", "BLEU"), ("cosine", "cosine")]


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def split(arguments, folder):
    rows = [json.loads(line) for line in Path(arguments.data).read_text().splitlines() if line.strip()]
    # A test's answer has to fit the context beside a shot.
    rows = [row for row in rows if len(row["instruction"] + row.get("input", "") + row["output"]) < 1500]
    random.Random(0).shuffle(rows)
    tests, rest = rows[:arguments.tests], rows[arguments.tests:arguments.tests + arguments.rows]
    parts = [("test", tests), ("train", rest[:len(rest) // 3]), ("pool", rest[len(rest) // 3:])]
    lines = [{**row, "split": name} for name, part in parts for row in part]
    (folder / "split.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rest))


def train(arguments, folder, name, seed):
    """The report of a training, and what `evaluate` is given to use it."""
    kind = "full" if name == "full" else "adapter"
    out = folder / (f"{name}-{seed}.gguf" if kind == "full" else f"{name}-{seed}")
    report = folder / f"{name}-{seed}.json"
    if not report.exists():
        shots = arguments.shots if name == "lora-shots" else 0
        rate = [] if kind == "full" else ["--rate", arguments.rate]
        printed = run(
            arguments.program, "train", kind, "--data", folder / "rows.jsonl", "--model", arguments.model, "--out", out, "--epochs",
            arguments.epochs, "--shots", shots, "--seed", seed, "--max-tokens", 640, "--held-out", 0.05, "--foreground", "--json", *rate)
        report.write_text(printed.splitlines()[-1])
    use = ["--model", out] if kind == "full" else ["--model", arguments.model, "--adapter", out]
    return json.loads(report.read_text()), use


def measure(arguments, folder, name, seed, use):
    out = folder / f"results-{name}-{seed}"
    if not (out / "results.json").exists():
        run(arguments.program, "evaluate", "matchers", *use, "--data", folder / "split.jsonl", "--pool", folder / "split.jsonl",
            "--matchers", "random,knn,policy", "--shots", f"0,{arguments.shots}", "--seeds", 1, "--budget", arguments.policy_budget,
            "--answers", "--out", out)
    return json.loads((out / "results.json").read_text())["matchers"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--model")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--tests", type=int, default=80)
    parser.add_argument("--epochs", default="2")
    parser.add_argument("--shots", type=int, default=1)
    parser.add_argument("--rate", default="3e-4", help="of adapters")
    parser.add_argument("--policy-budget", default="5m")
    arguments = parser.parse_args()
    if not arguments.model:
        arguments.model = run(arguments.program, "model", "path", "smollm2-135m-instruct").strip()
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "split.jsonl").exists():
        split(arguments, folder)
    print("| tuning | shots | seed | " + " | ".join(title for _, title in METRICS) + " |")
    print("| --- " * (3 + len(METRICS)) + "|")
    costs = []
    for seed in range(arguments.seeds):
        for name in ["bare", "lora", "lora-shots", "full"]:
            use = ["--model", arguments.model]
            if name != "bare":
                report, use = train(arguments, folder, name, seed)
                costs.append((name, seed, report["seconds"], report["peakMemoryBytes"] / 1e9, report["tokensPerSecond"]))
            found = measure(arguments, folder, name, seed, use)
            for matcher, by_shots in sorted(found.items()):
                for shots, values in sorted(by_shots.items()):
                    cells = []
                    for key, _ in METRICS:
                        value = values.get(key)
                        cells.append(f"{value['mean']:.3f} ({value['low']:.3f} to {value['high']:.3f})" if value else "")
                    label = matcher if shots != "0" else "none"
                    print(f"| {name} | {label} | {seed} | " + " | ".join(cells) + " |", flush=True)
    print("\n| training | seed | seconds | peak memory, GB | tokens per second |\n| --- | --- | --- | --- | --- |")
    for name, seed, seconds, memory, rate in costs:
        print(f"| {name} | {seed} | {seconds:.0f} | {memory:.2f} | {rate:.0f} |")


if __name__ == "__main__":
    main()
