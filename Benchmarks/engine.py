#!/usr/bin/env python3
"""Times the engine beside llama.cpp: same machine, same threads, in turn; prints a Markdown table of medians and ratios.

    pip install llama-cpp-python numpy safetensors          # llama-cpp-python built from source, so natively
    # Where its AMX kernels end in an illegal instruction (0.3.36 on a virtual Xeon), the same without them:
    # CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON -DGGML_AVX512=ON
    #   -DGGML_AVX512_VBMI=ON -DGGML_AVX512_VNNI=ON -DGGML_AVX_VNNI=ON" pip install --no-binary llama-cpp-python llama-cpp-python
    swift build -c release
    Benchmarks/engine.py [--rounds 5] [--threads 2,1] [--only prefill] [--model MODEL.gguf]

A round is a process of ours and then one of llama.cpp's for each row; a process measures three times and gives its median.
Prompts are tokens in a fixed disorder, guessing is off. Rows with Q4_0 compare with llama.cpp's fastest 4-bit form of
the same model, made by `pillow-lsp model quantize`. Rows with Gemma need `pillow-lsp model fetch gemma-3-270m`.
Nothing else should run on the machine; the lowest and highest ratios say how quiet it was.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / ".build/release/pillow-lsp"
REPETITIONS = 3


def ours(model, threads, prompt, generate, adapter=None, seen=0, cancellations=0):
    command = [str(PROGRAM), "bench", "--json", "--model", str(model), "--threads", str(threads), "--prompt-tokens",
               str(prompt), "--seen-tokens", str(seen), "--generate", str(generate), "--cancellations",
               str(cancellations), "--repetitions", str(REPETITIONS)]
    if adapter:
        command += ["--adapter", str(adapter)]
    out = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    decode = (out.get("decode") or {}).get("tokensPerSecond")
    return {"prefill": out["prefill"]["tokensPerSecond"], "decode": decode, "memory": out["peakMemoryBytes"],
            "first": out["firstTokenSeconds"], "cancellation": (out.get("cancellation") or {}).get("longestSeconds")}


def peer(model, threads, prompt, generate, seen=0):
    command = [sys.executable, __file__, "--peer", json.dumps([str(model), threads, prompt, generate, seen])]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def run_peer(model, threads, prompt, generate, seen):
    """In a process of its own: prints one JSON object."""
    import resource

    import numpy as np
    from llama_cpp import Llama

    llama = Llama(model, n_ctx=2048, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False)
    generator = np.random.default_rng(1)
    rates = {"prefill": [], "decode": [], "first": []}
    beginning = generator.integers(100, llama.n_vocab() // 2, seen).tolist()
    for repetition in range(REPETITIONS + 1 if seen else 0):
        ids = beginning + generator.integers(100, llama.n_vocab() // 2, prompt - seen).tolist()
        begin = time.perf_counter()
        # Keeps what the cache holds of the prompt's beginning, as llama-server does.
        next(llama.generate(ids, temp=0))
        if repetition:
            rates["first"].append(time.perf_counter() - begin)
    for repetition in range(REPETITIONS + 1):
        ids = generator.integers(100, llama.n_vocab() // 2, prompt).tolist()
        llama.reset()
        begin = time.perf_counter()
        llama.eval(ids)
        token = llama.sample(temp=0)
        first = time.perf_counter()
        for _ in range(generate):
            llama.eval([token])
            token = llama.sample(temp=0)
        end = time.perf_counter()
        if repetition:
            rates["prefill"].append(prompt / (first - begin))
            if generate:
                rates["decode"].append(generate / (end - first))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({kind: statistics.median(values) if values else None for kind, values in rates.items()}
                     | {"memory": memory}))


def our_start(model, threads):
    command = [str(PROGRAM), "complete", "--raw", "--json", "--max-tokens", "1", "--model", str(model), "--threads",
               str(threads)]
    begin = time.perf_counter()
    subprocess.run(command, input=b"Once", capture_output=True, check=True)
    return {"start": time.perf_counter() - begin}


def peer_start(model, threads):
    """Without the time that Python and the library's import take."""
    code = ("import sys, time\nfrom llama_cpp import Llama\nt = time.perf_counter()\n"
            "m = Llama(sys.argv[1], n_ctx=2048, n_threads=int(sys.argv[2]), verbose=False)\n"
            "m.eval(m.tokenize(b'Once', add_bos=False)); m.sample(temp=0)\nprint(time.perf_counter() - t)")
    out = subprocess.run([sys.executable, "-c", code, str(model), str(threads)], capture_output=True, check=True).stdout
    return {"start": float(out)}


