#!/usr/bin/env python3
"""Times the engine beside llama.cpp: same file, same machine, same threads, in turn; prints medians and ratios.

    pip install llama-cpp-python          # built from source, so natively
    swift build -c release
    Benchmarks/engine.py [--model MODEL.gguf] [--threads 2] [--rounds 7] [--prompt 512] [--tokens 64]

A round is: pillow-lsp in a process of its own, then llama.cpp in one of its own. Prefill counts the prompt's tokens, decode
the tokens after the first. Nothing else should run on the machine.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "LICENSE").read_text()


def ours(arguments, prompt):
    command = [arguments.binary, "complete", "--raw", "--json", "--max-tokens", str(arguments.tokens + 1), "--threads",
               str(arguments.threads), "--model", arguments.model]
    start = time.perf_counter()
    out = json.loads(subprocess.run(command, input=prompt.encode(), capture_output=True, check=True).stdout)
    whole = time.perf_counter() - start
    timings = out["timings"]
    return {
        "prefill": timings["promptTokens"] / timings["promptSeconds"],
        "decode": (timings["generatedTokens"] - 1) / timings["generationSeconds"],
        "start to first token": whole - timings["generationSeconds"],
        "prompt": timings["promptTokens"],
    }


def peer(arguments):
    """Runs in a child: prints one JSON object."""
    prompt = sys.stdin.read()
    start = time.perf_counter()
    from llama_cpp import Llama

    loading = time.perf_counter()
    model = Llama(arguments.model, n_ctx=2048, n_batch=512, n_threads=arguments.threads,
                  n_threads_batch=arguments.threads, verbose=False)
    ids = model.tokenize(prompt.encode(), add_bos=False, special=True)
    begin = time.perf_counter()
    model.eval(ids)
    token = model.sample(temp=0)
    first = time.perf_counter()
    for _ in range(arguments.tokens):
        model.eval([token])
        token = model.sample(temp=0)
    end = time.perf_counter()
    print(json.dumps({"prefill": len(ids) / (first - begin), "decode": arguments.tokens / (end - first),
                      "start to first token": first - loading, "prompt": len(ids)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.model:
        command = [arguments.binary, "model", "path", "smollm2-135m-instruct"]
        arguments.model = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    if arguments.peer:
        return peer(arguments)
    prompt = TEXT[: int(arguments.prompt * 4.74)]
    rows = []
    for _ in range(arguments.rounds):
        mine = ours(arguments, prompt)
        child = [sys.executable, __file__, "--peer", "--model", arguments.model, "--threads", str(arguments.threads),
                 "--tokens", str(arguments.tokens)]
        theirs = json.loads(subprocess.run(child, input=prompt, capture_output=True, check=True, text=True).stdout)
        rows.append((mine, theirs))
    print(f"{Path(arguments.model).name}, {arguments.threads} threads, {arguments.rounds} rounds, "
          f"prompt of {rows[0][0]['prompt']} tokens (llama.cpp: {rows[0][1]['prompt']}), {arguments.tokens} tokens")
    print(f"{'':24}{'pillow-lsp':>12}{'llama.cpp':>12}{'ratio':>8}  lowest–highest")
    for name in ("prefill", "decode", "start to first token"):
        mine, theirs = ([row[side][name] for row in rows] for side in (0, 1))
        ratios = sorted(a / b for a, b in zip(mine, theirs))
        print(f"{name:24}{statistics.median(mine):12.2f}{statistics.median(theirs):12.2f}"
              f"{statistics.median(ratios):8.2f}  {ratios[0]:.2f}–{ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
