#!/usr/bin/env python3
"""Makes Tests/FineTuningTests/Resources/gradients: losses of small random models with a LoRA adapter, and the gradients of its
factors, or of all of the models' own values, by PyTorch in float64.

    pip install torch transformers numpy gguf
    Scripts/golden/gradients.py

The models are those of architectures.py, whose files the tests read. Tokens and factors come of SplitMix64, so that the tests make them
again. Two sequences are computed one after the other, which is what packing them must come to. Rows of Llama's queries and keys
are in the order of its files.
"""
import importlib
import json
import struct
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers

import architectures
from architectures import NAMES, build, name_in_file, neighbouring

OUT = Path(__file__).resolve().parents[2] / "Tests/FineTuningTests/Resources/gradients"
RANK, ALPHA = 3, 6.0
# Of tensors with more values than that, each 37th is compared.
MOST, STEP = 512, 37
LENGTHS, SUPERVISED, WEIGHTS = [90, 37], [30, 12], [1.0, 0.5]
MODULES = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj",
           "mlp.down_proj"]


class SplitMix:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def uniform(self):
        return np.float32((self.next() >> 40) * 2.0**-24)

    def below(self, bound):
        return self.next() * bound >> 64

    def matrix(self, rows, columns, size):
        values = [(np.float32(2) * self.uniform() - np.float32(1)) * np.float32(size) for _ in range(rows * columns)]
        return np.array(values, np.float32).reshape(rows, columns)


class Float64Torch:
    """The library computes norms, angles and softmax in float32 whatever the model's type is; here nothing is."""

    float32 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


def compute_in_float64():
    torch.Tensor.float = lambda self: self.double()
    for name in ["llama", "qwen2", "qwen3", "gemma3"]:
        module = importlib.import_module(f"transformers.models.{name}.modeling_{name}")
        module.torch = Float64Torch()
        module.nn.functional.softmax = lambda x, dim, dtype=None: torch.softmax(x.double(), dim)


def halves_apart(rows, heads):
    """The other way round than `neighbouring`."""
    return rows.reshape(heads, len(rows) // heads // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


class Tuned(torch.nn.Module):
    def __init__(self, linear, a, b):
        super().__init__()
        self.linear = linear
        self.a = torch.nn.Parameter(torch.from_numpy(a).double())
        self.b = torch.nn.Parameter(torch.from_numpy(np.ascontiguousarray(b)).double())

    def forward(self, x):
        return self.linear(x) + ALPHA / RANK * (x @ self.a.T) @ self.b.T


def place(model, layer, name):
    parent, child = name.split(".")
    return getattr(model.model.layers[layer], parent), child


def write(path, tensors):
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(v.tobytes() for v in tensors.values()))


def load(name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        model, _ = build(name, path)
        assert path.read_bytes() == (architectures.OUT / f"{name}.gguf").read_bytes(), f"{name}.gguf is another model"
    model = model.double()
    for module in model.modules():
        if hasattr(module, "inv_freq"):
            module.inv_freq = module.original_inv_freq = module.inv_freq.double()
    return model


def backward(model, random):
    """Leaves the gradients, and returns the loss of each target."""
    sequences = [[random.below(architectures.VOCABULARY) for _ in range(length)] for length in LENGTHS]
    losses, total = [], 0
    for tokens, count, weight in zip(sequences, SUPERVISED, WEIGHTS):
        logits = model(torch.tensor([tokens[:-1]])).logits[0, -count:]
        each = torch.nn.functional.cross_entropy(logits, torch.tensor(tokens[-count:]), reduction="none")
        losses += each.tolist()
        total = total + weight * each.sum()
    (total / sum(s * w for s, w in zip(SUPERVISED, WEIGHTS))).backward()
    return np.array(losses, np.float32)


def heads_of(config):
    return {"self_attn.q_proj": config.num_attention_heads, "self_attn.k_proj": config.num_key_value_heads}


def make(name):
    architecture, _, config = architectures.MODELS[name]
    model = load(name).requires_grad_(False)
    random = SplitMix(7)
    heads = heads_of(config)
    tuned = {}
    for layer in range(config.num_hidden_layers):
        for module in MODULES:
            parent, child = place(model, layer, module)
            linear = getattr(parent, child)
            rows, columns = linear.weight.shape
            a, b = random.matrix(RANK, columns, 0.3), random.matrix(rows, RANK, 0.3)
            if architecture == "llama" and module in heads:
                b = halves_apart(b, heads[module])
            tuned[layer, module] = Tuned(linear, a, b)
            setattr(parent, child, tuned[layer, module])
    losses = backward(model, random)
    tensors = {"losses": losses}
    for (layer, module), linear in tuned.items():
        b = linear.b.grad.numpy()
        if architecture == "llama" and module in heads:
            b = neighbouring(b, heads[module])
        key = f"blk.{layer}.{NAMES[module]}"
        tensors[f"{key}.a"] = np.ascontiguousarray(linear.a.grad.numpy().astype(np.float32))
        tensors[f"{key}.b"] = np.ascontiguousarray(b.astype(np.float32))
    write(OUT / f"{name}.safetensors", tensors)
    print(f"{name}: mean loss {np.mean(losses):.4f}, {sum(v.size for v in tensors.values())} values")


def make_whole(name):
    architecture, _, config = architectures.MODELS[name]
    model = load(name)
    tensors = {"losses": backward(model, SplitMix(7))}
    for key, parameter in model.named_parameters():
        values = parameter.grad.numpy()
        for module, heads in heads_of(config).items():
            if architecture == "llama" and module in key:
                values = neighbouring(values, heads)
        values = values.astype(np.float32).ravel()
        tensors[name_in_file(key, architecture)] = np.ascontiguousarray(values[::STEP] if len(values) > MOST else values)
    write(OUT / f"{name}-whole.safetensors", tensors)
    print(f"{name}, whole: mean loss {np.mean(tensors['losses']):.4f}, {sum(v.size for v in tensors.values())} values")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    transformers.logging.set_verbosity_error()
    compute_in_float64()
    for name in ["llama3", "qwen2", "qwen3", "gemma3"]:
        make(name)
        make_whole(name)


if __name__ == "__main__":
    main()