def random_adapter(folder, model_shape=(30, 576, 192, 1536), rank=16):
    """Rank 16 on all linear layers of SmolLM2-135M, as PEFT saves it."""
    import numpy as np
    from safetensors.numpy import save_file

    layers, width, keys, inner = model_shape
    sizes = {"self_attn.q_proj": (width, width), "self_attn.k_proj": (keys, width), "self_attn.v_proj": (keys, width),
             "self_attn.o_proj": (width, width), "mlp.gate_proj": (inner, width), "mlp.up_proj": (inner, width),
             "mlp.down_proj": (width, inner)}
    generator, tensors = np.random.default_rng(2), {}
    for layer in range(layers):
        for name, (rows, columns) in sizes.items():
            prefix = f"base_model.model.model.layers.{layer}.{name}"
            tensors[f"{prefix}.lora_A.weight"] = generator.normal(0, 0.01, (rank, columns)).astype(np.float32)
            tensors[f"{prefix}.lora_B.weight"] = generator.normal(0, 0.01, (rows, rank)).astype(np.float32)
    save_file(tensors, str(folder / "adapter_model.safetensors"))
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "lora_alpha": rank, "r": rank}))
    return folder


def path_of(name):
    found = subprocess.run([str(PROGRAM), "model", "path", name], capture_output=True, text=True)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def rows(arguments, folder):
    """Name, what is measured, how it is measured with us and with the other, and the ratio that is aimed at."""
    model = Path(arguments.model or path_of("smollm2-135m-instruct") or sys.exit("fetch the default model first"))
    q4_0 = folder / "q4_0.gguf"
    subprocess.run([str(PROGRAM), "model", "quantize", "--type", "Q4_0", "--requantize", str(model), str(q4_0)],
                   capture_output=True, check=True)
    gemma = path_of("gemma-3-270m")
    for threads in [int(word) for word in arguments.threads.split(",")]:
        goal = 1 if threads > 1 else 0.9
        name = f"{threads} thread{'s' if threads > 1 else ''}"
        both = lambda file, other, *shape: (lambda: ours(file, threads, *shape), lambda: peer(other, threads, *shape))
        yield f"decode, empty context, {name}", "decode", *both(model, model, 4, 64), 2 * goal
        yield f"decode at 1,024, {name}", "decode", *both(model, model, 1024, 64), 2 * goal
        yield f"decode, against Q4_0, {name}", "decode", *both(model, q4_0, 4, 64), 1.25 * goal
        yield f"prefill 512, {name}", "prefill", *both(model, model, 512, 0), 5 * goal
        yield f"prefill 512, against Q4_0, {name}", "prefill", *both(model, q4_0, 512, 0), 1.75 * goal
        if gemma:
            yield f"Gemma 3 270M Q4_K_M, decode, {name}", "decode", *both(gemma, gemma, 4, 64), 1.5 * goal
            yield f"Gemma 3 270M Q4_K_M, prefill 512, {name}", "prefill", *both(gemma, gemma, 512, 0), 1.5 * goal
    threads = int(arguments.threads.split(",")[0])
    yield ("peak memory, prompt 512, MB", "memory", lambda: ours(model, threads, 512, 64),
           lambda: peer(model, threads, 512, 64), 1.1)
    yield "start to first logits, s", "start", lambda: our_start(model, threads), lambda: peer_start(model, threads), 0.5
    yield ("first token of 600, 569 seen before, s", "first", lambda: ours(model, threads, 600, 0, seen=569),
           lambda: peer(model, threads, 600, 0, seen=569), 0.5)
    yield ("longest of 40 cancellations of 1,024 + 64 tokens, s, against 10 ms", "cancellation",
           lambda: ours(model, threads, 1024, 64, cancellations=40), lambda: {"cancellation": 0.010}, 1)
    adapter = random_adapter(folder)
    for kind, shape in (("decode", (4, 64)), ("prefill", (512, 0))):
        yield (f"LoRA rank 16, {kind}, against the bare model", kind,
               lambda shape=shape: ours(model, threads, *shape, adapter), lambda shape=shape: ours(model, threads, *shape), 0.95)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model")
    parser.add_argument("--threads", default="2,1")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return run_peer(*json.loads(arguments.peer))
    print("| | pillow-lsp | the other | ratio | lowest–highest | aim |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, first, second, aim in rows(arguments, Path(folder)):
            if arguments.only not in name:
                continue
            pairs = [(first()[kind], second()[kind]) for _ in range(arguments.rounds)]
            ratios = [a / b for a, b in pairs]
            scale = 1e-6 if kind == "memory" else 1
            a, b = (statistics.median(side) * scale for side in zip(*pairs))
            digits = {"start": 3, "first": 4, "cancellation": 4}.get(kind, 0)
            bound = "≤" if kind in ("memory", "start", "first", "cancellation") else "≥"
            print(f"| {name} | {a:.{digits}f} | {b:.{digits}f} | {statistics.median(ratios):.2f} |"
                  f" {min(ratios):.2f}–{max(ratios):.2f} | {bound} {aim:.2f} |", flush=True)


if __name__ == "__main__":
    main()
