#!/usr/bin/env python3
"""Training a LoRA adapter, or all values: pillow-lsp beside torch, on the same model, sequence and threads, one after the other.

    pip install torch transformers peft numpy gguf
    swift build -c release --product pillow-lsp
    Benchmarks/training.py [--threads 2] [--sequence 512] [--rounds 3] [--full] [--model FILE.gguf]
                           [--program FILE]

A step is one sequence, of which the last quarter is to be predicted: forward, backward, clipping and AdamW, rank 16 on all linear
layers (all values with --full), float32 in torch, with the vocabulary product for the predicted tokens alone, as a careful user would write it. Prints tokens per
second by the clock and by the processor time of the process, which other work on the machine changes less, and peak memory.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def add_adapter(model):
    from peft import LoraConfig, get_peft_model

    linear = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    return get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules=linear, task_type="CAUSAL_LM"))


def torch_run(args):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    path = Path(args.model)
    model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
    if not args.full:
        model = add_adapter(model)
    model.train()
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4, weight_decay=0)
    vocabulary = model.config.vocab_size
    answer = args.sequence // 4
    wall, cpu = [], []
    for step in range(args.repetitions + 1):
        ids = torch.randint(vocabulary, (1, args.sequence + 1))
        start, start_cpu = time.perf_counter(), time.process_time()
        optimiser.zero_grad()
        body = model if args.full else model.base_model.model
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bf16):
            hidden = body.model(ids[:, :-1]).last_hidden_state[0, -answer:]
            logits = body.lm_head(hidden)
        loss = torch.nn.functional.cross_entropy(logits.float(), ids[0, -answer:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step > 0:
            wall.append(args.sequence / (time.perf_counter() - start))
            cpu.append(args.sequence / (time.process_time() - start_cpu))
    return {"tokensPerSecond": statistics.median(wall), "tokensPerProcessorSecond": statistics.median(cpu),
            "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def program_run(args):
    kind = ["--full"] if args.full else ["--rank", "16"]
    command = [args.program, "bench", "--train", *kind, "--model", args.model, "--sequence", str(args.sequence),
               "--threads", str(args.threads), "--repetitions", str(args.repetitions), "--json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {**result["training"], "peakMemoryBytes": result["peakMemoryBytes"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sequence", type=int, default=512)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="all of the model's values in place of an adapter")
    parser.add_argument("--bf16", action="store_true", help="bf16 autocast in torch")
    parser.add_argument("--torch", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.model:
        args.model = subprocess.run([args.program, "model", "path", "smollm2-135m-instruct"], check=True, capture_output=True,
                                    text=True).stdout.strip()
    if args.torch:
        return print(json.dumps(torch_run(args)))
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(program_run(args))
        command = [sys.executable, __file__, "--torch", "--model", args.model, "--threads", str(args.threads), "--sequence",
                   str(args.sequence), "--repetitions", str(args.repetitions)] + [
            name for name, given in (("--bf16", args.bf16), ("--full", args.full)) if given]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
        theirs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout))
        print(json.dumps({"pillow-lsp": ours[-1], "torch": theirs[-1]}), flush=True)
    for key in ["tokensPerSecond", "tokensPerProcessorSecond", "peakMemoryBytes"]:
        a, b = (statistics.median(run[key] for run in runs) for runs in (ours, theirs))
        print(f"{key}: pillow-lsp {a:.0f}, torch + peft {b:.0f}, ratio {a / b:.2f}")


if __name__ == "__main__":
    main()
